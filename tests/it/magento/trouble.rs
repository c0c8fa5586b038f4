//! Servers that misbehave: each fault of `spec/faults.md` the client meets becomes the right error, and never rows.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use cartwright::magento::api::IdFilter;
use cartwright::magento::api::customers::{self, CustomerFilter};
use cartwright::magento::api::info;
use cartwright::magento::{
    CallError, Class, Limits, Mode, NotSoapKind, Open, Phase, PrivateAddresses, Store, WsdlUrl,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tower_http::compression::CompressionLayer;

use super::shop::{Reply, Shop, response, settings};

/// What a list call makes of one answer.
async fn listing(reply: Reply) -> CallError {
    let shop = shop_with(reply).await;
    customers::list(&shop.store(Mode::Rpc), &CustomerFilter::default()).await.expect_err("no rows")
}

pub(super) async fn shop_with(reply: Reply) -> Shop {
    Shop::start(
        move |hit| {
            if hit.called == "login" { Reply::xml(&response("rpc/001-login-ok")) } else { reply.clone() }
        },
    )
    .await
}

#[tokio::test]
async fn answers_that_are_not_soap() {
    let check = async |reply: Reply, expected: NotSoapKind, class: Class| {
        let problem = listing(reply).await;
        let CallError::NotSoap { kind, .. } = &problem else { panic!("{expected:?}: {problem:?}") };
        assert_eq!((*kind, problem.class()), (expected, class), "{problem}");
    };
    check(Reply::html(200, ""), NotSoapKind::Empty, Class::Transient).await;
    check(Reply::html(200, "Application is not installed yet"), NotSoapKind::PlainText, Class::Transient)
        .await;
    check(
        Reply::html(200, "<html><title>Log in</title></html>"),
        NotSoapKind::LoginPage,
        Class::Configuration,
    )
    .await;
    check(
        Reply::html(404, "<html><body>Whoops</body></html>"),
        NotSoapKind::NotFoundTheme,
        Class::Configuration,
    )
    .await;
    check(
        Reply::html(403, "<html><title>Attention Required! | Cloudflare</title></html>"),
        NotSoapKind::Cloudflare,
        Class::Configuration,
    )
    .await;
    check(
        Reply::html(503, "<html>Service Temporarily Unavailable</html>"),
        NotSoapKind::Maintenance,
        Class::Transient,
    )
    .await;
}

#[tokio::test]
async fn statuses_without_soap() {
    let check = async |status: u16, class: Class| {
        let problem = listing(Reply::html(status, "<h1>oops</h1>").with_header("retry-after", "30")).await;
        assert!(matches!(problem, CallError::Http { status: met, .. } if met == status), "{problem:?}");
        assert_eq!(
            (problem.class(), problem.retry_after()),
            (class, Some(Duration::from_secs(30))),
            "{status}"
        );
    };
    for status in [429, 500, 502, 504, 520] {
        check(status, Class::Transient).await;
    }
    for status in [400, 401, 403] {
        check(status, Class::Configuration).await;
    }
}

/// F26: a server that finds a request too large is asked for less, and none is asked whether it wants the body.
#[tokio::test]
async fn what_is_too_large_to_be_asked_is_asked_in_less_and_nothing_waits_for_leave() {
    for status in [413, 414, 417] {
        let shop = shop_with(Reply::html(status, "<h1>Too large</h1>")).await;
        let ids =
            CustomerFilter { ids: Some(IdFilter::In((1..5_000).collect())), ..CustomerFilter::default() };
        let problem = customers::list(&shop.store(Mode::Rpc), &ids).await.expect_err("no rows");
        assert!(matches!(problem, CallError::Http { status: met, .. } if met == status), "{problem:?}");
        assert_eq!((problem.class(), problem.asks_for_less()), (Class::Transient, true), "{status}");
        assert!(shop.hits().iter().all(|hit| hit.headers.get("expect").is_none()), "{status}");
    }
}

#[tokio::test]
async fn a_fault_counts_whatever_the_status() {
    for status in [200, 404, 500, 503] {
        let problem = listing(Reply::fault("101", "Invalid attribute name: x").with_status(status)).await;
        assert_eq!(problem.fault().map(|fault| fault.code.as_str()), Some("101"), "{status}");
    }
    let good = Reply::xml(&response("rpc/012-customerCustomerList-in-5")).with_status(500);
    assert!(
        matches!(listing(good).await, CallError::Http { status: 500, .. }),
        "rows with HTTP 500 are no rows"
    );
}

#[tokio::test]
async fn cut_and_broken_answers_give_no_rows() {
    let whole = response("rpc/012-customerCustomerList-in-5");
    let cut = whole.get(..whole.len() - 200).expect("a prefix");
    let problem = listing(Reply::xml(cut)).await;
    assert!(matches!(problem, CallError::Truncated { bytes } if bytes == cut.len() as u64), "{problem:?}");
    assert!(problem.asks_for_less());
    let problem = listing(Reply::xml(&whole.replacen("</item>", "</itm>", 1))).await;
    assert!(matches!(problem, CallError::Malformed { .. }), "{problem:?}");
    let problem =
        listing(Reply::xml(&whole.replacen("<SOAP-ENV:Envelope", "<!DOCTYPE x><SOAP-ENV:Envelope", 1))).await;
    assert!(matches!(problem, CallError::Hostile { .. }), "{problem:?}");
}

#[tokio::test]
async fn a_small_answer_that_grows_is_stopped_however_it_is_compressed() {
    let small = response("rpc/012-customerCustomerList-in-5");
    let rows = "<item><a>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</a></item>".repeat(200_000);
    let bomb = small.replacen("<item ", &format!("{rows}<item "), 1);
    let all = CompressionLayer::new;
    for (encoding, how) in [
        ("gzip", all().no_deflate().no_br()),
        ("deflate", all().no_gzip().no_br()),
        ("br", all().no_gzip().no_deflate()),
    ] {
        let (small, bomb) = (small.clone(), bomb.clone());
        let lists = AtomicUsize::new(0);
        let shop = Shop::compressing(how, move |hit| match hit.called.as_str() {
            "login" => Reply::xml(&response("rpc/001-login-ok")),
            _ if lists.fetch_add(1, Ordering::Relaxed) == 0 => Reply::xml(&small),
            _ => Reply::xml(&bomb),
        })
        .await;
        let mut settings = shop.settings(Mode::Rpc);
        settings.limits = Limits { max_body_bytes: 1_000_000, ..settings.limits };
        let store = Store::new(settings, Open::gate()).expect("a store");
        let list = customers::list(&store, &CustomerFilter::default()).await.expect("a small answer");
        assert!(!list.rows.is_empty(), "{encoding}");
        let problem = customers::list(&store, &CustomerFilter::default()).await.expect_err("too large");
        assert_eq!(problem, CallError::TooLarge { limit: 1_000_000 }, "{encoding}");
        assert_eq!(shop.last_encoding().as_deref(), Some(encoding));
    }
}

#[tokio::test]
async fn redirects_of_a_post_go_to_the_same_host_only() {
    let moved = Shop::start(|hit| match hit.path.as_str() {
        "/index.php/api/v2_soap/" => Reply::redirect(301, "/shop/api/v2_soap/".to_owned()),
        _ if hit.called == "login" => Reply::xml(&response("rpc/001-login-ok")),
        _ => Reply::xml(&response("rpc/006-magentoInfo-ok")),
    })
    .await;
    assert_eq!(info::magento_info(&moved.store(Mode::Rpc)).await.expect("info").version, "1.9.4.5");
    assert!(moved.hits().iter().all(|hit| hit.method == "POST" && !hit.body.is_empty()));

    let elsewhere = Shop::start(|_| Reply::redirect(302, "http://localhost:1/?key=secret".to_owned())).await;
    let problem = info::magento_info(&elsewhere.store(Mode::Rpc)).await.expect_err("a refusal");
    assert_eq!(problem, CallError::Redirect { status: 302, to: "http://localhost:1/".to_owned() });
    assert_eq!(elsewhere.hits().len(), 1);
}

#[tokio::test]
async fn a_store_that_does_not_answer_times_out() {
    let port = raw_server(|_| None).await;
    let problem = impatient(port).await;
    assert!(matches!(problem, CallError::Timeout { phase: Phase::FirstByte, .. }), "{problem:?}");
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 9000\r\n\r\n<?xml version=\"1.0\"?><E:Envelope>";
    let port = raw_server(move |_| Some((head.to_owned(), Then::Hang))).await;
    let problem = impatient(port).await;
    assert!(matches!(problem, CallError::Timeout { phase: Phase::Body, .. }), "{problem:?}");
}

#[tokio::test]
async fn a_connection_that_breaks_off_is_truncation() {
    let body = response("rpc/001-login-ok");
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{body}",
        body.len() + 100
    );
    let port = raw_server(move |_| Some((head.clone(), Then::Close))).await;
    let problem = impatient(port).await;
    assert!(
        matches!(problem, CallError::Truncated { .. }),
        "the whole envelope came, but not the whole body: {problem:?}"
    );
}

#[tokio::test]
async fn nobody_there() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let problem = impatient(port).await;
    assert!(
        matches!(&problem, CallError::Connect { detail, .. } if detail == "connection refused"),
        "{problem:?}"
    );
    let url = WsdlUrl::parse("http://no-such-host.invalid/api/v2_soap?wsdl=1").expect("a URL").0;
    let store = Store::new(settings(url, Mode::Rpc), Open::gate()).expect("a store");
    let problem = info::magento_info(&store).await.expect_err("no such host");
    assert!(
        matches!(problem, CallError::Resolve { .. } | CallError::Timeout { phase: Phase::Connect, .. }),
        "{problem:?}"
    );
}

#[tokio::test]
async fn private_addresses_are_refused_unless_allowed() {
    for host in ["localhost", "127.0.0.1", "0x7f.1", "[::ffff:127.0.0.1]", "[::1]"] {
        let url = WsdlUrl::parse(&format!("http://{host}:1/api/v2_soap?wsdl=1")).expect("a URL").0;
        let mut settings = settings(url, Mode::Rpc);
        settings.private_addresses = PrivateAddresses::Refused;
        let store = Store::new(settings, Open::gate()).expect("a store");
        let problem = info::magento_info(&store).await.expect_err("a refusal");
        assert!(matches!(problem, CallError::Refused { .. }), "{host}: {problem:?}");
        assert_eq!(problem.class(), Class::Configuration);
    }
}

#[tokio::test]
async fn basic_authentication_is_sent_and_not_shown() {
    let shop = shop_with(Reply::html(401, "")).await;
    let (url, auth) =
        WsdlUrl::parse(&shop.wsdl_url().as_str().replace("http://", "http://ada:geheim@")).expect("a URL");
    let mut settings = settings(url, Mode::Rpc);
    settings.basic_auth = auth;
    let shown = format!("{settings:?}");
    let store = Store::new(settings, Open::gate()).expect("a store");
    let problem = info::magento_info(&store).await.expect_err("401");
    assert!(!format!("{shown}{problem:?}{problem}").contains("geheim"));
    assert!(shop.hits().iter().all(|hit| hit.headers["authorization"] == "Basic YWRhOmdlaGVpbQ=="));
}

#[tokio::test]
async fn a_call_that_is_dropped_stops_its_parser() {
    let head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 9000\r\n\r\n<E:Envelope><E:Body>";
    let port = raw_server(move |_| Some((head.to_owned(), Then::Hang))).await;
    let store = raw_store(port, Duration::from_secs(60));
    let call = tokio::spawn(async move { info::magento_info(&store).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    call.abort();
    let started = Instant::now();
    assert!(call.await.expect_err("aborted").is_cancelled());
    assert!(started.elapsed() < Duration::from_secs(5));
}

async fn impatient(port: u16) -> CallError {
    info::magento_info(&raw_store(port, Duration::from_millis(300))).await.expect_err("no answer")
}

fn raw_store(port: u16, patience: Duration) -> Store {
    let url = WsdlUrl::parse(&format!("http://127.0.0.1:{port}/api/v2_soap?wsdl=1")).expect("a URL").0;
    let mut settings = settings(url, Mode::Rpc);
    settings.limits = Limits { first_byte: patience, total: patience * 2, ..settings.limits };
    Store::new(settings, Open::gate()).expect("a store")
}

#[derive(Clone, Copy, PartialEq)]
enum Then {
    Close,
    Hang,
}

/// A server that reads a request and writes bytes, well-formed HTTP or not.
async fn raw_server(answer: impl Fn(usize) -> Option<(String, Then)> + Send + Sync + 'static) -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        let mut kept = Vec::new();
        for number in 0.. {
            let Ok((mut socket, _)) = listener.accept().await else {
                return;
            };
            let mut seen = Vec::new();
            while !String::from_utf8_lossy(&seen).contains("</SOAP-ENV:Envelope>") {
                let mut chunk = [0; 4_096];
                match socket.read(&mut chunk).await {
                    Ok(read) if read > 0 => seen.extend_from_slice(&chunk[..read]),
                    _ => break,
                }
            }
            let written = answer(number);
            if let Some((text, _)) = &written {
                let _ = socket.write_all(text.as_bytes()).await;
                let _ = socket.flush().await;
            }
            if !matches!(written, Some((_, Then::Close))) {
                kept.push(socket);
            }
        }
    });
    port
}
