//! Our own Postgres, for whoever starts without `DATABASE_URL`: found, made, started, shared and stopped.
//!
//! **Owns** `pg` (the cluster), `pg.log`, `run` (the socket), `pg.gate` and `pg.users` in the data directory. **Refuses** to
//! listen on a port, to run as root, and to touch a cluster of another major version or a directory that is none.
//!
//! **Invariant:** only who holds the gate starts, repairs or stops the server; who uses it holds a seat, and sees to it that
//! it runs; who leaves last stops it. The kernel drops both when a process dies, so a crash leaves at most a running server:
//! the next start attaches to it.

mod account;
mod binaries;
mod client;
mod cluster;
mod error;
mod gate;
mod home;
mod keeper;
mod postmaster;

use std::path::Path;

pub use self::binaries::Search;
use self::cluster::Cluster;
pub use self::error::PostgresError;
use self::gate::{Gate, Seat};
use self::home::Home;
pub use self::keeper::Keeper;

/// A running Postgres that this process shares with the others of the same data directory.
#[derive(Debug)]
pub struct Postgres {
    url: String,
    cluster: Cluster,
    seat: Option<Seat>,
}

impl Postgres {
    /// Attaches to the server of `data_dir`, or starts it; makes cluster, role and database when there are none yet.
    ///
    /// # Errors
    /// Each says what happened and what to do: no binaries, another major version, a directory that the server's
    /// account may not enter, a server that does not come up (with the end of its log).
    pub async fn start(data_dir: &Path, search: &Search) -> Result<Self, PostgresError> {
        let home = Home::open(data_dir)?;
        let gate = Gate::enter(&home).await?;
        let mut cluster = Cluster::open(home, search).await?;
        let served = cluster.serve().await;
        // A server that runs and is of no use to anybody is not left behind; one that still recovers is.
        if matches!(served, Err(PostgresError::Database { .. })) && gate.is_room_empty() {
            cluster.halt().await?;
        }
        Ok(Self { url: client::url(&served?), cluster, seat: Some(gate.sit()?) })
    }

    /// Whether there is a cluster in this data directory.
    #[must_use]
    pub fn is_in(data_dir: &Path) -> bool {
        data_dir.join("pg/PG_VERSION").exists()
    }

    /// Where to connect: a URL for sqlx or psql, over the unix socket.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Starts the server anew if it has died. `true`: it had.
    ///
    /// # Errors
    /// As [`Postgres::start`].
    pub async fn revive(&mut self) -> Result<bool, PostgresError> {
        let Some(seat) = &self.seat else { return Ok(false) };
        let Some(cause) = self.cluster.obituary()? else { return Ok(false) };
        tracing::warn!("{cause}\nIt is started again");
        seat.stand_up().await?;
        // another process may have done it meanwhile: then it is attached to
        let served = self.cluster.serve().await;
        seat.sit_down()?;
        self.url = client::url(&served?);
        Ok(true)
    }

    /// Leaves; the last one out stops the server and waits until its process is gone.
    ///
    /// # Errors
    /// When the server neither stops fast nor at once; the seat is given up in any case.
    pub async fn stop(mut self) -> Result<(), PostgresError> {
        let Some(seat) = self.seat.take() else {
            return Ok(());
        };
        let gate = seat.leave().await?;
        if gate.is_room_empty() {
            self.cluster.halt().await?;
        }
        Ok(())
    }
}

impl Drop for Postgres {
    /// Without [`Postgres::stop`] (an error on the way up, a panic): the last one out still tells the server to stop, but
    /// nobody waits for it. A start that comes meanwhile waits for its end and begins anew.
    fn drop(&mut self) {
        if let Some(gate) = self.seat.take().and_then(Seat::try_leave)
            && gate.is_room_empty()
        {
            self.cluster.halt_soon();
        }
    }
}
