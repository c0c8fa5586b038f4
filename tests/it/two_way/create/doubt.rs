//! A store that refuses what was made here, or gives no answer: nobody is made twice (F51-F53).

use std::time::Duration;

use axum::http::StatusCode;
use cartwright::simulator::{Customer, Fault, When};
use sqlx::PgPool;

use super::super::desk::small;
use super::{CREATE, CREATE_ADDRESS, HOME, fill_in};
use crate::support::{Pair, until};

#[sqlx::test]
async fn who_was_there_before_us_is_not_taken_for_ours(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let row = pair.make_ada(&[]).await;
    let id = pair.store.add_customer(Customer { website_id: 1, ..Customer::new("Ada@example.org") });
    pair.app.drain_jobs().await;
    assert_eq!(pair.store.requests_of(CREATE), 0);
    assert_eq!(pair.creations().await, ["customer rejected"]);
    let said = pair.text_of(row).await;
    assert!(said.contains(&format!("number {id} in Magento. Open that customer")), "{said}");
    // another address is tried at once
    let edited = fill_in(
        &mut pair,
        &format!("/customers/{row}/edit"),
        &format!("/customers/{row}"),
        &[("email", "countess@example.org")],
        &[],
    )
    .await;
    assert_eq!(edited.status, StatusCode::SEE_OTHER, "{}", edited.text());
    pair.app.drain_jobs().await;
    assert_eq!(pair.creations().await, ["customer created"]);
    assert!(pair.store.find_customer("countess@example.org", 1).is_some());
    pair.assert_equal().await;
}

#[sqlx::test]
async fn a_create_whose_answer_was_lost_makes_nobody_twice(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let row = pair.make_ada(&HOME).await;
    pair.store.script(Fault::LoseAnswer, When::method(CREATE).times(1));
    pair.store.script(Fault::LoseAnswer, When::method(CREATE_ADDRESS).times(1));
    // the pull of the same job meets her; the address is asked for then, and its answer is lost, too
    pair.app.drain_jobs().await;
    pair.app.run_sql("update creations set next_try_at = now()").await;
    pair.sync().await;
    pair.sync().await;
    assert_eq!(pair.creations().await, ["customer created", "address created"]);
    assert_eq!(pair.store.requests_of(CREATE), 1);
    assert_eq!(pair.store.requests_of(CREATE_ADDRESS), 1);
    let there = pair.store.customer(pair.ada_there().unwrap()).unwrap();
    assert_eq!(there.addresses.len(), 1);
    let remote: Option<i64> = sqlx::query_scalar("select remote_id from customers where id = $1")
        .bind(row)
        .fetch_one(&pair.app.pool)
        .await
        .unwrap();
    assert_eq!(remote, Some(i64::from(there.customer.id)));
    pair.assert_equal().await;
    pair.sync_well().await;
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn a_lost_answer_is_looked_up_before_anything_is_sent_again(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.make_ada(&[]).await;
    pair.store.script(Fault::LoseAnswer, When::method(CREATE).times(1));
    // nothing is read in this job
    pair.store.script(Fault::BadGateway, When::method("customer.list"));
    pair.store.script(Fault::Soap("1".into(), "x".into(), 500), When::method("call"));
    pair.app.drain_jobs().await;
    assert_eq!(pair.creations().await, ["customer pending"]);
    pair.store.clear_scripts();
    // edited meanwhile: the store gets that as an edit
    let row: i64 =
        sqlx::query_scalar("select customer_id from creations").fetch_one(&pair.app.pool).await.unwrap();
    let (at, to) = (format!("/customers/{row}/edit"), format!("/customers/{row}"));
    fill_in(&mut pair, &at, &to, &[("last-name", "King")], &[]).await;
    pair.app.run_sql("update creations set next_try_at = now()").await;
    pair.app.drain_jobs().await;
    pair.sync_well().await;
    assert_eq!(pair.store.requests_of(CREATE), 1);
    assert_eq!(pair.creations().await, ["customer created"]);
    let there = pair.store.customer(pair.ada_there().unwrap()).unwrap().customer;
    assert_eq!(there.lastname.as_deref(), Some("King"));
    pair.assert_equal().await;
}

/// What a call carried may have come through, whatever has been typed since.
#[sqlx::test]
async fn a_corrected_e_mail_makes_nobody_twice_after_a_lost_answer(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let row = pair.make_ada(&[]).await;
    pair.store.script(Fault::LoseAnswer, When::method(CREATE).times(1));
    pair.store.script(Fault::BadGateway, When::method("call"));
    pair.app.drain_jobs().await;
    assert_eq!(pair.creations().await, ["customer pending"]);
    pair.store.clear_scripts();
    let (at, to) = (format!("/customers/{row}/edit"), format!("/customers/{row}"));
    fill_in(&mut pair, &at, &to, &[("email", "countess@example.org")], &[]).await;
    pair.app.run_sql("update creations set next_try_at = now()").await;
    pair.app.drain_jobs().await;
    pair.sync_well().await;
    assert_eq!(pair.store.requests_of(CREATE), 1);
    assert_eq!(pair.creations().await, ["customer created"]);
    assert!(pair.ada_there().is_none() && pair.store.find_customer("countess@example.org", 1).is_some());
    assert_eq!(pair.app.count("select count(*) from customers where last_name = 'Lovelace'").await, 1);
    pair.assert_equal().await;
}

#[sqlx::test]
async fn what_is_edited_while_the_store_creates_it_is_sent_after_it(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let row = pair.make_ada(&[]).await;
    pair.store.script(Fault::Slow(Duration::from_millis(800)), When::method(CREATE).times(1));
    let workers = pair.app.workers("worker");
    let push = tokio::spawn(async move { workers.drain().await });
    until("the call is under way", async || {
        pair.app.count("select count(*) from creations where sent_at is not null").await == 1
    })
    .await;
    let (at, to) = (format!("/customers/{row}/edit"), format!("/customers/{row}"));
    fill_in(&mut pair, &at, &to, &[("last-name", "King")], &[]).await;
    push.await.unwrap().unwrap();
    pair.app.drain_jobs().await;
    let there = pair.store.customer(pair.ada_there().unwrap()).unwrap().customer;
    assert_eq!(there.lastname.as_deref(), Some("King"));
    assert!(pair.conflicts().await.is_empty(), "{:?}", pair.conflicts().await);
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn an_address_that_is_refused_does_not_hold_back_its_customer(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let row = pair.make_ada(&HOME).await;
    pair.store.script(
        Fault::Soap("100".into(), "Please enter the telephone number.".into(), 200),
        When::method(CREATE_ADDRESS),
    );
    pair.app.drain_jobs().await;
    assert_eq!(pair.creations().await, ["customer created", "address rejected"]);
    let said = pair.text_of(row).await;
    assert!(said.contains("Please enter the telephone number."), "{said}");
    pair.store.clear_scripts();
    pair.sync_well().await;
    assert_eq!(pair.creations().await, ["customer created", "address rejected"], "until somebody edits it");
    let address: i64 = sqlx::query_scalar("select id from customer_addresses where remote_id is null")
        .fetch_one(&pair.app.pool)
        .await
        .unwrap();
    let phone = format!("address-{address}-phone");
    let (at, to) = (format!("/customers/{row}/edit"), format!("/customers/{row}"));
    fill_in(&mut pair, &at, &to, &[(&phone, "1")], &[]).await;
    pair.app.drain_jobs().await;
    assert_eq!(pair.creations().await, ["customer created", "address created"]);
    pair.assert_equal().await;
}

#[sqlx::test]
async fn killed_between_create_and_record_it_makes_nobody_twice(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.make_ada(&[]).await;
    pair.store.script(Fault::Slow(Duration::from_millis(800)), When::method(CREATE).times(1));
    let workers = pair.app.workers("first");
    let first = tokio::spawn(async move { workers.drain().await });
    until("the call is under way", async || {
        pair.app.count("select count(*) from creations where sent_at is not null").await == 1
    })
    .await;
    pair.app.run_sql("update jobs set token = token + 1, lease_until = now() - interval '1 minute'").await;
    let _ = first.await.unwrap();
    pair.app.workers("second").drain().await.unwrap();
    assert_eq!(pair.store.requests_of(CREATE), 1);
    assert_eq!(pair.creations().await, ["customer created"]);
    pair.assert_equal().await;
}
