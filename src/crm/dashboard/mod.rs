//! How business goes: figures of days that triggers keep while rows are written, reports over them, segments of customers,
//! and how the stores are.
//!
//! **Owns** `day_figures`, `repeat_gaps`, `segment_bounds`, `segment_amounts`, `customer_segments`, `segment_counts`,
//! `lifetime_sums`, `segment_runs`. Figures of days are exact at any moment, whatever path writes: triggers add what a statement
//! changes (migration 0026), and [`settle`] folds those rows. Segments depend on the day, so [`settle`] sorts customers out anew,
//! and pages say as of when. **Refuses** to read orders, carts or customers for a page: a page reads days, however many records
//! there are. **Invariant:** amounts of different currencies are never added up.

mod bounds;
mod figures;
mod fold;
mod health;
mod period;
mod report;
mod segments;

use sqlx::PgPool;

pub use bounds::{Bounds, Chosen, bounds, choose, hold_bounds};
pub use figures::{Figures, Share, last_day, returning, series, totals};
pub use fold::fold;
pub use health::{Health, health};
pub use period::{LONGEST_TO_RETURN, Period, Step};
pub use report::{Totals, report};
pub use segments::{Average, Segment, SegmentCount, averages, counts};

/// Folds the figures of a channel, and sorts its customers out again where something has come since or another day has begun.
///
/// # Errors
/// From the database.
pub async fn settle(pool: &PgPool, channel: i64) -> Result<(), sqlx::Error> {
    let news = fold(pool, channel).await?;
    segments::sort_out_if_due(pool, channel, news > 0).await
}

/// The same for every channel: also those that no sync runs for see another day begin.
///
/// # Errors
/// From the database.
pub async fn settle_all(pool: &PgPool) -> Result<(), sqlx::Error> {
    let channels = sqlx::query_scalar!("select id from channels order by id").fetch_all(pool).await?;
    for channel in channels {
        settle(pool, channel).await?;
    }
    Ok(())
}
