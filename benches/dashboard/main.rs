//! How long the dashboard and the reports take over many customers, as a ratio to 10,000 of them; and what keeping their figures
//! costs whoever writes orders.
//!
//! `CARTWRIGHT_BENCH_CUSTOMERS=1000000 cargo bench --bench dashboard` is the size that the claims are about; every customer
//! has three orders. The rows are made by SQL, each number of customers in a database of its own.

mod measure;

#[expect(clippy::disallowed_methods, reason = "a bench has no config.rs")]
fn main() -> anyhow::Result<()> {
    let customers = match std::env::var("CARTWRIGHT_BENCH_CUSTOMERS") {
        Ok(text) => text.parse()?,
        Err(_) => 20_000,
    };
    let runtime = tokio::runtime::Runtime::new()?;
    let figures = runtime.block_on(measure::measure(10_000, customers))?;
    println!("{figures}");
    Ok(())
}
