//! `cartwright serve` as a process of its own: to be asked, stopped and killed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::{SECRET_KEY, until};

/// A process of Cartwright over the test's database, ended with the test whatever happens.
pub(crate) struct Process {
    child: Child,
    /// What the database calls its connections.
    name: String,
    directory: Directory,
}

impl Process {
    /// Starts one that works on whatever the queue holds, and queues nothing by itself.
    pub(crate) fn serve(connect: &PgConnectOptions) -> Self {
        Self::with(connect, &["--sync-interval", "0"])
    }

    /// Starts one with these settings.
    pub(crate) fn with(connect: &PgConnectOptions, settings: &[&str]) -> Self {
        let command = ["serve", "--bind", "127.0.0.1:0", "--allow-private-stores"];
        Self::run(&[&command, settings].concat(), Some(connect))
    }

    /// Starts a command over this database, or over the data directory's own.
    pub(crate) fn run(command: &[&str], connect: Option<&PgConnectOptions>) -> Self {
        let directory = Directory::new();
        let name = format!("process {}", fastrand::u32(..));
        let log = File::create(directory.0.join("log")).unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_cartwright"));
        match connect {
            Some(connect) => program.env("DATABASE_URL", url(connect)),
            None => program.env_remove("DATABASE_URL"),
        };
        let child = program
            .args(command)
            .env("CARTWRIGHT_DATA_DIR", &directory.0)
            .env("PGAPPNAME", &name)
            .env("CARTWRIGHT_SECRET_KEY", SECRET_KEY)
            .env_remove("RUST_LOG")
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        Self { child, name, directory }
    }

    /// What it has written to its log so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.directory.0.join("log")).unwrap()
    }

    /// Where its pages are, once it is ready.
    pub(crate) async fn url(&self) -> String {
        until("the process listens", async || self.address().is_some()).await;
        self.address().unwrap()
    }

    fn address(&self) -> Option<String> {
        let log = self.log();
        let (_, rest) = log.split_once("listening on ")?;
        let end = rest.find(|c: char| c.is_whitespace() || c == '"')?;
        Some(rest[..end].to_owned())
    }

    /// Its number, which is also in its workers' name.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it without a warning, and waits until no transaction of it is left open: what is counted then is what it got
    /// in.
    pub(crate) async fn kill(mut self, pool: &PgPool) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.leaves(pool).await;
    }

    /// Tells it to stop, as a service manager does.
    pub(crate) fn terminate(&self) {
        let told = Command::new("kill").args(["-TERM", &self.id().to_string()]).status();
        assert!(told.unwrap().success());
    }

    /// Waits for its end.
    pub(crate) async fn end(&mut self) -> ExitStatus {
        until("the process has ended", async || self.child.try_wait().unwrap().is_some()).await;
        self.child.wait().unwrap()
    }

    async fn leaves(&self, pool: &PgPool) {
        until("its connections are closed", async || connections(pool, &self.name).await == 0).await;
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            println!("the log of {}:\n{}", self.name, self.log());
        }
    }
}

/// A pool of the test's own, where processes share the database with it.
pub(crate) async fn pool_of(connect: &PgConnectOptions) -> PgPool {
    PgPoolOptions::new().max_connections(4).connect_with(connect.clone()).await.unwrap()
}

/// Connections to this database by this name.
async fn connections(pool: &PgPool, name: &str) -> i64 {
    sqlx::query_scalar(
        "select count(*) from pg_stat_activity where datname = current_database() and application_name = $1",
    )
    .bind(name)
    .fetch_one(pool)
    .await
    .unwrap()
}

/// What a command that ends by itself came to.
pub(crate) struct Ended {
    /// Did it end with 0?
    pub(crate) success: bool,
    /// What it wrote to its log.
    pub(crate) log: String,
    /// What it said.
    pub(crate) said: String,
}

/// Runs a command with this data directory, over this database or, without one, its own; the key is that of the directory.
pub(crate) async fn cartwright(
    command: &[&str],
    directory: &Directory,
    connect: Option<&PgConnectOptions>,
) -> Ended {
    let mut program = tokio::process::Command::new(env!("CARGO_BIN_EXE_cartwright"));
    program.args(command).env("CARTWRIGHT_DATA_DIR", directory.path()).env_remove("RUST_LOG");
    match connect {
        Some(connect) => program.env("DATABASE_URL", url(connect)),
        None => program.env_remove("DATABASE_URL"),
    };
    let ended = program.stdin(Stdio::null()).kill_on_drop(true).output().await.unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ended { success: ended.status.success(), log: text(&ended.stderr), said: text(&ended.stdout) }
}

/// A directory that goes with the test.
pub(crate) struct Directory(PathBuf);

impl Directory {
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn new() -> Self {
        let name = format!("cartwright-process-{}-{}", std::process::id(), fastrand::u32(..));
        let directory = std::env::temp_dir().join(name);
        fs::create_dir_all(&directory).unwrap();
        Self(directory)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A database, as another process is told of it. Over a socket the path goes into the query.
pub(crate) fn url(connect: &PgConnectOptions) -> String {
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
