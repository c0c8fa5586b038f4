//! What surrounds every page: headers, cookies, protection against other sites, apologies.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use cartwright::crm::users::Role;
use sqlx::PgPool;

use crate::support::{App, PASSWORD, Page};

fn is_guarded(page: &Page) {
    let header =
        |name: &str| page.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let csp = header("content-security-policy");
    for rule in [
        "default-src 'none'",
        "script-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(csp.contains(rule), "{}: {csp}", page.path);
    }
    assert!(!csp.contains("unsafe"), "{}: {csp}", page.path);
    assert_eq!(header("x-content-type-options"), "nosniff", "{}", page.path);
    assert_eq!(header("referrer-policy"), "same-origin", "{}", page.path);
    assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{}", page.path);
    assert!(header("permissions-policy").contains("camera=()"), "{}", page.path);
    assert!(!header("x-request-id").is_empty(), "{}", page.path);
    for inline in [" style=\"", "<style", " onclick=", "javascript:", "<script>"] {
        assert!(!page.html.contains(inline), "{} holds {inline}, which the policy blocks", page.path);
    }
}

#[sqlx::test]
async fn no_answer_leaves_without_the_headers_that_guard_it(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let mut stranger = app.another_visitor();
    let css = app.get("/login").await;
    is_guarded(&css);
    for path in [
        "/",
        "/customers",
        "/channels",
        "/channels/new",
        "/channels/new/integration",
        "/integrations",
        "/jobs",
        "/nothing",
        "/jobs/9",
    ] {
        is_guarded(&app.get(path).await);
        is_guarded(&stranger.get(path).await);
    }
    for path in ["/login", "/setup", "/healthz", "/readyz", "/static/x/app.css", "/static/x/none.css"] {
        is_guarded(&stranger.get(path).await);
    }
    is_guarded(&app.post("/channels", &[]).await);
    is_guarded(&app.post_with("/channels", &[], &[("sec-fetch-site", "cross-site")]).await);
    is_guarded(&app.post("/login", &[("email", &"x".repeat(9_000_000))]).await);
}

#[sqlx::test]
async fn a_form_that_another_site_sends_in_our_name_changes_nothing(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let channel = [("name", "Theirs"), ("channel-type", "custom"), ("channel-type-shown", "1")];
    for headers in [
        [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("host", "crm.example.org")],
        [
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example.org"),
            ("host", "crm.example.org"),
        ],
        [
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://crm.example.org"),
            ("host", "crm.example.org"),
        ],
        [("origin", "https://evil.example"), ("host", "crm.example.org"), ("x-a", "b")],
        [("origin", "null"), ("host", "crm.example.org"), ("x-a", "b")],
        [("origin", "https://crm.example.org.evil.example"), ("host", "crm.example.org"), ("x-a", "b")],
    ] {
        for path in ["/channels", "/logout", "/login"] {
            let page = app.post_with(path, &channel, &headers).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
            assert!(
                page.text().contains("This came from another site"),
                "{path} {headers:?}: {}",
                page.text()
            );
            assert!(!page.text().contains("Ada"), "who is signed in is shown to another site's form");
        }
    }
    assert_eq!(app.count("select count(*) from channels").await, 0);
    assert_eq!(app.get("/channels").await.status, StatusCode::OK, "still signed in");
    let own = [
        ("sec-fetch-site", "same-origin"),
        ("origin", "https://crm.example.org"),
        ("host", "crm.example.org"),
    ];
    assert_eq!(app.post_with("/channels", &channel, &own).await.status, StatusCode::SEE_OTHER);
    let follow = app.get_with("/channels", "sec-fetch-site", "cross-site").await;
    assert_eq!(follow.status, StatusCode::OK, "a link from a mail may be followed");
}

#[sqlx::test]
async fn no_script_and_no_other_site_can_use_the_cookie(pool: PgPool) {
    let login = [("email", "ada@example.org"), ("password", PASSWORD)];
    for https in [false, true] {
        let mut app = App::set(pool.clone(), |web| web.https = https).await;
        if !https {
            app.add_user("Ada Lovelace", "ada@example.org", Role::Administrator).await;
        }
        let page = app.post("/login", &login).await;
        let cookie = page.headers[header::SET_COOKIE].to_str().unwrap();
        let marks: Vec<&str> = cookie.split("; ").skip(1).collect();
        assert!(
            marks.contains(&"HttpOnly") && marks.contains(&"SameSite=Lax") && marks.contains(&"Path=/"),
            "{cookie}"
        );
        assert_eq!(marks.contains(&"Secure"), https, "{cookie}");
        assert!(!marks.iter().any(|mark| mark.starts_with("Domain")), "{cookie}");
        assert_eq!(cookie.starts_with("__Host-"), https, "{cookie}");
        let stays_encrypted = page.headers.get(header::STRICT_TRANSPORT_SECURITY).is_some();
        assert_eq!(stays_encrypted, https, "{:?}", page.headers);
    }
}

#[sqlx::test]
async fn a_stolen_database_opens_no_session_and_shows_no_password(pool: PgPool) {
    let app = App::as_administrator(pool).await;
    let cookie = app.cookie().unwrap().split('=').nth(1).unwrap().to_owned();
    let database = app.database().await;
    assert!(!database.contains(&cookie));
    assert!(!database.contains(PASSWORD));
    assert!(database.contains("$argon2id$"));
    assert_eq!(app.count("select length(id_hash)::bigint from sessions").await, 32);
}

#[sqlx::test]
async fn an_address_that_leads_nowhere_is_answered_with_a_page_of_ours(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    for path in [
        "/nothing",
        "/channels/999",
        "/channels/new/nothing",
        "/integrations/999",
        "/integrations/999/edit",
        "/jobs/999",
        "/jobs/999/events",
        "/customers/999",
        "/customers/-1",
        "/customers/abc",
        "/customers/99999999999999999999",
        "/channels/%00",
        "/integrations/1%27%20or%201=1",
        "/jobs/1.5",
        "/%3Cscript%3Ealert(1)%3C/script%3E",
    ] {
        let page = app.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.html.contains("aria-label=\"Main\""), "{path} stands outside the shell");
        assert!(page.text().contains("Nothing at this address"), "{path}");
        assert!(!page.html.contains("<script>alert"), "{path}");
    }
    let mut stranger = app.another_visitor();
    let page = stranger.get("/nothing").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(!page.html.contains("aria-label=\"Main\""), "a stranger sees no navigation");
}

#[sqlx::test]
async fn a_method_that_a_page_does_not_know_is_as_good_as_no_page(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    for (method, path) in [
        ("POST", "/"),
        ("POST", "/customers"),
        ("DELETE", "/channels"),
        ("PUT", "/channels/1"),
        ("GET", "/logout"),
        ("GET", "/integrations/1/jobs"),
        ("GET", "/jobs/1/cancellation"),
        ("GET", "/channels/1/activation"),
    ] {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let page = app.send(request).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{method} {path}");
        assert!(page.text().contains("Nothing at this address"), "{method} {path}");
    }
}

#[sqlx::test]
async fn a_form_larger_than_anybody_types_is_refused_with_a_page_that_says_so(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let huge = "x".repeat(9_000_000);
    for path in ["/channels", "/channels/new/integration", "/login"] {
        let page = app.post(path, &[("name", huge.as_str())]).await;
        assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        assert!(page.text().contains("That was too much at once"), "{path}: {:.300}", page.text());
    }
}

#[sqlx::test]
async fn a_form_of_more_fields_than_any_has_is_refused(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    for (fields, answer) in
        [(30_000, StatusCode::PAYLOAD_TOO_LARGE), (10_000, StatusCode::UNPROCESSABLE_ENTITY)]
    {
        let request =
            Request::post("/channels").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let page = app.send(request.body(Body::from("a&".repeat(fields))).unwrap()).await;
        assert_eq!(page.status, answer, "{fields}");
    }
}

#[sqlx::test]
async fn a_stranger_sends_small_forms_alone(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let long = "x".repeat(70_000);
    let mut stranger = app.another_visitor();
    for path in ["/login", "/login/code", "/setup", "/password", "/password-resets", "/invitation"] {
        let page = stranger.post(path, &[("email", long.as_str())]).await;
        assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        assert!(page.text().contains("64 KB"), "{path}: {}", page.text());
        assert_ne!(stranger.post(path, &[]).await.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
    let page = app.post("/channels", &[("name", long.as_str())]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "who is signed in");
}

#[sqlx::test]
async fn what_is_no_form_is_refused_as_such_and_a_form_of_garbage_is_an_empty_one(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    for (kind, body, answer) in [
        ("application/json", b"{\"name\":\"x\"}".to_vec(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("multipart/form-data; boundary=x", b"--x\r\n".to_vec(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("text/plain", vec![0, 255, 254], StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("", Vec::new(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (
            "application/x-www-form-urlencoded",
            b"name=%FF%FE&=&&&%".to_vec(),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        ("Application/x-www-form-urlencoded; charset=utf-8", Vec::new(), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let request = Request::post("/channels").header(header::CONTENT_TYPE, kind).body(Body::from(body));
        let page = app.send(request.unwrap()).await;
        assert_eq!(page.status, answer, "{kind}");
    }
    assert_eq!(app.count("select count(*) from channels").await, 0);
}

#[sqlx::test]
async fn the_watchman_is_answered_without_signing_in(pool: PgPool) {
    let mut stranger = App::new(pool).await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(stranger.get(path).await.status, StatusCode::OK, "{path}");
    }
    stranger.pool.close().await;
    assert_eq!(stranger.get("/healthz").await.status, StatusCode::OK, "alive, though");
    assert_eq!(stranger.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE, "not ready");
}
