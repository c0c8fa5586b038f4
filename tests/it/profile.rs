//! What people do about themselves: profile, password, sessions, the code beside the password.

mod two_factor;

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use sqlx::PgPool;

use crate::support::{App, PASSWORD, with};

const FORM: [(&str, &str); 5] = [
    ("name", "Ada King"),
    ("shown-name", "Ada Lovelace"),
    ("time-zone", "America/New_York"),
    ("date-format", "iso"),
    ("theme", "dark"),
];
const NEW: &str = "seven wooden spokes";

#[sqlx::test]
async fn times_dates_and_theme_follow_the_profile_on_every_page(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.run_sql("update users set created_at = '2026-05-12 02:30:00+00'").await;
    let usual = app.get("/users/1").await;
    assert!(usual.html.contains("title=\"12 May 2026 02:30:00 UTC\""), "{}", usual.html);
    assert!(!usual.html.contains("data-theme"));
    assert!(usual.html.contains("href=\"/profile\""), "the user's menu leads there");
    let saved = app.post("/profile", &FORM).await;
    assert_eq!(saved.location(), "/profile");
    let page = app.follow(&saved).await;
    assert!(page.text().contains("Profile saved."), "{}", page.text());
    assert_eq!([page.chosen("time-zone"), page.chosen("theme")], ["America/New_York", "dark"]);
    let own = app.get("/users/1").await;
    assert!(own.html.contains("<html lang=\"en\" data-theme=\"dark\">"));
    assert!(
        own.html.contains("title=\"2026-05-11 22:30:00 EDT\" data-relative>2026-05-11</time>"),
        "{}",
        own.html
    );
    let mut other = app.colleague(Role::Administrator).await;
    assert!(
        other.get("/users/1").await.html.contains("title=\"12 May 2026 02:30:00 UTC\""),
        "each has their own"
    );
    assert_eq!(
        app.text("select changes::text from audit_entries where act = 'changed'")
            .await
            .matches("field")
            .count(),
        4
    );
}

#[sqlx::test]
async fn a_time_that_is_typed_is_one_of_the_clock_in_the_profile(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.run_sql("insert into accounts (name) values ('Verhoeven')").await;
    app.post("/profile", &with(&FORM, "time-zone", "Asia/Tokyo")).await;
    let form = app.get("/accounts/1/activities/new?kind=call").await;
    assert!(form.text().contains("In Asia/Tokyo."), "{}", form.text());
    let call =
        [("kind", "call"), ("call-direction", "outgoing"), ("call-at", "2026-05-12T09:00"), ("zone", "300")];
    let written = app.post("/accounts/1/activities", &call).await;
    assert_eq!(written.status, StatusCode::SEE_OTHER, "{}", written.text());
    let at = "select to_char(at at time zone 'utc', 'YYYY-MM-DD HH24:MI') from activities";
    assert_eq!(app.text(at).await, "2026-05-12 00:00");
}

#[sqlx::test]
async fn what_is_no_zone_format_or_theme_is_told_at_its_field(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    for (field, value) in [
        ("name", " "),
        ("time-zone", "Mars/Olympus"),
        ("date-format", "moon"),
        ("theme", "pink"),
        ("time-zone", "\0"),
    ] {
        let page = app.post("/profile", &with(&FORM, field, value)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        page.blames(field);
    }
    // an administrator was quicker
    app.run_sql("update users set name = 'Countess'").await;
    let told = app.post("/profile", &FORM).await;
    assert!(told.blames("name").contains("“Countess”"), "{}", told.text());
    assert_eq!(told.value_of("name"), "Ada King");
    assert_eq!(app.text("select name from users").await, "Countess");
    let odd = app.post("/profile", &with(&FORM, "shown-name", "a\0b")).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY, "that is not the name either");
    let again = app.post("/profile", &with(&FORM, "shown-name", &told.value_of_hidden("shown-name"))).await;
    assert_eq!(again.location(), "/profile");
}

#[sqlx::test]
async fn whoever_changes_their_password_proves_the_old_one_and_is_alone_afterwards(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let mut elsewhere = app.another_visitor();
    elsewhere.sign_in("ada@example.org").await;
    let form = [("current-password", PASSWORD), ("new-password", NEW)];
    let wrong = app.post("/profile/password", &with(&form, "current-password", "guess")).await;
    assert!(wrong.blames("current-password").contains("not your password"), "{}", wrong.text());
    app.post("/profile/password", &with(&form, "new-password", "ada lovelace 1"))
        .await
        .blames("new-password");
    assert_eq!(app.post("/profile/password", &form).await.location(), "/profile");
    assert_eq!(app.get("/profile").await.status, StatusCode::OK);
    assert_eq!(elsewhere.get("/profile").await.status, StatusCode::SEE_OTHER);
    let old = elsewhere.post("/login", &[("email", "ada@example.org"), ("password", PASSWORD)]).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    let new = elsewhere.post("/login", &[("email", "ada@example.org"), ("password", NEW)]).await;
    assert_eq!(new.status, StatusCode::SEE_OTHER);
}

#[sqlx::test]
async fn guessing_the_current_password_is_slowed_down(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    for _ in 0..10 {
        app.post("/profile/password", &[("current-password", "guess"), ("new-password", NEW)]).await;
    }
    let right = app.post("/profile/password", &[("current-password", PASSWORD), ("new-password", NEW)]).await;
    assert!(right.blames("current-password").contains("Wait 15 minutes"), "{}", right.text());
}

#[sqlx::test]
async fn sessions_are_listed_with_their_device_and_end_one_by_one_or_all_others(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let mut visitors = Vec::new();
    for agent in
        ["Mozilla/5.0 (Windows NT 10.0) Firefox/130.0", "Mozilla/5.0 (iPhone) Safari/604.1", "<script>curl/8"]
    {
        let mut visitor = app.another_visitor();
        let form = [("email", "ada@example.org"), ("password", PASSWORD)];
        visitor.post_with("/login", &form, &[("user-agent", agent)]).await;
        visitors.push(visitor);
    }
    let page = app.get("/profile").await;
    let words = page.part("id=\"sessions\"", "</section>");
    assert!(words.contains("Firefox on Windows") && words.contains("Safari on iPhone"), "{words}");
    assert_eq!(words.matches("This one").count(), 1, "{words}");
    let key = page
        .html
        .split("name=\"session\" value=\"")
        .skip(1)
        .find(|rest| rest.contains("the session on Firefox"));
    let key = key.unwrap().split('"').next().unwrap().to_owned();
    let mut firsts = 0;
    let answer = app.post("/profile/sessions/endings", &[("session", &key)]).await;
    assert!(app.follow(&answer).await.text().contains("session"));
    for visitor in &mut visitors {
        firsts += i32::from(visitor.get("/profile").await.status == StatusCode::SEE_OTHER);
    }
    assert_eq!(firsts, 1);
    let mut stranger = app.colleague(Role::Sales).await;
    let own = stranger.post("/profile/sessions/endings", &[("session", &key)]).await;
    assert!(
        stranger.follow(&own).await.text().contains("had ended already"),
        "nobody ends what is another's"
    );
    app.post("/profile/sessions/endings", &[("session", "others")]).await;
    for visitor in &mut visitors {
        assert_eq!(visitor.get("/profile").await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(stranger.get("/profile").await.status, StatusCode::OK);
    assert_eq!(app.get("/profile").await.status, StatusCode::OK);
}
