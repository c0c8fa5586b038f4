//! How many rows a list has: exact while that is quick, else the planner's estimate.

use sqlx::postgres::PgDatabaseError;
use sqlx::{PgPool, Postgres, QueryBuilder, Row as _};

use super::{Listing, Wanted};
use crate::base::keyset::Total;

/// Above this many, a list says "about".
const COUNT_EXACTLY: i64 = 10_000;
/// What the planner expects to cost less is counted without looking at the clock: no table of a small shop costs more.
const CHEAP: f64 = 5_000.0;
/// Longer than this nobody waits for a number.
const BUDGET: &str = "set local statement_timeout = '250ms'";
/// Postgres' word for a statement that ran out of time.
const OUT_OF_TIME: &str = "57014";

impl Listing {
    /// How many rows the filters let through.
    ///
    /// # Errors
    /// From the database.
    pub async fn count(&self, pool: &PgPool, wanted: &Wanted) -> Result<Total, sqlx::Error> {
        let mut counting = QueryBuilder::new("");
        self.push_counting(&mut counting, wanted);
        let cost = match wanted.is_empty() {
            true => 0.0,
            false => {
                let mut explained = QueryBuilder::new("explain (format json) ");
                self.push_counting(&mut explained, wanted);
                expected(&mut explained, pool, "/0/Plan/Total Cost").await?
            }
        };
        let counted: Option<i64> = if cost < CHEAP {
            Some(counting.build_query_scalar().fetch_one(pool).await?)
        } else {
            within_budget(&mut counting, pool).await?
        };
        match counted {
            Some(counted) if counted <= COUNT_EXACTLY => Ok(Total::Exactly(counted)),
            counted => Ok(Total::About(self.estimate(pool, wanted).await?.max(counted.unwrap_or(0)))),
        }
    }

    async fn estimate(&self, pool: &PgPool, wanted: &Wanted) -> Result<i64, sqlx::Error> {
        let mut plan =
            QueryBuilder::new(format!("explain (format json) select 1 from {} k where true", self.table));
        self.narrow(&mut plan, wanted);
        let rows = expected(&mut plan, pool, "/0/Plan/Plan Rows").await?;
        #[expect(clippy::cast_possible_truncation, reason = "a planner's estimate of rows is far below 2^53")]
        Ok(rows as i64)
    }

    fn push_counting(&self, query: &mut QueryBuilder<Postgres>, wanted: &Wanted) {
        query.push(format!("select count(*) from (select 1 from {} k where true", self.table));
        self.narrow(query, wanted);
        query.push(format!(" limit {}) as found", COUNT_EXACTLY + 1));
    }
}

/// A figure of a plan.
async fn expected(
    explained: &mut QueryBuilder<Postgres>,
    pool: &PgPool,
    figure: &str,
) -> Result<f64, sqlx::Error> {
    let plan: serde_json::Value = explained.build().fetch_one(pool).await?.try_get(0)?;
    Ok(plan.pointer(figure).and_then(serde_json::Value::as_f64).unwrap_or(0.0))
}

/// The number, or `None` if it does not come in time.
async fn within_budget(
    counting: &mut QueryBuilder<Postgres>,
    pool: &PgPool,
) -> Result<Option<i64>, sqlx::Error> {
    let mut tx = pool.begin().await?;
    sqlx::query(BUDGET).execute(&mut *tx).await?;
    match counting.build_query_scalar().fetch_one(&mut *tx).await {
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
