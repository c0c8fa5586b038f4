//! Records that a store, or we, cannot get past: one costs itself and nothing else (F18, F55, F60).

use cartwright::simulator::{Fault, Options, Record, When};
use sqlx::PgPool;

use crate::support::{Pair, access_denied, internal_error, little};

/// The store answers every list that holds the record with fault 1: in the backfill, and again in an increment.
async fn poisoned(pool: PgPool, options: Options, record: fn(&Pair) -> Record, list: &str, connector: &str) {
    let bridge = options.bridge.is_some();
    let pair = Pair::new(pool, options).await.with_time_for_carts().await;
    let record = record(&pair);
    pair.store.script(internal_error(), When::record(record).on(list));
    let id = id_of(record);
    pair.sync_badly(connector).await;
    assert_eq!(pair.failed().await, format!("{connector} {id}"), "the culprit alone");
    let cause = pair.app.text("select cause from failed_records").await;
    assert!(cause.contains("fault 1"), "{cause}");

    // it is saved again, with the others
    touch(&pair, record);
    pair.store.reset_counters();
    pair.sync_badly(connector).await;
    assert_eq!(pair.failed().await, format!("{connector} {id}"), "the culprit alone, in the increment, too");
    let requests = pair.store.requests_of(list);
    assert!(requests < 60, "{requests} requests for one record: {:?}", pair.store.requests());

    // the store is mended, and the record comes by itself
    pair.store.clear_scripts();
    pair.failed_records_are_due().await;
    pair.carts_age().await;
    pair.sync_well().await;
    pair.assert_all_equal(bridge).await;
    assert_eq!(pair.failed().await, "");
}

/// A cart that no order was made from.
pub(super) fn given_up(pair: &Pair) -> u32 {
    let orders: Vec<u32> =
        pair.store.order_ids().into_iter().filter_map(|id| Some(pair.store.order(id)?.quote_id)).collect();
    let carts: Vec<u32> = pair.store.cart_ids().into_iter().filter(|id| !orders.contains(id)).collect();
    carts[carts.len() / 2]
}

pub(super) fn id_of(record: Record) -> u32 {
    match record {
        Record::Customer(id)
        | Record::Order(id)
        | Record::CreditMemo(id)
        | Record::Cart(id)
        | Record::Subscriber(id) => id,
    }
}

fn touch(pair: &Pair, record: Record) {
    let id = id_of(record);
    let touched = match record {
        Record::Customer(_) => pair.store.edit_customer(id, |customer| customer.taxvat = Some("1".into())),
        Record::Order(_) => pair.store.comment_order(id, "again"),
        Record::CreditMemo(_) => pair.store.edit_memo(id, |_| {}),
        Record::Cart(_) => pair.store.edit_cart(id, |_| {}),
        Record::Subscriber(_) => pair.store.edit_subscriber(id, |subscriber| subscriber.status = 3),
    };
    assert!(touched, "{record:?} is there");
}

/// Nobody orders, so nobody is fetched singly.
fn strangers(bridge: bool) -> Options {
    Options { customers: 60, orders: Some(0), carts: Some(0), subscribers: Some(0), ..little(bridge) }
}

fn many(bridge: bool) -> Options {
    Options { customers: 60, orders: Some(80), carts: Some(60), subscribers: Some(150), ..little(bridge) }
}

#[sqlx::test]
async fn one_customer_that_spoils_every_list_holds_nobody_else_back(pool: PgPool) {
    poisoned(pool, strangers(false), |_| Record::Customer(41), "call", "Customers").await;
}

#[sqlx::test]
async fn one_customer_that_spoils_every_list_of_soap_v2_holds_nobody_else_back(pool: PgPool) {
    let options = Options { bulk: false, ..strangers(false) };
    poisoned(pool, options, |_| Record::Customer(41), "customerCustomerList", "Customers").await;
}

#[sqlx::test]
async fn one_customer_that_spoils_every_page_of_the_bridge_holds_nobody_else_back(pool: PgPool) {
    poisoned(pool, strangers(true), |_| Record::Customer(41), "oroCustomerList", "Customers").await;
}

#[sqlx::test]
async fn one_order_that_spoils_every_list_holds_no_other_back(pool: PgPool) {
    poisoned(pool, many(false), |_| Record::Order(33), "call", "Orders").await;
}

#[sqlx::test]
async fn one_order_that_spoils_every_page_of_the_bridge_holds_no_other_back(pool: PgPool) {
    poisoned(pool, many(true), |_| Record::Order(33), "oroOrderList", "Orders").await;
}

#[sqlx::test]
async fn one_cart_that_spoils_every_page_of_the_bridge_holds_no_other_back(pool: PgPool) {
    poisoned(pool, many(true), |pair| Record::Cart(given_up(pair)), "oroQuoteList", "Carts").await;
}

#[sqlx::test]
async fn one_credit_memo_that_spoils_every_list_holds_no_other_back(pool: PgPool) {
    poisoned(pool, many(false), |_| Record::CreditMemo(2), "call", "Credit memos").await;
}

#[sqlx::test]
async fn one_subscriber_that_spoils_every_page_holds_no_other_back(pool: PgPool) {
    let list = "newsletterSubscriberList";
    poisoned(pool, many(true), |_| Record::Subscriber(77), list, "Newsletter subscribers").await;
}

/// Early in the 26 hours that are read once a day: what is left of them is not read second by second.
#[sqlx::test]
async fn one_poison_record_does_not_turn_a_day_into_seconds(pool: PgPool) {
    let pair = Pair::new(pool, strangers(false)).await;
    pair.sync_well().await;
    pair.store.edit_customer(41, |customer| customer.taxvat = Some("1".into()));
    pair.store.stamp_customer(41, pair.store.now() - 25 * 3600);
    pair.store.edit_customer(42, |customer| customer.taxvat = Some("2".into()));
    pair.store.script(internal_error(), When::record(Record::Customer(41)).on("call"));
    pair.app.run_sql("update sync_cursors set day_overlap_at = now()").await;
    pair.store.reset_counters();
    pair.sync_badly("Customers").await;
    assert_eq!(pair.failed().await, "Customers 41");
    pair.assert_equal_customer(42).await;
    assert!(pair.store.requests_of("call") < 100, "{:?}", pair.store.requests());
}

/// A field that is no number: kept with what the store sent, healed by itself once the store is mended.
async fn unreadable(pool: PgPool, bridge: bool, record: fn(&Pair) -> Record, field: &str, connector: &str) {
    let pair = Pair::new(pool, little(bridge)).await.with_time_for_carts().await;
    let record = record(&pair);
    pair.store.script(Fault::GarbageIn(record, field.to_owned(), "about twelve".to_owned()), When::always());
    pair.sync_badly(connector).await;
    assert_eq!(pair.failed().await, format!("{connector} {}", id_of(record)));
    let kept = pair.app.text("select cause || ' ' || raw_xml from failed_records").await;
    assert!(kept.contains(field) && kept.contains("about twelve"), "{kept}");

    let attempts = "select attempts::bigint from failed_records";
    let before = pair.app.count(attempts).await;
    pair.failed_records_are_due().await;
    pair.sync().await;
    assert_eq!(pair.app.count(attempts).await, before + 1, "tried again, in vain");

    pair.store.clear_scripts();
    touch(&pair, record);
    if !bridge && matches!(record, Record::Cart(_)) {
        // nobody tells that a cart was saved: it comes when it is tried again
        pair.failed_records_are_due().await;
    }
    pair.carts_age().await;
    pair.sync_well().await;
    pair.assert_all_equal(bridge).await;
    assert_eq!(pair.failed().await, "", "mended and saved again");
}

#[sqlx::test]
async fn an_order_with_an_unreadable_amount_is_kept_as_failed_until_it_is_mended(pool: PgPool) {
    unreadable(pool, false, |_| Record::Order(7), "grand_total", "Orders").await;
}

#[sqlx::test]
async fn an_order_of_the_bridge_with_an_unreadable_amount_is_kept_as_failed_until_it_is_mended(pool: PgPool) {
    unreadable(pool, true, |_| Record::Order(7), "grand_total", "Orders").await;
}

#[sqlx::test]
async fn a_cart_with_an_unreadable_amount_is_kept_as_failed_until_it_is_mended(pool: PgPool) {
    unreadable(pool, true, |pair| Record::Cart(given_up(pair)), "grand_total", "Carts").await;
}

#[sqlx::test]
async fn a_cart_found_by_its_id_with_an_unreadable_amount_is_kept_as_failed_until_it_is_mended(pool: PgPool) {
    unreadable(pool, false, |pair| Record::Cart(given_up(pair)), "grand_total", "Carts").await;
}

#[sqlx::test]
async fn a_subscriber_with_an_unreadable_time_is_kept_as_failed_until_it_is_mended(pool: PgPool) {
    unreadable(pool, true, |_| Record::Subscriber(4), "change_status_at", "Newsletter subscribers").await;
}

/// One entry of a bulk read that fails is that record's; the next try brings it.
#[sqlx::test]
async fn one_entry_of_a_bulk_read_that_fails_is_no_reason_to_lose_the_others(pool: PgPool) {
    let pair = Pair::new(pool, little(false)).await.with_time_for_carts().await;
    for record in [Record::Order(6), Record::CreditMemo(1), Record::Cart(given_up(&pair))] {
        pair.store.script(internal_error(), When::record(record).on("order.info").times(1));
        pair.store.script(internal_error(), When::record(record).on("order_creditmemo.info").times(1));
        pair.store.script(internal_error(), When::record(record).on("cart.info").times(1));
    }
    let job = pair.sync().await;
    assert_eq!(job.status.word(), "Completed with errors");
    let failed = pair.failed().await;
    assert!(failed.contains("Orders 6") && failed.contains("Credit memos 1"), "{failed}");
    pair.assert_heals().await;
}

/// A user who may list orders but not look into them: no order is to blame, and no window is done (F15).
#[sqlx::test]
async fn a_right_that_is_missing_inside_a_bulk_read_is_no_failed_record(pool: PgPool) {
    let pair = Pair::new(pool, little(false)).await.with_time_for_carts().await;
    pair.break_method(access_denied(), "order.info");
    pair.sync_badly("may not call").await;
    assert_eq!(pair.failed().await, "");
    assert_eq!(pair.app.count("select count(*) from orders").await, 0);
    pair.assert_equal().await;
    pair.store.clear_scripts();
    pair.carts_age().await;
    pair.sync_well().await;
    pair.assert_all_equal(false).await;
}

/// An answer with another number of entries than were asked for cannot be told apart: nothing of it is used.
#[sqlx::test]
async fn a_bulk_read_with_too_many_or_too_few_entries_is_never_guessed_at(pool: PgPool) {
    let pair = Pair::new(pool, little(false)).await.with_time_for_carts().await;
    for wrong in [1, -1] {
        pair.break_method(Fault::Miscount(wrong), "multiCall");
        let job = pair.sync().await;
        assert_eq!(job.status.word(), "Completed with errors", "{wrong}");
        assert_eq!(pair.app.count("select count(*) from orders").await, 0, "{wrong}");
        pair.store.clear_scripts();
    }
    pair.sync_well().await;
    pair.assert_all_equal(false).await;
}

/// A list that ignores the filter would be taken for the window's content, and the rest for done (F46).
#[sqlx::test]
async fn a_list_that_ignores_the_filter_stops_its_connector_and_no_other(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, true).await;
    pair.store.place_order(3);
    pair.store.edit_customer(9, |customer| customer.lastname = Some("Goes on".into()));
    pair.break_method(Fault::IgnoreFilters, "oroOrderList");
    pair.sync_badly("Orders: The store ignores the filter").await;
    pair.assert_equal().await;
    pair.store.clear_scripts();
    pair.sync_well().await;
    pair.assert_all_equal(true).await;
}

/// More records than a page holds, and whatever ids are asked for, the same page comes: it is not asked for again and again
/// (F46).
#[sqlx::test]
async fn lists_that_do_not_look_at_ids_are_left_at_once(pool: PgPool) {
    let (orders, carts, subscribers) = (Some(120), Some(120), Some(120));
    let pair = Pair::new(pool, Options { customers: 120, orders, carts, subscribers, ..little(true) }).await;
    let lists = [
        ("oroCustomerList", "Customers"),
        ("oroOrderList", "Orders"),
        ("oroQuoteList", "Carts"),
        ("newsletterSubscriberList", "Newsletter subscribers"),
    ];
    for (list, _) in lists {
        pair.break_method(Fault::IgnoreFilters, list);
    }
    let message = pair.sync().await.message.unwrap_or_default();
    for (list, connector) in lists {
        assert!(message.contains(&format!("{connector}: The store ignores the filter")), "{message}");
        assert!(pair.store.requests_of(list) < 5, "{list}: {:?}", pair.store.requests());
    }
    pair.store.clear_scripts();
    pair.sync_well().await;
    pair.assert_all_equal(true).await;
}
