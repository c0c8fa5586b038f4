//! The walk over all records: what moves no time is met by it (F43).

use cartwright::simulator::{Address, Options, StatusEntry};
use sqlx::PgPool;

use crate::support::{Pair, little};

async fn what_moves_no_time(pool: PgPool, options: Options) {
    let bridge = options.bridge.is_some();
    let pair = Pair::new(pool, options).await.with_time_for_carts().await;
    pair.sync_well().await;
    // a shopper edits an address, adds one, and deletes another
    let books: Vec<u32> = pair
        .store
        .customer_ids()
        .into_iter()
        .filter(|id| !pair.store.customer(*id).unwrap().addresses.is_empty())
        .collect();
    let address = |customer: u32| pair.store.customer(customer).unwrap().addresses[0].id;
    pair.store.edit_address(address(books[0]), |address| address.city = Some("Łódź".into()));
    pair.store.add_address(books[1], Address { city: Some("Ghent".into()), ..Address::default() }).unwrap();
    pair.store.delete_address(address(books[2]));
    // a comment that leaves the order's row as it is, and a row edited by hand
    let mut order = pair.store.order(4).unwrap();
    order
        .history
        .insert(0, StatusEntry { comment: Some("Left at the door".into()), ..order.history[0].clone() });
    pair.store.put_order(order);
    let mut order = pair.store.order(6).unwrap();
    order.customer_lastname = Some("By hand".into());
    pair.store.put_order(order);
    pair.sync_well().await;
    pair.hours_pass().await;
    pair.sync_well().await;
    pair.assert_all_equal(bridge).await;
    let traces = pair.traces().await;
    pair.hours_pass().await;
    pair.sync_well().await;
    assert_eq!(pair.traces().await, traces, "nothing had changed, so nothing is written");
}

#[sqlx::test]
async fn what_moves_no_time_is_met_by_the_walk(pool: PgPool) {
    what_moves_no_time(pool, little(false)).await;
}

#[sqlx::test]
async fn what_moves_no_time_is_met_by_the_walk_without_bulk_reads(pool: PgPool) {
    what_moves_no_time(pool, Options { bulk: false, ..little(false) }).await;
}

#[sqlx::test]
async fn what_moves_no_time_is_met_by_the_walk_of_the_bridge(pool: PgPool) {
    what_moves_no_time(pool, little(true)).await;
}

/// Committed a week later than it is stamped, or written by hand: no window holds it any more. Among the known ids or
/// above them all.
async fn unknown_ids(pool: PgPool, bridge: bool) {
    let pair = Pair::new(pool, little(bridge)).await.with_time_for_carts().await;
    let (customer, order) = (pair.store.customer(6).unwrap(), pair.store.order(3).unwrap());
    pair.store.delete_customer(6);
    pair.store.delete_order(3);
    pair.sync_well().await;
    pair.store.put_customer(customer);
    pair.store.put_order(order);
    let week = 7 * 86_400;
    let new = pair.store.add_customer(cartwright::simulator::Customer::new("late@example.org"));
    pair.store.stamp_customer(new, pair.store.now() - week);
    let mut late = pair.store.draft_order(4);
    late.updated_at -= week;
    pair.store.put_order(late);
    pair.hours_pass().await;
    // the longest overlap does not reach so far
    pair.sync_well().await;
    pair.assert_all_equal(bridge).await;
}

#[sqlx::test]
async fn records_that_no_window_holds_any_more_are_met_by_the_walk(pool: PgPool) {
    unknown_ids(pool, false).await;
}

#[sqlx::test]
async fn records_that_no_window_of_the_bridge_holds_any_more_are_met_by_the_walk(pool: PgPool) {
    unknown_ids(pool, true).await;
}

/// In a week it comes round, a part each time.
#[sqlx::test]
async fn the_rolling_walk_goes_on_where_it_stopped_and_comes_round(pool: PgPool) {
    let options = Options { customers: 700, orders: Some(0), carts: Some(0), ..little(false) };
    let pair = Pair::synced(pool, options).await;
    let book = |id: u32| pair.store.customer(id).unwrap().addresses.first().map(|address| address.id);
    let ids = pair.store.customer_ids();
    let first = ids.iter().find_map(|id| book(*id)).unwrap();
    let last = ids.iter().rev().find_map(|id| book(*id)).unwrap();
    for address in [first, last] {
        pair.store.edit_address(address, |address| address.city = Some("Łódź".into()));
    }
    let moved = "select count(*) from customer_addresses where city = 'Łódź'";
    pair.app.run_sql("update sync_cursors set backfilled_at = now() - interval '61 minutes'").await;
    pair.sync_well().await;
    assert_eq!(pair.app.count(moved).await, 1, "the first part");
    pair.sync_well().await;
    assert_eq!(pair.app.count(moved).await, 1, "not before an hour has passed");
    pair.app.run_sql("update sync_cursors set walked_at = walked_at - interval '61 minutes'").await;
    pair.sync_well().await;
    pair.assert_equal().await;
}
