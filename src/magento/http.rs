//! HTTP to one store: a client without cookies, proxies and automatic redirects, and what its errors mean.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::{Client, Method, Response};
use secrecy::ExposeSecret;
use url::Url;

use super::{CallError, Limits, Phase, Settings, TlsReason};
use crate::base::guard::{Guard, RefusedAddress};

/// How many redirects of a GET are followed.
const MOST_REDIRECTS: usize = 5;

/// The HTTP client of one store.
pub(super) struct Http {
    client: Client,
    guard: Guard,
    limits: Limits,
    basic_auth: Option<super::BasicAuth>,
    home: Url,
}

impl Http {
    /// Builds the client. rustls uses ring; a provider that the program installed before stays.
    pub(super) fn new(settings: &Settings) -> Result<Self, CallError> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let guard = Guard(settings.private_addresses);
        let limits = settings.limits;
        let mut builder = Client::builder()
            .user_agent(concat!("Cartwright/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Arc::new(guard))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .connect_timeout(limits.connect)
            .pool_idle_timeout(Duration::from_secs(30));
        if let Some(pem) = settings.ca_pem.as_deref().filter(|pem| !pem.trim().is_empty()) {
            builder = builder.tls_certs_merge(certificates(pem)?);
        }
        let client = builder.build().map_err(|problem| {
            CallError::Settings(format!("The HTTP client cannot be built: {}", causes(&problem)))
        })?;
        let home = settings.wsdl_url.as_url().clone();
        Ok(Self { client, guard, limits, basic_auth: settings.basic_auth.clone(), home })
    }

    /// Fetches a URL, following redirects within the same site (F4). The second value is the final URL.
    pub(super) async fn get(&self, url: &Url) -> Result<(Response, Url), CallError> {
        let mut url = url.clone();
        for _ in 0..=MOST_REDIRECTS {
            let answer = self.send(Method::GET, &url, None).await?;
            match target(&answer, &url) {
                Some(to) if same_site(&url, &to) => url = to,
                Some(to) => return Err(redirect(&answer, &to)),
                None => return Ok((answer, url)),
            }
        }
        Err(CallError::Redirect { status: 302, to: CallError::IN_A_CIRCLE.to_owned() })
    }

    /// Posts a SOAP message. A redirect to https or to another path of the same host is followed once, as POST (F4).
    pub(super) async fn post(&self, url: &Url, body: &str) -> Result<(Response, Url), CallError> {
        let answer = self.send(Method::POST, url, Some(body)).await?;
        let Some(to) = target(&answer, url) else {
            return Ok((answer, url.clone()));
        };
        if !may_repost(url, &to) {
            return Err(redirect(&answer, &to));
        }
        let again = self.send(Method::POST, &to, Some(body)).await?;
        match target(&again, &to) {
            Some(further) => Err(redirect(&again, &further)),
            None => Ok((again, to)),
        }
    }

    /// The addresses of the store's host, for Check Connection.
    pub(super) async fn look_up(&self, url: &Url) -> Result<Vec<String>, CallError> {
        self.may_call(url)?;
        let Some(url::Host::Domain(host)) = url.host() else {
            return Ok(vec![url.host_str().unwrap_or_default().to_owned()]);
        };
        match tokio::time::timeout(self.limits.connect, self.guard.look_up(host)).await {
            Ok(Ok(found)) if found.is_empty() => {
                Err(CallError::Resolve { host: host.to_owned(), detail: "no address".to_owned() })
            }
            Ok(Ok(found)) => Ok(found.iter().map(|address| address.ip().to_string()).collect()),
            Ok(Err(problem)) => Err(refused(&*problem, url).unwrap_or_else(|| CallError::Resolve {
                host: host.to_owned(),
                detail: problem.to_string(),
            })),
            Err(_) => Err(CallError::Timeout { phase: Phase::Connect, after: self.limits.connect }),
        }
    }

    fn may_call(&self, url: &Url) -> Result<(), CallError> {
        let host = || url.host_str().unwrap_or_default().to_owned();
        self.guard
            .check_literal(url)
            .map_err(|RefusedAddress(address)| CallError::Refused { host: host(), address })
    }

    async fn send(&self, method: Method, url: &Url, body: Option<&str>) -> Result<Response, CallError> {
        self.may_call(url)?;
        let mut request = self.client.request(method, url.clone()).timeout(self.limits.total);
        // Credentials never follow a redirect to another host, nor to another door of the same.
        if let Some(auth) = self.basic_auth.as_ref().filter(|_| may_repost(&self.home, url)) {
            request = request.basic_auth(&auth.user, Some(auth.password.expose_secret()));
        }
        if let Some(body) = body {
            request = request
                .header(CONTENT_TYPE, "text/xml; charset=utf-8")
                .header("SOAPAction", "\"\"")
                .body(body.to_owned());
        }
        match tokio::time::timeout(self.limits.first_byte, request.send()).await {
            Ok(answer) => answer.map_err(|problem| self.explain(&problem, url, Phase::FirstByte)),
            Err(_) => Err(CallError::Timeout { phase: Phase::FirstByte, after: self.limits.first_byte }),
        }
    }

    /// What a failed exchange means.
    pub(super) fn explain(&self, problem: &reqwest::Error, url: &Url, phase: Phase) -> CallError {
        let host = host_of(url);
        if let Some(refused) = refused(problem, url) {
            return refused;
        }
        if problem.is_timeout() {
            let connecting = problem.is_connect();
            let phase = if connecting { Phase::Connect } else { phase };
            let after = if connecting { self.limits.connect } else { self.limits.total };
            return CallError::Timeout { phase, after };
        }
        if let Some(reason) = tls_reason(problem) {
            return CallError::Tls { host, reason, detail: causes(problem) };
        }
        if problem.is_connect() {
            let detail = causes(problem);
            if problem.is_dns() || detail.contains("dns error") || detail.contains("lookup address") {
                return CallError::Resolve { host: url.host_str().unwrap_or_default().to_owned(), detail };
            }
            return CallError::Connect { host, detail: plain_connect(problem) };
        }
        if phase == Phase::Body || problem.is_body() || problem.is_decode() {
            return CallError::Truncated { bytes: 0 };
        }
        CallError::Connect { host, detail: "the connection was closed before an answer came".to_owned() }
    }
}

/// `Retry-After` in seconds; a date is read against the answer's own `Date`.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("retry-after")?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = chrono::DateTime::parse_from_rfc2822(text).ok()?;
    let date = chrono::DateTime::parse_from_rfc2822(headers.get("date")?.to_str().ok()?).ok()?;
    (until - date).to_std().ok()
}

/// The character set of the `Content-Type`.
pub(super) fn charset(headers: &HeaderMap) -> Option<String> {
    let kind = headers.get(CONTENT_TYPE)?.to_str().ok()?.to_ascii_lowercase();
    let value = kind.split("charset=").nth(1)?.split(';').next()?;
    Some(value.trim().trim_matches('"').to_owned())
}

fn certificates(pem: &str) -> Result<Vec<reqwest::Certificate>, CallError> {
    let found = reqwest::Certificate::from_pem_bundle(pem.as_bytes()).unwrap_or_default();
    if found.is_empty() {
        return Err(CallError::Settings("The CA certificate cannot be read. Paste it in PEM form, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.".to_owned()));
    }
    Ok(found)
}

/// Where a redirect leads, relative targets resolved.
fn target(answer: &Response, from: &Url) -> Option<Url> {
    if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    from.join(answer.headers().get(LOCATION)?.to_str().ok()?).ok()
}

fn redirect(answer: &Response, to: &Url) -> CallError {
    let mut shown = to.clone();
    shown.set_query(None);
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    CallError::Redirect { status: answer.status().as_u16(), to: shown.to_string() }
}

/// The same host, or the same with or without `www.`; never from https to http.
fn same_site(from: &Url, to: &Url) -> bool {
    let bare = |url: &Url| url.host_str().unwrap_or_default().trim_start_matches("www.").to_owned();
    is_http(to) && bare(from) == bare(to) && !(from.scheme() == "https" && to.scheme() == "http")
}

/// Credentials are in the message: only the very same origin gets it, or https at its usual port of the same host; behind
/// another port may be another service.
fn may_repost(from: &Url, to: &Url) -> bool {
    let is_safer = from.host_str() == to.host_str() && to.scheme() == "https" && to.port().is_none();
    from.origin() == to.origin() || is_safer
}

fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn chain<'a>(problem: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(
        Some(problem),
        |cause: &&'a (dyn StdError + 'static)| -> Option<&'a (dyn StdError + 'static)> { (*cause).source() },
    )
}

fn refused(problem: &(dyn StdError + 'static), url: &Url) -> Option<CallError> {
    let address = chain(problem).find_map(|cause| cause.downcast_ref::<RefusedAddress>())?.0;
    Some(CallError::Refused { host: url.host_str().unwrap_or_default().to_owned(), address })
}

/// Why TLS failed. rustls hides inside an `io::Error`, which is no `source`, so its text is looked at as well.
fn tls_reason(problem: &(dyn StdError + 'static)) -> Option<TlsReason> {
    let text = chain(problem).map(|cause| format!("{cause} {cause:?}")).collect::<Vec<_>>().join(" ");
    let has = |sign: &str| text.contains(sign);
    if has("CaUsedAsEndEntity") || has("SelfSigned") || has("self-signed") || has("self signed") {
        return Some(TlsReason::SelfSigned);
    }
    if has("NotValidForName") {
        return Some(TlsReason::WrongHost);
    }
    if has("Expired") || has("NotValidYet") {
        return Some(TlsReason::Expired);
    }
    if has("UnknownIssuer") || has("InvalidCertificate") {
        return Some(TlsReason::UnknownCa);
    }
    let handshake = [
        "InvalidMessage",
        "AlertReceived",
        "PeerIncompatible",
        "PeerMisbehaved",
        "received corrupt message",
        "HandshakeFailure",
    ];
    handshake.iter().any(|sign| has(sign)).then_some(TlsReason::Handshake)
}

/// The causes of an error, without the URL (which may hold a query).
fn causes(problem: &(dyn StdError + 'static)) -> String {
    chain(problem).skip(1).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn plain_connect(problem: &reqwest::Error) -> String {
    let kind =
        chain(problem).find_map(|cause| cause.downcast_ref::<std::io::Error>()).map(std::io::Error::kind);
    match kind {
        Some(std::io::ErrorKind::ConnectionRefused) => "connection refused".to_owned(),
        Some(std::io::ErrorKind::ConnectionReset) => "connection reset".to_owned(),
        Some(std::io::ErrorKind::NetworkUnreachable | std::io::ErrorKind::HostUnreachable) => {
            "network unreachable".to_owned()
        }
        _ => causes(problem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects() {
        let url = |text: &str| Url::parse(text).expect("a URL");
        let check = |from: &str, to: &str, get: bool, post: bool| {
            assert_eq!(
                (same_site(&url(from), &url(to)), may_repost(&url(from), &url(to))),
                (get, post),
                "{from} {to}"
            );
        };
        check("http://shop.de/api", "https://shop.de/api", true, true);
        check("http://shop.de/api", "http://www.shop.de/api", true, false);
        check("http://shop.de/api", "http://shop.de/api/", true, true);
        check("https://shop.de/api", "http://shop.de/api", false, false);
        check("https://shop.de/api", "https://evil.de/api", false, false);
        check("https://shop.de/api", "file:///etc/passwd", false, false);
        check("http://shop.de:8080/api", "https://shop.de/api", true, true);
        check("http://shop.de/api", "https://shop.de:8443/api", true, false);
        check("https://shop.de/api", "https://shop.de:8443/api", true, false);
    }

    #[test]
    fn retry_after_in_both_forms() {
        let check = |value: &str, expected: Option<u64>| {
            let mut headers = HeaderMap::new();
            headers.insert("date", "Mon, 23 Nov 2026 08:25:37 GMT".parse().expect("a header"));
            headers.insert("retry-after", value.parse().expect("a header"));
            assert_eq!(retry_after(&headers), expected.map(Duration::from_secs), "{value}");
        };
        check("120", Some(120));
        check("Mon, 23 Nov 2026 08:27:37 GMT", Some(120));
        check("soon", None);
    }
}
