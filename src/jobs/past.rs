//! How the jobs of an integration went: the last word of each connector, and its last runs.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::{ConnectorState, Counts, Status};

/// Jobs that are looked through for the last word of each connector.
const LOOKED_THROUGH: i64 = 50;

/// The last word of a connector.
#[derive(Debug, Clone)]
pub struct LastWord {
    /// Its name as on the page.
    pub connector: String,
    /// How it stood.
    pub state: ConnectorState,
    /// The result, or why there is none.
    pub message: Option<String>,
    /// What it did.
    pub counts: Counts,
    /// The job.
    pub job: i64,
    /// When that was.
    pub at: DateTime<Utc>,
}

/// The last word of each connector in the last jobs of a kind, in their order. What a job did not come to says nothing.
///
/// # Errors
/// From the database.
pub async fn last_words(pool: &PgPool, integration: i64, kind: &str) -> Result<Vec<LastWord>, sqlx::Error> {
    let rows = sqlx::query!(
        "select * from (
            select distinct on (c.connector) c.connector, c.position, c.state, c.message, c.read, c.created, c.updated,
                c.unchanged, c.removed, c.conflicts, c.failed, c.job_id,
                coalesce(c.finished_at, c.started_at, j.queued_at) as \"at!\"
            from (select id, queued_at from jobs where integration_id = $1 and kind = $2 order by id desc limit $3) j
            join job_connectors c on c.job_id = j.id
            where c.state <> 'waiting' and not (c.state = 'skipped' and c.message is null)
            order by c.connector, c.job_id desc
         ) last order by position",
        integration,
        kind,
        LOOKED_THROUGH,
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| LastWord {
            connector: row.connector,
            state: ConnectorState::from_key(&row.state),
            message: row.message,
            counts: Counts {
                read: row.read,
                created: row.created,
                updated: row.updated,
                unchanged: row.unchanged,
                removed: row.removed,
                conflicts: row.conflicts,
                failed: row.failed,
            },
            job: row.job_id,
            at: row.at,
        })
        .collect())
}

/// A run that is over.
#[derive(Debug, Clone)]
pub struct PastRun {
    /// The job.
    pub job: i64,
    /// How it ended.
    pub status: Status,
    /// When a worker took it.
    pub started_at: DateTime<Utc>,
    /// How long it took.
    pub seconds: f64,
    /// Records that it read.
    pub read: i64,
    /// Records that it made or changed here.
    pub changed: i64,
    /// Records that failed.
    pub failed: i64,
}

/// The last runs of a kind that are over, the oldest of them first.
///
/// # Errors
/// From the database.
pub async fn past_runs(
    pool: &PgPool,
    integration: i64,
    kind: &str,
    most: i64,
) -> Result<Vec<PastRun>, sqlx::Error> {
    let rows = sqlx::query!(
        "select j.id, j.status, j.started_at as \"started_at!\",
            extract(epoch from j.finished_at - j.started_at)::float8 as \"seconds!\",
            coalesce(sum(c.read), 0)::bigint as \"read!\", coalesce(sum(c.created + c.updated), 0)::bigint as \"changed!\",
            coalesce(sum(c.failed), 0)::bigint as \"failed!\"
         from (select id, status, started_at, finished_at from jobs
            where integration_id = $1 and kind = $2 and finished_at is not null and started_at is not null
            order by id desc limit $3) j
         left join job_connectors c on c.job_id = j.id
         group by j.id, j.status, j.started_at, j.finished_at order by j.id",
        integration,
        kind,
        most,
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| PastRun {
            job: row.id,
            status: Status::from_key(&row.status),
            started_at: row.started_at,
            seconds: row.seconds,
            read: row.read,
            changed: row.changed,
            failed: row.failed,
        })
        .collect())
}
