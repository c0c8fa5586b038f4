//! What only the bridge gives: subscribers, and customers with their addresses, by the page.

use cartwright::magento::api::customers::{self, CustomerFilter, Gender};
use cartwright::magento::api::subscribers::{self, SubscriberFilter, SubscriberStatus};
use cartwright::magento::{Field, Mode};

use super::calls::{BOTH, shop};
use super::shop::{Reply, Shop, response};
use super::trouble::shop_with;

fn is(text: &str) -> Field<String> {
    Field::Is(text.to_owned())
}

#[tokio::test]
async fn subscribers_come_newest_first() {
    for (mode, dir) in BOTH {
        let shop = shop(mode, dir, "newsletterSubscriberList", "146-newsletterSubscriberList-page1-3").await;
        let page =
            subscribers::page(&shop.store(mode), &SubscriberFilter::default(), 3).await.expect("a page");
        let told: Vec<_> = page.rows.iter().map(|row| (row.subscriber_id, row.status)).collect();
        use SubscriberStatus::{NotActive, Unconfirmed, Unsubscribed};
        let state = Field::Is;
        assert_eq!(told, [(300, state(Unconfirmed)), (299, state(Unsubscribed)), (298, state(NotActive))]);
        let first = &page.rows[0];
        assert_eq!((first.customer_id, first.store_id), (Field::Nil, Field::Is(4)));
        assert_eq!(first.email, is("news99@example.net"));
        let changed = first.changed_at.value().map(|time| time.to_rfc3339());
        assert_eq!(changed.as_deref(), Some("2026-09-24T18:21:17+00:00"));
    }
}

#[tokio::test]
async fn customers_come_with_gender_and_addresses() {
    for (mode, dir) in BOTH {
        let shop = shop(mode, dir, "oroCustomerList", "123-oroCustomerList-page2-3").await;
        let page =
            customers::bridge_page(&shop.store(mode), &CustomerFilter::default(), 3).await.expect("a page");
        let told: Vec<_> = page
            .rows
            .iter()
            .map(|row| (row.customer.customer_id, row.customer.gender, row.addresses.len()))
            .collect();
        let gender = Field::Is;
        assert_eq!(told, [(4, Field::Nil, 0), (5, gender(Gender::Male), 1), (6, gender(Gender::Female), 0)]);
        let fifth = &page.rows[1];
        assert_eq!(fifth.customer.last_name, is("Lefèvre & Fils"));
        assert_eq!(
            (fifth.customer.middle_name.clone(), fifth.customer.confirmed),
            (Field::Nil, Field::Is(true))
        );
        assert_eq!(fifth.customer.default_billing, Field::Is(7));
        assert_eq!(page.rows[0].customer.default_billing, Field::Nil);
        assert_eq!(
            (fifth.addresses[0].region_id, &fifth.addresses[0].city),
            (Field::Is(43), &is("New York"))
        );
        let end =
            super::calls::shop(mode, dir, "oroCustomerList", "124-oroCustomerList-beyond-last-page").await;
        let end =
            customers::bridge_page(&end.store(mode), &CustomerFilter::default(), 3).await.expect("a page");
        assert_eq!((end.rows, end.bad), (vec![], vec![]));
    }
}

#[tokio::test]
async fn an_address_that_cannot_be_read_spoils_its_customer_only() {
    let good = response("rpc/123-oroCustomerList-page2-3");
    let bad = good.replacen(">43</region_id>", ">NY</region_id>", 1);
    assert_ne!(good, bad);
    let shop = shop_with(Reply::xml(&bad)).await;
    let page =
        customers::bridge_page(&shop.store(Mode::Rpc), &CustomerFilter::default(), 3).await.expect("a page");
    let [bad] = page.bad.as_slice() else { panic!("one bad row: {:?}", page.bad) };
    assert_eq!((page.rows.len(), bad.remote_id.as_deref()), (2, Some("5")));
    assert!(!bad.raw_xml.contains("Salt"), "{}", bad.raw_xml);
}

#[tokio::test]
async fn a_customer_without_a_list_of_addresses_is_no_customer_without_addresses() {
    let good = response("rpc/123-oroCustomerList-page2-3");
    let (before, rest) = good.split_once("<addresses ").expect("a list of addresses");
    let bad = format!("{before}{}", rest.split_once("/>").expect("its end").1);
    let shop = shop_with(Reply::xml(&bad)).await;
    let page =
        customers::bridge_page(&shop.store(Mode::Rpc), &CustomerFilter::default(), 3).await.expect("a page");
    let causes: Vec<_> = page.bad.iter().map(|bad| (bad.remote_id.as_deref(), bad.cause.as_str())).collect();
    assert_eq!(causes, [(Some("4"), "the row has no addresses")]);
}

#[tokio::test]
async fn many_customers_in_one_request() {
    let shop = Shop::recorded(Mode::Rpc, &[("multiCall", "v1/004-multiCall-customer.info-3")]).await;
    let entries = customers::infos_bulk(&shop.store(Mode::Rpc), &[1, 2, 3]).await.expect("entries").entries;
    let second = entries[1].as_ref().expect("a customer");
    assert_eq!(second.customer_id, 2);
    assert_eq!((second.gender, second.default_billing), (Field::Is(Gender::Female), Field::Is(2)));
    assert_eq!(second.created_at.to_rfc3339(), "2024-07-28T01:08:33+00:00", "told in the store's zone");
}
