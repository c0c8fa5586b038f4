//! What carts have to do with customers and orders, and carts that are gone.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::incoming::Incoming;

/// Links carts that waited for these customers of the store.
///
/// # Errors
/// From the database.
pub async fn link_customers(
    db: &mut PgConnection,
    channel: i64,
    remote_ids: &[i64],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update carts c set customer_id = k.id from customers k
         where c.channel_id = $1 and c.customer_id is null and c.remote_customer_id = any($2)
            and k.channel_id = $1 and k.remote_id = c.remote_customer_id and k.removed_at is null",
        channel,
        remote_ids
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Customers that carts name and that are not here.
///
/// # Errors
/// From the database.
pub async fn unknown_customers(pool: &PgPool, channel: i64, limit: i64) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select distinct remote_customer_id as \"id!\" from carts c
         where channel_id = $1 and customer_id is null and remote_customer_id is not null and removed_at is null
            and not exists (select 1 from missing_customers m
                where m.channel_id = c.channel_id and m.remote_id = c.remote_customer_id)
         order by 1 limit $2",
        channel,
        limit
    )
    .fetch_all(pool)
    .await
}

/// Orders were made from these carts.
///
/// # Errors
/// From the database.
pub async fn note_purchases(
    db: &mut PgConnection,
    channel: i64,
    remote_ids: &[i64],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update carts set status = 'purchased' where channel_id = $1 and remote_id = any($2) and removed_at is null
            and status in ('open', 'expired')",
        channel,
        remote_ids
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The store no longer has these carts: those that were open are expired, and none is read again. Returns how many it knew
/// as active.
///
/// # Errors
/// From the database.
pub async fn expire(
    db: &mut PgConnection,
    channel: i64,
    remote_ids: &[i64],
    read_at: DateTime<Utc>,
) -> Result<i64, sqlx::Error> {
    let expired = sqlx::query!(
        "update carts set status = case status when 'open' then 'expired' else status end, is_active = false,
            synced_at = now(), read_at = $3
         where channel_id = $1 and remote_id = any($2) and removed_at is null and is_active and read_at <= $3",
        channel,
        remote_ids,
        read_at
    )
    .execute(db)
    .await?;
    Ok(i64::try_from(expired.rows_affected()).unwrap_or(i64::MAX))
}

/// Carts that were active and were not looked at since then, the longest first. Not only open ones: what was put into a cart
/// right before it was bought is not known yet when its order comes.
///
/// # Errors
/// From the database.
pub async fn active_since(
    pool: &PgPool,
    channel: i64,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select remote_id from carts where channel_id = $1 and is_active and removed_at is null and read_at < $2
         order by read_at, id limit $3",
        channel,
        before,
        limit
    )
    .fetch_all(pool)
    .await
}

/// The greatest cart known.
///
/// # Errors
/// From the database.
pub async fn highest(pool: &PgPool, channel: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "select coalesce(max(remote_id), 0) as \"id!\" from carts where channel_id = $1 and removed_at is null",
        channel
    )
    .fetch_one(pool)
    .await
}

/// When these carts were last read, by the store's id.
///
/// # Errors
/// From the database.
pub async fn read_at(
    pool: &PgPool,
    channel: i64,
    remote_ids: &[i64],
) -> Result<HashMap<i64, DateTime<Utc>>, sqlx::Error> {
    let rows = sqlx::query!(
        "select remote_id, read_at from carts where channel_id = $1 and remote_id = any($2) and removed_at is null",
        channel,
        remote_ids
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.remote_id, row.read_at)).collect())
}

/// The store's customers that these carts named when they were last read.
pub(super) async fn named_before(
    db: &mut PgConnection,
    channel: i64,
    batch: &[&Incoming],
) -> Result<HashMap<i64, i64>, sqlx::Error> {
    let ids: Vec<i64> = batch.iter().map(|cart| cart.remote_id).collect();
    let rows = sqlx::query!(
        "select remote_id, remote_customer_id as \"remote_customer_id!\" from carts
         where channel_id = $1 and remote_id = any($2) and removed_at is null and remote_customer_id is not null",
        channel,
        &ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.remote_id, row.remote_customer_id)).collect())
}

/// Active carts with these store ids that a complete list of `from..=to`, asked for at `read_at`, did not hold.
///
/// # Errors
/// From the database.
pub async fn active_gaps_in(
    pool: &PgPool,
    channel: i64,
    (from, to): (i64, i64),
    listed: &[i64],
    read_at: DateTime<Utc>,
) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select remote_id from carts
         where channel_id = $1 and remote_id between $2 and $3 and removed_at is null and is_active and read_at < $5
            and not remote_id = any($4)",
        channel,
        from,
        to,
        listed,
        read_at
    )
    .fetch_all(pool)
    .await
}
