//! Records whose details never come: the store answers with nothing, with half of it, or not in time. One costs itself and
//! nothing else (F28, F60); and what ails the whole store is no record's fault.

use std::time::Duration;

use cartwright::magento::Limits;
use cartwright::simulator::{Fault, Options, Record, When};
use cartwright::sync::Patience;
use sqlx::PgPool;

use super::poison::{given_up, id_of};
use crate::support::{Pair, in_a_hurry, little};

/// PHP ran out of memory.
fn died() -> Fault {
    Fault::Status(500, String::new(), Vec::new())
}

/// Nobody waits long for a store that hangs.
fn patience_with(fault: &Fault) -> Patience {
    let limits = Limits { first_byte: Duration::from_millis(400), ..Limits::default() };
    if *fault == Fault::Hang { Patience { limits, ..in_a_hurry() } } else { in_a_hurry() }
}

/// A record, and where its details are asked for.
type Culprit = (fn(&Pair) -> Record, &'static str);

fn many() -> Options {
    Options { customers: 60, orders: Some(80), carts: Some(60), ..little(false) }
}

/// The store gives no answer that the record's details would be in: in the backfill, and whenever it is asked again.
async fn unanswered(pool: PgPool, options: Options, fault: Fault, culprit: Culprit, connector: &str) {
    let pair = Pair::new(pool, options).await.with_time_for_carts().await;
    let (record, path) = (culprit.0(&pair), culprit.1);
    let patience = patience_with(&fault);
    let alone = format!("{connector} {}", id_of(record));
    pair.store.script(fault, When::record(record).on(path));
    let job = pair.sync_with(patience).await;
    assert_eq!(job.status.word(), "Completed with errors", "{:?}", job.message);
    assert_eq!(pair.failed().await, alone, "the culprit alone");
    let cause = pair.app.text("select cause from failed_records").await;
    assert!(cause.contains("fails whenever it is asked for this record"), "{cause}");

    // what is new comes, and it is tried again in vain
    let new = pair.store.place_order(3);
    pair.failed_records_are_due().await;
    pair.sync_with(patience).await;
    assert_eq!(pair.failed().await, alone, "the culprit alone, in the increment, too");
    let here: (i64, i64) = sqlx::query_as(
        "select (select count(*) from orders where remote_id = $1),
            (select count(*) from sync_cursors where connector = $2 and backfilled_at is not null)",
    )
    .bind(i64::from(new))
    .bind(connector)
    .fetch_one(&pair.app.pool)
    .await
    .unwrap();
    assert_eq!(here, (1, 1), "the cursor moved, and the backfill went past it");

    // the store is mended, and the record comes by itself
    pair.store.clear_scripts();
    pair.assert_heals().await;
}

#[sqlx::test]
async fn one_order_that_php_dies_of_holds_no_other_back(pool: PgPool) {
    unanswered(pool, many(), died(), (|_| Record::Order(33), "order.info"), "Orders").await;
}

#[sqlx::test]
async fn one_order_that_php_dies_of_holds_no_other_back_without_bulk_reads(pool: PgPool) {
    let options = Options { bulk: false, customers: 20, orders: Some(20), ..many() };
    unanswered(pool, options, died(), (|_| Record::Order(13), "salesOrderInfo"), "Orders").await;
}

#[sqlx::test]
async fn one_order_whose_answer_is_cut_holds_no_other_back(pool: PgPool) {
    unanswered(pool, many(), Fault::CutShort, (|_| Record::Order(33), "order.info"), "Orders").await;
}

#[sqlx::test]
async fn one_order_whose_answer_is_empty_holds_no_other_back(pool: PgPool) {
    unanswered(pool, many(), Fault::Empty, (|_| Record::Order(33), "order.info"), "Orders").await;
}

#[sqlx::test]
async fn one_order_that_takes_for_ever_holds_no_other_back(pool: PgPool) {
    unanswered(pool, many(), Fault::Hang, (|_| Record::Order(33), "order.info"), "Orders").await;
}

#[sqlx::test]
async fn one_credit_memo_that_php_dies_of_holds_no_other_back(pool: PgPool) {
    let culprit: Culprit = (|_| Record::CreditMemo(2), "order_creditmemo.info");
    unanswered(pool, many(), died(), culprit, "Credit memos").await;
}

#[sqlx::test]
async fn one_address_book_that_php_dies_of_holds_no_other_back(pool: PgPool) {
    let culprit: Culprit = (|_| Record::Customer(41), "customer_address.list");
    unanswered(pool, many(), died(), culprit, "Customers").await;
}

#[sqlx::test]
async fn one_cart_that_php_dies_of_does_not_end_the_search(pool: PgPool) {
    let culprit: Culprit = (|pair| Record::Cart(given_up(pair)), "cart.info");
    unanswered(pool, many(), died(), culprit, "Carts").await;
}

/// A customer of another website, whom an order names, is asked for by themselves.
#[sqlx::test]
async fn one_customer_that_php_dies_of_does_not_end_the_healing(pool: PgPool) {
    let options = Options { customers: 40, orders: Some(0), carts: Some(0), ..little(false) };
    let pair = Pair::on(pool, options, "2", "2007-01-01").await;
    let ids = pair.store.customer_ids().into_iter();
    let others: Vec<u32> =
        ids.filter(|id| pair.store.customer(*id).unwrap().customer.website_id == 1).take(2).collect();
    for other in &others {
        let mut order = pair.store.draft_order(*other);
        order.store_id = 3;
        pair.store.put_order(order);
    }
    pair.store.script(died(), When::record(others[0]).on("customer.info"));
    pair.sync_badly("Customers: 1 records").await;
    assert_eq!(pair.failed().await, format!("Customers {}", others[0]));
    pair.assert_equal_customer(others[1]).await;
}

/// Many orders of old that no module can read any more, side by side: the backfill gets past them all.
#[sqlx::test]
async fn a_row_of_orders_that_php_dies_of_holds_no_other_back(pool: PgPool) {
    let pair = Pair::new(pool, many()).await.with_time_for_carts().await;
    for id in 20..45 {
        pair.store.script(died(), When::record(Record::Order(id)).on("order.info"));
    }
    pair.sync_badly("Orders").await;
    assert_eq!(pair.app.count("select count(*) from failed_records").await, 25);
    assert_eq!(pair.app.count("select count(*) from orders").await, 55);
    pair.store.clear_scripts();
    pair.failed_records_are_due().await;
    pair.carts_age().await;
    pair.sync_well().await;
    pair.assert_all_equal(false).await;
}

/// A proxy that fails once, just when a single order is asked for.
#[sqlx::test]
async fn trouble_of_a_moment_makes_no_failed_record(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    let order = Record::Order(pair.store.place_order(3));
    pair.store.script(Fault::BadGateway, When::record(order).on("order.info").times(1));
    pair.sync_well().await;
    assert_eq!(pair.failed().await, "");
    pair.assert_all_equal(false).await;
}

/// Nobody's details come, and only one order is asked for: the store is to blame.
#[sqlx::test]
async fn details_that_never_come_for_anybody_are_no_record_s_fault(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    for fault in [died(), Fault::Empty, Fault::CutShort] {
        pair.store.place_order(3);
        pair.break_method(fault.clone(), "multiCall");
        pair.sync_badly("Orders").await;
        assert_eq!(pair.failed().await, "", "{fault:?}");
        pair.store.clear_scripts();
        pair.sync_well().await;
        pair.assert_all_equal(false).await;
    }
}

/// A store that is too slow for one order after another is overloaded: it is left alone, and the other orders wait.
#[sqlx::test]
async fn a_store_that_is_too_slow_for_everybody_is_left_alone(pool: PgPool) {
    let pair = Pair::new(pool, little(false)).await.with_time_for_carts().await;
    for id in pair.store.order_ids() {
        pair.store.script(Fault::Hang, When::record(Record::Order(id)).on("order.info"));
    }
    let job = pair.sync_with(patience_with(&Fault::Hang)).await;
    let message = job.message.unwrap_or_default();
    assert!(message.contains("Orders: The store did not answer in time"), "{message}");
    let given_up = pair.app.count("select count(*) from failed_records where connector = 'Orders'").await;
    assert!(given_up <= 10, "{given_up}");
    pair.store.clear_scripts();
    pair.failed_records_are_due().await;
    pair.carts_age().await;
    pair.sync_well().await;
    pair.assert_all_equal(false).await;
}
