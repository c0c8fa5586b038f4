//! The bench `pull` at small size, with what must hold on any machine.

use std::path::Path;

#[path = "../../benches/pull/measure.rs"]
mod measure;

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_customers_come_in_and_a_second_sync_writes_nothing() {
    check(measure::Size { customers: 1_000, orders: 0 }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_customers_come_in_with_as_many_orders_and_a_second_sync_writes_nothing() {
    check(measure::Size { customers: 1_000, orders: 1_000 }).await;
}

async fn check(size: measure::Size) {
    let figures = measure::measure(Path::new(env!("CARGO_BIN_EXE_cartwright")), size).await.unwrap();
    println!("{figures}");
    figures.check().unwrap();
}
