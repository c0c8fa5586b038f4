use std::io;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection, Executor};

use super::error::PostgresError;

/// Fixed, whatever `PGPORT` says: it is only part of the socket's name.
pub(super) const PORT: u16 = 5432;
/// The superuser of the cluster, used for nothing but making our role.
pub(super) const SUPERUSER: &str = "postgres";
/// A server that accepts and says nothing is stopped or swamped: knock again.
const ANSWER_PATIENCE: Duration = Duration::from_secs(10);

/// What a knock at the door brought.
pub(super) enum Knock {
    /// The server answers, from our database.
    Open,
    /// The server answers; there is no role or no database of ours yet.
    Bare,
    /// No socket yet, or the server is starting, recovering or shutting down.
    NotYet,
}

/// The URL of our database. Port and TLS are said aloud, since sqlx would take them from `PGPORT` and `PGSSLMODE`.
pub(super) fn url(socket_dir: &Path) -> String {
    address("cartwright", "cartwright", socket_dir)
}

/// Asks whether the server lets anybody in.
pub(super) async fn knock(socket_dir: &Path) -> Result<Knock, PostgresError> {
    let url = url(socket_dir);
    let Ok(answer) = tokio::time::timeout(ANSWER_PATIENCE, connect(&url)).await else {
        return Ok(Knock::NotYet);
    };
    match answer {
        Ok(connection) => {
            close(connection).await;
            Ok(Knock::Open)
        }
        Err(error) if is_without_our_database(&error) => Ok(Knock::Bare),
        Err(error) if is_not_yet(&error) => Ok(Knock::NotYet),
        Err(source) => Err(PostgresError::Database { doing: "connecting", source }),
    }
}

/// Makes role and database, whichever is missing.
pub(super) async fn create(socket_dir: &Path) -> Result<(), PostgresError> {
    let doing = |doing| move |source| PostgresError::Database { doing, source };
    let url = address(SUPERUSER, "postgres", socket_dir);
    let mut db = connect(&url).await.map_err(doing("connecting as its superuser"))?;
    // No superuser: a role that owns its database may do all that we need, pg_trgm and citext included.
    let role = db.execute("create role cartwright login createdb").await;
    unless_there(role.map(drop), "42710").map_err(doing("making the role"))?;
    let database = db.execute("create database cartwright owner cartwright").await;
    unless_there(database.map(drop), "42P04").map_err(doing("making the database"))?;
    close(db).await;
    Ok(())
}

fn unless_there(result: Result<(), sqlx::Error>, exists_already: &str) -> Result<(), sqlx::Error> {
    match result {
        Err(error) if code(&error).as_deref() == Some(exists_already) => Ok(()),
        other => other,
    }
}

async fn connect(url: &str) -> Result<PgConnection, sqlx::Error> {
    PgConnectOptions::from_str(url)?.connect().await
}

/// Politely, or the server logs a lost connection at every start; what it says to that does not matter.
async fn close(connection: PgConnection) {
    let _ = connection.close().await;
}

/// No such database (3D000) or role (28000).
fn is_without_our_database(error: &sqlx::Error) -> bool {
    matches!(code(error).as_deref(), Some("3D000" | "28000"))
}

/// 57P03 is "starting up", "shutting down" and "in recovery".
fn is_not_yet(error: &sqlx::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionRefused, ConnectionReset, NotFound, UnexpectedEof};
    match error {
        sqlx::Error::Io(error) => {
            matches!(
                error.kind(),
                NotFound | ConnectionRefused | ConnectionReset | BrokenPipe | UnexpectedEof
            )
        }
        other => matches!(code(other).as_deref(), Some("57P03" | "57P01")),
    }
}

fn code(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}

fn address(user: &str, database: &str, socket_dir: &Path) -> String {
    let host = percent_encoded(socket_dir.as_os_str().as_encoded_bytes());
    format!("postgres://{user}@localhost:{PORT}/{database}?host={host}&sslmode=disable")
}

fn percent_encoded(bytes: &[u8]) -> String {
    let encode = |byte: &u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(*byte).to_string(),
        other => format!("%{other:02X}"),
    };
    bytes.iter().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_survives_odd_paths() {
        let url = url(Path::new("/srv/a b&c/ü/run"));
        let expected = "postgres://cartwright@localhost:5432/cartwright?host=%2Fsrv%2Fa%20b%26c%2F%C3%BC%2Frun&sslmode=disable";
        assert_eq!(url, expected);
        let options = PgConnectOptions::from_str(&url).unwrap();
        assert_eq!(options.get_socket().unwrap(), Path::new("/srv/a b&c/ü/run"));
    }
}
