//! Signing in and out, and the link that makes the first administrator.

use axum::http::{StatusCode, header};
use cartwright::crm::users::{self, Role, Verdict};
use sqlx::PgPool;

use crate::support::{App, PASSWORD, Page};

const WRONG: &str = "Email or password is not right.";

async fn try_to_sign_in(app: &mut App, email: &str, password: &str) -> Page {
    app.post("/login", &[("email", email), ("password", password)]).await
}

fn refused(page: &Page) -> String {
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text());
    page.part("role=\"alert\"", "</p>")
}

#[sqlx::test]
async fn the_answer_to_a_wrong_password_tells_nobody_who_works_here(pool: PgPool) {
    let mut app = App::new(pool).await;
    app.add_user("Ada Lovelace", "ada@example.org", Role::Administrator).await;
    let known = try_to_sign_in(&mut app, "ada@example.org", "not her password").await;
    let unknown = try_to_sign_in(&mut app, "bob@example.org", "not her password").await;
    assert_eq!(refused(&known), WRONG);
    assert_eq!(refused(&unknown), WRONG);
    assert_eq!(known.value_of("email"), "ada@example.org", "what was typed is kept");
    assert_eq!(known.value_of("password"), "", "but never a password");
    assert_eq!(app.get("/").await.location(), "/login");
}

#[sqlx::test]
async fn an_address_in_other_case_or_with_spaces_around_it_is_the_same_person(pool: PgPool) {
    let app = App::new(pool).await;
    app.add_user("Ada Lovelace", "ada@example.org", Role::Viewer).await;
    for email in ["ADA@Example.ORG", "  ada@example.org "] {
        let page = try_to_sign_in(&mut app.another_visitor(), email, PASSWORD).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{email}");
    }
}

#[sqlx::test]
async fn whatever_is_typed_into_the_sign_in_form_is_refused_and_stays_text(pool: PgPool) {
    let mut app = App::new(pool).await;
    app.add_user("Ada Lovelace", "ada@example.org", Role::Administrator).await;
    let huge = "x".repeat(50_000);
    for (email, password) in [
        ("", ""),
        ("ada@example.org", ""),
        ("", PASSWORD),
        ("ada@example.org\0", PASSWORD),
        ("ada@example.org", "correct horse battery\0"),
        ("\0", "\0"),
        ("<script>alert(1)</script>", "\"><script>alert(1)</script>"),
        ("\"' or 1=1 --", "' or ''='"),
        (huge.as_str(), PASSWORD),
        ("ada@example.org", huge.as_str()),
    ] {
        let page = try_to_sign_in(&mut app, email, password).await;
        refused(&page);
        assert!(!page.html.contains("<script>alert"), "{email:.40}");
        assert!(page.html.len() < 20_000, "a page as long as what was sent to it");
    }
    let nothing = app.post("/login", &[]).await;
    refused(&nothing);
}

#[sqlx::test]
async fn ten_wrong_passwords_stop_the_guessing_for_this_account_and_for_no_other(pool: PgPool) {
    let mut app = App::new(pool).await;
    app.add_user("Ada Lovelace", "ada@example.org", Role::Administrator).await;
    app.add_user("Bob Babbage", "bob@example.org", Role::Viewer).await;
    for nr in 0..10 {
        let email = if nr % 2 == 0 { "ada@example.org" } else { " ADA@example.org" };
        assert_eq!(refused(&try_to_sign_in(&mut app, email, "guess after guess").await), WRONG, "{nr}");
    }
    let right = try_to_sign_in(&mut app, "ada@example.org", PASSWORD).await;
    assert_eq!(refused(&right), "Too many attempts. Wait 15 minutes, then try again.");
    app.sign_in("bob@example.org").await;

    // when the failures are older than a quarter of an hour, the right password is enough again
    sqlx::query("update sign_in_failures set window_start = window_start - interval '16 minutes'")
        .execute(&app.pool)
        .await
        .unwrap();
    app.another_visitor().sign_in("ada@example.org").await;
}

#[sqlx::test]
async fn a_stranger_who_guesses_keeps_nobody_out_who_comes_from_elsewhere(pool: PgPool) {
    let app = App::new(pool).await;
    app.add_user("Ada Lovelace", "ada@example.org", Role::Administrator).await;
    for _ in 0..10 {
        users::attempt(&app.pool, "ada@example.org", "203.0.113.9").await.unwrap();
    }
    app.another_visitor().sign_in("ada@example.org").await;
    // but many who guess together are stopped, too
    for nr in 0..100 {
        users::attempt(&app.pool, "ada@example.org", &format!("198.51.100.{nr}")).await.unwrap();
    }
    let right = try_to_sign_in(&mut app.another_visitor(), "ada@example.org", PASSWORD).await;
    assert_eq!(refused(&right), "Too many attempts. Wait 15 minutes, then try again.");
}

#[sqlx::test]
async fn many_guesses_at_once_see_one_another(pool: PgPool) {
    let tries = (0..30).map(|_| users::attempt(&pool, "ada@example.org", "203.0.113.9"));
    let verdicts = futures_util::future::try_join_all(tries).await.unwrap();
    assert_eq!(verdicts.iter().filter(|verdict| **verdict == Verdict::Try).count(), 10);
}

#[sqlx::test]
async fn after_signing_in_the_page_that_was_asked_for_opens_and_never_another_site(pool: PgPool) {
    let mut app = App::new(pool).await;
    app.add_user("Ada Lovelace", "ada@example.org", Role::Administrator).await;
    let led = app.get("/customers?q=ada&size=50").await;
    let form = app.follow(&led).await;
    let next = form.value_of("next");
    assert_eq!(next, "/customers?q=ada&size=50");
    let wrong = app.post("/login", &[("email", "ada@example.org"), ("password", "x"), ("next", &next)]).await;
    assert_eq!(wrong.value_of("next"), next, "kept over a mistake");
    for (next, leads) in [
        (next.as_str(), next.as_str()),
        ("", "/"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\tevil\n", "/"),
    ] {
        let fields = [("email", "ada@example.org"), ("password", PASSWORD), ("next", next)];
        assert_eq!(app.another_visitor().post("/login", &fields).await.location(), leads, "{next:?}");
    }
}

#[sqlx::test]
async fn a_form_that_is_sent_after_the_session_ended_leads_back_to_it_and_says_so(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.run_sql("delete from sessions").await;
    let from = [("referer", "https://crm.example.org/channels/new?x=1")];
    let sent = app.post_with("/channels", &[("name", "Shop")], &from).await;
    assert_eq!(sent.location(), "/login?next=%2Fchannels%2Fnew%3Fx%3D1&unsent=1");
    let page = app.follow(&sent).await;
    assert!(
        page.text().contains("Nothing was saved. Sign in, and you are back at the form."),
        "{}",
        page.text()
    );
    let (_, fields) = page.form("Sign in");
    assert!(fields.contains(&("next".to_owned(), "/channels/new?x=1".to_owned())), "{fields:?}");
    assert_eq!(app.post("/channels", &[("name", "Shop")]).await.location(), "/login", "no browser");
}

#[sqlx::test]
async fn a_session_lasts_a_week_from_its_last_use(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.get("/").await;
    let sql = "update sessions set expires_at = now() + interval '1 day', data = data || '{\"seen_at\": \"2026-01-01T00:00:00Z\"}'";
    app.run_sql(sql).await;
    app.get("/").await;
    let days = "select (extract(epoch from expires_at - now()) / 86400)::bigint from sessions";
    assert_eq!(app.count(days).await, 7);
}

#[sqlx::test]
async fn a_right_password_clears_what_was_counted_before(pool: PgPool) {
    let mut app = App::new(pool).await;
    app.add_user("Ada Lovelace", "ada@example.org", Role::Administrator).await;
    for _ in 0..2 {
        for _ in 0..9 {
            refused(&try_to_sign_in(&mut app, "ada@example.org", "guess after guess").await);
        }
        app.another_visitor().sign_in("ada@example.org").await;
    }
}

#[sqlx::test]
async fn after_signing_out_the_old_cookie_opens_nothing(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let stolen = app.cookie().unwrap().to_owned();
    assert_eq!(app.get("/").await.status, StatusCode::OK);
    let out = app.post("/logout", &[]).await;
    assert_eq!(out.location(), "/login");
    let page = app.another_visitor().get_with("/", "cookie", &stolen).await;
    assert!(page.location().starts_with("/login"));
    assert_eq!(app.count("select count(*) from sessions").await, 0);
    assert_eq!(app.get("/logout").await.status, StatusCode::NOT_FOUND, "a link must not sign anybody out");
}

#[sqlx::test]
async fn signing_in_makes_a_new_session_so_that_a_planted_cookie_is_worth_nothing(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let planted = app.cookie().unwrap().to_owned();
    app.add_user("Bob Babbage", "bob@example.org", Role::Viewer).await;
    app.sign_in("bob@example.org").await;
    assert_ne!(app.cookie().unwrap(), planted);
    let page = app.another_visitor().get_with("/", "cookie", &planted).await;
    assert!(page.location().starts_with("/login"));
}

#[sqlx::test]
async fn a_session_that_expired_or_was_made_up_opens_nothing(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    assert_eq!(app.get("/login").await.location(), "/", "who is signed in needs no form for it");
    sqlx::query("update sessions set expires_at = now() - interval '1 second'")
        .execute(&app.pool)
        .await
        .unwrap();
    assert_eq!(app.get("/").await.location(), "/login");
    for made_up in
        ["cartwright=", "cartwright=x", "cartwright=AAAAAAAAAAAAAAAAAAAAAA", "cartwright=%00", "x=y"]
    {
        let page = app.another_visitor().get_with("/", "cookie", made_up).await;
        assert!(page.location().starts_with("/login"), "{made_up}");
    }
}

const FIRST: [(&str, &str); 3] =
    [("name", "Ada Lovelace"), ("email", "ada@example.org"), ("password", PASSWORD)];

fn with_token<'a>(token: &'a str, fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = fields.to_vec();
    fields.push(("token", token));
    fields
}

#[sqlx::test]
async fn the_set_up_link_makes_one_administrator_and_is_dead_afterwards(pool: PgPool) {
    let mut app = App::new(pool).await;
    let token = users::issue_setup_token(&app.pool).await.unwrap();
    let link = format!("/setup?token={token}");
    for _ in 0..2 {
        assert_eq!(app.get(&link).await.status, StatusCode::OK, "looking does not use it up");
    }
    assert!(!app.database().await.contains(&token), "only its hash is stored");
    let made = app.post("/setup", &with_token(&token, &FIRST)).await;
    assert_eq!(made.location(), "/");
    let home = app.get("/").await;
    assert!(home.text().contains("ada@example.org Administrator"), "{}", home.text());

    assert!(
        app.get("/users/1").await.text().contains("Last sign-in now"),
        "{}",
        app.get("/users/1").await.text()
    );

    let mut other = app.another_visitor();
    assert_eq!(other.get(&link).await.location(), "/", "it has done its work");
    let again = [("name", "Eve"), ("email", "eve@example.org"), ("password", "another horse battery")];
    assert_eq!(other.post("/setup", &with_token(&token, &again)).await.status, StatusCode::NOT_FOUND);
    let late = users::issue_setup_token(&app.pool).await.unwrap();
    let page = other.post("/setup", &with_token(&late, &again)).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "somebody works here already");
    assert_eq!(app.count("select count(*) from users").await, 1);
}

#[sqlx::test]
async fn a_set_up_link_that_is_wrong_old_or_replaced_makes_nobody(pool: PgPool) {
    let mut app = App::new(pool).await;
    let replaced = users::issue_setup_token(&app.pool).await.unwrap();
    let token = users::issue_setup_token(&app.pool).await.unwrap();
    for wrong in ["", "x", "\0", &token[1..], &replaced, &"x".repeat(50_000)] {
        let page = app.post("/setup", &with_token(wrong, &FIRST)).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{wrong:.60}");
    }
    for link in ["/setup", "/setup?token=", "/setup?token=%00", "/setup?other=1"] {
        assert_eq!(app.get(link).await.status, StatusCode::NOT_FOUND, "{link}");
    }
    sqlx::query("update setup_tokens set expires_at = now()").execute(&app.pool).await.unwrap();
    assert_eq!(app.post("/setup", &with_token(&token, &FIRST)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.count("select count(*) from users").await, 0);
}

#[sqlx::test]
async fn what_is_wrong_on_the_set_up_form_is_told_beside_the_field_and_the_link_stays_good(pool: PgPool) {
    let mut app = App::new(pool).await;
    let token = users::issue_setup_token(&app.pool).await.unwrap();
    let (long, huge) = ("x".repeat(201), "x".repeat(50_000));
    for (field, value) in [
        ("name", ""),
        ("name", "   "),
        ("name", "a\0b"),
        ("name", long.as_str()),
        ("name", huge.as_str()),
        ("email", ""),
        ("email", "ada"),
        ("email", "ada@example"),
        ("email", "a@b@example.org"),
        ("email", "<script>alert(1)</script>@example.org"),
        ("email", "ada\0@example.org"),
        ("email", huge.as_str()),
        ("password", ""),
        ("password", "short"),
        ("password", "password123"),
        ("password", "aaaaaaaaaaaa"),
        ("password", "lovelace lovelace"),
        ("password", huge.as_str()),
    ] {
        let fields = crate::support::with(&FIRST, field, value);
        let page = app.post("/setup", &with_token(&token, &fields)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}={value:.40}");
        page.blames(field);
        if field == "password" {
            assert_eq!(page.value_of(field), "", "a password is never shown back");
        } else {
            assert!(
                page.value_of(field) == value.replace('\0', "\u{fffd}"),
                "{field}={value:.40} is not kept"
            );
        }
        assert!(!page.html.contains("<script>alert"), "{field}={value:.40}");
    }
    let hostile = crate::support::with(&FIRST, "name", "<script>alert(1)</script> \"'&");
    let made = app.post("/setup", &with_token(&token, &hostile)).await;
    assert_eq!(made.headers[header::LOCATION], "/");
    assert!(!app.get("/").await.html.contains("<script>alert"));
}
