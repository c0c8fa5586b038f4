//! Settings: judged beside their fields, saved for everybody, taken back alone, never overwritten unseen.

use axum::http::StatusCode;
use cartwright::crm::settings::{SESSION_DAYS, SYNC_INTERVAL, Settings};
use cartwright::crm::users::Role;
use cartwright::magento::PrivateAddresses;
use sqlx::PgPool;

use crate::support::{App, MailServer, Manner, Page, WebhookSink};

#[sqlx::test]
async fn a_setting_is_saved_counts_at_once_and_goes_back_to_its_default(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let page = app.get("/settings").await;
    assert_eq!(page.value_of("sync-interval"), "5");
    assert!(page.text().contains("From 0 to 1440; 5 by default."), "{}", page.text());
    assert!(!page.text().contains("Back to default"));
    let saved = app.post("/settings/synchronization", &[("shown", ""), ("sync-interval", "17")]).await;
    let page = app.follow(&saved).await;
    assert_eq!(page.value_of("sync-interval"), "17");
    assert_eq!(app.web.interval().await.unwrap(), 17 * 60);
    let back = app.post("/settings/synchronization", &[("reset", "sync-interval")]).await;
    assert_eq!(app.follow(&back).await.value_of("sync-interval"), "5");
    let entries = app.get("/audit?kind=settings").await.text();
    assert!(entries.contains("Default sync interval: 5 → 17"), "{entries}");
    assert!(entries.contains("Default sync interval: 17 → 5"), "{entries}");
    assert_eq!(app.count("select count(*) from settings").await, 0);
}

#[sqlx::test]
async fn what_is_wrong_stands_beside_its_field_with_what_was_typed(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let typed = [
        ("smtp-host", "mail.example.org"),
        ("smtp-port", "99999"),
        ("smtp-tls", "rot13"),
        ("smtp-from", "nobody"),
        ("shown", ""),
    ];
    let page = app.post("/settings/mail", &typed).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["smtp-port", "smtp-tls", "smtp-from"] {
        page.blames(field);
    }
    assert_eq!(page.value_of("smtp-host"), "mail.example.org");
    assert_eq!(page.value_of("smtp-port"), "99999");
    let page = app.post("/settings/webhook", &[("shown", ""), ("webhook-url", "ftp://x\0")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.blames("webhook-url");
    assert_eq!(app.count("select count(*) from settings").await, 0);
    assert_eq!(app.post("/settings/nonsense", &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.post("/settings/mail", &[("reset", "digest-hour")]).await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn the_second_of_two_administrators_is_told_and_nothing_is_overwritten(pool: PgPool) {
    let mut ada = App::as_administrator(pool).await;
    let mut eve = ada.colleague(Role::Administrator).await;
    let shown = |page: &Page| page.form("Save Synchronization").1;
    let of_ada = shown(&ada.get("/settings").await);
    assert_eq!(of_ada.iter().find(|(name, _)| name == "shown").unwrap().1, "");
    eve.post("/settings/synchronization", &[("shown", ""), ("sync-interval", "30")]).await;
    let told = ada.post("/settings/synchronization", &[("shown", ""), ("sync-interval", "10")]).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    let error = told.error_of("sync-interval");
    assert!(error.contains("Some Administrator") && error.contains("30"), "{error}");
    assert_eq!(told.value_of("sync-interval"), "10", "what was typed is kept");
    assert_eq!(Settings::load(&ada.pool).await.unwrap().number(&SYNC_INTERVAL), 30);
    // now that it is known, it can be set
    ada.press(&told, "Save Synchronization").await;
    assert_eq!(Settings::load(&ada.pool).await.unwrap().number(&SYNC_INTERVAL), 10);
}

#[sqlx::test]
async fn only_what_the_other_one_set_is_told(pool: PgPool) {
    let mut ada = App::as_administrator(pool).await;
    let mut eve = ada.colleague(Role::Administrator).await;
    let all = |jobs, audit| {
        [("shown", ""), ("jobs-retention", jobs), ("audit-retention", audit), ("alerts-retention", "365")]
    };
    let (jobs, audit) = ("90", "730");
    eve.post("/settings/retention", &all("60", audit)).await;
    let told = ada.post("/settings/retention", &all(jobs, "700")).await;
    assert!(told.blames("jobs-retention").contains("60"), "{}", told.text());
    assert!(!told.text().contains("set this to “730”"), "nobody touched it: {}", told.text());
    let saved = ada.post("/settings/retention", &all("60", "700")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "both are kept: {}", saved.text());
    let values = "select string_agg(value, ' ' order by key) from settings";
    assert_eq!(ada.text(values).await, "700 60");
}

#[sqlx::test]
async fn a_secret_is_sealed_and_never_shown(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let fields = [
        ("shown", ""),
        ("smtp-host", "localhost"),
        ("smtp-port", "25"),
        ("smtp-tls", "none"),
        ("smtp-user", "cart"),
        ("smtp-password", "open sesame"),
        ("smtp-from", "crm@example.org"),
    ];
    let saved = app.post("/settings/mail", &fields).await;
    let page = app.follow(&saved).await;
    assert!(page.text().contains("One is kept: leave this empty to keep it."), "{}", page.text());
    assert!(!page.html.contains("open sesame"));
    assert!(!app.database().await.contains("open sesame"));
    let entries = app.get("/audit?kind=settings").await.text();
    assert!(entries.contains("SMTP password (a secret: not shown)"), "{entries}");
    let mut fields = page.form("Save E-mail").1;
    fields.retain(|(name, _)| name != "smtp-user");
    fields.push(("smtp-user".to_owned(), "wright".to_owned()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    app.post("/settings/mail", &fields).await;
    assert_eq!(app.count("select count(*) from settings where sealed is not null").await, 1, "it stays");
}

#[sqlx::test]
async fn they_are_for_administrators_and_the_environment_wins(pool: PgPool) {
    let mut app = App::set(pool, |web| web.sync_fixed = true).await;
    app.add_user("Ada Lovelace", "ada@example.org", Role::Administrator).await;
    app.sign_in("ada@example.org").await;
    let page = app.get("/settings").await;
    assert!(page.text().contains("CARTWRIGHT_SYNC_INTERVAL"), "{}", page.text());
    app.post("/settings/synchronization", &[("shown", ""), ("sync-interval", "17")]).await;
    assert_eq!(app.web.interval().await.unwrap(), 300);
    for role in [Role::Manager, Role::Sales, Role::Viewer] {
        let mut colleague = app.colleague(role).await;
        assert_eq!(colleague.get("/settings").await.status, StatusCode::FORBIDDEN, "{role:?}");
        for path in ["/settings/mail", "/settings/mail/tests", "/settings/webhook/tests"] {
            assert_eq!(colleague.post(path, &[]).await.status, StatusCode::FORBIDDEN, "{role:?} {path}");
        }
    }
}

#[sqlx::test]
async fn a_session_lasts_as_long_as_is_set(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let days = [("shown", ""), ("session-days", "30"), ("second-factor", "nobody")];
    app.post("/settings/signing-in", &days).await;
    assert_eq!(Settings::load(&app.pool).await.unwrap().number(&SESSION_DAYS), 30);
    let mut again = app.another_visitor();
    again.sign_in("ada@example.org").await;
    again.get("/").await;
    let longest =
        "select max(extract(day from expires_at + interval '1 hour' - now()))::bigint from sessions";
    assert_eq!(app.count(longest).await, 30);
}

/// Sets the mail server, as the page does.
async fn set_mail(app: &mut App, port: u16) {
    let port = port.to_string();
    let shown = app.get("/settings").await.form("Save E-mail").1;
    let shown = shown.into_iter().find(|(name, _)| name == "shown").unwrap().1;
    let fields = [
        ("shown", shown.as_str()),
        ("smtp-host", "127.0.0.1"),
        ("smtp-port", &port),
        ("smtp-tls", "none"),
        ("smtp-user", "cart"),
        ("smtp-password", "wheel"),
        ("smtp-from", "crm@example.org"),
    ];
    let saved = app.post("/settings/mail", &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
}

#[sqlx::test]
async fn a_test_e_mail_arrives_or_says_exactly_why_not(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let page = app.post("/settings/mail/tests", &[]).await;
    assert!(page.text().contains("There is no mail server yet"), "{}", page.text());
    let server = MailServer::start(Manner::Kind).await;
    set_mail(&mut app, server.port).await;
    let sent = app.post("/settings/mail/tests", &[]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("To: ada@example.org") && mails[0].contains("crm@example.org"), "{}", mails[0]);
    for (manner, words) in [
        (Manner::RefusesAuth, "Authentication credentials invalid"),
        (Manner::RefusesRecipient, "No such user here"),
    ] {
        server.behave(manner);
        let page = app.post("/settings/mail/tests", &[]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text().contains(words), "{manner:?}: {}", page.text());
    }
    assert_eq!(server.mails().len(), 1);
    // nobody listens there
    set_mail(&mut app, 1).await;
    let page = app.post("/settings/mail/tests", &[]).await;
    assert!(page.text().contains("No connection to 127.0.0.1:1"), "{}", page.text());
    assert!(!page.html.contains("wheel"), "a password in an error");
}

#[sqlx::test]
async fn a_test_of_the_webhook_tells_of_redirects_statuses_and_private_addresses(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let sink = WebhookSink::start().await;
    let fields = [("shown", ""), ("webhook-url", sink.url.as_str()), ("webhook-secret", "s3cret")];
    app.post("/settings/webhook", &fields).await;
    let sent = app.post("/settings/webhook/tests", &[]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let told = sink.told();
    let signed = cartwright::notify::signature("s3cret", &told[0].stamp, &told[0].body);
    assert_eq!(told[0].signature, format!("sha256={signed}"));
    assert!(told[0].body.contains("\"event\":\"test\""), "{}", told[0].body);
    sink.answer(StatusCode::INTERNAL_SERVER_ERROR, "");
    assert!(app.post("/settings/webhook/tests", &[]).await.text().contains("answered HTTP 500"));
    // a redirect to a private address is no way in, and none is followed
    sink.answer(StatusCode::FOUND, "http://169.254.169.254/latest/");
    let page = app.post("/settings/webhook/tests", &[]).await.text();
    assert!(page.contains("redirects (HTTP 302)"), "{page}");
    assert_eq!(sink.told().len(), 1);
    let mut strict =
        App::set(app.pool.clone(), |web| web.private_addresses = PrivateAddresses::Refused).await;
    strict.sign_in("ada@example.org").await;
    sink.answer(StatusCode::NO_CONTENT, "");
    let page = strict.post("/settings/webhook/tests", &[]).await.text();
    assert!(page.contains("a private or local address"), "{page}");
    assert_eq!(sink.told().len(), 1);
}
