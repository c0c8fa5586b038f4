//! What Postgres believes of tables that are being filled. Autovacuum looks at them a minute later, by when a backfill has
//! put a hundred thousand rows into tables that the planner takes for empty, and reads each window with the wrong index.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use sqlx::PgPool;

/// So many rows do no harm even to the worst plan.
const FEW: i64 = 2_000;

/// Looking costs as much as writing a few windows; what matters is the order of magnitude.
const MUCH: i64 = 8;

/// So many rows leave as many figures of days behind as a page may still add up.
const MUCH_TO_FOLD: i64 = 20_000;

/// How much each connector has written in this run.
#[derive(Debug, Default)]
pub(super) struct Statistics {
    grown: Mutex<HashMap<&'static str, Grown>>,
    unfolded: AtomicI64,
}

#[derive(Debug, Default)]
struct Grown {
    rows: i64,
    seen: i64,
}

impl Statistics {
    /// Takes note of more rows; has Postgres look at the tables again whenever they have grown by much.
    pub(super) async fn note(
        &self,
        pool: &PgPool,
        connector: &'static str,
        analyze: &'static str,
        more: i64,
    ) -> Result<(), sqlx::Error> {
        if self.is_due(connector, more) {
            sqlx::query(analyze).execute(pool).await?;
        }
        Ok(())
    }

    /// Takes note of more rows; true whenever a long run should fold the figures of days before its end.
    pub(super) fn has_much_to_fold(&self, more: i64) -> bool {
        let much = self.unfolded.fetch_add(more, Ordering::Relaxed) + more >= MUCH_TO_FOLD;
        if much {
            self.unfolded.store(0, Ordering::Relaxed);
        }
        much
    }

    fn is_due(&self, connector: &'static str, more: i64) -> bool {
        let mut all = self.grown.lock().unwrap_or_else(PoisonError::into_inner);
        let grown = all.entry(connector).or_default();
        grown.rows += more;
        let due = grown.rows >= FEW && grown.rows >= grown.seen * MUCH;
        if due {
            grown.seen = grown.rows;
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_looked_at_again_whenever_they_have_grown_by_much() {
        let statistics = Statistics::default();
        let looked: Vec<i64> = (1..=200).filter(|_| statistics.is_due("Customers", 1_000)).collect();
        assert_eq!(looked, [2, 16, 128]);
        assert!(!statistics.is_due("Orders", 1_999) && statistics.is_due("Orders", 1));
    }
}
