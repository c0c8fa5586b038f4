//! Behind proxies: whom they ask for is believed when they are ours, and nobody else is.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use cartwright::crm::users::Role;
use sqlx::PgPool;

use crate::support::{App, PASSWORD, Page};

const OUR_PROXY: &str = "10.0.0.7:40000";
const STRANGER: &str = "203.0.113.9:40000";

impl App {
    /// Tries to sign in over a connection from this address.
    async fn tries_from(&mut self, peer: &str, headers: &[(&str, &str)], password: &str) -> Page {
        let form = format!("email=ada%40example.org&password={}", password.replace(' ', "+"));
        let mut request =
            Request::post("/login").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let peer: SocketAddr = peer.parse().unwrap();
        self.send(request.extension(ConnectInfo(peer)).body(Body::from(form)).unwrap()).await
    }

    async fn last_entry(&self, column: &'static str) -> String {
        let sql = format!("select coalesce({column}, '') from audit_entries order by id desc limit 1");
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&self.pool).await.unwrap()
    }
}

fn request_id(page: &Page) -> &str {
    page.headers["x-request-id"].to_str().unwrap()
}

#[sqlx::test]
async fn who_asks_is_whom_a_proxy_of_ours_asks_for_in_limits_sessions_and_audit(pool: PgPool) {
    let mut app = App::set(pool, |web| web.proxies = "10.0.0.0/8".parse().unwrap()).await;
    app.add_user("Ada Lovelace", "ada@example.org", Role::Administrator).await;
    let claims = [("x-forwarded-for", "1.1.1.1, 198.51.100.4"), ("x-forwarded-for", "10.0.0.8")];
    let page = app.tries_from(OUR_PROXY, &claims, "wrong").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text());
    assert_eq!(app.last_entry("address").await, "198.51.100.4");
    let counted = "select string_agg(subject, ', ' order by subject) from sign_in_failures";
    let subjects = app.text(counted).await;
    assert!(subjects.contains("address 198.51.100.4"), "{subjects}");
    assert!(!subjects.contains("10.0.0"), "the proxy is blamed for everybody: {subjects}");

    app.tries_from(STRANGER, &claims, "wrong").await;
    assert_eq!(app.last_entry("address").await, "203.0.113.9", "whoever claims something is who they are");

    let page = app.tries_from(OUR_PROXY, &claims, PASSWORD).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    assert_eq!(app.last_entry("address").await, "198.51.100.4");
    assert!(app.get("/profile").await.text().contains("198.51.100.4"), "the session says from where");
}

#[sqlx::test]
async fn a_request_is_called_by_a_proxy_of_ours_or_by_us(pool: PgPool) {
    let mut app = App::set(pool, |web| web.proxies = "10.0.0.0/8".parse().unwrap()).await;
    app.add_user("Ada Lovelace", "ada@example.org", Role::Administrator).await;
    let page = app.tries_from(OUR_PROXY, &[("x-request-id", "edge-7f.3_A")], "wrong").await;
    assert_eq!(request_id(&page), "edge-7f.3_A");
    assert_eq!(app.last_entry("request").await, "edge-7f.3_A");
    let long = "x".repeat(65);
    for (peer, id) in [(STRANGER, "edge-8"), (OUR_PROXY, "<b>"), (OUR_PROXY, &*long), (OUR_PROXY, "a b")] {
        let page = app.tries_from(peer, &[("x-request-id", id)], "wrong").await;
        assert_ne!(request_id(&page), id);
        assert_eq!(request_id(&page).len(), 36, "one of our own");
        assert_eq!(app.last_entry("request").await, request_id(&page));
    }
}

#[sqlx::test]
async fn whoever_has_a_network_of_addresses_has_the_tries_of_one(pool: PgPool) {
    let mut app = App::new(pool).await;
    app.add_user("Ada Lovelace", "ada@example.org", Role::Administrator).await;
    for nr in 1..=10 {
        app.tries_from(&format!("[2001:db8:1:2:{nr}::{nr}]:40000"), &[], "wrong").await;
    }
    assert_eq!(app.last_entry("address").await, "2001:db8:1:2:10::10", "it is told as it is");
    let page = app.tries_from("[2001:db8:1:2:ffff::1]:40000", &[], PASSWORD).await;
    assert!(page.text().contains("Too many attempts."), "{}", page.text());
    let page = app.another_visitor().tries_from("[2001:db8:1:3::1]:40000", &[], PASSWORD).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "the network beside it: {}", page.text());
    for nr in 0..10 {
        let peer = if nr % 2 == 0 { "[::ffff:203.0.113.9]:40000" } else { STRANGER };
        app.tries_from(peer, &[], "wrong").await;
    }
    let page = app.tries_from(STRANGER, &[], PASSWORD).await;
    assert!(page.text().contains("Too many attempts."), "{}", page.text());
    let page = app.tries_from("203.0.113.10:40000", &[], PASSWORD).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
}

#[sqlx::test]
async fn wrong_tokens_are_counted_by_the_network_too(pool: PgPool) {
    let mut app = App::new(pool).await;
    // in this minute, and in the next should it begin meanwhile
    app.run_sql(
        "insert into api_calls select 'address 2001:db8:1:2::/64', date_trunc('minute', now()) + n * interval '1 minute', 60
         from generate_series(0, 1) n",
    )
    .await;
    for (peer, answer) in [
        ("[2001:db8:1:2:5::6]:40000", StatusCode::TOO_MANY_REQUESTS),
        ("[2001:db8:1:3:5::6]:40000", StatusCode::UNAUTHORIZED),
    ] {
        let peer: SocketAddr = peer.parse().unwrap();
        let guess = Request::get("/api/v1/customers").header(header::AUTHORIZATION, "Bearer cw_guess");
        let guess = guess.extension(ConnectInfo(peer)).body(Body::empty()).unwrap();
        assert_eq!(app.send(guess).await.status, answer, "{peer}");
    }
}
