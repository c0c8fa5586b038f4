//! The pages of two way sync, in every look.

use cartwright::simulator::{Fault, When};
use sqlx::PgPool;

use super::super::chromium::Scripts;
use super::super::store::synchronized;
use super::super::visit::visit;
use crate::support::App;
use crate::two_way::desk::type_in;

#[sqlx::test]
async fn pages_where_customers_are_edited(pool: PgPool) {
    let (mut app, store, _) = synchronized(pool).await;
    app.run_sql("update integrations set two_way = true, priority = 'ask'").await;
    let remote = app.count("select remote_id from customers where id = 1").await;
    assert!(store.edit_customer(u32::try_from(remote).unwrap(), |customer| {
        customer.firstname = Some("Augusta".into());
    }));
    assert_eq!(type_in(&mut app, 1, &[("first-name", "Ada")]).await.status, 303);
    app.drain_jobs().await;
    assert_eq!(type_in(&mut app, 1, &[("tax-vat", "DE 123456789")]).await.status, 303);
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.views("customer-with-edits", "/customers/1").await;
        ada.reads("Not yet in Magento").await;
        ada.views("customer-edit", "/customers/1/edit").await;
        ada.views("customer-new", "/customers/new").await;
        ada.press("Save").await;
        ada.reads("Nothing was saved yet").await;
        ada.inspects("customer-new-refused").await;
        ada.press("Add address").await;
        ada.reads("New address").await;
        ada.inspects("customer-new-address").await;
        ada.views("conflicts", "/conflicts").await;
        ada.press("Use local").await;
        ada.reads("Use the other value").await;
        ada.inspects("conflicts-decided").await;
    })
    .await;
}

#[sqlx::test]
async fn pages_of_what_waits_for_a_person(pool: PgPool) {
    let (mut app, store, _) = synchronized(pool).await;
    app.run_sql("update integrations set two_way = true, priority = 'ask'").await;
    let ids: Vec<i64> = sqlx::query_scalar("select remote_id from customers where id <= 4 order by id")
        .fetch_all(&app.pool)
        .await
        .unwrap();
    let there = |row: usize| u32::try_from(ids[row - 1]).unwrap();
    for row in [1, 2] {
        assert!(store.edit_customer(there(row), |customer| customer.firstname = Some("Augusta".into())));
        assert_eq!(
            type_in(&mut app, i64::try_from(row).unwrap(), &[("first-name", "Ada")]).await.status,
            303
        );
    }
    app.drain_jobs().await;
    let refusal = Fault::Soap("1".into(), "The tax number is not known to the tax office.".into(), 500);
    store.script(refusal, When::method("customerCustomerUpdate"));
    assert_eq!(type_in(&mut app, 3, &[("tax-vat", "DE 123456789")]).await.status, 303);
    assert!(store.delete_customer(there(4)));
    assert_eq!(type_in(&mut app, 4, &[("last-name", "Hopper")]).await.status, 303);
    app.drain_jobs().await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.views("conflicts-that-wait", "/conflicts").await;
        ada.press("Date from: All").await;
        ada.inspects("conflicts-filter").await;
        ada.views("conflicts-none", "/conflicts?field=suffix").await;
        ada.open("/conflicts?since=soon").await;
        ada.hears("alert", "is no date").await;
        ada.views("rejected-edits", "/conflicts/rejected-edits").await;
        ada.views("rejected-edits-none", "/conflicts/rejected-edits?field=suffix").await;
        ada.views("customer-removed-and-edited", "/customers/4").await;
        ada.views("customer-history", "/customers/3/history").await;
        ada.views("sent", "/integrations/1/sent").await;
        ada.views("integration-with-edits", "/integrations/1").await;
        ada.open("/conflicts").await;
        ada.press("Use local for all 2 of First Name").await;
        ada.reads("each decision can be turned round").await;
        ada.inspects("conflicts-all-of-a-field").await;
        ada.press("Use local").await;
        ada.reads("2 conflicts of First Name are decided.").await;
        ada.press("Accept removal").await;
        ada.reads("The removal is accepted.").await;
    })
    .await;
}

#[sqlx::test]
async fn pages_of_a_preview(pool: PgPool) {
    let (mut app, store, _) = synchronized(pool).await;
    app.run_sql("update integrations set two_way = true, next_sync_at = now() + interval '1 day'").await;
    let remote = app.count("select remote_id from customers where id = 1").await;
    let edits = [("first-name", "Ada"), ("tax-vat", "DE 123456789"), ("email", "ada.lovelace@example.org")];
    assert_eq!(type_in(&mut app, 1, &edits).await.status, 303);
    app.run_sql("delete from jobs where status = 'queued'").await;
    app.run_sql("update integrations set two_way = false").await;
    assert!(store.edit_customer(u32::try_from(remote).unwrap(), |customer| {
        customer.firstname = Some("Augusta".into());
    }));
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.views("preview-none", "/integrations/1/preview").await;
        ada.open("/integrations/1/edit").await;
        ada.press("Synchronization Settings").await;
        ada.ticks("Enable two way sync").await;
        ada.choose("Sync priority", "Local wins").await;
        ada.press("Done").await;
        ada.reads_heading("Preview before two way sync is switched on").await;
        ada.reads("Switch on without a preview").await;
        ada.inspects("preview-queued").await;
        ada.views("integration-with-a-preview", "/integrations/1").await;
        ada.press("See what they would do").await;
        ada.served.work();
        // the page follows by itself
        ada.reads("Conflict: Local wins").await;
        ada.reads("Switch on now").await;
        ada.inspects("preview").await;
        ada.press("Switch on now").await;
        ada.hears("status", "Two way sync is on. A sync job has been added to the queue.").await;
    })
    .await;
}

#[sqlx::test]
async fn a_preview_without_scripts(pool: PgPool) {
    let (app, _store, _) = synchronized(pool).await;
    app.run_sql("update integrations set next_sync_at = now() + interval '1 day'").await;
    visit(&app, Scripts::Off, async |ada| {
        ada.sign_in().await;
        ada.open("/integrations/1/edit").await;
        ada.press("Synchronization Settings").await;
        ada.ticks("Enable two way sync").await;
        ada.choose("Sync priority", "Ask me").await;
        ada.press("Preview").await;
        ada.reads_heading("Preview before two way sync is switched on").await;
        ada.reads("Ask me").await;
        app.workers("worker").drain().await.unwrap();
        ada.press("Refresh").await;
        ada.stays_within("/integrations/1/preview").await;
        ada.press("Switch on now").await;
        ada.reads("Two way sync is on.").await;
        ada.reads("Ask me").await;
    })
    .await;
}

#[sqlx::test]
async fn subscriptions_that_are_changed_here(pool: PgPool) {
    let app = App::as_administrator(pool).await;
    app.add_sales().await;
    app.run_sql("update integrations set two_way = true").await;
    let names = ("newsletter-subscribers", "newsletter_subscribers");
    let subscriber = app.path_of(names.0, names.1, "email", "zoe@verhoeven.example").await;
    let customer = app.path_of("customers", "customers", "email", "zoe@verhoeven.example").await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.open(&subscriber).await;
        ada.press("Unsubscribe").await;
        ada.hears("status", "Unsubscribed here.").await;
        ada.reads("pending").await;
        ada.inspects("subscriber-with-a-change").await;
        ada.views("customer-with-a-subscription", &customer).await;
        app.run_sql("update subscription_changes set state = 'rejected', message = 'Not this one.'").await;
        ada.views("subscriber-rejected", &subscriber).await;
        ada.reads("Try again").await;
        ada.views("customer-with-a-rejected-subscription", &customer).await;
        ada.press("Discard the change of zoe@verhoeven.example").await;
        ada.hears("status", "The change is discarded").await;
        ada.inspects("customer-after-a-discard").await;
    })
    .await;
}
