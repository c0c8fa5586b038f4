//! Numbers that belong to other records now: a store that was restored from a backup (F59).

use cartwright::simulator::{CreditMemo, Customer, Options, Order, Part};
use cartwright::sync::Wish;
use sqlx::PgPool;

use crate::support::{Pair, little};

/// The order as another one, placed now under the same id.
fn another(order: &Order, number: String, now: i64) -> Order {
    Order {
        increment_id: number.into(),
        created_at: now - 5,
        updated_at: now,
        customer_email: "somebody@else.example".into(),
        customer_id: None,
        ..order.clone()
    }
}

#[sqlx::test]
async fn a_customer_number_that_belongs_to_somebody_else_makes_a_new_record(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    let mut view = pair.store.customer(6).unwrap();
    let now = pair.store.now();
    view.customer = Customer {
        id: 6,
        created_at: now - 5,
        updated_at: now,
        lastname: Some("Somebody".into()),
        ..Customer::new("somebody@else.example")
    };
    view.addresses.clear();
    pair.store.put_customer(view);
    let old = "select id from customers where remote_id = 6 order by id limit 1";
    let before = pair.app.count(old).await;
    pair.sync_well().await;
    let rows: Vec<(bool, bool)> = sqlx::query_as(
        "select id = $1, removed_at is not null from customers where remote_id = 6 order by id",
    )
    .bind(before)
    .fetch_all(&pair.app.pool)
    .await
    .unwrap();
    assert_eq!(rows, [(true, true), (false, false)], "the old one is removed, the new one made");
    pair.assert_equal().await;
    pair.sync_well().await;
    assert_eq!(pair.app.count("select count(*) from customers where remote_id = 6").await, 2, "once");
}

#[sqlx::test]
async fn a_customer_who_changes_only_their_address_is_the_same(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    pair.store.edit_customer(6, |customer| customer.email = "moved@example.org".into());
    pair.sync_well().await;
    assert_eq!(pair.removed().await, "");
    pair.assert_equal().await;
}

async fn an_orders_number(pool: PgPool, bridge: bool) {
    let pair = Pair::on_a_little_shop(pool, bridge).await;
    let now = pair.store.now();
    let [same_number, same_id] = [5, 8].map(|id| pair.store.order(id).unwrap());
    pair.store.put_order(another(&same_number, same_number.increment_id.to_string(), now));
    pair.store.put_order(another(&same_id, "100099999".to_owned(), now));
    pair.sync_well().await;
    pair.assert_equal_sales(bridge).await;
    assert_eq!(pair.removed().await, "orders 5, orders 8");
    let removed: Vec<String> = sqlx::query_scalar(
        "select increment_id from orders where removed_at is not null and email <> 'somebody@else.example' order by remote_id",
    )
    .fetch_all(&pair.app.pool)
    .await
    .unwrap();
    assert_eq!(removed, [same_number.increment_id.to_string(), same_id.increment_id.to_string()]);
    let traces = pair.traces().await;
    pair.walk_well().await;
    assert_eq!(pair.traces().await, traces);
}

#[sqlx::test]
async fn an_order_number_or_id_that_belongs_to_another_order_makes_a_new_record(pool: PgPool) {
    an_orders_number(pool, false).await;
}

#[sqlx::test]
async fn an_order_number_or_id_of_the_bridge_that_belongs_to_another_order_makes_a_new_record(pool: PgPool) {
    an_orders_number(pool, true).await;
}

#[sqlx::test]
async fn a_credit_memo_id_that_belongs_to_another_memo_makes_a_new_record(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    let order = pair.store.place_order(4);
    pair.store.invoice_order(order);
    let id = pair.store.refund_order(order, Part::FirstItem).unwrap();
    pair.sync_well().await;
    let (memo, now) = (pair.store.memo(id).unwrap(), pair.store.now());
    pair.store.put_memo(CreditMemo {
        increment_id: "100088888".into(),
        created_at: now - 5,
        updated_at: now,
        ..memo
    });
    pair.sync_well().await;
    assert_eq!(pair.removed().await, format!("credit memos {id}"));
    pair.assert_all_equal(false).await;
}

#[sqlx::test]
async fn more_than_fifty_numbers_that_belong_to_others_stop_the_sync_and_ask(pool: PgPool) {
    let options = Options { customers: 120, orders: Some(0), ..little(false) };
    let pair = Pair::new(pool, options).await.with_time_for_carts().await;
    pair.sync_well().await;
    let before = pair.traces().await;
    let now = pair.store.now();
    for id in pair.store.customer_ids().into_iter().take(60) {
        let mut view = pair.store.customer(id).unwrap();
        view.customer.email = format!("other{id}@else.example").into();
        (view.customer.created_at, view.customer.updated_at) = (now - 5, now);
        pair.store.put_customer(view);
    }
    pair.sync_badly("More than 50 numbers of known records belong to other records now").await;
    assert_eq!(pair.traces().await, before, "nothing was written");
    let job = pair.wish(Wish::BelieveRemoved).await;
    assert_eq!((job.status.word(), job.message.as_deref()), ("Completed", None));
    pair.assert_equal().await;
    assert_eq!(pair.app.count("select count(*) from customers where removed_at is not null").await, 60);
}
