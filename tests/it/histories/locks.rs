//! Who waits for whom in the database: all lock in one order, so that nobody waits in a circle and is thrown out.

use std::time::Duration;

use cartwright::simulator::{Customer, Fault, When};
use sqlx::PgPool;

use crate::support::{Pair, only_customers, until};
use crate::two_way::desk::small;

const WAITING: &str = "select count(*) from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'";

/// Whoever deletes an integration has its row first, and then what hangs on it.
#[sqlx::test]
async fn a_window_has_its_integration_before_what_hangs_on_it(pool: PgPool) {
    let pair = Pair::synced(pool, only_customers()).await;
    pair.store.edit_customer(3, |customer| customer.taxvat = Some("1".into()));
    pair.store.reset_counters();
    pair.store.script(Fault::Slow(Duration::from_millis(500)), When::method("call").times(1));
    let id = pair.schedule().await;
    let workers = pair.app.workers("worker");
    let running = tokio::spawn(async move { workers.drain().await });
    until("a window is listed", async || pair.store.requests_of("call") > 0).await;
    let mut tx = pair.app.pool.begin().await.unwrap();
    sqlx::query("select id from integrations for update").execute(&mut *tx).await.unwrap();
    until("the window waits", async || pair.app.count(WAITING).await > 0).await;
    let cursors = sqlx::query("select connector from sync_cursors for update nowait");
    cursors.fetch_all(&mut *tx).await.expect("the window does not have them yet");
    tx.rollback().await.unwrap();
    running.await.unwrap().unwrap();
    assert_eq!(pair.job(id).await.status.word(), "Completed");
}

/// Whoever moves a customer to another account decides over people first, and then has the customer.
#[sqlx::test]
async fn a_window_decides_over_people_before_it_has_customers(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "ask").await;
    pair.edit(3, &[("tax-vat", "AT 3")]).await;
    pair.edit_there(3, |customer| customer.taxvat = Some("DE 3".into()));
    pair.store.add_customer(Customer::new("new@example.org"));
    let mut tx = pair.app.pool.begin().await.unwrap();
    sqlx::query("select pg_advisory_xact_lock(hashtext('people'))").execute(&mut *tx).await.unwrap();
    let id = pair.schedule().await;
    let workers = pair.app.workers("worker");
    let running = tokio::spawn(async move { workers.drain().await });
    until("a window waits", async || pair.app.count(WAITING).await > 0).await;
    let customers = sqlx::query("select id from customers for update nowait");
    customers.fetch_all(&mut *tx).await.expect("the window does not have them yet");
    tx.rollback().await.unwrap();
    running.await.unwrap().unwrap();
    assert_eq!(pair.job(id).await.status.word(), "Completed");
    pair.assert_equal_customer(pair.store.customer_ids().pop().unwrap()).await;
}
