//! Edits on both sides meet, unit by unit.

use cartwright::simulator::{Fault, Options, When};
use sqlx::PgPool;

use super::desk::small;
use crate::support::Pair;

/// Both sides edit one field to different values, and each another one.
async fn both_edit(pool: PgPool, priority: &str) -> Pair {
    let mut pair = Pair::two_way(pool, small(), priority).await;
    pair.edit(3, &[("last-name", "Here"), ("tax-vat", "H 1")]).await;
    pair.edit_there(3, |it| {
        it.lastname = Some("There".into());
        it.suffix = Some("Jr.".into());
    });
    pair
}

#[sqlx::test]
async fn remote_wins_and_what_nobody_disputes_survives(pool: PgPool) {
    let pair = both_edit(pool, "remote").await;
    let job = pair.sync_well().await;
    let there = pair.store.customer(3).unwrap().customer;
    let names = (there.lastname.as_deref(), there.taxvat.as_deref(), there.suffix.as_deref());
    assert_eq!(names, (Some("There"), Some("H 1"), Some("Jr.")));
    assert_eq!(pair.conflicts().await, ["last_name remote by remote"]);
    assert_eq!(pair.states().await, ["last_name discarded", "taxvat sent"]);
    let counted = "select sum(conflicts)::bigint from job_connectors where connector = 'Customers'";
    assert_eq!(pair.app.count(counted).await, 1, "job {}", job.id);
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn local_wins_and_what_nobody_disputes_survives(pool: PgPool) {
    let pair = both_edit(pool, "local").await;
    pair.sync_well().await;
    let there = pair.store.customer(3).unwrap().customer;
    let names = (there.lastname.as_deref(), there.taxvat.as_deref(), there.suffix.as_deref());
    assert_eq!(names, (Some("Here"), Some("H 1"), Some("Jr.")));
    assert_eq!(pair.conflicts().await, ["last_name local by local"]);
    assert_eq!(pair.states().await, ["last_name sent", "taxvat sent"]);
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn the_same_edit_on_both_sides_is_no_conflict(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.edit(3, &[("last-name", "Hopper")]).await;
    pair.edit_there(3, |it| it.lastname = Some(" Hopper ".into()));
    pair.store.reset_counters();
    pair.sync_well().await;
    assert_eq!(pair.store.requests_of("customerCustomerUpdate"), 0);
    assert!(pair.conflicts().await.is_empty());
    assert_eq!(pair.states().await, ["last_name sent"]);
    pair.assert_equal().await;
}

#[sqlx::test]
async fn a_place_goes_whole_and_never_half_and_half(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "local").await;
    let with_address = |id: &u32| !pair.store.customer(*id).unwrap().addresses.is_empty();
    let id = pair.store.customer_ids().into_iter().find(with_address).unwrap();
    let address = pair.store.customer(id).unwrap().addresses[0].id;
    let row = pair.address_row(address).await;
    let city = format!("address-{row}-city");
    pair.edit(id, &[(&city, "Here")]).await;
    assert!(pair.store.edit_address(address, |it| {
        it.street = Some("Somewhere else 1".into());
        it.company = Some("There Inc.".into());
    }));
    let before = pair.store.customer(id).unwrap().addresses[0].clone();
    pair.sync_well().await;
    let view = pair.store.customer(id).unwrap();
    let there = view.addresses.iter().find(|it| it.id == address).unwrap();
    assert_eq!(there.city.as_deref(), Some("Here"));
    assert_ne!(there.street, before.street, "the street of the place that lost");
    assert_eq!(there.company.as_deref(), Some("There Inc."), "what nobody disputes");
    assert_eq!(pair.conflicts().await, ["place local by local"]);
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn a_pull_never_overwrites_an_edit_that_waits(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "local").await;
    pair.edit(3, &[("last-name", "Here")]).await;
    // switched off: nothing is sent, and a conflict is decided as Remote wins
    pair.app.run_sql("update integrations set two_way = false").await;
    pair.edit_there(3, |it| it.suffix = Some("Jr.".into()));
    pair.sync_well().await;
    let page = pair.page_of(3).await;
    assert!(page.text().contains("Here not sent") && page.text().contains("Jr."), "{}", page.text());
    assert_eq!(pair.states().await, ["last_name pending"]);
    pair.edit_there(3, |it| it.lastname = Some("There".into()));
    pair.sync_well().await;
    assert_eq!(pair.conflicts().await, ["last_name remote by remote"]);
    assert_eq!(pair.states().await, ["last_name discarded"]);
    pair.assert_equal().await;
}

#[sqlx::test]
async fn what_is_not_sent_can_be_given_up_also_while_two_way_sync_is_off(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "local").await;
    let before = pair.store.customer(3).unwrap().customer.lastname.unwrap();
    pair.edit(3, &[("last-name", "Here")]).await;
    pair.app.run_sql("update integrations set two_way = false").await;
    let page = pair.page_of(3).await;
    let action = page.html.split("action=\"").find(|part| part.contains("/changes/")).expect("a button");
    let given_up = pair.app.post(action.split('"').next().unwrap(), &[]).await;
    let page = pair.app.follow(&given_up).await;
    assert!(page.text().contains("The edit is discarded"), "{}", page.text());
    assert!(page.text().contains(&*before) && !page.text().contains("Here not sent"), "{}", page.text());
    assert_eq!(pair.states().await, ["last_name discarded"]);
}

#[sqlx::test]
async fn a_window_of_a_full_re_sync_merges_what_waits(pool: PgPool) {
    let mut pair =
        Pair::two_way(pool, Options { bridge: Some("1.2.19".to_owned()), ..small() }, "remote").await;
    pair.edit(3, &[("last-name", "Here")]).await;
    pair.app.run_sql("update integrations set two_way = false").await;
    let job = pair.wish(cartwright::sync::Wish::FullResync).await;
    assert_eq!(job.status.word(), "Completed");
    let page = pair.page_of(3).await;
    assert!(page.text().contains("Here not sent"), "{}", page.text());
}

#[sqlx::test]
async fn what_is_taken_back_stands_here_in_the_store_s_form(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.edit_there(3, |it| it.lastname = Some(" Hopper ".into()));
    pair.sync_well().await;
    pair.edit(3, &[("last-name", "Murray")]).await;
    pair.edit(3, &[("last-name", "Hopper")]).await;
    pair.sync_well().await;
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}

/// While the address book cannot be read, nothing is known of the default addresses there: a question about one stays open.
#[sqlx::test]
async fn a_question_stays_open_while_the_store_cannot_show_what_it_is_about(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "ask").await;
    let (id, book) = pair.dispute_default(0).await;
    let fault = Fault::Soap("1".into(), "Internal Error.".into(), 200);
    pair.store.script(fault, When::record(id).on("customer_address.list"));
    pair.app.run_sql("update integrations set priority = 'local'").await;
    pair.edit_there(id, |it| it.suffix = Some("Jr.".into()));
    pair.sync().await;
    assert_eq!(pair.conflicts().await, ["default_billing open by ask"]);
    assert_eq!(pair.store.customer(id).unwrap().default_billing, Some(book[1]));
}
