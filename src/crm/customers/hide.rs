//! Customers whom nobody wants to see in the lists. The store knows nothing of it.

use sqlx::PgPool;

/// Hides a customer; false if they are hidden already.
///
/// # Errors
/// From the database.
pub async fn hide(pool: &PgPool, id: i64, user: i64) -> Result<bool, sqlx::Error> {
    let hidden = sqlx::query!(
        "update customers set hidden_at = now(), hidden_by = $2 where id = $1 and hidden_at is null",
        id,
        user
    )
    .execute(pool)
    .await?;
    Ok(hidden.rows_affected() > 0)
}

/// Shows a customer again.
///
/// # Errors
/// From the database.
pub async fn show_again(pool: &PgPool, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("update customers set hidden_at = null, hidden_by = null where id = $1", id)
        .execute(pool)
        .await?;
    Ok(())
}
