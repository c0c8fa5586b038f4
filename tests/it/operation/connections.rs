//! Connections that say nothing, or next to nothing: they end, and meanwhile everybody else is let in.

use std::net::SocketAddr;
use std::time::Duration;

use cartwright::web::{self, Limits};
use sqlx::PgPool;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::support::App;

const LONG: Duration = Duration::from_secs(3600);
const SHORT: Duration = Duration::from_millis(50);
/// More than a test takes, and few connections.
const PATIENT: Limits = Limits { connections: 4, head: LONG, idle: LONG, body: LONG };

/// The pages over real connections.
struct Server {
    address: SocketAddr,
    stop: CancellationToken,
    served: tokio::task::JoinHandle<()>,
}

impl Server {
    async fn start(pool: &PgPool, limits: Limits) -> Self {
        let app = App::new(pool.clone()).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        let served = tokio::spawn(web::serve(listener, web::router(app.web), limits, stop.clone()));
        Self { address, stop, served }
    }

    /// Connects and sends this.
    async fn send(&self, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }

    async fn is_alive(&self) -> bool {
        let asked = self.send("GET /healthz HTTP/1.1\r\nHost: crm\r\nConnection: close\r\n\r\n").await;
        all_of(asked).await.starts_with("HTTP/1.1 200")
    }
}

/// Everything until the other side closes.
async fn all_of(mut stream: TcpStream) -> String {
    let mut all = Vec::new();
    // one that was closed with something unread is reset
    let _ = stream.read_to_end(&mut all).await;
    String::from_utf8_lossy(&all).into_owned()
}

/// What was answered first.
async fn first_of(stream: &mut TcpStream) -> String {
    let mut some = [0; 4096];
    let read = stream.read(&mut some).await.unwrap();
    String::from_utf8_lossy(&some[..read]).into_owned()
}

#[sqlx::test]
async fn silence_and_half_a_question_end(pool: PgPool) {
    let server = Server::start(&pool, Limits { head: SHORT, ..PATIENT }).await;
    for begun in ["", "GET /healthz HT", "GET /healthz HTTP/1.1\r\nHost: crm\r\n"] {
        let stream = server.send(begun).await;
        let said = all_of(stream).await;
        assert!(!said.contains("200 OK"), "{begun}: {said}");
    }
}

#[sqlx::test]
async fn whoever_has_asked_before_may_wait_longer_but_not_for_ever(pool: PgPool) {
    let server = Server::start(&pool, Limits { idle: SHORT, ..PATIENT }).await;
    let asked = server.send("GET /healthz HTTP/1.1\r\nHost: crm\r\n\r\n").await;
    assert!(all_of(asked).await.starts_with("HTTP/1.1 200"));
}

#[sqlx::test]
async fn a_body_that_drips_ends(pool: PgPool) {
    let server = Server::start(&pool, Limits { body: SHORT, ..PATIENT }).await;
    let head = "POST /login HTTP/1.1\r\nHost: crm\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let slow = server.send(&format!("{head}Content-Length: 1000\r\n\r\nemail=a")).await;
    let said = all_of(slow).await;
    assert!(said.starts_with("HTTP/1.1 408") && said.contains("did not arrive in time"), "{said}");
}

#[sqlx::test]
async fn a_body_that_says_that_it_is_too_large_is_not_waited_for(pool: PgPool) {
    let server = Server::start(&pool, PATIENT).await;
    let head = "POST /login HTTP/1.1\r\nHost: crm\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    for length in [99_999_999_999_u64, 70_000] {
        let mut huge = server.send(&format!("{head}Content-Length: {length}\r\n\r\n")).await;
        let said = first_of(&mut huge).await;
        assert!(said.starts_with("HTTP/1.1 413"), "{length}: {said}");
    }
}

#[sqlx::test]
async fn a_crowd_that_says_nothing_keeps_nobody_out(pool: PgPool) {
    let server = Server::start(&pool, PATIENT).await;
    let mut crowd = Vec::new();
    // nine connections where four are allowed; whoever comes late waits for a second until somebody silent has gone
    for _ in 0..3 {
        crowd.push(server.send("").await);
        crowd.push(server.send("GET /healthz HTTP/1.1\r\nHo").await);
        // these have asked, and keep their connections
        let mut asked = server.send("GET /healthz HTTP/1.1\r\nHost: crm\r\n\r\n").await;
        assert!(first_of(&mut asked).await.starts_with("HTTP/1.1 200"));
        crowd.push(asked);
    }
    assert!(server.is_alive().await);
    drop(crowd);
}

#[sqlx::test]
async fn whoever_is_being_answered_keeps_the_connection(pool: PgPool) {
    let server = Server::start(&pool, Limits { connections: 1, ..PATIENT }).await;
    let head = "POST /login HTTP/1.1\r\nHost: crm\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let head = format!("{head}Expect: 100-continue\r\nContent-Length: 9\r\n\r\n");
    let mut posting = server.send(&head).await;
    assert!(first_of(&mut posting).await.starts_with("HTTP/1.1 100"), "the form is being read");
    let next = server.send("GET /healthz HTTP/1.1\r\nHost: crm\r\nConnection: close\r\n\r\n").await;
    posting.write_all(b"email=a&p").await.unwrap();
    assert!(all_of(posting).await.contains("Enter your email address"));
    assert!(all_of(next).await.starts_with("HTTP/1.1 200"), "whoever has been answered makes room");
    server.stop.cancel();
    server.served.await.unwrap();
}
