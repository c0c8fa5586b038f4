//! What a load balancer asks.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use tracing::warn;

use super::Web;

/// Balancers give up soon, and take silence for anything.
const PATIENCE: Duration = Duration::from_secs(2);

/// `GET /healthz`: the process answers.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: and so does its database, and it is to go on.
pub(super) async fn ready(State(web): State<Web>) -> (StatusCode, &'static str) {
    if web.closing.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "it is stopping\n");
    }
    let asked = sqlx::query_scalar!("select 1 as \"one!\"").fetch_one(&web.pool);
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(_)) => (StatusCode::OK, "ready\n"),
        _ => {
            warn!("not ready: the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}
