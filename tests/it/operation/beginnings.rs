//! What a process that cannot begin says: what is wrong, once, and what to do about it.

use std::time::Duration;

use axum::http::{StatusCode, header};
use cartwright::base::db;
use cartwright::crm::users::Role;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::net::TcpListener;

use crate::support::{App, Directory, cartwright, pool_of};

/// Refuses to serve with these settings, and says this.
async fn refuses(settings: &[&str], why: &str) -> String {
    let command = [&["serve", "--bind", "127.0.0.1:0"], settings].concat();
    let done = cartwright(&command, &Directory::new(), None).await;
    assert!(!done.success && done.log.contains(why), "{settings:?}: {}", done.log);
    done.log
}

#[tokio::test]
async fn settings_that_cannot_be_meant_are_refused() {
    for nothing in ["", "garbage", "crm.example.org", "ftp://crm"] {
        refuses(&["--base-url", nothing], "https://crm.example.org").await;
    }
    refuses(&["--base-url", "https://crm.example.org/crm"], "at the root of a host").await;
    for few in ["0", "1", "4"] {
        refuses(&["--database-connections", few], "is not in 5..").await;
    }
}

#[tokio::test]
async fn an_address_that_is_no_postgres_is_said_to_be_none() {
    for nothing in ["mysql://ada:hunter2@localhost/crm", "garbage", "postgres://localhost:port/crm"] {
        let log = refuses(&["--database-url", nothing], "is not the address of a Postgres").await;
        assert!(!log.contains("hunter2"), "{log}");
    }
}

#[tokio::test]
async fn a_database_that_is_not_there_is_said_to_refuse() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let url = format!("postgres://ada@{nobody}/crm");
    let log = refuses(&["--database-url", &url], "the database does not answer").await;
    assert!(log.contains("is waited for 10 s") && !log.contains("pool timed out"), "{log}");
    let last = log.lines().last().unwrap();
    assert_eq!(last.matches("onnection refused").count(), 1, "{last}");
}

#[tokio::test]
async fn a_variable_that_is_empty_is_not_set() {
    let home = Directory::new();
    let mut program = tokio::process::Command::new(env!("CARGO_BIN_EXE_cartwright"));
    for name in [
        "CARTWRIGHT_SECRET_KEY",
        "CARTWRIGHT_FORMER_SECRET_KEY",
        "CARTWRIGHT_ADMIN_EMAIL",
        "CARTWRIGHT_SYNC_INTERVAL",
        "CARTWRIGHT_ALLOW_PRIVATE_STORES",
        "CARTWRIGHT_BASE_URL",
        "CARTWRIGHT_WORKERS",
        "CARTWRIGHT_LOG_FORMAT",
        "DATABASE_URL",
        "RUST_LOG",
    ] {
        program.env(name, "");
    }
    // without DATABASE_URL it looks for a Postgres of its own, and here is none
    let nowhere = home.path().join("bin");
    program.env("CARTWRIGHT_DATA_DIR", home.path()).env("CARTWRIGHT_PG_BIN", nowhere);
    let done = program.args(["serve", "--bind", "127.0.0.1:0"]).output().await.unwrap();
    let log = String::from_utf8_lossy(&done.stderr);
    assert!(log.contains("CARTWRIGHT_PG_BIN is"), "{log}");
}

#[sqlx::test]
async fn whoever_cannot_take_over_is_told_why(_: PgPoolOptions, connect: PgConnectOptions) {
    let pool = pool_of(&connect).await;
    let app = App::as_administrator(pool.clone()).await;
    app.colleague(Role::Manager).await;
    app.colleague(Role::Sales).await;
    app.run_sql("update users set disabled_at = now() where email like 'manager%'").await;
    let disable = async |successor: &'static str| {
        let command = ["user", "disable", "--email", "sales@example.org", "--successor", successor];
        cartwright(&command, &Directory::new(), Some(&connect)).await.log
    };
    assert!(disable("sales@example.org").await.contains("is the one who is to be let in no more"));
    let told = disable("manager@example.org").await;
    assert!(told.contains("is disabled and cannot take over"), "{told}");
    assert!(disable("nobody@example.org").await.contains("nobody signs in with nobody@example.org"));
    pool.close().await;
}

/// A database that takes the connection and says nothing, and a pool that would wait for it for an hour.
#[tokio::test]
async fn whether_it_is_ready_is_not_waited_for() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://ada@{}/crm", silent.local_addr().unwrap());
    let pool = db::pool(5).acquire_timeout(Duration::from_secs(3600)).connect_lazy(&url).unwrap();
    let page = App::new(pool).await.get("/readyz").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[sqlx::test]
async fn a_program_is_told_to_come_back_when_the_database_is_away(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let mut program = app.program("read").await;
    app.pool.close().await;
    let page = program.get("/api/v1/customers").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{}", page.html);
    assert!(page.headers.contains_key(header::RETRY_AFTER));
    assert_eq!(page.json()["type"], "/help/api#problem-unavailable");
}
