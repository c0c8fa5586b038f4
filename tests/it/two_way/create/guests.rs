//! Guests who are to have an account in the store.

use axum::http::StatusCode;
use cartwright::simulator::{Customer, Options};
use sqlx::PgPool;

use super::super::desk::small;
use super::{CREATE, post, posted};
use crate::support::Pair;

#[sqlx::test]
async fn a_guest_who_registers_there_first_needs_nothing_any_more(pool: PgPool) {
    let options = Options { orders: Some(30), ..small() };
    let mut pair = Pair::two_way(pool, options, "remote").await;
    let (row, email): (i64, String) = sqlx::query_as(
        "select id, email from customers where is_guest and first_name <> '' and last_name <> '' and website_id = 1
         order by id limit 1",
    )
    .fetch_one(&pair.app.pool)
    .await
    .unwrap();
    let at = format!("/customers/{row}/register");
    let form = pair.app.get(&at).await;
    let mut posted = posted(&form, &[]);
    posted.retain(|(name, _)| !name.starts_with("address-new1"));
    assert_eq!(post(&mut pair, &at, &posted).await.status, StatusCode::SEE_OTHER);
    pair.store.add_customer(Customer { website_id: 1, ..Customer::new(email) });
    pair.app.run_sql("update creations set next_try_at = now() + interval '1 hour'").await;
    pair.app.run_sql("update jobs set requested_by = null, pressed_at = null").await;
    pair.app.drain_jobs().await;
    pair.app.run_sql("update creations set next_try_at = now()").await;
    pair.sync_well().await;
    assert_eq!(pair.creations().await, ["customer created"]);
    assert_eq!(pair.store.requests_of(CREATE), 0);
    pair.assert_equal().await;
}

#[sqlx::test]
async fn a_guest_is_given_an_account_and_stays_who_they_are(pool: PgPool) {
    let options = Options { orders: Some(30), ..small() };
    let mut pair = Pair::two_way(pool, options, "remote").await;
    let guest: (i64, String, i64) = sqlx::query_as(
        "select k.id, k.email, count(o.id) from customers k join orders o on o.customer_id = k.id where k.is_guest
         and k.first_name <> '' and k.last_name <> '' and k.website_id = 1 group by k.id order by k.id limit 1",
    )
    .fetch_one(&pair.app.pool)
    .await
    .unwrap();
    let (row, email, orders) = guest;
    let at = format!("/customers/{row}/register");
    assert!(pair.app.get(&format!("/customers/{row}")).await.link(&at).is_some());
    let typed = [("password", "correct horse")];
    let form = pair.app.get(&at).await;
    let posted = posted(&form, &typed);
    assert!(posted.iter().any(|(name, value)| name == "address-new1-street" && !value.is_empty()));
    let saved = post(&mut pair, &at, &posted).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let sealed = "select count(*) from creations where password is not null";
    assert_eq!(pair.app.count(sealed).await, 1);
    pair.app.drain_jobs().await;
    let there = pair.store.find_customer(&email, 1).unwrap();
    assert!(there.customer.password_hash.is_some() && !there.addresses.is_empty());
    assert_eq!(pair.app.count(sealed).await, 0, "forgotten once the store has it");
    let said = pair.text_of(row).await;
    assert!(said.contains("Is Guest No"), "{said}");
    let kept = sqlx::query_scalar::<_, i64>("select count(*) from orders where customer_id = $1").bind(row);
    assert_eq!(kept.fetch_one(&pair.app.pool).await.unwrap(), orders);
    pair.assert_equal().await;
}
