//! What we send means the same as what PHP's SoapClient was recorded sending.

use cartwright::magento::Mode;
use cartwright::magento::api::carts::{self, CartFilter};
use cartwright::magento::api::credit_memos::{self, CreditMemoFilter};
use cartwright::magento::api::customers::{self, CustomerFilter, IdFilter};
use cartwright::magento::api::orders::{self, OrderFilter};
use cartwright::magento::api::subscribers::{self, SubscriberFilter};
use cartwright::magento::api::{addresses, directory, groups, info, session, stores};
use chrono::{DateTime, NaiveDateTime, Utc};

use super::shop::{Reply, Shop, request};

const BOTH: [(Mode, &str); 2] = [(Mode::Rpc, "rpc"), (Mode::Wsi, "wsi")];

/// A shop that knows sessions and no calls: only what it is asked matters.
async fn mute() -> Shop {
    Shop::start(|hit| match hit.called.as_str() {
        "login" => Reply::xml(&super::shop::response("rpc/001-login-ok")),
        _ => Reply::fault("1", "not asked for an answer"),
    })
    .await
}

#[tokio::test]
async fn soap_v2_calls_are_written_as_recorded() {
    for (mode, recordings) in BOTH {
        let shop = mute().await;
        let store = shop.store(mode);
        session::login(&store).await.expect("a session");
        let in_5 = CustomerFilter { ids: Some(IdFilter::In(vec![1, 2, 3, 4, 5])), ..Default::default() };
        let window = CustomerFilter {
            updated: Some((time("2026-11-23 06:34:43"), time("2026-11-23 07:10:37"))),
            ..Default::default()
        };
        let after = CustomerFilter { ids: Some(IdFilter::After(99_999_999)), ..Default::default() };
        let _ = info::magento_info(&store).await;
        let _ = stores::list(&store).await;
        let _ = groups::list(&store).await;
        let _ = customers::list(&store, &in_5).await;
        let _ = customers::list(&store, &window).await;
        let _ = customers::list(&store, &after).await;
        let _ = customers::info(&store, 7).await;
        let _ = addresses::addresses(&store, 3).await;
        let _ = directory::countries(&store).await;
        let _ = directory::regions(&store, "US").await;
        let _ = info::oro_ping(&store).await;
        let _ = stores::websites(&store).await;
        store.end_session().await;
        let expected = [
            "001-login-ok",
            "006-magentoInfo-ok",
            "007-storeList-ok",
            "011-customerGroupList-ok",
            "012-customerCustomerList-in-5",
            "014-customerCustomerList-updated-from-to",
            "019-customerCustomerList-empty-result",
            "028-customerCustomerInfo-full",
            "055-customerAddressList-two",
            "102-directoryCountryList-ok",
            "103-directoryRegionList-US",
            "119-oroPing-ok",
            "120-oroWebsiteList-ok",
            "159-endSession-ok",
        ];
        let hits = shop.hits();
        assert_eq!(hits.len(), expected.len());
        for (hit, file) in hits.iter().zip(expected) {
            let recorded = request(&format!("{recordings}/{file}"));
            assert_eq!(
                meaning(&hit.body, Types::Compared),
                meaning(&recorded, Types::Compared),
                "{file} {mode:?}"
            );
            assert_eq!(hit.path, "/index.php/api/v2_soap/");
            assert!(hit.headers.get("cookie").is_none());
        }
    }
}

#[tokio::test]
async fn calls_about_orders_are_written_as_recorded() {
    for (mode, recordings) in BOTH {
        let shop = mute().await;
        let store = shop.store(mode);
        let window = OrderFilter {
            updated: Some((time("2026-11-14 22:50:34"), time("2026-11-15 06:25:48"))),
            ..Default::default()
        };
        let ids = OrderFilter { ids: Some(IdFilter::Range(2, 4)), ..Default::default() };
        let _ = orders::list(&store, &window).await;
        let _ = orders::list(&store, &ids).await;
        let _ = orders::info(&store, "200000003").await;
        let expected = [
            "072-salesOrderList-updated-from-to",
            "075-salesOrderList-order_id-from-to",
            "081-salesOrderInfo-pending",
        ];
        same(&shop, recordings, &expected, Types::Compared);
    }
    let shop = mute().await;
    let store = shop.store(Mode::Wsi);
    let window = OrderFilter {
        updated: Some((time("2026-11-01 00:00:00"), time("2026-11-01 12:00:00"))),
        ..Default::default()
    };
    let _ = orders::list_bulk(&store, &window).await;
    let _ = orders::infos_bulk(&store, &["100000001", "nope", "300000001"].map(str::to_owned)).await;
    let expected = ["006-call-order.list-updated-window", "007-multiCall-order.info-3-one-missing"];
    same(&shop, "v1", &expected, Types::Ignored);
}

#[tokio::test]
async fn pages_of_the_bridge_go_on_by_id_and_never_by_number() {
    let shop = mute().await;
    let filter = OrderFilter {
        updated: Some((time("2026-11-01 00:00:00"), time("2026-11-01 12:00:00"))),
        ids: Some(IdFilter::After(616)),
        store_ids: Some(vec![1, 2]),
    };
    let _ = orders::bridge_page(&shop.store(Mode::Rpc), &filter, 100).await;
    let sent = meaning(&shop.asked()[0].body, Types::Ignored);
    let recorded = meaning(&request("rpc/135-oroOrderList-page1-2"), Types::Ignored);
    let pager = |xml: &str| xml.split("(pager").nth(1).map(str::to_owned).expect("a pager");
    assert_eq!(pager(&sent), pager(&recorded).replace("pageSize=2", "pageSize=100"));
    for condition in [
        "(key=updated_at)(value(key=from)(value=2026-11-01 00:00:00))",
        "(key=updated_at)(value(key=to)(value=2026-11-01 12:00:00))",
        "(key=entity_id)(value(key=gt)(value=616))",
        "(key=store_id)(value(key=in)(value=1,2))",
    ] {
        assert!(sent.contains(condition), "{condition} in {sent}");
    }
}

#[tokio::test]
async fn calls_about_carts_memos_and_subscribers_are_written_as_recorded() {
    for (mode, recordings) in BOTH {
        let shop = mute().await;
        let store = shop.store(mode);
        let window = CustomerFilter {
            updated: Some((time("2026-11-23 06:34:43"), time("2026-11-23 07:10:37"))),
            ..Default::default()
        };
        let _ = carts::info(&store, 16).await;
        let _ = customers::bridge_page(&store, &window, 50).await;
        same(
            &shop,
            recordings,
            &["109-shoppingCartInfo-without-store", "128-oroCustomerList-updated-window"],
            Types::Compared,
        );
    }
    let shop = mute().await;
    let store = shop.store(Mode::Rpc);
    let _ = carts::infos_bulk(&store, &[13, 999_999]).await;
    let _ = carts::infos_bulk(&store, &[2_990]).await;
    let _ = credit_memos::infos_bulk(&store, &["400000001", "400000002"].map(str::to_owned)).await;
    let _ = customers::infos_bulk(&store, &[1, 2, 3]).await;
    let expected = [
        "019-multiCall-cart.info-2-one-missing",
        "020-multiCall-cart.info-purchased",
        "008-multiCall-order_creditmemo.info-2",
        "004-multiCall-customer.info-3",
    ];
    same(&shop, "v1", &expected, Types::Ignored);
}

#[tokio::test]
async fn other_lists_are_filtered_by_their_own_names_of_ids() {
    let shop = mute().await;
    let store = shop.store(Mode::Wsi);
    let ids = || Some(IdFilter::Before(4));
    let _ = credit_memos::list(&store, &CreditMemoFilter { ids: ids(), ..Default::default() }).await;
    let _ = subscribers::page(&store, &SubscriberFilter { ids: ids(), ..Default::default() }, 3).await;
    let _ = carts::bridge_page(&store, &CartFilter { ids: ids(), ..Default::default() }, 3).await;
    let asked = shop.asked();
    let recorded = request("wsi/099-salesOrderCreditmemoList-lt4");
    assert_eq!(meaning(&asked[0].body, Types::Compared), meaning(&recorded, Types::Compared));
    for (hit, id) in asked.iter().zip(["creditmemo_id", "subscriber_id", "entity_id"]) {
        let condition = format!("(key={id})(value(key=lt)(value=4))");
        assert!(meaning(&hit.body, Types::Ignored).contains(&condition), "{}", hit.called);
    }
}

/// What was asked means the same as these recordings, in this order.
fn same(shop: &Shop, recordings: &str, files: &[&str], types: Types) {
    let asked = shop.asked();
    assert_eq!(asked.len(), files.len());
    for (hit, file) in asked.iter().zip(files) {
        let recorded = request(&format!("{recordings}/{file}"));
        assert_eq!(meaning(&hit.body, types), meaning(&recorded, types), "{recordings}/{file}");
    }
}

#[tokio::test]
async fn website_and_ids_are_filtered_together() {
    let shop = mute().await;
    let filter = CustomerFilter {
        website_id: Some(2),
        ids: Some(IdFilter::Range(1, 12)),
        ..CustomerFilter::default()
    };
    let _ = customers::list(&shop.store(Mode::Rpc), &filter).await;
    let sent = &shop.asked()[0].body;
    let recorded = request("rpc/021-customerCustomerList-simple-filter-website-and-complex");
    let simple = |xml: &str| meaning(xml, Types::Compared).split("complex_filter").next().map(str::to_owned);
    assert_eq!(simple(sent), simple(&recorded));
    let complex = meaning(sent, Types::Ignored);
    assert!(
        complex.contains("(key=customer_id)(value(key=from)(value=1))")
            && complex.contains("(key=to)(value=12)"),
        "{complex}"
    );
}

#[tokio::test]
async fn bulk_reads_are_written_as_recorded() {
    for mode in [Mode::Rpc, Mode::Wsi] {
        let shop = mute().await;
        let store = shop.store(mode);
        let ids = CustomerFilter { ids: Some(IdFilter::Range(2, 3)), ..Default::default() };
        let _ = customers::list_bulk(&store, &ids).await;
        let _ = addresses::addresses_bulk(&store, &[1, 2, 99_999_999, 7]).await;
        let _ = info::answers_bulk(&store).await;
        let _ = info::resources(&store).await;
        let expected = [
            "002-call-customer.list-2",
            "005-multiCall-customer_address.list-4-one-missing-one-empty",
            "012-multiCall-zero",
            "013-resources",
        ];
        let asked = shop.asked();
        assert_eq!(asked.len(), expected.len());
        for (hit, file) in asked.iter().zip(expected) {
            let recorded = request(&format!("v1/{file}"));
            assert_eq!(meaning(&hit.body, Types::Ignored), meaning(&recorded, Types::Ignored), "{file}");
            assert_eq!(hit.path, "/index.php/api/soap/");
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Types {
    Compared,
    Ignored,
}

/// A message without prefixes, declarations and session ids: `(name:type=text)`.
fn meaning(xml: &str, types: Types) -> String {
    let xml = roxmltree::Document::parse(xml).expect("well-formed XML");
    let mut text = String::new();
    write(xml.root_element(), types, &mut text);
    text
}

fn write(node: roxmltree::Node<'_, '_>, types: Types, out: &mut String) {
    let attribute = |name: &str| {
        node.attributes().find(|attribute| attribute.name() == name).map(|attribute| attribute.value())
    };
    out.push('(');
    out.push_str(node.tag_name().name());
    if types == Types::Compared
        && let Some(kind) = attribute("type")
    {
        out.push_str(&format!(":{kind}"));
        out.push_str(attribute("arrayType").unwrap_or_default());
    }
    if attribute("nil").is_some() {
        out.push_str("=nil");
    }
    let children: Vec<_> = node.children().filter(roxmltree::Node::is_element).collect();
    if node.has_tag_name("sessionId") {
        out.push_str("=…");
    } else if children.is_empty() {
        out.push_str(&node.text().map(|text| format!("={text}")).unwrap_or_default());
    }
    children.into_iter().for_each(|child| write(child, types, out));
    out.push(')');
}

fn time(text: &str) -> DateTime<Utc> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").expect("a time").and_utc()
}
