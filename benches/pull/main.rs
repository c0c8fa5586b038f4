//! How fast customers come in, how much memory that takes, what a sync without changes costs, how long a start takes.
//!
//! `CARTWRIGHT_BENCH_CUSTOMERS=100000 cargo bench --bench pull` is the size that the claims are about. The store, Cartwright
//! and its Postgres (fsync on) are processes of their own; plain `COPY` of the same rows runs on the same server right after.

mod measure;

use std::path::Path;

#[expect(clippy::disallowed_methods, reason = "a bench has no config.rs")]
fn main() -> anyhow::Result<()> {
    let customers = match std::env::var("CARTWRIGHT_BENCH_CUSTOMERS") {
        Ok(text) => text.parse()?,
        Err(_) => 1_000,
    };
    let runtime = tokio::runtime::Runtime::new()?;
    let figures =
        runtime.block_on(measure::measure(Path::new(env!("CARGO_BIN_EXE_cartwright")), customers))?;
    println!("{figures}");
    figures.check()
}
