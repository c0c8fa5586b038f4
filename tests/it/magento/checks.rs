//! Check Connection: what it reports, in which order, and what it says of each thing that can be wrong.

use std::collections::HashMap;

use cartwright::magento::check::{CheckOutcome, Facts, Step, StepKind, StepState, check};
use cartwright::magento::{Mode, Open, Settings};

use super::shop::{Hit, Reply, Shop, response};

/// A small WSDL of our own.
fn wsdl(style: &str, operations: &[&str]) -> String {
    let operations: String = operations.iter().map(|name| format!("<operation name=\"{name}\"/>")).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<definitions targetNamespace=\"urn:Magento\"><portType name=\"P\">{operations}</portType>\
         <binding name=\"B\"><soap:binding style=\"{style}\"/></binding><service name=\"S\"><port>\
         <soap:address location=\"http://127.0.0.1/index.php/api/v2_soap/\"/></port></service></definitions>"
    )
}

const V2: [&str; 5] = ["login", "endSession", "storeList", "customerCustomerList", "magentoInfo"];
const WITH_BRIDGE: [&str; 7] =
    ["login", "endSession", "storeList", "customerCustomerList", "magentoInfo", "oroPing", "oroWebsiteList"];

fn answers(files: &[(&str, &str)]) -> HashMap<String, String> {
    files.iter().map(|(called, file)| ((*called).to_owned(), response(file))).collect()
}

fn full(dir: &str) -> HashMap<String, String> {
    let of = |file: &str| format!("{dir}/{file}");
    answers(&[
        ("login", &of("001-login-ok")),
        ("endSession", &of("159-endSession-ok")),
        ("magentoInfo", &of("006-magentoInfo-ok")),
        ("oroPing", &of("119-oroPing-ok")),
        ("oroWebsiteList", &of("120-oroWebsiteList-ok")),
        ("storeList", &of("007-storeList-ok")),
        ("customerCustomerList", &of("019-customerCustomerList-empty-result")),
        ("multiCall", "v1/012-multiCall-zero"),
        ("resources", "v1/013-resources"),
    ])
}

async fn shop(wsdl: Reply, calls: HashMap<String, String>) -> Shop {
    Shop::start(move |hit| answer(hit, &wsdl, &calls)).await
}

fn answer(hit: &Hit, wsdl: &Reply, calls: &HashMap<String, String>) -> Reply {
    if hit.method == "GET" {
        return wsdl.clone();
    }
    match calls.get(&hit.called) {
        Some(body) => Reply::xml(body),
        None => Reply::html(404, "<html>not found</html>"),
    }
}

async fn run(settings: Settings) -> (CheckOutcome, Vec<Step>) {
    let mut steps = Vec::new();
    let outcome = check(settings, Open::gate(), |step| steps.push(step)).await;
    (outcome, steps)
}

fn passed(outcome: CheckOutcome) -> Facts {
    match outcome {
        CheckOutcome::Passed(facts) => facts,
        CheckOutcome::Failed { step, cause, .. } => panic!("{step}: {cause}"),
    }
}

/// The step, the cause, and the advice of a check that failed.
fn failed(outcome: CheckOutcome) -> (StepKind, String, String, Option<bool>) {
    match outcome {
        CheckOutcome::Passed(facts) => panic!("passed: {facts:?}"),
        CheckOutcome::Failed { step, cause, advice, switch_wsi_to, .. } => {
            (step, cause, advice.unwrap_or_default(), switch_wsi_to)
        }
    }
}

#[tokio::test]
async fn a_store_with_the_bridge_tells_everything() {
    for (mode, dir, style) in [(Mode::Rpc, "rpc", "rpc"), (Mode::Wsi, "wsi", "document")] {
        let shop = shop(Reply::xml(&wsdl(style, &WITH_BRIDGE)), full(dir)).await;
        let (outcome, steps) = run(shop.settings(mode)).await;
        let facts = passed(outcome);
        assert_eq!(
            facts.websites.iter().map(|site| (site.id, site.name.as_str())).collect::<Vec<_>>(),
            [(1, "Main Website"), (2, "Europe Website")]
        );
        assert_eq!(
            (facts.bridge_version.as_deref(), facts.bulk, facts.mode),
            (Some("1.2.19"), true, Some(mode))
        );
        assert!(facts.admin_url.as_deref().is_some_and(|url| url.ends_with("/index.php/admin/")));
        assert_eq!((facts.magento_version.as_deref(), facts.missing.len()), (Some("1.9.4.5"), 0));
        assert_eq!(facts.final_url.as_deref(), Some(shop.wsdl_url().as_str()));
        assert!(
            facts.clock_offset_ms.is_some_and(|offset| offset.abs() < 5_000) && facts.round_trip_ms.is_some()
        );
        use StepKind as K;
        let kinds: Vec<StepKind> = steps.iter().map(|step| step.kind).collect();
        assert_eq!(
            kinds,
            [
                K::NameResolution,
                K::Tls,
                K::Http,
                K::Wsdl,
                K::WsiCompliance,
                K::Credentials,
                K::Version,
                K::Bridge,
                K::BulkReads,
                K::Permissions,
                K::WebsiteList,
                K::Clock
            ]
        );
        let warned: Vec<StepKind> =
            steps.iter().filter(|step| step.state != StepState::Ok).map(|step| step.kind).collect();
        assert_eq!(warned, [K::Tls], "plain http is a warning, the rest is fine: {steps:?}");
        assert_eq!(shop.hits().last().map(|hit| hit.called.clone()).as_deref(), Some("endSession"));
    }
}

#[tokio::test]
async fn a_store_without_bridge_and_bulk_reads_is_fine_too() {
    let mut calls = full("rpc");
    for gone in ["oroPing", "oroWebsiteList", "multiCall", "resources"] {
        calls.remove(gone);
    }
    let shop = shop(Reply::xml(&wsdl("rpc", &V2)), calls).await;
    let (outcome, steps) = run(shop.settings(Mode::Rpc)).await;
    let facts = passed(outcome);
    assert_eq!((facts.bridge_version, facts.bulk, facts.admin_url), (None, false, None));
    assert_eq!(facts.websites[0].name, "Default Store View, German & Swiss");
    let state = |kind| steps.iter().find(|step| step.kind == kind).map(|step| step.state);
    let bridge = steps.iter().find(|step| step.kind == StepKind::Bridge).expect("a step");
    assert!(bridge.text.ends_with("newsletter subscribers need the bridge."), "{}", bridge.text);
    assert_eq!(
        (state(StepKind::Bridge), state(StepKind::BulkReads)),
        (Some(StepState::Skipped), Some(StepState::Warn))
    );
}

#[tokio::test]
async fn the_wrong_mode_is_told_with_an_offer_to_switch() {
    for (mode, style, on) in [(Mode::Rpc, "document", true), (Mode::Wsi, "rpc", false)] {
        let shop = shop(Reply::xml(&wsdl(style, &V2)), HashMap::new()).await;
        let (step, cause, advice, switch) = failed(run(shop.settings(mode)).await.0);
        let word = if on { "on" } else { "off" };
        assert_eq!((step, switch), (StepKind::WsiCompliance, Some(on)));
        assert_eq!(cause, format!("WS-I Compliance is {word} in the store, but not here."));
        assert_eq!(advice, format!("Switch WS-I Compliance {word} here."));
        assert_eq!(shop.hits().len(), 1, "nothing is sent to a store that would not understand it");
    }
}

#[tokio::test]
async fn wrong_credentials_are_told() {
    let mut calls = full("rpc");
    calls.insert("login".to_owned(), response("rpc/002-login-wrong-key"));
    let shop = shop(Reply::xml(&wsdl("rpc", &V2)), calls).await;
    let (step, cause, advice, _) = failed(run(shop.settings(Mode::Rpc)).await.0);
    assert_eq!((step, cause.as_str()), (StepKind::Credentials, "The store refused user and key."));
    assert!(advice.starts_with("Check SOAP API User and SOAP API Key"), "{advice}");
}

#[tokio::test]
async fn missing_rights_are_named() {
    let mut calls = full("rpc");
    calls.insert("resources".to_owned(), response("v1/017-resources-limited-user"));
    let shop = shop(Reply::xml(&wsdl("rpc", &V2)), calls).await;
    let (outcome, _) = run(shop.settings(Mode::Rpc)).await;
    let CheckOutcome::Failed { facts, .. } = &outcome else { panic!("passed") };
    assert!(
        facts.missing.contains(&"Customers > Update (for two way sync)".to_owned()),
        "{:?}",
        facts.missing
    );
    let (step, cause, advice, _) = failed(outcome);
    assert_eq!(step, StepKind::Permissions);
    assert_eq!(cause, "The SOAP user's role lacks Customers > Retrieve customer info.");
    assert!(advice.contains("SOAP/XML-RPC - Roles"));
}

#[tokio::test]
async fn a_missing_right_is_a_warning_that_says_what_rests() {
    let mut calls = full("rpc");
    let without_orders = response("v1/013-resources").replace(">sales_order.", ">other_order.");
    calls.insert("resources".to_owned(), without_orders.replace(">cart.info<", ">cart.other<"));
    let shop = shop(Reply::xml(&wsdl("rpc", &V2)), calls).await;
    let (outcome, steps) = run(shop.settings(Mode::Rpc)).await;
    let facts = passed(outcome);
    let rights = [
        "Sales > Order > Retrieve orders info (for orders)",
        "Shopping Cart > Retrieve information about shopping cart (for carts)",
    ];
    assert_eq!(facts.missing, rights);
    let step = steps.iter().find(|step| step.kind == StepKind::Permissions).expect("a step");
    let text =
        format!("The user's role lacks {}. Until it has them, these rest: orders, carts.", rights.join("; "));
    assert_eq!((step.state, &step.text), (StepState::Warn, &text));
}

#[tokio::test]
async fn the_wrong_url_is_told_apart() {
    let check = async |wsdl: Reply, expected: StepKind, begins: &str| {
        let shop = shop(wsdl, HashMap::new()).await;
        let (step, cause, advice, _) = failed(run(shop.settings(Mode::Rpc)).await.0);
        assert_eq!(step, expected);
        assert!(cause.starts_with(begins), "{cause}");
        assert!(advice.chars().count() > 30, "{cause} has no advice to speak of: {advice}");
    };
    let doctype = wsdl("rpc", &V2).replace("<definitions", "<!DOCTYPE a><definitions");
    check(Reply::xml(&doctype), StepKind::Wsdl, "The WSDL holds a DOCTYPE").await;
    check(Reply::html(503, ""), StepKind::Http, "The store's server is not available at present").await;
    check(Reply::html(404, "<html>Whoops</html>"), StepKind::Wsdl, "There is no WSDL at this URL").await;
    check(
        Reply::html(200, "<html><title>Madison Island</title></html>"),
        StepKind::Wsdl,
        "This URL gives a web page",
    )
    .await;
    check(Reply::html(200, ""), StepKind::Wsdl, "The store sent nothing").await;
    check(
        Reply::xml(&wsdl("rpc", &["login", "call", "multiCall"])),
        StepKind::Wsdl,
        "This is the WSDL of another API",
    )
    .await;
    check(Reply::html(401, ""), StepKind::Http, "The store's web server asks for a user and password").await;
    check(Reply::html(503, "<html>maintenance</html>"), StepKind::Http, "The store is in maintenance mode")
        .await;
    check(
        Reply::redirect(302, "http://elsewhere.invalid/".to_owned()),
        StepKind::Http,
        "The store redirects",
    )
    .await;
}

#[tokio::test]
async fn redirects_and_other_paths_are_followed_and_told() {
    let calls = full("rpc");
    let wsdl = Reply::xml(&wsdl("rpc", &V2));
    let moved = Shop::start(move |hit| match hit.path.as_str() {
        "/api/v2_soap/?wsdl=1" => Reply::html(404, "<html>Whoops</html>"),
        "/index.php/api/v2_soap/?wsdl=1" => {
            Reply::redirect(301, "/shop/index.php/api/v2_soap/?wsdl=1".to_owned())
        }
        _ => answer(hit, &wsdl, &calls),
    })
    .await;
    let mut settings = moved.settings(Mode::Rpc);
    settings.wsdl_url = moved.url("/api/v2_soap/?wsdl=1");
    let (outcome, steps) = run(settings).await;
    let found = format!("http://127.0.0.1:{}/shop/index.php/api/v2_soap/?wsdl=1", moved.port);
    assert_eq!(passed(outcome).final_url, Some(found.clone()));
    let http = steps.iter().find(|step| step.kind == StepKind::Http).expect("a step");
    assert_eq!((http.state, http.text.contains(&found)), (StepState::Warn, true), "{http:?}");
    assert!(
        moved.asked().iter().filter(|hit| hit.method == "POST").all(|hit| hit.path.starts_with("/shop/"))
    );
}

/// F5, F9: a WSDL is read, not obeyed.
#[tokio::test]
async fn a_wsdl_that_imports_and_names_another_host_leads_nowhere_else() {
    let imports = "<import namespace=\"a\" location=\"/import.wsdl\"/><types><xs:import schemaLocation=\"/import.xsd\"/></types>";
    let wsdl = wsdl("rpc", &V2).replace("http://127.0.0.1/", "http://inside.example/");
    let wsdl = wsdl.replacen("<portType", &format!("{imports}<portType"), 1);
    let shop = shop(Reply::xml(&wsdl), full("rpc")).await;
    let (outcome, steps) = run(shop.settings(Mode::Rpc)).await;
    assert_eq!(passed(outcome).final_url.as_deref(), Some(shop.wsdl_url().as_str()));
    let step = steps.iter().find(|step| step.kind == StepKind::Wsdl).expect("a step");
    assert_eq!(step.state, StepState::Warn);
    assert!(step.text.contains("another host, inside.example; the one you entered is used"), "{}", step.text);
    assert!(shop.hits().iter().all(|hit| !hit.path.contains("import")), "nothing is imported");
}

#[tokio::test]
async fn a_private_address_is_refused_at_the_first_step() {
    let shop = shop(Reply::xml(&wsdl("rpc", &V2)), full("rpc")).await;
    let mut settings = shop.settings(Mode::Rpc);
    settings.private_addresses = cartwright::magento::PrivateAddresses::Refused;
    let (step, cause, _, _) = failed(run(settings).await.0);
    assert_eq!(step, StepKind::NameResolution);
    assert!(cause.contains("private or local address"), "{cause}");
    assert!(shop.hits().is_empty());
}
