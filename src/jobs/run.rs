//! One leased run of a job, as the job itself sees it: what it is to do, and how it tells how far it is.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, PgPool};

use super::{ConnectorState, Counts, Level, Progress};

/// Another worker holds the job now; whatever this one still wanted to commit is rolled back.
#[derive(Debug, thiserror::Error)]
#[error("another worker has taken over this job")]
pub struct LeaseLost;

/// A job in the hands of a worker.
#[derive(Debug, Clone)]
pub struct Run {
    /// The job.
    pub id: i64,
    /// What it was asked to do.
    pub payload: Value,
    /// The integration it serves.
    pub integration_id: Option<i64>,
    /// How often it was taken over before.
    pub resumed: i32,
    /// How often the process under it died; those that handed it back in order do not count.
    pub(super) deaths: i32,
    pub(super) token: i64,
    pub(super) pool: PgPool,
}

impl Run {
    /// The pool that the queue lives in.
    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Must be called in every transaction before it writes: locks the job's row against a take-over until the
    /// transaction ends, and proves that this worker still holds it.
    ///
    /// # Errors
    /// [`LeaseLost`] when it does not; or from the database.
    pub async fn hold(&self, db: &mut PgConnection) -> anyhow::Result<()> {
        sqlx::query_scalar!(
            "select id from jobs where id = $1 and token = $2 and status = 'running' for key share",
            self.id,
            self.token
        )
        .fetch_optional(db)
        .await?
        .ok_or(LeaseLost)?;
        Ok(())
    }

    /// Puts the connectors of this run on its page, in order, before they begin.
    ///
    /// # Errors
    /// From the database.
    pub async fn plan(&self, connectors: &[&str]) -> anyhow::Result<()> {
        let names: Vec<String> = connectors.iter().map(|name| (*name).to_owned()).collect();
        sqlx::query!(
            "insert into job_connectors (job_id, connector, position, integration_id)
             select $1, name, nr, $3 from unnest($2::text[]) with ordinality as t(name, nr)
             on conflict (job_id, connector) do nothing",
            self.id,
            &names,
            self.integration_id,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Says how a connector stands.
    ///
    /// # Errors
    /// From the database.
    pub async fn state(&self, connector: &str, state: ConnectorState, message: &str) -> anyhow::Result<()> {
        sqlx::query!(
            "update job_connectors set state = $3, message = nullif($4, ''), started_at = coalesce(started_at, now()),
                finished_at = case when $3 in ('waiting', 'running') then null else now() end
             where job_id = $1 and connector = $2",
            self.id,
            connector,
            state.key(),
            message,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Adds to a connector's counters, in the transaction of the data that they count.
    ///
    /// # Errors
    /// From the database.
    pub async fn count(
        &self,
        db: &mut PgConnection,
        connector: &str,
        counts: Counts,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "update job_connectors set read = read + $3, created = created + $4, updated = updated + $5,
                unchanged = unchanged + $6, removed = removed + $7, conflicts = conflicts + $8, failed = failed + $9
             where job_id = $1 and connector = $2",
            self.id,
            connector,
            counts.read,
            counts.created,
            counts.updated,
            counts.unchanged,
            counts.removed,
            counts.conflicts,
            counts.failed,
        )
        .execute(db)
        .await?;
        Ok(())
    }

    /// The same for a connector that reads all it has each time: a job that goes round again has read no more by that.
    ///
    /// # Errors
    /// From the database.
    pub async fn count_whole(
        &self,
        db: &mut PgConnection,
        connector: &str,
        counts: Counts,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "update job_connectors set read = $3, created = created + $4, updated = updated + $5,
                unchanged = greatest($3 - created - $4 - updated - $5, 0)
             where job_id = $1 and connector = $2",
            self.id,
            connector,
            counts.read,
            counts.created,
            counts.updated,
        )
        .execute(db)
        .await?;
        Ok(())
    }

    /// Says which window is in work and which share of the backfill (per mille) is done.
    ///
    /// # Errors
    /// From the database.
    pub async fn window(
        &self,
        db: &mut PgConnection,
        connector: &str,
        window: &str,
        share: Option<i16>,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "update job_connectors set message = $3, share = coalesce($4, share) where job_id = $1 and connector = $2",
            self.id,
            connector,
            window,
            share,
        )
        .execute(db)
        .await?;
        Ok(())
    }

    /// Writes a line of the job's log.
    ///
    /// # Errors
    /// From the database.
    pub async fn log(&self, level: Level, source: &str, message: &str) -> anyhow::Result<()> {
        sqlx::query!(
            "insert into job_log (job_id, level, source, message) values ($1, $2, $3, left($4, 2000))",
            self.id,
            level.key(),
            source,
            message,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Shows the traffic so far.
    ///
    /// # Errors
    /// From the database.
    pub async fn progress(&self, progress: Progress) -> anyhow::Result<()> {
        let progress = serde_json::to_value(progress)?;
        sqlx::query!(
            "update jobs set progress = $3 where id = $1 and token = $2 and status = 'running'",
            self.id,
            self.token,
            progress
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// When a person last asked for it by hand, also while it waited or ran; `None` = the schedule alone, or an edit.
    ///
    /// # Errors
    /// From the database.
    pub async fn pressed_at(&self) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
        sqlx::query_scalar!("select pressed_at from jobs where id = $1", self.id).fetch_one(&self.pool).await
    }

    /// Was the job asked for again while it runs? Answers once: the wish is then this run's to fulfil.
    ///
    /// # Errors
    /// From the database.
    pub async fn take_wish(&self) -> anyhow::Result<bool> {
        let taken = sqlx::query!(
            "update jobs set again = false where id = $1 and token = $2 and status = 'running' and again",
            self.id,
            self.token
        )
        .execute(&self.pool)
        .await?;
        Ok(taken.rows_affected() > 0)
    }
}
