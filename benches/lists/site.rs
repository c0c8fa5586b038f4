//! The pages over one database, and somebody who asks for them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use cartwright::base::email::Email;
use cartwright::base::vault::{MasterKey, Vault};
use cartwright::crm::users::{self, NewUser, Password, Passwords, Role};
use cartwright::web::{self, Web};
use futures_util::StreamExt;
use http_body_util::BodyExt;
use secrecy::SecretString;
use sqlx::PgPool;
use tower::ServiceExt;

use super::pages::Page;

/// Each page is asked for so often; the median counts.
const TIMES: usize = 7;
const PASSWORD: &str = "correct horse battery";
/// Seals nothing here.
const KEY: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff1";

/// The pages, and the cookie of somebody who is signed in.
pub(super) struct Site {
    pages: Router,
    cookie: String,
}

impl Site {
    pub(super) async fn open(pool: &PgPool) -> anyhow::Result<Self> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let key = MasterKey::parse(KEY).context("a key")?;
        let passwords = Passwords::new()?;
        // Somebody of this run: the database may have served another before.
        let address = format!("bench-{}@example.org", std::process::id());
        let email = Email::parse(&address).map_err(|_| anyhow::anyhow!("an address"))?;
        let password = Password::parse(&SecretString::from(PASSWORD), "Bench", &address)
            .map_err(|_| anyhow::anyhow!("a password"))?;
        let user = NewUser { name: "Bench".to_owned(), email, role: Role::Administrator, password };
        users::save_user(&mut *pool.acquire().await?, &passwords, &user).await?;
        let pages = web::router(Web::new(pool.clone(), Arc::new(Vault::new(key)), passwords));
        let form = format!("email={}&password=correct+horse+battery", address.replace('@', "%40"));
        let signing_in = Request::post("/login")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form))?;
        let answer = pages.clone().oneshot(signing_in).await?;
        let cookie = answer.headers().get(header::SET_COOKIE).context("a cookie")?.to_str()?;
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(Self { pages, cookie })
    }

    /// The address of a page; of a deep one, as its links would have it after half of the rows.
    pub(super) async fn deep(&self, page: &Page, customers: u32) -> anyhow::Result<String> {
        let Some(value) = page.deep else { return Ok(page.path.clone()) };
        let value = value(customers);
        Ok(format!("{}&from=after.{}.v{}", page.path, customers / 2, value.replace(' ', "+")))
    }

    /// How long a page takes.
    pub(super) async fn time(&self, path: &str) -> anyhow::Result<Duration> {
        let mut times = Vec::new();
        for _ in 0..TIMES {
            let began = Instant::now();
            let answer = self.ask(path).await?;
            let html = answer.into_body().collect().await?.to_bytes();
            times.push(began.elapsed());
            let html = String::from_utf8_lossy(&html);
            ensure!(!html.contains("grid-note"), "{path} asks what the list has not");
        }
        times.sort_unstable();
        Ok(times[TIMES / 2])
    }

    /// Reads a CSV and keeps nothing of it: its lines, its time, and by how much the peak of this process' memory rose.
    pub(super) async fn csv(&self, path: &str) -> anyhow::Result<(usize, Duration, u64)> {
        std::fs::write("/proc/self/clear_refs", "5")?;
        let before = peak_kb()?;
        let began = Instant::now();
        let mut pieces = self.ask(path).await?.into_body().into_data_stream();
        let mut lines = 0;
        while let Some(piece) = pieces.next().await {
            lines += piece?.iter().filter(|byte| **byte == b'\n').count();
        }
        Ok((lines, began.elapsed(), peak_kb()?.saturating_sub(before)))
    }

    async fn ask(&self, path: &str) -> anyhow::Result<Response> {
        let request = Request::get(path).header(header::COOKIE, &self.cookie).body(Body::empty())?;
        let answer = self.pages.clone().oneshot(request).await?;
        ensure!(answer.status() == StatusCode::OK, "{path}: {}", answer.status());
        Ok(answer)
    }
}

/// The most memory that this process had since it was last asked to forget that.
fn peak_kb() -> anyhow::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("VmHWM")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}
