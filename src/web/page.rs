//! From a filled template to an answer.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::error::PageError;

/// What a handler gives back.
pub(super) type PageResult = Result<Response, PageError>;

/// The page, as it should be.
pub(super) fn show(template: &impl Template) -> PageResult {
    Ok(Html(template.render()?).into_response())
}

/// The page again, with what is wrong with the posted form.
pub(super) fn show_again(template: &impl Template) -> PageResult {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(template.render()?)).into_response())
}

/// Off to another page after a POST.
pub(super) fn see(path: &str) -> PageResult {
    Ok(Redirect::to(path).into_response())
}
