//! How long the admin waits for us beside the store: a pull without the bridge from an imitation store whose answers take
//! as long as a real one's did, against the sum of those times, and against what the reference's way would cost.
//!
//! `cargo bench --bench pace` is the size that was measured on a real store: 2,000 customers and 3,000 orders.

mod measure;

#[expect(clippy::disallowed_methods, reason = "a bench has no config.rs")]
fn main() -> anyhow::Result<()> {
    let customers = std::env::var("CARTWRIGHT_BENCH_CUSTOMERS").map_or(Ok(2_000), |text| text.parse())?;
    let runtime = tokio::runtime::Runtime::new()?;
    let directory = measure::Directory::new()?;
    let figures = runtime.block_on(measure::with_own_database(&directory, customers))?;
    println!("{figures}");
    figures.check(customers)
}
