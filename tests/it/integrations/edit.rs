//! A saved integration: edited, locked, removed (S31-S44).

use axum::http::StatusCode;
use cartwright::simulator::{Options, Simulator};
use sqlx::PgPool;

use super::{Bench, KEY, NEW, refused};
use crate::support::until;

#[sqlx::test]
async fn earlier_settings_are_shown_and_a_blank_key_keeps_the_old_one(pool: PgPool) {
    let mut bench = Bench::saved(pool).await;
    let channel = bench.app.get("/channels/1/edit").await;
    assert!(
        channel.html.contains("<a href=\"/integrations/1/edit\" data-integration-dialog>Edit</a>"),
        "S39"
    );
    let page = bench.app.get("/integrations/1/edit").await;
    for (field, value) in [
        ("name", "Corner Store"),
        ("soap-api-user", "cartwright"),
        ("sync-start-date", "2007-01-01"),
        ("soap-api-key", ""),
    ] {
        assert_eq!(page.value_of(field), value, "{field}");
    }
    assert!(page.html.contains("<label for=\"soap-api-key\">New SOAP API Key</label>"), "S40");
    assert!(!page.tag("id=\"soap-api-key\"").contains(" required"));
    let saved = bench
        .edit(&[
            ("name", "Corner 2"),
            ("sync-start-date", "2008-02-29"),
            ("website", "2"),
            ("sync-interval", "3600"),
        ])
        .await;
    let view = bench.app.follow(&saved).await;
    assert!(view.part("role=\"status\"", "</div>").starts_with("Integration saved."), "{}", view.text());
    for words in ["Corner 2", "29 Feb 2008", "EU English", "Every hour"] {
        assert!(view.text().contains(words), "{words}: {}", view.text());
    }
    assert_eq!(bench.store.requests_of("login"), 1, "settings are saved without testing the key");
    bench.app.drain_jobs().await;
    assert_eq!(
        bench.app.count("select count(*) from jobs where status = 'completed'").await,
        1,
        "the old key works"
    );
}

#[sqlx::test]
async fn a_new_key_takes_the_place_of_the_old_one(pool: PgPool) {
    let mut bench = Bench::saved(pool).await;
    let saved = bench.edit(&[("soap-api-key", "another key")]).await;
    assert_eq!(saved.location(), "/integrations/1");
    bench.app.drain_jobs().await;
    assert_eq!(
        bench.app.count("select count(*) from jobs where status = 'failed'").await,
        1,
        "the new key is used"
    );
    bench.edit(&[("soap-api-key", KEY)]).await;
    bench.app.drain_jobs().await;
    assert_eq!(bench.app.count("select count(*) from jobs where status = 'completed'").await, 1);
}

#[sqlx::test]
async fn after_the_first_sync_website_and_start_date_are_locked_on_the_page_and_by_the_server(pool: PgPool) {
    let mut bench = Bench::saved(pool).await;
    let before = bench.app.get("/integrations/1/edit").await;
    assert!(!before.tag("id=\"sync-start-date\"").contains(" disabled"), "before it, it can (S42)");
    bench.app.drain_jobs().await;
    let page = bench.app.get("/integrations/1/edit").await;
    for field in ["sync-start-date", "website"] {
        assert!(page.tag(&format!("id=\"{field}\"")).contains(" disabled"), "{field}");
        assert!(
            page.part(&format!("id=\"{field}-hint\""), "</p>").contains("Locked since the first"),
            "{field}"
        );
    }
    for (field, value) in [
        ("sync-start-date", "2010-01-01"),
        ("sync-start-date", "x\0"),
        ("website", "2"),
        ("website", "99"),
        ("website", "x"),
    ] {
        let page = bench.edit(&[(field, value)]).await;
        assert!(refused(&page, field).contains("Locked"), "{field}={value}");
    }
    let same = bench
        .press("/integrations/1", "done", &[("soap-api-key", ""), ("sync-start-date", ""), ("website", "")])
        .await;
    assert_eq!(same.location(), "/integrations/1", "a disabled field is not posted: {}", same.text());
    let view = bench.app.get("/integrations/1").await;
    assert!(
        view.text().contains("Sync start date 1 Jan 2007") && view.text().contains("Website All Websites"),
        "{}",
        view.text()
    );
    bench.app.drain_jobs().await;
}

#[sqlx::test]
async fn what_the_first_sync_locks_while_the_form_is_saved_is_told_and_nothing_is_saved(pool: PgPool) {
    let mut bench = Bench::saved(pool.clone()).await;
    let changed = "select count(*) from audit_entries where subject = 'integration' and act = 'changed'";
    // the first window commits after the form was looked at, and before it is saved
    let mut window = pool.begin().await.unwrap();
    sqlx::query("update integrations set first_synced_at = now()").execute(&mut *window).await.unwrap();
    let waiting = "select count(*) > 0 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    let commit = async {
        until("the form waits for the window", async || {
            sqlx::query_scalar(waiting).fetch_one(&pool).await.unwrap()
        })
        .await;
        window.commit().await.unwrap();
    };
    let (page, ()) = tokio::join!(
        bench.edit(&[("name", "Other"), ("sync-start-date", "2010-01-01"), ("website", "2")]),
        commit
    );
    assert!(refused(&page, "sync-start-date").contains("Locked"));
    assert!(refused(&page, "website").contains("Locked"));
    assert!(page.tag("id=\"sync-start-date\"").contains(" disabled"), "it can be typed into");
    assert_eq!(
        (page.value_of("sync-start-date"), page.value_of("name")),
        ("2007-01-01".into(), "Other".into())
    );
    assert_eq!(bench.app.count(changed).await, 0);
    let saved = bench.edit(&[("name", "Other"), ("sync-start-date", "")]).await;
    assert_eq!(saved.location(), "/integrations/1", "{}", saved.text());
    let told = bench.app.text("select max(changes::text) from audit_entries where act = 'changed'").await;
    assert!(told.contains("Name") && !told.contains("Sync start date"), "{told}");
    bench.app.drain_jobs().await;
}

#[sqlx::test]
async fn a_name_that_is_taken_is_told_at_the_name_or_on_the_channel_form_at_the_integration(pool: PgPool) {
    let mut bench = Bench::saved(pool).await;
    bench.check(&[]).await;
    let page = bench.press(NEW, "done", &[("website", "2")]).await;
    assert!(refused(&page, "name").contains("Another integration has this name."));
    let done = bench.press(NEW, "done", &[("name", "Second Store"), ("website", "2")]).await;
    assert_eq!(done.location(), "/channels/new", "{}", done.text());
    // somebody was quicker
    bench.app.run_sql("update integrations set name = 'Second Store'").await;
    let second = [("name", "Second"), ("channel-type", "magento"), ("channel-type-shown", "1")];
    let page = bench.app.post("/channels", &second).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.error_of("integration").contains("Another integration has this name."), "{}", page.text());
    assert_eq!(bench.app.count("select count(*) from channels").await, 1, "half a channel is none");
    let done = bench.press(NEW, "done", &[("name", "Other"), ("website", "2"), ("soap-api-key", "")]).await;
    assert_eq!(done.location(), "/channels/new", "{}", done.text());
    assert!(bench.app.post("/channels", &second).await.location().starts_with("/channels/"));
    let page = bench.edit(&[("name", "Other")]).await;
    assert!(refused(&page, "name").contains("Another integration has this name."));
    assert_eq!(page.value_of("name"), "Other");
    bench.app.drain_jobs().await;
}

#[sqlx::test]
async fn a_hostile_name_and_user_stay_text_on_every_page(pool: PgPool) {
    let mut bench = Bench::saved(pool).await;
    let hostile = "<script>alert(1)</script> \"'&";
    let saved = bench
        .edit(&[
            ("name", hostile),
            ("soap-api-user", hostile),
            ("admin-url", "https://shop.example.com/\"><script>alert(1)</script>"),
        ])
        .await;
    assert_eq!(saved.location(), "/integrations/1", "{}", saved.text());
    bench.app.drain_jobs().await;
    for path in [
        "/",
        "/channels",
        "/channels/1",
        "/channels/1/edit",
        "/integrations",
        "/integrations/1",
        "/integrations/1/edit",
        "/integrations/1/removal",
        "/jobs",
        "/jobs/1",
    ] {
        let page = bench.app.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.html.contains("<script>alert"), "{path}");
    }
    assert_eq!(bench.app.get("/integrations/1/edit").await.value_of("name"), hostile);
}

#[sqlx::test]
async fn the_cross_removes_the_integration_after_a_question_and_its_customers_stay(pool: PgPool) {
    let mut bench = Bench::saved(pool).await;
    bench.app.drain_jobs().await;
    bench.app.post("/integrations/1/jobs", &[]).await;
    let edit = bench.app.get("/channels/1/edit").await;
    assert_eq!(edit.link("aria-label=\"Remove integration\"").unwrap(), "/integrations/1/removal");
    let asked = bench.app.get("/integrations/1/removal").await;
    assert!(
        asked.text().contains("Remove Corner Store?")
            && asked.html.contains("type=\"submit\">Remove</button>")
    );
    assert_eq!(bench.app.count("select count(*) from integrations").await, 1, "asking removes nothing");
    let gone = bench.app.post("/integrations/1/removal", &[]).await;
    let form = bench.app.follow(&gone).await;
    assert!(
        form.text().contains("Integration Corner Store removed.")
            && form.html.contains("Configure integration")
    );
    assert_eq!(bench.app.get("/integrations/1").await.status, StatusCode::NOT_FOUND);
    assert_eq!(bench.app.count("select count(*) from customers").await, 3);
    assert!(!bench.app.get("/channels/1").await.html.contains("<dt>Integration</dt>"));
    let waiting = bench.app.get("/jobs/2").await;
    assert!(waiting.part("id=\"job-status\"", "</span></span>").starts_with("Cancelled"));
    let page = bench.app.post("/channels/1", &[("name", "Shop"), ("status", "active")]).await;
    assert!(page.error_of("integration").contains("needs an integration"), "S10 holds for editing, too");

    // and a new one takes its place
    let at = "/channels/1/integration";
    bench.press(at, "check", &[]).await;
    let done = bench.press(at, "done", &[("website", "all")]).await;
    assert_eq!(done.location(), "/channels/1/edit", "{}", done.text());
    let saved = bench.app.post("/channels/1", &[("name", "Shop"), ("status", "active")]).await;
    assert_eq!(saved.location(), "/channels/1", "{}", saved.text());
    bench.app.drain_jobs().await;
    assert_eq!(bench.app.count("select count(*) from customers").await, 3, "nobody is doubled");
}

#[sqlx::test]
async fn two_way_sync_and_its_priority_are_kept_and_can_be_chosen_together(pool: PgPool) {
    let mut bench = Bench::saved(pool).await;
    let saved = bench.edit(&[("enable-two-way-sync", "on"), ("sync-priority", "local")]).await;
    let view = bench.app.follow(&saved).await;
    assert!(view.text().contains("Enable two way sync On Sync priority Local wins"), "{}", view.text());
    let page = bench.app.get("/integrations/1/edit").await;
    assert!(
        !page.tag("id=\"sync-priority\"").contains(" disabled")
            && page.tag("value=\"local\"").contains("selected")
    );
    bench.edit(&[]).await;
    let page = bench.app.get("/integrations/1/edit").await;
    let tag = page.tag("id=\"sync-priority\"");
    assert!(!tag.contains(" disabled"), "without scripts it is chosen together with two way sync: {tag}");
    bench.app.drain_jobs().await;
}

#[sqlx::test]
async fn a_shop_may_move_to_another_address_but_another_shop_may_not_take_its_place(pool: PgPool) {
    let mut bench = Bench::saved(pool).await;
    bench.app.drain_jobs().await;
    let options = Options { customers: 1, ..Options::default() };
    let moved = Simulator::start(options.clone()).await.unwrap();
    let url = moved.wsdl_url();
    let there = [("soap-wsdl-url", url.as_str()), ("soap-api-key", options.api_key.as_str())];
    let unseen = bench.press("/integrations/1", "done", &there).await;
    assert!(unseen.error_of("soap-wsdl-url").contains("Check the connection"), "{}", unseen.text());
    bench
        .app
        .run_sql("update integrations set store = jsonb_set(store, '{websites}', '[[9, \"Elsewhere\"]]')")
        .await;
    bench.press("/integrations/1", "check", &there).await;
    let another = bench.press("/integrations/1", "done", &there).await;
    assert!(another.error_of("soap-wsdl-url").contains("This is another store"), "{}", another.text());
    bench
        .app
        .run_sql("update integrations set store = jsonb_set(store, '{websites}', '[[1, \"Main\"]]')")
        .await;
    let same = bench.press("/integrations/1", "done", &there).await;
    assert_eq!(same.status, StatusCode::SEE_OTHER, "{}", same.text());
    bench.app.drain_jobs().await;
}

#[sqlx::test]
async fn a_kept_key_is_sent_to_no_other_host_than_the_one_it_was_entered_for(pool: PgPool) {
    let mut bench = Bench::saved(pool).await;
    let elsewhere = "http://127.0.0.1:9/index.php/api/v2_soap/?wsdl=1";
    for action in ["check", "done"] {
        let page = bench
            .press("/integrations/1", action, &[("soap-wsdl-url", elsewhere), ("soap-api-key", "")])
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{action}: {}", page.text());
        assert!(page.error_of("soap-api-key").contains("nter the"), "{action}: {}", page.text());
    }
    assert_eq!(bench.app.count("select count(*) from integrations where wsdl_url like '%:9/%'").await, 0);
}
