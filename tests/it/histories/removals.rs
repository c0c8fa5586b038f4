//! What is gone in the store: marked after a second look, kept, never believed in masses.

use cartwright::simulator::{Options, Part, Record, When};
use cartwright::sync::Wish;
use sqlx::PgPool;

use crate::support::{Pair, internal_error, little};

/// A customer, an order and a credit memo are deleted.
async fn something_is_deleted(pool: PgPool, bridge: bool) {
    let pair = Pair::on_a_little_shop(pool, bridge).await;
    let order = pair.store.place_order(4);
    pair.store.invoice_order(order);
    let memo = pair.store.refund_order(order, Part::FirstItem).unwrap();
    pair.sync_well().await;
    pair.store.delete_memo(memo);
    pair.store.delete_order(order);
    let lonely = pair.store.customer_ids().into_iter().rev().find(|id| {
        let ordered = |order: u32| pair.store.order(order).unwrap().customer_id == Some(*id);
        !pair.store.order_ids().into_iter().any(ordered)
    });
    let lonely = lonely.unwrap();
    pair.store.delete_customer(lonely);
    pair.sync_well().await;
    assert_eq!(pair.removed().await, "", "no increment can tell");
    pair.walk_well().await;
    let all = format!("credit memos {memo}, customers {lonely}, orders {order}");
    assert_eq!(pair.removed().await, all);
    pair.assert_equal().await;
    pair.assert_equal_sums().await;
    let traces = pair.traces().await;
    pair.walk_well().await;
    assert_eq!(pair.traces().await, traces, "and only once");
}

#[sqlx::test]
async fn what_is_deleted_in_the_store_is_marked_by_the_walk(pool: PgPool) {
    something_is_deleted(pool, false).await;
}

#[sqlx::test]
async fn what_is_deleted_in_a_store_with_the_bridge_is_marked_by_the_walk(pool: PgPool) {
    something_is_deleted(pool, true).await;
}

#[sqlx::test]
async fn the_rolling_walk_finds_what_is_gone_by_itself(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    pair.store.delete_order(9);
    pair.sync_well().await;
    assert_eq!(pair.removed().await, "");
    pair.hours_pass().await;
    pair.sync_well().await;
    assert_eq!(pair.removed().await, "orders 9");
}

/// A list that leaves a record out proves nothing: only the store's word about the record itself does (F19, F47).
#[sqlx::test]
async fn what_cannot_be_looked_up_by_itself_is_not_marked(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    pair.store.delete_customer(11);
    pair.store.delete_order(9);
    let paths = ["customer.info", "order.info"];
    for path in paths {
        pair.store.script(internal_error(), When::method(path));
    }
    pair.wish(Wish::FindRemoved).await;
    assert_eq!(pair.removed().await, "");
    pair.store.clear_scripts();
    pair.walk_well().await;
    assert_eq!(pair.removed().await, "customers 11, orders 9");
}

#[sqlx::test]
async fn a_removed_record_that_is_listed_again_is_unmarked(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    let (customer, order) = (pair.store.customer(11).unwrap(), pair.store.order(9).unwrap());
    pair.store.delete_customer(11);
    pair.store.delete_order(9);
    pair.walk_well().await;
    assert_eq!(pair.removed().await, "customers 11, orders 9");
    pair.store.put_customer(customer);
    pair.store.put_order(order);
    pair.walk_well().await;
    assert_eq!(pair.removed().await, "");
    pair.assert_all_equal(false).await;
    assert_eq!(
        pair.app.count("select count(*) from customers where not is_guest").await,
        20,
        "none is doubled"
    );
    assert_eq!(pair.app.count("select count(*) from orders").await, 12);
}

/// A store that answers with an empty database must not empty the CRM.
async fn mass_deletion(pool: PgPool, bridge: bool) {
    let options = Options { customers: 160, orders: Some(130), subscribers: Some(120), ..little(bridge) };
    let pair = Pair::new(pool, options).await.with_time_for_carts().await;
    pair.sync_well().await;
    for id in pair.store.customer_ids().into_iter().skip(40) {
        pair.store.delete_customer(id);
    }
    for id in pair.store.order_ids().into_iter().skip(40) {
        pair.store.delete_order(id);
    }
    for id in pair.store.subscriber_ids().into_iter().skip(40) {
        pair.store.delete_subscriber(id);
    }
    let job = pair.wish(Wish::FindRemoved).await;
    assert_eq!(job.status.word(), "Completed with errors");
    let message = job.message.unwrap();
    assert!(message.contains("Customers: 120 of 160 records seem to be gone"), "{message}");
    assert!(message.contains("Orders: 90 of 130 records"), "{message}");
    assert!(message.contains("choose Believe the store"), "{message}");
    assert_eq!(pair.removed().await, "", "nothing was marked");

    let job = pair.wish(Wish::BelieveRemoved).await;
    assert_eq!((job.status.word(), job.message.as_deref()), ("Completed", None));
    let gone = pair.removed().await;
    let marked = if bridge { 120 + 90 + 80 } else { 120 + 90 };
    assert_eq!(gone.split(", ").count(), marked, "{gone}");
    pair.assert_equal().await;
}

#[sqlx::test]
async fn mass_deletion_is_not_believed_until_a_person_confirms_it(pool: PgPool) {
    mass_deletion(pool, false).await;
}

#[sqlx::test]
async fn mass_deletion_in_a_store_with_the_bridge_is_not_believed_until_a_person_confirms_it(pool: PgPool) {
    mass_deletion(pool, true).await;
}

/// Somebody else has the address of a customer whom nobody looked for: they are looked up at once.
#[sqlx::test]
async fn a_customer_who_was_deleted_and_registered_again_is_not_there_twice(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    let old = pair.store.customer(13).unwrap().customer;
    pair.store.delete_customer(13);
    let new = pair.store.add_customer(cartwright::simulator::Customer {
        website_id: old.website_id,
        store_id: old.store_id,
        ..cartwright::simulator::Customer::new(old.email.to_string().to_uppercase())
    });
    pair.sync_well().await;
    assert_eq!(pair.removed().await, "customers 13");
    pair.assert_equal_customer(new).await;
}

#[sqlx::test]
async fn two_customers_with_one_address_who_are_both_there_both_stay(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    let old = pair.store.customer(13).unwrap().customer;
    pair.store.add_customer(cartwright::simulator::Customer {
        website_id: old.website_id,
        store_id: old.store_id,
        ..cartwright::simulator::Customer::new(old.email.clone())
    });
    pair.store.script(internal_error(), When::record(Record::Customer(13)).on("customer.list"));
    pair.sync_well().await;
    assert_eq!(pair.removed().await, "");
    pair.store.clear_scripts();
    pair.sync_well().await;
    pair.assert_equal().await;
}

const REMOVED_ADDRESSES: &str = "select count(*) from customer_addresses where removed_at is not null";

/// A module in the store answers with an empty address book for everybody.
async fn empty_books(pool: PgPool, bridge: bool) {
    let pair = Pair::new(pool, Options { customers: 160, orders: Some(0), carts: Some(0), ..little(bridge) });
    let pair = pair.await;
    pair.sync_well().await;
    let empty = || {
        let all: Vec<_> =
            pair.store.customer_ids().into_iter().filter_map(|id| pair.store.customer(id)).collect();
        for address in all.iter().flat_map(|view| &view.addresses) {
            pair.store.delete_address(address.id);
        }
        all
    };
    let all = empty();
    let job = pair.wish(Wish::FindRemoved).await;
    assert_eq!(job.status.word(), "Completed with errors");
    let message = job.message.unwrap();
    assert!(message.contains("addresses seem to be gone in the store"), "{message}");
    assert!(message.contains("choose Believe the store"), "{message}");
    assert_eq!(pair.app.count(REMOVED_ADDRESSES).await, 0, "nothing was marked");

    for view in all {
        pair.store.put_customer(view);
    }
    pair.walk_well().await;
    pair.assert_equal().await;

    empty();
    let job = pair.wish(Wish::BelieveRemoved).await;
    assert_eq!((job.status.word(), job.message.as_deref()), ("Completed", None));
    pair.assert_equal().await;
}

#[sqlx::test]
async fn empty_address_books_of_everybody_are_not_believed_until_a_person_confirms_them(pool: PgPool) {
    empty_books(pool, false).await;
}

#[sqlx::test]
async fn empty_address_books_of_everybody_in_a_store_with_the_bridge_are_not_believed(pool: PgPool) {
    empty_books(pool, true).await;
}

/// What shoppers delete themselves, one here and one there, is believed, and counted over all windows of a run.
#[sqlx::test]
async fn addresses_that_shoppers_delete_are_marked_up_to_the_brake(pool: PgPool) {
    let options = Options { customers: 160, orders: Some(0), carts: Some(0), ..little(false) };
    let pair = Pair::synced(pool, options).await;
    let all = pair.store.customer_ids().into_iter().filter_map(|id| pair.store.customer(id));
    let addresses: Vec<u32> = all.flat_map(|view| view.addresses).map(|address| address.id).collect();
    for id in &addresses[..50] {
        pair.store.delete_address(*id);
    }
    pair.walk_well().await;
    assert_eq!(pair.app.count(REMOVED_ADDRESSES).await, 50);
    pair.assert_equal().await;
}
