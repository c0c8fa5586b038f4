//! The secret key of a process and the secrets of its database: where they do not belong together, nothing is begun, and nothing
//! is said to be done.

use std::path::Path;

use cartwright::simulator::Options;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::{Directory, Pair, Process, SECRET_KEY, cartwright, only_customers, pool_of};

/// A key that sealed nothing.
fn another() -> String {
    SECRET_KEY.chars().rev().collect()
}

async fn with_a_store(connect: &PgConnectOptions) -> Pair {
    let pool = pool_of(connect).await;
    Pair::new(pool, Options { customers: 3, ..only_customers() }).await
}

/// A secret that was sealed with a key that nobody has any more.
const LOSE_ONE: &str = "insert into webhooks (name, url, events, secret)
    values ('Lost', 'https://192.0.2.1/', '{order.created}', '\\xff00')";

fn write_key(directory: &Path, key: &str) {
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::OpenOptions::new();
    let mut file = file.write(true).create_new(true).mode(0o600).open(directory.join("secret.key")).unwrap();
    std::io::Write::write_all(&mut file, key.as_bytes()).unwrap();
}

#[sqlx::test]
async fn a_process_with_another_key_does_not_start(_: PgPoolOptions, connect: PgConnectOptions) {
    let pair = with_a_store(&connect).await;
    let mut process = Process::with(&connect, &["--secret-key", &another()]);
    assert!(!process.end().await.success());
    let log = process.log();
    for said in ["1 of 1 secrets in the database open with none", "--former-secret-key", "--secret-key-lost"]
    {
        assert!(log.contains(said), "{said}: {log}");
    }
    assert!(!log.contains("listening on"), "{log}");
    let knows_both = ["--secret-key", &another(), "--former-secret-key", SECRET_KEY];
    Process::with(&connect, &knows_both).url().await;
    pair.app.pool.close().await;
}

#[sqlx::test]
async fn a_key_that_is_lost_is_said_to_be(_: PgPoolOptions, connect: PgConnectOptions) {
    let pair = with_a_store(&connect).await;
    let process = Process::with(&connect, &["--secret-key", &another(), "--secret-key-lost"]);
    process.url().await;
    assert!(process.log().contains("1 of 1 secrets"), "{}", process.log());
    pair.app.pool.close().await;
}

#[sqlx::test]
async fn one_lost_secret_of_several_stops_nobody(_: PgPoolOptions, connect: PgConnectOptions) {
    let pair = with_a_store(&connect).await;
    pair.app.run_sql(LOSE_ONE).await;
    let process = Process::serve(&connect);
    process.url().await;
    assert!(process.log().contains("1 of 2 secrets"), "{}", process.log());
    assert!(process.log().contains("a key of mark ff"), "{}", process.log());
    pair.app.pool.close().await;
}

#[sqlx::test]
async fn no_key_is_made_beside_the_secrets_of_another(_: PgPoolOptions, connect: PgConnectOptions) {
    let pair = with_a_store(&connect).await;
    let empty = Directory::new();
    let done = cartwright(&["serve", "--bind", "127.0.0.1:0"], &empty, Some(&connect)).await;
    assert!(!done.success && done.log.contains("there is no key in"), "{}", done.log);
    assert!(!empty.path().join("secret.key").exists());
    pair.app.pool.close().await;
}

#[sqlx::test]
async fn a_key_that_is_not_there_is_not_changed(_: PgPoolOptions, connect: PgConnectOptions) {
    let pair = with_a_store(&connect).await;
    let mistyped = Directory::new();
    let done = cartwright(&["key", "rotate"], &mistyped, Some(&connect)).await;
    assert!(!done.success && done.log.contains("There is no secret key in"), "{}", done.log);
    let done = cartwright(&["key", "rotate"], &mistyped, None).await;
    assert!(!done.success && done.log.contains("There is no secret key in"), "{}", done.log);
    assert_eq!(std::fs::read_dir(mistyped.path()).unwrap().count(), 0, "nothing was made there");

    write_key(mistyped.path(), &another());
    let done = cartwright(&["key", "rotate"], &mistyped, None).await;
    assert!(!done.success && done.log.contains("There is no database in"), "{}", done.log);
    let done = cartwright(&["key", "rotate"], &mistyped, Some(&connect)).await;
    assert!(!done.success && done.log.contains("none of the 1 secrets"), "{}", done.log);
    let kept = std::fs::read_to_string(mistyped.path().join("secret.key")).unwrap();
    assert_eq!(kept, another(), "the key was not changed");
    pair.app.pool.close().await;
}

#[sqlx::test]
async fn a_change_that_leaves_a_secret_behind_is_no_success(_: PgPoolOptions, connect: PgConnectOptions) {
    let pair = with_a_store(&connect).await;
    let right = Directory::new();
    write_key(right.path(), SECRET_KEY);
    pair.app.run_sql(LOSE_ONE).await;
    let done = cartwright(&["key", "rotate"], &right, Some(&connect)).await;
    assert!(!done.success, "{}", done.log);
    assert!(done.log.contains("1 secrets open with none of the keys"), "{}", done.log);
    assert!(done.log.contains("1 secrets are sealed with the new key"), "{}", done.log);

    pair.app.run_sql("delete from webhooks").await;
    let done = cartwright(&["key", "rotate"], &right, Some(&connect)).await;
    assert!(done.success && done.log.contains("all 1 secrets are sealed with the new key"), "{}", done.log);
    pair.app.pool.close().await;
}
