//! Who bought: customers who come later than their orders, who are gone, or who never had an account.

use cartwright::simulator::{Address, Buyer, Customer, Options, Record, Simulator, When};
use sqlx::PgPool;

use crate::support::{App, Pair, access_denied, internal_error, little};

/// The customer of an order here, as "id email guest", or nothing.
async fn buyer_of(pair: &Pair, order: u32) -> String {
    sqlx::query_scalar(
        "select coalesce(k.remote_id::text, 'none') || ' ' || k.email || case when k.is_guest then ' guest' else '' end
         from orders o join customers k on k.id = o.customer_id where o.remote_id = $1 and o.removed_at is null",
    )
    .bind(i64::from(order))
    .fetch_optional(&pair.app.pool)
    .await
    .unwrap()
    .unwrap_or_default()
}

const GUESTS: &str = "select count(*) from customers where is_guest";

fn empty(bridge: bool) -> Options {
    Options { orders: Some(0), carts: Some(0), ..little(bridge) }
}

#[sqlx::test]
async fn orders_that_come_before_their_customers_are_linked_when_those_arrive(pool: PgPool) {
    let pair = Pair::new(pool, little(false)).await.with_time_for_carts().await;
    for method in ["customer.list", "customer.info", "customerCustomerList", "customerCustomerInfo"] {
        pair.break_method(access_denied(), method);
    }
    // the list of customers comes first among the calls of SOAP v1
    pair.store.script(access_denied(), When::method("call").times(1));
    pair.sync_badly("Customers").await;
    assert_eq!(pair.app.count("select count(*) from orders").await, 12);
    let waiting = "select count(*) from orders where customer_id is null and remote_customer_id is not null";
    assert!(pair.app.count(waiting).await > 0);
    pair.store.clear_scripts();
    pair.carts_age().await;
    pair.sync_well().await;
    pair.assert_all_equal(false).await;
}

async fn an_older_customer(pool: PgPool, bridge: bool) {
    let options = empty(bridge);
    let store = Simulator::start(options).await.unwrap();
    let from = chrono::DateTime::from_timestamp(store.now() - 86_400, 0).unwrap().date_naive().to_string();
    drop(store);
    let pair = Pair::on(pool, empty(bridge), "all", &from).await;
    let old = pair.store.customer_ids()[2];
    let long_ago = pair.store.now() - 400 * 86_400;
    let order = pair.store.place_order(old);
    pair.store.stamp_customer(old, long_ago);
    pair.sync_well().await;
    assert!(buyer_of(&pair, order).await.starts_with(&format!("{old} ")), "fetched singly, and kept");
    pair.assert_equal_customer(old).await;
    let asked = pair.requests_of_a_sync().await;
    assert!(asked < 15, "and not asked for again and again: {asked}");

    // what changes in it is met by the walk
    pair.store.add_address(old, Address { city: Some("Ghent".into()), ..Address::default() }).unwrap();
    pair.store.edit_customer(old, |customer| customer.taxvat = Some("BE 0123".into()));
    pair.store.stamp_customer(old, long_ago + 60);
    pair.walk_well().await;
    pair.assert_equal_customer(old).await;
}

#[sqlx::test]
async fn a_customer_older_than_the_start_date_whom_a_newer_order_names_is_kept(pool: PgPool) {
    an_older_customer(pool, false).await;
}

#[sqlx::test]
async fn a_customer_older_than_the_start_date_whom_a_newer_order_of_the_bridge_names_is_kept(pool: PgPool) {
    an_older_customer(pool, true).await;
}

#[sqlx::test]
async fn an_order_of_a_customer_who_was_deleted_in_the_store_is_a_guests(pool: PgPool) {
    let pair = Pair::new(pool, empty(false)).await;
    let order = pair.store.place_order(7);
    let email = pair.store.customer(7).unwrap().email.clone();
    pair.store.delete_customer(7);
    pair.sync_well().await;
    assert_eq!(buyer_of(&pair, order).await, format!("none {email} guest"));
    let asked = pair.requests_of_a_sync().await;
    assert!(asked < 15, "the store is not asked for them in each sync: {asked}");
}

#[sqlx::test]
async fn guests_are_one_for_each_website_and_address_however_it_is_spelt(pool: PgPool) {
    let pair = Pair::new(pool, empty(false)).await;
    let guest = |email: &'static str, store_id| Buyer::Guest {
        email: email.into(),
        firstname: "Max".into(),
        lastname: "Muster".into(),
        store_id,
    };
    let first = pair.store.place_order(guest("max@muster.example", 1));
    let second = pair.store.place_order(guest("MAX@Muster.example", 2));
    pair.store.place_order(guest("max@muster.example", 3));
    pair.sync_well().await;
    assert_eq!(pair.app.count(GUESTS).await, 2, "one in each website");
    assert_eq!(buyer_of(&pair, first).await, buyer_of(&pair, second).await);
    pair.store.place_order(guest("Max@muster.Example", 4));
    pair.sync_well().await;
    assert_eq!(pair.app.count(GUESTS).await, 2);
    pair.assert_equal_sums().await;
}

#[sqlx::test]
async fn an_order_of_a_guest_with_the_address_of_a_customer_is_that_customers(pool: PgPool) {
    let pair = Pair::new(pool, empty(false)).await;
    let ada = pair.store.add_customer(Customer::new("ada@lovelace.example"));
    pair.sync_well().await;
    let order = pair.store.place_order(Buyer::guest("ADA@lovelace.example", "A.", "L."));
    pair.sync_well().await;
    assert_eq!(buyer_of(&pair, order).await, format!("{ada} ada@lovelace.example"));
    assert_eq!(pair.app.count(GUESTS).await, 0);
}

#[sqlx::test]
async fn guests_who_share_an_address_are_told_apart_by_name_where_that_was_asked_for(pool: PgPool) {
    let pair = Pair::new(pool, empty(true)).await;
    pair.app.run_sql("update integrations set split_by_name = '{desk@office.example}'").await;
    for (first, last) in [("Ann", "Lee"), ("Bob", "Ray"), ("ANN", "lee")] {
        pair.store.place_order(Buyer::guest("Desk@office.example", first, last));
        pair.store.place_order(Buyer::guest("own@home.example", first, last));
    }
    pair.sync_well().await;
    let shared = "select count(*) from customers where lower(email) = 'desk@office.example'";
    let own = "select count(*) from customers where email = 'own@home.example'";
    assert_eq!((pair.app.count(shared).await, pair.app.count(own).await), (2, 1));
}

#[sqlx::test]
async fn a_guest_who_registers_later_stays_the_same_record_with_their_orders(pool: PgPool) {
    let pair = Pair::new(pool, empty(false)).await;
    let order = pair.store.place_order(Buyer::guest("grace@hopper.example", "Grace", "Hopper"));
    pair.sync_well().await;
    let row = "select id from customers where lower(email) = 'grace@hopper.example'";
    let before = pair.app.count(row).await;
    let grace = pair.store.add_customer(Customer {
        firstname: Some("Grace".into()),
        lastname: Some("Hopper".into()),
        ..Customer::new("Grace@Hopper.example")
    });
    pair.sync_well().await;
    assert_eq!(pair.app.count(row).await, before, "the same row");
    assert_eq!(buyer_of(&pair, order).await, format!("{grace} Grace@Hopper.example"));
    pair.assert_equal().await;
    pair.assert_equal_sums().await;
}

#[sqlx::test]
async fn with_guest_customer_sync_off_guests_make_no_customers(pool: PgPool) {
    let pair = Pair::new(pool, empty(false)).await;
    pair.app.run_sql("update integrations set guest_customers = false").await;
    let order = pair.store.place_order(Buyer::guest("max@muster.example", "Max", "Muster"));
    pair.sync_well().await;
    assert_eq!((pair.app.count(GUESTS).await, buyer_of(&pair, order).await), (0, String::new()));
    let known = pair.store.add_customer(Customer::new("known@example.org"));
    let known = pair.store.customer(known).unwrap().email.clone();
    let order = pair.store.place_order(Buyer::guest(known.clone(), "Max", "Muster"));
    pair.sync_well().await;
    let theirs = buyer_of(&pair, order).await;
    assert!(theirs.ends_with(known.as_ref()), "a customer with that address is found all the same: {theirs}");
}

/// A store that deletes a customer empties `customer_id` of their orders and saves them: they stay whose they were.
#[sqlx::test]
async fn an_order_that_forgets_its_customer_stays_theirs(pool: PgPool) {
    let pair = Pair::new(pool, empty(false)).await;
    let order = pair.store.place_order(7);
    let other = pair.store.place_order(8);
    pair.sync_well().await;
    let (before, others) = (buyer_of(&pair, order).await, buyer_of(&pair, other).await);
    // one whose address on the order is an old one, and one who is gone
    pair.store.edit_customer(8, |customer| customer.email = "moved@example.org".into());
    pair.store.delete_customer(7);
    pair.walk_well().await;
    assert_eq!(pair.removed().await, "customers 7");
    for id in [order, other] {
        pair.store.edit_order(id, |order| order.customer_id = None);
    }
    pair.sync_well().await;
    assert_eq!(buyer_of(&pair, order).await, before);
    assert_eq!(buyer_of(&pair, other).await.split(' ').next(), others.split(' ').next());
    assert_eq!(pair.app.count(GUESTS).await, 0, "and nobody is made of it");
    pair.assert_equal_sums().await;
}

#[sqlx::test]
async fn a_cart_that_forgets_its_customer_stays_theirs(pool: PgPool) {
    let pair = Pair::new(pool, empty(true)).await;
    let cart = pair.store.create_cart(7);
    pair.sync_well().await;
    pair.store.delete_customer(7);
    pair.walk_well().await;
    pair.store.edit_cart(cart, |cart| cart.customer_id = None);
    pair.sync_well().await;
    let owner =
        "select k.remote_id from carts c join customers k on k.id = c.customer_id where c.remote_id = (
        select max(remote_id) from carts)";
    assert_eq!(pair.app.count(owner).await, 7);
    assert_eq!(pair.app.count(GUESTS).await, 0);
}

/// A customer who cannot be read is as good as missing, but only until they can.
#[sqlx::test]
async fn orders_of_a_customer_who_could_not_be_read_are_theirs_once_they_can(pool: PgPool) {
    let pair = Pair::new(pool, empty(false)).await;
    let order = pair.store.place_order(7);
    // they changed their address since
    pair.store.edit_customer(7, |customer| customer.email = "new@example.org".into());
    pair.store.script(internal_error(), When::record(Record::Customer(7)));
    pair.sync_badly("Customers").await;
    assert!(buyer_of(&pair, order).await.ends_with("guest"));
    pair.store.clear_scripts();
    pair.store.edit_customer(7, |_| {});
    pair.sync_well().await;
    pair.assert_equal().await;
    assert_eq!(buyer_of(&pair, order).await, "7 new@example.org");
    pair.assert_equal_sums().await;
}

/// Every shop numbers its regions itself.
#[sqlx::test]
async fn regions_of_two_shops_with_the_same_numbers_do_not_mix(pool: PgPool) {
    let options = empty(false);
    let (one, two) =
        (Simulator::start(options.clone()).await.unwrap(), Simulator::start(options.clone()).await);
    let two = two.unwrap();
    let mut app = App::as_administrator(pool).await;
    app.connect(&one, &options, "One").await;
    app.drain_jobs().await;
    app.run_sql("update regions set name = name || ' of One'").await;
    app.connect(&two, &options, "Two").await;
    app.run_sql("update sync_cursors set read_at = now()").await;
    app.drain_jobs().await;
    let both = "select count(*) from (select channel_id, count(*) from regions group by channel_id) r";
    assert_eq!(app.count(both).await, 2);
    let mixed = "select count(*) from regions r join channels c on c.id = r.channel_id
        where (r.name like '% of One') <> (c.name = 'One')";
    assert_eq!(app.count(mixed).await, 0);
}

/// SOAP v2 tells no item's id or parent: the row after a configurable one, with its sku and no price, is its child.
#[sqlx::test]
async fn children_of_configurable_products_are_told_by_their_place_where_no_id_is_told(pool: PgPool) {
    let pair = Pair::new(pool, Options { orders: Some(60), bulk: false, ..little(false) }).await;
    let pair = pair.with_time_for_carts().await;
    pair.sync_well().await;
    let children = "select count(*) from order_items where parent_position is not null";
    let theirs: usize = pair
        .store
        .order_ids()
        .into_iter()
        .filter_map(|id| pair.store.order(id))
        .map(|order| order.items.iter().filter(|item| item.parent_id.is_some()).count())
        .sum();
    assert!(theirs > 5);
    assert_eq!(pair.app.count(children).await, i64::try_from(theirs).unwrap());
    pair.assert_all_equal(false).await;
}
