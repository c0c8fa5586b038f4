use std::time::Duration;

use sqlx::PgPool;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{Postgres, PostgresError};

/// How often it looks.
const EVERY: Duration = Duration::from_secs(2);

/// Looks after a server for as long as it is used: one that dies is started again.
#[derive(Debug)]
pub struct Keeper {
    /// Who drops it without a word gives up the server as well.
    stop: DropGuard,
    task: JoinHandle<Postgres>,
}

impl Keeper {
    /// Begins to look. `pool` is told where the server is when it has moved.
    #[must_use]
    pub fn of(postgres: Postgres, pool: PgPool) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(keep(postgres, pool, stop.clone()));
        Self { stop: stop.drop_guard(), task }
    }

    /// Looks no more, and leaves the server.
    ///
    /// # Errors
    /// As [`Postgres::stop`].
    pub async fn stop(self) -> Result<(), PostgresError> {
        drop(self.stop);
        match self.task.await {
            Ok(postgres) => postgres.stop().await,
            // it panicked or was dropped with the runtime: the seat is given up then, too
            Err(_) => Ok(()),
        }
    }
}

async fn keep(mut postgres: Postgres, pool: PgPool, stop: CancellationToken) -> Postgres {
    while stop.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
        match postgres.revive().await {
            Ok(true) => {
                if let Ok(options) = postgres.url().parse() {
                    pool.set_connect_options(options);
                }
                tracing::warn!("Postgres runs again");
            }
            Ok(false) => {}
            Err(problem) => tracing::error!("Postgres could not be started again: {problem}"),
        }
    }
    postgres
}
