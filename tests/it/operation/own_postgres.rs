//! The Postgres of a data directory: it is started again when it dies, and a backup of it is put into another one.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use axum::http::StatusCode;

use crate::support::{Directory, Process, Visitor, cartwright, until};

/// A word that a backup keeps.
const WRITE: &str = "insert into teams (name) values ('Kept')";
const READ: &str = "select string_agg(name, ',') from teams";

#[tokio::test]
async fn a_process_starts_its_postgres_again() {
    let home = Directory::new();
    let directory = home.path().to_str().unwrap();
    let serve = ["serve", "--bind", "127.0.0.1:0", "--sync-interval", "0", "--data-dir", directory];
    let mut process = Process::run(&serve, None);
    let url = process.url().await;
    let mut visitor = Visitor::new();
    assert_eq!(visitor.get(&url, "/readyz").await.unwrap().status, StatusCode::OK);
    let pid = std::fs::read_to_string(home.path().join("pg/postmaster.pid")).unwrap();
    let killed = Command::new("kill").args(["-KILL", pid.lines().next().unwrap()]).status().unwrap();
    assert!(killed.success());
    until("it is started again", async || process.log().contains("Postgres runs again")).await;
    until("the process is ready again", async || {
        visitor.get(&url, "/readyz").await.is_ok_and(|page| page.status == StatusCode::OK)
    })
    .await;
    process.terminate();
    assert!(process.end().await.success(), "{}", process.log());
    assert!(!home.path().join("pg/postmaster.pid").exists(), "and it stops it in the end");
}

async fn sql(home: &Directory, statement: &str) -> String {
    let shell = format!("psql --no-psqlrc -qAtd \"$DATABASE_URL\" -c \"{statement}\"");
    let done = cartwright(&["database", "--", "sh", "-c", &shell], home, None).await;
    assert!(done.success, "{}", done.log);
    done.said.trim().to_owned()
}

/// Runs a script as an operator does who has installed the program.
async fn ops(script: &str, arguments: &[&str], home: &Directory) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_cartwright")).parent().unwrap();
    let path = [program.to_owned()].into_iter().chain(std::env::split_paths(env!("PATH")));
    tokio::process::Command::new(format!("ops/{script}"))
        .args(arguments)
        .env_remove("DATABASE_URL")
        .env("CARTWRIGHT_DATA_DIR", home.path())
        .env("PATH", std::env::join_paths(path).unwrap())
        .output()
        .await
        .unwrap()
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn a_backup_is_put_into_a_new_data_directory_and_over_one_that_was_started() {
    let (old, new, started) = (Directory::new(), Directory::new(), Directory::new());
    let file: PathBuf = old.path().join("cartwright.dump");
    let file = file.to_str().unwrap();
    let nothing = ops("backup", &[file], &new).await;
    assert!(!nothing.status.success() && words(&nothing).contains("no Postgres in"), "{nothing:?}");

    assert!(cartwright(&["migrate"], &old, None).await.success);
    sql(&old, WRITE).await;
    let done = ops("backup", &[file], &old).await;
    assert!(done.status.success(), "{done:?}");

    let done = ops("restore", &[file], &new).await;
    assert!(done.status.success() && !words(&done).contains("skipping"), "{done:?}");
    assert!(cartwright(&["migrate"], &new, None).await.success, "and Cartwright starts over it");
    assert_eq!(sql(&new, READ).await, "Kept");

    assert!(cartwright(&["migrate"], &started, None).await.success);
    let full = ops("restore", &[file], &started).await;
    assert!(!full.status.success() && words(&full).contains("ops/restore --replace"), "{full:?}");
    sql(&started, "insert into teams (name) values ('Before')").await;
    let torn = started.path().join("torn.dump");
    let whole = std::fs::read(file).unwrap();
    std::fs::write(&torn, &whole[..whole.len() - 2000]).unwrap();
    let broken = ops("restore", &["--replace", torn.to_str().unwrap()], &started).await;
    assert!(!broken.status.success(), "{broken:?}");
    assert_eq!(sql(&started, READ).await, "Before", "nothing goes before everything is in");
    let done = ops("restore", &["--replace", file], &started).await;
    assert!(done.status.success(), "{done:?}");
    assert!(cartwright(&["migrate"], &started, None).await.success);
    assert_eq!(sql(&started, READ).await, "Kept");
}
