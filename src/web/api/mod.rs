//! The REST API below `/api/v1`: the pages' records as JSON, for programs that work as one of the users.
//!
//! A noun is a file; what they share: [`caller`] (token, role, scope, how often), [`list`] (the pages' lists by their own words),
//! [`about`] (records of any kind), [`input`] and [`output`] (bodies, ETags), [`problem`] (errors), [`doc`] (OpenAPI, made of the same declarations as the routes,
//! and its page [`help`]).
//!
//! **Invariants:** a token acts as its user, with the same rights and by the same functions of `crm` as on the pages; a cookie
//! opens nothing here; what changes a record names the ETag of what it changes.

mod about;
mod accounts;
mod activities;
mod addresses;
mod caller;
mod carts;
mod conflicts;
mod contacts;
mod credit_memos;
mod customers;
mod doc;
mod failed_records;
mod follow_ups;
mod help;
mod input;
mod integrations;
mod jobs;
mod list;
mod named;
mod orders;
mod output;
mod owners;
mod paging;
mod problem;
mod subscribers;
mod tags;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Json, Router};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa_axum::router::OpenApiRouter;

use super::Web;
use problem::{Kind, Problem};

pub(super) use help::routes as help_routes;

/// No record is longer.
const LARGEST_BODY: usize = 256 * 1024;

/// Everything below `/api/v1`.
pub(super) fn routes() -> Router<Web> {
    let (nouns, _) = nouns().split_for_parts();
    let all = nouns
        .fallback(async || Problem::of(Kind::NotFound))
        .method_not_allowed_fallback(async || Problem::of(Kind::Method))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        ))
        .layer(CatchPanicLayer::custom(problem::panicked));
    Router::new()
        .nest("/api/v1", all)
        .route("/api/v1/", any(async || Problem::of(Kind::NotFound)))
        .route("/api/v1/openapi.json", get(document).fallback(async || Problem::of(Kind::Method)))
}

/// The nouns, each with its part of the document.
fn nouns() -> OpenApiRouter<Web> {
    OpenApiRouter::default()
        .merge(customers::routes())
        .merge(addresses::routes())
        .merge(orders::routes())
        .merge(carts::routes())
        .merge(credit_memos::routes())
        .merge(subscribers::routes())
        .merge(accounts::routes())
        .merge(contacts::routes())
        .merge(integrations::routes())
        .merge(jobs::routes())
        .merge(conflicts::routes())
        .merge(failed_records::routes())
        .merge(activities::routes())
        .merge(tags::routes())
        .merge(owners::routes())
        .merge(follow_ups::routes())
}

/// `GET /api/v1/openapi.json`
async fn document() -> Response {
    Json(doc::document()).into_response()
}
