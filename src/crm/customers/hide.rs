//! Customers whom nobody wants to see in the lists. The store knows nothing of it.

use sqlx::{PgConnection, QueryBuilder};

use super::LISTING;
use crate::base::listing::Chosen;

/// Hides a customer; false if they are hidden already.
///
/// # Errors
/// From the database.
pub async fn hide(db: &mut PgConnection, id: i64, user: i64) -> Result<bool, sqlx::Error> {
    let hidden = sqlx::query!(
        "update customers set hidden_at = now(), hidden_by = $2 where id = $1 and hidden_at is null",
        id,
        user
    )
    .execute(db)
    .await?;
    Ok(hidden.rows_affected() > 0)
}

/// Shows a customer again; false if they are not hidden, or erased.
///
/// # Errors
/// From the database.
pub async fn show_again(db: &mut PgConnection, id: i64) -> Result<bool, sqlx::Error> {
    let shown = sqlx::query!(
        "update customers set hidden_at = null, hidden_by = null where id = $1 and hidden_at is not null and erased_at is null",
        id
    );
    Ok(shown.execute(db).await?.rows_affected() > 0)
}

/// Hides many customers; returns how many were not hidden yet.
///
/// # Errors
/// From the database.
pub async fn hide_many(db: &mut PgConnection, chosen: &Chosen, user: i64) -> Result<u64, sqlx::Error> {
    let mut query = QueryBuilder::new("update customers p set hidden_at = now(), hidden_by = ");
    query.push_bind(user).push(" where p.hidden_at is null and ");
    LISTING.push_chosen(&mut query, "p.id", chosen);
    Ok(query.build().execute(db).await?.rows_affected())
}

/// Shows many customers again; returns how many were hidden.
///
/// # Errors
/// From the database.
pub async fn show_many(db: &mut PgConnection, chosen: &Chosen) -> Result<u64, sqlx::Error> {
    let mut query = QueryBuilder::new(
        "update customers p set hidden_at = null, hidden_by = null where p.hidden_at is not null and p.erased_at is null and ",
    );
    LISTING.push_chosen(&mut query, "p.id", chosen);
    Ok(query.build().execute(db).await?.rows_affected())
}
