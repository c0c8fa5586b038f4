//! Inviting by a link, and joining by it.

use axum::http::StatusCode;
use sqlx::PgPool;

use crate::support::{App, PASSWORD, Page, with};

/// The address in the link that a page shows, without the host.
pub(super) fn link_of(page: &Page) -> String {
    let link = page.value_of("link");
    link.strip_prefix("http://localhost").unwrap_or(&link).to_owned()
}

async fn invited(app: &mut App) -> String {
    let page = app.post("/users", &[("email", "grace@example.org"), ("role", "manager")]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    link_of(&page)
}

#[sqlx::test]
async fn whoever_is_invited_joins_once_with_the_role_and_the_teams_they_were_given(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.post("/teams", &[("name", "North")]).await;
    let form = [("name", "Grace"), ("email", "grace@example.org"), ("role", "manager"), ("team", "1")];
    let shown = app.post("/users", &form).await;
    let link = link_of(&shown);
    let token = link.split('=').nth(1).unwrap();
    assert!(!app.database().await.contains(token), "only its hash is kept");
    assert!(
        app.get("/users")
            .await
            .part("id=\"invitations\"", "</section>")
            .contains("grace@example.org Grace Manager")
    );
    let mut grace = app.another_visitor();
    let page = grace.get(&link).await;
    assert!(page.text().contains("Ada Lovelace invites you to Cartwright as Manager"), "{}", page.text());
    assert_eq!(page.value_of("name"), "Grace");
    let joins = [("token", token), ("name", "Grace Hopper"), ("password", PASSWORD)];
    let weak = grace.post("/invitation", &with(&joins, "password", "grace")).await;
    weak.blames("password");
    assert_eq!(weak.value_of("name"), "Grace Hopper");
    let joined = grace.post("/invitation", &joins).await;
    assert_eq!(joined.location(), "/");
    assert!(grace.get("/").await.text().contains("Welcome to Cartwright."));
    let sql =
        "select u.name || ' ' || u.role || ' ' || t.name from users u join team_members m on m.user_id = u.id
        join teams t on t.id = m.team_id";
    assert_eq!(app.text(sql).await, "Grace Hopper manager North");
    let mut other = app.another_visitor();
    for page in [other.get(&link).await, other.post("/invitation", &joins).await] {
        assert_eq!(page.status, StatusCode::GONE);
        assert!(page.text().contains("good once, for seven days"), "{}", page.text());
    }
    assert!(!app.get("/users").await.html.contains("id=\"invitations\""));
}

#[sqlx::test]
async fn known_addresses_are_told_at_the_field(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    invited(&mut app).await;
    for (email, why) in [("Grace@Example.org", "invited already"), ("ADA@example.org", "Another user has")] {
        let page = app.post("/users", &[("email", email), ("role", "sales")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.blames("email").contains(why), "{}", page.text());
    }
}

#[sqlx::test]
async fn whoever_is_made_a_user_while_invited_is_told_to_be_so(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    invited(&mut app).await;
    let fields = [
        ("name", "Grace Hopper"),
        ("email", "grace@example.org"),
        ("role", "viewer"),
        ("password", "another horse battery"),
    ];
    let made = app.post("/users", &fields).await;
    let page = app.follow(&made).await;
    assert!(page.text().contains("The invitation that they had is withdrawn."), "{}", page.text());
}

#[sqlx::test]
async fn a_new_link_ends_the_old_one_and_what_is_withdrawn_or_too_old_is_good_no_more(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let old = invited(&mut app).await;
    let new = link_of(&app.post("/invitations/1/links", &[]).await);
    assert_eq!(app.get(&old).await.status, StatusCode::GONE);
    assert_eq!(app.get(&new).await.status, StatusCode::OK);
    app.run_sql("update invitations set expires_at = now() - interval '1 second'").await;
    assert_eq!(app.get(&new).await.status, StatusCode::GONE);
    assert!(app.get("/users").await.text().contains("The link has expired."));
    let newest = link_of(&app.post("/invitations/1/links", &[]).await);
    assert_eq!(app.post("/invitations/1/withdrawal", &[]).await.location(), "/users");
    assert_eq!(app.get(&newest).await.status, StatusCode::GONE);
    assert_eq!(app.get("/invitation").await.status, StatusCode::GONE);
}

#[sqlx::test]
async fn whoever_got_an_account_meanwhile_is_told_to_sign_in(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let link = invited(&mut app).await;
    let token = link.split('=').nth(1).unwrap();
    app.run_sql("update users set email = 'grace@example.org'").await;
    let joins = [("token", token), ("name", "Grace"), ("password", PASSWORD)];
    let page = app.post("/invitation", &joins).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("There is an account with this address already"), "{}", page.text());
}
