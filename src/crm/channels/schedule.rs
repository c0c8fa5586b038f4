//! When an integration syncs next, and how its syncs went.

use sqlx::PgConnection;

/// Takes the integrations whose next sync is due and sets when the one after is: each is taken by one process only.
/// Those of inactive channels, those that are paused and those that sync only by hand are passed over.
///
/// # Errors
/// From the database.
pub async fn due(db: &mut PgConnection, default_seconds: i32) -> Result<Vec<(i64, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        "update integrations i set next_sync_at = now() + make_interval(secs => coalesce(i.interval_seconds, $1))
         from channels c
         where c.id = i.channel_id and c.active and i.paused_why is null and i.next_sync_at <= now() and coalesce(i.interval_seconds, $1) > 0
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
        "update integrations set failed_runs = 0, paused_why = null
         where id = $1 and (failed_runs > 0 or paused_why is not null)",
        id
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A sync failed. `paused_why`: the store refuses what is set here, and the schedule rests until somebody has looked at it.
/// Otherwise the next one is put off, twice as long each time, up to half an hour.
///
/// # Errors
/// From the database.
pub async fn went_wrong(db: &mut PgConnection, id: i64, paused_why: Option<&str>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update integrations set failed_runs = least(failed_runs + 1, 16), paused_why = $2,
            next_sync_at = greatest(next_sync_at, now() + least(
                make_interval(secs => coalesce(nullif(interval_seconds, 0), 300) * 2 ^ least(failed_runs + 1, 16)),
                interval '30 minutes'))
         where id = $1",
        id,
        paused_why
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
