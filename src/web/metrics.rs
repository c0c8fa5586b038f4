//! `GET /metrics`: what this process counted of itself, and how the queue and the stores stand in the database, for Prometheus.

use std::fmt::Write;
use std::time::Instant;

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tracing::warn;

use super::Web;
use super::access::Administrator;
use super::error::PageError;
use crate::base::measure;
use crate::crm::{alerts, changes, channels};
use crate::jobs;
use crate::sync::failed::{self, FailedFilter};

/// Somebody who may read the figures: whoever has the token that the settings name, or an administrator.
pub(super) struct Watcher;

impl FromRequestParts<Web> for Watcher {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        if has_the_token(parts, web) {
            return Ok(Self);
        }
        match Administrator::from_request_parts(parts, web).await {
            Ok(_) => Ok(Self),
            Err(PageError::SignIn) => Err(nobody()),
            Err(PageError::Forbidden | PageError::SecondFactor) => {
                Err((StatusCode::FORBIDDEN, "Only administrators may read the metrics.\n").into_response())
            }
            Err(_) => Err(StatusCode::SERVICE_UNAVAILABLE.into_response()),
        }
    }
}

/// Hashes are compared: how long that takes says nothing of the token, not even its length.
fn has_the_token(parts: &Parts, web: &Web) -> bool {
    let told =
        parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    // a variable that is set to nothing sets no token
    let token = web.metrics_token.as_ref().map(ExposeSecret::expose_secret).filter(|token| !token.is_empty());
    let (Some(told), Some(token)) = (told, token) else { return false };
    Sha256::digest(told.trim()).ct_eq(&Sha256::digest(token)).into()
}

fn nobody() -> Response {
    let words =
        "Sign in as an administrator, or send the token of CARTWRIGHT_METRICS_TOKEN as a bearer token.\n";
    (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, "Bearer")], words).into_response()
}

/// `GET /metrics`
pub(super) async fn show(State(web): State<Web>, _watcher: Watcher) -> Response {
    let standing = standing(&web).await;
    if let Err(problem) = &standing {
        warn!("the database does not say how the queue stands: {problem}");
    }
    let mut text = measure::told();
    gauge(
        &mut text,
        "database_up",
        "Does the database answer?",
        &[("", f64::from(u8::from(standing.is_ok())))],
    );
    pool(&mut text, &web);
    text.push_str(&standing.unwrap_or_default());
    let headers = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    (headers, text).into_response()
}

fn pool(text: &mut String, web: &Web) {
    let idle = web.pool.num_idle();
    let size = usize::try_from(web.pool.size()).unwrap_or(usize::MAX);
    let rows = [("{state=\"idle\"}", exact(idle)), ("{state=\"used\"}", exact(size.saturating_sub(idle)))];
    gauge(text, "pool_connections", "Connections to the database that this process has open.", &rows);
    let most = f64::from(web.pool.options().get_max_connections());
    gauge(text, "pool_connections_most", "Connections that it may open.", &[("", most)]);
    let build = format!("{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
    gauge(text, "build_info", "The version at work.", &[(&build, 1.0)]);
}

/// How things stand for all processes together. Every process says the same of it.
async fn standing(web: &Web) -> Result<String, sqlx::Error> {
    let pool = &web.pool;
    let mut text = String::new();
    queue(&mut text, &jobs::depth(pool).await?);
    let workers = jobs::at_work(pool).await?;
    gauge(&mut text, "workers", "Groups of workers that were heard of lately.", &[("", float(workers))]);
    let failed = failed::count(pool, &FailedFilter::default()).await?;
    gauge(&mut text, "failed_records", "Records that could not be read or stored.", &[("", float(failed))]);
    let open = changes::standing(pool, None).await?;
    gauge(&mut text, "waiting_edits", "Edits that a store does not have yet.", &[("", float(open.pending))]);
    let decisions = [
        ("{kind=\"conflict\"}", float(open.conflicts)),
        ("{kind=\"rejected\"}", float(open.rejected)),
        ("{kind=\"subscription\"}", float(open.subscriptions)),
    ];
    gauge(&mut text, "waiting_decisions", "What waits for a person, by kind.", &decisions);
    let alerts = exact(alerts::open(pool, None).await?.len());
    gauge(&mut text, "alerts_open", "Alerts that are open in the application.", &[("", alerts)]);
    stores(&mut text, &channels::freshness(pool).await?);
    Ok(text)
}

fn queue(text: &mut String, depths: &[jobs::Depth]) {
    let mut rows = Vec::new();
    for depth in depths {
        for (state, amount) in [("due", depth.due), ("later", depth.later), ("running", depth.running)] {
            rows.push((format!("{{kind=\"{}\",state=\"{state}\"}}", depth.kind), float(amount)));
        }
    }
    gauge(text, "queue_jobs", "Jobs that are not over, by kind and state.", &rows);
    let oldest = depths.iter().map(|depth| depth.oldest).fold(0.0, f64::max);
    let words = "Age of the oldest job that could begin and has not.";
    gauge(text, "queue_oldest_seconds", words, &[("", oldest)]);
}

fn stores(text: &mut String, stores: &[channels::Freshness]) {
    let rows = |value: fn(&channels::Freshness) -> f64| {
        let row = |store: &channels::Freshness| (format!("{{integration=\"{}\"}}", store.id), value(store));
        stores.iter().map(row).collect::<Vec<_>>()
    };
    let since = rows(|store| store.seconds);
    gauge(
        text,
        "integration_since_sync_seconds",
        "Time since an integration last brought something.",
        &since,
    );
    let paused = rows(|store| f64::from(u8::from(store.paused)));
    gauge(text, "integration_paused", "Does an integration wait for an administrator?", &paused);
}

/// A gauge in Prometheus' own words: labels with their braces, and values.
fn gauge(text: &mut String, name: &str, help: &str, rows: &[(impl AsRef<str>, f64)]) {
    // a text takes whatever is written into it
    let _ = writeln!(text, "# HELP cartwright_{name} {help}\n# TYPE cartwright_{name} gauge");
    for (labels, value) in rows {
        let _ = writeln!(text, "cartwright_{name}{} {value}", labels.as_ref());
    }
}

fn exact(amount: usize) -> f64 {
    float(i64::try_from(amount).unwrap_or(i64::MAX))
}

fn float(amount: i64) -> f64 {
    amount as f64
}

/// Measures every request by the pattern of its address: which record it was about is nobody's business here.
pub(super) async fn measured(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "other",
    };
    let response = next.run(request).await;
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    measure::page(method, route, response.status().as_u16(), began.elapsed());
    response
}
