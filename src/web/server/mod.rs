//! The connections that the pages are served over: how many there are, how long each may keep us waiting, and how they end.
//!
//! **Invariant:** whoever sends nothing, or a little at a time, holds a connection for a limited time only, and loses it to the
//! next one who comes when there is no other left. What is answered for long (a job that is followed, an export) is not limited.

mod bodies;
mod limits;
mod places;

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;
use tracing::warn;

use self::bodies::{Held, in_time};
pub use self::limits::Limits;
use self::places::{Place, Places};

/// So long nobody is let in when the system has no descriptor left.
const BREATH: Duration = Duration::from_secs(1);
/// So long the last bytes of an answer may take to leave a connection that is given to somebody else.
const FAREWELL: Duration = Duration::from_secs(5);

/// Serves the pages until `stop`; returns when what was under way then is answered.
pub async fn serve(listener: TcpListener, pages: Router, limits: Limits, stop: CancellationToken) {
    let places = Arc::new(Places::new(limits.connections));
    let connections = TaskTracker::new();
    while let Some(next) = stop.run_until_cancelled(next(&listener, &places)).await {
        let (stream, peer, place) = next;
        connections.spawn(attend(stream, peer, pages.clone(), place, limits, stop.clone()));
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// The next connection, and a place for it.
async fn next(listener: &TcpListener, places: &Arc<Places>) -> (TcpStream, SocketAddr, Arc<Place>) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, places.take().await),
            Err(problem) if is_of_the_visitor(&problem) => {}
            Err(problem) => {
                warn!("no connection can be taken: {problem}");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

/// Who went away before being let in is no trouble of ours.
fn is_of_the_visitor(problem: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(problem.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Answers what is asked over one connection, for as long as it may last.
async fn attend(
    stream: TcpStream,
    peer: SocketAddr,
    pages: Router,
    place: Arc<Place>,
    limits: Limits,
    stop: CancellationToken,
) {
    let asked = Arc::clone(&place);
    let answer = service_fn(move |request: hyper::Request<Incoming>| {
        let busy = asked.busy();
        let mut request = request.map(|body| in_time(body, limits.body));
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = pages.clone().oneshot(request);
        async move { answer.await.map(|answer| answer.map(|body| Body::new(Held::new(body, busy)))) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.idle)
        .serve_connection(TokioIo::new(stream), answer);
    let mut connection = pin!(connection);
    // whoever breaks off is nothing to tell of
    let lost = tokio::select! {
        _ = connection.as_mut() => return,
        () = stop.cancelled() => false,
        () = place.lost(limits.head) => true,
    };
    // what is under way is answered, and then it ends
    connection.as_mut().graceful_shutdown();
    let patience = if lost { FAREWELL } else { Duration::MAX };
    let _ = tokio::time::timeout(patience, connection).await;
}
