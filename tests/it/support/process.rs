//! `cartwright serve` as a process of its own, to be killed.

use std::process::{Child, Command, Stdio};

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::{SECRET_KEY, until};

/// A process of Cartwright over the test's database, ended with the test whatever happens.
pub(crate) struct Process(Child, #[expect(dead_code, reason = "it lives as long as the process")] Directory);

impl Process {
    /// Starts one; it works on whatever the queue holds.
    pub(crate) fn serve(connect: &PgConnectOptions) -> Self {
        let directory = Directory::new();
        let child = Command::new(env!("CARGO_BIN_EXE_cartwright"))
            .args(["serve", "--bind", "127.0.0.1:0", "--sync-interval", "0", "--allow-private-stores"])
            .arg("--data-dir")
            .arg(&directory.0)
            .env("DATABASE_URL", url(connect))
            .env("PGAPPNAME", "killed")
            .env("CARTWRIGHT_SECRET_KEY", SECRET_KEY)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self(child, directory)
    }

    /// Kills it without a warning, and waits until no transaction of it is left open: what is counted then is what it got
    /// in.
    pub(crate) async fn kill(mut self, pool: &PgPool) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
        until("its connections are closed", async || others_of(pool).await == 0).await;
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A pool of the test's own, where processes share the database with it.
pub(crate) async fn pool_of(connect: &PgConnectOptions) -> PgPool {
    PgPoolOptions::new().max_connections(4).connect_with(connect.clone()).await.unwrap()
}

/// Connections to this database that are such a process's.
async fn others_of(pool: &PgPool) -> i64 {
    sqlx::query_scalar(
        "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'killed'",
    )
    .fetch_one(pool)
    .await
    .unwrap()
}

struct Directory(std::path::PathBuf);

impl Directory {
    fn new() -> Self {
        let name = format!("cartwright-process-{}-{}", std::process::id(), fastrand::u32(..));
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&directory).unwrap();
        Self(directory)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The test's database, as another process is told of it. Over a socket the path goes into the query.
fn url(connect: &PgConnectOptions) -> String {
    let mut url = url::Url::parse("postgres://localhost/").unwrap();
    url.set_username(connect.get_username()).unwrap();
    url.set_port(Some(connect.get_port())).unwrap();
    url.set_path(connect.get_database().unwrap());
    if let Some(socket) = connect.get_socket() {
        url.query_pairs_mut().append_pair("host", &socket.to_string_lossy());
    } else {
        url.set_host(Some(connect.get_host())).unwrap();
    }
    url.query_pairs_mut().append_pair("sslmode", "disable");
    url.to_string()
}
