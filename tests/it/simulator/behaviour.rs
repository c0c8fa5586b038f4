//! What no single recording shows: windows, sessions, clock, WSDLs, pages, speed.

use cartwright::simulator::{Namespace, Options};

use super::bench::*;
use super::texts::*;

#[tokio::test]
async fn windows_are_inclusive_with_from_and_exclusive_with_gt() {
    let bench = Bench::new("rpc", Options::default()).await;
    bench.store.edit_customer(7, |_| {});
    let now = bench.store.customer(7).unwrap().updated_at;
    let stamp = bench.store.now_utc();
    let ids = |operator: &str, value: &str| list_call(&bench.session, &[("updated_at", operator, value)]);
    let from = bench.post(&bench.endpoint(), ids("from", &utc(now))).await;
    assert_eq!(customer_ids(&from.body), [7], "{stamp}");
    let after = bench.post(&bench.endpoint(), ids("gt", &utc(now))).await;
    assert_eq!(after.body, fixture("rpc", "016", "response"));
    let garbage = bench.post(&bench.endpoint(), ids("from", "not-a-date")).await;
    assert_eq!(customer_ids(&garbage.body).len(), 2_000);
}

#[tokio::test]
async fn only_the_first_operator_on_a_field_counts_except_from_with_to() {
    let bench = Bench::new("rpc", Options::default()).await;
    for (conditions, expected) in [
        (vec![("customer_id", "gt", "1995"), ("customer_id", "lt", "1998")], 1996..=2000),
        (vec![("customer_id", "lt", "4"), ("customer_id", "gt", "2")], 1..=3),
        (vec![("customer_id", "from", "5"), ("customer_id", "to", "8")], 5..=8),
        (vec![("customer_id", "in", "1,2"), ("customer_id", "from", "1999")], 1999..=2000),
        (vec![("customer_id", "frobnicate", "1"), ("customer_id", "lteq", "2")], 1..=2),
    ] {
        let answer = bench.post(&bench.endpoint(), list_call(&bench.session, &conditions)).await;
        assert_eq!(customer_ids(&answer.body), expected.collect::<Vec<u32>>(), "{conditions:?}");
    }
}

#[tokio::test]
async fn an_address_edit_leaves_the_customers_updated_at_unless_it_sets_a_default() {
    for mode in ["rpc", "wsi"] {
        let bench = Bench::new(mode, Options::default()).await;
        let customer = number_in(&fixture(mode, "061", "request"), "customerId");
        bench.grow_to(customer);
        bench.store.move_clock(100);
        let before = bench.store.customer(customer).unwrap();
        let plain = fixture(mode, "061", "request")
            .replace(">true</is_default_billing>", ">false</is_default_billing>");
        bench.post(&bench.endpoint(), under_session(&plain, &bench.session)).await;
        let after = bench.store.customer(customer).unwrap();
        assert_eq!(after.updated_at, before.updated_at);
        assert_eq!(after.addresses[0].region.as_deref(), Some("Zürich"));
        assert_eq!(after.addresses[0].street.as_deref(), Some("Street 1\n2nd line & <more>"));
        bench.replay("061").await;
        let after = bench.store.customer(customer).unwrap();
        assert!(after.updated_at > before.updated_at);
        assert_eq!(after.default_billing, Some(after.addresses[0].id));
    }
}

#[tokio::test]
async fn wsdls_say_where_how_and_in_which_namespace() {
    for (wsi, style, namespace, name) in [
        (false, "rpc", Namespace::Magento, "urn:Magento"),
        (true, "document", Namespace::OpenMage, "urn:OpenMage"),
    ] {
        let mode = if wsi { "wsi" } else { "rpc" };
        let bench = Bench::new(mode, Options { namespace, ..Options::default() }).await;
        for path in [
            "/index.php/api/v2_soap?wsdl=1",
            "/api/v2_soap/?wsdl",
            "/index.php/api/v2_soap/index/?wsdl=1%2F",
            "/index.php/api/soap/?wsdl",
        ] {
            let response = bench.client.get(format!("{}{path}", bench.store.url())).send().await.unwrap();
            let text = response.text().await.unwrap();
            let document = roxmltree::Document::parse(&text).unwrap();
            assert_eq!(document.root_element().attribute("targetNamespace"), Some(name));
            let binding = document
                .descendants()
                .find(|node| node.has_tag_name(("http://schemas.xmlsoap.org/wsdl/soap/", "binding")))
                .unwrap();
            let expected = if path.contains("v2") { style } else { "rpc" };
            assert_eq!(binding.attribute("style"), Some(expected), "{path}");
            assert!(text.contains(&format!("location=\"{}/index.php/api/", bench.store.url())));
            assert_eq!(text.contains("customerAddressList"), path.contains("v2"));
            assert!(!text.contains("oroPing"));
        }
    }
}

#[tokio::test]
async fn sessions_slide_expire_and_are_shared_by_both_versions() {
    let bench = Bench::new("rpc", Options::default()).await;
    for expected in [true, true, false] {
        bench.store.move_clock(if expected { 3_000 } else { 3_700 });
        let answer = bench.replay("006").await;
        assert_eq!(answer.body == fixture("rpc", "006", "response"), expected, "{}", answer.body);
        assert_eq!(answer.body == fixture("rpc", "155", "response"), !expected);
    }
}

#[tokio::test]
async fn answers_carry_the_recorded_headers_and_the_stores_clock() {
    let bench = Bench::new("rpc", Options { clock_offset_seconds: 86_400 * 365, ..Options::default() }).await;
    let response = bench.client.get(bench.store.wsdl_url()).send().await.unwrap();
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "text/xml; charset=UTF-8");
    assert!(header("set-cookie").starts_with("PHPSESSID="));
    let year: i64 = header("date").split(' ').nth(3).unwrap().parse().unwrap();
    assert_eq!(bench.store.now_utc()[..4].parse(), Ok(year));
    let missing = bench
        .client
        .get(format!("{}/index.php/no_such/v2_soap?wsdl=1", bench.store.url()))
        .send()
        .await
        .unwrap();
    assert_eq!(missing.status().as_u16(), 404);
    assert!(roxmltree::Document::parse(&missing.text().await.unwrap()).is_err());
}

#[tokio::test]
async fn a_person_can_look_at_customers_and_edit_one() {
    let bench = Bench::new("rpc", Options::default()).await;
    let get = async |path: &str| {
        bench.client.get(format!("{}{path}", bench.store.url())).send().await.unwrap().text().await.unwrap()
    };
    assert!(get("/").await.contains(&bench.store.wsdl_url()));
    assert!(get("/admin?after=50").await.contains("/admin/customers/51\""));
    assert!(get("/admin/customers/5").await.contains("name=\"lastname\""));
    let before = bench.store.customer(5).unwrap();
    let url = format!("{}/admin/customers/5", bench.store.url());
    let saved =
        bench.client.post(url).body("firstname=Ada&lastname=Smith+%26+Sons&group_id=3").send().await.unwrap();
    assert_eq!(saved.status().as_u16(), 303);
    let after = bench.store.customer(5).unwrap();
    assert_eq!(
        (after.firstname.as_deref(), after.lastname.as_deref(), after.group_id),
        (Some("Ada"), Some("Smith & Sons"), 3)
    );
    assert_eq!(after.email, before.email);
    assert!(after.updated_at > before.updated_at);
}

#[tokio::test]
async fn where_an_admin_has_its_form_of_a_new_order_one_is_placed() {
    let bench = Bench::new("rpc", Options::default()).await;
    let url = format!("{}/admin/sales_order_create/start/customer_id/5/store_id/1", bench.store.url());
    let form = bench.client.get(&url).send().await.unwrap().text().await.unwrap();
    assert!(form.contains("Place an order"), "{form}");
    let before = bench.store.order_ids().len();
    let placed = bench.client.post(&url).send().await.unwrap().text().await.unwrap();
    assert!(placed.contains("is placed") && bench.store.order_ids().len() == before + 1, "{placed}");
    let nobody = url.replace("/5/", "/99999/");
    assert_eq!(bench.client.get(nobody).send().await.unwrap().status().as_u16(), 404);
}
