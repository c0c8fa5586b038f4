//! One website of a store (S25): its records and those that they name, and nothing else.

use cartwright::simulator::{Buyer, Options};
use sqlx::PgPool;

use crate::support::{Pair, access_denied, little};

/// Store views of the second website.
const EUROPE: [u32; 2] = [3, 4];

fn shop(bridge: bool) -> Options {
    Options { customers: 40, orders: Some(50), carts: Some(20), subscribers: Some(40), ..little(bridge) }
}

/// The store's ids of what is here.
async fn here(pair: &Pair, table: &str) -> Vec<i64> {
    let sql = format!(
        "select remote_id from {table} where remote_id is not null and removed_at is null order by remote_id"
    );
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(&pair.app.pool).await.unwrap()
}

fn ids(ids: impl IntoIterator<Item = u32>) -> Vec<i64> {
    ids.into_iter().map(i64::from).collect()
}

async fn one_website(pool: PgPool, bridge: bool) {
    let pair = Pair::on(pool, shop(bridge), "2", "2007-01-01").await;
    let store = &pair.store;
    store.place_order(Buyer::Guest {
        email: "max@muster.example".into(),
        firstname: "Max".into(),
        lastname: "Muster".into(),
        store_id: 4,
    });
    store.place_order(Buyer::guest("moritz@muster.example", "Moritz", "Muster"));
    pair.sync_well().await;
    let orders =
        store.order_ids().into_iter().filter(|id| EUROPE.contains(&store.order(*id).unwrap().store_id));
    assert_eq!(here(&pair, "orders").await, ids(orders));
    let carts = store.cart_ids().into_iter().filter(|id| EUROPE.contains(&store.cart(*id).unwrap().store_id));
    assert_eq!(here(&pair, "carts").await, ids(carts));
    let memos = store.memo_ids().into_iter().filter(|id| EUROPE.contains(&store.memo(*id).unwrap().store_id));
    assert_eq!(here(&pair, "credit_memos").await, ids(memos));
    if bridge {
        let all = store.subscriber_ids().into_iter();
        let mine = all.filter(|id| EUROPE.contains(&store.subscriber(*id).unwrap().store_id));
        assert_eq!(here(&pair, "newsletter_subscribers").await, ids(mine));
    }
    let guests = "select string_agg(email, ' ') from customers where is_guest and email like '%muster%'";
    assert_eq!(pair.app.text(guests).await, "max@muster.example");
    let strangers = "select count(*) from customers k where not is_guest and website_id <> 2
        and not exists (select 1 from orders o where o.customer_id = k.id)
        and not exists (select 1 from carts c where c.customer_id = k.id)
        and not exists (select 1 from newsletter_subscribers n where n.customer_id = k.id)";
    assert_eq!(pair.app.count(strangers).await, 0, "somebody whom nothing of this website names");
    pair.walk_well().await;
    assert_eq!(pair.removed().await, "", "what is not listed for this website is not gone");
}

#[sqlx::test]
async fn one_website_means_its_records_alone(pool: PgPool) {
    one_website(pool, false).await;
}

#[sqlx::test]
async fn one_website_of_a_store_with_the_bridge_means_its_records_alone(pool: PgPool) {
    one_website(pool, true).await;
}

/// Customers may be shared over websites: one of another website who orders here is kept, and kept up to date.
async fn a_customer_of_another_website(pool: PgPool, bridge: bool) {
    let options = Options { orders: Some(0), carts: Some(0), subscribers: Some(0), ..shop(bridge) };
    let pair = Pair::on(pool, options, "2", "2007-01-01").await;
    let other =
        pair.store.customer_ids().into_iter().find(|id| pair.store.customer(*id).unwrap().website_id == 1);
    let other = other.unwrap();
    let mut order = pair.store.draft_order(other);
    order.store_id = 3;
    pair.store.put_order(order);
    pair.sync_well().await;
    pair.assert_equal_customer(other).await;
    pair.store.edit_customer(other, |customer| customer.lastname = Some("Changed".into()));
    pair.sync_well().await;
    pair.hours_pass().await;
    pair.sync_well().await;
    pair.assert_equal_customer(other).await;
    assert_eq!(pair.removed().await, "");
}

#[sqlx::test]
async fn a_customer_of_another_website_who_orders_here_is_kept_up_to_date_by_the_walk(pool: PgPool) {
    a_customer_of_another_website(pool, false).await;
}

#[sqlx::test]
async fn a_customer_of_another_website_of_the_bridge_who_orders_here_is_kept_up_to_date_by_the_walk(
    pool: PgPool,
) {
    a_customer_of_another_website(pool, true).await;
}

/// Without its list of store views in this run the store is still asked for the one website alone.
#[sqlx::test]
async fn a_list_of_websites_that_fails_lets_no_other_websites_carts_in(pool: PgPool) {
    let pair = Pair::on(pool, shop(false), "2", "2007-01-01").await;
    pair.sync_well().await;
    pair.break_method(access_denied(), "storeList");
    let guest = |store_id| Buyer::Guest {
        email: "max@muster.example".into(),
        firstname: "Max".into(),
        lastname: "Muster".into(),
        store_id,
    };
    let foreign = pair.store.create_cart(guest(1));
    let order = pair.store.place_order(guest(3));
    pair.sync_badly("Websites and stores").await;
    assert!(!here(&pair, "carts").await.contains(&i64::from(foreign)));
    assert!(here(&pair, "orders").await.contains(&i64::from(order)), "and the others go on");
}
