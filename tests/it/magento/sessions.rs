//! Sessions: logging in when needed, once; the store's clock, counters and warnings.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cartwright::magento::api::{info, stores};
use cartwright::magento::{Mode, WarningKind};

use super::shop::{Reply, Shop, response};

/// A shop whose first session has expired.
async fn expiring() -> Shop {
    let logins = Arc::new(AtomicUsize::new(0));
    Shop::start(move |hit| match hit.called.as_str() {
        "login" => {
            let id = logins.fetch_add(1, Ordering::SeqCst);
            let body = response("rpc/001-login-ok");
            Reply::xml(&body.replace("6b05d340a860632afce8c86bed357ac6", &format!("session{id}")))
        }
        _ if hit.body.contains("session0") => Reply::xml(&response("rpc/155-magentoInfo-bad-session")),
        _ => Reply::xml(&response("rpc/006-magentoInfo-ok")),
    })
    .await
}

#[tokio::test]
async fn an_expired_session_is_renewed_once_for_all() {
    let shop = expiring().await;
    let store = shop.store(Mode::Rpc);
    let calls = (0..6).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { info::magento_info(&store).await })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.expect("no panic").expect("info").version, "1.9.4.5");
    }
    let logins = shop.hits().iter().filter(|hit| hit.called == "login").count();
    assert_eq!(logins, 2, "one at the start, one for all that met the expired session");
}

#[tokio::test]
async fn a_session_that_expires_again_at_once_is_a_fault() {
    let shop = Shop::recorded(Mode::Rpc, &[("magentoInfo", "rpc/155-magentoInfo-bad-session")]).await;
    let problem = info::magento_info(&shop.store(Mode::Rpc)).await.expect_err("a fault");
    assert!(problem.fault().is_some_and(|fault| fault.code == "5"), "{problem}");
    assert_eq!(shop.asked().len(), 2, "the call is sent twice, not for ever");
}

#[tokio::test]
async fn bulk_reads_renew_the_session_too() {
    let shop = Shop::start(|hit| match hit.called.as_str() {
        "login" => Reply::xml(&response("v1/001-login")),
        _ => Reply::xml(&response("v1/014-multiCall-expired-session")),
    })
    .await;
    let problem = info::answers_bulk(&shop.store(Mode::Rpc)).await.expect_err("transient");
    assert_eq!(problem.fault().map(|fault| fault.code.as_str()), Some("5"));
    assert_eq!(shop.hits().iter().filter(|hit| hit.called == "login").count(), 2);
}

#[tokio::test]
async fn wrong_credentials() {
    for (mode, dir) in [(Mode::Rpc, "rpc"), (Mode::Wsi, "wsi")] {
        for file in ["002-login-wrong-key", "005-login-empty-key"] {
            let file = format!("{dir}/{file}");
            let shop = Shop::start(move |_| Reply::xml(&response(&file))).await;
            let problem = stores::list(&shop.store(mode)).await.expect_err("a fault");
            assert_eq!(problem.class(), cartwright::magento::Class::Configuration);
            assert!(problem.to_string().starts_with("The store refused user and key."), "{problem}");
            assert!(!problem.to_string().contains("crm-api-key-123"));
            assert_eq!(shop.hits().len(), 1, "no second try: accounts get locked");
        }
    }
}

#[tokio::test]
async fn clock_and_traffic_are_taken_along() {
    let info = response("rpc/006-magentoInfo-ok");
    let login = response("rpc/001-login-ok");
    let bytes = (info.len() + login.len()) as u64;
    let shop = Shop::start(move |hit| {
        let body = if hit.called == "login" { &login } else { &info };
        Reply::xml(body).with_header("date", "Mon, 23 Nov 2026 08:25:47 GMT")
    })
    .await;
    let store = shop.store(Mode::Rpc);
    assert_eq!(store.clock(), None);
    info::magento_info(&store).await.expect("info");
    assert_eq!(store.clock().expect("a clock").store_time.to_rfc3339(), "2026-11-23T08:25:47+00:00");
    assert_eq!((store.traffic().requests, store.traffic().bytes), (2, bytes));
}

#[tokio::test]
async fn what_was_repaired_is_told_once() {
    let noisy = format!(
        "<br />\n<b>Notice</b>: Undefined index\n{}\n<!-- 0.2 s -->",
        response("rpc/006-magentoInfo-ok")
    );
    let noisy = noisy.replace("Community", "Com\u{1}munity &uuml;");
    let shop = Shop::start(move |hit| Reply::xml(if hit.called == "login" { LOGIN } else { &noisy })).await;
    let store = shop.store(Mode::Rpc);
    assert_eq!(info::magento_info(&store).await.expect("info").edition, "Com\u{fffd}munity ü");
    let kinds: Vec<WarningKind> = store.take_warnings().into_iter().map(|warning| warning.kind).collect();
    assert_eq!(
        kinds,
        [
            WarningKind::TextBefore,
            WarningKind::TextAfter,
            WarningKind::ControlCharacter,
            WarningKind::HtmlEntity
        ]
    );
    assert_eq!(store.take_warnings(), []);
}

const LOGIN: &str = "<E:Envelope xmlns:E=\"x\"><E:Body><loginResponse><loginReturn>abc</loginReturn></loginResponse></E:Body></E:Envelope>";
