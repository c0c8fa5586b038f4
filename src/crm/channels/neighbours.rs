//! Which channels have to do with the same store: one that takes in a website already, others whose customers are the same, and
//! the one whose records a channel kept. And which have the same name.

use sqlx::{PgConnection, PgPool};

/// The channel that takes in this website of the store at this address already, but for this integration's own.
///
/// # Errors
/// From the database.
pub async fn holder_of_store(
    db: &mut PgConnection,
    wsdl_url: &str,
    website: Option<i64>,
    but_for: Option<i64>,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select c.name from integrations i join channels c on c.id = i.channel_id
         where i.store_key = store_of($1) and coalesce(i.website_id, 0) = coalesce($2::bigint, 0) and i.id is distinct from $3",
        wsdl_url,
        website,
        but_for,
    )
    .fetch_optional(db)
    .await
}

/// Is another integration than this one called so?
///
/// # Errors
/// From the database.
pub async fn is_called_so(
    db: &mut PgConnection,
    name: &str,
    but_for: Option<i64>,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        "select exists (select 1 from integrations where name = $1 and id is distinct from $2) as \"is!\"",
        name,
        but_for
    )
    .fetch_one(db)
    .await
}

/// The store whose records this channel keeps since its integration was removed, if that is not the one at this address.
///
/// # Errors
/// From the database.
pub async fn kept_of_another(
    pool: &PgPool,
    channel: i64,
    wsdl_url: &str,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select kept_of as \"kept_of!\" from channels c where id = $1 and kept_of <> store_of($2)
            and exists (select 1 from customers k where k.channel_id = c.id)",
        channel,
        wsdl_url
    )
    .fetch_optional(pool)
    .await
}

/// Other channels that take in customers of the same store as this one: all websites beside one of them, or the same under
/// another name, which shows in the customers: five of the newest with the same number, address and time.
///
/// # Errors
/// From the database.
pub async fn overlapping(pool: &PgPool, channel: i64) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select c.name from integrations i
         join integrations o on o.id <> i.id and (
            (store_of(o.wsdl_url) = store_of(i.wsdl_url)
                and (o.website_id is null or i.website_id is null or o.website_id = i.website_id))
            or 5 <= (
                select count(*) from (
                    select 1 from (
                        select remote_id, email, remote_created_at from customers
                        where channel_id = i.channel_id and removed_at is null and remote_id is not null
                        order by remote_id desc limit 50) here
                    join customers there on there.channel_id = o.channel_id and there.removed_at is null
                        and there.remote_id = here.remote_id and lower(there.email) = lower(here.email)
                        and there.remote_created_at = here.remote_created_at
                    limit 5) same))
         join channels c on c.id = o.channel_id
         where i.channel_id = $1 order by c.name",
        channel
    )
    .fetch_all(pool)
    .await
}
