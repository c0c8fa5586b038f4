//! Every query of the table `notices`.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use sqlx::{PgConnection, PgPool};

use super::{MOST_TRIES, Notice, Way};
use crate::base::vault::{Place, Sealed, Vault};

/// A notice that is to be sent now.
#[derive(Debug, Clone)]
pub struct Due {
    /// Row id.
    pub id: i64,
    /// `mail` or `webhook`.
    pub way: String,
    /// The address, or the host.
    pub recipient: String,
    /// What it is about.
    pub subject: String,
}

/// Keeps a notice until it is sent; returns its id.
///
/// # Errors
/// From the vault or the database.
pub async fn queue(db: &mut PgConnection, vault: &Vault, way: Way, notice: &Notice) -> anyhow::Result<i64> {
    let clean = |text: &str| text.replace('\0', "");
    let id = sqlx::query_scalar!(
        "insert into notices (way, recipient, subject) values ($1, $2, $3) returning id",
        way.key(),
        clean(&notice.recipient),
        clean(&notice.subject)
    )
    .fetch_one(&mut *db)
    .await?;
    let sealed = vault.seal(&place(id), &SecretString::from(notice.content.as_str()))?;
    sqlx::query!("update notices set content = $2 where id = $1", id, sealed.as_bytes()).execute(db).await?;
    Ok(id)
}

/// What is due: the oldest first.
///
/// # Errors
/// From the database.
pub async fn due(db: &mut PgConnection, most: i64) -> Result<Vec<Due>, sqlx::Error> {
    sqlx::query_as!(
        Due,
        "select id, way, recipient, subject from notices
         where sent_at is null and given_up_at is null and next_try_at <= now() order by next_try_at, id limit $1",
        most
    )
    .fetch_all(db)
    .await
}

/// Takes a notice that is due to send it. Whoever takes it has five minutes; after a crash another one sends it.
///
/// # Errors
/// From the database.
pub async fn claim(pool: &PgPool, id: i64) -> Result<Option<Due>, sqlx::Error> {
    sqlx::query_as!(
        Due,
        "update notices set attempts = attempts + 1, next_try_at = now() + interval '5 minutes'
         where id = $1 and sent_at is null and given_up_at is null and next_try_at <= now()
         returning id, way, recipient, subject",
        id
    )
    .fetch_optional(pool)
    .await
}

/// The text of a notice; `None` = it is sent.
///
/// # Errors
/// From the database, or the vault where it was sealed with another key.
pub async fn content(pool: &PgPool, vault: &Vault, id: i64) -> anyhow::Result<Option<String>> {
    let row = sqlx::query_scalar!("select content as \"content: Sealed\" from notices where id = $1", id);
    let Some(sealed) = row.fetch_optional(pool).await?.flatten() else { return Ok(None) };
    Ok(Some(vault.open(&place(id), &sealed)?.expose_secret().to_owned()))
}

/// It is sent, and its content forgotten.
///
/// # Errors
/// From the database.
pub async fn sent(pool: &PgPool, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("update notices set sent_at = now(), content = null, error = null where id = $1", id)
        .execute(pool)
        .await?;
    Ok(())
}

/// It was not sent, for this reason: it is tried again after a wait that doubles, or given up. Tells when; `None` = never.
///
/// # Errors
/// From the database.
pub async fn went_wrong(pool: &PgPool, id: i64, why: &str) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    let again = sqlx::query_scalar!(
        "update notices set error = left($2, 1000),
            next_try_at = now() + least(interval '1 minute' * 2 ^ least(attempts, 20), interval '12 hours'),
            given_up_at = case when attempts >= $3 then now() end,
            content = case when attempts >= $3 then null else content end
         where id = $1 returning case when given_up_at is null then next_try_at end as \"again?\"",
        id,
        why.replace('\0', ""),
        MOST_TRIES
    );
    Ok(again.fetch_optional(pool).await?.flatten())
}

/// Forgets notices from before a time; returns how many.
///
/// # Errors
/// From the database.
pub async fn forget_before(pool: &PgPool, before: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    let gone = sqlx::query!(
        "delete from notices where created_at < $1 and (sent_at is not null or given_up_at is not null)",
        before
    );
    Ok(gone.execute(pool).await?.rows_affected())
}

fn place(id: i64) -> Place {
    Place::new("notices.content", id)
}
