//! Clocks that are wrong, and cursors that follow them. (Customers under such clocks: `import.rs`.)

use std::time::Duration;

use cartwright::simulator::{Fault, When};
use chrono::{DateTime, Utc};
use sqlx::PgPool;

use crate::support::{Pair, until};

#[sqlx::test]
async fn a_clock_that_jumps_to_and_fro_loses_no_order(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    for seconds in [-3_600, 7_200, -86_400, 100_000, -10_000] {
        pair.store.move_clock(seconds);
        let order = pair.store.place_order(6);
        pair.store.invoice_order(order);
        pair.carts_age().await;
        pair.sync_well().await;
        pair.assert_all_equal(false).await;
    }
}

#[sqlx::test]
async fn a_clock_that_jumps_while_a_sync_runs_loses_nothing(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    for seconds in [-5_400, 9_000] {
        let order = pair.store.place_order(8);
        pair.store.script(Fault::ClockJump(seconds), When::method("multiCall").times(1));
        pair.sync_well().await;
        pair.store.clear_scripts();
        pair.store.comment_order(order, "after the jump");
        pair.carts_age().await;
        pair.sync_well().await;
        pair.assert_all_equal(false).await;
    }
}

/// An increment may take many minutes to be written. If the time that passed here were counted from its end, what was
/// saved meanwhile by a clock that is set back later would lie before the next window.
#[sqlx::test]
async fn the_time_that_passed_is_counted_from_when_the_bound_was_taken_not_from_when_it_was_committed(
    pool: PgPool,
) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    pair.store.comment_order(3, "to be read slowly");
    pair.store.reset_counters();
    pair.store.script(Fault::Slow(Duration::from_millis(700)), When::method("multiCall"));
    pair.schedule().await;
    let workers = pair.app.workers("worker");
    let running = tokio::spawn(async move { workers.drain().await });
    until("details of the order are on their way", async || pair.store.requests_of("multiCall") > 0).await;
    let meanwhile: DateTime<Utc> =
        sqlx::query_scalar("select clock_timestamp()").fetch_one(&pair.app.pool).await.unwrap();
    running.await.unwrap().unwrap();
    let set_at: DateTime<Utc> =
        sqlx::query_scalar("select cursor_set_at from sync_cursors where connector = 'Orders'")
            .fetch_one(&pair.app.pool)
            .await
            .unwrap();
    assert!(set_at < meanwhile, "{set_at} is when it was committed, {meanwhile} it was under way");
}

#[sqlx::test]
async fn a_record_stamped_in_the_future_never_takes_the_cursor_with_it(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, true).await;
    let cart = pair.store.create_cart(9);
    pair.store.stamp_cart(cart, pair.store.now() + 30 * 86_400);
    pair.sync_well().await;
    let ahead = "select count(*) from sync_cursors where cursor > now() + interval '5 minutes'";
    assert_eq!(pair.app.count(ahead).await, 0);
    pair.store.place_order(3);
    pair.sync_well().await;
    pair.store.stamp_cart(cart, pair.store.now());
    pair.sync_well().await;
    pair.assert_all_equal(true).await;
}
