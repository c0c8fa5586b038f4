//! What merchants and shoppers do, and how it shows in the API.

use cartwright::simulator::{Amount, Buyer, Options, Part};

use super::bench::*;
use super::texts::*;

fn with_bridge() -> Options {
    Options { bridge: Some("1.2.19".into()), ..Options::default() }
}

fn list(bench: &Bench, method: &str, conditions: &[(&str, &str, &str)], page: Option<(u32, u32)>) -> String {
    let plain = list_call(&bench.session, conditions);
    let pager =
        page.map(|(page, size)| format!("<pager><page>{page}</page><pageSize>{size}</pageSize></pager>"));
    let filters = format!("</filters>{}", pager.unwrap_or_default());
    plain.replace("customerCustomerList", method).replace("</filters>", &filters)
}

async fn ids(bench: &Bench, body: String, field: &str) -> Vec<u32> {
    let answer = bench.post(&bench.endpoint(), body).await;
    let document = roxmltree::Document::parse(&answer.body).unwrap();
    let rows =
        document.descendants().filter(|node| node.has_tag_name("result")).flat_map(|list| list.children());
    let found = rows.filter_map(|row| row.children().find(|child| child.has_tag_name(field)));
    found.map(|node| node.text().unwrap().parse().unwrap()).collect()
}

#[tokio::test]
async fn a_store_has_orders_carts_memos_and_subscribers_of_every_kind() {
    let bench = Bench::new("rpc", with_bridge()).await;
    let store = &bench.store;
    let orders: Vec<_> = store.order_ids().into_iter().map(|id| store.order(id).unwrap()).collect();
    assert_eq!(orders.len(), 3_000);
    let share = |test: &dyn Fn(&cartwright::simulator::Order) -> bool| {
        orders.iter().filter(|order| test(order)).count() * 100 / orders.len()
    };
    assert_eq!(share(&|order| order.customer_id.is_none()), 12);
    assert!((6..=8).contains(&share(&|order| order.refunded.is_some())));
    for status in ["pending", "processing", "complete", "closed", "canceled", "holded"] {
        assert!(share(&|order| order.status == status) >= 1, "{status}");
    }
    assert!(share(&|order| order.items.iter().any(|item| item.parent_id.is_some())) > 10);
    assert!(orders.iter().any(|order| order.is_virtual && order.shipping_address.is_none()));
    assert!(orders.windows(2).filter(|pair| pair[0].created_at > pair[1].created_at + 7_200).count() == 0);
    for order in &orders {
        let rows: Amount = order.items.iter().map(|item| item.row_total).sum();
        assert_eq!(rows, order.subtotal, "{}", order.id);
        assert_eq!(order.grand_total, order.subtotal + order.tax + order.shipping - order.discount);
        assert!(order.created_at <= order.updated_at);
        assert_eq!(store.find_order(&order.increment_id).unwrap().id, order.id);
    }
    assert_eq!(store.memo_ids().len(), orders.iter().filter(|order| order.refunded.is_some()).count());
    let carts: Vec<_> = store.cart_ids().into_iter().map(|id| store.cart(id).unwrap()).collect();
    assert!(carts.iter().any(|cart| cart.is_active && cart.items.is_empty()));
    assert!(carts.iter().any(|cart| !cart.is_active && cart.reserved_order_id.is_none()));
    let bought = carts.iter().find(|cart| cart.reserved_order_id.is_some()).unwrap();
    let order = store.find_order(bought.reserved_order_id.as_ref().unwrap()).unwrap();
    assert_eq!((order.quote_id, order.subtotal), (bought.id, bought.subtotal));
    let subscribers: Vec<_> =
        store.subscriber_ids().into_iter().map(|id| store.subscriber(id).unwrap()).collect();
    for status in 1..=4 {
        assert!(subscribers.iter().any(|subscriber| subscriber.status == status));
    }
    assert!(subscribers.iter().any(|subscriber| subscriber.change_status_at.is_none()));
}

#[tokio::test]
async fn a_checkout_resaves_the_customer_and_closes_the_cart() {
    let bench = Bench::new("rpc", with_bridge()).await;
    let store = &bench.store;
    store.move_clock(1_000);
    let cart = store.create_cart(7);
    assert!(store.customer(7).unwrap().updated_at < store.now() - 500);
    store.edit_cart(cart, |cart| cart.items.truncate(1));
    let order = store.order_cart(cart).unwrap();
    let (cart, order) = (store.cart(cart).unwrap(), store.order(order).unwrap());
    assert!(!cart.is_active);
    assert_eq!(cart.reserved_order_id, Some(order.increment_id.clone()));
    assert_eq!((order.quote_id, order.subtotal, order.customer_id), (cart.id, cart.subtotal, Some(7)));
    assert!(store.customer(7).unwrap().updated_at >= order.created_at);
}

#[tokio::test]
async fn a_late_commit_appears_with_a_time_that_has_passed() {
    let bench = Bench::new("rpc", with_bridge()).await;
    let late = bench.store.draft_order(Buyer::guest("ada@example.org", "Ada", "Lovelace"));
    bench.store.move_clock(300);
    let window = |from: i64, to: i64| {
        list(
            &bench,
            "salesOrderList",
            &[("updated_at", "from", &utc(from)), ("updated_at", "to", &utc(to))],
            None,
        )
    };
    let around = || window(late.updated_at - 5, late.updated_at + 5);
    assert_eq!(ids(&bench, around(), "order_id").await, [0u32; 0]);
    bench.store.put_order(late.clone());
    assert_eq!(ids(&bench, around(), "order_id").await, [late.id]);
}

#[tokio::test]
async fn a_refund_leaves_a_credit_memo() {
    let bench = Bench::new("rpc", Options::default()).await;
    let id = bench.store.place_order(5);
    assert_eq!(bench.store.refund_order(id, Part::Everything), None, "nothing was paid yet");
    bench.store.complete_order(id);
    let memo = bench.store.refund_order(id, Part::Everything).unwrap();
    let (order, memo) = (bench.store.order(id).unwrap(), bench.store.memo(memo).unwrap());
    assert_eq!((&*order.status, memo.sums.total), ("closed", order.grand_total));
    assert_eq!(order.worth(), -order.discount);
    let listed = list(&bench, "salesOrderCreditmemoList", &[("order_id", "eq", &id.to_string())], None);
    assert_eq!(ids(&bench, listed, "creditmemo_id").await, [memo.id]);
}

#[tokio::test]
async fn the_bridge_pages_by_id_and_subscribers_come_newest_first() {
    let bench = Bench::new("rpc", with_bridge()).await;
    let page = |method: &str, condition, page| list(&bench, method, &[condition], Some((page, 3)));
    let orders = page("oroOrderList", ("entity_id", "gt", "10"), 1);
    assert_eq!(ids(&bench, orders, "order_id").await, [11, 12, 13]);
    let carts = page("oroQuoteList", ("is_active", "eq", "1"), 1);
    assert_eq!(ids(&bench, carts, "entity_id").await.len(), 3);
    let newest = bench.store.subscribe("ada@example.org");
    let up_to = newest.to_string();
    let subscribers = page("newsletterSubscriberList", ("subscriber_id", "lteq", &up_to), 1);
    assert_eq!(ids(&bench, subscribers, "subscriber_id").await, [newest, newest - 1, newest - 2]);
    let beyond = page("oroCustomerList", ("entity_id", "gt", "0"), 1_000);
    assert_eq!(ids(&bench, beyond, "customer_id").await, [0u32; 0]);
}

#[tokio::test]
async fn the_wsdl_and_resources_name_what_there_is() {
    for (mode, bridge) in [("rpc", false), ("rpc", true), ("wsi", true)] {
        let options = if bridge { with_bridge() } else { Options::default() };
        let bench = Bench::new(mode, options).await;
        let wsdl = bench.client.get(bench.store.wsdl_url()).send().await.unwrap().text().await.unwrap();
        let call = format!("<resources><sessionId>{}</sessionId></resources>", bench.session);
        let resources = bench.post(&bench.store.bulk_endpoint(), envelope(&call)).await.body;
        for method in ["salesOrderList", "salesOrderInfo", "salesOrderCreditmemoInfo", "shoppingCartInfo"] {
            assert!(wsdl.contains(&format!("operation name=\"{method}\"")), "{method}");
        }
        for path in ["sales_order.info", "sales_order_creditmemo.list", "cart.info"] {
            assert!(resources.contains(path), "{path}");
        }
        for method in ["oroQuoteList", "oroOrderList", "newsletterSubscriberList"] {
            assert_eq!(wsdl.contains(method), bridge, "{method}");
        }
        assert_eq!(resources.contains("newsletter_subscriber.list"), bridge);
    }
}

#[tokio::test]
async fn a_user_may_lack_one_right() {
    let mut bench = Bench::new("rpc", Options::default()).await;
    bench.store.set_user("clerk", "clerk-key", &["sales_order"]);
    bench.session = bench.log_in("clerk", "clerk-key").await;
    let orders = bench.post(&bench.endpoint(), list(&bench, "salesOrderList", &[], None)).await;
    assert!(orders.body.contains("<faultcode>2</faultcode>"));
    bench.store.set_user("clerk", "clerk-key", &[]);
    let first = list(&bench, "salesOrderList", &[("order_id", "eq", "1")], None);
    let orders = bench.post(&bench.endpoint(), first).await;
    assert!(orders.body.contains("<order_id xsi:type=\"xsd:string\">1</order_id>"));
}
