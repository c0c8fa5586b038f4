//! What is kept of a form, for whom, and how (S16, S30).

use std::sync::Arc;

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use sqlx::PgPool;

use super::{Bench, CHANNEL, KEY, NEW, refused};
use crate::support::{App, with};

#[sqlx::test]
async fn the_key_is_never_shown_back_nor_stored_in_clear(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    let hex: String = KEY.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut pages = vec![bench.check(&[]).await];
    assert!(pages[0].part("id=\"soap-api-key-hint\"", "</p>").contains("is kept, sealed"));
    assert!(!bench.app.database().await.contains(KEY) && !bench.app.database().await.contains(&hex), "draft");
    pages.push(bench.press(NEW, "done", &[("website", "all"), ("soap-api-key", "")]).await);
    assert_eq!(pages[1].location(), "/channels/new", "{}", pages[1].text());
    for path in ["/channels/new", NEW] {
        pages.push(bench.app.get(path).await);
    }
    bench.app.post("/channels", &CHANNEL).await;
    bench.app.drain_jobs().await;
    for path in [
        "/",
        "/channels",
        "/channels/1",
        "/channels/1/edit",
        "/integrations",
        "/integrations/1",
        "/integrations/1/edit",
        "/jobs/1",
        "/customers/1",
    ] {
        pages.push(bench.app.get(path).await);
    }
    for page in &pages {
        assert!(!page.html.contains(KEY), "{}", page.path);
    }
    let database = bench.app.database().await;
    assert!(!database.contains(KEY) && !database.contains(&hex));
    assert_eq!(bench.app.count("select count(*) from customers").await, 3, "and yet it works");
}

#[sqlx::test]
async fn done_keeps_the_integration_on_the_channel_form_and_nobody_else_sees_it(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    bench.done().await;
    let mine = bench.app.get("/channels/new").await;
    assert_eq!(mine.part("class=\"integration-name\"", "</strong>"), "Corner Store");
    assert!(mine.html.contains(">Edit</a>") && mine.html.contains("aria-label=\"Remove integration\""));
    assert_eq!(bench.app.get(NEW).await.value_of("soap-api-user"), "cartwright");

    let mut colleague = bench.app.colleague(Role::Administrator).await;
    let theirs = colleague.get("/channels/new").await;
    assert!(!theirs.html.contains("Corner Store") && theirs.html.contains("Configure integration"));
    assert!(!colleague.get(NEW).await.html.contains("Corner"));
    let stolen = colleague.post("/channels", &CHANNEL).await;
    assert_eq!(stolen.status, StatusCode::UNPROCESSABLE_ENTITY, "another session cannot save with it");
    colleague.post("/channels/new/integration/removal", &[]).await;
    colleague.post(NEW, &[("action", "cancel")]).await;

    let mut elsewhere = bench.app.another_visitor();
    elsewhere.sign_in("ada@example.org").await;
    assert!(
        !elsewhere.get("/channels/new").await.html.contains("Corner Store"),
        "nor does another session of mine"
    );
    let saved = bench.app.post("/channels", &CHANNEL).await;
    assert_eq!(saved.location(), "/channels/1", "{}", saved.text());
    assert_eq!(
        bench.app.count("select count(*) from integration_drafts where settings is not null").await,
        0
    );
}

#[sqlx::test]
async fn a_form_saves_the_integration_that_it_showed_and_not_what_another_tab_configured(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    let empty = bench.app.get("/channels/new").await;
    bench.done().await;
    let first = bench.app.get("/channels/new").await;
    assert!(first.text().contains("Corner Store Not saved yet."), "{}", first.text());
    // the other tab: another name, so another integration
    bench.press(NEW, "done", &[("website", "all"), ("name", "Other Store")]).await;
    for shown in [&empty, &first] {
        let mark = shown.value_of_hidden("configured");
        let refused = bench.app.post("/channels", &with(&CHANNEL, "configured", &mark)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let why = refused.part("id=\"integration-error\"", "</p>");
        assert!(why.contains("“Other Store” was configured meanwhile"), "{why}");
        assert_eq!(refused.part("class=\"integration-name\"", "</strong>"), "Other Store");
    }
    let now = bench.app.get("/channels/new").await.value_of_hidden("configured");
    let saved = bench.app.post("/channels", &with(&CHANNEL, "configured", &now)).await;
    assert_eq!(saved.location(), "/channels/1", "{}", saved.text());
    let gone = bench.app.post("/channels", &with(&CHANNEL, "configured", &now)).await;
    assert!(
        gone.part("id=\"integration-error\"", "</p>").contains("saved or removed meanwhile"),
        "{}",
        gone.text()
    );
}

#[sqlx::test]
async fn cancel_keeps_nothing_of_what_was_typed(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    bench.check(&[("name", "Half typed")]).await;
    let off = bench.press(NEW, "cancel", &[]).await;
    assert_eq!(off.location(), "/channels/new");
    assert!(bench.app.get("/channels/new").await.html.contains("Configure integration"));
    let page = bench.app.get(NEW).await;
    assert_eq!(
        (page.value_of("soap-wsdl-url"), page.value_of("soap-api-user")),
        (String::new(), String::new())
    );
    let blank = bench.press(NEW, "check", &[("soap-api-key", "")]).await;
    assert!(refused(&blank, "soap-api-key").contains("Enter the SOAP API key"), "the key is forgotten, too");
}

#[sqlx::test]
async fn cancel_on_the_channel_form_forgets_the_integration_that_was_configured(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    bench.done().await;
    let off = bench.app.post("/channels", &with(&CHANNEL, "action", "cancel")).await;
    assert_eq!(off.location(), "/channels");
    let page = bench.app.get("/channels/new").await;
    assert!(page.html.contains("Configure integration") && page.value_of("name").is_empty());
    assert_eq!(bench.app.count("select count(*) from integration_drafts").await, 0);
    assert_eq!(bench.app.count("select count(*) from channels").await, 0);
}

#[sqlx::test]
async fn a_channel_that_is_not_there_has_no_draft_to_remove(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    let path = "/channels/77/integration/removal";
    assert_eq!(bench.app.get(path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(bench.app.post(path, &[]).await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn what_was_configured_but_not_saved_is_removed_after_a_question(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    bench.done().await;
    let asked = bench.app.get("/channels/new/integration/removal").await;
    assert!(asked.html.contains("type=\"submit\">Remove</button>") && asked.text().contains("not saved yet"));
    assert!(bench.app.get("/channels/new").await.html.contains("Corner Store"), "asking removes nothing");
    let gone = bench.app.post("/channels/new/integration/removal", &[]).await;
    assert!(bench.app.follow(&gone).await.html.contains("Configure integration"));
    let page = bench.app.post("/channels", &CHANNEL).await;
    assert!(page.error_of("integration").contains("needs an integration"));
}

#[sqlx::test]
async fn a_key_that_was_only_tried_on_the_edit_form_does_not_stay_after_cancel(pool: PgPool) {
    let mut bench = Bench::saved(pool).await;
    let tried =
        bench.press("/integrations/1", "check", &[("soap-api-key", "wrong"), ("website", "all")]).await;
    assert!(tried.text().contains("refused user and key"), "{}", tried.text());
    let off = bench.press("/integrations/1", "cancel", &[]).await;
    assert_eq!(off.location(), "/integrations/1");
    bench.edit(&[]).await;
    bench.app.drain_jobs().await;
    assert_eq!(bench.app.count("select count(*) from jobs where status = 'completed'").await, 1);
}

#[sqlx::test]
async fn a_key_sealed_with_a_lost_master_key_is_told_and_breaks_no_list(pool: PgPool) {
    use cartwright::base::vault::{MasterKey, Vault};
    let bench = Bench::saved(pool.clone()).await;
    let mut app =
        App::set(pool, |web| web.vault = Arc::new(Vault::new(MasterKey::generate().unwrap()))).await;
    app.sign_in("ada@example.org").await;
    for path in ["/integrations", "/integrations/1", "/integrations/1/edit", "/channels/1/edit"] {
        assert_eq!(app.get(path).await.status, StatusCode::OK, "{path}");
    }
    app.drain_jobs().await;
    let job = app.get("/jobs/1").await;
    assert!(job.part("id=\"job-status\"", "</span></span>").starts_with("Failed"), "{}", job.text());
    drop(bench);
}

#[sqlx::test]
async fn a_key_that_was_only_tried_is_forgotten_by_cancel_and_by_leaving(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    bench.check(&[]).await;
    bench.press(NEW, "done", &[("website", "all")]).await;
    bench.press(NEW, "check", &[("soap-api-key", "a wrong one")]).await;
    bench.press(NEW, "cancel", &[]).await;
    bench.press(NEW, "check", &[("soap-api-key", "another wrong one")]).await;
    bench.app.get(NEW).await;
    bench.app.post("/channels", &CHANNEL).await;
    bench.app.drain_jobs().await;
    assert_eq!(
        bench.app.count("select count(*) from customers").await,
        3,
        "the key that Done confirmed works"
    );
}
