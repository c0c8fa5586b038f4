//! Calls about carts against their recordings, in both modes, in bulk and from the bridge.

use cartwright::magento::api::EntryFailure;
use cartwright::magento::api::carts::{self, CartFilter};
use cartwright::magento::api::customers::Gender;
use cartwright::magento::{Field, Mode};
use rust_decimal::Decimal;

use super::calls::{BOTH, shop};
use super::shop::{Reply, Shop, fixture, response};

fn is(text: &str) -> Field<String> {
    Field::Is(text.to_owned())
}

fn amount(text: &str) -> Field<Decimal> {
    Field::Is(text.parse().expect("a number"))
}

#[tokio::test]
async fn a_cart_is_read_whole() {
    for (mode, dir) in BOTH {
        let shop = shop(mode, dir, "shoppingCartInfo", "107-shoppingCartInfo-customer").await;
        let cart = carts::info(&shop.store(mode), 16).await.expect("an answer").expect("a cart");
        assert_eq!((cart.quote_id, cart.store_id, cart.is_active), (16, Field::Is(3), true));
        assert_eq!(cart.updated_at.to_rfc3339(), "2026-09-02T20:01:40+00:00");
        assert_eq!((cart.buyer.customer_id, cart.buyer.is_guest), (Field::Is(1880), false));
        assert_eq!((&cart.buyer.prefix, cart.buyer.gender), (&is("Frl. <Dr.>"), Field::<Gender>::Nil));
        assert_eq!((&cart.currencies.own, &cart.currencies.base), (&is("EUR"), &is("EUR")));
        assert_eq!((cart.totals.subtotal, cart.totals.grand_total), (amount("103.2"), amount("111.71")));
        assert_eq!((cart.items_count, cart.items_qty), (Field::Is(2), amount("3")));
        let item = &cart.items[1];
        assert_eq!((&item.sku, item.qty, item.price), (&is("SKU-005"), amount("2"), amount("36.66")));
        assert_eq!((item.tax_amount, item.discount_amount), (amount("6.04"), amount("0")));
        assert_eq!((item.weight, item.parent), (amount("1.25"), None));
        let shipping = cart.shipping_address.as_ref().expect("an address");
        assert_eq!((&shipping.city, shipping.region_id), (&is("Los Angeles"), Field::Is(12)));
        assert_eq!((cart.payment, cart.orig_order_id), (None, Field::Nil), "nothing chosen, nothing ordered");
    }
}

#[tokio::test]
async fn a_cart_that_is_gone_is_an_entry_that_failed() {
    for (mode, dir) in BOTH {
        let shop = shop(mode, dir, "shoppingCartInfo", "110-shoppingCartInfo-missing").await;
        let entry = carts::info(&shop.store(mode), 9_999_999).await.expect("an answer");
        let Err(EntryFailure::Fault(fault)) = entry else { panic!("a fault: {entry:?}") };
        assert_eq!(fault.code, "1002");
    }
}

#[tokio::test]
async fn many_carts_in_one_request() {
    let shop = Shop::recorded(Mode::Rpc, &[("multiCall", "v1/019-multiCall-cart.info-2-one-missing")]).await;
    let entries = carts::infos_bulk(&shop.store(Mode::Rpc), &[13, 999_999]).await.expect("entries").entries;
    let cart = entries[0].as_ref().expect("a cart");
    assert_eq!((cart.quote_id, cart.is_active), (13, true));
    assert_eq!((&cart.buyer.email, cart.buyer.is_guest), (&is("cart0@example.net"), true));
    assert_eq!((cart.totals.grand_total, &cart.remote_ip), (amount("11.23"), &is("198.51.100.7")));
    assert_eq!((cart.items[0].row_total, &cart.items[0].sku), (amount("10.37"), &is("SKU-001")));
    let Err(EntryFailure::Fault(fault)) = &entries[1] else { panic!("a fault: {:?}", entries[1]) };
    assert_eq!((fault.method.as_str(), fault.code.as_str()), ("cart.info", "1002"));
}

#[tokio::test]
async fn what_a_store_is_sent_secretly_is_taken_out_of_a_fault_among_many_answers() {
    let recorded = response("v1/019-multiCall-cart.info-2-one-missing");
    let told = recorded.replace("quote is not exists", "crm-api-key-123 is no quote");
    let shop = super::trouble::shop_with(Reply::xml(&told)).await;
    let entries = carts::infos_bulk(&shop.store(Mode::Rpc), &[13, 999_999]).await.expect("entries").entries;
    let Err(EntryFailure::Fault(fault)) = &entries[1] else { panic!("a fault: {:?}", entries[1]) };
    assert_eq!(fault.text, "Can not make operation because ••• is no quote");
}

#[tokio::test]
async fn the_php_objects_of_a_configurable_item_are_left_out() {
    let shop = purchased().await;
    let entries = carts::infos_bulk(&shop.store(Mode::Rpc), &[2_990]).await.expect("entries").entries;
    let cart = entries[0].as_ref().expect("a cart");
    assert_eq!((cart.is_active, &cart.reserved_order_id), (false, &is("100001305")));
    assert_eq!((cart.items.len(), cart.totals.grand_total), (5, amount("232.37")));
    let family: Vec<_> = cart.items.iter().map(|item| (&item.sku, item.parent)).take(3).collect();
    assert_eq!(family, [(&is("SHIRT-M"), None), (&is("SHIRT-M"), Some(0)), (&is("SKU-011"), None)]);
    assert_eq!(cart.payment.as_ref().map(|payment| &payment.method), Some(&is("checkmo")));
}

/// A shop with the cart of recording v1/020, packed as it lies there: 400 kB of objects that refer to one another.
async fn purchased() -> Shop {
    let packed =
        std::fs::read(fixture("v1/020-multiCall-cart.info-purchased.response.xml.gz")).expect("a file");
    let reply = Reply { body: packed, ..Reply::xml("") }.with_header("content-encoding", "gzip");
    super::trouble::shop_with(reply).await
}

#[tokio::test]
async fn the_bridge_gives_whole_carts_by_the_page() {
    for (mode, dir) in BOTH {
        let shop = shop(mode, dir, "oroQuoteList", "144-oroQuoteList-guest").await;
        let page = carts::bridge_page(&shop.store(mode), &CartFilter::default(), 2).await.expect("a page");
        let [cart] = page.rows.as_slice() else { panic!("one cart: {page:?}") };
        assert_eq!((cart.quote_id, cart.items_qty), (13, amount("1")));
        assert_eq!((cart.buyer.is_guest, &cart.buyer.email), (true, &is("cart0@example.net")));
        assert!(cart.items[0].product_url.is());
        assert_eq!(cart.billing_address.as_ref().map(|address| &address.country_id), Some(&Field::Nil));
        let none = super::calls::shop(mode, dir, "oroQuoteList", "145-oroQuoteList-empty").await;
        let none = carts::bridge_page(&none.store(mode), &CartFilter::default(), 2).await.expect("a page");
        assert_eq!((none.rows, none.bad), (vec![], vec![]));
    }
}

#[tokio::test]
async fn doubles_are_read_from_their_text() {
    let recorded = response("rpc/107-shoppingCartInfo-customer");
    let check = async |text: &str, expected: Option<Field<Decimal>>| {
        let xml = recorded.replacen(">103.2</subtotal>", &format!(">{text}</subtotal>"), 1);
        let shop = super::trouble::shop_with(Reply::xml(&xml)).await;
        let entry = carts::info(&shop.store(Mode::Rpc), 16).await.expect("an answer");
        assert_eq!(entry.ok().map(|cart| cart.totals.subtotal), expected, "{text}");
    };
    check("1.0E-5", Some(amount("0.00001"))).await;
    check("103.19999999999999", Some(amount("103.19999999999999"))).await;
    check("1.0E+4", Some(amount("10000"))).await;
    check("", Some(Field::Nil)).await;
    check("NAN", None).await;
}
