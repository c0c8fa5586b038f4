//! Newsletter subscribers: newest first, by a time that some of them never had.

use cartwright::simulator::{Options, Subscriber};
use sqlx::PgPool;

use crate::support::{Pair, little};

async fn many(pool: PgPool) -> Pair {
    let options = Options { subscribers: Some(250), orders: Some(0), carts: Some(0), ..little(true) };
    Pair::synced(pool, options).await
}

#[sqlx::test]
async fn more_changes_than_a_page_holds_all_come_in_one_increment(pool: PgPool) {
    let pair = many(pool).await;
    for id in pair.store.subscriber_ids() {
        pair.store.edit_subscriber(id, |subscriber| subscriber.status = 3);
    }
    pair.sync_well().await;
    pair.assert_equal_sales(true).await;
}

#[sqlx::test]
async fn a_subscriber_who_comes_while_the_backfill_runs_is_met(pool: PgPool) {
    let options = Options { subscribers: Some(250), orders: Some(0), carts: Some(0), ..little(true) };
    let pair = Pair::new(pool, options).await;
    let slow = std::time::Duration::from_millis(60);
    pair.break_method(cartwright::simulator::Fault::Slow(slow), "newsletterSubscriberList");
    pair.schedule().await;
    let workers = pair.app.workers("worker");
    let running = tokio::spawn(async move { workers.drain().await });
    crate::support::until("subscribers are asked for", async || {
        pair.store.requests_of("newsletterSubscriberList") >= 1
    })
    .await;
    pair.store.subscribe("late@example.org");
    pair.store.unsubscribe(3);
    running.await.unwrap().unwrap();
    pair.store.clear_scripts();
    pair.sync_well().await;
    pair.assert_equal_sales(true).await;
}

/// Rows that are older than the bridge, or that another module writes, have no time: only the walk meets them.
#[sqlx::test]
async fn rows_that_have_no_time_of_change_are_met_by_the_walk(pool: PgPool) {
    let pair = many(pool).await;
    let untimed = |id: u32| Subscriber { change_status_at: None, ..pair.store.subscriber(id).unwrap() };
    pair.store.put_subscriber(Subscriber { status: 4, ..untimed(7) });
    let new = pair.store.subscribe("imported@example.org");
    pair.store.put_subscriber(untimed(new));
    pair.hours_pass().await;
    pair.sync_well().await;
    pair.assert_equal_sales(true).await;
}

#[sqlx::test]
async fn a_subscriber_who_is_deleted_is_marked_by_the_walk_and_unmarked_when_back(pool: PgPool) {
    let pair = many(pool).await;
    let subscriber = pair.store.subscriber(40).unwrap();
    pair.store.delete_subscriber(40);
    pair.hours_pass().await;
    pair.sync_well().await;
    assert_eq!(pair.removed().await, "subscribers 40");
    pair.assert_equal_sales(true).await;
    pair.store.put_subscriber(subscriber);
    pair.walk_well().await;
    assert_eq!(pair.removed().await, "");
    pair.assert_equal_sales(true).await;
}
