//! The application on a port of this machine, as a process has it: pages, schedule, workers.

use std::net::SocketAddr;
use std::time::Duration;

use cartwright::jobs::Workers;
use cartwright::{sync, web};
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::support::App;

/// A running application; it ends with [`Served::stop`].
pub(super) struct Served {
    pub(super) url: String,
    workers: Workers,
    tasks: JoinSet<()>,
}

impl Served {
    /// Pages and schedule. Jobs wait until [`Served::work`], so that a test sees them queued.
    pub(super) async fn start(app: &App) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let pages = web::router(app.web.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, pages).await.unwrap() });
        tasks.spawn(schedule(app.pool.clone()));
        Self { url, workers: app.workers("browser"), tasks }
    }

    /// Starts the workers.
    pub(super) fn work(&mut self) {
        let workers = self.workers.clone();
        self.tasks.spawn(async move { workers.work().await });
    }

    /// Hands the leases back and ends.
    pub(super) async fn stop(mut self) {
        self.workers.stop().await;
        self.tasks.shutdown().await;
    }
}

async fn schedule(pool: PgPool) {
    let mut tick = tokio::time::interval(Duration::from_millis(200));
    loop {
        tick.tick().await;
        sync::queue_what_is_due(&pool, 300).await.unwrap();
    }
}
