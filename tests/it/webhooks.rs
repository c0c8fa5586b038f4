//! Webhooks: whoever wants to know is told, signed, once, and again until it is taken.

use axum::http::StatusCode;
use cartwright::notify::{queue_deliveries, signature};
use serde_json::Value;
use sqlx::PgPool;

use crate::support::{App, Page, Pair, WebhookSink};
use crate::two_way::desk::small;

/// Everything that waits is sent, as far as it can be.
async fn deliver(app: &App) {
    queue_deliveries(&app.pool).await.unwrap();
    app.workers("messages").drain().await.unwrap();
}

/// Makes a webhook through its form; its secret.
async fn webhook(app: &mut App, url: &str, events: &[&str]) -> String {
    let fields = [("name", "Warehouse"), ("url", url), ("active", "on")];
    let fields: Vec<(&str, &str)> =
        fields.into_iter().chain(events.iter().map(|event| ("event", *event))).collect();
    let page = app.post("/webhooks", &fields).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    page.value_of("secret")
}

/// "customer.updated 3", …: what was told, in order.
fn told(sink: &WebhookSink) -> Vec<String> {
    let bodies = sink.told().into_iter().map(|it| serde_json::from_str::<Value>(&it.body).unwrap());
    let events = bodies.flat_map(|body| body["events"].as_array().unwrap().clone());
    events.map(|it| format!("{} {}", it["event"].as_str().unwrap(), it["id"])).collect()
}

async fn log(app: &mut App) -> Page {
    app.get("/webhooks/1").await
}

/// What the log of deliveries says.
fn rows(page: &Page) -> String {
    page.part("<tbody>", "</tbody>")
}

#[sqlx::test]
async fn what_happens_is_told_once_signed_and_without_anybodys_data(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "ask").await;
    let sink = WebhookSink::start().await;
    let nobody = "select count(*) from webhook_events";
    assert_eq!(pair.app.count(nobody).await, 0, "nothing is written while nobody wants it");
    let all = ["customer.created", "customer.updated", "job.ended", "conflict.opened", "conflict.decided"];
    let secret = webhook(&mut pair.app, &sink.url, &all).await;
    assert!(!pair.app.database().await.contains(&secret), "sealed");

    let row = pair.row_of(3).await;
    pair.edit(3, &[("last-name", "Here")]).await;
    pair.edit(3, &[("last-name", "Here again"), ("tax-vat", "1")]).await;
    pair.edit_there(3, |it| it.lastname = Some("There".into()));
    let job = pair.sync_well().await.id;
    deliver(&pair.app).await;
    let first = told(&sink);
    assert_eq!(
        first,
        [format!("customer.updated {row}"), "conflict.opened 1".to_owned(), format!("job.ended {job}")],
        "each record once"
    );
    let sent = &sink.told()[0];
    assert_eq!(sent.signature, format!("sha256={}", signature(&secret, &sent.stamp, &sent.body)));
    assert!(!sent.body.contains("Here") && !sent.body.contains('@'), "{}", sent.body);
    let body: Value = serde_json::from_str(&sent.body).unwrap();
    let path = body["events"][0]["path"].as_str().unwrap().to_owned();
    let mut program = pair.app.program("read").await;
    assert_eq!(program.get(&path).await.json()["last_name"], "Here again");

    // a sync that finds nothing new tells of itself alone; what tells is nothing to tell of
    let job = pair.sync_well().await.id;
    deliver(&pair.app).await;
    deliver(&pair.app).await;
    assert_eq!(told(&sink)[first.len()..], [format!("job.ended {job}")]);
    let page = pair.app.get("/conflicts").await;
    let (action, mut fields) = page.form("Use remote");
    fields.retain(|(name, _)| !name.is_empty());
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    pair.app.post(&action, &fields).await;
    pair.app.run_sql("delete from jobs where status = 'queued'").await;
    deliver(&pair.app).await;
    assert_eq!(
        told(&sink)[first.len() + 1..],
        ["conflict.decided 1".to_owned(), format!("customer.updated {row}")]
    );
    assert!(rows(&log(&mut pair.app).await).contains("customer.updated Sent 1"));
}

#[sqlx::test]
async fn who_does_not_answer_is_tried_again_left_alone_and_switched_off(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.add_sales().await;
    let sink = WebhookSink::start().await;
    let secret = webhook(&mut app, &sink.url, &["order.created", "order.updated"]).await;
    let page = app.get("/webhooks/1").await;
    app.press(&page, "Send a test").await;
    deliver(&app).await;
    let ping: Value = serde_json::from_str(&sink.told()[0].body).unwrap();
    assert_eq!(ping["events"][0]["event"], "ping");

    sink.answer(StatusCode::SERVICE_UNAVAILABLE, "");
    app.run_sql("update orders set status = 'closed' where id = 1").await;
    app.run_sql("update orders set synced_at = now(), read_at = now() where id = 2").await;
    deliver(&app).await;
    let page = log(&mut app).await;
    assert!(rows(&page).contains("answered HTTP 503 instead of 2xx. Tried again later"), "{}", page.text());
    assert!(page.text().contains("Failing"), "{}", page.text());
    // it is left alone: what happens meanwhile waits
    app.run_sql("update orders set status = 'closed' where id = 3").await;
    deliver(&app).await;
    assert_eq!(app.count("select count(*) from webhook_deliveries").await, 2);
    sink.answer(StatusCode::NO_CONTENT, "");
    let page = log(&mut app).await;
    app.press(&page, "Resend delivery 2").await;
    deliver(&app).await;
    assert_eq!(told(&sink)[1..], ["order.updated 1", "order.updated 3"]);
    let again = &sink.told()[1];
    assert_eq!(serde_json::from_str::<Value>(&again.body).unwrap()["delivery"], 2);
    assert_eq!(again.signature, format!("sha256={}", signature(&secret, &again.stamp, &again.body)));
    assert!(!log(&mut app).await.text().contains("Failing"));

    // ten tries of one delivery, then it is given up; three days of failures, then the webhook is off
    sink.answer(StatusCode::INTERNAL_SERVER_ERROR, "");
    app.run_sql("update orders set status = 'complete' where id = 1").await;
    for _ in 0..10 {
        app.run_sql("update webhooks set rests_until = null").await;
        app.run_sql("update webhook_deliveries set next_try_at = now()").await;
        deliver(&app).await;
    }
    assert_eq!(app.count("select count(*) from webhook_deliveries where given_up_at is not null").await, 1);
    assert!(rows(&log(&mut app).await).contains("Given up 10"));
    app.run_sql("update webhooks set failing_since = now() - interval '4 days', rests_until = null").await;
    app.run_sql("update orders set status = 'closed' where id = 1").await;
    deliver(&app).await;
    let page = log(&mut app).await;
    assert!(
        page.text().contains("It was switched off, because it took nothing for three days"),
        "{}",
        page.text()
    );
    app.run_sql("update orders set status = 'complete' where id = 1").await;
    assert_eq!(app.count("select count(*) from webhook_events").await, 0, "nobody is told any more");
}

#[sqlx::test]
async fn a_webhook_is_made_changed_and_deleted_by_its_pages(pool: PgPool) {
    let mut app =
        App::set(pool, |web| web.private_addresses = cartwright::magento::PrivateAddresses::Refused).await;
    app.add_user("Ada Lovelace", "ada@example.org", cartwright::crm::users::Role::Administrator).await;
    app.sign_in("ada@example.org").await;
    for (url, why) in [
        ("ftp://x.example", "Enter a URL"),
        ("https://ada:x@x.example", "Enter a URL"),
        ("http://127.0.0.1/hook", "private or local"),
        ("http://0x7f.1/hook", "private or local"),
        ("http://[::ffff:10.0.0.1]/hook", "private or local"),
        ("http://localhost/hook", "private or local"),
    ] {
        let fields = [("name", "Warehouse"), ("url", url), ("event", "order.created")];
        let page = app.post("/webhooks", &fields).await;
        assert!(page.blames("url").contains(why), "{url}: {}", page.text());
        assert_eq!(page.value_of("url"), url);
    }
    let page = app.post("/webhooks", &[("name", ""), ("url", "https://192.0.2.1/x")]).await;
    page.blames("name");
    assert!(page.text().contains("Choose at least one event."), "{}", page.text());
    let secret = webhook(&mut app, "https://8.8.8.8/hook", &["order.created"]).await;
    let page = app.get("/webhooks/1").await;
    assert!(page.text().contains("Nothing was sent yet") && !page.html.contains(&secret), "{}", page.text());
    let renewed = app.post("/webhooks/1/secrets", &[]).await.value_of("secret");
    assert_ne!(renewed, secret);
    let edit = app.get("/webhooks/1/edit").await;
    assert_eq!(edit.value_of("url"), "https://8.8.8.8/hook");
    let fields = [("name", "Store room"), ("url", "https://8.8.4.4/hook"), ("event", "job.ended")];
    app.post("/webhooks/1", &fields).await;
    let page = app.get("/webhooks").await;
    assert!(page.text().contains("Store room https://8.8.4.4/hook Off"), "{}", page.text());
    let trail = app.get("/audit").await.text();
    assert!(trail.contains("Webhook Warehouse") && !trail.contains(&renewed), "{trail}");
    let ask = app.get("/webhooks/1/deletion").await;
    assert!(ask.text().contains("Delete the webhook Store room?"));
    app.post("/webhooks/1/deletion", &[]).await;
    assert_eq!(app.get("/webhooks/1").await.status, StatusCode::NOT_FOUND);
}
