//! The database: one pool, the migrations, and the translation of named constraints into words.

use std::str::FromStr;
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, Executor, PgPool, Row};

/// So long a connection is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two knocks at a server that is not there.
const STEP: Duration = Duration::from_millis(200);

/// Migrations are compiled in: the binary brings its own schema.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// Why there is no database to work with. Every message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum NoDatabase {
    /// It is the address of something else, or of nothing. The address itself is not told: a password may be in it.
    #[error(
        "DATABASE_URL is not the address of a Postgres; write postgres://user:password@host:5432/database"
    )]
    Address(#[source] Option<sqlx::Error>),
    /// The server does not answer, or refuses.
    #[error("the database does not answer. Check DATABASE_URL: host, port, user, password and database name")]
    Silent(#[source] sqlx::Error),
}

/// Opens the pool. `connections` is the most that this process uses at once.
///
/// # Errors
/// When the address is none, when the server refuses, and when it is not there within 10 seconds.
pub async fn connect(url: &str, connections: u32) -> Result<PgPool, NoDatabase> {
    if !["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Err(NoDatabase::Address(None));
    }
    let options = PgConnectOptions::from_str(url).map_err(|problem| NoDatabase::Address(Some(problem)))?;
    wait_for(&options).await.map_err(NoDatabase::Silent)?;
    pool(connections).connect_with(options).await.map_err(NoDatabase::Silent)
}

/// A server that is just starting beside us is waited for; what is wrong meanwhile is told at once, for the pool would only say
/// that it waited in vain.
async fn wait_for(options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let began = Instant::now();
    let mut told = false;
    loop {
        let answer = match tokio::time::timeout(PATIENCE, options.connect()).await {
            Ok(answer) => answer,
            Err(_) => return Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
        };
        match answer {
            Ok(connection) => return connection.close().await,
            Err(problem) if began.elapsed() < PATIENCE && may_be_starting(&problem) => {
                if !std::mem::replace(&mut told, true) {
                    let seconds = PATIENCE.as_secs();
                    tracing::warn!("the database is not there yet, and is waited for {seconds} s: {problem}");
                }
                tokio::time::sleep(STEP).await;
            }
            Err(problem) => return Err(problem),
        }
    }
}

fn may_be_starting(problem: &sqlx::Error) -> bool {
    use std::io::ErrorKind::{ConnectionRefused, ConnectionReset, NotFound};
    match problem {
        sqlx::Error::Io(problem) => {
            matches!(problem.kind(), ConnectionRefused | ConnectionReset | NotFound)
        }
        other => other.as_database_error().and_then(|db| db.code()).as_deref() == Some("57P03"),
    }
}

/// A pool of at most so many connections.
///
/// One that comes back inside a transaction is closed: sqlx (0.9.0, its issue 4393) does not know that a transaction has begun
/// when whoever began it went away before the answer, as a visitor does who closes the page; and what the next one writes
/// would be in it.
#[must_use]
pub fn pool(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .after_release(|connection, _| Box::pin(is_at_rest(connection)))
}

/// In a transaction `now()` stands still. Asked as simple text, which is one message: a prepared statement is several, each
/// with a time of its own.
async fn is_at_rest(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let row = connection.fetch_one(sqlx::raw_sql("select now() = statement_timestamp()")).await?;
    row.try_get(0)
}

/// Brings the schema up to date; several processes may do it at once (an advisory lock lets one after the other).
///
/// # Errors
/// When the database is newer than this binary, or a statement fails.
pub async fn migrate(pool: &PgPool) -> Result<(), sqlx::migrate::MigrateError> {
    MIGRATIONS.run(pool).await
}

/// Does the database not answer, rather than refuse?
#[must_use]
pub fn is_away(problem: &anyhow::Error) -> bool {
    cause(problem).is_some_and(|cause| {
        let code = cause.as_database_error().and_then(|db| db.code());
        matches!(cause, sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed)
            || matches!(code.as_deref(), Some("53300" | "57P01" | "57P02" | "57P03"))
    })
}

fn cause(problem: &anyhow::Error) -> Option<&sqlx::Error> {
    problem.chain().find_map(|cause| cause.downcast_ref::<sqlx::Error>())
}

/// What stopped a job, in words for people: trouble of the database itself says what it means and what to do, everything else
/// speaks for itself.
#[must_use]
pub fn words(problem: &anyhow::Error) -> String {
    cause(problem).and_then(trouble).map_or_else(|| format!("{problem:#}"), ToOwned::to_owned)
}

fn trouble(problem: &sqlx::Error) -> Option<&'static str> {
    let code = problem.as_database_error().and_then(|db| db.code());
    match (problem, code.as_deref()) {
        (_, Some("53100")) => Some(
            "The disk of the database is full. What was under way was not written, and nothing is lost: free some space there, and \
             the next sync goes on where this one stopped.",
        ),
        (_, Some("53200" | "53300")) => Some(
            "The database has no memory or no connection left. Nothing is lost: give it more, or have fewer processes, and the \
             next sync goes on where this one stopped.",
        ),
        (_, Some("57P01" | "57P02" | "57P03" | "25006"))
        | (sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed, _) => Some(
            "The database went away, or takes no changes. Nothing is lost: once it is back, the next sync goes on where this one \
             stopped.",
        ),
        _ => None,
    }
}

/// Turns the violation of one named constraint into what the caller knows it means.
pub trait OnConstraint<T, E> {
    /// `name`d constraint violated: `translate` says what that is. Every other error passes through `From`.
    fn on_constraint(self, name: &str, translate: impl FnOnce() -> E) -> Result<T, E>;
}

impl<T, E: From<sqlx::Error>> OnConstraint<T, E> for Result<T, sqlx::Error> {
    fn on_constraint(self, name: &str, translate: impl FnOnce() -> E) -> Result<T, E> {
        self.map_err(|error| match &error {
            sqlx::Error::Database(db) if db.constraint() == Some(name) => translate(),
            _ => E::from(error),
        })
    }
}
