//! The demo is stopped and started again, as a newcomer does.

use std::net::TcpListener;

use cartwright::sync::{self, Wish};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::{App, Directory, Process, pool_of, until};

async fn syncs(app: &App, many: i64) {
    until("the store is synchronized", async || {
        app.count("select count(*) from jobs where kind = 'sync' and finished_at is not null").await == many
    })
    .await;
}

#[sqlx::test]
async fn the_store_of_a_demo_that_is_started_again_is_the_same(_: PgPoolOptions, connect: PgConnectOptions) {
    let pool = pool_of(&connect).await;
    let app = App::new(pool.clone()).await;
    let home = Directory::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let directory = home.path().to_str().unwrap();
    let demo = [
        "demo",
        "--bind",
        "127.0.0.1:0",
        "--store-bind",
        &free,
        "--customers",
        "200",
        "--data-dir",
        directory,
    ];
    let demo = [&demo[..], &["--sync-interval", "1h"]].concat();
    let mut first = Process::run(&demo, Some(&connect));
    first.url().await;
    syncs(&app, 1).await;
    first.terminate();
    assert!(first.end().await.success(), "{}", first.log());

    // everything is read again, from a store that was made a second time
    let mut db = pool.acquire().await.unwrap();
    sync::enqueue(&mut db, 1, "Everything", None, Wish::FullResync).await.unwrap();
    drop(db);
    let second = Process::run(&demo, Some(&connect));
    second.url().await;
    syncs(&app, 2).await;
    let told =
        app.text("select coalesce(message, status) from jobs where kind = 'sync' order by id desc").await;
    assert_eq!(told, "completed");
    pool.close().await;
}
