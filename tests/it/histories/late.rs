//! Records that come to light later than they are stamped.

use cartwright::simulator::{Fault, Options, When};
use sqlx::PgPool;

use crate::support::{Pair, little, until};

/// A checkout stamps its order, waits for the payment and then commits: the window with its stamp was read meanwhile.
async fn a_checkout_that_waits(pool: PgPool, bridge: bool) {
    let pair = Pair::on_a_little_shop(pool, bridge).await;
    let order = pair.store.draft_order(3);
    // the payment takes a minute and a half, by the store's clock
    pair.store.move_clock(90);
    pair.sync_well().await;
    pair.store.put_order(order);
    pair.sync_well().await;
    pair.assert_all_equal(bridge).await;
}

#[sqlx::test]
async fn an_order_that_commits_after_its_window_was_read_is_met_by_the_overlap(pool: PgPool) {
    a_checkout_that_waits(pool, false).await;
}

#[sqlx::test]
async fn an_order_that_commits_after_its_window_was_read_is_met_by_the_overlap_of_the_bridge(pool: PgPool) {
    a_checkout_that_waits(pool, true).await;
}

#[sqlx::test]
async fn what_commits_within_the_hour_or_the_day_is_met_by_the_longer_overlaps(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    for (minutes, due) in [
        (50, "update sync_cursors set hour_overlap_at = now()"),
        (25 * 60, "update sync_cursors set day_overlap_at = now()"),
    ] {
        let mut order = pair.store.draft_order(5);
        order.updated_at -= minutes * 60;
        let id = order.id;
        pair.store.put_order(order);
        let customer = pair.store.customer_ids()[7];
        pair.store.edit_customer(customer, |customer| customer.lastname = Some(format!("{minutes}").into()));
        pair.store.stamp_customer(customer, pair.store.now() - minutes * 60);
        pair.sync_well().await;
        let here = "select count(*) from orders where remote_id = (select max(remote_id) from orders)";
        assert_eq!(pair.app.count(here).await, 1);
        let there = sqlx::query_scalar::<_, i64>("select count(*) from orders where remote_id = $1")
            .bind(i64::from(id))
            .fetch_one(&pair.app.pool)
            .await
            .unwrap();
        assert_eq!(there, 0, "the usual overlap does not reach so far, so the longer one is what brings it");
        pair.app.run_sql(due).await;
        pair.sync_well().await;
        pair.assert_all_equal(false).await;
    }
}

#[sqlx::test]
async fn an_order_that_changes_while_the_backfill_runs_is_met_again(pool: PgPool) {
    changes_meanwhile(pool, little(false), "multiCall").await;
}

#[sqlx::test]
async fn an_order_that_changes_while_the_backfill_runs_with_the_bridge_is_met_again(pool: PgPool) {
    changes_meanwhile(pool, little(true), "oroOrderList").await;
}

async fn changes_meanwhile(pool: PgPool, options: Options, slow: &str) {
    let bridge = options.bridge.is_some();
    let pair = Pair::new(pool, Options { orders: Some(120), ..options }).await.with_time_for_carts().await;
    pair.store.script(Fault::Slow(std::time::Duration::from_millis(60)), When::method(slow));
    pair.schedule().await;
    let workers = pair.app.workers("worker");
    let running = tokio::spawn(async move { workers.drain().await });
    until("orders are asked for", async || pair.store.requests_of(slow) >= 3).await;
    for id in pair.store.order_ids().into_iter().step_by(5) {
        pair.store.comment_order(id, "Changed meanwhile");
    }
    let new = pair.store.place_order(4);
    pair.store.invoice_order(new);
    running.await.unwrap().unwrap();
    pair.store.clear_scripts();
    pair.carts_age().await;
    pair.sync_well().await;
    pair.assert_all_equal(bridge).await;
}

#[sqlx::test]
async fn of_many_saved_in_one_second_those_saved_after_the_answer_are_met_too(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    let orders = pair.store.order_ids();
    for round in 0..3 {
        let second = pair.store.now();
        for (nr, id) in orders.iter().enumerate() {
            if nr == orders.len() / 2 {
                pair.sync_well().await;
            }
            pair.store.comment_order(*id, format!("Round {round}"));
            pair.store.stamp_order(*id, second);
        }
    }
    pair.sync_well().await;
    pair.assert_all_equal(false).await;
}
