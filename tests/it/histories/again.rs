//! Full re-sync: everything is read again, nothing is deleted, and it begins once.

use cartwright::simulator::{Fault, Options, When};
use cartwright::sync::Wish;
use sqlx::PgPool;

use crate::support::{Pair, little, until};

/// What was changed in the database of the store, past all stamps.
fn behind_its_back(pair: &Pair) {
    let (updated, mut order) = (pair.store.order(5).unwrap().updated_at, pair.store.order(5).unwrap());
    order.customer_lastname = Some("By hand".into());
    pair.store.put_order(order);
    assert_eq!(pair.store.order(5).unwrap().updated_at, updated);
    let address = pair
        .store
        .customer_ids()
        .iter()
        .find_map(|id| pair.store.customer(*id).unwrap().addresses.first().map(|address| address.id));
    pair.store.edit_address(address.unwrap(), |address| address.city = Some("Łódź".into()));
}

async fn reads_everything(pool: PgPool, bridge: bool) {
    let pair = Pair::on_a_little_shop(pool, bridge).await;
    behind_its_back(&pair);
    pair.store.delete_customer(2);
    pair.sync_well().await;
    let customers = "select count(*) from customers where removed_at is null and not is_guest";
    let before = pair.app.count(customers).await;
    let job = pair.wish(Wish::FullResync).await;
    assert_eq!((job.status.word(), job.message.as_deref()), ("Completed", None));
    assert_eq!(pair.app.count(customers).await, before, "it deletes nothing");
    let read = "select sum(read)::bigint from job_connectors where connector = 'Orders' and job_id = (
        select max(id) from jobs)";
    assert_eq!(pair.app.count(read).await, 12, "all orders were read again");
    let told = pair.app.text("select last_name from orders where remote_id = 5").await;
    assert_eq!(told, "By hand");
    for id in pair.store.customer_ids() {
        pair.assert_equal_customer(id).await;
    }
    let traces = pair.traces().await;
    pair.wish(Wish::FullResync).await;
    assert_eq!(pair.traces().await, traces, "the same again writes nothing");
}

#[sqlx::test]
async fn a_full_resync_reads_everything_again_and_deletes_nothing(pool: PgPool) {
    reads_everything(pool, false).await;
}

#[sqlx::test]
async fn a_full_resync_with_the_bridge_reads_everything_again_and_deletes_nothing(pool: PgPool) {
    reads_everything(pool, true).await;
}

#[sqlx::test]
async fn a_full_resync_that_is_taken_over_goes_on_where_it_was(pool: PgPool) {
    let options = Options { customers: 400, orders: Some(0), carts: Some(0), ..little(false) };
    let pair = Pair::synced(pool, options).await;
    let id = pair.ask(Wish::FullResync).await;
    pair.store.script(Fault::Slow(std::time::Duration::from_millis(80)), When::method("multiCall"));
    let workers = pair.app.workers("dies");
    let dies = tokio::spawn(async move { workers.drain().await });
    until("a part is committed", async || read_by(&pair, id).await > 0).await;
    dies.abort();
    let _ = dies.await;
    pair.store.clear_scripts();
    let before = read_by(&pair, id).await;
    assert!(before < 400, "it died in the middle: {before}");
    pair.app.bury_the_dead().await;
    pair.app.workers("next").drain().await.unwrap();
    let job = pair.job(id).await;
    assert_eq!((job.status.word(), job.resumed), ("Completed", 1));
    let read = read_by(&pair, id).await;
    assert!((400..=405).contains(&read), "{read} rows of 400: it did not begin anew");
    pair.assert_equal().await;
}

async fn read_by(pair: &Pair, job: i64) -> i64 {
    let read = sqlx::query_scalar(
        "select read::bigint from job_connectors where connector = 'Customers' and job_id = $1",
    )
    .bind(job)
    .fetch_optional(&pair.app.pool);
    read.await.unwrap().unwrap_or_default()
}
