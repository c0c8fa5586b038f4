//! Calls about orders against their recordings, in both modes and in bulk.

use cartwright::magento::api::customers::Gender;
use cartwright::magento::api::orders::{self, Order, OrderFilter};
use cartwright::magento::api::{Entry, EntryFailure};
use cartwright::magento::{Field, Mode, Store};
use rust_decimal::Decimal;

use super::calls::{BOTH, shop};
use super::shop::{Reply, Shop, response};

fn is(text: &str) -> Field<String> {
    Field::Is(text.to_owned())
}

fn amount(text: &str) -> Field<Decimal> {
    Field::Is(text.parse().expect("a number"))
}

async fn read(mode: Mode, dir: &str, file: &str) -> Order {
    let shop = shop(mode, dir, "salesOrderInfo", file).await;
    info(&shop.store(mode)).await.expect("an order")
}

async fn info(store: &Store) -> Entry<Order> {
    orders::info(store, "100000001").await.expect("an answer")
}

#[tokio::test]
async fn orders_are_listed_with_what_only_a_list_tells() {
    for (mode, dir) in BOTH {
        let shop = shop(mode, dir, "salesOrderList", "071-salesOrderList-in-3").await;
        let listing = orders::list(&shop.store(mode), &OrderFilter::default()).await.expect("a list");
        let ids: Vec<_> = listing.rows.iter().map(|row| (row.order_id, row.increment_id.as_str())).collect();
        assert_eq!(
            ids,
            [(3, "100000001"), (1, "200000001"), (2, "200000002")],
            "the store's order is no order"
        );
        let [first, second, _] = listing.rows.as_slice() else { panic!("three rows") };
        assert_eq!(first.updated_at.to_rfc3339(), "2026-11-05T01:10:26+00:00");
        assert_eq!((first.store_id, first.quote_id), (Field::Is(1), Field::Is(3)));
        assert_eq!((&first.status, first.grand_total), (&is("processing"), amount("177.51")));
        assert_eq!((first.customer_id, first.buyer.is_guest), (Field::Is(297), false));
        assert_eq!(first.buyer.gender, Field::Is(Gender::Female));
        assert_eq!((&second.buyer.middle_name, &second.buyer.suffix), (&is("von"), &is("PhD")));
        assert_eq!(second.buyer.dob.value().map(|dob| dob.to_string()).as_deref(), Some("1981-12-10"));
        assert_eq!((first.totals.due, &first.coupon_code), (Field::Nil, &Field::Nil));
        let none = super::calls::shop(mode, dir, "salesOrderList", "079-salesOrderList-empty").await;
        let none = orders::list(&none.store(mode), &OrderFilter::default()).await.expect("a list");
        assert_eq!((none.rows, none.bad), (vec![], vec![]));
    }
}

#[tokio::test]
async fn both_modes_tell_the_same_fingerprint_and_any_column_changes_it() {
    let file = |dir| format!("{dir}/075-salesOrderList-order_id-from-to");
    let digests = async |mode, body: String| -> Vec<[u8; 16]> {
        let shop = listing_shop(body).await;
        let listing = orders::list(&shop.store(mode), &OrderFilter::default()).await.expect("a list");
        listing.rows.into_iter().map(|row| row.digest).collect()
    };
    let rpc = response(&file("rpc"));
    let before = digests(Mode::Rpc, rpc.clone()).await;
    assert_eq!(before, digests(Mode::Wsi, response(&file("wsi"))).await);
    let changed = rpc.replacen(">0.0000</hidden_tax_invoiced>", ">0.0100</hidden_tax_invoiced>", 1);
    assert_ne!(rpc, changed);
    let after = digests(Mode::Rpc, changed).await;
    assert_eq!((before.len(), before[1..] == after[1..], before[0] == after[0]), (3, true, false));
}

async fn listing_shop(body: String) -> Shop {
    Shop::start(move |hit| {
        Reply::xml(&if hit.called == "login" { response("rpc/001-login-ok") } else { body.clone() })
    })
    .await
}

#[tokio::test]
async fn the_bulk_list_tells_the_same_facts() {
    let shop = Shop::recorded(Mode::Wsi, &[("order.list", "v1/006-call-order.list-updated-window")]).await;
    let listing = orders::list_bulk(&shop.store(Mode::Wsi), &OrderFilter::default()).await.expect("a list");
    let [first, second] = listing.rows.as_slice() else { panic!("two rows: {listing:?}") };
    assert_eq!((first.order_id, first.increment_id.as_str()), (616, "100000286"));
    assert_eq!((first.buyer.gender, second.buyer.gender), (Field::Is(Gender::Female), Field::Nil));
    assert_eq!((first.grand_total, &first.buyer.middle_name), (amount("230.26"), &is("Q.")));
    assert_ne!(first.digest, second.digest);
}

#[tokio::test]
async fn an_order_is_read_whole() {
    for (mode, dir) in BOTH {
        let order = read(mode, dir, "091-salesOrderInfo-coupon").await;
        assert_eq!((order.order_id, order.increment_id.as_str()), (5, "200000003"));
        assert_eq!((order.store_id, order.quote_id), (Field::Is(2), Field::Is(5)));
        assert_eq!((&order.status, &order.state), (&is("pending"), &is("new")));
        assert_eq!(order.store_name, is("Main Website\nMain Website Store\nGerman & Swiss"));
        assert_eq!(
            (&order.buyer.email, order.buyer.group_id),
            (&is("customer1184@example.com"), Field::Is(3))
        );
        assert_eq!((&order.coupon_code, &order.remote_ip), (&is("SAVE10"), &is("203.0.113.52")));
        assert_eq!((&order.currencies.own, &order.currencies.base), (&is("USD"), &is("USD")));
        let totals = &order.totals;
        assert_eq!((totals.subtotal, totals.discount), (amount("827.33"), amount("-82.74")));
        assert_eq!((totals.tax, totals.shipping), (amount("61.43"), amount("40")));
        assert_eq!((totals.grand_total, totals.paid), (amount("846.02"), Field::Nil));
        assert_eq!(
            (totals.due, order.buyer.gender),
            (Field::Missing, Field::Missing),
            "only lists tell them"
        );
        assert_eq!((order.qty_ordered, order.items.len()), (amount("8"), 3));
        let item = &order.items[0];
        assert_eq!((&item.sku, &item.name), (&is("SKU-023"), &is("Nägel & Schrauben 23")));
        assert_eq!((item.qty_ordered, item.row_total), (amount("3"), amount("517.53")));
        assert_eq!((item.tax_percent, item.discount_percent), (amount("8.25"), amount("10")));
        let billing = order.billing_address.as_ref().expect("an address");
        assert_eq!((&billing.street, billing.region_id), (&is("1 Guest & Co Rd\nUnit 2"), Field::Is(12)));
        let payment = order.payment.as_ref().expect("a payment");
        assert_eq!((&payment.method, payment.amount_ordered), (&is("checkmo"), amount("846.02")));
        assert_eq!(order.history.last().map(|entry| entry.status.clone()), Some(is("pending")));
        assert!(order.history.iter().any(|entry| entry.comment == is("From CRM & <api>")));
    }
}

#[tokio::test]
async fn statuses_currencies_and_refunds() {
    for (mode, dir) in BOTH {
        let closed = read(mode, dir, "084-salesOrderInfo-closed").await;
        assert_eq!((closed.totals.refunded, closed.totals.paid), (amount("274.16"), amount("274.16")));
        assert_eq!((&closed.currencies.own, &closed.currencies.base), (&is("EUR"), &is("EUR")));
        assert_eq!(closed.items[0].qty_refunded, amount("1"));
        let canceled = read(mode, dir, "085-salesOrderInfo-canceled").await;
        assert_eq!((&canceled.status, canceled.totals.canceled), (&is("canceled"), amount("362.23")));
        assert_eq!((canceled.buyer.is_guest, canceled.buyer.customer_id), (true, Field::Nil));
        assert_eq!(canceled.buyer.group_id, Field::Is(0));
        let euro = read(mode, dir, "092-salesOrderInfo-eur").await;
        assert_eq!((euro.currencies.own, euro.currencies.base_to_own), (is("EUR"), amount("1")));
    }
}

#[tokio::test]
async fn a_virtual_order_has_no_shipping_address() {
    for (mode, dir) in BOTH {
        let order = read(mode, dir, "088-salesOrderInfo-virtual").await;
        assert!(order.is_virtual && order.items[0].is_virtual);
        assert_eq!((order.shipping_address, order.billing_address.is_some()), (None, true));
        assert_eq!(order.shipping_method, Field::Nil);
    }
}

#[tokio::test]
async fn a_configurable_item_is_parent_of_the_simple_one_behind_it() {
    for (mode, dir) in BOTH {
        let order = read(mode, dir, "089-salesOrderInfo-configurable").await;
        let family: Vec<_> = order.items.iter().map(|item| (item.item_id, item.parent)).collect();
        let id = Field::Is;
        assert_eq!(family, [(id(65), None), (id(66), Some(0)), (id(67), None), (id(68), None)]);
        assert_eq!((order.items[1].parent_item_id, order.items[1].price), (Field::Missing, amount("0")));
    }
}

#[tokio::test]
async fn gift_messages_keep_their_lines() {
    for (mode, dir) in BOTH {
        let order = read(mode, dir, "090-salesOrderInfo-gift-message").await;
        assert_eq!(order.gift_message, is("Happy birthday!\nLine 2 & more"));
        assert_eq!(order.buyer.first_name, is("  Trim "), "spaces are the customer's");
    }
}

#[tokio::test]
async fn texts_of_an_odd_address() {
    let file = "901-salesOrderInfo-empty-string-zero-crlf-cdata-end-in-billing-address";
    for (mode, dir) in BOTH {
        let billing = read(mode, dir, file).await.billing_address.expect("an address");
        assert_eq!(
            (&billing.company, &billing.fax),
            (&is(""), &is("0")),
            "a line feed alone is an empty text"
        );
        assert!(billing.street.value().is_some_and(|street| !street.contains('\r')));
    }
}

#[tokio::test]
async fn an_order_that_is_gone_is_an_entry_that_failed() {
    for (mode, dir) in BOTH {
        let shop = shop(mode, dir, "salesOrderInfo", "093-salesOrderInfo-missing").await;
        let Err(EntryFailure::Fault(fault)) = info(&shop.store(mode)).await else { panic!("a fault") };
        assert_eq!((fault.method.as_str(), fault.code.as_str()), ("salesOrderInfo", "100"));
    }
    let shop = Shop::start(|hit| match hit.called.as_str() {
        "login" => Reply::xml(&response("rpc/001-login-ok")),
        _ => Reply::fault("2", "Access denied."),
    })
    .await;
    let problem = orders::info(&shop.store(Mode::Rpc), "1").await.expect_err("no right to any order");
    assert!(problem.fault().is_some_and(|fault| fault.is_access_denied()));
}

#[tokio::test]
async fn many_orders_in_one_request() {
    let shop = Shop::recorded(Mode::Rpc, &[("multiCall", "v1/007-multiCall-order.info-3-one-missing")]).await;
    let ids = ["100000001", "nope", "300000001"].map(str::to_owned);
    let entries = orders::infos_bulk(&shop.store(Mode::Rpc), &ids).await.expect("entries").entries;
    let told: Vec<_> = entries.iter().map(Result::is_ok).collect();
    assert_eq!(told, [true, false, true]);
    let order = entries[0].as_ref().expect("an order");
    assert_eq!((order.order_id, order.totals.grand_total), (3, amount("177.51")));
    assert_eq!((order.totals.due, order.totals.subtotal_refunded), (Field::Nil, Field::Nil));
    assert_eq!((order.buyer.gender, &order.coupon_code), (Field::Is(Gender::Female), &Field::Nil));
    let item = &order.items[0];
    assert_eq!((item.item_id, item.parent_item_id), (Field::Is(5), Field::Nil));
    assert_eq!(item.price_incl_tax, amount("172.51"));
    let payment = order.payment.as_ref().expect("a payment");
    assert_eq!((payment.amount_paid, &payment.cc_last4), (amount("177.51"), &Field::Nil));
    assert!(order.history.iter().any(|entry| entry.comment == is("Internal note №3 — call back")));
    assert_eq!(order.history[0].customer_notified, Field::Is(false));
    assert!(order.history.iter().all(|entry| entry.entity_id == Field::Missing));
}

#[tokio::test]
async fn the_bridge_gives_whole_orders_by_the_page() {
    for (mode, dir) in BOTH {
        let shop = shop(mode, dir, "oroOrderList", "135-oroOrderList-page1-2").await;
        let page = orders::bridge_page(&shop.store(mode), &OrderFilter::default(), 2).await.expect("a page");
        assert_eq!(page.rows.iter().map(|order| order.order_id).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(page.rows[1].items.len(), 3);
        assert_eq!(page.rows[1].billing_address.as_ref().map(|address| &address.city), Some(&is("Київ")));
        assert!(
            page.rows[0].history.iter().all(|entry| entry.entity_id.is()),
            "the bridge tells ids of notes"
        );
        let end = super::calls::shop(mode, dir, "oroOrderList", "137-oroOrderList-beyond-last-page").await;
        let end = orders::bridge_page(&end.store(mode), &OrderFilter::default(), 2).await.expect("a page");
        assert_eq!((end.rows, end.bad), (vec![], vec![]));
    }
}

#[tokio::test]
async fn details_of_soap_v2_are_completed_from_the_list() {
    let shop = Shop::recorded(
        Mode::Rpc,
        &[
            ("salesOrderList", "rpc/071-salesOrderList-in-3"),
            ("salesOrderInfo", "rpc/090-salesOrderInfo-gift-message"),
        ],
    )
    .await;
    let store = shop.store(Mode::Rpc);
    let listing = orders::list(&store, &OrderFilter::default()).await.expect("a list");
    let mut order = info(&store).await.expect("an order");
    let head = listing.rows.iter().find(|head| head.order_id == order.order_id).expect("its row");
    order.complete_from(head);
    assert_eq!((order.buyer.gender, order.totals.due), (Field::Is(Gender::Female), Field::Nil));
    assert_eq!((order.coupon_code, order.gift_message), (Field::Nil, is("Happy birthday!\nLine 2 & more")));
}

#[tokio::test]
async fn a_stock_store_tells_the_same() {
    let order = read(Mode::Rpc, "stock", "007-salesOrderInfo-complete").await;
    assert_eq!((order.coupon_code, order.status), (Field::Missing, is("complete")));
    assert!(order.payment.is_some() && !order.items.is_empty() && !order.history.is_empty());
}

#[tokio::test]
async fn a_broken_amount_spoils_its_order_and_no_other() {
    let good = response("v1/007-multiCall-order.info-3-one-missing");
    let bad = good.replacen(">177.5100</value>", ">N/A</value>", 1);
    let shop = listing_shop(bad).await;
    let ids = ["100000001", "nope", "300000001"].map(str::to_owned);
    let entries = orders::infos_bulk(&shop.store(Mode::Rpc), &ids).await.expect("entries").entries;
    let Err(EntryFailure::Bad(bad)) = &entries[0] else { panic!("a bad order: {:?}", entries[0]) };
    assert_eq!(bad.remote_id.as_deref(), Some("100000001"));
    assert_eq!(bad.cause, "base_grand_total is \"N/A\", which is not a number");
    assert!(bad.raw_xml.contains("customer283@example.com") && !bad.raw_xml.contains("0b4c9e"));
    assert!(entries[2].is_ok());
}
