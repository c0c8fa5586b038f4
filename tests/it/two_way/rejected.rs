//! Edits that a store does not take: in the inbox, with its words, tried again or discarded.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use cartwright::simulator::{Fault, Record, When};
use sqlx::PgPool;

use super::desk::small;
use crate::support::Pair;

const UPDATE: &str = "customerCustomerUpdate";
const INBOX: &str = "/conflicts/rejected-edits";

/// The store refuses a last name.
async fn refused(pool: PgPool) -> Pair {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.store.script(Fault::Soap("1".into(), "Not on a Sunday.".into(), 500), When::method(UPDATE));
    pair.edit(3, &[("last-name", "Hopper")]).await;
    pair.sync_well().await;
    assert_eq!(pair.states().await, ["last_name rejected"]);
    pair
}

#[sqlx::test]
async fn the_inbox_shows_the_store_s_words(pool: PgPool) {
    let mut pair = refused(pool).await;
    let inbox = pair.app.get(INBOX).await;
    let row = inbox.part("<tbody", "</tbody>");
    assert!(
        row.contains("Last Name rejected") && row.contains("→ Hopper Not on a Sunday. Ada Lovelace"),
        "{row}"
    );
    let file = pair.app.get(&format!("{INBOX}/export")).await.html;
    assert!(file.contains(",Hopper,Not on a Sunday.,Ada Lovelace,"), "{file}");
    for (query, records) in
        [("?field=last_name", "1 record"), ("?field=email", "0 records"), ("?channel=1", "1 record")]
    {
        let page = pair.app.get(&format!("{INBOX}{query}")).await;
        assert!(page.text().contains(records), "{query}: {}", page.text());
    }
    let page = pair.app.get(&format!("{INBOX}?field=nonsense")).await;
    assert!(page.part("role=\"alert\"", "</p>").contains("nonsense"));
    let home = pair.app.get("/").await;
    assert!(home.text().contains("Conflicts 1 waiting"), "the navigation tells: {}", home.text());
    let conflicts = pair.app.get("/conflicts").await;
    assert!(conflicts.text().contains("Rejected edits 1"), "{}", conflicts.text());
}

#[sqlx::test]
async fn try_again_sends_it_once_more(pool: PgPool) {
    let mut pair = refused(pool).await;
    let inbox = pair.app.get(INBOX).await;
    let name = inbox.part("<tbody", "</a>");
    let again = format!("Try again with Last Name of {name}");
    // the store has not changed its mind
    let told = pair.app.press(&inbox, &again).await;
    assert!(told.text().contains("The edit is tried again."), "{}", told.text());
    pair.app.drain_jobs().await;
    assert_eq!(pair.states().await, ["last_name rejected"]);
    pair.store.clear_scripts();
    let inbox = pair.app.get(INBOX).await;
    pair.app.press(&inbox, &again).await;
    let told = "select act || ' by ' || actor || ': ' || (changes->0->>'new') from audit_entries where act = 'tried again' limit 1";
    assert_eq!(pair.app.text(told).await, "tried again by Ada Lovelace: Last Name");
    pair.app.drain_jobs().await;
    assert_eq!(pair.states().await, ["last_name sent"]);
    assert_eq!(pair.last_name_there(3), "Hopper");
    assert!(pair.app.get(INBOX).await.text().contains("No rejected edits"));
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn it_is_tried_again_and_discarded_on_the_customer_s_page_too(pool: PgPool) {
    let mut pair = refused(pool).await;
    let page = pair.page_of(3).await;
    let page = pair.app.press(&page, "Try again with Last Name").await;
    assert!(page.text().contains("Last Name Hopper pending"), "{}", page.text());
    pair.app.drain_jobs().await;
    let page = pair.page_of(3).await;
    let page = pair.app.press(&page, "Discard the edit of Last Name").await;
    assert!(page.text().contains("The edit is discarded"), "{}", page.text());
    assert!(page.text().contains("Discarded here."), "the history says so: {}", page.text());
    pair.store.clear_scripts();
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn it_is_discarded_from_the_inbox(pool: PgPool) {
    let mut pair = refused(pool).await;
    let inbox = pair.app.get(INBOX).await;
    let name = inbox.part("<tbody", "</a>");
    let inbox = pair.app.press(&inbox, &format!("Discard the edit of Last Name of {name}")).await;
    assert_eq!(inbox.path, INBOX);
    assert!(inbox.text().contains("No rejected edits"), "{}", inbox.text());
    assert_eq!(pair.states().await, ["last_name discarded"]);
    pair.assert_equal().await;
}

#[sqlx::test]
async fn a_viewer_reads_and_decides_nothing(pool: PgPool) {
    let pair = refused(pool).await;
    let (customer, change) =
        (pair.row_of(3).await, pair.app.count("select max(id) from changes where state = 'rejected'").await);
    let mut viewer = pair.app.colleague(Role::Viewer).await;
    let inbox = viewer.get(INBOX).await;
    assert!(
        inbox.text().contains("Not on a Sunday.") && !inbox.text().contains("Try again"),
        "{}",
        inbox.text()
    );
    for what in ["retries", "discard"] {
        let path = format!("/customers/{customer}/changes/{change}/{what}");
        assert_eq!(viewer.post(&path, &[]).await.status, StatusCode::FORBIDDEN, "{what}");
    }
    assert_eq!(pair.states().await, ["last_name rejected"]);
}

#[sqlx::test]
async fn a_try_again_that_comes_late_says_so(pool: PgPool) {
    let mut pair = refused(pool).await;
    let inbox = pair.app.get(INBOX).await;
    let name = inbox.part("<tbody", "</a>");
    pair.edit(3, &[("last-name", "Murray")]).await;
    let told = pair.app.press(&inbox, &format!("Try again with Last Name of {name}")).await;
    assert!(told.text().contains("Nothing waits there any more."), "{}", told.text());
    assert_eq!(pair.states().await, ["last_name discarded", "last_name pending"]);
    pair.store.clear_scripts();
    pair.app.drain_jobs().await;
    pair.assert_equal().await;
}

#[sqlx::test]
async fn what_the_store_cannot_show_is_not_written_blindly(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.edit(3, &[("last-name", "Hopper")]).await;
    pair.store.script(
        Fault::GarbageIn(Record::Customer(3), "updated_at".into(), "about noon".into()),
        When::always(),
    );
    pair.store.reset_counters();
    pair.sync().await;
    assert_eq!(pair.store.requests_of(UPDATE), 0, "an edit made there would be lost");
    assert_eq!(pair.states().await, ["last_name pending"]);
    let page = pair.page_of(3).await;
    assert!(page.text().contains("could not be read in the store"), "{}", page.text());
    pair.store.clear_scripts();
    pair.failed_records_are_due().await;
    pair.app.run_sql("update changes set next_try_at = now()").await;
    pair.sync_well().await;
    assert_eq!(pair.states().await, ["last_name sent"]);
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}
