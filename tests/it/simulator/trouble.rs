//! Trouble to order comes when it is ordered, and only then.

use cartwright::simulator::{Fault, Options, Record, When};

use super::bench::*;
use super::texts::*;

#[tokio::test]
async fn trouble_comes_when_it_is_ordered() {
    let bench = Bench::new("rpc", Options::default()).await;
    let normal = fixture("rpc", "006", "response");
    for (fault, status, check) in [
        (Fault::Maintenance, 503, "maintenance"),
        (Fault::BadGateway, 502, "502 Bad Gateway"),
        (Fault::TooManyRequests(30), 429, "Too Many"),
        (Fault::BasicAuth("u".into(), "p".into()), 401, "401"),
        (Fault::NotFound, 404, "404 Not Found"),
        (Fault::Redirect(302, "http://127.0.0.1:1/".into()), 302, ""),
        (Fault::Empty, 200, ""),
        (Fault::Notice, 200, "<b>Deprecated</b>"),
        (Fault::Trailing("<!-- 0.3s -->".into()), 200, "<!-- 0.3s -->"),
        (Fault::RawControl, 200, "\u{b}"),
        (Fault::UnknownEntity, 200, "&uuml;"),
        (Fault::BillionLaughs, 200, "&lol9;"),
        (Fault::DeepNesting(300), 200, "<a><a>"),
        (Fault::Html, 200, "Just a moment"),
        (Fault::Soap("1".into(), "SQLSTATE[HY000]".into(), 200), 200, "SQLSTATE"),
        (Fault::BareFault("1".into(), "died".into()), 200, "<SOAP-ENV:Envelope"),
        (Fault::ExpireSessions, 200, "Session expired"),
    ] {
        bench.store.script(fault.clone(), When::method("magentoInfo").times(1));
        let answer = bench.replay("006").await;
        assert_eq!(answer.status.as_u16(), status, "{fault:?}");
        assert!(answer.body.contains(check), "{fault:?}: {}", answer.body);
        assert_ne!(answer.body, normal);
    }
    let bench = Bench::new("rpc", Options::default()).await;
    assert_eq!(bench.replay("006").await.body, normal);
}

#[tokio::test]
async fn broken_connections_break() {
    let bench = Bench::new("rpc", Options::default()).await;
    let body = || under_session(&fixture("rpc", "007", "request"), &bench.session);
    let send = || bench.client.post(bench.endpoint()).body(body()).send();
    bench.store.script(Fault::Close, When::once());
    assert!(send().await.is_err());
    bench.store.script(Fault::Cut, When::once());
    assert!(send().await.unwrap().bytes().await.is_err());
    bench.store.script(Fault::NoDate, When::once());
    let dateless = send().await.unwrap();
    assert!(dateless.headers().get("date").is_none());
    assert_eq!(dateless.text().await.unwrap(), fixture("rpc", "007", "response"));
    bench.store.script(Fault::Gzip, When::once());
    assert_eq!(send().await.unwrap().text().await.unwrap(), fixture("rpc", "007", "response"));
    bench.store.script(Fault::InvalidUtf8, When::once());
    assert!(std::str::from_utf8(&send().await.unwrap().bytes().await.unwrap()).is_err());
    bench.store.script(Fault::Hang, When::once());
    let hanging = tokio::spawn(send());
    bench.store.stop().await;
    assert!(hanging.await.unwrap().is_err());
}

#[tokio::test]
async fn a_lost_answer_has_been_carried_out() {
    let bench = Bench::new("rpc", Options::default()).await;
    bench.store.script(Fault::LoseAnswer, When::method("customerCustomerCreate").times(1));
    let create = envelope(&format!(
        "<customerCustomerCreate><sessionId>{}</sessionId><customerData><email>new@example.com</email>\
         <website_id>1</website_id></customerData></customerCustomerCreate>",
        bench.session
    ));
    assert!(bench.client.post(bench.endpoint()).body(create).send().await.is_err());
    assert_eq!(bench.store.find_customer("NEW@example.com", 1).map(|found| found.id), Some(2_001));
}

#[tokio::test]
async fn a_poisoned_record_spoils_what_it_is_in_and_nothing_else() {
    let bench = Bench::new("rpc", Options::default()).await;
    let fault = Fault::Soap("1".into(), "Internal Error. Please see log for details.".into(), 200);
    bench.store.script(fault, When::record(17));
    let list = |from: &str, to: &str| {
        list_call(&bench.session, &[("customer_id", "from", from), ("customer_id", "to", to)])
    };
    let whole = bench.post(&bench.endpoint(), list("10", "20")).await;
    assert!(whole.body.contains("<faultcode>1</faultcode>"));
    let half = bench.post(&bench.endpoint(), list("10", "16")).await;
    assert_eq!(customer_ids(&half.body).len(), 7);
    let bulk = multi_call(&bench.session, "customer_address.list", 16..=18);
    let answer = bench.post(&bench.store.bulk_endpoint(), bulk).await;
    assert_eq!(answer.body.matches("isFault").count(), 1);
    bench.store.clear_scripts();
    bench.store.script(Fault::Garbage(17, "updated_at".into(), "N/A".into()), When::always());
    let spoilt = bench.post(&bench.endpoint(), list("10", "20")).await;
    assert_eq!(spoilt.body.matches("<updated_at xsi:type=\"xsd:string\">N/A</updated_at>").count(), 1);
    bench.store.clear_scripts();
    bench.store.script(Fault::IgnoreFilters, When::always());
    let everything = bench.post(&bench.endpoint(), list("10", "20")).await;
    assert_eq!(customer_ids(&everything.body).len(), 2_000);
}

#[tokio::test]
async fn as_many_calls_as_workers_lock_the_store_up() {
    let options = |workers| Options {
        workers: Some(workers),
        stuck: std::time::Duration::from_millis(50),
        ..Options::default()
    };
    let roomy = Bench::new("rpc", options(2)).await;
    roomy.check("006").await;
    assert_eq!((roomy.store.max_in_flight(), roomy.store.requests_of("magentoInfo")), (1, 1));
    let cramped = Bench::new("rpc", options(1)).await;
    let answer = cramped.replay("006").await;
    assert_eq!(answer.status.as_u16(), 500);
    assert!(answer.body.contains("Couldn't load from"));
}

#[tokio::test]
async fn all_workers_taken_by_calls_wait_for_each_other() {
    let options =
        Options { workers: Some(3), stuck: std::time::Duration::from_millis(50), ..Options::default() };
    let bench = Bench::new("rpc", options).await;
    let both = tokio::join!(bench.replay("006"), bench.replay("006"));
    assert_eq!((both.0.status.as_u16(), both.1.status.as_u16()), (200, 200));
    let began = std::time::Instant::now();
    let all = tokio::join!(bench.replay("006"), bench.replay("006"), bench.replay("006"));
    assert!(began.elapsed().as_millis() >= 50);
    // The first to give up sets its worker free, which may serve the others.
    assert!([all.0, all.1, all.2].iter().any(|answer| answer.body.contains("Couldn't load from")));
}

#[tokio::test]
async fn a_poisoned_order_fails_its_lists_and_can_be_read_alone() {
    let bench = Bench::new("rpc", Options::default()).await;
    let fault = Fault::Soap("1".into(), "SQLSTATE[HY000]".into(), 200);
    bench.store.script(fault, When::record(Record::Order(17)).on("salesOrderList"));
    let list = |from: &str, to: &str| {
        let call = list_call(&bench.session, &[("order_id", "from", from), ("order_id", "to", to)]);
        call.replace("customerCustomerList", "salesOrderList")
    };
    let whole = bench.post(&bench.endpoint(), list("10", "20")).await;
    assert!(whole.body.contains("<faultcode>1</faultcode>"));
    let rest = bench.post(&bench.endpoint(), list("18", "20")).await;
    assert!(rest.body.contains("salesOrderListEntity[3]"));
    let number = bench.store.order(17).unwrap().increment_id;
    let bulk = || multi_call(&bench.session, "order.info", std::iter::once(number.parse().unwrap()));
    let alone = bench.post(&bench.store.bulk_endpoint(), bulk()).await;
    assert!(!alone.body.contains("isFault"));
    let garbage = Fault::GarbageIn(Record::Order(17), "grand_total".into(), "N/A".into());
    bench.store.script(garbage, When::method("order.info"));
    let spoilt = bench.post(&bench.store.bulk_endpoint(), bulk()).await;
    assert!(spoilt.body.contains(">grand_total</key><value xsi:type=\"xsd:string\">N/A</value>"));
    assert_eq!(bench.store.entries_of("order.info"), 2);
    assert!(bench.store.bytes_of("multiCall") > 10_000);
}

#[tokio::test]
async fn answers_are_cut_padded_miscounted_and_blown_up() {
    let bench = Bench::new("rpc", Options::default()).await;
    let whole = bench.replay("007").await.body;
    bench.store.script(Fault::CutShort, When::once());
    assert_eq!(bench.replay("007").await.body.len(), whole.len() / 2);
    bench.store.script(Fault::Huge(100_000), When::once());
    let huge = bench.replay("007").await.body;
    assert_eq!(huge.len(), 100_000);
    roxmltree::Document::parse(&huge).unwrap();
    for (by, expected) in [(1, 4), (-1, 2)] {
        bench.store.script(Fault::Miscount(by), When::method("multiCall").times(1));
        let call = multi_call(&bench.session, "customer.info", 1..=3);
        let answer = bench.post(&bench.store.bulk_endpoint(), call).await;
        assert_eq!(answer.body.matches(">customer_id</key>").count(), expected);
    }
    bench.store.script(Fault::GzipBomb(3_000_000), When::once());
    let body = under_session(&fixture("rpc", "007", "request"), &bench.session);
    let mut bomb = bench.client.post(bench.endpoint()).body(body).send().await.unwrap();
    let mut read = 0;
    while let Ok(Some(chunk)) = bomb.chunk().await {
        read += chunk.len();
    }
    assert!(read > 2_900_000, "{read}");
}
