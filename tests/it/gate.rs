//! The gate of a store in Postgres: never more calls in flight than allowed, over all pools, integrations and processes.

use std::time::{Duration, Instant};

use cartwright::magento::{Gate, Outcome, Ticket, Trouble};
use cartwright::simulator::{Fault, Options, When};
use cartwright::sync::{self, PgGate};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::{App, Pair, in_a_hurry, only_customers, settings, until};

const STORE: &str = "https://shop.example:443";

fn went(trouble: Option<Trouble>) -> Outcome {
    Outcome { latency: Duration::from_millis(20), first_byte: None, trouble }
}

fn gate(pool: &PgPool, ceiling: Option<i16>) -> PgGate {
    PgGate::new(pool.clone(), STORE.to_owned(), ceiling, None)
}

/// In at once, or not.
async fn enters(gate: &PgGate) -> Option<Box<dyn Ticket>> {
    tokio::time::timeout(Duration::from_millis(400), gate.enter())
        .await
        .ok()
        .map(|entered| entered.map_err(drop).unwrap())
}

async fn leave(pool: &PgPool, ticket: Box<dyn Ticket>, trouble: Option<Trouble>) {
    let inside = in_flight(pool).await;
    ticket.leave(went(trouble));
    until("the place is given back", async || in_flight(pool).await < inside).await;
}

async fn in_flight(pool: &PgPool) -> i64 {
    sqlx::query_scalar("select count(*) from store_calls").fetch_one(pool).await.unwrap()
}

async fn brisk_for_an_hour(pool: &PgPool) {
    sqlx::query(
        "insert into store_pace (store, allowed, brisk_since, usual_ms) values ($1, 2, now() - interval '1 hour', 20)
         on conflict (store) do update set allowed = 2, brisk_since = excluded.brisk_since, not_before = null",
    )
    .bind(STORE)
    .execute(pool)
    .await
    .unwrap();
}

/// Another process has connections of its own.
async fn another(connect: PgConnectOptions) -> PgPool {
    PgPoolOptions::new().max_connections(3).connect_with(connect).await.unwrap()
}

#[sqlx::test]
async fn one_call_at_a_time_over_all_processes_until_the_store_was_brisk_for_a_while(
    _: sqlx::postgres::PgPoolOptions,
    connect: PgConnectOptions,
) {
    let (here, there) = (another(connect.clone()).await, another(connect).await);
    let first = enters(&gate(&here, None)).await.expect("nobody is inside");
    assert!(enters(&gate(&there, None)).await.is_none(), "the other process has to wait");
    leave(&here, first, None).await;
    let second = enters(&gate(&there, None)).await.expect("it was left");
    assert!(enters(&gate(&here, None)).await.is_none());
    drop(second);
    until("an abandoned call gives its place back", async || in_flight(&here).await == 0).await;

    brisk_for_an_hour(&here).await;
    let two = [enters(&gate(&here, None)).await, enters(&gate(&there, None)).await];
    assert!(two.iter().all(Option::is_some));
    assert!(enters(&gate(&here, None)).await.is_none(), "never a third by itself");
    drop(two);
    close([here, there]).await;
}

#[sqlx::test]
async fn trouble_takes_it_back_to_one_whatever_another_call_in_flight_says(pool: PgPool) {
    brisk_for_an_hour(&pool).await;
    let gate = gate(&pool, None);
    let (well, badly) = (enters(&gate).await.unwrap(), enters(&gate).await.unwrap());
    leave(&pool, badly, Some(Trouble::Timeout)).await;
    leave(&pool, well, None).await;
    let rests: bool = sqlx::query_scalar(
        "select allowed = 1 and brisk_since is null and not_before > now() + interval '20 seconds' from store_pace",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert!(rests, "a store that did not answer is left alone");
    assert!(enters(&gate).await.is_none());
}

#[sqlx::test]
async fn a_ceiling_that_an_administrator_set_is_obeyed(pool: PgPool) {
    brisk_for_an_hour(&pool).await;
    let gate = gate(&pool, Some(4));
    let mut inside = Vec::new();
    for _ in 0..4 {
        inside.push(enters(&gate).await.expect("up to four"));
    }
    assert!(enters(&gate).await.is_none());
    let other = PgGate::new(pool.clone(), "https://other.example:443".to_owned(), None, None);
    drop(enters(&other).await.expect("another store is another gate"));
}

#[sqlx::test]
async fn requests_per_minute_are_spaced(pool: PgPool) {
    let gate = PgGate::new(pool.clone(), STORE.to_owned(), None, Some(600));
    let began = Instant::now();
    for _ in 0..4 {
        let ticket = gate.enter().await.map_err(drop).unwrap();
        leave(&pool, ticket, None).await;
    }
    assert!(began.elapsed() >= Duration::from_millis(300), "{:?}", began.elapsed());
}

#[sqlx::test]
async fn a_place_whose_holder_died_is_free_again(pool: PgPool) {
    let gate = gate(&pool, None);
    let ticket = enters(&gate).await.unwrap();
    std::mem::forget(ticket);
    assert!(enters(&gate).await.is_none());
    sqlx::query("update store_calls set expires_at = now() - interval '1 second'")
        .execute(&pool)
        .await
        .unwrap();
    drop(enters(&gate).await.expect("it has run out"));
}

#[sqlx::test]
async fn two_integrations_of_one_store_share_its_gate(_: PgPoolOptions, connect: PgConnectOptions) {
    two_integrations(connect, None, 2).await;
}

#[sqlx::test]
async fn two_integrations_of_one_store_never_pass_its_ceiling(_: PgPoolOptions, connect: PgConnectOptions) {
    two_integrations(connect, Some(3), 3).await;
}

async fn two_integrations(connect: PgConnectOptions, ceiling: Option<i16>, most: usize) {
    let (here, there) = (another(connect.clone()).await, another(connect).await);
    let options = Options { customers: 150, ..only_customers() };
    let Pair { mut app, store, integration } = Pair::new(here.clone(), options.clone()).await;
    // a store has one channel for each of its websites
    let second = app.connect_with(&settings(&store, &options, "Second"), "1", "Second").await;
    sqlx::query("update integrations set calls_at_once = $1").bind(ceiling).execute(&here).await.unwrap();
    for id in [integration, second] {
        sync::enqueue(&mut here.acquire().await.unwrap(), id, "Shop", None, sync::Wish::Changes)
            .await
            .unwrap();
    }
    store.script(Fault::Slow(Duration::from_millis(20)), When::always());
    store.reset_counters();
    let one = app.workers("one");
    let two = app.workers_over(there.clone(), "two", in_a_hurry());
    let (a, b) = tokio::join!(one.drain(), two.drain());
    a.and(b).unwrap();
    assert!(store.max_in_flight() <= most, "{} calls at once", store.max_in_flight());
    assert_eq!(app.count("select count(*) from customers where channel_id = 1").await, 150);
    let of_one_website =
        app.count("select count(*) from customers where channel_id = 1 and website_id = 1").await;
    assert_eq!(app.count("select count(*) from customers where channel_id = 2").await, of_one_website);
    assert_eq!(app.count("select count(distinct worker) from jobs where status = 'completed'").await, 2);
    drop::<App>(app);
    close([here, there]).await;
}

/// The test's database is dropped at the end, and nobody may be connected to it then.
async fn close(pools: [PgPool; 2]) {
    for pool in pools {
        pool.close().await;
    }
}
