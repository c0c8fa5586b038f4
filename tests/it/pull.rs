//! The bench `pull` at small size, with what must hold on any machine.

use std::path::Path;

#[path = "../../benches/pull/measure.rs"]
mod measure;

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_customers_come_in_and_a_second_sync_writes_nothing() {
    let figures = measure::measure(Path::new(env!("CARGO_BIN_EXE_cartwright")), 1_000).await.unwrap();
    println!("{figures}");
    figures.check().unwrap();
}
