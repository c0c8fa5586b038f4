//! The code beside the password, with an app of its own: RFC 6238, written a second time.

use axum::http::StatusCode;
use cartwright::base::clock;
use cartwright::crm::users::Role;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sqlx::PgPool;

use crate::support::{App, PASSWORD, Page};

/// The code that a phone shows so many half minutes from now.
fn code(secret: &str, later: i64) -> String {
    let bits: String = secret
        .chars()
        .map(|c| format!("{:05b}", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(c).unwrap()))
        .collect();
    let key: Vec<u8> = bits
        .as_bytes()
        .chunks_exact(8)
        .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap())
        .collect();
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).unwrap();
    mac.update(&(clock::now().timestamp() / 30 + later).to_be_bytes());
    let sum = mac.finalize().into_bytes();
    let at = usize::from(sum[19] & 15);
    let word = u32::from_be_bytes(sum[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", word % 1_000_000)
}

fn secret_of(page: &Page) -> String {
    page.html.split("secret=").nth(1).unwrap().split('&').next().unwrap().to_owned()
}

/// Somebody who is asked for a code from now on: their secret and recovery codes.
async fn set_up(app: &mut App) -> (String, Vec<String>) {
    let page = app.get("/profile/two-factor").await;
    assert!(page.html.contains("role=\"img\" aria-label=\"The secret for an authenticator app\""));
    let secret = secret_of(&page);
    assert_eq!(secret_of(&app.get("/profile/two-factor").await), secret, "opened twice it is the same");
    let wrong = app.post("/profile/two-factor", &[("code", "000000"), ("current-password", PASSWORD)]).await;
    assert!(wrong.blames("code").contains("not the code of now"), "{}", wrong.text());
    let unproved = app.post("/profile/two-factor", &[("code", &code(&secret, -1))]).await;
    assert_eq!(unproved.blames("current-password"), "This is not your password.");
    let right = code(&secret, -1);
    let on = app.post("/profile/two-factor", &[("code", &right), ("current-password", PASSWORD)]).await;
    assert_eq!(on.status, StatusCode::OK, "{}", on.text());
    let codes = on.html.split("<ol class=\"codes mono\">").nth(1).unwrap().split("</ol>").next().unwrap();
    let codes: Vec<String> = Page::words_of(codes).split(' ').map(str::to_owned).collect();
    assert_eq!(codes.len(), 10);
    (secret, codes)
}

async fn password(visitor: &mut App) -> Page {
    visitor
        .post("/login", &[("email", "ada@example.org"), ("password", PASSWORD), ("next", "/customers")])
        .await
}

#[sqlx::test]
async fn whoever_wants_it_is_asked_for_a_code_that_is_good_once(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let (secret, codes) = set_up(&mut app).await;
    let database = app.database().await;
    assert!(!database.contains(&secret) && !database.contains(&codes[0]), "sealed, and hashed");
    let mut visitor = app.another_visitor();
    assert_eq!(password(&mut visitor).await.location(), "/login/code");
    assert_eq!(visitor.get("/customers").await.status, StatusCode::SEE_OTHER, "half a sign-in is none");
    assert!(visitor.get("/login/code").await.text().contains("One more step"));
    let used = visitor.post("/login/code", &[("code", &code(&secret, -1))]).await;
    assert!(used.text().contains("not right, or was used already"), "{}", used.text());
    let right = code(&secret, 0);
    let mut racing = app.another_visitor();
    password(&mut racing).await;
    let typed = [("code", right.as_str())];
    let (one, two) = tokio::join!(visitor.post("/login/code", &typed), racing.post("/login/code", &typed));
    let let_in = [&one, &two].into_iter().filter(|page| page.status == StatusCode::SEE_OTHER).count();
    assert_eq!(let_in, 1, "a code is taken once");
    let page = if one.status == StatusCode::SEE_OTHER { one } else { two };
    assert_eq!(page.location(), "/customers");
    assert_eq!(app.count("select count(*) from audit_entries where act = 'second factor on'").await, 1);
}

/// Whoever knew the old password and waits for a code has nothing from it any more.
#[sqlx::test]
async fn a_sign_in_whose_code_is_to_come_ends_with_the_password(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let (_, codes) = set_up(&mut app).await;
    let mut stranger = app.another_visitor();
    assert_eq!(password(&mut stranger).await.location(), "/login/code");
    let wrong = stranger.post("/login/code", &[("code", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let told =
        "select changes->0->>'new' from audit_entries where act = 'sign-in failed' order by id desc limit 1";
    assert_eq!(app.text(told).await, "Code; the password was right");
    let typed = [("current-password", PASSWORD), ("new-password", "quite another sentence")];
    assert_eq!(app.post("/profile/password", &typed).await.status, StatusCode::SEE_OTHER);
    let late = stranger.post("/login/code", &[("code", &codes[0])]).await;
    assert_eq!(late.location(), "/login", "half a sign-in has ended, too");
}

/// What somebody may have read over a shoulder, or in an open page, is not what is set up later.
#[sqlx::test]
async fn a_secret_that_was_seen_before_is_another_one_after_a_new_password_or_an_hour(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let first = secret_of(&app.get("/profile/two-factor").await);
    let typed = [("current-password", PASSWORD), ("new-password", "quite another sentence")];
    assert_eq!(app.post("/profile/password", &typed).await.status, StatusCode::SEE_OTHER);
    let second = secret_of(&app.get("/profile/two-factor").await);
    app.run_sql("update users set second_factor_begun_at = now() - interval '61 minutes'").await;
    let third = secret_of(&app.get("/profile/two-factor").await);
    assert!(first != second && second != third, "{first} {second} {third}");
}

#[sqlx::test]
async fn a_recovery_code_is_good_once_and_new_ones_end_the_old(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let (_, codes) = set_up(&mut app).await;
    let mut visitor = app.another_visitor();
    password(&mut visitor).await;
    let shouted = codes[3].to_uppercase().replace('-', " ");
    assert_eq!(visitor.post("/login/code", &[("code", &shouted)]).await.location(), "/customers");
    password(&mut visitor).await;
    assert_eq!(
        visitor.post("/login/code", &[("code", &codes[3])]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert!(app.get("/profile").await.text().contains("9 recovery codes are left."));
    let unproved = app.post("/profile/two-factor/recovery-codes", &[]).await;
    assert_eq!(unproved.blames("current-password"), "This is not your password.");
    let proof = [("current-password", PASSWORD)];
    let fresh = app.post("/profile/two-factor/recovery-codes", &proof).await;
    assert!(fresh.text().contains("The former ones have ended."));
    password(&mut visitor).await;
    assert_eq!(
        visitor.post("/login/code", &[("code", &codes[4])]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[sqlx::test]
async fn guessing_codes_is_slowed_down_though_the_password_is_known(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let (secret, _) = set_up(&mut app).await;
    let mut visitor = app.another_visitor();
    for _ in 0..10 {
        password(&mut visitor).await;
        visitor.post("/login/code", &[("code", "123")]).await;
    }
    let again = password(&mut visitor).await;
    assert!(again.text().contains("Wait 15 minutes"), "{}", again.text());
    let right = visitor.post("/login/code", &[("code", &code(&secret, 0))]).await;
    assert!(right.text().contains("Wait 15 minutes"), "{}", right.text());
}

#[sqlx::test]
async fn it_is_switched_off_with_the_password_or_by_an_administrator(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    set_up(&mut app).await;
    let wrong = app.post("/profile/two-factor/removal", &[("current-password", "guess")]).await;
    assert!(wrong.blames("current-password").contains("not your password"));
    let off = app.post("/profile/two-factor/removal", &[("current-password", PASSWORD)]).await;
    assert!(app.follow(&off).await.text().contains("Two-factor sign-in is off"));
    let mut visitor = app.another_visitor();
    assert_eq!(password(&mut visitor).await.location(), "/customers");
    // and for somebody who lost everything
    set_up(&mut app).await;
    let mut grace = app.another_visitor();
    app.add_user("Grace", "grace@example.org", Role::Administrator).await;
    grace.sign_in("grace@example.org").await;
    assert!(grace.get("/users/1").await.text().contains("On since"));
    assert_eq!(grace.post("/users/1/two-factor/removal", &[]).await.location(), "/users/1");
    assert_eq!(password(&mut visitor).await.location(), "/customers");
    assert_eq!(app.count("select count(*) from recovery_codes").await, 0);
}

#[sqlx::test]
async fn a_new_password_by_a_link_asks_for_the_code_before_it_tells_of_the_tokens(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.program("read").await;
    let (_, codes) = set_up(&mut app).await;
    app.add_user("Grace", "grace@example.org", Role::Administrator).await;
    let mut grace = app.another_visitor();
    grace.sign_in("grace@example.org").await;
    let link = grace.post("/users/1/password-links", &[]).await.value_of("link");
    let mut visitor = app.another_visitor();
    let sets = [("token", link.split("token=").nth(1).unwrap()), ("password", "seven wooden spokes")];
    assert_eq!(visitor.post("/password", &sets).await.location(), "/login/code");
    let asked = visitor.post("/login/code", &[("code", "000000")]).await;
    assert!(!asked.text().contains("Nightly export"), "{}", asked.text());
    assert_eq!(visitor.post("/login/code", &[("code", &codes[0])]).await.location(), "/");
    let note = visitor.get("/customers").await.part("role=\"status\"", "</div>");
    assert!(note.contains("API tokens that still work: “Nightly export”."), "{note}");
}

#[sqlx::test]
async fn whoever_it_is_required_of_sets_it_up_before_anything_else(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let mut sales = app.colleague(Role::Sales).await;
    let require = [("shown", ""), ("session-days", "7"), ("second-factor", "administrators")];
    app.post("/settings/signing-in", &require).await;
    for path in ["/", "/customers", "/profile", "/profile/tokens", "/settings", "/orders/export", "/jobs/1"] {
        let page = app.get(path).await;
        assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, "/profile/two-factor"), "{path}");
    }
    app.post("/profile", &[("name", "Somebody else")]).await;
    assert_eq!(app.text("select name from users where id = 1").await, "Ada Lovelace");
    assert_eq!(sales.get("/customers").await.status, StatusCode::OK, "of administrators only");
    assert!(app.get("/profile/two-factor").await.text().contains("is required of you"));
    set_up(&mut app).await;
    assert_eq!(app.get("/customers").await.status, StatusCode::OK);
    assert!(
        app.get("/profile/two-factor/removal").await.text().contains("you will set up a new one at once")
    );

    sales.post("/logout", &[]).await;
    assert_eq!(sales.get("/customers").await.location(), "/login?next=%2Fcustomers", "out is out");
}

#[sqlx::test]
async fn half_a_sign_in_ends_after_ten_minutes_and_with_its_user(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let (secret, _) = set_up(&mut app).await;
    let mut visitor = app.another_visitor();
    assert_eq!(visitor.get("/login/code").await.location(), "/login");
    password(&mut visitor).await;
    app.run_sql(
        "update sessions set data = jsonb_set(data, '{pending,at}', to_jsonb(now() - interval '11 minutes')) where data ? 'pending'",
    )
    .await;
    assert_eq!(visitor.post("/login/code", &[("code", &code(&secret, 0))]).await.location(), "/login");
}
