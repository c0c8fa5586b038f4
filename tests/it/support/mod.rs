//! What the tests stand on: an application over a database of its own, asked as a browser asks it, and a store.

mod agreement;
mod figures;
mod history;
mod page;
mod pair;
mod process;
mod program;
mod sales;
mod sinks;
mod visitor;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, Response, StatusCode, header};
use cartwright::base::db;
use cartwright::base::email::Email;
use cartwright::base::vault::{MasterKey, Vault};
use cartwright::chores::{AssignJob, TagJob};
use cartwright::crm::users::{self, NewUser, Password, Passwords, Role};
use cartwright::jobs::{Job, Workers};
use cartwright::magento::PrivateAddresses;
use cartwright::notify::{DeliveryJob, NoticeJob};
use cartwright::simulator::{Options, Simulator};
use cartwright::sync::clearing::ClearingJob;
use cartwright::sync::preview::PreviewJob;
use cartwright::sync::records::RecordJob;
use cartwright::sync::{self, Patience, SyncJob};
use cartwright::web::{self, Web};
use http_body_util::BodyExt;
use secrecy::SecretString;
use sqlx::PgPool;
use tower::ServiceExt;

pub(crate) use history::{access_denied, internal_error, little};
pub(crate) use page::Page;
pub(crate) use pair::{Pair, in_a_hurry, ours, settings_with, until, wanted};
pub(crate) use process::{Directory, Process, cartwright, pool_of, url};
pub(crate) use program::Program;
pub(crate) use sinks::{MailServer, Manner, WebhookSink};
pub(crate) use visitor::Visitor;

/// The password of everybody in the tests.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// The key that seals secrets in the tests, for processes that open what a test sealed.
pub(crate) const SECRET_KEY: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff1";

/// An application, and somebody in front of it.
pub(crate) struct App {
    pub(crate) pool: PgPool,
    pub(crate) web: Web,
    pages: Router,
    cookie: Option<String>,
}

impl App {
    /// The application over the test's database; nobody is signed in.
    pub(crate) async fn new(pool: PgPool) -> Self {
        Self::set(pool, |_| {}).await
    }

    /// The same with other settings.
    ///
    /// It has a pool as the program has it, not the one that the test was given: that one would keep a transaction whose
    /// beginner went away before the answer.
    pub(crate) async fn set(given: PgPool, change: impl FnOnce(&mut Web)) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let pool = db::pool(given.options().get_max_connections())
            .connect_lazy_with((*given.connect_options()).clone());
        let vault = Arc::new(Vault::new(MasterKey::parse(SECRET_KEY).unwrap()));
        let mut web = Web::new(pool.clone(), vault, Passwords::new().unwrap());
        web.private_addresses = PrivateAddresses::Allowed;
        change(&mut web);
        Self { pool, pages: web::router(web.clone()), web, cookie: None }
    }

    /// The application with an administrator in front of it.
    pub(crate) async fn as_administrator(pool: PgPool) -> Self {
        let mut app = Self::new(pool).await;
        app.add_user("Ada Lovelace", "ada@example.org", Role::Administrator).await;
        app.sign_in("ada@example.org").await;
        app
    }

    /// Somebody else in front of the same application, not signed in.
    pub(crate) fn another_visitor(&self) -> Self {
        Self { pool: self.pool.clone(), web: self.web.clone(), pages: self.pages.clone(), cookie: None }
    }

    /// Somebody with this role, signed in beside whoever is there already.
    pub(crate) async fn colleague(&self, role: Role) -> Self {
        let email = format!("{}@example.org", role.key());
        self.add_user(&format!("Some {}", role.word()), &email, role).await;
        let mut colleague = self.another_visitor();
        colleague.sign_in(&email).await;
        colleague
    }

    /// Adds a user with [`PASSWORD`].
    pub(crate) async fn add_user(&self, name: &str, email: &str, role: Role) -> i64 {
        let email = Email::parse(email).unwrap();
        let password = Password::parse(&SecretString::from(PASSWORD), name, email.as_str()).unwrap();
        let user = NewUser { name: name.to_owned(), email, role, password };
        let mut db = self.pool.acquire().await.unwrap();
        users::save_user(&mut db, &self.web.passwords, &user).await.unwrap()
    }

    /// Signs in through the page.
    pub(crate) async fn sign_in(&mut self, email: &str) {
        let page = self.post("/login", &[("email", email), ("password", PASSWORD)]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    }

    /// Asks for a page.
    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Asks for a page with one more header.
    pub(crate) async fn get_with(&mut self, path: &str, name: &'static str, value: &str) -> Page {
        self.send(Request::get(path).header(name, value).body(Body::empty()).unwrap()).await
    }

    /// Posts a form by the names of its fields.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.post_with(path, fields, &[]).await
    }

    /// The same with more headers.
    pub(crate) async fn post_with(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Presses the button with this name, as a browser does, and goes where that leads.
    pub(crate) async fn press(&mut self, page: &Page, button: &str) -> Page {
        let (action, fields) = page.form(button);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
        let answer = self.post(&action, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        self.follow(&answer).await
    }

    /// Goes where the last answer leads.
    pub(crate) async fn follow(&mut self, page: &Page) -> Page {
        let to = page.location().to_owned();
        self.get(&to).await
    }

    /// Asks for something as browsers do, compressed: what comes, as it comes.
    pub(crate) async fn get_compressed(&self, path: &str) -> Vec<u8> {
        let request = Request::get(path)
            .header(header::ACCEPT_ENCODING, "gzip, deflate, br, zstd")
            .header(header::COOKIE, self.cookie.as_deref().unwrap_or_default());
        let answer = self.pages.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.headers()[header::CONTENT_ENCODING], "gzip", "{path}");
        answer
            .into_body()
            .collect()
            .await
            .unwrap_or_else(|problem| panic!("{path}: {problem}"))
            .to_bytes()
            .to_vec()
    }

    /// Asks for something and reads nothing of it yet.
    pub(crate) async fn begin(&self, path: &str) -> Response<Body> {
        let cookie = self.cookie.as_deref().unwrap_or_default();
        let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty());
        self.pages.clone().oneshot(request.unwrap()).await.unwrap()
    }

    /// Sends a request with the visitor's cookie and keeps the one that comes back.
    pub(crate) async fn send(&mut self, mut request: Request<Body>) -> Page {
        if let Some(cookie) = &self.cookie {
            request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
        }
        let path = request.uri().to_string();
        let answer = self.pages.clone().oneshot(request).await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        if let Some(cookie) = cookie_of(&headers) {
            self.cookie = Some(cookie);
        }
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        Page::new(path, status, headers, String::from_utf8(body.to_vec()).unwrap())
    }

    /// The cookie that the visitor carries.
    pub(crate) fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    /// What the schedule would queue now, done to its end. A test that leaves a job behind fails.
    pub(crate) async fn drain_jobs(&self) {
        sync::queue_what_is_due(&self.pool, 300).await.unwrap();
        self.workers("worker").drain().await.unwrap();
        let left =
            sqlx::query_scalar::<_, i64>("select count(*) from jobs where status in ('queued', 'running')");
        assert_eq!(left.fetch_one(&self.pool).await.unwrap(), 0, "jobs were left behind");
    }

    /// Workers as a process has them, but in a hurry after trouble.
    pub(crate) fn workers(&self, name: &str) -> Workers {
        self.workers_over(self.pool.clone(), name, in_a_hurry())
    }

    /// Workers of another process, with these waits.
    pub(crate) fn workers_over(&self, pool: PgPool, name: &str, patience: Patience) -> Workers {
        let (vault, addresses) = (|| Arc::clone(&self.web.vault), PrivateAddresses::Allowed);
        let sync = SyncJob::new(vault(), addresses).with_patience(patience);
        let preview = PreviewJob::new(vault(), addresses).with_patience(patience);
        let record = RecordJob::new(vault(), addresses).with_patience(patience);
        let notice = NoticeJob::new(vault(), self.web.private_addresses);
        let delivery = DeliveryJob::new(vault(), self.web.private_addresses);
        let jobs: Vec<Arc<dyn Job>> = vec![
            Arc::new(sync),
            Arc::new(preview),
            Arc::new(record),
            Arc::new(ClearingJob),
            Arc::new(notice),
            Arc::new(delivery),
            Arc::new(AssignJob),
            Arc::new(TagJob),
        ];
        Workers::new(pool, jobs, name, 2, Duration::from_secs(15))
    }

    /// Whoever was at work is dead, and nobody waits until its leases and its places at stores run out. What it still had on
    /// its way to the database, a heartbeat above all, may arrive after this: it finds another token.
    pub(crate) async fn bury_the_dead(&self) {
        self.run_sql("update jobs set token = token + 1, lease_until = now() where status = 'running'").await;
        self.run_sql("update store_calls set expires_at = now()").await;
    }

    /// Creates a Magento channel on this store through the pages, checked and done; returns the integration's id.
    pub(crate) async fn connect(&mut self, store: &Simulator, options: &Options, name: &str) -> i64 {
        self.connect_with(&settings(store, options, name), "all", name).await
    }

    /// The same with these settings and this website.
    pub(crate) async fn connect_with(
        &mut self,
        form: &[(&'static str, String)],
        website: &str,
        name: &str,
    ) -> i64 {
        let fields: Vec<(&str, &str)> = form.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let new = "/channels/new/integration";
        let checked = self.post(new, &with(&fields, "action", "check")).await;
        assert_eq!(checked.status, StatusCode::OK, "{}", checked.text());
        assert!(checked.text().contains("Connected."), "{}", checked.text());
        let done = self.post(new, &with(&with(&fields, "website", website), "action", "done")).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        let entities =
            ["order", "cart", "credit-memo", "newsletter-subscriber"].map(|entity| ("entities", entity));
        let channel = [("name", name), ("channel-type", "magento"), ("channel-type-shown", "1")];
        let channel: Vec<(&str, &str)> = channel.into_iter().chain(entities).collect();
        let saved = self.post("/channels", &channel).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
        sqlx::query_scalar("select max(id) from integrations").fetch_one(&self.pool).await.unwrap()
    }

    /// Everything that stands in the database, as text; bytes in hexadecimal.
    pub(crate) async fn database(&self) -> String {
        let tables = "select tablename::text from pg_tables where schemaname = 'public'";
        let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&self.pool).await.unwrap();
        let mut all = String::new();
        for table in tables {
            let sql = format!("select coalesce(string_agg(t::text, ' '), '') from {table} t");
            let rows = sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(sql));
            all.push_str(&rows.fetch_one(&self.pool).await.unwrap());
        }
        all
    }

    /// Deletes a channel by its page: its name is typed, and a job does it.
    pub(crate) async fn delete_channel(&mut self, name: &str) {
        let sql = "select id from channels where name = $1 and clearing is null";
        let id: i64 = sqlx::query_scalar(sql).bind(name).fetch_one(&self.pool).await.unwrap();
        let deleted = self.post(&format!("/channels/{id}/deletion"), &[("name", name)]).await;
        assert_eq!(deleted.location(), "/channels", "{}", deleted.text());
        self.drain_jobs().await;
    }

    /// One value out of the database.
    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.unwrap()
    }

    /// One text out of the database.
    pub(crate) async fn text(&self, sql: &'static str) -> String {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.unwrap()
    }

    /// Changes something behind the application's back.
    pub(crate) async fn run_sql(&self, sql: &'static str) {
        sqlx::query(sql).execute(&self.pool).await.unwrap();
    }
}

/// The settings of an integration with this store, as the form's fields.
pub(crate) fn settings(store: &Simulator, options: &Options, name: &str) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("name", format!("{name} Store")),
        ("soap-wsdl-url", store.wsdl_url()),
        ("soap-api-user", options.api_user.clone()),
        ("soap-api-key", options.api_key.clone()),
        ("sync-start-date", "2007-01-01".to_owned()),
        ("default-owner", "1".to_owned()),
        // as a browser sends what is checked by itself
        ("guest-customer-sync", "on".to_owned()),
        ("import-order-comments-as-order-notes", "on".to_owned()),
    ];
    if options.wsi {
        fields.push(("ws-i-compliance", "on".to_owned()));
    }
    fields
}

/// A store that has customers and nothing else.
pub(crate) fn only_customers() -> Options {
    Options { orders: Some(0), carts: Some(0), subscribers: Some(0), ..Options::default() }
}

/// The fields with one of them set.
pub(crate) fn with<'a>(
    fields: &[(&'a str, &'a str)],
    name: &'a str,
    value: &'a str,
) -> Vec<(&'a str, &'a str)> {
    let mut fields: Vec<_> = fields.iter().copied().filter(|(key, _)| *key != name).collect();
    fields.push((name, value));
    fields
}

fn cookie_of(headers: &HeaderMap) -> Option<String> {
    let cookie = headers.get(header::SET_COOKIE)?.to_str().ok()?;
    Some(cookie.split(';').next()?.to_owned())
}
