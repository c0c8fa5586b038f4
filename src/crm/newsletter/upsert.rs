//! Taking subscribers over, a page at a time. What is as it was is not written.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::Incoming;
use crate::crm::arrivals::{self, Taken};

/// Takes a batch over, whatever was changed here.
pub(super) async fn upsert(
    db: &mut PgConnection,
    channel: i64,
    batch: &[Incoming],
) -> Result<Taken, sqlx::Error> {
    let batch = arrivals::once(batch, |subscriber| subscriber.remote_id);
    let remote: Vec<i64> = batch.iter().map(|s| s.remote_id).collect();
    let hashes: Vec<Vec<u8>> = batch.iter().map(|subscriber| arrivals::fingerprint(*subscriber)).collect();
    let rows = sqlx::query!(
        "insert into newsletter_subscribers as n (channel_id, customer_id, remote_id, store_id, remote_customer_id, email,
            status, changed_at, content_hash, read_at)
         select $1, k.id, t.remote, t.store, t.remote_customer, t.email, t.status, t.changed, t.hash, t.read_at
         from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::smallint[], $7::timestamptz[], $8::bytea[],
            $9::timestamptz[]) as t(remote, store, remote_customer, email, status, changed, hash, read_at)
         left join customers k on k.channel_id = $1 and k.remote_id = t.remote_customer and k.removed_at is null
         on conflict (channel_id, remote_id) do update set
            customer_id = coalesce(excluded.customer_id, n.customer_id), store_id = excluded.store_id,
            remote_customer_id = excluded.remote_customer_id, email = excluded.email, status = excluded.status,
            changed_at = excluded.changed_at, content_hash = excluded.content_hash, read_at = excluded.read_at,
            removed_at = null, synced_at = now()
         where n.read_at <= excluded.read_at
            and (n.content_hash is distinct from excluded.content_hash or n.removed_at is not null)
         returning remote_id, (xmax = 0) as \"created!\"",
        channel,
        &remote,
        &batch.iter().map(|s| s.store_id).collect::<Vec<Option<i64>>>() as _,
        &batch.iter().map(|s| s.remote_customer_id).collect::<Vec<Option<i64>>>() as _,
        &batch.iter().map(|s| s.email.clone()).collect::<Vec<String>>(),
        &batch.iter().map(|s| s.status).collect::<Vec<i16>>(),
        &batch.iter().map(|s| s.changed_at).collect::<Vec<Option<DateTime<Utc>>>>() as _,
        &hashes,
        &batch.iter().map(|s| s.read_at).collect::<Vec<DateTime<Utc>>>(),
    )
    .fetch_all(db)
    .await?;
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let arrived: Vec<i64> = rows.iter().filter(|row| row.created).map(|row| row.remote_id).collect();
    Ok(Taken {
        created: count(arrived.len()),
        updated: count(rows.len() - arrived.len()),
        unchanged: count(batch.len() - rows.len()),
        replaced: 0,
        conflicts: 0,
        arrived,
    })
}

/// Links subscribers who waited for these customers of the store.
///
/// # Errors
/// From the database.
pub async fn link_customers(
    db: &mut PgConnection,
    channel: i64,
    remote_ids: &[i64],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update newsletter_subscribers n set customer_id = k.id from customers k
         where n.channel_id = $1 and n.customer_id is null and n.remote_customer_id = any($2)
            and k.channel_id = $1 and k.remote_id = n.remote_customer_id and k.removed_at is null",
        channel,
        remote_ids
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Customers that subscribers name and that are not here.
///
/// # Errors
/// From the database.
pub async fn unknown_customers(pool: &PgPool, channel: i64, limit: i64) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select distinct remote_customer_id as \"id!\" from newsletter_subscribers n
         where channel_id = $1 and customer_id is null and remote_customer_id is not null and removed_at is null
            and not exists (select 1 from missing_customers m
                where m.channel_id = n.channel_id and m.remote_id = n.remote_customer_id)
         order by 1 limit $2",
        channel,
        limit
    )
    .fetch_all(pool)
    .await
}

/// Subscribers here with these store ids that a complete list of `from..=to`, asked for at `read_at`, did not hold.
///
/// # Errors
/// From the database.
pub async fn gaps_in(
    pool: &PgPool,
    channel: i64,
    (from, to): (i64, i64),
    listed: &[i64],
    read_at: DateTime<Utc>,
) -> Result<Vec<(i64, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, remote_id from newsletter_subscribers
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
    Ok(rows.into_iter().map(|row| (row.id, row.remote_id)).collect())
}

/// Marks subscribers as gone in the store; returns how many were not so before.
///
/// # Errors
/// From the database.
pub async fn remove(db: &mut PgConnection, ids: &[i64]) -> Result<i64, sqlx::Error> {
    let removed = sqlx::query!(
        "update newsletter_subscribers set removed_at = now() where id = any($1) and removed_at is null",
        ids
    )
    .execute(db)
    .await?;
    Ok(i64::try_from(removed.rows_affected()).unwrap_or(i64::MAX))
}

/// The greatest of the store's ids that is stored.
///
/// # Errors
/// From the database.
pub async fn highest(pool: &PgPool, channel: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "select coalesce(max(remote_id), 0) as \"id!\" from newsletter_subscribers where channel_id = $1",
        channel
    )
    .fetch_one(pool)
    .await
}
