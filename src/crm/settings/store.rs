//! Every query of the table `settings`, and the sealing of its secrets.

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use sqlx::{PgConnection, PgExecutor, PgPool};

use super::{Setting, Settings};
use crate::base::vault::{Place, Sealed, Vault, VaultError};

impl Settings {
    /// Everything as it is set now.
    ///
    /// # Errors
    /// From the database.
    pub async fn load(db: impl PgExecutor<'_>) -> Result<Self, sqlx::Error> {
        let rows = sqlx::query!("select key, value from settings").fetch_all(db).await?;
        let mut settings = Self::default();
        for row in rows {
            match row.value {
                Some(value) => drop(settings.values.insert(row.key, value)),
                None => settings.sealed.push(row.key),
            }
        }
        Ok(settings)
    }
}

/// Who last set something, and when it was.
#[derive(Debug, Clone)]
pub struct Meanwhile {
    /// The setting.
    pub key: String,
    /// Who; `None` = somebody who is gone.
    pub by: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Nobody else saves settings until the transaction ends.
///
/// # Errors
/// From the database.
pub async fn lock(db: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('settings', 0))").execute(db).await?;
    Ok(())
}

/// Who set these last, by their keys.
///
/// # Errors
/// From the database.
pub async fn meanwhile(db: impl PgExecutor<'_>, keys: &[&str]) -> Result<Vec<Meanwhile>, sqlx::Error> {
    let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
    sqlx::query_as!(
        Meanwhile,
        "select s.key, u.name as \"by?\", s.updated_at as at from settings s left join users u on u.id = s.updated_by
         where s.key = any($1) order by s.key",
        &keys
    )
    .fetch_all(db)
    .await
}

/// Sets something that is no secret.
///
/// # Errors
/// From the database.
pub async fn save(
    db: &mut PgConnection,
    setting: &Setting,
    value: &str,
    user: Option<i64>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into settings (key, value, updated_by) values ($1, $2, $3)
         on conflict (key) do update set value = $2, sealed = null, updated_at = now(), updated_by = $3",
        setting.key,
        value,
        user
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Sets a secret, sealed for its place.
///
/// # Errors
/// From the vault or the database.
pub async fn save_secret(
    db: &mut PgConnection,
    vault: &Vault,
    setting: &Setting,
    secret: &SecretString,
    user: Option<i64>,
) -> anyhow::Result<()> {
    let sealed = vault.seal(&place(setting), secret)?;
    sqlx::query!(
        "insert into settings (key, sealed, updated_by) values ($1, $2, $3)
         on conflict (key) do update set value = null, sealed = $2, updated_at = now(), updated_by = $3",
        setting.key,
        sealed.as_bytes(),
        user
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Back to default.
///
/// # Errors
/// From the database.
pub async fn reset(db: &mut PgConnection, setting: &Setting) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from settings where key = $1", setting.key).execute(db).await?;
    Ok(())
}

/// Opens a secret; `None` = there is none.
///
/// # Errors
/// From the database, or [`VaultError`] where it was sealed with another key.
pub async fn secret(pool: &PgPool, vault: &Vault, setting: &Setting) -> anyhow::Result<Option<SecretString>> {
    let row =
        sqlx::query_scalar!("select sealed as \"sealed: Sealed\" from settings where key = $1", setting.key);
    let sealed = row.fetch_optional(pool).await?.flatten();
    let opened: Result<Option<SecretString>, VaultError> =
        sealed.map(|sealed| vault.open(&place(setting), &sealed)).transpose();
    Ok(opened?)
}

/// The place of a setting's seal.
fn place(setting: &Setting) -> Place {
    Place::new("settings.sealed", setting.key)
}
