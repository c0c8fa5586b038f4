//! The bench `pace` at small size, with what must hold on any machine.

use sqlx::PgPool;

#[path = "../../benches/pace/measure.rs"]
#[expect(dead_code, reason = "the bench brings a database of its own, the test is given one")]
mod measure;

#[sqlx::test]
async fn a_store_without_the_bridge_is_asked_in_bulk_and_by_two_calls_at_most(pool: PgPool) {
    let figures = measure::measure(&pool, 200).await.unwrap();
    println!("{figures}");
    figures.check(200).unwrap();
}
