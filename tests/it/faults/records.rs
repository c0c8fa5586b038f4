//! Records that refer to what is not there.

use cartwright::simulator::{Address, Customer};
use sqlx::PgPool;

use crate::support::{Pair, ours};

/// F49: a region is looked up in its country, and its text is kept where the number means nothing there.
#[sqlx::test]
async fn a_region_that_its_country_does_not_have_keeps_its_text(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    let id = pair.store.add_customer(Customer::new("region@example.org"));
    for (country, number, text) in
        [("CH", Some(12), "Zürich"), ("ZZ", Some(9_999), "Nowhere"), ("AT", None, "Tyrol")]
    {
        let address = Address {
            country_id: Some(country.into()),
            region_id: number,
            region: Some(text.into()),
            city: Some(text.into()),
            ..Address::default()
        };
        pair.store.add_address(id, address).unwrap();
    }
    pair.sync_well().await;
    pair.assert_equal_customer(id).await;
    let here = ours(&pair.app.pool, id).await.unwrap();
    assert_eq!(here["addresses"].as_array().unwrap().len(), 3);
}

/// F50: an order of a store view, a customer and products that nobody knows comes in all the same.
#[sqlx::test]
async fn an_order_that_refers_to_what_is_not_there_comes_in(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    let id = pair.store.place_order(4);
    pair.store.edit_order(id, |order| {
        order.store_id = 77;
        order.customer_id = Some(8_888);
        order.quote_id = 0;
        order.items.iter_mut().for_each(|item| item.product_id = 99_999);
    });
    pair.sync_well().await;
    assert_eq!(pair.failed().await, "");
    let here = "select count(*) from orders o join customers k on k.id = o.customer_id and k.is_guest
        where o.store_id = 77 and o.remote_customer_id = 8888";
    assert_eq!(pair.app.count(here).await, 1);
    let asked = pair.requests_of_a_sync().await;
    assert!(asked < 30, "what is not there is not looked for in each sync: {asked}");
}
