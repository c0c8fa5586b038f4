//! What a customer's form offers: channels, the store's groups, countries and regions; and what a guest's orders tell.

use sqlx::{PgConnection, PgPool};

/// Channels that take customers who are made here, by name: the active ones with two way sync on.
///
/// # Errors
/// From the database.
pub async fn open_channels(pool: &PgPool) -> Result<Vec<(i64, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select c.id, c.name from channels c join integrations i on i.channel_id = c.id
         where c.active and i.two_way order by lower(c.name)"
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Where something was billed to.
#[derive(Debug, Clone)]
pub struct BilledTo {
    /// Company.
    pub company: String,
    /// Lines of the street.
    pub street: String,
    /// City.
    pub city: String,
    /// Zip or postal code.
    pub postcode: String,
    /// ISO 3166 alpha-2.
    pub country_id: String,
    /// Region.
    pub region: String,
    /// Phone.
    pub telephone: String,
}

/// The billing address of a customer's last order that has one.
///
/// # Errors
/// From the database.
pub async fn last_billing_address(
    db: &mut PgConnection,
    customer: i64,
) -> Result<Option<BilledTo>, sqlx::Error> {
    sqlx::query_as!(
        BilledTo,
        "select a.company, a.street, a.city, a.postcode, a.country_id, a.region, a.telephone
         from orders o join order_addresses a on a.order_id = o.id and a.kind = 'billing'
         where o.customer_id = $1 and a.street <> '' order by o.remote_created_at desc, o.id desc limit 1",
        customer
    )
    .fetch_optional(db)
    .await
}

/// A channel's customer groups by name: numbers and names. Nobody who has an account is "not logged in".
///
/// # Errors
/// From the database.
pub async fn groups_of(pool: &PgPool, channel: i64) -> Result<Vec<(i64, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select group_id, name from customer_groups where channel_id = $1 and group_id <> 0 order by name",
        channel
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.group_id, row.name)).collect())
}

/// A channel's countries by name: codes and names.
///
/// # Errors
/// From the database.
pub async fn countries_of(pool: &PgPool, channel: i64) -> Result<Vec<(String, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select country_id, name from countries where channel_id = $1 order by name collate \"und-x-icu\", country_id",
        channel
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.country_id, row.name)).collect())
}

/// A country's regions as its store numbers them: number, code, name.
///
/// # Errors
/// From the database.
pub async fn regions_of(
    pool: &PgPool,
    channel: i64,
    country: &str,
) -> Result<Vec<(i64, String, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select region_id, code, name from regions where channel_id = $1 and country_id = $2 order by name collate \"und-x-icu\"",
        channel,
        country
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.region_id, row.code, row.name)).collect())
}
