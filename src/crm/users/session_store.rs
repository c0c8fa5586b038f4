//! Sessions, by the hash of their id.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, PgPool};

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

/// Makes a session.
///
/// # Errors
/// From the database.
pub async fn create(
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

/// Writes what has changed in a session. One that was ended meanwhile stays so: a request that was on its way when its user
/// was signed out must not bring it back.
///
/// # Errors
/// From the database.
pub async fn update(
    pool: &PgPool,
    id_hash: &[u8],
    data: &Value,
    expires_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update sessions set data = $2, expires_at = $3 where id_hash = $1",
        id_hash,
        data,
        expires_at
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

/// Clears away what has expired: sessions, links that set something up, old failures. Invitations stay in sight.
///
/// # Errors
/// From the database.
pub async fn purge(pool: &PgPool) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from sessions where expires_at < now()").execute(pool).await?;
    sqlx::query!("delete from setup_tokens where expires_at < now()").execute(pool).await?;
    sqlx::query!("delete from password_links where expires_at < now()").execute(pool).await?;
    sqlx::query!("delete from sign_in_failures where window_start < now() - interval '1 day'")
        .execute(pool)
        .await?;
    Ok(())
}

/// Ends all sessions of a user.
///
/// # Errors
/// From the database.
pub async fn end_all(db: &mut PgConnection, user: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from sessions where user_id = $1", user).execute(db).await?;
    Ok(())
}
