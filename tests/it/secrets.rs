//! Nothing that is secret stands in a log, on a page, in an error, in the audit, or open in the database: everything that a full
//! run printed, showed and stored is searched for it.

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use cartwright::simulator::{Fault, Options, When};
use sqlx::PgPool;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{App, PASSWORD, Page, Pair, only_customers, settings, with};

const API_KEY: &str = "soap-key-0815-zebra";
const WRONG_KEY: &str = "soap-key-4711-okapi";
const BASIC: &str = "basic-pass-1234-tapir";
const MAIL: &str = "mail-pass-5678-lemur";
const TYPED_WRONG: &str = "sign-in-pass-9012-dingo";

/// Everything that is logged on this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, some: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(some);
        Ok(some.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// What was shown and logged, and what must be in none of it.
#[derive(Default)]
struct Seen {
    texts: Vec<(String, String)>,
    secrets: Vec<(&'static str, String)>,
}

impl Seen {
    fn page(&mut self, page: &Page) {
        self.texts.push((page.path.clone(), page.html.clone()));
    }

    fn is_clean(&self) {
        for (place, text) in &self.texts {
            for (what, secret) in &self.secrets {
                let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
                let at = text.find(secret.as_str()).or_else(|| text.find(&hex));
                if let Some(at) = at {
                    let from = text.floor_char_boundary(at.saturating_sub(200));
                    panic!("{what} stands in {place}: {}", &text[from..text.floor_char_boundary(at + 60)]);
                }
            }
        }
    }
}

/// A store behind a password of its web server, connected by way of a wrong key, synchronized through all sorts of trouble.
async fn work(pair: &mut Pair, seen: &mut Seen, options: &Options) {
    let form = settings(&pair.store, options, "Second");
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let check = with(&with(&form, "action", "check"), "soap-api-key", WRONG_KEY);
    seen.page(&pair.app.post("/channels/new/integration", &check).await);
    seen.page(&pair.app.get("/channels/new/integration").await);
    let (action, shown) = pair.app.get("/integrations/1/edit").await.form("Done");
    let shown: Vec<(&str, &str)> = shown.iter().map(|(name, value)| (&**name, &**value)).collect();
    let edit = with(&with(&shown, "basic-auth-user", "shop"), "basic-auth-password", BASIC);
    let saved = pair.app.post(&action, &edit).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    // stores, and what stands before them, like to repeat what they were sent
    let echo = format!("Access denied for {} with {API_KEY} ({BASIC})", options.api_user);
    for fault in [
        Fault::Soap("2".to_owned(), echo.clone(), 200),
        Fault::Status(403, format!("<h1>{echo}</h1>"), Vec::new()),
        Fault::PlainText(echo.clone()),
        Fault::Cut,
    ] {
        pair.store.clear_scripts();
        pair.store.script(fault, When::always());
        pair.sync().await;
        seen.page(&pair.app.get("/integrations/1").await);
    }
    pair.store.clear_scripts();
    pair.sync().await;
}

/// Somebody tries to sign in, somebody is invited, somebody forgot their password, the mail server has one of its own.
async fn manage(app: &mut App, seen: &mut Seen) {
    let mut stranger = app.another_visitor();
    let typed = [("email", "ada@example.org"), ("password", TYPED_WRONG)];
    seen.page(&stranger.post("/login", &typed).await);
    let invited = app.post("/users", &[("email", "grace@example.org"), ("role", "sales")]).await;
    let link = invited.value_of("link");
    seen.secrets.push(("the invitation's token", link.split('=').nth(1).unwrap().to_owned()));
    let (_, fields) = app.get("/settings").await.form("Save E-mail");
    let shown = fields.into_iter().find(|(name, _)| name == "shown").unwrap().1;
    let mail = [
        ("shown", shown.as_str()),
        ("smtp-host", "127.0.0.1"),
        ("smtp-port", "9"),
        ("smtp-tls", "none"),
        ("smtp-user", "cart"),
        ("smtp-password", MAIL),
        ("smtp-from", "crm@example.org"),
    ];
    seen.page(&app.post("/settings/mail", &mail).await);
    seen.page(&app.post("/settings/mail/tests", &mail).await);
    seen.page(&stranger.post("/password-resets", &[("email", "ada@example.org")]).await);
    app.drain_jobs().await;
}

#[sqlx::test]
async fn nothing_secret_is_printed_shown_or_stored_openly(pool: PgPool) {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let _listening = tracing::subscriber::set_default(subscriber);
    let options = Options { customers: 3, api_key: API_KEY.to_owned(), ..only_customers() };
    let mut pair = Pair::new(pool, options.clone()).await;
    let mut seen = Seen::default();
    work(&mut pair, &mut seen, &options).await;
    manage(&mut pair.app, &mut seen).await;
    for path in [
        "/",
        "/jobs",
        "/jobs/1",
        "/jobs/2",
        "/jobs/3",
        "/audit",
        "/audit/export",
        "/alerts",
        "/settings",
        "/users",
        "/users/1",
        "/profile",
        "/integrations/1/edit",
        "/channels/1",
    ] {
        seen.page(&pair.app.get(path).await);
    }
    let cookie = pair.app.cookie().unwrap().split('=').nth(1).unwrap().to_owned();
    seen.secrets.extend([
        ("the API key", API_KEY.to_owned()),
        ("a mistyped API key", WRONG_KEY.to_owned()),
        ("the web server's password", BASIC.to_owned()),
        ("the mail server's password", MAIL.to_owned()),
        ("a password", PASSWORD.to_owned()),
        ("a mistyped password", TYPED_WRONG.to_owned()),
        ("a session's cookie", cookie),
    ]);
    seen.texts.push(("the database".to_owned(), pair.app.database().await));
    let logged = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(logged.len() > 1000, "it was listened to");
    seen.texts.push(("the log".to_owned(), logged));
    seen.is_clean();
}
