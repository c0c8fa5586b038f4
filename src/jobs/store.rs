//! Every query of the tables `jobs`, `job_connectors` and `job_log` that is not a worker's own.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::{ConnectorState, Counts, NewJob, Progress, Status};

/// What became of asking for a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A new one waits.
    Queued(i64),
    /// This one waited already and will do it.
    Waiting(i64),
    /// This one runs and will do it again before it ends.
    Running(i64),
}

impl Asked {
    /// The job that will do it.
    #[must_use]
    pub fn id(self) -> i64 {
        let (Self::Queued(id) | Self::Waiting(id) | Self::Running(id)) = self;
        id
    }
}

/// Asks for a job; asking twice gives the one that will do it, and one that waits then does both.
///
/// # Errors
/// From the database.
pub async fn enqueue(db: &mut PgConnection, job: &NewJob) -> Result<Asked, sqlx::Error> {
    let running = sqlx::query_scalar!(
        "update jobs set again = true, requested_by = coalesce(requested_by, $4),
            pressed_at = case when $5 then now() else pressed_at end
         where kind = $1 and key = $2 and payload @> $3 and status = 'running' and cancel_requested_at is null
         returning id",
        job.kind,
        job.key,
        job.payload,
        job.requested_by,
        job.pressed,
    )
    .fetch_optional(&mut *db)
    .await?;
    if let Some(id) = running {
        return Ok(Asked::Running(id));
    }
    let row = sqlx::query!(
        "insert into jobs (kind, key, payload, title, integration_id, requested_by, channel_id, pressed_at)
         values ($1, $2, $3, $4, $5, $6, coalesce($7, (select channel_id from integrations where id = $5)),
            case when $8 then now() end)
         on conflict (kind, key) where status = 'queued' do update set run_at = least(jobs.run_at, excluded.run_at),
            requested_by = coalesce(jobs.requested_by, excluded.requested_by),
            pressed_at = coalesce(excluded.pressed_at, jobs.pressed_at),
            title = case when jobs.payload @> excluded.payload then jobs.title
                -- what asks for nothing special is part of everything else
                when jobs.payload = '{}' or length(jobs.title) > 200 then excluded.title
                else jobs.title || '; ' || excluded.title end,
            payload = jobs.payload || excluded.payload
         returning id, (xmax = 0) as \"fresh!\"",
        job.kind,
        job.key,
        job.payload,
        job.title,
        job.integration_id,
        job.requested_by,
        job.channel_id,
        job.pressed,
    )
    .fetch_one(&mut *db)
    .await?;
    sqlx::query!("select pg_notify('jobs', $1)", job.kind).execute(&mut *db).await?;
    Ok(if row.fresh { Asked::Queued(row.id) } else { Asked::Waiting(row.id) })
}

/// Asks once more for what a job that is over was asked for; one that waits for it already does both. `None`: it is not over.
///
/// # Errors
/// From the database.
pub async fn ask_again(db: &mut PgConnection, id: i64, by: i64) -> Result<Option<i64>, sqlx::Error> {
    let asked = sqlx::query_scalar!(
        "insert into jobs (kind, key, payload, title, integration_id, channel_id, requested_by, pressed_at)
         select kind, key, payload, title, integration_id, channel_id, $2, now() from jobs
         where id = $1 and finished_at is not null
         on conflict (kind, key) where status = 'queued' do update set run_at = least(jobs.run_at, excluded.run_at),
            requested_by = coalesce(jobs.requested_by, excluded.requested_by), pressed_at = excluded.pressed_at,
            title = case when jobs.payload @> excluded.payload then jobs.title
                -- what asks for nothing special is part of everything else
                when jobs.payload = '{}' or length(jobs.title) > 200 then excluded.title
                else jobs.title || '; ' || excluded.title end,
            payload = jobs.payload || excluded.payload
         returning id",
        id,
        by,
    )
    .fetch_optional(&mut *db)
    .await?;
    sqlx::query!("select pg_notify('jobs', 'again')").execute(&mut *db).await?;
    Ok(asked)
}

/// Asks a job to stop: one that waits is cancelled at once, one that runs as soon as its worker hears of it.
/// `false` when it was over already.
///
/// # Errors
/// From the database.
pub async fn cancel(db: &mut PgConnection, id: i64, by: i64) -> Result<bool, sqlx::Error> {
    let asked = sqlx::query!(
        "update jobs set cancel_requested_at = now(), cancel_requested_by = $2,
            status = case when status = 'queued' then 'cancelled' else status end,
            finished_at = case when status = 'queued' then now() else finished_at end,
            message = case when status = 'queued' then 'Cancelled before it began.' else message end
         where id = $1 and status in ('queued', 'running')",
        id,
        by,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("select pg_notify('jobs', 'cancel')").execute(&mut *db).await?;
    Ok(asked.rows_affected() > 0)
}

/// Asks everything that serves an integration to stop.
///
/// # Errors
/// From the database.
pub async fn cancel_all_of(db: &mut PgConnection, integration: i64, by: i64) -> Result<(), sqlx::Error> {
    let open = sqlx::query_scalar!(
        "select id from jobs where integration_id = $1 and status in ('queued', 'running')",
        integration
    )
    .fetch_all(&mut *db)
    .await?;
    for id in open {
        cancel(db, id, by).await?;
    }
    Ok(())
}

/// A job as its page and the list show it.
#[derive(Debug, Clone)]
pub struct JobRow {
    /// Number on the page.
    pub id: i64,
    /// The queue's word for what it does.
    pub kind: String,
    /// What people call it.
    pub title: String,
    /// How it stands.
    pub status: Status,
    /// The integration it serves, while that exists.
    pub integration_id: Option<i64>,
    /// The channel it serves, while that exists.
    pub channel_id: Option<i64>,
    /// Who asked for it; `None` = the schedule.
    pub requested_by: Option<String>,
    /// How often another process took it over.
    pub resumed: i32,
    /// The cause of trouble.
    pub message: Option<String>,
    /// Traffic so far.
    pub progress: Progress,
    /// Asked to stop, not yet stopped.
    pub cancelling: bool,
    /// When it was asked for.
    pub queued_at: DateTime<Utc>,
    /// When a worker first took it.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

macro_rules! job_row {
    ($row:expr) => {
        JobRow {
            id: $row.id,
            kind: $row.kind,
            channel_id: $row.channel_id,
            title: $row.title,
            status: Status::from_key(&$row.status),
            integration_id: $row.integration_id,
            requested_by: $row.requested_by,
            resumed: $row.resumed,
            message: $row.message,
            progress: serde_json::from_value($row.progress).unwrap_or_default(),
            cancelling: $row.cancelling,
            queued_at: $row.queued_at,
            started_at: $row.started_at,
            finished_at: $row.finished_at,
        }
    };
}

/// One job.
///
/// # Errors
/// From the database.
pub async fn find(pool: &PgPool, id: i64) -> Result<Option<JobRow>, sqlx::Error> {
    let row = sqlx::query!(
        "select j.id, j.kind, j.channel_id, j.title, j.status, j.integration_id, u.name as \"requested_by?\", j.resumed, j.message, j.progress,
            (j.cancel_requested_at is not null and j.status = 'running') as \"cancelling!\", j.queued_at, j.started_at,
            j.finished_at
         from jobs j left join users u on u.id = j.requested_by where j.id = $1",
        id
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| job_row!(row)))
}

/// The job of this kind and key that waits or runs, if any.
///
/// # Errors
/// From the database.
pub async fn waiting_or_running(pool: &PgPool, key: &str) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select id from jobs where key = $1 and status in ('queued', 'running') order by status desc limit 1",
        key
    )
    .fetch_optional(pool)
    .await
}

/// The newest job of a kind that serves a channel.
///
/// # Errors
/// From the database.
pub async fn last_of(pool: &PgPool, channel: i64, kind: &str) -> Result<Option<JobRow>, sqlx::Error> {
    let id = sqlx::query_scalar!(
        "select id from jobs where channel_id = $1 and kind = $2 order by id desc limit 1",
        channel,
        kind
    )
    .fetch_optional(pool)
    .await?;
    match id {
        None => Ok(None),
        Some(id) => find(pool, id).await,
    }
}

/// The newest jobs; of one integration, or of all.
///
/// # Errors
/// From the database.
pub async fn newest(pool: &PgPool, integration: Option<i64>, most: i64) -> Result<Vec<JobRow>, sqlx::Error> {
    let rows = sqlx::query!(
        "select j.id, j.kind, j.channel_id, j.title, j.status, j.integration_id, u.name as \"requested_by?\", j.resumed, j.message, j.progress,
            (j.cancel_requested_at is not null and j.status = 'running') as \"cancelling!\", j.queued_at, j.started_at,
            j.finished_at
         from jobs j left join users u on u.id = j.requested_by
         where $1::bigint is null or j.integration_id = $1 order by j.id desc limit $2",
        integration,
        most
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| job_row!(row)).collect())
}

/// How much of a job is done, of 100.
///
/// # Errors
/// From the database.
pub async fn percent(pool: &PgPool, job: &JobRow) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!("select job_percent($1, $2) as \"percent!\"", job.id, job.status.key())
        .fetch_one(pool)
        .await
}

/// A connector's line on the job's page.
#[derive(Debug, Clone)]
pub struct ConnectorRow {
    /// Its name as on the page.
    pub connector: String,
    /// How it stands.
    pub state: ConnectorState,
    /// What it did so far.
    pub counts: Counts,
    /// The window in work or the result, in words.
    pub message: Option<String>,
    /// Share of the backfill that is done, per mille.
    pub share: Option<i16>,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// The connectors of a job in their order.
///
/// # Errors
/// From the database.
pub async fn connectors(pool: &PgPool, job: i64) -> Result<Vec<ConnectorRow>, sqlx::Error> {
    let rows = sqlx::query!(
        "select connector, state, read, created, updated, unchanged, removed, conflicts, failed, message, share, started_at,
            finished_at
         from job_connectors where job_id = $1 order by position, connector",
        job
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ConnectorRow {
            connector: row.connector,
            state: ConnectorState::from_key(&row.state),
            counts: Counts {
                read: row.read,
                created: row.created,
                updated: row.updated,
                unchanged: row.unchanged,
                removed: row.removed,
                conflicts: row.conflicts,
                failed: row.failed,
            },
            message: row.message,
            share: row.share,
            started_at: row.started_at,
            finished_at: row.finished_at,
        })
        .collect())
}

/// A line of a job's log.
#[derive(Debug, Clone)]
pub struct LogRow {
    /// Rises with time.
    pub id: i64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// `info`, `warning` or `error`.
    pub level: String,
    /// The connector, or Job, or Store.
    pub source: String,
    /// What happened.
    pub message: String,
}

/// The newest `limit` lines of a job's log, newest first.
///
/// # Errors
/// From the database.
pub async fn log_page(pool: &PgPool, job: i64, limit: i64) -> Result<Vec<LogRow>, sqlx::Error> {
    sqlx::query_as!(
        LogRow,
        "select id, at, level, source, message from job_log where job_id = $1 order by id desc limit $2",
        job,
        limit
    )
    .fetch_all(pool)
    .await
}

/// The newest `limit` lines of a job's log that are more than information, newest first.
///
/// # Errors
/// From the database.
pub async fn loud_lines(pool: &PgPool, job: i64, limit: i64) -> Result<Vec<LogRow>, sqlx::Error> {
    sqlx::query_as!(
        LogRow,
        "select id, at, level, source, message from job_log where job_id = $1 and level <> 'info' order by id desc limit $2",
        job,
        limit
    )
    .fetch_all(pool)
    .await
}
