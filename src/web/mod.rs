//! The pages. A handler reads the posted texts, parses them at the door, asks `crm` and `jobs`, and fills one struct
//! that one template shows.
//!
//! **Owns** routes, sessions' cookies, protection against cross-site requests, security headers, what an error looks
//! like. **Invariants:** a state change is a POST; every page but sign-in, set-up, health and the assets asks
//! [`access`] who is there; every page works without JavaScript. Programs are answered by [`api`], which knows no cookie.

mod access;
mod accounts;
mod alerts;
mod api;
mod assets;
mod audit;
mod audited;
mod carts;
mod channels;
mod chart;
mod client;
mod conflicts;
mod contacts;
mod credit_memos;
mod customers;
mod dashboard;
mod desk;
mod error;
mod failed_records;
mod form;
mod grid;
mod health;
mod help;
mod home;
mod integrations;
mod invitation;
mod jobs;
mod live;
mod look;
mod mailing;
mod metrics;
mod money;
mod newsletter;
mod orders;
mod page;
mod password;
mod password_resets;
mod personal_data;
mod profile;
mod reached;
mod reports;
mod sale;
mod search;
mod server;
mod session;
mod settings;
mod setup;
mod shell;
mod shown;
mod sign_in;
mod teams;
mod users;
mod view;
mod views;
mod webhooks;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::routing::{get, post};
use axum::{Router, middleware};
use secrecy::SecretString;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::classify::ServerErrorsFailureClass;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::csrf::CsrfLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::Duration as CookieTime;
use tower_sessions::{Expiry, SessionManagerLayer};

pub use self::server::{Limits, serve};
use crate::base::proxies::Proxies;
use crate::base::vault::Vault;
use crate::crm::settings::{SYNC_INTERVAL, Settings};
use crate::crm::users::Passwords;
use crate::magento::PrivateAddresses;

/// What every page may use.
#[derive(Clone)]
pub struct Web {
    /// The database.
    pub pool: PgPool,
    /// Seals and opens secrets.
    pub vault: Arc<Vault>,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
    /// May stores be at private addresses?
    pub private_addresses: PrivateAddresses,
    /// Seconds between syncs where an integration sets nothing else: as the process was started.
    pub sync_interval: i32,
    /// A flag or the environment set that; no setting changes it.
    pub sync_fixed: bool,
    /// Is the CRM reached over HTTPS? Then its cookies travel over nothing else.
    pub https: bool,
    /// How people reach the CRM, for links that are handed on; absent: as whoever asks reaches it.
    pub base_url: Option<String>,
    /// A word for the sign-in page, such as a demo's login.
    pub welcome: Option<String>,
    /// Who is believed when they say for whom they ask.
    pub proxies: Proxies,
    /// Opens the figures of `/metrics` to whoever has it.
    pub metrics_token: Option<SecretString>,
    /// The process is to stop: it is not ready any more, and what is watched ends, to be looked for at another process.
    pub closing: CancellationToken,
}

impl Web {
    /// What every page needs, with everything else as it is where nobody sets anything.
    #[must_use]
    pub fn new(pool: PgPool, vault: Arc<Vault>, passwords: Passwords) -> Self {
        Self {
            pool,
            vault,
            passwords,
            private_addresses: PrivateAddresses::Refused,
            sync_interval: USUAL_INTERVAL,
            sync_fixed: false,
            https: false,
            base_url: None,
            welcome: None,
            proxies: Proxies::default(),
            metrics_token: None,
            closing: CancellationToken::new(),
        }
    }

    /// Seconds between syncs where an integration sets nothing else: as set now.
    ///
    /// # Errors
    /// From the database.
    pub async fn interval(&self) -> Result<i32, sqlx::Error> {
        if self.sync_fixed {
            return Ok(self.sync_interval);
        }
        Ok(Settings::load(&self.pool).await?.small(&SYNC_INTERVAL) * 60)
    }
}

/// Seconds between syncs that nobody set.
const USUAL_INTERVAL: i32 = 300;

/// Nobody types more than this into a form; above it nothing can be shown back.
const LARGEST_FORM: usize = 8 * 1024 * 1024;

/// Nothing but what is ours: no inline script or style, no frame around us, no other host.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// All pages.
pub fn router(web: Web) -> Router {
    let sessions = SessionManagerLayer::new(session::PgSessions::new(web.pool.clone()))
        // over HTTPS a name that no other host of the domain and no plain page can give a cookie
        .with_name(if web.https { "__Host-cartwright" } else { "cartwright" })
        .with_secure(web.https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(CookieTime::days(7)));
    let of_strangers = Router::new()
        .route("/login", get(sign_in::show).post(sign_in::create))
        .route("/login/code", get(sign_in::code::show).post(sign_in::code::create))
        .route("/setup", get(setup::show).post(setup::create))
        .merge(invitation::routes())
        .merge(password::routes())
        .merge(password_resets::routes());
    let pages = Router::new()
        .route("/", get(home::show))
        .route("/logout", post(sign_in::end))
        .merge(form::of_strangers(of_strangers))
        .merge(profile::routes())
        .merge(users::routes())
        .merge(teams::routes())
        .merge(channels::routes())
        .merge(integrations::routes())
        .merge(jobs::routes())
        .merge(accounts::routes())
        .merge(contacts::routes())
        .merge(customers::routes())
        .merge(orders::routes())
        .merge(carts::routes())
        .merge(credit_memos::routes())
        .merge(newsletter::routes())
        .merge(reports::routes())
        .merge(conflicts::routes())
        .merge(failed_records::routes())
        .merge(search::routes())
        .merge(desk::routes())
        .merge(personal_data::routes())
        .merge(views::routes())
        .merge(audit::routes())
        .merge(alerts::routes())
        .merge(settings::routes())
        .merge(webhooks::routes())
        .merge(api::help_routes())
        .merge(help::routes())
        .fallback(error::nothing_here)
        .layer(CsrfLayer::new())
        .layer(middleware::from_fn_with_state(web.clone(), error::show))
        .layer(middleware::from_fn(look::follow))
        // what a page shows is not for whoever sits here after the sign-out
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
        .layer(sessions.clone())
        .layer(DefaultBodyLimit::max(LARGEST_FORM));
    // what a machine asks for is answered in words, not with a page
    let figures = Router::new().route("/metrics", get(metrics::show)).layer(sessions);
    // the steps of a check are read as they come, not when a buffer is full
    let at_once = NotForContentType::new("application/x-ndjson");
    Router::new()
        .merge(pages)
        .merge(figures)
        .merge(api::routes())
        .route("/static/{version}/{*path}", get(assets::show))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .layer(
            ServiceBuilder::new()
                .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
                .layer(TraceLayer::new_for_http().make_span_with(span).on_failure(failed))
                .layer(PropagateRequestIdLayer::x_request_id())
                .layer(header_always(header::CONTENT_SECURITY_POLICY, CSP))
                .layer(header_always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
                .option_layer(
                    web.https.then(|| header_always(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000")),
                )
                .layer(header_always(header::REFERRER_POLICY, "same-origin"))
                .layer(header_always(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"))
                .layer(header_always(
                    HeaderName::from_static("permissions-policy"),
                    "camera=(), microphone=(), geolocation=()",
                ))
                .layer(
                    // the tests build with more ways to compress than we have, and should get what browsers get
                    CompressionLayer::new()
                        .no_br()
                        .no_deflate()
                        .compress_when(DefaultPredicate::new().and(at_once)),
                )
                .layer(CatchPanicLayer::custom(error::panicked)),
        )
        .layer(middleware::from_fn(metrics::measured))
        .layer(middleware::from_fn_with_state(web.clone(), client::find))
        .with_state(web)
}

fn header_always(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}

/// A 503 is for a while, and whoever answers with it has said why: a planned restart is no error.
fn failed(failure: ServerErrorsFailureClass, latency: Duration, _: &tracing::Span) {
    if !matches!(failure, ServerErrorsFailureClass::StatusCode(StatusCode::SERVICE_UNAVAILABLE)) {
        tracing::error!(classification = %failure, ?latency, "response failed");
    }
}

/// Path only: a query may hold a one-time token.
fn span<B>(request: &axum::http::Request<B>) -> tracing::Span {
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::info_span!("request", request_id = id, method = %request.method(), path = request.uri().path())
}
