//! How people reach this CRM, for links that are handed on.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;

use super::Web;

/// The address of the CRM without a slash at its end: as it is set, else as whoever asks reaches it.
///
/// **Invariant:** what is sent by e-mail is made of an address that is set, never of one that a request claims.
#[derive(Debug, Clone)]
pub(super) struct Reached(String);

impl Reached {
    /// The whole address of a page.
    pub(super) fn link(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl FromRequestParts<Web> for Reached {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        if let Some(url) = &web.base_url {
            return Ok(Self(url.trim_end_matches('/').to_owned()));
        }
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
        Ok(Self(format!("http://{host}")))
    }
}
