//! Passwords that are set anew.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use sqlx::PgPool;

use super::invitations::link_of;
use crate::support::{App, PASSWORD, with};

const NEW: &str = "seven wooden spokes";

#[sqlx::test]
async fn a_link_sets_a_new_password_once_and_ends_all_other_sessions(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let mut grace = app.colleague(Role::Sales).await;
    let link = link_of(&app.post("/users/2/password-links", &[]).await);
    let token = link.split('=').nth(1).unwrap();
    assert!(!app.database().await.contains(token), "only its hash is kept");
    let mut elsewhere = app.another_visitor();
    assert!(elsewhere.get(&link).await.text().contains("Hello Some Sales."));
    let sets = [("token", token), ("password", NEW)];
    elsewhere.post("/password", &with(&sets, "password", "sales")).await.blames("password");
    assert_eq!(grace.get("/customers").await.status, StatusCode::OK);
    assert_eq!(elsewhere.post("/password", &sets).await.location(), "/");
    assert_eq!(elsewhere.get("/customers").await.status, StatusCode::OK);
    assert_eq!(grace.get("/customers").await.status, StatusCode::SEE_OTHER, "the other session has ended");
    assert_eq!(elsewhere.post("/password", &sets).await.status, StatusCode::GONE);
    let signed = grace.post("/login", &[("email", "sales@example.org"), ("password", NEW)]).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER);
}

#[sqlx::test]
async fn an_open_page_of_an_administrator_is_no_way_to_take_their_account(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.run_sql("update users set second_factor_at = now()").await;
    let page = app.get("/users/1").await;
    for way in ["/users/1/password-links", "/users/1/two-factor/removal"] {
        assert!(!page.html.contains(way), "{way} is offered");
        let led = app.post(way, &[]).await;
        assert_eq!(led.location(), "/profile", "{way}");
        assert!(app.follow(&led).await.text().contains("with your password"), "{way}");
    }
    assert!(page.html.contains("<a class=\"btn\" href=\"/profile\">"), "{}", page.text());
    assert_eq!(app.count("select count(*) from users where second_factor_at is not null").await, 1);
    assert_eq!(app.count("select count(*) from password_links").await, 0);
}

/// Somebody who is an administrator no more, or is out, has no way in for another one left.
#[sqlx::test]
async fn links_that_an_administrator_made_end_with_them(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let mut leaves = app.colleague(Role::Administrator).await;
    app.add_user("Grace", "grace@example.org", Role::Administrator).await;
    let asked = [("email", "boss@example.org"), ("role", "administrator")];
    assert_eq!(app.post("/users", &asked).await.status, StatusCode::OK);
    let invitation = link_of(&leaves.post("/invitations/1/links", &[]).await);
    let password = link_of(&leaves.post("/users/3/password-links", &[]).await);
    let mut outside = app.another_visitor();
    for link in [&invitation, &password] {
        assert_eq!(outside.get(link).await.status, StatusCode::OK, "{link}");
    }
    let page = app.get("/users/2/edit").await;
    let (to, fields) = page.form("Save");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (&**key, &**value)).collect();
    assert_eq!(app.post(&to, &with(&fields, "role", "viewer")).await.status, StatusCode::SEE_OTHER);
    for link in [&invitation, &password] {
        assert_eq!(outside.get(link).await.status, StatusCode::GONE, "{link}");
    }
    let again = link_of(&app.post("/users/3/password-links", &[]).await);
    assert_eq!(outside.get(&again).await.status, StatusCode::OK, "whoever stays one may");
}

/// Their own address is a way in, too: a new password could be sent to another.
#[sqlx::test]
async fn an_administrator_proves_who_they_are_before_their_own_address_changes(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let page = app.get("/users/1/edit").await;
    let (to, fields) = page.form("Save");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (&**key, &**value)).collect();
    let moved = with(&fields, "email", "mallory@example.org");
    let refused = app.post(&to, &moved).await;
    assert_eq!(refused.blames("current-password"), "This is not your password.");
    assert_eq!(refused.value_of("email"), "mallory@example.org", "what was typed is kept");
    let told = "select act || ' ' || (changes->0->>'new') from audit_entries where act = 'sign-in failed'";
    assert_eq!(app.text(told).await, "sign-in failed Password, by somebody who is signed in");
    let renamed = app.post(&to, &with(&fields, "name", "Ada King")).await;
    assert_eq!(renamed.status, StatusCode::SEE_OTHER, "a name opens nothing: {}", renamed.text());
    let page = app.get("/users/1/edit").await;
    let (_, fields) = page.form("Save");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (&**key, &**value)).collect();
    let fields = with(&fields, "email", "ada.king@example.org");
    assert_eq!(
        app.post(&to, &with(&fields, "current-password", PASSWORD)).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(!app.get("/users/2/edit").await.html.contains("current-password"), "others have none here");
}

#[sqlx::test]
async fn whoever_sets_a_new_password_is_told_which_tokens_still_work(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let mut sales = app.colleague(Role::Sales).await;
    sales.program("write").await;
    app.run_sql(
        "insert into api_tokens (user_id, name, token_hash, beginning, scopes, expires_at)
         values (2, 'Ended', 'x', 'cw_', '{read}', now() - interval '1 day')",
    )
    .await;
    let link = link_of(&app.post("/users/2/password-links", &[]).await);
    let sets = [("token", link.split('=').nth(1).unwrap()), ("password", NEW)];
    let mut visitor = app.another_visitor();
    assert_eq!(visitor.post("/password", &sets).await.location(), "/");
    let told = visitor.get("/customers").await;
    let note = told.part("role=\"status\"", "</div>");
    assert!(note.contains("API tokens that still work: “Nightly export”."), "{note}");
    assert!(told.html.contains("<a href=\"/profile/tokens\">"), "{note}");
    let again = [("current-password", NEW), ("new-password", "eight wooden spokes")];
    let changed = visitor.post("/profile/password", &again).await;
    let note = visitor.follow(&changed).await.part("role=\"status\"", "</div>");
    assert!(note.contains("API tokens that still work: “Nightly export”."), "{note}");

    app.post("/users/2/deactivation", &[]).await;
    let enabled = app.post("/users/2/activation", &[]).await;
    let note = app.follow(&enabled).await.part("role=\"status\"", "</div>");
    assert!(note.contains("API tokens of theirs that work again: “Nightly export”."), "{note}");
    app.run_sql("delete from api_tokens").await;
    let enabled = app.post("/users/2/activation", &[]).await;
    assert!(!app.follow(&enabled).await.text().contains("API tokens of theirs"));
}

#[sqlx::test]
async fn a_link_for_a_password_ends_after_an_hour_with_a_newer_one_and_with_its_user(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.add_user("Grace", "grace@example.org", Role::Sales).await;
    let first = link_of(&app.post("/users/2/password-links", &[]).await);
    let second = link_of(&app.post("/users/2/password-links", &[]).await);
    assert_eq!(app.get(&first).await.status, StatusCode::GONE);
    assert_eq!(app.get(&second).await.status, StatusCode::OK);
    app.run_sql("update password_links set expires_at = expires_at - interval '1 hour'").await;
    assert_eq!(app.get(&second).await.status, StatusCode::GONE);
    let third = link_of(&app.post("/users/2/password-links", &[]).await);
    app.post("/users/2/deactivation", &[("successor", "1")]).await;
    assert_eq!(app.get(&third).await.status, StatusCode::GONE);
    assert_eq!(
        app.post("/users/2/password-links", &[]).await.location(),
        "/users/2",
        "nobody who is out gets one"
    );
    assert_eq!(app.count("select count(*) from password_links").await, 0);
}
