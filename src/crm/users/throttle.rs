//! Slows down the guessing of passwords: failures are counted per account and per address (of IPv6: per network), over all
//! processes.

use sqlx::PgPool;

use crate::base::network::counted_by;

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

/// Counts an attempt for all of them, and judges by those of the last 15 minutes. It is counted before it is known how it ends:
/// many at once see one another. One that has to wait does not count; one that ends well is given back by [`forget`].
///
/// # Errors
/// From the database.
pub async fn attempt(pool: &PgPool, account: &str, address: &str) -> Result<Verdict, sqlx::Error> {
    let mut tx = pool.begin().await?;
    let limits = [PER_ACCOUNT_AND_ADDRESS, PER_ACCOUNT, PER_ADDRESS];
    for (subject, most) in subjects(account, address).into_iter().zip(limits) {
        // whoever comes at the same time waits here for the other's count
        sqlx::query!(
            "insert into sign_in_failures (subject, window_start, failures) values ($1, date_trunc('minute', now()), 1)
             on conflict (subject, window_start) do update set failures = sign_in_failures.failures + 1",
            subject
        )
        .execute(&mut *tx)
        .await?;
        let attempts = sqlx::query_scalar!(
            "select coalesce(sum(failures), 0) as \"sum!\" from sign_in_failures
             where subject = $1 and window_start > now() - interval '15 minutes'",
            subject
        )
        .fetch_one(&mut *tx)
        .await?;
        if attempts > most {
            tx.rollback().await?;
            return Ok(Verdict::Wait);
        }
    }
    tx.commit().await?;
    Ok(Verdict::Try)
}

/// It was right: what was counted for the account here is forgotten, and the attempt given back to the address.
///
/// # Errors
/// From the database.
pub async fn forget(pool: &PgPool, account: &str, address: &str) -> Result<(), sqlx::Error> {
    let [here, everywhere, from] = subjects(account, address);
    sqlx::query!("delete from sign_in_failures where subject = any($1)", &[here, everywhere])
        .execute(pool)
        .await?;
    sqlx::query!(
        "update sign_in_failures set failures = failures - 1
         where subject = $1 and failures > 0 and window_start > now() - interval '15 minutes' and window_start = (
            select max(window_start) from sign_in_failures where subject = $1)",
        from
    )
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
    format!("address {}", counted_by(address))
}
