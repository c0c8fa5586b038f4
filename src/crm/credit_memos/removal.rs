//! What memos have to do with orders, and memos that are gone in the store.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::incoming::Incoming;

/// Links memos that waited for these orders of the store.
///
/// # Errors
/// From the database.
pub async fn link_orders(db: &mut PgConnection, channel: i64, remote_ids: &[i64]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update credit_memos m set order_id = o.id from orders o
         where m.channel_id = $1 and m.order_id is null and m.remote_order_id = any($2)
            and o.channel_id = $1 and o.remote_id = m.remote_order_id and o.removed_at is null",
        channel,
        remote_ids
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Memos here with these store ids that a complete list of `from..=to`, asked for at `read_at`, did not hold.
///
/// # Errors
/// From the database.
pub async fn gaps_in(
    pool: &PgPool,
    channel: i64,
    (from, to): (i64, i64),
    listed: &[i64],
    read_at: DateTime<Utc>,
) -> Result<Vec<(i64, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, increment_id from credit_memos
         where channel_id = $1 and remote_id between $2 and $3 and removed_at is null and read_at < $5
            and not remote_id = any($4)",
        channel,
        from,
        to,
        listed,
        read_at
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.increment_id)).collect())
}

/// Marks memos as gone in the store; returns how many were not so before.
///
/// # Errors
/// From the database.
pub async fn remove(db: &mut PgConnection, ids: &[i64]) -> Result<i64, sqlx::Error> {
    let removed = sqlx::query!(
        "update credit_memos set removed_at = now() where id = any($1) and removed_at is null",
        ids
    )
    .execute(db)
    .await?;
    Ok(i64::try_from(removed.rows_affected()).unwrap_or(i64::MAX))
}

/// Memos here under an id that belongs to a memo with another number now.
pub(super) async fn others_with_these_ids(
    db: &mut PgConnection,
    channel: i64,
    batch: &[&Incoming],
) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select m.id from unnest($2::bigint[], $3::text[], $4::timestamptz[]) as t(remote, number, read_at)
         join credit_memos m on m.channel_id = $1 and m.remote_id = t.remote and m.removed_at is null
         where m.increment_id <> t.number and m.read_at <= t.read_at and not m.increment_id = any($3)",
        channel,
        &batch.iter().map(|memo| memo.remote_id).collect::<Vec<i64>>(),
        &batch.iter().map(|memo| memo.increment_id.clone()).collect::<Vec<String>>(),
        &batch.iter().map(|memo| memo.read_at).collect::<Vec<DateTime<Utc>>>(),
    )
    .fetch_all(db)
    .await
}

/// The greatest of the store's ids that is stored.
///
/// # Errors
/// From the database.
pub async fn highest(pool: &PgPool, channel: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "select coalesce(max(remote_id), 0) as \"id!\" from credit_memos where channel_id = $1",
        channel
    )
    .fetch_one(pool)
    .await
}
