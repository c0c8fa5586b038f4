//! Users, invitations, teams: who works here, who says so, and who may manage what.

mod invitations;
mod mails;
mod owners;
mod passwords;
mod teams;

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use sqlx::PgPool;

use crate::support::{App, PASSWORD, Page, with};

/// The form of a user as it is shown, with some fields typed anew.
fn typed<'a>(page: &'a Page, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, String)> {
    let shown = page.value_of_hidden("shown");
    let mut fields = vec![
        ("name", page.value_of("name")),
        ("email", page.value_of("email")),
        ("role", page.chosen("role")),
        ("shown", shown),
    ];
    for (name, value) in changes {
        fields.retain(|(key, _)| key != name);
        fields.push((name, (*value).to_owned()));
    }
    fields
}

fn borrowed<'a>(fields: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

#[sqlx::test]
async fn an_administrator_creates_a_user_who_signs_in(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let list = app.get("/users").await;
    assert_eq!(list.link("/users/new\"").as_deref(), Some("/users/new"));
    let form = [("name", "Grace Hopper"), ("email", "grace@example.org"), ("role", "manager")];
    let weak = app.post("/users", &with(&form, "password", "password12")).await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(weak.blames("password").contains("common"), "{}", weak.text());
    assert_eq!(weak.value_of("name"), "Grace Hopper");
    let made = app.post("/users", &with(&form, "password", PASSWORD)).await;
    assert_eq!(made.location(), "/users/2");
    let shown = app.follow(&made).await;
    assert!(shown.text().contains("Grace Hopper can sign in now."), "{}", shown.text());
    let mut grace = app.another_visitor();
    grace.sign_in("grace@example.org").await;
    assert_eq!(grace.get("/channels").await.status, StatusCode::OK);
    assert_eq!(grace.get("/users").await.status, StatusCode::FORBIDDEN);
    let twice =
        app.post("/users", &with(&with(&form, "email", "GRACE@example.org"), "password", PASSWORD)).await;
    assert!(twice.blames("email").contains("Another user has this email address"));
    let both =
        app.post("/users", &with(&with(&form, "email", "GRACE@example.org"), "password", "password12")).await;
    assert!(both.blames("email").contains("Another user") && both.blames("password").contains("common"));
    let list = app.get("/users?role=manager").await;
    assert_eq!(list.rows(), ["/users/2"]);
}

#[sqlx::test]
async fn hostile_names_are_refused_at_their_field_and_unknown_ids_are_a_clear_page(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    for (name, value) in [("name", "a\u{202e}b"), ("name", "a\0b"), ("email", "<script>"), ("role", "king")] {
        let form = [("name", "X"), ("email", "x@example.org"), ("role", "sales"), ("password", PASSWORD)];
        let page = app.post("/users", &with(&form, name, value)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        page.blames(name);
    }
    for path in ["/users/99", "/users/99/edit", "/users/x", "/teams/99", "/users/99/deactivation"] {
        assert_eq!(app.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/users/99", "/invitations/9/links", "/invitations/9/withdrawal", "/users/99/activation"] {
        assert_eq!(app.post(path, &[]).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(app.get("/users?role=king&sort=x&from=zzz").await.status, StatusCode::OK);
}

#[sqlx::test]
async fn the_second_of_two_who_edit_a_user_is_told_and_nothing_is_overwritten(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.add_user("Grace", "grace@example.org", Role::Sales).await;
    let (first, second) = (app.get("/users/2/edit").await, app.get("/users/2/edit").await);
    let saved = app.post("/users/2", &borrowed(&typed(&first, &[("role", "manager")]))).await;
    assert_eq!(saved.location(), "/users/2");
    let told = app.post("/users/2", &borrowed(&typed(&second, &[("name", "Grace Hopper")]))).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.blames("role").contains("“Manager”"), "{}", told.text());
    assert!(told.blames("name").contains("“Grace”"), "{}", told.text());
    assert_eq!(told.value_of("name"), "Grace Hopper", "what was typed is kept");
    assert_eq!(app.text("select role from users where id = 2").await, "manager");
    // who saves again knows what they put in its place
    let again = app.post("/users/2", &borrowed(&typed(&told, &[]))).await;
    assert_eq!(again.location(), "/users/2");
    assert_eq!(app.text("select name || ' ' || role from users where id = 2").await, "Grace Hopper sales");
}

#[sqlx::test]
async fn the_last_administrator_can_be_neither_disabled_nor_lowered(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let form = app.get("/users/1/edit").await;
    let lowered = app.post("/users/1", &borrowed(&typed(&form, &[("role", "viewer")]))).await;
    assert!(lowered.blames("role").contains("last administrator"), "{}", lowered.text());
    app.add_user("Grace", "grace@example.org", Role::Administrator).await;
    let myself = app.post("/users/1/deactivation", &[("successor", "2")]).await;
    assert!(myself.text().contains("cannot disable yourself"), "{}", myself.text());
    // two at once: each would leave the other
    let mut grace = app.another_visitor();
    grace.sign_in("grace@example.org").await;
    let mut ada = app.another_visitor();
    ada.sign_in("ada@example.org").await;
    let of_ada = typed(&form, &[("role", "sales")]);
    let other = app.get("/users/2/edit").await;
    let of_grace = typed(&other, &[("role", "sales")]);
    let (of_ada, of_grace) = (borrowed(&of_ada), borrowed(&of_grace));
    let (one, two) = tokio::join!(grace.post("/users/1", &of_ada), ada.post("/users/2", &of_grace));
    let refused = [&one, &two].into_iter().filter(|page| page.status != StatusCode::SEE_OTHER).count();
    assert_eq!(refused, 1, "{} {}", one.status, two.status);
    assert_eq!(app.count("select count(*) from users where role = 'administrator'").await, 1);
}

#[sqlx::test]
async fn who_is_disabled_is_out_at_once_and_somebody_takes_over_their_stores(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let mut manager = app.colleague(Role::Manager).await;
    let channel = [("name", "Fair"), ("channel-type", "custom"), ("channel-type-shown", "1")];
    assert_eq!(manager.post("/channels", &channel).await.location(), "/channels/1");
    app.add_user("Sue Sales", "sue@example.org", Role::Sales).await;
    let lowered = app.get("/users/2/edit").await;
    let lowered = app.post("/users/2", &borrowed(&typed(&lowered, &[("role", "sales")]))).await;
    assert!(lowered.blames("role").contains("They own Fair"), "{}", lowered.text());
    let ask = app.get("/users/2/deactivation").await;
    assert!(ask.text().contains("They own Fair"), "{}", ask.text());
    assert!(!ask.text().contains("Sue Sales"), "she could not manage it");
    let nobody = app.post("/users/2/deactivation", &[]).await;
    assert!(nobody.blames("successor").contains("Choose who takes over"));
    assert_eq!(
        app.post("/users/2/deactivation", &[("successor", "3")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(manager.get("/channels").await.status, StatusCode::OK);
    let done = app.post("/users/2/deactivation", &[("successor", "1")]).await;
    assert_eq!(done.location(), "/users/2");
    assert!(app.follow(&done).await.text().contains("Ada Lovelace takes over"));
    assert_eq!(app.count("select owner_id from channels").await, 1);
    assert_eq!(app.count("select count(*) from sessions where user_id = 2").await, 0);
    assert_eq!(manager.get("/channels").await.location(), "/login?next=%2Fchannels");
    let again = manager.post("/login", &[("email", "manager@example.org"), ("password", PASSWORD)]).await;
    assert!(again.text().contains("Email or password is not right."), "told apart by nothing");
    app.post("/users/2/activation", &[]).await;
    manager.sign_in("manager@example.org").await;
    assert_eq!(app.count("select owner_id from channels").await, 1, "what was handed over stays there");
}
