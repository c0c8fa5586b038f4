//! The database's disk is full, or the database is away: nothing is lost, whoever waits is told, and once it is over everything
//! goes on by itself.

use std::time::Duration;

use axum::http::StatusCode;
use cartwright::simulator::{Fault, Options, When};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgConnection, PgPool};

use crate::support::{Pair, Process, Visitor, little, only_customers, pool_of, until};
use crate::two_way::desk::type_in;

/// As Postgres says it when a file cannot grow.
const FULL: &str = "create function disk_is_full() returns trigger language plpgsql as $$ begin
    raise exception 'could not extend file \"base/16384/24601\": No space left on device' using errcode = '53100',
        hint = 'Check free disk space.'; end $$";

impl Pair {
    /// Nothing more fits into these tables.
    async fn fill(&self, tables: &[String]) {
        for table in tables {
            let sql = format!(
                "create trigger full_disk before insert or update on {table} for each row execute function disk_is_full()"
            );
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&self.app.pool).await.unwrap();
        }
    }

    async fn free(&self) {
        self.app.run_sql("drop function disk_is_full cascade").await;
        self.app.run_sql(FULL).await;
    }

    /// All tables but the sessions': whoever is signed in can still look.
    async fn tables(&self) -> Vec<String> {
        let sql =
            "select tablename::text from pg_tables where schemaname = 'public' and tablename <> 'sessions'";
        sqlx::query_scalar(sql).fetch_all(&self.app.pool).await.unwrap()
    }
}

#[sqlx::test]
async fn a_full_disk_is_told_and_loses_nothing(pool: PgPool) {
    let mut pair = Pair::new(pool, little(true)).await;
    pair.app.run_sql("update integrations set two_way = true").await;
    pair.app.run_sql(FULL).await;
    pair.fill(&["carts".to_owned()]).await;
    let job = pair.sync_badly("disk").await;
    assert!(job.message.clone().unwrap().contains("the next sync goes on"), "{:?}", job.message);
    pair.assert_equal().await;
    assert_eq!(pair.app.count("select count(*) from failed_records").await, 0, "it is no record's fault");

    pair.fill(&pair.tables().await.into_iter().filter(|table| table != "carts").collect::<Vec<_>>()).await;
    let row = pair.row_of(3).await;
    let page = type_in(&mut pair.app, row, &[("tax-vat", "AT 3")]).await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(page.text().contains("may not have been saved"), "{}", page.text());
    pair.free().await;

    let id = pair.schedule().await;
    pair.fill(&pair.tables().await).await;
    for _ in 0..3 {
        assert!(pair.app.workers("worker").drain().await.is_err(), "not even a job can be taken");
    }
    for page in ["/customers", &*format!("/customers/{row}"), "/jobs"] {
        assert_eq!(pair.app.get(page).await.status, StatusCode::OK, "{page} can be read");
    }
    pair.free().await;
    pair.app.workers("worker").drain().await.unwrap();
    assert_eq!(pair.job(id).await.status.word(), "Completed");
    let saved = type_in(&mut pair.app, row, &[("tax-vat", "AT 3")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    pair.sync_well().await;
    assert_eq!(pair.store.customer(3).unwrap().customer.taxvat.as_deref(), Some("AT 3"));
    pair.assert_all_equal(true).await;
}

/// Nobody is let into the database, and whoever was inside is thrown out.
#[sqlx::test]
async fn a_database_that_goes_and_comes_back_costs_time_and_nothing_else(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let pool = pool_of(&connect).await;
    let pair = Pair::new(pool.clone(), Options { customers: 200, ..only_customers() }).await;
    pair.store.script(Fault::Slow(Duration::from_millis(100)), When::method("multiCall"));
    let id = pair.schedule().await;
    let process = Process::serve(&connect);
    let home = process.url().await;
    let mut ada = Visitor::signed_in(&home, "ada@example.org").await;
    let windows = "select count(*) from job_log where message like 'Window %'";
    until("windows are committed", async || pair.app.count(windows).await >= 1).await;

    let name = connect.get_database().unwrap();
    let mut outside = PgConnection::connect_with(&connect.clone().database("postgres")).await.unwrap();
    let allow = |allowed: bool| format!("alter database \"{name}\" with allow_connections {allowed}");
    sqlx::query(sqlx::AssertSqlSafe(allow(false))).execute(&mut outside).await.unwrap();
    let throw_out = "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = $1";
    sqlx::query(throw_out).bind(name).execute(&mut outside).await.unwrap();
    let ready = ada.get(&home, "/readyz").await.unwrap();
    assert_eq!(
        (ready.status, &*ready.html),
        (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
    );
    assert_eq!(ada.get(&home, "/healthz").await.unwrap().status, StatusCode::OK, "it lives");
    let page = ada.get(&home, "/customers").await.unwrap();
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR, "and says so: {}", page.text());
    sqlx::query(sqlx::AssertSqlSafe(allow(true))).execute(&mut outside).await.unwrap();
    outside.close().await.unwrap();

    until("it is ready again", async || ada.get(&home, "/readyz").await.is_ok_and(|page| page.status == 200))
        .await;
    assert_eq!(
        ada.get(&home, "/customers").await.unwrap().status,
        StatusCode::OK,
        "whoever was signed in still is"
    );
    // whoever held it may not know whether it still does: the lease tells
    pair.app
        .run_sql("update jobs set lease_until = least(lease_until, now()) where worker is not null")
        .await;
    pair.app.run_sql("update store_calls set expires_at = now()").await;
    pair.store.clear_scripts();
    until("the job is over", async || pair.job(id).await.status.is_over()).await;
    pair.sync_by_the_process().await;
    pair.assert_equal().await;
    drop(process);
    pool.close().await;
}

impl Pair {
    /// A sync that somebody else does.
    async fn sync_by_the_process(&self) {
        let id = self.schedule().await;
        until("the sync is over", async || self.job(id).await.status.is_over()).await;
        let job = self.job(id).await;
        assert_eq!((job.status.word(), job.message.as_deref()), ("Completed", None));
    }
}
