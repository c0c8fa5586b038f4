//! Every query of the table `webhooks` that its pages ask.

use secrecy::SecretString;
use sqlx::{PgConnection, PgExecutor, PgPool};

use super::{Event, NewWebhook, Webhook};
use crate::base::vault::{Place, Sealed, Vault};
use crate::crm::users::token;

/// All webhooks, by name.
///
/// # Errors
/// From the database.
pub async fn list(pool: &PgPool) -> Result<Vec<Webhook>, sqlx::Error> {
    sqlx::query_as!(
        Webhook,
        "select id, name, url, events, active, created_at, failures, failing_since, rests_until
         from webhooks order by lower(name), id"
    )
    .fetch_all(pool)
    .await
}

/// One webhook.
///
/// # Errors
/// From the database.
pub async fn find(db: impl PgExecutor<'_>, id: i64) -> Result<Option<Webhook>, sqlx::Error> {
    sqlx::query_as!(
        Webhook,
        "select id, name, url, events, active, created_at, failures, failing_since, rests_until
         from webhooks where id = $1",
        id
    )
    .fetch_optional(db)
    .await
}

/// Nobody else saves this webhook until the transaction ends.
///
/// # Errors
/// From the database.
pub async fn hold(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("select id from webhooks where id = $1 for no key update", id).fetch_optional(db).await?;
    Ok(())
}

/// Makes a webhook; its id, and the secret that its deliveries are signed with.
///
/// # Errors
/// From the vault or the database.
pub async fn make(
    db: &mut PgConnection,
    vault: &Vault,
    webhook: &NewWebhook,
) -> anyhow::Result<(i64, SecretString)> {
    let id = sqlx::query_scalar!(
        "insert into webhooks (name, url, events, active) values ($1, $2, $3, $4) returning id",
        webhook.name,
        webhook.url,
        &keys(&webhook.events),
        webhook.active,
    )
    .fetch_one(&mut *db)
    .await?;
    let secret = new_secret(db, vault, id).await?;
    Ok((id, secret))
}

/// Saves a webhook. What another URL has failed at is forgotten, and so is that it was left alone.
///
/// # Errors
/// From the database.
pub async fn save(db: &mut PgConnection, id: i64, webhook: &NewWebhook) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update webhooks set name = $2, url = $3, events = $4, active = $5, failures = 0, failing_since = null, rests_until = null
         where id = $1",
        id,
        webhook.name,
        webhook.url,
        &keys(&webhook.events),
        webhook.active,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("delete from webhook_events where webhook_id = $1 and not $2", id, webhook.active)
        .execute(db)
        .await?;
    Ok(())
}

/// Gives a webhook another secret, which is told here and never again.
///
/// # Errors
/// From the vault or the database.
pub async fn new_secret(db: &mut PgConnection, vault: &Vault, id: i64) -> anyhow::Result<SecretString> {
    let secret = SecretString::from(token::fresh()?);
    let sealed = vault.seal(&place(id), &secret)?;
    sqlx::query!("update webhooks set secret = $2 where id = $1", id, sealed.as_bytes()).execute(db).await?;
    Ok(secret)
}

/// What deliveries to a webhook are signed with.
///
/// # Errors
/// From the database, or the vault where it was sealed with another key.
pub async fn secret(pool: &PgPool, vault: &Vault, id: i64) -> anyhow::Result<Option<SecretString>> {
    let row = sqlx::query_scalar!("select secret as \"secret: Sealed\" from webhooks where id = $1", id);
    let Some(sealed) = row.fetch_optional(pool).await?.flatten() else { return Ok(None) };
    Ok(Some(vault.open(&place(id), &sealed)?))
}

/// Deletes a webhook with what waits for it and what it was sent.
///
/// # Errors
/// From the database.
pub async fn delete(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from webhooks where id = $1", id).execute(db).await?;
    Ok(())
}

fn keys(events: &[Event]) -> Vec<String> {
    events.iter().map(|event| event.key().to_owned()).collect()
}

fn place(id: i64) -> Place {
    Place::new("webhooks.secret", id)
}
