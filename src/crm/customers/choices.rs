//! What a customer's form offers: the store's groups, countries and regions.

use sqlx::PgPool;

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
        "select country_id, name from countries where channel_id = $1 order by name, country_id",
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
        "select region_id, code, name from regions where channel_id = $1 and country_id = $2 order by name",
        channel,
        country
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.region_id, row.code, row.name)).collect())
}
