//! Removed in the store, and edited here: a person decides.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use cartwright::simulator::CustomerView;
use sqlx::PgPool;

use super::desk::small;
use crate::support::Pair;

/// A customer is edited here and deleted there.
async fn gone(pool: PgPool) -> (Pair, CustomerView) {
    let mut pair = Pair::two_way(pool, small(), "local").await;
    pair.edit(3, &[("last-name", "Hopper"), ("tax-vat", "H 1")]).await;
    let theirs = pair.store.customer(3).unwrap();
    assert!(pair.store.delete_customer(3));
    pair.sync_well().await;
    (pair, theirs)
}

#[sqlx::test]
async fn a_removal_meets_edits_and_a_person_is_asked(pool: PgPool) {
    let (mut pair, _) = gone(pool).await;
    assert_eq!(pair.states().await, ["last_name pending", "taxvat pending"], "nothing is dropped");
    assert_eq!(pair.conflicts().await, ["record open by removed"]);
    let inbox = pair.app.get("/conflicts").await;
    let row = inbox.part("<tbody", "</tbody>");
    assert!(
        row.contains("The whole customer – none Last Name: Hopper; Tax/Vat: H 1 Removed in Magento Waiting"),
        "{row}"
    );
    assert!(row.contains("Accept removal") && !row.contains("Use local"), "{row}");
    assert!(inbox.text().contains("Conflicts 1 waiting"), "{}", inbox.text());
    let page = pair.page_of(3).await;
    assert!(page.text().contains("removed in Magento after they were edited here"), "{}", page.text());
    let counted = "select sum(conflicts)::bigint from job_connectors where connector = 'Customers'";
    assert_eq!(pair.app.count(counted).await, 1);
    // it waits, and costs nothing
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn accept_removal_discards_the_edits_and_keeps_a_record_of_it(pool: PgPool) {
    let (mut pair, theirs) = gone(pool).await;
    let page = pair.page_of(3).await;
    let page = pair.app.press(&page, "Accept removal").await;
    assert!(page.path.starts_with("/customers/"), "back to where the button was: {}", page.path);
    assert!(page.text().contains("The removal is accepted."), "{}", page.text());
    assert_eq!(pair.states().await, ["last_name discarded", "taxvat discarded"]);
    assert_eq!(pair.conflicts().await, ["record remote by removed"]);
    let history = page.part("id=\"history\"", "</section>");
    assert!(
        history.contains("Discarded Last Name: Hopper The removal in Magento was accepted. Ada Lovelace"),
        "{history}"
    );
    let name = pair.app.text("select last_name from customers where remote_id = 3").await;
    assert_eq!(name, *theirs.customer.lastname.unwrap(), "what both sides had last");
    let inbox = pair.app.get("/conflicts?state=decided").await;
    assert!(inbox.text().contains("Accept removal Answered by Ada Lovelace"), "{}", inbox.text());
    assert!(!inbox.text().contains("Use the other value"), "{}", inbox.text());
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn a_removed_address_is_a_decision_of_its_own(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let (id, book) = pair.with_two_addresses();
    let address = book[1];
    let row = pair.address_row(address).await;
    pair.edit(id, &[(&format!("address-{row}-phone"), "030 1"), ("last-name", "Hopper")]).await;
    assert!(pair.store.delete_address(address));
    pair.sync_well().await;
    assert_eq!(pair.last_name_there(id), "Hopper", "what is still there goes on");
    assert_eq!(pair.conflicts().await, ["record open by removed"]);
    pair.sync_well().await;
    pair.assert_at_rest().await;
    let inbox = pair.app.get("/conflicts").await;
    assert!(inbox.text().contains("The whole address – none Phone of an address: 030 1"), "{}", inbox.text());
    let told = pair.app.press(&inbox, "Accept removal").await;
    assert_eq!(told.path, "/conflicts?");
    let mut states = pair.states().await;
    states.sort();
    assert_eq!(states, ["last_name sent", "telephone discarded"]);
    pair.assert_at_rest().await;
}

/// There is nothing to send any more, and nothing to ask: the store's default counts, and it is told why.
#[sqlx::test]
async fn a_default_address_that_is_gone_there_gives_way_to_the_store_s(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "local").await;
    let (id, book) = pair.with_two_addresses();
    pair.edit_there(id, |it| it.default_billing = Some(book[0]));
    pair.sync_well().await;
    pair.edit(id, &[("default-billing-address", &book[1].to_string())]).await;
    assert!(pair.store.delete_address(book[1]));
    pair.sync_well().await;
    assert_eq!(pair.store.customer(id).unwrap().default_billing, Some(book[0]));
    assert_eq!(pair.states().await, ["default_billing discarded"]);
    assert_eq!(pair.conflicts().await, ["default_billing remote by removed"]);
    let page = pair.page_of(id).await;
    let history = page.part("id=\"history\"", "</section>");
    assert!(history.contains("The address was removed in Magento."), "{history}");
    let inbox = pair.app.get("/conflicts?state=decided").await;
    let row = inbox.part("<tbody", "</tbody>");
    assert!(row.contains("Remote") && row.contains("Removed in Magento"), "{row}");
    assert!(!row.contains("Use the other value"), "{row}");
    pair.assert_equal().await;
    pair.sync_well().await;
    pair.assert_at_rest().await;
}

/// A person was asked which of two defaults counts, and one of them is gone: that is the answer.
#[sqlx::test]
async fn a_question_about_a_default_address_is_answered_by_its_removal(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "ask").await;
    let (id, book) = pair.dispute_default(1).await;
    assert!(pair.store.delete_address(book[1]));
    pair.edit_there(id, |it| it.suffix = Some("Jr.".into()));
    pair.sync_well().await;
    let told = ["default_billing open by ask", "default_billing remote by removed"];
    assert_eq!(pair.conflicts().await, told);
    assert_eq!(pair.app.count("select count(*) from conflicts where decided_at is null").await, 0);
    assert_eq!(pair.states().await, ["default_billing discarded"]);
    pair.assert_equal().await;
    pair.sync_well().await;
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn a_question_about_a_field_becomes_part_of_the_one_about_the_record(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "ask").await;
    pair.dispute(&[3]).await;
    pair.edit(3, &[("tax-vat", "H 1")]).await;
    assert!(pair.store.delete_customer(3));
    pair.sync_well().await;
    assert_eq!(pair.conflicts().await, ["last_name open by removed", "record open by removed"]);
    assert_eq!(pair.app.count("select count(*) from conflicts where decided_at is null").await, 1);
    let inbox = pair.app.get("/conflicts?state=decided").await;
    assert!(inbox.text().contains("Here 3 There 3 Removed in Magento"), "{}", inbox.text());
}

#[sqlx::test]
async fn who_comes_back_is_merged_with_the_edits_that_wait(pool: PgPool) {
    let (mut pair, mut theirs) = gone(pool).await;
    theirs.customer.suffix = Some("Jr.".into());
    theirs.customer.taxvat = Some("T 1".into());
    pair.store.put_customer(theirs);
    pair.walk_well().await;
    pair.sync_well().await;
    let there = pair.store.customer(3).unwrap().customer;
    let values = (there.lastname.as_deref(), there.taxvat.as_deref(), there.suffix.as_deref());
    assert_eq!(values, (Some("Hopper"), Some("H 1"), Some("Jr.")), "local wins, and nothing is lost");
    assert_eq!(pair.conflicts().await, ["record open by removed", "taxvat local by local"]);
    assert_eq!(pair.app.count("select count(*) from conflicts where decided_at is null").await, 0);
    let inbox = pair.app.get("/conflicts").await;
    assert!(inbox.text().contains("Nothing to decide any more"), "{}", inbox.text());
    assert_eq!(pair.states().await, ["last_name sent", "taxvat sent"]);
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn an_answer_is_for_those_who_edit_and_for_what_was_shown(pool: PgPool) {
    let (mut pair, _) = gone(pool).await;
    let id = pair.app.count("select max(id) from conflicts").await;
    let path = format!("/conflicts/{id}");
    let mut viewer = pair.app.colleague(Role::Viewer).await;
    assert!(!viewer.get("/conflicts").await.text().contains("Accept removal"));
    assert_eq!(viewer.post(&path, &[("use", "remote")]).await.status, StatusCode::FORBIDDEN);
    let (_, shown) = pair.app.get("/conflicts").await.form("Accept removal");
    assert!(shown.iter().any(|(name, _)| name == "local"));
    for fields in [vec![("use", "remote"), ("local", "[]"), ("remote", "null")], vec![("use", "other")]] {
        let answer = pair.app.post(&path, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{fields:?}");
    }
    assert_eq!(pair.conflicts().await, ["record open by removed"]);
    assert_eq!(pair.states().await, ["last_name pending", "taxvat pending"]);
}

#[sqlx::test]
async fn created_again_they_are_who_they_were_with_what_was_edited(pool: PgPool) {
    let (mut pair, _) = gone(pool).await;
    let row = pair.row_of(3).await;
    let (path, fields) = pair.app.get("/conflicts").await.form("Create again");
    let posted: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(pair.app.post(&path, &posted).await.status, StatusCode::SEE_OTHER);
    assert_eq!(pair.conflicts().await, ["record local by removed"]);
    pair.app.drain_jobs().await;
    let remote: Option<i64> = sqlx::query_scalar("select remote_id from customers where id = $1")
        .bind(row)
        .fetch_one(&pair.app.pool)
        .await
        .unwrap();
    let there = pair.store.customer(u32::try_from(remote.unwrap()).unwrap()).unwrap();
    assert_ne!(there.customer.id, 3);
    assert_eq!(there.customer.lastname.as_deref(), Some("Hopper"));
    let page = pair.app.get(&format!("/customers/{row}")).await;
    assert!(!page.text().contains("Not yet in Magento"), "{}", page.text());
    pair.assert_equal().await;
    pair.sync_well().await;
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn created_again_and_taken_back_they_stay_removed_with_all_that_they_have(pool: PgPool) {
    let (mut pair, _) = gone(pool).await;
    let row = pair.row_of(3).await;
    let (path, fields) = pair.app.get("/conflicts").await.form("Create again");
    let posted: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(pair.app.post(&path, &posted).await.status, StatusCode::SEE_OTHER);
    let page = pair.app.get(&format!("/customers/{row}")).await;
    let told = pair.app.press(&page, "Discard New customer").await;
    assert!(told.text().contains("It stays removed"), "{}", told.text());
    assert!(told.text().contains("Removed in Magento"), "{}", told.text());
    assert_eq!(pair.states().await, ["last_name pending", "taxvat pending"], "nothing is lost");
    pair.sync_well().await;
    assert_eq!(pair.conflicts().await, ["record local by removed", "record open by removed"], "asked anew");
}
