//! What a customer brought: computed from the orders as they are now, never added up from events.

use cartwright::simulator::{Customer, Part};
use sqlx::PgPool;

use crate::support::{Pair, access_denied};

const BROUGHT: &str =
    "select coalesce(string_agg(currency || ' ' || trim_scale(amount)::text || ' ' || orders, ', '
    order by currency), '') from customer_lifetimes l join customers k on k.id = l.customer_id
    where k.email = 'ada@lovelace.example'";

async fn ada(pool: PgPool) -> (Pair, u32) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    let ada = pair.store.add_customer(Customer::new("ada@lovelace.example"));
    (pair, ada)
}

fn worth(pair: &Pair, orders: &[u32]) -> f64 {
    let worth = |id: &u32| pair.store.order(*id).unwrap().worth().to_string().parse::<f64>().unwrap();
    orders.iter().map(worth).sum()
}

async fn assert_brought(pair: &Pair, orders: &[u32], count: usize, what: &str) {
    let told = pair.app.text(BROUGHT).await;
    let mut words = told.split(' ').skip(1);
    let amount: f64 = words.next().map_or(0.0, |amount| amount.parse().unwrap());
    let n: usize = words.next().map_or(0, |n| n.parse().unwrap());
    assert!((amount - worth(pair, orders)).abs() < 0.001 && n == count, "{what}: {told}");
    pair.assert_equal_sums().await;
}

#[sqlx::test]
async fn a_lifetime_value_follows_the_orders_and_is_never_counted_twice(pool: PgPool) {
    let (pair, ada) = ada(pool).await;
    let orders = [pair.store.place_order(ada), pair.store.place_order(ada)];
    pair.sync_well().await;
    assert_brought(&pair, &orders, 2, "placed").await;
    pair.store.invoice_order(orders[0]);
    pair.sync_well().await;
    assert_brought(&pair, &orders, 2, "pending became processing").await;
    pair.store.complete_order(orders[0]);
    pair.sync_well().await;
    assert_brought(&pair, &orders, 2, "processing became complete").await;
    pair.store.refund_order(orders[0], Part::FirstItem).unwrap();
    pair.sync_well().await;
    assert_brought(&pair, &orders, 2, "a part was refunded").await;
    pair.store.cancel_order(orders[1]);
    pair.sync_well().await;
    assert_brought(&pair, &orders[..1], 1, "the other one was cancelled").await;
    pair.store.delete_order(orders[0]);
    pair.walk_well().await;
    assert_eq!(pair.app.text(BROUGHT).await, "", "deleted orders leave the figures");
}

#[sqlx::test]
async fn what_was_paid_in_two_currencies_is_not_added_up(pool: PgPool) {
    let (pair, ada) = ada(pool).await;
    let orders = [pair.store.place_order(ada), pair.store.place_order(ada)];
    pair.store.edit_order(orders[1], |order| order.currency = "CHF".into());
    pair.sync_well().await;
    let told = pair.app.text(BROUGHT).await;
    let currencies: Vec<&str> = told.split(", ").map(|one| &one[..3]).collect();
    assert_eq!(currencies, ["CHF", "USD"], "{told}");
    pair.assert_all_equal(false).await;
}

#[sqlx::test]
async fn an_order_that_moves_to_another_customer_takes_what_it_brought_along(pool: PgPool) {
    let (pair, ada) = ada(pool).await;
    let order = pair.store.place_order(ada);
    pair.sync_well().await;
    assert_brought(&pair, &[order], 1, "placed").await;
    let email = pair.store.customer(3).unwrap().email.clone();
    pair.store.edit_order(order, |order| (order.customer_id, order.customer_email) = (Some(3), email));
    pair.sync_well().await;
    assert_eq!(pair.app.text(BROUGHT).await, "");
    pair.assert_all_equal(false).await;
}

#[sqlx::test]
async fn a_credit_memo_that_comes_before_its_order_is_linked_when_that_arrives(pool: PgPool) {
    let (pair, ada) = ada(pool).await;
    let order = pair.store.place_order(ada);
    pair.store.invoice_order(order);
    pair.store.refund_order(order, Part::Everything).unwrap();
    pair.break_method(access_denied(), "order.info");
    pair.sync_badly("Orders").await;
    let waits = "select count(*) from credit_memos where order_id is null";
    assert_eq!(pair.app.count(waits).await, 1);
    pair.store.clear_scripts();
    pair.sync_well().await;
    assert_eq!(pair.app.count(waits).await, 0);
    pair.assert_all_equal(false).await;
}
