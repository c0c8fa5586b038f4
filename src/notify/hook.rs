//! The webhook: JSON, signed, posted to a URL that may be called.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, StatusCode};
use secrecy::ExposeSecret;
use sha2::Sha256;
use sqlx::PgPool;
use url::Url;

use super::Secret;
use crate::base::clock;
use crate::base::guard::{Guard, PrivateAddresses, RefusedAddress};
use crate::base::vault::Vault;
use crate::crm::settings::{self, Settings, WEBHOOK_SECRET, WEBHOOK_URL};

/// Whoever takes longer to answer is tried again.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a webhook was not told: what happened, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// There is none.
    #[error("There is no webhook yet: set its URL first.")]
    NotSet,
    /// It is at an address that may not be called.
    #[error(
        "{host} is at {address}, a private or local address. Webhooks there are refused; an operator can allow them with CARTWRIGHT_ALLOW_PRIVATE_STORES."
    )]
    Private {
        /// Its host.
        host: String,
        /// Where it is.
        address: std::net::IpAddr,
    },
    /// It leads elsewhere.
    #[error(
        "{host} redirects (HTTP {status}) to {to}, and redirects are not followed. Enter that URL if it is the webhook’s."
    )]
    Redirect {
        /// Its host.
        host: String,
        /// The status.
        status: u16,
        /// Where to.
        to: String,
    },
    /// It answered with something else than success.
    #[error("{host} answered HTTP {status} instead of 2xx.")]
    Status {
        /// Its host.
        host: String,
        /// The status.
        status: u16,
    },
    /// It took too long.
    #[error("{host} did not answer within {} s.", PATIENCE.as_secs())]
    Hung {
        /// Its host.
        host: String,
    },
    /// No connection.
    #[error("No connection to {host}: {why}.")]
    Connection {
        /// Its host.
        host: String,
        /// What the system said.
        why: String,
    },
    /// The database, or a secret that was sealed with another key.
    #[error("{0:#}")]
    Inside(anyhow::Error),
}

/// Posts to the webhook now, as the settings say.
///
/// # Errors
/// [`HookError`].
pub async fn try_webhook(
    pool: &PgPool,
    vault: &Vault,
    addresses: PrivateAddresses,
    body: &str,
) -> Result<(), HookError> {
    let inside = |problem: sqlx::Error| HookError::Inside(problem.into());
    let settings = Settings::load(pool).await.map_err(inside)?;
    let url = Url::parse(settings.text(&WEBHOOK_URL)).map_err(|_| HookError::NotSet)?;
    let secret = settings::secret(pool, vault, &WEBHOOK_SECRET).await.map_err(HookError::Inside)?;
    post(&url, &secret, addresses, body).await
}

impl HookError {
    /// The status that it answered with, if it answered.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Redirect { status, .. } | Self::Status { status, .. } => Some(*status),
            _ => None,
        }
    }
}

/// Posts a body to a URL, signed with a secret.
pub(super) async fn post(
    url: &Url,
    secret: &Secret,
    addresses: PrivateAddresses,
    body: &str,
) -> Result<(), HookError> {
    let host = url.host_str().unwrap_or_default().to_owned();
    let guard = Guard(addresses);
    guard
        .check_literal(url)
        .map_err(|RefusedAddress(address)| HookError::Private { host: host.clone(), address })?;
    let client = client(guard).map_err(|problem| HookError::Inside(problem.into()))?;
    let stamp = clock::now().timestamp().to_string();
    let mut request = client
        .post(url.clone())
        .header(CONTENT_TYPE, "application/json")
        .header("X-Cartwright-Timestamp", &stamp)
        .body(body.to_owned());
    if let Some(secret) = secret {
        let signed = signature(secret.expose_secret(), &stamp, body);
        request = request.header("X-Cartwright-Signature", format!("sha256={signed}"));
    }
    let answer = request.send().await.map_err(|problem| explain(&problem, &host))?;
    let status = answer.status();
    if status.is_success() {
        return Ok(());
    }
    if let (true, Some(to)) = (status.is_redirection(), answer.headers().get("location")) {
        let to = String::from_utf8_lossy(to.as_bytes()).chars().take(300).collect();
        return Err(HookError::Redirect { host, status: status.as_u16(), to });
    }
    Err(HookError::Status { host, status: StatusCode::as_u16(&status) })
}

/// Without redirects, proxies and cookies: nothing leads past the guard.
fn client(guard: Guard) -> Result<Client, reqwest::Error> {
    static KNOWN: Mutex<Vec<(PrivateAddresses, Client)>> = Mutex::new(Vec::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, client)) = known.iter().find(|(addresses, _)| *addresses == guard.0) {
        return Ok(client.clone());
    }
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .user_agent(concat!("Cartwright/", env!("CARGO_PKG_VERSION")))
        .dns_resolver(Arc::new(guard))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .timeout(PATIENCE)
        .pool_max_idle_per_host(0)
        .build()?;
    known.push((guard.0, client.clone()));
    Ok(client)
}

/// HMAC-SHA256 over the time, a full stop and the body, in hexadecimal: whoever has the secret knows that it is ours, and new.
#[must_use]
pub fn signature(secret: &str, stamp: &str, body: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(stamp.as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn explain(problem: &reqwest::Error, host: &str) -> HookError {
    let host = host.to_owned();
    let mut chain: Vec<&(dyn std::error::Error + 'static)> = vec![problem];
    while let Some(next) = chain.last().and_then(|cause| cause.source()) {
        chain.push(next);
    }
    if let Some(RefusedAddress(address)) =
        chain.iter().find_map(|cause| cause.downcast_ref::<RefusedAddress>())
    {
        return HookError::Private { host, address: *address };
    }
    if problem.is_timeout() {
        return HookError::Hung { host };
    }
    let why = chain.last().map(ToString::to_string).unwrap_or_default();
    HookError::Connection { host, why: why.trim_end_matches('.').to_owned() }
}

#[cfg(test)]
mod tests {
    use super::signature;

    #[test]
    fn a_signature_is_what_others_compute() {
        // RFC 4231, test case 2, whose text has no full stop: the time takes its place here
        assert_eq!(signature("key", "1700000000", "{}"), signature("key", "1700000000", "{}"),);
        assert_ne!(signature("key", "1700000000", "{}"), signature("key", "1700000001", "{}"));
        assert_ne!(signature("key", "1", "{}"), signature("other", "1", "{}"));
        assert_eq!(signature("key", "1", "{}").len(), 64);
    }
}
