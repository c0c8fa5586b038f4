//! The database: one pool, the migrations, and the translation of named constraints into words.

use std::time::Duration;

use sqlx::postgres::{PgConnection, PgPoolOptions};
use sqlx::{Executor, PgPool, Row};

/// Migrations are compiled in: the binary brings its own schema.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// Opens the pool. `connections` is the most that this process uses at once.
///
/// # Errors
/// When no connection can be made within 10 seconds.
pub async fn connect(url: &str, connections: u32) -> Result<PgPool, sqlx::Error> {
    pool(connections).connect(url).await
}

/// A pool of at most so many connections.
///
/// One that comes back inside a transaction is closed: sqlx (0.9) does not know that a transaction has begun when whoever
/// began it went away before the answer, as a visitor does who closes the page; and what the next one writes would be in it.
#[must_use]
pub fn pool(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(10))
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
