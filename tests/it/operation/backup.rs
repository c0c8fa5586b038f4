//! A backup taken while everything runs, put into another database: the pages are the same, and the stores are read on.

use std::path::PathBuf;
use std::process::{Command, Output};

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::{App, Pair, pool_of, url};

const PAGES: [&str; 10] = [
    "/customers",
    "/customers/3",
    "/orders",
    "/orders/2",
    "/carts",
    "/accounts",
    "/credit-memos",
    "/newsletter-subscribers",
    "/channels/1",
    "/integrations/1",
];

#[sqlx::test]
async fn a_backup_is_put_into_another_database_and_goes_on_there(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let pool = pool_of(&connect).await;
    let mut pair = Pair::on_a_little_shop(pool.clone(), true).await;
    pair.app.run_sql("update integrations set two_way = true").await;
    let edited = pair.edit(3, &[("tax-vat", "AT 3")]).await;
    // the note of what was done is read
    pair.app.follow(&edited).await;
    let file = Dump::new();
    let done = ops("backup", &connect, &file);
    assert!(done.status.success(), "{done:?}");
    assert!(!ops("backup", &connect, &file).status.success(), "a backup is not overwritten");
    let full = ops("restore", &connect, &file);
    assert!(!full.status.success() && words(&full).contains("Restore into an empty one"), "{full:?}");

    let name = format!("cartwright_restored_{}_{}", std::process::id(), fastrand::u32(..));
    let run = async |sql: String| sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&pool).await.unwrap();
    run(format!("create database \"{name}\" template template0")).await;
    let restored = connect.clone().database(&name);
    let done = ops("restore", &restored, &file);
    assert!(done.status.success(), "{done:?}");
    let there = pool_of(&restored).await;
    cartwright::base::db::migrate(&there).await.unwrap();
    let mut app = App::new(there.clone()).await;
    app.sign_in("ada@example.org").await;
    for page in PAGES {
        let (before, after) = (pair.app.get(page).await, app.get(page).await);
        assert_eq!((after.status, said(&after.text())), (before.status, said(&before.text())), "{page}");
    }
    // the key of the store opens, what was edited before the backup is sent, what happened since is read
    let order = pair.store.place_order(5);
    pair.store.invoice_order(order);
    pair.app = app;
    pair.sync_well().await;
    assert_eq!(pair.store.customer(3).unwrap().customer.taxvat.as_deref(), Some("AT 3"));
    pair.assert_all_equal(true).await;

    there.close().await;
    run(format!("drop database \"{name}\" with (force)")).await;
    pool.close().await;
}

/// Without words that the clock moves.
fn said(text: &str) -> String {
    let moves = |word: &&str| {
        !matches!(*word, "now" | "seconds" | "second" | "minutes" | "minute" | "a" | "ago" | "just")
            && word.parse::<u32>().is_err()
    };
    text.split_whitespace().filter(moves).collect::<Vec<_>>().join(" ")
}

fn ops(script: &str, connect: &PgConnectOptions, file: &Dump) -> Output {
    Command::new(format!("ops/{script}")).arg(&file.0).env("DATABASE_URL", url(connect)).output().unwrap()
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A file that goes with the test.
struct Dump(PathBuf);

impl Dump {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!(
            "cartwright-backup-{}-{}.dump",
            std::process::id(),
            fastrand::u32(..)
        )))
    }
}

impl Drop for Dump {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
