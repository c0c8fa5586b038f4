//! What a load balancer asks.

use axum::extract::State;
use axum::http::StatusCode;

use super::Web;

/// `GET /healthz`: the process answers.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: and so does its database, and it is to go on.
pub(super) async fn ready(State(web): State<Web>) -> (StatusCode, &'static str) {
    if web.closing.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "it is stopping\n");
    }
    match sqlx::query_scalar!("select 1 as \"one!\"").fetch_one(&web.pool).await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}
