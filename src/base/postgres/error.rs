use std::io;
use std::path::{Path, PathBuf};

use super::account::Account;

/// Why our own Postgres cannot be had. Every message ends with what to do.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// No directory with a complete set of server programs.
    #[error(
        "no PostgreSQL server was found (looked in {looked}); install one (Debian and Ubuntu: `apt-get install \
         postgresql`), name its directory in CARTWRIGHT_PG_BIN, or set DATABASE_URL to a server that you have"
    )]
    NotFound {
        /// The places, separated by commas.
        looked: String,
    },
    /// The directory that was named explicitly is not one of a server.
    #[error(
        "CARTWRIGHT_PG_BIN is {dir}, but there is no working {missing} in it; name the directory that holds initdb, \
         postgres and pg_ctl (on Debian /usr/lib/postgresql/15/bin), or unset it to let Cartwright search"
    )]
    Incomplete {
        /// The directory named.
        dir: PathBuf,
        /// The program that is missing.
        missing: &'static str,
    },
    /// The cluster was made by another major version than the ones installed.
    #[error(
        "the data in {} was made by PostgreSQL {made_by}, but here is only {found}; install postgresql-{made_by}, \
         or dump it there and restore it here, or begin afresh with another --data-dir", pg.display()
    )]
    WrongMajor {
        /// The cluster.
        pg: PathBuf,
        /// What its `PG_VERSION` says.
        made_by: String,
        /// The versions found.
        found: String,
    },
    /// The place of the cluster is taken by something else.
    #[error("{} is neither empty nor a PostgreSQL cluster; move it away or choose another --data-dir", .0.display())]
    NotACluster(PathBuf),
    /// We are root and the account that Postgres must run as cannot get to the data.
    #[error(
        "Postgres does not run as root but as {account}, who may not enter {}; choose a --data-dir outside of it \
         (for example /var/lib/cartwright), or open it with `chmod o+x {}`", closed.display(), closed.display()
    )]
    Closed {
        /// The directory that lacks the permission.
        closed: PathBuf,
        /// The account.
        account: String,
    },
    /// We are not root, and the cluster is someone else's.
    #[error(
        "{} belongs to user {owner} and you are user {me}; start Cartwright as that user or as root, or choose \
         another --data-dir", pg.display()
    )]
    OthersData {
        /// The cluster.
        pg: PathBuf,
        /// Its owner.
        owner: u32,
        /// Us.
        me: u32,
    },
    /// Another process has been starting or stopping the server for minutes.
    #[error(
        "another Cartwright has been starting or stopping the Postgres of {} for minutes; see pg.log there, and stop \
         that process if it hangs", .0.display()
    )]
    Busy(PathBuf),
    /// A program of Postgres failed.
    #[error(
        "{program} failed: {output}; the cause is usually in that line, else set DATABASE_URL to a server you have"
    )]
    Program {
        /// Which one.
        program: String,
        /// What it said.
        output: String,
    },
    /// The server ended while it was starting.
    #[error("Postgres did not start; its log {} ends with:\n{tail}\nmend that, or set DATABASE_URL to a server you have", log.display())]
    DidNotStart {
        /// Where the whole log is.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// The server runs and does not let us in.
    #[error("Postgres runs but is not ready after {seconds} s; its log {} ends with:\n{tail}\nstart again to go on waiting", log.display())]
    NotReady {
        /// How long we waited.
        seconds: u64,
        /// Where the whole log is.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// Processes of a dead server still hold the cluster; a second server beside them would damage it.
    #[error(
        "the Postgres of {} is dead but processes of it live on ({pids}), so its data is not touched; end them and \
         start again", pg.display()
    )]
    Leftovers {
        /// The cluster.
        pg: PathBuf,
        /// Their ids.
        pids: String,
    },
    /// The server does not stop.
    #[error("Postgres (process {pid}) does not stop; see {}, and stop it by `kill -QUIT {pid}`", log.display())]
    DoesNotStop {
        /// The server's process.
        pid: u32,
        /// Where the log is.
        log: PathBuf,
    },
    /// A question to the running server failed.
    #[error("Postgres runs, but {doing} failed; see pg.log in the data directory")]
    Database {
        /// What we tried.
        doing: &'static str,
        /// What it answered.
        source: sqlx::Error,
    },
    /// A file or a program could not be used.
    #[error(
        "cannot {doing}: {source}; check the permissions and the free space, or choose another --data-dir"
    )]
    Io {
        /// What we tried, with the path.
        doing: String,
        /// The system's answer.
        source: io::Error,
    },
}

impl PostgresError {
    pub(super) fn closed(dir: &Path, account: &Account) -> Self {
        Self::Closed { closed: account.first_closed(dir), account: account.to_string() }
    }
}

/// `fs::read(path).doing("read", path)?`
pub(super) trait Doing<T> {
    fn doing(self, verb: &str, path: &Path) -> Result<T, PostgresError>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, verb: &str, path: &Path) -> Result<T, PostgresError> {
        self.map_err(|source| PostgresError::Io { doing: format!("{verb} {}", path.display()), source })
    }
}
