//! The one-time link with which the first administrator is made.

use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgPool};

use super::Passwords;
use super::store::{NewUser, UserError, any, save};

/// Makes a token that is good for a day; only its hash is stored. Earlier ones end.
///
/// # Errors
/// From the database, or when the system has no random numbers.
pub async fn issue(pool: &PgPool) -> anyhow::Result<String> {
    let mut bytes = [0_u8; 24];
    getrandom::fill(&mut bytes).map_err(|problem| anyhow::anyhow!("no random numbers: {problem}"))?;
    let token: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let hash = Sha256::digest(token.as_bytes());
    sqlx::query!("delete from setup_tokens").execute(pool).await?;
    sqlx::query!(
        "insert into setup_tokens (token_hash, expires_at) values ($1, now() + interval '1 day')",
        hash.as_slice()
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
    let hash = Sha256::digest(token.as_bytes());
    sqlx::query_scalar!(
        "select exists (select 1 from setup_tokens where token_hash = $1 and expires_at > now()) as \"good!\"",
        hash.as_slice()
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
    let hash = Sha256::digest(token.as_bytes());
    let used = sqlx::query!("delete from setup_tokens where token_hash = $1", hash.as_slice())
        .execute(&mut *tx)
        .await?;
    if used.rows_affected() == 0 {
        return Ok(None);
    }
    let id = save(&mut tx, passwords, user).await?;
    tx.commit().await?;
    Ok(Some(id))
}
