//! Sessions, by the hash of their id.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgPool;

/// The data of a session that has not expired.
///
/// # Errors
/// From the database.
pub async fn load(pool: &PgPool, id_hash: &[u8]) -> Result<Option<(Value, DateTime<Utc>)>, sqlx::Error> {
    let row = sqlx::query!(
        "select data, expires_at from sessions where id_hash = $1 and expires_at > now()",
        id_hash
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| (row.data, row.expires_at)))
}

/// Writes a session, new or known.
///
/// # Errors
/// From the database.
pub async fn save(
    pool: &PgPool,
    id_hash: &[u8],
    data: &Value,
    expires_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into sessions (id_hash, data, expires_at) values ($1, $2, $3)
         on conflict (id_hash) do update set data = excluded.data, expires_at = excluded.expires_at",
        id_hash,
        data,
        expires_at,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// From the database.
pub async fn delete(pool: &PgPool, id_hash: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from sessions where id_hash = $1", id_hash).execute(pool).await?;
    Ok(())
}

/// Clears away what has expired: sessions, set-up links, old failures.
///
/// # Errors
/// From the database.
pub async fn purge(pool: &PgPool) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from sessions where expires_at < now()").execute(pool).await?;
    sqlx::query!("delete from setup_tokens where expires_at < now()").execute(pool).await?;
    sqlx::query!("delete from sign_in_failures where window_start < now() - interval '1 day'")
        .execute(pool)
        .await?;
    Ok(())
}
