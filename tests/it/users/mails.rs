//! Links that go out by e-mail: an invitation, a new password. Nobody learns from it who works here.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use sqlx::PgPool;

use crate::support::{App, MailServer, Manner, PASSWORD, Page, with};

async fn app(pool: PgPool, server: &MailServer) -> App {
    let mut app = App::set(pool, |web| web.base_url = Some("https://crm.example.org/".to_owned())).await;
    app.add_user("Ada Lovelace", "ada@example.org", Role::Administrator).await;
    app.sign_in("ada@example.org").await;
    let port = server.port.to_string();
    let fields = [
        ("shown", ""),
        ("smtp-host", "127.0.0.1"),
        ("smtp-port", port.as_str()),
        ("smtp-tls", "none"),
        ("smtp-from", "crm@example.org"),
    ];
    assert_eq!(app.post("/settings/mail", &fields).await.status, StatusCode::SEE_OTHER);
    app
}

/// The link in a mail, as a path; long lines of a mail are broken with "=".
fn path_of(mail: &str, at: &str) -> String {
    let whole = mail.replace("=\r\n", "").replace("=\n", "").replace("=3D", "=");
    let link =
        whole.split(&format!("https://crm.example.org{at}")).nth(1).unwrap_or_else(|| panic!("{whole}"));
    format!("{at}{}", link.split_whitespace().next().unwrap())
}

#[sqlx::test]
async fn an_invitation_goes_out_by_mail_with_the_address_that_is_set(pool: PgPool) {
    let server = MailServer::start(Manner::Kind).await;
    let mut app = app(pool, &server).await;
    let shown = app.post("/users", &[("email", "grace@example.org"), ("role", "sales")]).await;
    assert!(shown.text().contains("on its way to them by e-mail, too"), "{}", shown.text());
    app.drain_jobs().await;
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(app.get(&path_of(&mails[0], "/invitation?token=")).await.status, StatusCode::OK);
}

#[sqlx::test]
async fn whoever_forgot_their_password_gets_a_link_and_a_stranger_the_same_answer(pool: PgPool) {
    let server = MailServer::start(Manner::Kind).await;
    let app = app(pool, &server).await;
    let mut visitor = app.another_visitor();
    assert!(visitor.get("/login").await.html.contains("href=\"/password-resets\""));
    let answer = |page: Page, email: &str| (page.status, page.text().replace(email, "X"));
    let known = visitor.post("/password-resets", &[("email", "ADA@example.org")]).await;
    let unknown = visitor.post("/password-resets", &[("email", "eve@example.org")]).await;
    assert_eq!(answer(known, "ADA@example.org"), answer(unknown, "eve@example.org"));
    app.drain_jobs().await;
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    assert!(
        visitor.get(&path_of(&mails[0], "/password?token=")).await.text().contains("Hello Ada Lovelace.")
    );
    visitor.post("/password-resets", &[("email", "no address")]).await.blames("email");
    app.run_sql("update users set disabled_at = now()").await;
    visitor.post("/password-resets", &[("email", "ada@example.org")]).await;
    assert_eq!(app.count("select count(*) from notices").await, 1, "who is out gets none");
}

#[sqlx::test]
async fn the_former_address_is_told_of_the_new_one(pool: PgPool) {
    let server = MailServer::start(Manner::Kind).await;
    let mut app = app(pool, &server).await;
    app.add_user("Grace", "grace@example.org", Role::Sales).await;
    let page = app.get("/users/2/edit").await;
    let (to, fields) = page.form("Save");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (&**key, &**value)).collect();
    let moved = app.post(&to, &with(&fields, "email", "hopper@example.org")).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER);
    app.drain_jobs().await;
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    assert!(
        mails[0].contains("grace@example.org") && mails[0].contains("hopper@example.org"),
        "{}",
        mails[0]
    );
}

#[sqlx::test]
async fn whoever_gets_in_by_something_else_from_now_on_is_told_so(pool: PgPool) {
    let server = MailServer::start(Manner::Kind).await;
    let mut app = app(pool, &server).await;
    let new = "quite another sentence";
    let typed = [("current-password", PASSWORD), ("new-password", new)];
    assert_eq!(app.post("/profile/password", &typed).await.status, StatusCode::SEE_OTHER);
    let off = app.post("/profile/two-factor/removal", &[("current-password", new)]).await;
    assert_eq!(off.status, StatusCode::SEE_OTHER);
    let token = [("name", "Export"), ("reach", "read"), ("good-for", "90"), ("current-password", new)];
    assert_eq!(app.post("/profile/tokens", &token).await.status, StatusCode::OK);
    app.drain_jobs().await;
    let mails = server.mails().join("\n");
    for told in [
        "To: ada@example.org",
        "Hello Ada Lovelace",
        "You have a new password",
        "No code is asked for",
        "There is a new API token",
    ] {
        assert!(mails.contains(told), "{told}: {mails}");
    }
    assert!(!mails.contains(new), "{mails}");
}

#[sqlx::test]
async fn links_are_not_asked_for_without_end(pool: PgPool) {
    let server = MailServer::start(Manner::Kind).await;
    let app = app(pool, &server).await;
    let mut visitor = app.another_visitor();
    for email in ["ada@example.org", "eve@example.org"] {
        for _ in 0..10 {
            assert_eq!(visitor.post("/password-resets", &[("email", email)]).await.status, StatusCode::OK);
        }
        let more = visitor.post("/password-resets", &[("email", email)]).await;
        assert!(more.blames("email").contains("Wait 15 minutes"), "{}", more.text());
    }
    visitor.sign_in("ada@example.org").await;
    app.drain_jobs().await;
}

#[sqlx::test]
async fn without_mail_the_page_says_whom_to_ask(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let mut visitor = app.another_visitor();
    for page in [
        visitor.get("/password-resets").await,
        visitor.post("/password-resets", &[("email", "ada@example.org")]).await,
    ] {
        assert!(page.text().contains("Ask an administrator"), "{}", page.text());
    }
    let shown = app.post("/users", &[("email", "grace@example.org"), ("role", "sales")]).await;
    assert!(!shown.text().contains("by e-mail, too"));
    app.drain_jobs().await;
}
