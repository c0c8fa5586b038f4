//! How quick lists are over many rows, as a ratio to the same page over few: first page, deep page, each filter, each order,
//! several filters at once; and what an export of all of it costs in memory.
//!
//! `CARTWRIGHT_BENCH_CUSTOMERS=1000000 cargo bench --bench lists` is the size that the claims are about, beside 10,000; three
//! orders for each. Both databases are on one server of this bench's own; pages are asked of the router as a browser does.
//! `CARTWRIGHT_BENCH_FEW` and `CARTWRIGHT_BENCH_MANY` are the addresses of two databases that are seeded already.

mod measure;

#[expect(clippy::disallowed_methods, reason = "a bench has no config.rs")]
fn main() -> anyhow::Result<()> {
    let said = |name: &str| std::env::var(name).ok();
    let many = match said("CARTWRIGHT_BENCH_CUSTOMERS") {
        Some(text) => text.parse()?,
        None => 10_000,
    };
    let size = measure::Size { few: if many > 10_000 { 10_000 } else { 1_000 }, many };
    let runtime = tokio::runtime::Runtime::new()?;
    let seeded = said("CARTWRIGHT_BENCH_FEW").zip(said("CARTWRIGHT_BENCH_MANY"));
    let figures = match &seeded {
        Some((few, many)) => runtime.block_on(measure::over_seeded(few, many, size))?,
        None => runtime.block_on(measure::on_a_server_of_its_own(size))?,
    };
    println!("{figures}");
    figures.check()
}
