//! How many rows pass a list's filters: exact while that is quick, else the planner's estimate.

use sqlx::postgres::PgDatabaseError;
use sqlx::{PgPool, Postgres, QueryBuilder, Row as _};

use super::{Listing, Wanted};
use crate::base::keyset::Total;

/// Above this many, a list says "about".
const COUNT_EXACTLY: i64 = 10_000;
/// So few are remembered while they are counted.
const REMEMBERED: i64 = 1_000;
/// Where the planner expects more than this, it is believed as soon as so many are there.
const BELIEVED: (f64, i64) = (20_000.0, 1_000);
/// What the planner expects to cost less is counted without looking at the clock: no table of a small shop costs more.
const CHEAP: f64 = 5_000.0;
/// Longer than this nobody waits for a number.
const BUDGET: &str = "set local statement_timeout = '250ms'";
/// Postgres' word for a statement that ran out of time.
const OUT_OF_TIME: &str = "57014";

/// How many, and which if they are few.
type Counted = (i64, Option<Vec<i64>>);

/// The rows that pass a list's filters.
pub(super) struct Passing {
    /// How many.
    pub(super) total: Total,
    /// Which, if they are few.
    pub(super) which: Option<Vec<i64>>,
    /// How many the planner thought there were.
    pub(super) expected: f64,
}

/// What the planner expects of the rows that pass.
struct Expected {
    rows: f64,
    cost: f64,
}

impl Listing {
    /// How many rows the filters let through.
    ///
    /// # Errors
    /// From the database.
    pub async fn count(&self, pool: &PgPool, wanted: &Wanted) -> Result<Total, sqlx::Error> {
        Ok(self.passing(pool, wanted).await?.total)
    }

    /// The same, and what helps to find a page of them.
    pub(super) async fn passing(&self, pool: &PgPool, wanted: &Wanted) -> Result<Passing, sqlx::Error> {
        let expected = self.expected(pool, wanted).await?;
        let (many, enough) = BELIEVED;
        let is_many = expected.rows > many;
        let most = if is_many { enough } else { COUNT_EXACTLY };
        // to remember rows costs a look at each of them, which an index alone may not need
        let id = if is_many { "null" } else { self.id };
        let mut counting = QueryBuilder::new(format!(
            "select count(*), case when count(*) <= {REMEMBERED} then array_agg(id) filter (where id is not null) end
             from (select {id}::bigint as id from {} k where true",
            self.table
        ));
        self.narrow(&mut counting, wanted);
        counting.push(format!(" limit {}) as found", most + 1));
        let counted: Option<Counted> = if expected.cost_of(most) < CHEAP {
            Some(counting.build_query_as().fetch_one(pool).await?)
        } else {
            within_budget(&mut counting, pool).await?
        };
        Ok(match counted {
            Some((counted, which)) if counted <= most => {
                Passing { total: Total::Exactly(counted), which, expected: expected.rows }
            }
            counted => {
                let least = counted.map_or(0, |(counted, _)| counted);
                let total = Total::About(expected.rows().max(least));
                Passing { total, which: None, expected: expected.rows }
            }
        })
    }

    async fn expected(&self, pool: &PgPool, wanted: &Wanted) -> Result<Expected, sqlx::Error> {
        let mut plan =
            QueryBuilder::new(format!("explain (format json) select 1 from {} k where true", self.table));
        self.narrow(&mut plan, wanted);
        let plan: serde_json::Value = plan.build().fetch_one(pool).await?.try_get(0)?;
        let figure = |name| plan.pointer(name).and_then(serde_json::Value::as_f64).unwrap_or(0.0);
        Ok(Expected { rows: figure("/0/Plan/Plan Rows"), cost: figure("/0/Plan/Total Cost") })
    }
}

impl Expected {
    /// What the first so many rows cost.
    #[expect(clippy::cast_precision_loss, reason = "a limit is far below 2^52")]
    fn cost_of(&self, most: i64) -> f64 {
        self.cost * (most as f64 / self.rows.max(1.0)).min(1.0)
    }

    #[expect(clippy::cast_possible_truncation, reason = "a planner's estimate of rows is far below 2^53")]
    fn rows(&self) -> i64 {
        self.rows as i64
    }
}

/// The number, or `None` if it does not come in time.
async fn within_budget(
    counting: &mut QueryBuilder<Postgres>,
    pool: &PgPool,
) -> Result<Option<Counted>, sqlx::Error> {
    let mut tx = pool.begin().await?;
    sqlx::query(BUDGET).execute(&mut *tx).await?;
    match counting.build_query_as().fetch_one(&mut *tx).await {
        Ok(counted) => {
            tx.commit().await?;
            Ok(Some(counted))
        }
        Err(problem) if is_out_of_time(&problem) => {
            tx.rollback().await?;
            Ok(None)
        }
        Err(problem) => Err(problem),
    }
}

fn is_out_of_time(problem: &sqlx::Error) -> bool {
    let database = problem.as_database_error().and_then(|it| it.try_downcast_ref::<PgDatabaseError>());
    database.is_some_and(|it| it.code() == OUT_OF_TIME)
}
