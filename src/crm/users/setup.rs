//! The one-time link with which the first administrator is made.

use sqlx::{PgConnection, PgPool};

use super::store::{NewUser, UserError, any, save};
use super::{Passwords, token};

/// Makes a token that is good for a day; only its hash is stored. Earlier ones end.
///
/// # Errors
/// From the database, or when the system has no random numbers.
pub async fn issue(pool: &PgPool) -> anyhow::Result<String> {
    let token = token::fresh()?;
    sqlx::query!("delete from setup_tokens").execute(pool).await?;
    sqlx::query!(
        "insert into setup_tokens (token_hash, expires_at) values ($1, now() + interval '1 day')",
        token::hash(&token)
    )
    .execute(pool)
    .await?;
    Ok(token)
}

/// Is this token good right now? Looking does not use it up.
///
/// # Errors
/// From the database.
pub async fn is_good(db: &mut PgConnection, token: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        "select exists (select 1 from setup_tokens where token_hash = $1 and expires_at > now()) as \"good!\"",
        token::hash(token)
    )
    .fetch_one(db)
    .await
}

/// Uses the token up for the first administrator; `None` when it is not good (any more) or somebody exists already.
///
/// # Errors
/// As [`save`].
pub async fn redeem(
    pool: &PgPool,
    passwords: &Passwords,
    token: &str,
    user: &NewUser,
) -> Result<Option<i64>, UserError> {
    let mut tx = pool.begin().await?;
    if any(&mut tx).await? || !is_good(&mut tx, token).await? {
        return Ok(None);
    }
    let used = sqlx::query!("delete from setup_tokens where token_hash = $1", token::hash(token))
        .execute(&mut *tx)
        .await?;
    if used.rows_affected() == 0 {
        return Ok(None);
    }
    let id = save(&mut tx, passwords, user).await?;
    tx.commit().await?;
    Ok(Some(id))
}
