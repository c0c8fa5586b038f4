//! All of a store comes in, whatever way it can be asked (mode × bridge × bulk reads), and stays in agreement.

use cartwright::simulator::{Options, Part};
use sqlx::PgPool;

use crate::support::Pair;

fn options(wsi: bool, bridge: bool, bulk: bool) -> Options {
    Options {
        customers: 60,
        orders: Some(80),
        carts: Some(30),
        subscribers: Some(40),
        wsi,
        bridge: bridge.then(|| "1.2.19".to_owned()),
        bulk,
        ..Options::default()
    }
}

/// First everything, then what changes, then nothing: equal each time, and the last time nothing is written.
async fn all_comes_and_stays(pool: PgPool, wsi: bool, bridge: bool, bulk: bool) {
    let pair = Pair::new(pool, options(wsi, bridge, bulk)).await;
    pair.app.run_sql("update integrations set cart_budget = 1000").await;
    pair.sync_well().await;
    pair.assert_equal().await;
    pair.assert_equal_sales(bridge).await;

    let store = &pair.store;
    let order = store.place_order(7);
    store.invoice_order(order);
    store.refund_order(order, Part::FirstItem).unwrap();
    store.comment_order(2, "Please ring twice & wait <here>");
    let cart = store.create_cart(9);
    store.edit_cart(cart, |cart| cart.items.truncate(1));
    let bought = store.create_cart(11);
    store.order_cart(bought).unwrap();
    store.subscribe("new@example.org");
    store.unsubscribe(store.subscriber_ids()[0]);
    pair.app.run_sql("update carts set read_at = read_at - interval '1 hour'").await;
    pair.sync_well().await;
    pair.assert_equal().await;
    pair.assert_equal_sales(bridge).await;

    let before = pair.traces().await;
    pair.sync_well().await;
    assert_eq!(pair.traces().await, before, "nothing had changed, so nothing is written");
}

macro_rules! in_each_way {
    ($($name:ident: $wsi:literal, $bridge:literal, $bulk:literal;)*) => {
        $(#[sqlx::test]
        async fn $name(pool: PgPool) {
            all_comes_and_stays(pool, $wsi, $bridge, $bulk).await;
        })*
    };
}

in_each_way! {
    rpc_with_bulk_reads: false, false, true;
    rpc_by_single_calls: false, false, false;
    rpc_with_the_bridge: false, true, true;
    rpc_with_the_bridge_and_single_calls: false, true, false;
    ws_i_with_bulk_reads: true, false, true;
    ws_i_by_single_calls: true, false, false;
    ws_i_with_the_bridge: true, true, true;
    ws_i_with_the_bridge_and_single_calls: true, true, false;
}
