//! Processes that are killed at random moments (F56): whatever is in flight then, nothing is lost and nothing doubled.
//!
//! Five kills here; `CARTWRIGHT_KILLS=50` for the full size.

use std::time::Duration;

use cartwright::simulator::{Fault, Options, Part, When};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::{Pair, Process, pool_of, until};

/// A job whose process died so often is given up; a test of many kills lets it come to its end before.
const KILLS_OF_ONE_JOB: u32 = 5;

fn kills() -> u32 {
    #[expect(clippy::disallowed_methods, reason = "how long the test takes is up to whoever runs it")]
    let told = std::env::var("CARTWRIGHT_KILLS");
    told.ok().and_then(|kills| kills.parse().ok()).unwrap_or(5)
}

#[sqlx::test]
async fn kills_at_random_moments_lose_and_double_nothing(_: PgPoolOptions, connect: PgConnectOptions) {
    let pool = pool_of(&connect).await;
    killed(&connect, pool.clone(), false).await;
    pool.close().await;
}

#[sqlx::test]
async fn kills_at_random_moments_lose_and_double_nothing_with_the_bridge(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let pool = pool_of(&connect).await;
    killed(&connect, pool.clone(), true).await;
    pool.close().await;
}

async fn killed(connect: &PgConnectOptions, pool: PgPool, bridge: bool) {
    let options = Options {
        customers: 250,
        orders: Some(200),
        carts: Some(40),
        subscribers: Some(150),
        bridge: bridge.then(|| "1.2.19".to_owned()),
        ..Options::default()
    };
    let pair = Pair::new(pool, options).await.with_time_for_carts().await;
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut chance = fastrand::Rng::with_seed(seed);
    for nr in 1..=kills() {
        pair.store.clear_scripts();
        // so that a kill hits a window that is listed, completed or written
        pair.store.script(Fault::Slow(Duration::from_millis(chance.u64(5..60))), When::always());
        pair.schedule().await;
        pair.store.reset_counters();
        let process = Process::serve(connect);
        let moment = chance.u64(3..if bridge { 14 } else { 24 });
        until("the process is at work, or done", async || {
            let asked: u64 = pair.store.requests().values().sum();
            asked >= moment || pair.app.count(LEFT).await == 0
        })
        .await;
        process.kill(&pair.app.pool).await;
        something_happens(&pair, &mut chance);
        pair.app.bury_the_dead().await;
        if nr % KILLS_OF_ONE_JOB == 0 {
            pair.store.clear_scripts();
            pair.app.workers("patient").drain().await.unwrap();
        }
    }
    pair.store.clear_scripts();
    pair.carts_age().await;
    pair.app.workers("last").drain().await.unwrap();
    pair.sync_well().await;
    pair.assert_all_equal(bridge).await;
    assert_counted(&pair).await;
    let traces = pair.traces().await;
    pair.sync_well().await;
    assert_eq!(pair.traces().await, traces, "nothing is left to be written");
}

const LEFT: &str = "select count(*) from jobs where status in ('queued', 'running')";

fn something_happens(pair: &Pair, chance: &mut fastrand::Rng) {
    let customers = pair.store.customer_ids();
    let order = pair.store.place_order(customers[chance.usize(..customers.len())]);
    pair.store.invoice_order(order);
    if chance.bool() {
        pair.store.refund_order(order, Part::FirstItem).unwrap();
    }
    let edited = customers[chance.usize(..customers.len())];
    pair.store.edit_customer(edited, |customer| customer.taxvat = Some("AT 1".into()));
    let new = cartwright::simulator::Customer::new(format!("new{}@example.org", customers.len()));
    pair.store.add_customer(new);
    pair.store.subscribe(format!("new{}@example.org", customers.len()));
}

/// Counters commit with the rows that they count: each row was created once, whoever did it. (A customer whom a guest's
/// order brought before is counted as updated.)
async fn assert_counted(pair: &Pair) {
    let customers = "select (select sum(created) from job_connectors where connector = 'Customers')::bigint
        - (select count(*) from customers where not is_guest)";
    assert!((-20..=0).contains(&pair.app.count(customers).await), "customers were counted twice");
    let counted =
        "select coalesce(string_agg(connector || ' ' || created, ', ' order by connector), '') from (
        select connector, sum(created) as created from job_connectors
        where connector in ('Orders', 'Credit memos', 'Newsletter subscribers') group by connector) c
        where created > 0";
    let here = "select string_agg(connector || ' ' || n, ', ' order by connector) from (
        select 'Orders' as connector, count(*) as n from orders
        union all select 'Credit memos', count(*) from credit_memos
        union all select 'Newsletter subscribers', count(*) from newsletter_subscribers) h where n > 0";
    assert_eq!(pair.app.text(counted).await, pair.app.text(here).await);
}
