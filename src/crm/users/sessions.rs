//! Where somebody is signed in. What a session knows of it stands in its data, as the pages wrote it.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

/// A place where somebody is signed in.
#[derive(Debug, Clone)]
pub struct OpenSession {
    /// What tells it apart; opens nothing.
    pub key: String,
    /// "Firefox on Windows".
    pub device: String,
    /// The address that they signed in from.
    pub address: String,
    /// When they signed in.
    pub began_at: Option<DateTime<Utc>>,
    /// When something was last asked for, to some minutes.
    pub seen_at: Option<DateTime<Utc>>,
}

/// Where a user is signed in, the latest first.
///
/// # Errors
/// From the database.
pub async fn open(pool: &PgPool, user: i64) -> Result<Vec<OpenSession>, sqlx::Error> {
    sqlx::query_as!(
        OpenSession,
        "select encode(id_hash, 'hex') as \"key!\", coalesce(data ->> 'device', '') as \"device!\",
            coalesce(data ->> 'address', '') as \"address!\", (data ->> 'began_at')::timestamptz as began_at,
            (data ->> 'seen_at')::timestamptz as seen_at
         from sessions where user_id = $1 and expires_at > now() order by 5 desc nulls last, 1 limit 100",
        user
    )
    .fetch_all(pool)
    .await
}

/// Ends one of a user's sessions; `false` when it had ended already.
///
/// # Errors
/// From the database.
pub async fn end(db: &mut PgConnection, user: i64, key: &str) -> Result<bool, sqlx::Error> {
    let ended =
        sqlx::query!("delete from sessions where user_id = $1 and encode(id_hash, 'hex') = $2", user, key)
            .execute(db)
            .await?;
    Ok(ended.rows_affected() > 0)
}

/// Ends all of a user's sessions but this one, and sign-ins whose code is still to come; returns how many sessions.
///
/// # Errors
/// From the database.
pub async fn end_others(db: &mut PgConnection, user: i64, key: &str) -> Result<u64, sqlx::Error> {
    let ended =
        sqlx::query!("delete from sessions where user_id = $1 and encode(id_hash, 'hex') <> $2", user, key)
            .execute(&mut *db)
            .await?;
    end_begun(db, user).await?;
    Ok(ended.rows_affected())
}

/// Ends sign-ins that wait for a code: the password that was right is another one now, or they are not to come in.
async fn end_begun(db: &mut PgConnection, user: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from sessions where data ? 'pending' and (data -> 'pending' ->> 'user')::bigint = $1",
        user
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends all of a user's sessions, and sign-ins whose code is still to come.
///
/// # Errors
/// From the database.
pub async fn end_all(db: &mut PgConnection, user: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from sessions where user_id = $1", user).execute(&mut *db).await?;
    end_begun(db, user).await
}
