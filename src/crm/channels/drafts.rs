//! Integrations that are being configured: kept on the server, bound to the session, gone on Cancel or after a day.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{PgConnection, PgPool};

use super::integration::{IntegrationError, Secrets, Settings, StoreFacts};
use crate::base::vault::{Place, Sealed, Vault};

/// What a successful check found, and for which address, user and mode: a website may be chosen only from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// The WSDL's address as typed.
    pub wsdl_url: String,
    /// The SOAP API user.
    pub api_user: String,
    /// What was found.
    pub facts: StoreFacts,
}

/// An integration on its way.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Row id.
    pub id: i64,
    /// What was typed on the channel form around it.
    pub channel_form: Value,
    /// The settings after Done.
    pub settings: Option<Settings>,
    /// The last successful check.
    pub checked: Option<Checked>,
    /// Is a key kept in it?
    pub has_key: bool,
    /// Is a basic-auth password kept in it?
    pub has_password: bool,
    api_key: Option<Sealed>,
    basic_auth_password: Option<Sealed>,
}

impl Draft {
    /// Opens the draft's key.
    ///
    /// # Errors
    /// When it was sealed with another master key.
    pub fn api_key(&self, vault: &Vault) -> Result<Option<SecretString>, IntegrationError> {
        Ok(self.api_key.as_ref().map(|sealed| vault.open(&key_place(self.id), sealed)).transpose()?)
    }

    /// Opens the draft's basic-auth password.
    ///
    /// # Errors
    /// As [`Draft::api_key`].
    pub fn basic_auth_password(&self, vault: &Vault) -> Result<Option<SecretString>, IntegrationError> {
        Ok(self
            .basic_auth_password
            .as_ref()
            .map(|sealed| vault.open(&password_place(self.id), sealed))
            .transpose()?)
    }

    /// The finished draft: its settings and secrets, ready to become an integration.
    ///
    /// # Errors
    /// As [`Draft::api_key`].
    pub fn finished(&self, vault: &Vault) -> Result<Option<(Settings, Secrets)>, IntegrationError> {
        let (Some(settings), Some(api_key)) = (self.settings.clone(), self.api_key(vault)?) else {
            return Ok(None);
        };
        Ok(Some((settings, Secrets { api_key, basic_auth_password: self.basic_auth_password(vault)? })))
    }
}

/// The draft of this session for this channel (`None` = one that is being created), made when there is none.
///
/// # Errors
/// From the database.
pub async fn open(pool: &PgPool, session: &str, channel_id: Option<i64>) -> Result<Draft, sqlx::Error> {
    if let Some(draft) = find(pool, session, channel_id).await? {
        return Ok(draft);
    }
    // an expired one would stand in the way
    purge(pool).await?;
    sqlx::query!(
        "insert into integration_drafts (session, channel_id) values ($1, $2) on conflict do nothing",
        session,
        channel_id
    )
    .execute(pool)
    .await?;
    find(pool, session, channel_id).await?.ok_or(sqlx::Error::RowNotFound)
}

/// The draft of this session for this channel, if there is one.
///
/// # Errors
/// From the database.
pub async fn find(
    pool: &PgPool,
    session: &str,
    channel_id: Option<i64>,
) -> Result<Option<Draft>, sqlx::Error> {
    let row = sqlx::query!(
        "select id, channel_form, settings, checked, api_key as \"api_key: Sealed\",
            basic_auth_password as \"password: Sealed\"
         from integration_drafts
         where session = $1 and coalesce(channel_id, 0) = coalesce($2::bigint, 0) and updated_at > now() - interval '1 day'",
        session,
        channel_id
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Draft {
        id: row.id,
        channel_form: row.channel_form,
        settings: row.settings.and_then(|settings| serde_json::from_value(settings).ok()),
        checked: row.checked.and_then(|checked| serde_json::from_value(checked).ok()),
        has_key: row.api_key.is_some(),
        has_password: row.password.is_some(),
        api_key: row.api_key,
        basic_auth_password: row.password,
    }))
}

/// Keeps what was typed on the channel form, so that it is there after the way over the settings page.
///
/// # Errors
/// From the database.
pub async fn save_channel_form(pool: &PgPool, id: i64, form: &Value) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update integration_drafts set channel_form = $2, updated_at = now() where id = $1",
        id,
        form
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Keeps what a successful check found.
///
/// # Errors
/// From the database.
pub async fn save_checked(pool: &PgPool, id: i64, checked: &Checked) -> Result<(), sqlx::Error> {
    let checked = serde_json::to_value(checked).unwrap_or_default();
    sqlx::query!("update integration_drafts set checked = $2, updated_at = now() where id = $1", id, checked)
        .execute(pool)
        .await?;
    Ok(())
}

/// Done: keeps the settings; secrets that are given replace the kept ones.
///
/// # Errors
/// [`IntegrationError`].
pub async fn save_settings(
    pool: &PgPool,
    vault: &Vault,
    id: i64,
    settings: &Settings,
    api_key: Option<&SecretString>,
    basic_auth_password: Option<&SecretString>,
) -> Result<(), IntegrationError> {
    let json = serde_json::to_value(settings).unwrap_or_default();
    let key = api_key.map(|key| vault.seal(&key_place(id), key)).transpose()?;
    let password =
        basic_auth_password.map(|password| vault.seal(&password_place(id), password)).transpose()?;
    sqlx::query!(
        "update integration_drafts set settings = $2, api_key = coalesce($3, api_key),
            basic_auth_password = case when $5::text is null then null else coalesce($4, basic_auth_password) end,
            updated_at = now()
         where id = $1",
        id,
        json,
        key as _,
        password as _,
        settings.basic_auth_user,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Keeps secrets that were typed on a form which cannot be done yet.
///
/// # Errors
/// [`IntegrationError`].
pub async fn save_secrets(
    pool: &PgPool,
    vault: &Vault,
    id: i64,
    api_key: Option<&SecretString>,
    basic_auth_password: Option<&SecretString>,
) -> Result<(), IntegrationError> {
    let key = api_key.map(|key| vault.seal(&key_place(id), key)).transpose()?;
    let password =
        basic_auth_password.map(|password| vault.seal(&password_place(id), password)).transpose()?;
    sqlx::query!(
        "update integration_drafts set api_key = coalesce($2, api_key),
            basic_auth_password = coalesce($3, basic_auth_password), updated_at = now() where id = $1",
        id,
        key as _,
        password as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Cancel on the form: what was typed there is forgotten, what was typed on the channel form around it stays.
///
/// # Errors
/// From the database.
pub async fn forget_secrets(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update integration_drafts set api_key = null, basic_auth_password = null, checked = null where id = $1",
        id
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The cross beside it: the drafted integration is forgotten, settings and secrets.
///
/// # Errors
/// From the database.
pub async fn forget_integration(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    forget_secrets(db, id).await?;
    sqlx::query!("update integration_drafts set settings = null where id = $1", id).execute(db).await?;
    Ok(())
}

/// Cancel, or the channel was saved: the draft goes.
///
/// # Errors
/// From the database.
pub async fn delete(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from integration_drafts where id = $1", id).execute(db).await?;
    Ok(())
}

/// Clears away drafts that nobody finished within a day.
///
/// # Errors
/// From the database.
pub async fn purge(pool: &PgPool) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from integration_drafts where updated_at < now() - interval '1 day'")
        .execute(pool)
        .await?;
    Ok(())
}

fn key_place(id: i64) -> Place {
    Place::new("integration_drafts.api_key", id)
}

fn password_place(id: i64) -> Place {
    Place::new("integration_drafts.basic_auth_password", id)
}
