//! Customers that are gone in the store, whose number was given to somebody else, or who came to have an account.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::incoming::Incoming;

/// Customers here with these store ids that a complete list of `from..=to`, asked for at `read_at`, did not hold.
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
        "select id, remote_id as \"remote_id!\" from customers
         where channel_id = $1 and remote_id between $2 and $3 and removed_at is null and base_read_at < $5
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

/// A customer with addresses here, and how many of those the store's list of them holds no more.
#[derive(Debug, Clone, Copy)]
pub struct Lacking {
    /// The store's id of the customer.
    pub remote_id: i64,
    /// Addresses here that the store had.
    pub stored: i64,
    /// Those of them that are not listed.
    pub gone: i64,
}

/// What the address lists of a batch lack of what is here.
///
/// # Errors
/// From the database.
pub async fn lacking(pool: &PgPool, channel: i64, batch: &[Incoming]) -> Result<Vec<Lacking>, sqlx::Error> {
    let complete = || batch.iter().filter_map(|customer| Some((customer, customer.addresses.as_ref()?)));
    let read: Vec<i64> = complete().map(|(customer, _)| customer.remote_id).collect();
    if read.is_empty() {
        return Ok(Vec::new());
    }
    let listed =
        complete().flat_map(|(customer, list)| list.iter().map(|it| (customer.remote_id, it.remote_id)));
    let (owners, addresses): (Vec<i64>, Vec<i64>) = listed.unzip();
    sqlx::query_as!(
        Lacking,
        "select k.remote_id as \"remote_id!\", count(*) as \"stored!\", count(*) filter (where t.remote is null) as \"gone!\"
         from customers k join customer_addresses a on a.customer_id = k.id
         left join unnest($3::bigint[], $4::bigint[]) as t(customer, remote)
            on t.customer = k.remote_id and t.remote = a.remote_id
         where k.channel_id = $1 and k.remote_id = any($2) and k.removed_at is null
            and a.remote_id is not null and a.removed_at is null
         group by k.remote_id",
        channel,
        &read,
        &owners,
        &addresses,
    )
    .fetch_all(pool)
    .await
}

/// Marks customers as removed in the store; returns how many were not so before.
///
/// # Errors
/// From the database.
pub async fn remove(db: &mut PgConnection, ids: &[i64]) -> Result<i64, sqlx::Error> {
    let removed = sqlx::query!(
        "update customers set removed_at = now(), row_hash = null where id = any($1) and removed_at is null",
        ids
    )
    .execute(db)
    .await?;
    Ok(i64::try_from(removed.rows_affected()).unwrap_or(i64::MAX))
}

/// Remembers customers that records refer to and the store does not have.
///
/// # Errors
/// From the database.
pub async fn note_missing(
    db: &mut PgConnection,
    channel: i64,
    remote_ids: &[i64],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into missing_customers (channel_id, remote_id) select $1, unnest($2::bigint[]) on conflict do nothing",
        channel,
        remote_ids
    )
    .execute(db)
    .await?;
    Ok(())
}

/// These are here now; returns those of them that the store was said not to have.
///
/// # Errors
/// From the database.
pub async fn not_missing(
    db: &mut PgConnection,
    channel: i64,
    remote_ids: &[i64],
) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "delete from missing_customers where channel_id = $1 and remote_id = any($2) returning remote_id",
        channel,
        remote_ids
    )
    .fetch_all(db)
    .await
}

/// Live customers that have the e-mail and website of one of these: one of two may have been deleted in the store.
///
/// # Errors
/// From the database.
pub async fn doubles_of(
    db: &mut PgConnection,
    channel: i64,
    remote_ids: &[i64],
) -> Result<Vec<(i64, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        // one look-up by index for each, whatever the planner thinks of a table that has just been filled
        "with new as materialized (
            select id, email, website_id from customers
            where channel_id = $1 and remote_id = any($2) and removed_at is null and email <> ''
         )
         select distinct k.id as \"id!\", k.remote_id as \"remote_id!\" from new n cross join lateral (
            select k.id, k.remote_id, k.website_id from customers k
            where k.channel_id = $1 and lower(k.email) = lower(n.email) and k.removed_at is null offset 0) k
         where k.id <> n.id and k.website_id is not distinct from n.website_id and k.remote_id is not null
            and not k.remote_id = any($2)",
        channel,
        remote_ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.remote_id)).collect())
}

/// A number that belongs to somebody else now (created at another time, with another e-mail): whoever had it is removed.
/// Returns how many.
pub(super) async fn give_way(
    db: &mut PgConnection,
    channel: i64,
    batch: &[Incoming],
) -> Result<i64, sqlx::Error> {
    let remote: Vec<i64> = batch.iter().map(|customer| customer.remote_id).collect();
    let created: Vec<DateTime<Utc>> = batch.iter().map(|customer| customer.created_at).collect();
    let emails: Vec<String> = batch.iter().map(|customer| customer.email.clone()).collect();
    let gone = sqlx::query!(
        "update customers k set removed_at = now(), row_hash = null
         from unnest($2::bigint[], $3::timestamptz[], $4::text[]) as t(remote, created, email)
         where k.channel_id = $1 and k.remote_id = t.remote and k.removed_at is null
            and k.remote_created_at <> t.created and lower(k.email) <> lower(t.email)
            -- who was made here and never read tells no time of the store's
            and k.base_read_at > to_timestamp(0)",
        channel,
        &remote,
        &created,
        &emails,
    )
    .execute(db)
    .await?;
    Ok(i64::try_from(gone.rows_affected()).unwrap_or(i64::MAX))
}

/// Who was removed, or bought as a guest, and is listed now is who they were. Most stores have neither: they are not looked
/// for one by one.
pub(super) async fn find_again(
    db: &mut PgConnection,
    channel: i64,
    batch: &[Incoming],
) -> Result<(), sqlx::Error> {
    let there = sqlx::query!(
        "select exists (select 1 from customers where channel_id = $1 and removed_at is not null) as \"removed!\",
            exists (select 1 from customers where channel_id = $1 and is_guest and remote_id is null
                and removed_at is null) as \"guests!\"",
        channel
    )
    .fetch_one(&mut *db)
    .await?;
    if there.removed {
        come_back(db, channel, batch).await?;
    }
    if there.guests {
        register_guests(db, channel, batch).await?;
    }
    Ok(())
}

/// Who was removed and is listed again is back.
async fn come_back(db: &mut PgConnection, channel: i64, batch: &[Incoming]) -> Result<(), sqlx::Error> {
    let remote: Vec<i64> = batch.iter().map(|customer| customer.remote_id).collect();
    let created: Vec<DateTime<Utc>> = batch.iter().map(|customer| customer.created_at).collect();
    sqlx::query!(
        "update customers k set removed_at = null
         from unnest($2::bigint[], $3::timestamptz[]) as t(remote, created)
         where k.channel_id = $1 and k.remote_id = t.remote and k.removed_at is not null
            and k.remote_created_at = t.created
            and not exists (select 1 from customers l where l.channel_id = $1 and l.remote_id = t.remote
                and l.removed_at is null)",
        channel,
        &remote,
        &created,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A guest who made an account stays who they are: the row gets the store's number. Of several guests with the address,
/// the first; where it is shared, the one of that name.
async fn register_guests(db: &mut PgConnection, channel: i64, batch: &[Incoming]) -> Result<(), sqlx::Error> {
    let text =
        |value: fn(&Incoming) -> &String| batch.iter().map(|c| value(c).clone()).collect::<Vec<String>>();
    sqlx::query!(
        "update customers g set remote_id = t.remote, is_guest = false, guest_name = '', base = '{}',
            base_read_at = to_timestamp(0)
         from (
            select distinct on (t.remote) t.remote, k.id
            from unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[])
                as t(remote, website, email, first, last)
            cross join lateral (
                select k.id, k.website_id, k.guest_name from customers k
                where k.channel_id = $1 and lower(k.email) = lower(t.email) and k.is_guest and k.remote_id is null
                    and k.removed_at is null offset 0) k
            where t.email <> '' and k.website_id is not distinct from t.website
                and k.guest_name in ('', lower(trim(t.first) || ' ' || trim(t.last)))
                and not exists (select 1 from customers l where l.channel_id = $1 and l.remote_id = t.remote
                    and l.removed_at is null)
            order by t.remote, k.id
         ) t
         where g.id = t.id",
        channel,
        &batch.iter().map(|c| c.remote_id).collect::<Vec<i64>>(),
        &batch.iter().map(|c| c.website_id).collect::<Vec<Option<i64>>>() as _,
        &text(|c| &c.email),
        &text(|c| &c.first_name),
        &text(|c| &c.last_name),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The greatest of the store's ids that is stored.
///
/// # Errors
/// From the database.
pub async fn highest(pool: &PgPool, channel: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "select coalesce(max(remote_id), 0) as \"id!\" from customers where channel_id = $1 and removed_at is null",
        channel
    )
    .fetch_one(pool)
    .await
}

/// The oldest and the newest customers that were read and are not gone, `each` of either: the store's ids, when they
/// registered, their e-mail addresses.
///
/// # Errors
/// From the database.
pub async fn ends(
    pool: &PgPool,
    channel: i64,
    each: i64,
) -> Result<Vec<(i64, Option<DateTime<Utc>>, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        "(select remote_id, remote_created_at, email, 1 as part from customers
            where channel_id = $1 and remote_id is not null and removed_at is null order by remote_id limit $2)
         union (select remote_id, remote_created_at, email, 2 from customers
            where channel_id = $1 and remote_id is not null and removed_at is null order by remote_id desc limit $2)
         order by 4",
        channel,
        each
    )
    .fetch_all(pool)
    .await?;
    let row = |row: (Option<i64>, Option<DateTime<Utc>>, Option<String>)| Some((row.0?, row.1, row.2?));
    Ok(rows.into_iter().filter_map(|it| row((it.remote_id, it.remote_created_at, it.email))).collect())
}
