//! Every query of the table `record_syncs`.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use crate::crm::records::Record;

/// The last time that a record was asked for by itself.
#[derive(Debug, Clone)]
pub struct RecordSync {
    /// The job that reads it.
    pub job_id: Option<i64>,
    /// Who asked.
    pub asked_by: Option<i64>,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// When it was done; `None` = it waits, or is being read.
    pub finished_at: Option<DateTime<Utc>>,
    /// Why it did not come to agree.
    pub trouble: Option<String>,
    /// A worker has begun.
    pub begun: bool,
    /// A sync of the same store runs, and it waits for that.
    pub behind: bool,
}

/// Somebody asks.
pub(super) async fn put(
    db: &mut PgConnection,
    record: Record,
    channel: i64,
    job: i64,
    by: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into record_syncs (record, record_id, channel_id, job_id, asked_by) values ($1, $2, $3, $4, $5)
         on conflict (record, record_id) do update set job_id = excluded.job_id, asked_by = excluded.asked_by,
            asked_at = now(), finished_at = null, trouble = null",
        record.kind.key(),
        record.id,
        channel,
        job,
        by
    )
    .execute(db)
    .await?;
    Ok(())
}

/// It is done, well or not.
pub(super) async fn finish(
    db: &mut PgConnection,
    record: Record,
    job: i64,
    trouble: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update record_syncs set finished_at = now(), trouble = left($4, 1000)
         where record = $1 and record_id = $2 and job_id = $3",
        record.kind.key(),
        record.id,
        job,
        trouble
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What came of the last time; a job that ended without a word about this record tells for it.
///
/// # Errors
/// From the database.
pub async fn last(pool: &PgPool, record: Record) -> Result<Option<RecordSync>, sqlx::Error> {
    sqlx::query_as!(
        RecordSync,
        "select s.job_id, s.asked_by, s.asked_at, coalesce(s.finished_at, case when j.id is null then s.asked_at
                else j.finished_at end) as finished_at,
            case when s.finished_at is not null then s.trouble
                when j.id is null then 'Its job is gone.'
                when j.finished_at is not null then coalesce(j.message, 'The job ended before this record was read.')
            end as trouble,
            coalesce(j.status = 'running', false) as \"begun!\",
            exists (select 1 from jobs r where r.key = j.key and r.status = 'running' and r.id <> j.id) as \"behind!\"
         from record_syncs s left join jobs j on j.id = s.job_id where s.record = $1 and s.record_id = $2",
        record.kind.key(),
        record.id
    )
    .fetch_optional(pool)
    .await
}
