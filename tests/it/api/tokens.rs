//! A token opens the API for its user, and nothing else does.

use axum::http::{Method, StatusCode, header};
use cartwright::crm::users::Role;
use serde_json::json;
use sqlx::PgPool;

use crate::support::App;

const CUSTOMERS: &str = "/api/v1/customers";

#[sqlx::test]
async fn a_token_is_shown_once_and_works_as_its_user_until_it_ends(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let wrong = app
        .post(
            "/profile/tokens",
            &[("name", " "), ("reach", "all"), ("good-for", "x"), ("current-password", "no")],
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["name", "reach", "good-for"] {
        wrong.blames(field);
    }
    let typed = [("name", "Export"), ("reach", "read"), ("good-for", "90"), ("current-password", "no")];
    let wrong = app.post("/profile/tokens", &typed).await;
    assert_eq!(wrong.blames("current-password"), "This is not your password.");
    assert_eq!(wrong.value_of("name"), "Export");

    let token = app.make_token("read").await;
    let page = app.get("/profile/tokens").await;
    assert!(page.text().contains("Nightly export Read cw_"), "{}", page.text());
    assert!(page.text().contains("Not used yet."));
    assert!(!page.html.contains(&token) && !app.database().await.contains(&token), "only its hash is kept");

    let mut program = app.program_with(Some(token.clone()));
    assert_eq!(program.get(CUSTOMERS).await.status, StatusCode::OK);
    assert!(app.get("/profile/tokens").await.text().contains("Last used"));
    let write = program.send(Method::POST, "/api/v1/jobs", Some(json!({"integration": 1})), None).await;
    assert_eq!(
        (write.status, write.json()["type"].as_str()),
        (StatusCode::FORBIDDEN, Some("/help/api#problem-scope"))
    );

    // neither a cookie nor half a token opens anything
    let with_cookie = app.get(CUSTOMERS).await;
    assert_eq!(with_cookie.status, StatusCode::UNAUTHORIZED);
    assert_eq!(with_cookie.headers[header::WWW_AUTHENTICATE], "Bearer");
    assert!(with_cookie.headers.get(header::SET_COOKIE).is_none());
    for other in [format!("{token}0"), token[..20].to_owned(), String::new(), "cw_".to_owned()] {
        let mut stranger = app.program_with(Some(other.clone()));
        assert_eq!(stranger.get(CUSTOMERS).await.status, StatusCode::UNAUTHORIZED, "{other:?}");
    }
    // what a token opens is the API alone
    let page =
        app.another_visitor().get_with("/customers", "authorization", &format!("Bearer {token}")).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);

    let revoked = app.post("/profile/tokens/1/revocation", &[]).await;
    assert!(app.follow(&revoked).await.text().contains("The token “Nightly export” opens nothing any more."));
    assert_eq!(program.get(CUSTOMERS).await.status, StatusCode::UNAUTHORIZED);
    let trail = app.get("/audit").await.text();
    assert!(trail.contains("API token made") && trail.contains("API token revoked"), "{trail}");
    assert!(!app.database().await.contains(&token));
}

#[sqlx::test]
async fn a_token_ends_with_its_time_and_with_its_user(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let mut sales = app.colleague(Role::Sales).await;
    let mut program = sales.program("write").await;
    assert_eq!(program.get(CUSTOMERS).await.status, StatusCode::OK);
    // the rights are those of now
    assert_eq!(program.get("/api/v1/jobs").await.status, StatusCode::FORBIDDEN);
    app.run_sql("update users set role = 'manager' where email = 'sales@example.org'").await;
    assert_eq!(program.get("/api/v1/jobs").await.status, StatusCode::OK);

    app.run_sql("update api_tokens set expires_at = now() - interval '1 second'").await;
    assert_eq!(program.get(CUSTOMERS).await.status, StatusCode::UNAUTHORIZED);
    assert!(sales.get("/profile/tokens").await.text().contains("Expired"));
    app.run_sql("update api_tokens set expires_at = null").await;
    assert_eq!(program.get(CUSTOMERS).await.status, StatusCode::OK);
    app.run_sql("update users set disabled_at = now() where email = 'sales@example.org'").await;
    assert_eq!(program.get(CUSTOMERS).await.status, StatusCode::UNAUTHORIZED, "disabled");
    app.run_sql("update users set disabled_at = null where email = 'sales@example.org'").await;
    assert_eq!(program.get(CUSTOMERS).await.status, StatusCode::OK);

    // an administrator sees and revokes anybody's; somebody else's number revokes nothing
    app.post("/profile/tokens/1/revocation", &[]).await;
    assert_eq!(program.get(CUSTOMERS).await.status, StatusCode::OK);
    let page = app.get("/users/2").await;
    assert!(page.text().contains("API tokens Nightly export Read and write"), "{}", page.text());
    app.press(&page, "Revoke Nightly export").await;
    assert_eq!(program.get(CUSTOMERS).await.status, StatusCode::UNAUTHORIZED);
}

#[sqlx::test]
async fn who_calls_too_often_waits_and_so_does_who_guesses(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let mut program = app.program("read").await;
    // in this minute, and in the next should it begin meanwhile
    app.run_sql(
        "insert into api_calls select 'token 1', date_trunc('minute', now()) + n * interval '1 minute', 600
         from generate_series(0, 1) n",
    )
    .await;
    let answer = program.get(CUSTOMERS).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let wait: u32 = answer.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    app.run_sql("delete from api_calls").await;
    assert_eq!(program.get(CUSTOMERS).await.status, StatusCode::OK);

    app.run_sql(
        "insert into api_calls select 'address unknown', date_trunc('minute', now()) + n * interval '1 minute', 60
         from generate_series(0, 1) n",
    )
    .await;
    let mut guess = app.program_with(Some("cw_guess".to_owned()));
    assert_eq!(guess.get(CUSTOMERS).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(program.get(CUSTOMERS).await.status, StatusCode::OK, "a right token goes on");
    let forgotten = "update api_calls set window_start = window_start - interval '1 hour'";
    app.run_sql(forgotten).await;
    cartwright::crm::tokens::forget_calls(&app.pool).await.unwrap();
    assert_eq!(
        app.count("select count(*) from api_calls where window_start < now() - interval '5 minutes'").await,
        0
    );
}
