//! How often a token may be shown, over all processes.

use sqlx::PgPool;

use crate::base::network::counted_by;

/// Calls in a minute with one token.
const PER_TOKEN: i32 = 600;
/// Wrong tokens in a minute from one address; right ones go on.
const PER_ADDRESS: i32 = 60;

/// Counts a call with this token. `Some` = one too many; it may come again after so many seconds.
///
/// # Errors
/// From the database.
pub async fn count_call(pool: &PgPool, token: i64) -> Result<Option<i32>, sqlx::Error> {
    count(pool, &format!("token {token}"), PER_TOKEN).await
}

/// Counts a call with a token that is none, by the address or network that it came from. `Some` as in [`count_call`].
///
/// # Errors
/// From the database.
pub async fn count_failure(pool: &PgPool, address: &str) -> Result<Option<i32>, sqlx::Error> {
    count(pool, &format!("address {}", counted_by(address)), PER_ADDRESS).await
}

async fn count(pool: &PgPool, subject: &str, most: i32) -> Result<Option<i32>, sqlx::Error> {
    let row = sqlx::query!(
        "insert into api_calls (subject, window_start, calls) values ($1, date_trunc('minute', now()), 1)
         on conflict (subject, window_start) do update set calls = api_calls.calls + 1
         returning calls, 60 - extract(second from now())::integer as \"left!\"",
        subject
    )
    .fetch_one(pool)
    .await?;
    Ok((row.calls > most).then_some(row.left.max(1)))
}

/// Forgets what was counted in windows that are over.
///
/// # Errors
/// From the database.
pub async fn forget_calls(pool: &PgPool) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from api_calls where window_start < now() - interval '5 minutes'")
        .execute(pool)
        .await?;
    Ok(())
}
