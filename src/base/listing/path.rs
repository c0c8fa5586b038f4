//! How the rows of a page are best found.
//!
//! Where few rows pass the filters they are found by the filters first and sorted then: to look for them along the order
//! would mean to read all others. Of very few the count remembers which they are; but where an index has them in the order,
//! or has all that they are sorted by, even these few are found quicker by it than by reading each.

use sqlx::{PgPool, QueryBuilder, Row as _};

use super::count::Passing;
use super::{Listing, Turn, Wanted};
use crate::base::keyset::Total;

/// Rows on a page, as most have it.
const USUAL_PAGE: f64 = 25.0;
/// So few are read in no time, whatever an index has.
const FEW: i64 = 100;
/// What the planner reckons for a row that is read for itself is one, or four on slow disks. An index does with less than this.
const COST_OF_A_ROW: f64 = 0.25;

/// How the rows of a page are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Path {
    /// Along the order, until there are enough, or as the planner thinks best.
    Order,
    /// All that pass the filters, then sorted.
    Filters,
    /// They are known.
    These(Vec<i64>),
}

/// How the planner would find a page.
struct Planned {
    sorts: bool,
    cost: f64,
}

impl Listing {
    /// How to find a page of the rows that pass.
    pub(super) async fn path(
        &self,
        pool: &PgPool,
        wanted: &Wanted,
        turn: Turn<'_>,
        passing: Passing,
    ) -> Result<Path, sqlx::Error> {
        let Total::Exactly(counted) = passing.total else { return Ok(Path::Order) };
        if wanted.is_empty() {
            return Ok(Path::Order);
        }
        if counted > FEW {
            let planned = self.planned(pool, wanted, turn).await?;
            if planned.cost * wrong_by(passing.expected, counted) < rows(counted) * COST_OF_A_ROW {
                return Ok(if planned.sorts { Path::Filters } else { Path::Order });
            }
        }
        match passing.which {
            Some(which) => Ok(Path::These(which)),
            None => self.by_frequency(pool, counted).await,
        }
    }

    async fn planned(&self, pool: &PgPool, wanted: &Wanted, turn: Turn<'_>) -> Result<Planned, sqlx::Error> {
        let (id, by, way) = (self.id, turn.sort.by, if turn.descending { "desc" } else { "asc" });
        let mut plan =
            QueryBuilder::new(format!("explain (format json) select {id} from {} k where true", self.table));
        self.narrow(&mut plan, wanted);
        plan.push(format!(" order by {by} {way}, {id} {way} limit ")).push_bind(turn.size + 1);
        let plan: serde_json::Value = plan.build().fetch_one(pool).await?.try_get(0)?;
        let parts = plan.pointer("/0/Plan/Plans").and_then(serde_json::Value::as_array);
        let limited = parts.into_iter().flatten().find(|part| part["Parent Relationship"] == "Outer");
        let sorts = limited.is_some_and(|part| part["Node Type"].as_str().unwrap_or("").contains("Sort"));
        let cost = plan.pointer("/0/Plan/Total Cost").and_then(serde_json::Value::as_f64);
        Ok(Planned { sorts, cost: cost.unwrap_or(f64::MAX) })
    }

    /// Along the order a page's rows come about as often as they are in the table; by the filters all of them are looked at.
    async fn by_frequency(&self, pool: &PgPool, counted: i64) -> Result<Path, sqlx::Error> {
        // how many a query brings nobody knows
        if self.table.starts_with('(') {
            return Ok(Path::Filters);
        }
        let all = sqlx::query_scalar("select reltuples::float8 from pg_class where oid = to_regclass($1)");
        let all: Option<f64> = all.bind(self.table).fetch_optional(pool).await?;
        let along = all.map(|all| all * USUAL_PAGE / rows(counted));
        Ok(if along.is_some_and(|along| along < rows(counted)) { Path::Order } else { Path::Filters })
    }
}

/// As far as the planner was wrong about how many there are, it is not believed about what they cost.
fn wrong_by(expected: f64, counted: i64) -> f64 {
    let (expected, counted) = (expected.max(1.0), rows(counted));
    (expected / counted).max(counted / expected)
}

#[expect(clippy::cast_precision_loss, reason = "a count is far below 2^52")]
fn rows(counted: i64) -> f64 {
    counted as f64
}
