//! How fast customers and orders come in, how much memory that takes, what a sync without changes costs, how long a start takes.
//!
//! `CARTWRIGHT_BENCH_CUSTOMERS=100000 cargo bench --bench pull` is the size that the claims about customers are about;
//! `CARTWRIGHT_BENCH_ORDERS` adds orders. The store, Cartwright
//! and its Postgres (fsync on) are processes of their own; plain `COPY` of the same rows runs on the same server right after.

mod measure;

use std::path::Path;

#[expect(clippy::disallowed_methods, reason = "a bench has no config.rs")]
fn main() -> anyhow::Result<()> {
    let number = |name: &str, usual: u32| match std::env::var(name) {
        Ok(text) => text.parse().map_err(anyhow::Error::from),
        Err(_) => Ok(usual),
    };
    let size = measure::Size {
        customers: number("CARTWRIGHT_BENCH_CUSTOMERS", 1_000)?,
        orders: number("CARTWRIGHT_BENCH_ORDERS", 0)?,
    };
    let runtime = tokio::runtime::Runtime::new()?;
    let figures = runtime.block_on(measure::measure(Path::new(env!("CARGO_BIN_EXE_cartwright")), size))?;
    println!("{figures}");
    figures.check()
}
