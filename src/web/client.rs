//! Who asks: the other end of the connection, or whom a proxy of ours asks for.
//!
//! **Invariant:** nobody but a proxy that the settings name says where a request comes from, or what the log calls it.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;

use super::Web;
use crate::base::proxies::Proxies;

const FORWARDED: &str = "x-forwarded-for";
const REQUEST_ID: &str = "x-request-id";
/// An id from outside stands in logs and in the audit trail: it is short, and no markup.
const LONGEST_ID: usize = 64;

/// The address of whoever asks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Client(pub(super) IpAddr);

/// Finds out who asks before anything else is done with a request.
pub(super) async fn find(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|ConnectInfo(peer)| peer.ip().to_canonical());
    if let Some(peer) = peer {
        let client = client(&web.proxies, peer, request.headers());
        request.extensions_mut().insert(Client(client));
    }
    let headers = request.headers_mut();
    if !(peer.is_some_and(|peer| web.proxies.trust(peer)) && has_a_sober_id(headers)) {
        headers.remove(REQUEST_ID);
    }
    next.run(request).await
}

fn client(proxies: &Proxies, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    // several headers are one list, in their order
    let lines = headers.get_all(FORWARDED).iter().map(|line| line.to_str().unwrap_or_default());
    let claims: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
    proxies.client(peer, claims.into_iter())
}

fn has_a_sober_id(headers: &HeaderMap) -> bool {
    let id = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
    let sober = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !id.is_empty() && id.len() <= LONGEST_ID && id.chars().all(sober)
}
