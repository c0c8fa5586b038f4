//! Every query of the table `failed_records`: what could not be taken over, kept with its cause.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

/// A record to be kept.
#[derive(Debug, Clone)]
pub(super) struct NewFailure {
    /// The store's id, or what stands for it.
    pub(super) remote_id: String,
    /// What is wrong with it.
    pub(super) cause: String,
    /// As the store sent it, without secrets.
    pub(super) raw_xml: String,
}

/// A record that could not be taken over.
#[derive(Debug, Clone)]
pub struct FailedRecord {
    /// Whose record it is.
    pub connector: String,
    /// The store's id.
    pub remote_id: String,
    /// What is wrong with it.
    pub cause: String,
    /// How often it was tried.
    pub attempts: i32,
    /// When it last failed.
    pub last_failed_at: DateTime<Utc>,
}

/// Keeps what failed in a window; a record that failed before is counted.
pub(super) async fn keep(
    db: &mut PgConnection,
    integration: i64,
    connector: &str,
    job: i64,
    failures: &[NewFailure],
) -> Result<(), sqlx::Error> {
    for failure in failures {
        sqlx::query!(
            "insert into failed_records (integration_id, connector, remote_id, cause, raw_xml, job_id)
             values ($1, $2, $3, left($4, 2000), left($5, 200000), $6)
             on conflict (integration_id, connector, remote_id) do update set cause = excluded.cause,
                raw_xml = excluded.raw_xml, job_id = excluded.job_id, attempts = failed_records.attempts + 1,
                last_failed_at = now()",
            integration,
            connector,
            failure.remote_id,
            failure.cause,
            failure.raw_xml,
            job,
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// What was taken over after all has not failed any more.
pub(super) async fn heal(
    db: &mut PgConnection,
    integration: i64,
    connector: &str,
    remote_ids: &[String],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from failed_records where integration_id = $1 and connector = $2 and remote_id = any($3)",
        integration,
        connector,
        remote_ids
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The newest failed records of an integration, and how many there are.
///
/// # Errors
/// From the database.
pub async fn of_integration(
    pool: &PgPool,
    integration: i64,
    limit: i64,
) -> Result<(Vec<FailedRecord>, i64), sqlx::Error> {
    let rows = sqlx::query_as!(
        FailedRecord,
        "select connector, remote_id, cause, attempts, last_failed_at from failed_records
         where integration_id = $1 order by last_failed_at desc, id desc limit $2",
        integration,
        limit
    )
    .fetch_all(pool)
    .await?;
    let all = sqlx::query_scalar!(
        "select count(*) as \"count!\" from failed_records where integration_id = $1",
        integration
    )
    .fetch_one(pool)
    .await?;
    Ok((rows, all))
}

/// Those that are due for another try, the longest waiting first.
pub(super) async fn due(
    pool: &PgPool,
    integration: i64,
    connector: &str,
    limit: i64,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select remote_id from failed_records
         where integration_id = $1 and connector = $2 and next_try_at <= now() order by next_try_at, id limit $3",
        integration,
        connector,
        limit
    )
    .fetch_all(pool)
    .await
}
