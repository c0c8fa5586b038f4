//! When an integration syncs next, and how its syncs went.

use sqlx::{PgConnection, PgPool};

/// Takes the integrations whose next sync is due and sets when the one after is: each is taken by one process only.
/// Those of channels that are inactive or being emptied, those in their quiet hours, those that are paused and those that sync only by hand are passed over.
///
/// # Errors
/// From the database.
pub async fn due(db: &mut PgConnection, default_seconds: i32) -> Result<Vec<(i64, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        "update integrations i set next_sync_at = now() + make_interval(secs => coalesce(i.interval_seconds, $1))
         from channels c
         where c.id = i.channel_id and c.active and c.clearing is null and i.paused_why is null and i.paused_at is null
            and not is_quiet(now(), i.quiet_from, i.quiet_to, i.quiet_zone) and i.next_sync_at <= now() and coalesce(i.interval_seconds, $1) > 0
         returning i.id, i.name",
        default_seconds
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// A sync came through: the schedule goes on as it was set.
///
/// # Errors
/// From the database.
pub async fn went_well(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update integrations set failed_runs = 0, paused_why = null, stranger_since = null
         where id = $1 and (failed_runs > 0 or paused_why is not null)",
        id
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What a sync failed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// It may pass: the next sync is put off, twice as long each time, up to half an hour.
    Passing,
    /// The store refuses what is set here, for this reason: the schedule rests until somebody has looked at it.
    Refused(String),
    /// It is not the store that was read before, by these signs: nothing more until a person has said what it is.
    Stranger(String),
}

/// A sync failed.
///
/// # Errors
/// From the database.
pub async fn went_wrong(db: &mut PgConnection, id: i64, trouble: &Trouble) -> Result<(), sqlx::Error> {
    let (paused_why, stranger) = match trouble {
        Trouble::Passing => (None, false),
        Trouble::Refused(why) => (Some(why), false),
        Trouble::Stranger(why) => (Some(why), true),
    };
    sqlx::query!(
        "update integrations set failed_runs = least(failed_runs + 1, 16), paused_why = $2,
            stranger_since = case when $3 then coalesce(stranger_since, now()) end,
            next_sync_at = greatest(next_sync_at, now() + least(
                make_interval(secs => coalesce(nullif(interval_seconds, 0), 300) * 2 ^ least(failed_runs + 1, 16)),
                interval '30 minutes'))
         where id = $1",
        id,
        paused_why,
        stranger,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes that data has come in; the first time locks Website and Sync start date.
///
/// # Errors
/// From the database.
pub async fn synced(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update integrations set first_synced_at = coalesce(first_synced_at, now()), last_synced_at = now() where id = $1",
        id
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The schedule rests until somebody wants it to go on. `false`: it does already.
///
/// # Errors
/// From the database.
pub async fn pause(db: &mut PgConnection, id: i64, by: i64) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update integrations set paused_at = now(), paused_by = $2 where id = $1 and paused_at is null",
        id,
        by
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The schedule goes on at once, whatever made it rest. `false`: nothing did.
///
/// # Errors
/// From the database.
pub async fn resume(db: &mut PgConnection, id: i64) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update integrations set paused_at = null, paused_by = null, paused_why = null, stranger_since = null,
            failed_runs = 0, next_sync_at = now()
         where id = $1 and (paused_at is not null or paused_why is not null)",
        id
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Are these its quiet hours?
///
/// # Errors
/// From the database.
pub async fn is_quiet(pool: &PgPool, id: i64) -> Result<bool, sqlx::Error> {
    let quiet = sqlx::query_scalar!(
        "select is_quiet(now(), quiet_from, quiet_to, quiet_zone) as \"quiet!\" from integrations where id = $1",
        id
    )
    .fetch_optional(pool)
    .await?;
    Ok(quiet.unwrap_or(false))
}
