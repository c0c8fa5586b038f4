//! Two-factor sign-in: beside the password a code that changes every half minute (TOTP, RFC 6238: SHA-1, six digits), or one of
//! ten recovery codes. The secret is sealed; of the recovery codes only hashes are kept. A code is taken once.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use crate::base::vault::{Place, Sealed, Vault};

/// How long a code is good, in seconds.
const STEP: i64 = 30;
/// A clock may be ahead or behind by so many codes.
const DRIFT: i64 = 1;
/// How many recovery codes there are.
const RECOVERY_CODES: usize = 10;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// How it stands with a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecondFactor {
    /// Since when they are asked for a code.
    pub since: DateTime<Utc>,
    /// Recovery codes that are left.
    pub recovery_codes: i64,
}

/// Is a user asked for a code, and since when?
///
/// # Errors
/// From the database.
pub async fn of(db: &mut PgConnection, user: i64) -> Result<Option<SecondFactor>, sqlx::Error> {
    let row = sqlx::query!(
        "select second_factor_at, (select count(*) from recovery_codes c where c.user_id = u.id) as \"left!\"
         from users u where id = $1",
        user
    )
    .fetch_optional(db)
    .await?;
    Ok(row.and_then(|row| Some(SecondFactor { since: row.second_factor_at?, recovery_codes: row.left })))
}

/// Makes a secret that is not in force before it is confirmed; one that has waited for less than an hour stays, so that a page
/// that is opened twice shows the same. `None` when one is in force.
///
/// # Errors
/// From the database or the vault.
pub async fn begin(db: &mut PgConnection, vault: &Vault, user: i64) -> anyhow::Result<Option<SecretString>> {
    if of(db, user).await?.is_some() {
        return Ok(None);
    }
    let fresh = sqlx::query_scalar!(
        "select coalesce(second_factor_begun_at > now() - interval '1 hour', false) as \"fresh!\" from users where id = $1",
        user
    );
    if fresh.fetch_optional(&mut *db).await? == Some(true)
        && let Some(waiting) = secret_of(db, vault, user).await?
    {
        return Ok(Some(waiting));
    }
    let mut bytes = [0_u8; 20];
    getrandom::fill(&mut bytes).map_err(|problem| anyhow::anyhow!("no random numbers: {problem}"))?;
    let secret = SecretString::from(base32(&bytes));
    let sealed = vault.seal(&place(user), &secret)?;
    sqlx::query!(
        "update users set second_factor = $2, second_factor_step = null, second_factor_begun_at = now()
         where id = $1 and second_factor_at is null",
        user,
        sealed.as_bytes(),
    )
    .execute(db)
    .await?;
    Ok(Some(secret))
}

/// A secret that nobody has confirmed yet is worth nothing any more: whoever was in their account may have seen it.
///
/// # Errors
/// From the database.
pub(super) async fn forget_waiting(db: &mut PgConnection, user: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("update users set second_factor = null where id = $1 and second_factor_at is null", user)
        .execute(db)
        .await?;
    Ok(())
}

/// From now on a user is asked for a code, if this one is right. Returns their recovery codes, which are known only now.
///
/// # Errors
/// From the database or the vault.
pub async fn confirm(
    db: &mut PgConnection,
    vault: &Vault,
    user: i64,
    code: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<Vec<String>>> {
    if of(db, user).await?.is_some() || !takes_code(db, vault, user, code, now).await? {
        return Ok(None);
    }
    sqlx::query!("update users set second_factor_at = now() where id = $1", user).execute(&mut *db).await?;
    Ok(Some(new_recovery_codes(db, user).await?))
}

/// Is this a good code, or a recovery code, of a user? It is used up by the question.
///
/// # Errors
/// From the database or the vault.
pub async fn takes(
    db: &mut PgConnection,
    vault: &Vault,
    user: i64,
    code: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<bool> {
    if takes_code(db, vault, user, code, now).await? {
        return Ok(true);
    }
    let used = sqlx::query!(
        "delete from recovery_codes where user_id = $1 and code_hash = $2",
        user,
        recovery_hash(user, code),
    )
    .execute(db)
    .await?;
    Ok(used.rows_affected() > 0)
}

/// Ten fresh recovery codes; the former ones end.
///
/// # Errors
/// From the database, or when the system has no random numbers.
pub async fn new_recovery_codes(db: &mut PgConnection, user: i64) -> anyhow::Result<Vec<String>> {
    let mut codes = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        let mut bytes = [0_u8; 10];
        getrandom::fill(&mut bytes).map_err(|problem| anyhow::anyhow!("no random numbers: {problem}"))?;
        let word = base32(&bytes).to_lowercase();
        codes.push(format!("{}-{}-{}-{}", &word[..4], &word[4..8], &word[8..12], &word[12..16]));
    }
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| recovery_hash(user, code)).collect();
    sqlx::query!("delete from recovery_codes where user_id = $1", user).execute(&mut *db).await?;
    sqlx::query!(
        "insert into recovery_codes (user_id, code_hash) select $1, unnest($2::bytea[])",
        user,
        &hashes
    )
    .execute(db)
    .await?;
    Ok(codes)
}

/// A user is asked for no code any more.
///
/// # Errors
/// From the database.
pub async fn switch_off(db: &mut PgConnection, user: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from recovery_codes where user_id = $1", user).execute(&mut *db).await?;
    sqlx::query!(
        "update users set second_factor = null, second_factor_at = null, second_factor_step = null where id = $1",
        user
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn secret_of(db: &mut PgConnection, vault: &Vault, user: i64) -> anyhow::Result<Option<SecretString>> {
    let sealed = sqlx::query_scalar!("select second_factor from users where id = $1", user)
        .fetch_optional(db)
        .await?
        .flatten();
    Ok(match sealed {
        Some(sealed) => Some(vault.open(&place(user), &Sealed::from(sealed))?),
        None => None,
    })
}

async fn takes_code(
    db: &mut PgConnection,
    vault: &Vault,
    user: i64,
    code: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<bool> {
    let Some(secret) = secret_of(db, vault, user).await? else { return Ok(false) };
    let Some(step) = step_of(secret.expose_secret(), code, now.timestamp()) else { return Ok(false) };
    let taken = sqlx::query!(
        "update users set second_factor_step = $2 where id = $1 and coalesce(second_factor_step, 0) < $2",
        user,
        step
    )
    .execute(db)
    .await?;
    Ok(taken.rows_affected() > 0)
}

fn place(user: i64) -> Place {
    Place::new("users.second_factor", user)
}

/// The step whose code this is, if it is one of now.
fn step_of(secret: &str, code: &str, now: i64) -> Option<i64> {
    let key = from_base32(secret)?;
    let typed: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let step = now / STEP;
    (step - DRIFT..=step + DRIFT).rev().find(|step| {
        let right = code_at(&key, *step).unwrap_or_default();
        !right.is_empty() && bool::from(subtle::ConstantTimeEq::ct_eq(right.as_bytes(), typed.as_bytes()))
    })
}

/// The six digits of a step.
fn code_at(key: &[u8], step: i64) -> Option<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).ok()?;
    mac.update(&u64::try_from(step).ok()?.to_be_bytes());
    let sum = mac.finalize().into_bytes();
    let from = usize::from(sum.last()? & 0x0f);
    let word = u32::from_be_bytes(sum.get(from..from + 4)?.try_into().ok()?) & 0x7fff_ffff;
    Some(format!("{:06}", word % 1_000_000))
}

fn recovery_hash(user: i64, code: &str) -> Vec<u8> {
    let bare: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    Sha256::digest(format!("{user} {}", bare.to_lowercase()).as_bytes()).to_vec()
}

fn base32(bytes: &[u8]) -> String {
    let mut text = String::new();
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(ALPHABET[((held >> bits) & 31) as usize]));
        }
    }
    if bits > 0 {
        text.push(char::from(ALPHABET[((held << (5 - bits)) & 31) as usize]));
    }
    text
}

fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0_u32, 0);
    for letter in text.bytes() {
        let value = ALPHABET.iter().position(|known| *known == letter)?;
        held = ((held << 5) | u32::try_from(value).ok()?) & 0xffff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, the last six digits
        let key = b"12345678901234567890";
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(code_at(key, seconds / STEP).as_deref(), Some(code), "{seconds}");
        }
    }

    #[test]
    fn a_clock_may_be_half_a_minute_off_and_no_more() {
        let secret = base32(b"12345678901234567890");
        assert_eq!(secret, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(from_base32(&secret).unwrap(), b"12345678901234567890");
        let at = |now| step_of(&secret, "287 082", now);
        assert_eq!([at(29), at(59), at(89)], [Some(1), Some(1), Some(1)]);
        assert_eq!([at(120), at(100_000)], [None, None]);
        assert_eq!(step_of(&secret, "", 59), None);
        assert_eq!(from_base32("é1"), None);
    }
}
