//! Integrations that are being configured: kept on the server, bound to the session, gone on Cancel or after a day.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
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
    done: Kept,
    tried: Kept,
}

/// Secrets of a draft, sealed.
#[derive(Debug, Clone)]
struct Kept {
    api_key: Option<Sealed>,
    basic_auth_password: Option<Sealed>,
}

impl Draft {
    /// Opens the draft's key: the one that was typed last, else the one that Done confirmed.
    ///
    /// # Errors
    /// When it was sealed with another master key.
    pub fn api_key(&self, vault: &Vault) -> Result<Option<SecretString>, IntegrationError> {
        self.open_one(vault, &key_place(self.id), self.tried.api_key.as_ref().or(self.done.api_key.as_ref()))
    }

    /// Opens the draft's basic-auth password, likewise.
    ///
    /// # Errors
    /// As [`Draft::api_key`].
    pub fn basic_auth_password(&self, vault: &Vault) -> Result<Option<SecretString>, IntegrationError> {
        let (tried, done) = (&self.tried.basic_auth_password, &self.done.basic_auth_password);
        self.open_one(vault, &password_place(self.id), tried.as_ref().or(done.as_ref()))
    }

    /// What distinguishes the settings that Done confirmed from others; empty where there are none. A form carries it, so that
    /// it saves what it showed and not what another tab of the session configured since.
    #[must_use]
    pub fn mark(&self) -> String {
        let settings = self.settings.as_ref().filter(|_| self.has_key);
        let text = settings.and_then(|settings| serde_json::to_vec(settings).ok()).unwrap_or_default();
        if text.is_empty() {
            return String::new();
        }
        Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    fn open_one(
        &self,
        vault: &Vault,
        place: &Place,
        sealed: Option<&Sealed>,
    ) -> Result<Option<SecretString>, IntegrationError> {
        Ok(sealed.map(|sealed| vault.open(place, sealed)).transpose()?)
    }

    /// The finished draft: its settings and secrets, ready to become an integration.
    ///
    /// # Errors
    /// As [`Draft::api_key`].
    pub fn finished(&self, vault: &Vault) -> Result<Option<(Settings, Secrets)>, IntegrationError> {
        let key = self.open_one(vault, &key_place(self.id), self.done.api_key.as_ref())?;
        let (Some(settings), Some(api_key)) = (self.settings.clone(), key) else { return Ok(None) };
        let password = self.done.basic_auth_password.as_ref();
        let basic_auth_password = self.open_one(vault, &password_place(self.id), password)?;
        Ok(Some((settings, Secrets { api_key, basic_auth_password })))
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
            basic_auth_password as \"password: Sealed\", tried_api_key as \"tried_key: Sealed\",
            tried_basic_auth_password as \"tried_password: Sealed\"
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
        has_key: row.api_key.is_some() || row.tried_key.is_some(),
        has_password: row.password.is_some() || row.tried_password.is_some(),
        done: Kept { api_key: row.api_key, basic_auth_password: row.password },
        tried: Kept { api_key: row.tried_key, basic_auth_password: row.tried_password },
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
        "update integration_drafts set settings = $2, api_key = coalesce($3, tried_api_key, api_key),
            basic_auth_password = case when $5::text is null then null
                else coalesce($4, tried_basic_auth_password, basic_auth_password) end,
            tried_api_key = null, tried_basic_auth_password = null,
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
        "update integration_drafts set tried_api_key = coalesce($2, tried_api_key),
            tried_basic_auth_password = coalesce($3, tried_basic_auth_password), updated_at = now() where id = $1",
        id,
        key as _,
        password as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Cancel, or the form is opened anew: secrets that were typed and not confirmed are forgotten.
///
/// # Errors
/// From the database.
pub async fn forget_tried(db: &mut PgConnection, draft: &mut Draft) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update integration_drafts set tried_api_key = null, tried_basic_auth_password = null where id = $1",
        draft.id
    )
    .execute(db)
    .await?;
    draft.tried = Kept { api_key: None, basic_auth_password: None };
    draft.has_key = draft.done.api_key.is_some();
    draft.has_password = draft.done.basic_auth_password.is_some();
    Ok(())
}

/// The cross beside it: the drafted integration is forgotten, settings and secrets.
///
/// # Errors
/// From the database.
pub async fn forget_integration(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update integration_drafts set settings = null, checked = null, api_key = null, basic_auth_password = null,
            tried_api_key = null, tried_basic_auth_password = null where id = $1",
        id
    )
    .execute(db)
    .await?;
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
