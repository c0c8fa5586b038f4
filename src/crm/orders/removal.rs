//! What orders have to do with other records: their customers and carts; and orders that are gone in the store.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::incoming::Incoming;
use super::lifetimes;
use crate::crm::customers::{self, Buyer, Guests};

/// Links orders that waited for these customers of the store.
///
/// # Errors
/// From the database.
pub async fn link_customers(
    db: &mut PgConnection,
    channel: i64,
    remote_ids: &[i64],
) -> Result<(), sqlx::Error> {
    if remote_ids.is_empty() {
        return Ok(());
    }
    let linked = sqlx::query_scalar!(
        "update orders o set customer_id = k.id from customers k
         where o.channel_id = $1 and o.customer_id is null and o.remote_customer_id = any($2)
            and k.channel_id = $1 and k.remote_id = o.remote_customer_id and k.removed_at is null
         returning k.id",
        channel,
        remote_ids
    )
    .fetch_all(&mut *db)
    .await?;
    lifetimes::recompute(db, &linked).await
}

/// Orders that became a guest's because their customer was missing wait for that customer again.
///
/// # Errors
/// From the database.
pub async fn give_back(db: &mut PgConnection, channel: i64, remote_ids: &[i64]) -> Result<(), sqlx::Error> {
    if remote_ids.is_empty() {
        return Ok(());
    }
    let guests = sqlx::query_scalar!(
        "update orders o set customer_id = null from customers g
         where o.channel_id = $1 and o.remote_customer_id = any($2) and g.id = o.customer_id and g.remote_id is null
         returning g.id",
        channel,
        remote_ids
    )
    .fetch_all(&mut *db)
    .await?;
    lifetimes::recompute(db, &guests).await
}

/// Customers that orders name and that are not here: they are older than the Sync start date, of another website, or
/// gone in the store.
///
/// # Errors
/// From the database.
pub async fn unknown_customers(pool: &PgPool, channel: i64, limit: i64) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select distinct remote_customer_id as \"id!\" from orders o
         where channel_id = $1 and customer_id is null and remote_customer_id is not null and removed_at is null
            and not exists (select 1 from missing_customers m
                where m.channel_id = o.channel_id and m.remote_id = o.remote_customer_id)
         order by 1 limit $2",
        channel,
        limit
    )
    .fetch_all(pool)
    .await
}

/// Orders of customers that the store no longer has are as good as a guest's.
///
/// # Errors
/// From the database.
pub async fn adopt_missing(
    db: &mut PgConnection,
    channel: i64,
    owner_id: i64,
    guests: &Guests,
    remote_customers: &[i64],
) -> Result<(), sqlx::Error> {
    let orders = sqlx::query!(
        "select id, remote_customer_id, store_id, email, first_name, last_name, store_name, remote_created_at from orders
         where channel_id = $1 and customer_id is null and remote_customer_id = any($2) order by remote_created_at",
        channel,
        remote_customers
    )
    .fetch_all(&mut *db)
    .await?;
    let buyers: Vec<Buyer> = orders
        .iter()
        .map(|order| Buyer {
            remote_customer_id: order.remote_customer_id,
            store_id: order.store_id,
            email: order.email.clone(),
            first_name: order.first_name.clone(),
            last_name: order.last_name.clone(),
            store_name: order.store_name.lines().last().unwrap_or_default().trim().to_owned(),
            seen_at: order.remote_created_at,
        })
        .collect();
    let found = customers::find_buyers(db, channel, owner_id, guests, &buyers).await?;
    let ids: Vec<i64> = orders.iter().map(|order| order.id).collect();
    sqlx::query!(
        "update orders o set customer_id = t.customer from unnest($1::bigint[], $2::bigint[]) as t(id, customer)
         where o.id = t.id and t.customer is not null",
        &ids,
        &found as _
    )
    .execute(&mut *db)
    .await?;
    let found: Vec<i64> = found.into_iter().flatten().collect();
    lifetimes::recompute(db, &found).await
}

/// The greatest cart that an order was made from: carts are looked for from there.
///
/// # Errors
/// From the database.
pub async fn highest_cart(pool: &PgPool, channel: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "select coalesce(max(remote_cart_id), 0) as \"id!\" from orders where channel_id = $1",
        channel
    )
    .fetch_one(pool)
    .await
}

/// Orders here with these store ids that a complete list of `from..=to`, asked for at `read_at`, did not hold.
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
        "select id, increment_id from orders
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

/// Marks orders as gone in the store; returns how many were not so before. They leave the figures.
///
/// # Errors
/// From the database.
pub async fn remove(db: &mut PgConnection, ids: &[i64]) -> Result<i64, sqlx::Error> {
    if ids.is_empty() {
        return Ok(0);
    }
    let customers = sqlx::query_scalar!(
        "update orders set removed_at = now() where id = any($1) and removed_at is null returning customer_id",
        ids
    )
    .fetch_all(&mut *db)
    .await?;
    let removed = i64::try_from(customers.len()).unwrap_or(i64::MAX);
    let customers: Vec<i64> = customers.into_iter().flatten().collect();
    lifetimes::recompute(db, &customers).await?;
    Ok(removed)
}

/// Whose orders these are now.
pub(super) async fn customers_of(
    db: &mut PgConnection,
    orders: impl Iterator<Item = i64>,
) -> Result<Vec<i64>, sqlx::Error> {
    let orders: Vec<i64> = orders.collect();
    if orders.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query_scalar!(
        "select distinct customer_id as \"id!\" from orders where id = any($1) and customer_id is not null",
        &orders
    )
    .fetch_all(db)
    .await
}

/// The store's customers that these orders named when they were last read.
pub(super) async fn named_before(
    db: &mut PgConnection,
    orders: impl Iterator<Item = i64>,
) -> Result<HashMap<i64, i64>, sqlx::Error> {
    let orders: Vec<i64> = orders.collect();
    let rows = sqlx::query!(
        "select id, remote_customer_id as \"remote_customer_id!\" from orders
         where id = any($1) and remote_customer_id is not null",
        &orders
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.remote_customer_id)).collect())
}

/// Orders here under an id that belongs to an order with another number now: a store that was restored from a backup
/// gives ids away a second time.
pub(super) async fn others_with_these_ids(
    db: &mut PgConnection,
    channel: i64,
    batch: &[&Incoming],
) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select o.id from unnest($2::bigint[], $3::text[], $4::timestamptz[]) as t(remote, number, read_at)
         join orders o on o.channel_id = $1 and o.remote_id = t.remote and o.removed_at is null
         where o.increment_id <> t.number and o.read_at <= t.read_at and not o.increment_id = any($3)",
        channel,
        &batch.iter().map(|order| order.remote_id).collect::<Vec<i64>>(),
        &batch.iter().map(|order| order.increment_id.clone()).collect::<Vec<String>>(),
        &batch.iter().map(|order| order.read_at).collect::<Vec<DateTime<Utc>>>(),
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
        "select coalesce(max(remote_id), 0) as \"id!\" from orders where channel_id = $1",
        channel
    )
    .fetch_one(pool)
    .await
}

/// The oldest and the newest orders that were read and are not gone, `each` of either: their numbers, and when they were placed.
///
/// # Errors
/// From the database.
pub async fn ends(
    pool: &PgPool,
    channel: i64,
    each: i64,
) -> Result<Vec<(String, DateTime<Utc>)>, sqlx::Error> {
    let rows = sqlx::query!(
        "(select increment_id, remote_created_at, 1 as part from orders
            where channel_id = $1 and removed_at is null order by remote_id limit $2)
         union (select increment_id, remote_created_at, 2 from orders
            where channel_id = $1 and removed_at is null order by remote_id desc limit $2)
         order by 3",
        channel,
        each
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.increment_id?, row.remote_created_at?))).collect())
}
