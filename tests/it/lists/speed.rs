//! The bench of lists at small size.

#[path = "../../../benches/lists/measure.rs"]
#[expect(dead_code, reason = "the bench runs it on a server of its own as well")]
mod measure;

use sqlx::PgPool;

#[sqlx::test]
async fn every_page_that_the_bench_asks_for_is_there_and_a_csv_takes_no_memory(pool: PgPool) {
    let name = format!("few_{}", std::process::id());
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("create database \"{name}\""))).execute(&pool).await.unwrap();
    let options = pool.connect_options().as_ref().clone().database(&name);
    let other = PgPool::connect_with(options).await.unwrap();
    cartwright::base::db::migrate(&other).await.unwrap();
    let size = measure::Size { few: 200, many: 1_000 };
    let figures = measure::measure(&other, &pool, size).await;
    other.close().await;
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("drop database \"{name}\""))).execute(&pool).await.unwrap();
    let figures = figures.unwrap();
    assert!(figures.to_string().contains("CSV of orders: 3001 lines"), "{figures}");
    figures.check().unwrap();
}
