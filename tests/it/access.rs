//! Who may open and do what.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use cartwright::simulator::{Options, Simulator};
use sqlx::PgPool;

use crate::support::{App, settings, with};

const SYSTEM_PAGES: [&str; 18] = [
    "/channels",
    "/channels/new",
    "/channels/1",
    "/channels/1/edit",
    "/channels/1/deletion",
    "/channels/new/integration",
    "/integrations",
    "/integrations/1",
    "/integrations/1/edit",
    "/integrations/1/removal",
    "/integrations/1/belief",
    "/integrations/1/resyncs",
    "/integrations/1/statuses",
    "/integrations/1/identity",
    "/jobs/1/log",
    "/failed-records",
    "/jobs",
    "/jobs/1",
];

const CRM_PAGES: [&str; 3] = ["/", "/customers", "/customers/1"];

const CHANGES: [&str; 17] = [
    "/channels",
    "/channels/1",
    "/channels/1/activation",
    "/channels/1/deactivation",
    "/channels/1/deletion",
    "/channels/new/integration",
    "/integrations/1",
    "/integrations/1/jobs",
    "/integrations/1/resyncs",
    "/integrations/1/walks",
    "/integrations/1/removal",
    "/integrations/1/belief",
    "/integrations/1/pause",
    "/integrations/1/resumption",
    "/integrations/1/identity",
    "/jobs/1/cancellation",
    "/jobs/1/runs",
];

async fn app_with_a_store(pool: PgPool) -> (App, Simulator) {
    let options = Options { customers: 3, ..Options::default() };
    let store = Simulator::start(options.clone()).await.unwrap();
    let mut app = App::as_administrator(pool).await;
    app.connect(&store, &options, "Shop").await;
    app.drain_jobs().await;
    (app, store)
}

/// Everything that a stranger must not have changed.
async fn state(app: &App) -> String {
    let sql = "select concat((select string_agg(c::text, '') from channels c), (select string_agg(i::text, '') from integrations i),
        (select string_agg(j::text, '') from jobs j), (select count(*) from integration_drafts))";
    sqlx::query_scalar(sql).fetch_one(&app.pool).await.unwrap()
}

#[sqlx::test]
async fn a_stranger_is_led_to_the_sign_in_page_from_everywhere_and_changes_nothing(pool: PgPool) {
    let (app, _store) = app_with_a_store(pool).await;
    let mut stranger = app.another_visitor();
    let before = state(&app).await;
    for path in
        CRM_PAGES.iter().chain(&SYSTEM_PAGES).chain(&["/jobs/1/events", "/channels/999", "/customers/999"])
    {
        let to = stranger.get(path).await.location().to_owned();
        assert!(to == "/login" || to.starts_with("/login?next=%2F"), "{path} leads to {to}");
    }
    for path in CHANGES {
        assert_eq!(stranger.post(path, &[("name", "Mine")]).await.location(), "/login", "{path}");
    }
    assert_eq!(state(&app).await, before);
}

#[sqlx::test]
async fn those_who_sell_or_look_read_customers_but_neither_see_nor_touch_the_system(pool: PgPool) {
    let (app, _store) = app_with_a_store(pool).await;
    let before = state(&app).await;
    for role in [Role::Sales, Role::Viewer] {
        let mut colleague = app.colleague(role).await;
        for path in CRM_PAGES {
            let page = colleague.get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{role:?} {path}");
            for hidden in ["href=\"/channels", "href=\"/integrations", "href=\"/jobs"] {
                assert!(!page.html.contains(hidden), "{role:?} is shown {hidden} on {path}");
            }
        }
        for path in SYSTEM_PAGES {
            let page = colleague.get(path).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{role:?} {path}");
            assert!(page.html.contains("aria-label=\"Main\""), "the apology stands within the shell: {path}");
            assert!(page.text().contains("Your role does not allow it"), "{path}");
        }
        for path in CHANGES {
            let page = colleague.post(path, &[("name", "Mine"), ("channel-type", "custom")]).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{role:?} {path}");
        }
    }
    assert_eq!(state(&app).await, before);
}

#[sqlx::test]
async fn a_manager_sees_all_integrations_but_manages_only_their_own(pool: PgPool) {
    let (mut app, store) = app_with_a_store(pool).await;
    let mut manager = app.colleague(Role::Manager).await;
    let before = state(&app).await;
    for path in ["/channels", "/channels/1", "/integrations", "/integrations/1", "/jobs", "/jobs/1"] {
        let page = manager.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        for button in
            ["/channels/1/edit", "/channels/1/deletion", "/integrations/1/edit", "/integrations/1/jobs"]
        {
            assert!(!page.html.contains(button), "{path} offers {button} in vain");
        }
    }
    for path in
        ["/channels/1/edit", "/channels/1/deletion", "/channels/1/deactivation", "/integrations/1/edit"]
    {
        assert_eq!(manager.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    for path in CHANGES.into_iter().filter(|path| path.contains("/1")) {
        assert_eq!(manager.post(path, &[("name", "Mine")]).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(state(&app).await, before);

    // what becomes theirs they manage, and what they give away they manage no more
    let manager_id = app.count("select id from users where role = 'manager'").await.to_string();
    let options = Options::default();
    let form = settings(&store, &options, "Shop");
    let fields: Vec<(&str, &str)> = form.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let fields = with(&with(&with(&fields, "soap-api-key", ""), "website", "all"), "action", "done");
    let given = app.post("/integrations/1", &with(&fields, "default-owner", &manager_id)).await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.text());
    assert_eq!(manager.get("/integrations/1/edit").await.status, StatusCode::OK);
    assert_eq!(manager.get("/channels/1/edit").await.status, StatusCode::OK);
    assert_eq!(manager.post("/integrations/1/jobs", &[]).await.location(), "/integrations/1");
    let back = manager.post("/integrations/1", &with(&fields, "default-owner", "1")).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    assert_eq!(manager.get("/integrations/1/edit").await.status, StatusCode::FORBIDDEN);
    app.drain_jobs().await;
}

#[sqlx::test]
async fn a_manager_keeps_a_channel_without_an_integration_and_no_other_manager_may_touch_it(pool: PgPool) {
    let app = App::as_administrator(pool).await;
    let mut theirs = app.colleague(Role::Manager).await;
    let channel = [("name", "Fair"), ("channel-type", "custom"), ("channel-type-shown", "1")];
    assert_eq!(theirs.post("/channels", &channel).await.location(), "/channels/1");
    app.add_user("Another Manager", "another@example.org", Role::Manager).await;
    let mut another = app.another_visitor();
    another.sign_in("another@example.org").await;
    assert!(!another.get("/channels/1").await.html.contains("/channels/1/deletion"));
    for path in ["/channels/1", "/channels/1/deletion", "/channels/1/deactivation"] {
        assert_eq!(another.post(path, &channel).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    app.run_sql("update channels set owner_id = null").await;
    assert_eq!(theirs.get("/channels/1/edit").await.status, StatusCode::FORBIDDEN, "what belongs to nobody");
    app.run_sql("update channels set owner_id = (select id from users where email = 'manager@example.org')")
        .await;
    assert_eq!(theirs.post("/channels/1/deletion", &[]).await.location(), "/channels");
}

#[sqlx::test]
async fn nobody_is_offered_to_cancel_a_job_that_they_may_not_cancel(pool: PgPool) {
    let (mut app, _store) = app_with_a_store(pool).await;
    app.post("/integrations/1/jobs", &[]).await;
    let mut manager = app.colleague(Role::Manager).await;
    let theirs = app.get("/jobs/2").await;
    assert!(theirs.text().contains("Queued") && theirs.text().contains("Cancel job"));
    let page = manager.get("/jobs/2").await;
    assert!(page.text().contains("Queued"));
    assert!(!page.text().contains("Cancel job"), "a button that does nothing");
    app.drain_jobs().await;
}

#[sqlx::test]
async fn a_role_that_was_taken_away_counts_at_once_and_who_left_is_out(pool: PgPool) {
    let app = App::as_administrator(pool).await;
    let mut colleague = app.colleague(Role::Manager).await;
    assert_eq!(colleague.get("/channels").await.status, StatusCode::OK);
    sqlx::query("update users set role = 'viewer' where role = 'manager'").execute(&app.pool).await.unwrap();
    assert_eq!(colleague.get("/channels").await.status, StatusCode::FORBIDDEN);
    assert_eq!(colleague.get("/customers").await.status, StatusCode::OK);
    sqlx::query("delete from users where role = 'viewer'").execute(&app.pool).await.unwrap();
    assert_eq!(colleague.get("/customers").await.location(), "/login?next=%2Fcustomers");
}
