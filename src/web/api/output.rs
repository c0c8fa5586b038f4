//! What a call gets: a record with its ETag, or that it is as the caller knows it.

use axum::Json;
use axum::http::header::{ETAG, IF_NONE_MATCH, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::problem::Answer;

/// The tag of a record as it is told: the same only while all of it is the same.
pub(super) fn tag(record: &impl Serialize) -> anyhow::Result<String> {
    let digest = Sha256::digest(serde_json::to_vec(record)?);
    let short: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("\"{short}\""))
}

/// A record with its tag; nothing but that where the caller has it already.
pub(super) fn record(headers: &HeaderMap, record: &impl Serialize) -> Answer {
    let tag = tag(record)?;
    let known = headers.get(IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()).unwrap_or_default();
    // a proxy that compresses makes a strong tag a weak one
    let is_known = known
        .split(',')
        .map(|known| known.trim().trim_start_matches("W/"))
        .any(|known| known == "*" || known == tag);
    let answer =
        if is_known { StatusCode::NOT_MODIFIED.into_response() } else { Json(record).into_response() };
    tagged(answer, &tag)
}

/// A record as a change left it.
pub(super) fn changed(record: &impl Serialize) -> Answer {
    let tag = tag(record)?;
    tagged(Json(record).into_response(), &tag)
}

/// A record that was made, and where it is below `/api/v1`.
pub(super) fn created(at: &str, record: &impl Serialize) -> Answer {
    let mut answer = changed(record)?;
    *answer.status_mut() = StatusCode::CREATED;
    let to = HeaderValue::from_str(&format!("/api/v1{at}")).map_err(anyhow::Error::from)?;
    answer.headers_mut().insert(LOCATION, to);
    Ok(answer)
}

fn tagged(mut answer: Response, tag: &str) -> Answer {
    let value = HeaderValue::from_str(tag).map_err(anyhow::Error::from)?;
    answer.headers_mut().insert(ETAG, value);
    Ok(answer)
}
