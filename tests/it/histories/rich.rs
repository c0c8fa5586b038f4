//! Windows with more in them than a store can answer at once (F27, F28, F32).

use std::time::Duration;

use cartwright::magento::Limits;
use cartwright::simulator::{Fault, Options, When};
use cartwright::sync::Patience;
use sqlx::PgPool;

use crate::support::{Pair, in_a_hurry, little};

/// A store whose answers may not be larger than this.
fn at_most(max_body_bytes: u64) -> Patience {
    Patience { limits: Limits { max_body_bytes, ..Limits::default() }, ..in_a_hurry() }
}

/// All customers saved in one second, and the answer with all of them is too large: no window is narrow enough.
async fn one_rich_second(pool: PgPool, options: Options, list: &str, most_requests: u64) {
    let pair = Pair::new(pool, Options { customers: 150, ..options }).await;
    pair.sync_well().await;
    let second = pair.store.now();
    for id in pair.store.customer_ids() {
        pair.store.edit_customer(id, |customer| customer.lastname = Some("All at once".into()));
        pair.store.stamp_customer(id, second);
    }
    pair.store.reset_counters();
    let job = pair.sync_with(at_most(60_000)).await;
    assert_eq!((job.status.word(), job.message.as_deref()), ("Completed", None));
    assert!(pair.log(job.id).await.contains("asked for in parts"));
    pair.assert_equal().await;
    let requests = pair.store.requests_of(list);
    assert!(requests < most_requests, "the rest of the window is not asked for second by second: {requests}");
}

#[sqlx::test]
async fn a_second_too_rich_to_answer_is_asked_for_by_ids(pool: PgPool) {
    one_rich_second(pool, little(false), "call", 60).await;
}

#[sqlx::test]
async fn a_second_too_rich_to_answer_is_asked_for_by_ids_without_bulk_reads(pool: PgPool) {
    one_rich_second(pool, Options { bulk: false, ..little(false) }, "customerCustomerList", 60).await;
}

#[sqlx::test]
async fn a_second_too_rich_to_answer_is_asked_for_by_ids_with_the_bridge(pool: PgPool) {
    one_rich_second(pool, little(true), "oroCustomerList", 90).await;
}

#[sqlx::test]
async fn a_backfill_of_a_store_that_answers_little_at_once_comes_in_whole(pool: PgPool) {
    let pair = Pair::new(pool, Options { customers: 200, orders: Some(0), ..little(false) }).await;
    // the dictionaries are larger than what is allowed from then on
    pair.store.script(Fault::Maintenance, When::method("call"));
    pair.sync().await;
    pair.store.clear_scripts();
    let job = pair.sync_with(at_most(60_000)).await;
    assert_eq!((job.status.word(), job.message.as_deref()), ("Completed", None));
    pair.assert_equal().await;
}

#[sqlx::test]
async fn a_window_that_is_halved_keeps_what_was_committed_of_it(pool: PgPool) {
    let pair =
        Pair::new(pool, Options { customers: 200, orders: Some(0), carts: Some(0), ..little(false) }).await;
    // the first windows come in, then the store fails for good
    pair.store.script(Fault::BadGateway, When::method("call").after(2));
    pair.sync().await;
    let before = pair.app.count("select count(*) from customers").await;
    let read = "select coalesce(sum(read), 0)::bigint from job_connectors where connector = 'Customers'";
    let read_before = pair.app.count(read).await;
    assert!(before > 0 && before < 200, "{before}");
    pair.store.clear_scripts();
    pair.sync_well().await;
    pair.assert_equal().await;
    let read_after = pair.app.count(read).await;
    assert!(
        read_after - read_before <= 200 - before + 5,
        "{before} here, {read_before} and {read_after} read"
    );
}

/// Empty bodies, cut XML, HTML and 503 are never "no records": the window is asked for again, and nothing is skipped.
#[sqlx::test]
async fn what_is_no_answer_is_never_an_empty_window(pool: PgPool) {
    let pair = Pair::new(pool, little(true)).await;
    let lists =
        ["oroCustomerList", "oroOrderList", "oroQuoteList", "call", "multiCall", "newsletterSubscriberList"];
    let faults = [
        Fault::Empty,
        Fault::Cut,
        Fault::CutShort,
        Fault::Html,
        Fault::Maintenance,
        Fault::PlainText("Fatal error: Allowed memory size of 134217728 bytes exhausted".to_owned()),
    ];
    for fault in faults {
        for list in lists {
            pair.break_method(fault.clone(), list);
        }
        pair.sync().await;
        pair.store.clear_scripts();
        assert_eq!(pair.app.count("select count(*) from customers").await, 0, "{fault:?}");
        let done = "select count(*) from sync_cursors where backfilled_at is not null";
        assert_eq!(pair.app.count(done).await, 0, "{fault:?}");
    }
    pair.sync_well().await;
    pair.assert_all_equal(true).await;
}

#[sqlx::test]
async fn a_store_that_never_answers_a_large_window_is_asked_for_smaller_ones(pool: PgPool) {
    let pair = Pair::new(pool, little(false)).await;
    pair.store.script(Fault::Hang, When::method("call").times(3));
    let limits = Limits { first_byte: Duration::from_millis(300), ..Limits::default() };
    let job = pair.sync_with(Patience { limits, ..in_a_hurry() }).await;
    assert_eq!((job.status.word(), job.message.as_deref()), ("Completed", None));
    pair.store.clear_scripts();
    pair.carts_age().await;
    pair.sync_well().await;
    pair.assert_equal().await;
}
