//! Teams, and what their managers may manage (S28).

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use cartwright::simulator::{Options, Simulator};
use sqlx::PgPool;

use super::borrowed;
use crate::support::App;

#[sqlx::test]
async fn managers_of_a_team_manage_one_anothers_stores_and_strangers_do_not(pool: PgPool) {
    let options = Options { customers: 2, ..Options::default() };
    let store = Simulator::start(options.clone()).await.unwrap();
    let mut app = App::as_administrator(pool).await;
    app.connect(&store, &options, "Shop").await;
    app.drain_jobs().await;
    let mut mate = app.colleague(Role::Manager).await;
    let owner = app.add_user("Olga Owner", "olga@example.org", Role::Manager).await;
    app.add_user("Steve Stranger", "steve@example.org", Role::Manager).await;
    let mut stranger = app.another_visitor();
    stranger.sign_in("steve@example.org").await;
    sqlx::query("update integrations set owner_id = $1").bind(owner).execute(&app.pool).await.unwrap();
    for path in ["/integrations/1/edit", "/channels/1/edit", "/integrations/1/resyncs"] {
        assert_eq!(mate.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let made = app.post("/teams", &[("name", "North"), ("member", "2"), ("member", "3")]).await;
    assert_eq!(made.location(), "/teams/1");
    assert!(app.follow(&made).await.text().contains("Olga Owner"));
    for path in ["/integrations/1/edit", "/channels/1/edit", "/integrations/1/resyncs"] {
        assert_eq!(mate.get(path).await.status, StatusCode::OK, "{path}");
        assert_eq!(stranger.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert!(mate.get("/channels/1").await.html.contains("/channels/1/edit"));
    assert!(!stranger.get("/channels/1").await.html.contains("/channels/1/edit"));
    assert_eq!(mate.post("/integrations/1/jobs", &[]).await.location(), "/integrations/1");
    assert_eq!(stranger.post("/jobs/2/cancellation", &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(mate.post("/jobs/2/cancellation", &[]).await.location(), "/jobs/2");
    app.post("/teams/1/deletion", &[]).await;
    assert_eq!(mate.get("/integrations/1/edit").await.status, StatusCode::FORBIDDEN);
    app.drain_jobs().await;
}

#[sqlx::test]
async fn a_team_has_a_name_of_its_own_and_the_second_who_edits_it_is_told(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.add_user("Grace", "grace@example.org", Role::Sales).await;
    assert_eq!(app.post("/teams", &[("name", "North"), ("member", "1")]).await.location(), "/teams/1");
    assert!(app.post("/teams", &[("name", " ")]).await.blames("name").contains("Enter a name."));
    assert!(
        app.post("/teams", &[("name", "NORTH")]).await.blames("name").contains("Another team has this name.")
    );
    let shown = app.get("/teams/1/edit").await.value_of_hidden("shown");
    let saved = app.post("/teams/1", &[("name", "South"), ("shown", &shown), ("member", "2")]).await;
    assert_eq!(saved.location(), "/teams/1");
    let told = app.post("/teams/1", &[("name", "West"), ("shown", &shown), ("member", "1")]).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    let why = told.blames("name");
    assert!(why.contains("“South”") && why.contains("has Grace in it"), "{why}");
    assert_eq!(told.value_of("name"), "West");
    let members = "select string_agg(u.name, ', ') from team_members m join users u on u.id = m.user_id";
    assert_eq!(app.text(members).await, "Grace");
    let fields =
        [("name", "West".to_owned()), ("shown", told.value_of_hidden("shown")), ("member", "1".to_owned())];
    assert_eq!(app.post("/teams/1", &borrowed(&fields)).await.location(), "/teams/1");
    assert_eq!(app.text(members).await, "Ada Lovelace");
    assert_eq!(app.get("/teams").await.rows(), ["/teams/1"]);
}

#[sqlx::test]
async fn whoever_is_disabled_stays_in_their_team_for_when_they_come_back(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.add_user("Grace", "grace@example.org", Role::Sales).await;
    app.post("/teams", &[("name", "North"), ("member", "2")]).await;
    app.post("/users/2/deactivation", &[("successor", "1")]).await;
    let shown = app.get("/teams/1/edit").await.value_of_hidden("shown");
    app.post("/teams/1", &[("name", "North"), ("shown", &shown), ("member", "1")]).await;
    assert_eq!(app.count("select count(*) from team_members").await, 2);
}
