//! Slows down the guessing of passwords: failures are counted per account and per address, over all processes.

use sqlx::PgPool;

/// Failures in 15 minutes after which an account has to wait at this address. Elsewhere its owner still gets in.
const PER_ACCOUNT_AND_ADDRESS: i64 = 10;
/// The same over all addresses: many of them may guess together.
const PER_ACCOUNT: i64 = 100;
/// The same for an address, behind which a whole office may sit.
const PER_ADDRESS: i64 = 50;

/// May this sign-in be tried?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Try,
    /// Not before 15 minutes have passed without failures.
    Wait,
}

/// Judges by the failures of the last 15 minutes.
///
/// # Errors
/// From the database.
pub async fn verdict(pool: &PgPool, account: &str, address: &str) -> Result<Verdict, sqlx::Error> {
    let limits = [PER_ACCOUNT_AND_ADDRESS, PER_ACCOUNT, PER_ADDRESS];
    for (subject, most) in subjects(account, address).into_iter().zip(limits) {
        let failures = sqlx::query_scalar!(
            "select coalesce(sum(failures), 0) as \"sum!\" from sign_in_failures
             where subject = $1 and window_start > now() - interval '15 minutes'",
            subject
        )
        .fetch_one(pool)
        .await?;
        if failures >= most {
            return Ok(Verdict::Wait);
        }
    }
    Ok(Verdict::Try)
}

/// Counts a failure for all of them.
///
/// # Errors
/// From the database.
pub async fn note_failure(pool: &PgPool, account: &str, address: &str) -> Result<(), sqlx::Error> {
    for subject in subjects(account, address) {
        sqlx::query!(
            "insert into sign_in_failures (subject, window_start, failures) values ($1, date_trunc('minute', now()), 1)
             on conflict (subject, window_start) do update set failures = sign_in_failures.failures + 1",
            subject
        )
        .execute(pool)
        .await?;
    }
    Ok(())
}

/// A right password clears the account's failures.
///
/// # Errors
/// From the database.
pub async fn forget(pool: &PgPool, account: &str, address: &str) -> Result<(), sqlx::Error> {
    let [here, everywhere, _] = subjects(account, address);
    sqlx::query!("delete from sign_in_failures where subject = any($1)", &[here, everywhere])
        .execute(pool)
        .await?;
    Ok(())
}

/// A new password clears them wherever they came from.
///
/// # Errors
/// From the database.
pub async fn forget_all(pool: &PgPool, account: &str) -> Result<(), sqlx::Error> {
    let account = account_key(account);
    sqlx::query!(
        "delete from sign_in_failures where subject = $1 or starts_with(subject, $1 || ' ')",
        account
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// What failures are counted by: the account at this address, the account, the address.
fn subjects(account: &str, address: &str) -> [String; 3] {
    let account = account_key(account);
    [format!("{account} {}", address_key(address)), account, address_key(address)]
}

fn account_key(email: &str) -> String {
    let short: String = email.trim().to_lowercase().chars().take(254).collect();
    format!("account {}", short.replace('\0', ""))
}

fn address_key(address: &str) -> String {
    format!("address {address}")
}
