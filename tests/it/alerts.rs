//! Alerts: what needs a hand is told when it turns, to whom it concerns, and waits on a page with what to do about it.

use axum::http::StatusCode;
use cartwright::base::clock;
use cartwright::crm::alerts::Turned;
use cartwright::crm::users::Role;
use cartwright::notify::{self, Mail};
use cartwright::simulator::{Fault, Options, Simulator, When};
use chrono::Timelike;
use sqlx::PgPool;

use crate::support::{App, MailServer, Manner, WebhookSink, only_customers};

/// A round at this hour, and everything sent that it queued.
async fn round_at(app: &App, hour: u32) -> Turned {
    let now = clock::now().with_hour(hour).unwrap();
    let turned = notify::round(&app.pool, &app.web.vault, "http://crm.test", 300, now).await.unwrap();
    app.workers("notices").drain().await.unwrap();
    turned
}

/// The same at noon, when no digest goes out.
async fn round(app: &App) -> Turned {
    round_at(app, 12).await
}

/// Sets where alerts go.
async fn tell_by(app: &mut App, mail: Option<&MailServer>, hook: Option<&WebhookSink>) {
    if let Some(server) = mail {
        let port = server.port.to_string();
        let fields = [
            ("shown", ""),
            ("smtp-host", "127.0.0.1"),
            ("smtp-port", port.as_str()),
            ("smtp-tls", "none"),
            ("smtp-from", "crm@example.org"),
        ];
        assert_eq!(app.post("/settings/mail", &fields).await.status, StatusCode::SEE_OTHER);
    }
    if let Some(sink) = hook {
        let fields = [("shown", ""), ("webhook-url", sink.url.as_str()), ("webhook-secret", "s3cret")];
        assert_eq!(app.post("/settings/webhook", &fields).await.status, StatusCode::SEE_OTHER);
    }
}

/// An application with a store that has been synchronized once.
async fn synchronized(pool: PgPool) -> (App, Simulator) {
    let options = Options { customers: 2, ..only_customers() };
    let store = Simulator::start(options.clone()).await.unwrap();
    let mut app = App::as_administrator(pool).await;
    app.connect(&store, &options, "Corner").await;
    app.drain_jobs().await;
    (app, store)
}

async fn sync(app: &mut App) {
    app.post("/integrations/1/jobs", &[]).await;
    app.drain_jobs().await;
}

#[sqlx::test]
async fn a_failing_sync_is_told_once_and_so_is_its_end(pool: PgPool) {
    let (mut app, store) = synchronized(pool).await;
    let (server, sink) = (MailServer::start(Manner::Kind).await, WebhookSink::start().await);
    tell_by(&mut app, Some(&server), Some(&sink)).await;
    let quiet = round(&app).await;
    assert!(quiet.opened.is_empty() && quiet.closed.is_empty(), "{quiet:?}");
    assert!(app.get("/alerts").await.text().contains("Nothing needs a hand."));

    store.script(Fault::Soap("101".to_owned(), "Store is <b>closed</b>.".to_owned(), 500), When::always());
    sync(&mut app).await;
    assert_eq!(round(&app).await.opened.len(), 1);
    sync(&mut app).await;
    let again = round(&app).await;
    assert!(again.opened.is_empty() && again.closed.is_empty(), "the same is no news: {again:?}");
    let (mails, told) = (server.mails(), sink.told());
    assert_eq!((mails.len(), told.len()), (1, 1));
    assert!(mails[0].contains("To: ada@example.org"), "{}", mails[0]);
    assert!(mails[0].contains("Subject: Sync fails: Corner Store"), "{}", mails[0]);
    assert!(mails[0].contains("http://crm.test/integrations/1"), "{}", mails[0]);
    assert!(
        told[0].body.contains("alert.opened") && told[0].body.contains("sync failing"),
        "{}",
        told[0].body
    );
    let signed = notify::signature("s3cret", &told[0].stamp, &told[0].body);
    assert_eq!(told[0].signature, format!("sha256={signed}"));

    let page = app.get("/alerts").await;
    assert!(page.text().contains("Sync fails") && page.text().contains("See to it"), "{}", page.text());
    assert!(!page.html.contains("<b>closed"), "what a store says is text");
    assert!(page.html.contains("aria-label=\"Alerts: 1 open, 1 new\""), "{}", page.text());
    assert_eq!(app.get("/alerts/1").await.location(), "/integrations/1");
    let seen = app.post("/alerts/seen", &[]).await;
    assert!(app.follow(&seen).await.html.contains("aria-label=\"Alerts: 1 open\""));

    store.clear_scripts();
    sync(&mut app).await;
    assert_eq!(round(&app).await.closed.len(), 1);
    assert!(
        server.mails()[1].contains("Subject: Resolved: Sync fails: Corner Store"),
        "{}",
        server.mails()[1]
    );
    assert!(sink.told()[1].body.contains("alert.resolved"));
    let page = app.get("/alerts?state=resolved").await;
    assert_eq!(page.rows().len(), 1, "what is past stays: {}", page.text());
    assert!(page.html.contains("aria-label=\"Alerts: none open\""));
}

#[sqlx::test]
async fn every_kind_opens_and_closes_by_itself(pool: PgPool) {
    let (mut app, store) = synchronized(pool).await;
    store.script(Fault::Maintenance, When::always());
    sync(&mut app).await;
    let kinds = |turned: &[cartwright::crm::alerts::Alert]| {
        turned.iter().map(|alert| alert.kind.key()).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(kinds(&round(&app).await.opened), "maintenance");
    store.clear_scripts();
    sync(&mut app).await;
    assert_eq!(kinds(&round(&app).await.closed), "maintenance");
    for (makes, mends, kind) in [
        (
            "update integrations set last_synced_at = now() - interval '2 hours'",
            "update integrations set last_synced_at = now()",
            "sync late",
        ),
        (
            "insert into failed_records (integration_id, connector, remote_id, cause, raw_xml, attempts)
             values (1, 'Customers', '7', 'broken', '', 5)",
            "delete from failed_records",
            "failed records",
        ),
        (
            "insert into conflicts (customer_id, unit, base, local, remote, rule)
             values (1, 'email', '\"a\"', '\"b\"', '\"c\"', 'ask')",
            "update conflicts set decided_at = now()",
            "conflicts",
        ),
        (
            "insert into changes (customer_id, unit, from_value, to_value, state) values (1, 'email', '\"a\"', '\"b\"', 'rejected')",
            "update changes set state = 'discarded'",
            "rejected edits",
        ),
    ] {
        app.run_sql(makes).await;
        assert_eq!(kinds(&round(&app).await.opened), kind);
        assert_eq!(kinds(&round(&app).await.opened), "", "{kind} is told once");
        app.run_sql(mends).await;
        assert_eq!(kinds(&round(&app).await.closed), kind);
    }
    // a channel that takes nothing in needs no hand
    app.run_sql("update integrations set last_synced_at = now() - interval '2 hours'").await;
    app.run_sql("update channels set active = false").await;
    assert_eq!(kinds(&round(&app).await.opened), "");
}

#[sqlx::test]
async fn thresholds_are_the_settings(pool: PgPool) {
    let (mut app, _store) = synchronized(pool).await;
    app.run_sql("update integrations set last_synced_at = now() - interval '2 hours'").await;
    let fields = [
        ("shown", ""),
        ("alert-failed-syncs", "1"),
        ("alert-intervals", "48"),
        ("alert-tries", "5"),
        ("alert-conflicts", "1"),
        ("alert-rejected", "1"),
        ("digest-hour", "6"),
    ];
    assert_eq!(app.post("/settings/alerts", &fields).await.status, StatusCode::SEE_OTHER);
    assert!(round(&app).await.opened.is_empty(), "2 hours are 24 intervals");
    app.run_sql("update integrations set last_synced_at = now() - interval '5 hours'").await;
    assert_eq!(round(&app).await.opened.len(), 1);
}

#[sqlx::test]
async fn whoever_it_concerns_is_told_as_they_want(pool: PgPool) {
    let (mut app, _store) = synchronized(pool).await;
    let mut manager = app.colleague(Role::Manager).await;
    let mut sales = app.colleague(Role::Sales).await;
    let server = MailServer::start(Manner::Kind).await;
    tell_by(&mut app, Some(&server), None).await;
    // the integration becomes the manager's, and the administrator wants no mail at once
    app.run_sql("update integrations set owner_id = (select id from users where role = 'manager')").await;
    app.post("/alerts/choices", &[("digest", "on")]).await;
    app.run_sql("update integrations set last_synced_at = now() - interval '2 hours'").await;
    round(&app).await;
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("To: manager@example.org"), "{}", mails[0]);
    assert!(manager.get("/alerts").await.text().contains("No sync for long"));
    assert_eq!(manager.get("/alerts").await.rows().len(), 1);
    assert_eq!(sales.get("/alerts").await.status, StatusCode::FORBIDDEN);
    assert!(!sales.get("/customers").await.html.contains("href=\"/alerts\""));
    // of somebody else's a manager learns nothing
    app.run_sql("update integrations set owner_id = 1").await;
    let page = manager.get("/alerts").await;
    assert!(!page.text().contains("Corner") && page.rows().is_empty(), "{}", page.text());
    assert_eq!(manager.get("/alerts/1").await.status, StatusCode::FORBIDDEN);
    assert!(manager.get("/").await.html.contains("Alerts: none open"));
    for strange in ["/alerts/0", "/alerts/x", "/alerts/99999999999999999999"] {
        assert_eq!(app.get(strange).await.status, StatusCode::NOT_FOUND, "{strange}");
    }
    // the digest goes out at its hour, once
    round_at(&app, 6).await;
    round_at(&app, 6).await;
    let mails = server.mails();
    assert_eq!(mails.len(), 2, "{mails:?}");
    assert!(mails[1].contains("To: ada@example.org") && mails[1].contains("Digest: 1 alert"), "{}", mails[1]);
}

#[sqlx::test]
async fn what_could_not_be_sent_is_tried_again_and_given_up_in_the_end(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let server = MailServer::start(Manner::RefusesRecipient).await;
    tell_by(&mut app, Some(&server), None).await;
    let link = "http://crm.test/invitation?token=secret-of-the-link";
    let mail = Mail {
        to: "new@example.org".to_owned(),
        subject: "Welcome\r\nBcc: x@y.z".to_owned(),
        text: link.to_owned(),
    };
    let mut tx = app.pool.begin().await.unwrap();
    notify::mail(&mut tx, &app.web.vault, &mail).await.unwrap();
    tx.commit().await.unwrap();
    assert!(
        !app.database().await.contains("secret-of-the-link"),
        "it lets somebody in: sealed while it waits"
    );
    app.drain_jobs().await;
    let waiting =
        "select count(*) from notices where sent_at is null and attempts = 1 and error like '%No such user%'";
    assert_eq!(app.count(waiting).await, 1);
    assert!(app.get("/jobs").await.text().contains("It is tried again at"));
    // not before its time
    round(&app).await;
    assert_eq!(app.count(waiting).await, 1);
    app.run_sql("update notices set next_try_at = now()").await;
    server.behave(Manner::Kind);
    round(&app).await;
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains(link) && !mails[0].contains("\nBcc:"), "{}", mails[0]);
    assert_eq!(app.count("select count(*) from notices where content is null").await, 1, "and forgotten");
    // given up
    server.behave(Manner::RefusesRecipient);
    let mut tx = app.pool.begin().await.unwrap();
    notify::mail(&mut tx, &app.web.vault, &mail).await.unwrap();
    tx.commit().await.unwrap();
    app.run_sql("update notices set attempts = 9 where sent_at is null").await;
    app.drain_jobs().await;
    assert_eq!(
        app.count("select count(*) from notices where given_up_at is not null and content is null").await,
        1
    );
    assert!(app.get("/jobs?status=failed").await.text().contains("given up"));
}
