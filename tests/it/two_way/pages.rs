//! The form of a customer: who may use it, what it refuses, and what it leaves alone.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use sqlx::PgPool;

use super::desk::{small, type_in};
use crate::support::Pair;

#[sqlx::test]
async fn it_is_offered_with_two_way_sync_and_otherwise_the_page_says_why_not(pool: PgPool) {
    let mut pair = Pair::synced(pool, small()).await;
    let id = pair.row_of(3).await;
    let edit = format!("/customers/{id}/edit");
    let page = pair.page_of(3).await;
    assert!(page.link(&format!("href=\"{edit}\"")).is_none());
    assert!(page.text().contains("Two way sync is off for this integration"), "{}", page.text());
    let refused = pair.app.get(&edit).await;
    let told = pair.app.follow(&refused).await;
    assert!(told.part("role=\"alert\"", "</p>").contains("Two way sync is off"), "{}", told.text());
    let posted = pair.app.post(&format!("/customers/{id}"), &[("shown", "{}"), ("last-name", "X")]).await;
    assert_eq!(posted.status, StatusCode::SEE_OTHER);
    assert_eq!(pair.app.count("select count(*) from changes").await, 0);

    pair.app.run_sql("update integrations set two_way = true").await;
    assert!(pair.page_of(3).await.link(&format!("href=\"{edit}\"")).is_some());
}

/// What the form says of when the store gets it holds.
#[sqlx::test]
async fn it_says_when_the_store_gets_what_is_typed(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let edit = format!("/customers/{}/edit", pair.row_of(3).await);
    assert!(pair.app.get(&edit).await.text().contains("is sent to Magento with the next sync."));
    pair.app.run_sql("update integrations set paused_at = now()").await;
    assert!(pair.app.get(&edit).await.text().contains("is sent to Magento once it is resumed."));
    pair.app.run_sql("update channels set active = false").await;
    assert!(pair.app.get(&edit).await.text().contains("is sent to Magento once it is active again."));
}

#[sqlx::test]
async fn sales_edits_and_a_viewer_does_not(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let id = pair.row_of(3).await;
    let mut viewer = pair.app.colleague(Role::Viewer).await;
    assert_eq!(viewer.get(&format!("/customers/{id}/edit")).await.status, StatusCode::FORBIDDEN);
    let posted = viewer.post(&format!("/customers/{id}"), &[("shown", "{}"), ("last-name", "X")]).await;
    assert_eq!(posted.status, StatusCode::FORBIDDEN);
    assert!(viewer.get(&format!("/customers/{id}")).await.link("/edit\"").is_none());
    let mut sales = pair.app.colleague(Role::Sales).await;
    assert_eq!(type_in(&mut sales, id, &[("last-name", "Hopper")]).await.status, StatusCode::SEE_OTHER);
    pair.app.drain_jobs().await;
    assert_eq!(pair.store.customer(3).unwrap().customer.lastname.as_deref(), Some("Hopper"));
    assert_eq!(pair.app.get("/customers/999999/edit").await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn what_is_wrong_stands_beside_its_field_with_what_was_typed(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let with_address = |id: &u32| !pair.store.customer(*id).unwrap().addresses.is_empty();
    let remote = pair.store.customer_ids().into_iter().find(with_address).unwrap();
    let id = pair.row_of(remote).await;
    let row = pair.address_row(pair.store.customer(remote).unwrap().addresses[0].id).await;
    let field = |name: &str| format!("address-{row}-{name}");
    let (country, state) = (field("country"), field("state"));
    let (street, city, zip) = (field("street"), field("city"), field("zip-postal-code"));
    let typed = [
        ("email", "not an address"),
        ("last-name", " "),
        ("birthday", "2999-01-01"),
        (&country, "US"),
        (&state, "Atlantis"),
        (&street, "1 Road"),
        (&city, ""),
        (&zip, "1"),
    ];
    let page = type_in(&mut pair.app, id, &typed).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for bad in ["email", "last-name", "birthday", &state, &city] {
        page.blames(bad);
    }
    assert_eq!((page.value_of("email"), page.value_of(&state)), ("not an address".into(), "Atlantis".into()));
    assert_eq!(pair.app.count("select count(*) from changes").await, 0);
}

#[sqlx::test]
async fn a_form_that_was_open_for_long_takes_nothing_back(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "local").await;
    let id = pair.row_of(3).await;
    let form = pair.app.get(&format!("/customers/{id}/edit")).await;
    let (shown, suffix) = (form.value_of("shown"), form.value_of("name-suffix"));
    pair.edit_there(3, |it| it.suffix = Some("PhD".into()));
    pair.sync_well().await;
    let posted = [("shown", shown.as_str()), ("name-suffix", &suffix), ("last-name", "Hopper")];
    assert_eq!(pair.app.post(&format!("/customers/{id}"), &posted).await.status, StatusCode::SEE_OTHER);
    pair.app.drain_jobs().await;
    let there = pair.store.customer(3).unwrap().customer;
    assert_eq!((there.lastname.as_deref(), there.suffix.as_deref()), (Some("Hopper"), Some("PhD")));
}

#[sqlx::test]
async fn an_edit_that_is_taken_back_is_not_sent(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "local").await;
    let before = pair.store.customer(3).unwrap().customer.lastname.unwrap().to_string();
    pair.edit(3, &[("last-name", "Hopper")]).await;
    pair.edit(3, &[("last-name", &before)]).await;
    assert_eq!(pair.states().await, ["last_name discarded", "last_name discarded"]);
    pair.store.reset_counters();
    pair.app.drain_jobs().await;
    assert_eq!(pair.store.requests_of("customerCustomerUpdate"), 0);
    pair.assert_equal().await;
}

#[sqlx::test]
async fn what_was_changed_while_the_form_was_open_is_told_and_not_overwritten_unseen(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "ask").await;
    let id = pair.row_of(3).await;
    let form = pair.app.get(&format!("/customers/{id}/edit")).await;
    let mut posted = form.fields();
    posted.iter_mut().find(|(name, _)| name == "last-name").unwrap().1 = "Mine".to_owned();
    pair.edit_there(3, |it| {
        it.lastname = Some("Theirs".into());
        it.suffix = Some("PhD".into());
    });
    pair.sync_well().await;
    let posted: Vec<(&str, &str)> = posted.iter().map(|(name, value)| (&**name, &**value)).collect();
    let again = pair.app.post(&format!("/customers/{id}"), &posted).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        again.blames("last-name").contains("became “Theirs” while the form was open"),
        "{}",
        again.text()
    );
    assert_eq!((again.value_of("last-name"), again.value_of("name-suffix")), ("Mine".into(), "PhD".into()));
    assert_eq!(pair.app.count("select count(*) from changes").await, 0);
    let posted = again.fields();
    let posted: Vec<(&str, &str)> = posted.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(pair.app.post(&format!("/customers/{id}"), &posted).await.status, StatusCode::SEE_OTHER);
    pair.app.drain_jobs().await;
    let there = pair.store.customer(3).unwrap().customer;
    assert_eq!((there.lastname.as_deref(), there.suffix.as_deref()), (Some("Mine"), Some("PhD")));
    pair.assert_equal().await;
}
