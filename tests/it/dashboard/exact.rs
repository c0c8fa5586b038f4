//! The figures of days are those of the records at any moment, whatever path writes.

use cartwright::crm::dashboard;
use cartwright::simulator::{Options, Part};
use cartwright::sync::Wish;
use sqlx::PgPool;

use crate::support::{App, Pair};

/// Two channels, customers with several orders, orders in three currencies, carts in every state.
const SHOPS: &str = "
    insert into channels (name, channel_type, entities, owner_id)
    select 'Shop ' || n, 'magento', '{order,cart}', 1 from generate_series(1, 2) n;
    insert into customers (channel_id, remote_id, email, first_name, remote_created_at, remote_updated_at, hidden_at)
    select c.id, n, n || '@example.org', 'N' || n, '2026-03-01'::timestamptz + n * interval '7 hours', now(),
        case when n % 9 = 0 then now() end
    from channels c, generate_series(1, 40) n;
    insert into orders (channel_id, remote_id, increment_id, customer_id, status, state, currency, subtotal, discount, tax,
        shipping, subtotal_refunded, total_refunded, remote_created_at, remote_updated_at, content_hash, read_at)
    select k.channel_id, n, n::text, k.id, s.status, s.status, (array['EUR', 'USD', 'JPY'])[1 + n % 3], 10 + n, -(n % 4), n % 5,
        4.9, case when n % 6 = 0 then 3 end, case when n % 6 = 0 then 4.5 end,
        '2025-01-01'::timestamptz + (n * 37 % 500) * interval '23 hours', now(), '\\x00', now()
    from generate_series(1, 300) n
    join lateral (select case when n % 11 = 0 then 'canceled' else 'complete' end as status) s on true
    join channels c on c.name = 'Shop ' || 1 + n % 2
    left join customers k on k.channel_id = c.id and k.remote_id = n * 13 % 40 + 1;
    insert into carts (channel_id, remote_id, status, is_active, currency, items_qty, grand_total, remote_created_at,
        remote_updated_at, content_hash, read_at)
    select c.id, n, (array['open', 'purchased', 'expired', 'lost', 'converted'])[1 + n % 5], n % 5 = 0, 'EUR', n % 4, n,
        '2026-01-01'::timestamptz + n * interval '1 day', now(), '\\x00', now()
    from channels c, generate_series(1, 60) n";

async fn two_shops(pool: PgPool) -> App {
    let app = App::as_administrator(pool).await;
    sqlx::raw_sql(SHOPS).execute(&app.pool).await.unwrap();
    app
}

#[sqlx::test]
async fn each_way_to_change_a_record_changes_the_figures(pool: PgPool) {
    let app = two_shops(pool).await;
    app.assert_figures().await;
    assert!(app.count("select count(*) from repeat_gaps").await > 50, "nobody came back in this test");
    for sql in [
        "update orders set status = 'canceled' where remote_id % 7 = 0",
        "update orders set status = 'Canceled', state = 'new' where remote_id % 7 = 1",
        "update orders set status = 'complete', state = 'complete' where remote_id % 14 = 0",
        "update orders set removed_at = now() where remote_id % 5 = 0",
        "update orders set removed_at = null, remote_created_at = remote_created_at - interval '100 days' where remote_id % 10 = 0",
        "update orders set currency = 'EUR', subtotal = subtotal * 2, discount = 0 where remote_id % 8 = 0",
        "update orders set subtotal_refunded = 7, total_refunded = 9 where remote_id % 9 = 0",
        "update orders set customer_id = null where remote_id % 13 = 0",
        "update orders o set customer_id = k.id from customers k where o.customer_id is null and k.channel_id = o.channel_id
            and k.remote_id = o.remote_id % 40 + 1",
        "update orders set row_hash = '\\x01', first_name = 'Ada' where remote_id % 2 = 0",
        "delete from orders where remote_id % 17 = 0",
        "update carts set status = 'purchased' where remote_id % 3 = 0",
        "update carts set status = 'lost', grand_total = 99 where remote_id % 4 = 0",
        "update carts set removed_at = now() where remote_id % 6 = 0",
        "update carts set items_qty = 0 where remote_id % 7 = 0",
        "delete from carts where remote_id % 10 = 1",
        "update customers set hidden_at = now() where remote_id % 4 = 0",
        "update customers set hidden_at = null where remote_id % 8 = 0",
        "update customers set removed_at = now() where remote_id % 5 = 0",
        "update customers set remote_created_at = null where remote_id % 6 = 0",
        "delete from customers where remote_id % 7 = 0",
        "delete from channels where name = 'Shop 1'",
    ] {
        app.run_sql(sql).await;
        app.assert_figures().await;
    }
    assert_eq!(app.count("select count(distinct channel_id) from day_figures").await, 1, "the other stays");
}

#[sqlx::test]
async fn folding_changes_no_sum_and_leaves_one_row_a_day_and_currency(pool: PgPool) {
    let app = two_shops(pool).await;
    for nr in 1..=3 {
        app.run_sql("update orders set subtotal = subtotal + 1, remote_created_at = remote_created_at + interval '1 day'").await;
        app.run_sql("update carts set grand_total = grand_total + 1").await;
        for channel in [1, 2] {
            let folded = dashboard::fold(&app.pool, channel).await.unwrap();
            assert!(folded > 0, "round {nr} left nothing to fold");
            assert_eq!(dashboard::fold(&app.pool, channel).await.unwrap(), 0, "and nothing is left");
        }
        app.assert_figures().await;
    }
    let more = "select count(*) from (select 1 from day_figures group by channel_id, day, currency having count(*) > 1) d";
    assert_eq!(app.count(more).await, 0);
}

#[sqlx::test]
async fn what_was_there_before_the_figures_is_counted_by_the_migration(pool: PgPool) {
    let app = two_shops(pool).await;
    app.run_sql("delete from day_figures").await;
    app.run_sql("delete from repeat_gaps").await;
    let (_, fill) = include_str!("../../../migrations/0026_day_figures.sql")
        .split_once("-- what is there already")
        .unwrap();
    sqlx::raw_sql(fill).execute(&app.pool).await.unwrap();
    assert!(app.count("select count(*) from day_figures").await > 100);
    app.assert_figures().await;
}

#[sqlx::test]
async fn who_writes_waits_for_nobody_else_who_does(pool: PgPool) {
    let app = two_shops(pool).await;
    let mut sync = app.pool.begin().await.unwrap();
    for sql in [
        "update orders set subtotal = subtotal + 1 where channel_id = 1",
        "update customers set first_name = 'Ada', remote_created_at = now() where channel_id = 1 and remote_id = 1",
    ] {
        sqlx::query(sql).execute(&mut *sync).await.unwrap();
    }
    let mut other = app.pool.begin().await.unwrap();
    for sql in [
        "set local lock_timeout = '200ms'",
        "update orders set subtotal = subtotal + 1 where channel_id = 2",
        // of the same channel and day
        "update customers set remote_created_at = now() where channel_id = 1 and remote_id = 2",
        "update carts set status = 'lost' where channel_id = 1",
    ] {
        sqlx::query(sql).execute(&mut *other).await.unwrap();
    }
    other.commit().await.unwrap();
    sync.commit().await.unwrap();
    app.assert_figures().await;
}

#[sqlx::test]
async fn a_store_that_trades_keeps_the_figures_exact(pool: PgPool) {
    let options = Options { customers: 40, orders: Some(90), carts: Some(30), ..Options::default() };
    let pair = Pair::new(pool, options).await;
    pair.app.run_sql("update integrations set cart_budget = 1000").await;
    pair.sync_well().await;
    pair.app.assert_figures().await;
    let store = &pair.store;
    let order = store.place_order(7);
    store.invoice_order(order);
    store.refund_order(order, Part::FirstItem).unwrap();
    store.cancel_order(store.order_ids()[3]);
    store.delete_order(store.order_ids()[5]);
    store.delete_customer(9);
    let cart = store.create_cart(11);
    store.order_cart(cart).unwrap();
    pair.sync_well().await;
    pair.app.assert_figures().await;
    pair.wish(Wish::FindRemoved).await;
    pair.app.assert_figures().await;
    assert!(pair.app.count("select count(*) from orders where removed_at is not null").await > 0);
    pair.wish(Wish::FullResync).await;
    pair.app.assert_figures().await;
    let fresh = "select count(*) from day_figures where not folded";
    assert_eq!(pair.app.count(fresh).await, 0, "a sync folds what it left");
}
