//! The HTTP server: paths, methods, headers, and the order in which things happen to a request.
//!
//! Owns: which path is what, counting, workers, latency, the headers every answer carries, and handing broken answers
//! to the connection. Refuses: SOAP ([`super::soap`]) and deciding what breaks ([`super::trouble`]).

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use tokio::net::TcpListener;

use super::admin;
use super::clock::http_date;
use super::pages;
use super::sabotage::{Outgoing, Wire};
use super::server::Server;
use super::soap;
use super::tap::{Tap, TappedListener};

/// Larger requests are refused, as by nginx.
const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// The endpoints of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    V2,
    V1,
}

/// A request, read whole.
#[derive(Debug)]
pub(super) struct Arrived {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) base_url: String,
    pub(super) authorization: Option<String>,
    pub(super) has_cookie: bool,
    pub(super) body: Bytes,
}

/// Serves until the token is cancelled.
pub(super) async fn serve(listener: TcpListener, server: Arc<Server>) -> std::io::Result<()> {
    let closing = server.closing.clone();
    let app = axum::Router::new().fallback(handle).with_state(server);
    let service = app.into_make_service_with_connect_info::<Tap>();
    axum::serve(TappedListener(listener), service)
        .with_graceful_shutdown(async move { closing.cancelled().await })
        .await
}

async fn handle(
    State(server): State<Arc<Server>>,
    ConnectInfo(tap): ConnectInfo<Tap>,
    request: Request,
) -> Response {
    let closing = server.closing.clone();
    // A task of its own: PHP works on when the client has hung up.
    let work = tokio::spawn(async move {
        let arrived = read(request).await;
        let answer = route(&server, &arrived).await;
        decorated(answer, &server, &arrived)
    });
    let answer = tokio::select! {
        done = work => done.unwrap_or_else(|_| Outgoing::html(500, "")),
        () = closing.cancelled() => Outgoing { wire: Wire::Close, ..Outgoing::html(503, "") },
    };
    if answer.wire == Wire::Silent {
        closing.cancelled().await;
    }
    send(answer, &tap)
}

async fn read(request: Request) -> Arrived {
    let (parts, body) = request.into_parts();
    let host = text(&parts.headers, &header::HOST).unwrap_or("localhost");
    Arrived {
        base_url: format!("http://{host}"),
        authorization: text(&parts.headers, &header::AUTHORIZATION).map(str::to_owned),
        has_cookie: parts.headers.contains_key(header::COOKIE),
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        body: to_bytes(body, BODY_LIMIT).await.unwrap_or_default(),
    }
}

async fn route(server: &Arc<Server>, arrived: &Arrived) -> Outgoing {
    if let Some(endpoint) =
        endpoint(&arrived.path).filter(|endpoint| *endpoint == Endpoint::V2 || server.desk.options.bulk)
    {
        return soap::answer(server, arrived, endpoint).await;
    }
    let _worker = server.workers.one().await;
    admin::answer(server, arrived).unwrap_or_else(|| Outgoing::html(404, pages::NOT_FOUND))
}

/// `/api/v2_soap` and `/api/soap`, behind `/index.php` or not, before `/index` or not.
fn endpoint(path: &str) -> Option<Endpoint> {
    let path = path.strip_prefix("/index.php").unwrap_or(path).trim_end_matches('/');
    match path.strip_suffix("/index").unwrap_or(path) {
        "/api/v2_soap" => Some(Endpoint::V2),
        "/api/soap" => Some(Endpoint::V1),
        _ => None,
    }
}

/// The headers of the recorded server, `Date` by the store's clock.
fn decorated(answer: Outgoing, server: &Server, arrived: &Arrived) -> Outgoing {
    let now = server.desk.clock.now();
    // With a cookie sent back the store marks it secure, so that a correct client drops it on plain HTTP.
    let flags = if arrived.has_cookie { "secure; HttpOnly; SameSite=None" } else { "HttpOnly" };
    let cookie = format!(
        "PHPSESSID={:026x}; expires={}; Max-Age=10800; path=/; domain=127.0.0.1; {flags}",
        fastrand::u128(..) >> 24,
        http_date(now + 10_800)
    );
    answer
        .with("server", "nginx/1.22.1")
        .with("date", http_date(now))
        .with("set-cookie", cookie)
        .with("expires", "Thu, 19 Nov 1981 08:52:00 GMT")
        .with("cache-control", "no-store, no-cache, must-revalidate")
        .with("pragma", "no-cache")
}

fn send(answer: Outgoing, tap: &Tap) -> Response {
    match answer.wire {
        Wire::Normal => {}
        Wire::Close | Wire::Silent => tap.replace(Vec::new()),
        Wire::Cut => tap.replace(raw(&answer, answer.body.len() / 2, true)),
        Wire::NoDate => tap.replace(raw(&answer, answer.body.len(), false)),
    }
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or_default();
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// The answer as bytes, with only so much of the body as is to be sent.
fn raw(answer: &Outgoing, length: usize, date: bool) -> Vec<u8> {
    let mut head = format!(
        "HTTP/1.1 {} Whatever\r\ncontent-length: {}\r\nconnection: close\r\n",
        answer.status,
        answer.body.len()
    );
    for (name, value) in answer.headers.iter().filter(|(name, _)| date || name != "date") {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(&answer.body[..length]);
    bytes
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
