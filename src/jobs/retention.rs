//! How long jobs are kept: what is over and old enough goes, a thousand at a time.

use sqlx::PgPool;

/// What is kept of the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// Jobs that ended within so many days.
    pub days: i32,
    /// The last so many of each integration, however old: their page tells how it has been.
    pub of_each: i64,
}

impl Default for Kept {
    fn default() -> Self {
        Self { days: 90, of_each: 30 }
    }
}

/// Deletes the jobs that are not to be kept, with their logs. Each thousand is a transaction of its own, so that nobody waits
/// for it, and what is left when a process dies goes the next time.
///
/// # Errors
/// From the database.
pub async fn purge(pool: &PgPool, kept: Kept) -> Result<u64, sqlx::Error> {
    const AT_ONCE: i64 = 1_000;
    let mut gone = 0;
    loop {
        let part = sqlx::query!(
            "delete from jobs where id in (
                select j.id from jobs j
                where j.finished_at < now() - make_interval(days => $1) and j.id <> all(array(
                    select l.id from integrations i, lateral (
                        select id from jobs where integration_id = i.id and finished_at is not null order by id desc limit $2) l))
                order by j.finished_at limit $3)",
            kept.days,
            kept.of_each,
            AT_ONCE,
        )
        .execute(pool)
        .await?
        .rows_affected();
        gone += part;
        if part < AT_ONCE.unsigned_abs() {
            return Ok(gone);
        }
    }
}
