//! Every query of the table `integrations` but those about the stores of several, and the sealing of its secrets.

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor, PgPool};

use super::Entity;
use super::integration::{
    Integration, IntegrationError, IntegrationRow, Priority, Quiet, Secrets, Settings, StoreFacts,
};
use crate::base::vault::{Place, Sealed, Vault, VaultError};

/// Makes the integration of a channel; its secrets are sealed for the new row.
///
/// # Errors
/// [`IntegrationError`].
pub async fn insert(
    db: &mut PgConnection,
    vault: &Vault,
    channel_id: i64,
    settings: &Settings,
    secrets: &Secrets,
    store: &StoreFacts,
) -> Result<i64, IntegrationError> {
    let id = sqlx::query_scalar!("select nextval(pg_get_serial_sequence('integrations', 'id')) as \"id!\"")
        .fetch_one(&mut *db)
        .await?;
    let (key, password) = seal(vault, id, secrets)?;
    let s = settings;
    let facts = json(store);
    sqlx::query!(
        "insert into integrations (id, channel_id, name, wsdl_url, api_user, api_key, wsi, sync_start_date, website_id,
            admin_url, owner_id, two_way, priority, basic_auth_user, basic_auth_password, ca_certificate, calls_at_once,
            requests_per_minute, interval_seconds, store, guest_customers, order_notes, split_by_name, cart_budget,
            field_rules, quiet_from, quiet_to, quiet_zone, store_key)
         overriding system value
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
            $24, $25, $26, $27, coalesce($28, 'UTC'), store_of($4))",
        id,
        channel_id,
        s.name,
        s.wsdl_url,
        s.api_user,
        key as _,
        s.wsi,
        s.sync_start_date,
        s.website_id,
        s.admin_url,
        s.owner_id,
        s.two_way,
        s.priority.key(),
        s.basic_auth_user,
        password as _,
        s.ca_certificate,
        s.calls_at_once,
        s.requests_per_minute,
        s.interval_seconds,
        facts,
        s.guest_customers,
        s.order_notes,
        &s.split_by_name,
        s.cart_budget,
        json(&s.field_rules),
        s.quiet.as_ref().map(|quiet| quiet.from),
        s.quiet.as_ref().map(|quiet| quiet.to),
        s.quiet.as_ref().map(|quiet| quiet.zone.as_str()),
    )
    .execute(db)
    .await
    .map_err(taken)?;
    Ok(id)
}

/// Keeps an integration as it is until the transaction ends.
///
/// # Errors
/// From the database.
pub async fn hold(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("select 1 as held from integrations where id = $1 for no key update", id)
        .fetch_optional(db)
        .await?;
    Ok(())
}

/// Changes an integration, as long as it is as it was `shown`. What is locked after the first sync stays as it is.
///
/// # Errors
/// [`IntegrationError`].
pub async fn update(
    db: &mut PgConnection,
    id: i64,
    settings: &Settings,
    store: Option<&StoreFacts>,
    shown: Option<DateTime<Utc>>,
) -> Result<(), IntegrationError> {
    let s = settings;
    let facts = store.and_then(|store| serde_json::to_value(store).ok());
    let saved = sqlx::query!(
        "update integrations set name = $2, wsdl_url = $3, api_user = $4, wsi = $5,
            sync_start_date = case when first_synced_at is null then $6 else sync_start_date end,
            website_id = case when first_synced_at is null then $7 else website_id end,
            admin_url = $8, owner_id = $9, two_way = $10, priority = $11, basic_auth_user = $12, ca_certificate = $13,
            calls_at_once = $14, requests_per_minute = $15, interval_seconds = $16, guest_customers = $18, order_notes = $19,
            split_by_name = $20, cart_budget = $21, field_rules = $22,
            -- what was found out about another address says nothing about this one
            store = coalesce($17, case when wsdl_url = $3 then store else '{}' end),
            basic_auth_password = case when $12::text is null then null else basic_auth_password end,
            -- somebody looked after it: what stopped it before may be mended
            next_sync_at = now(), failed_runs = 0, paused_why = null, stranger_since = null, updated_at = now(),
            quiet_from = $23, quiet_to = $24, quiet_zone = coalesce($25, 'UTC'),
            -- one that was twice before that was refused may stay so
            store_key = case when store_key is null and store_of(wsdl_url) = store_of($3) then null else store_of($3) end
         where id = $1 and ($26::timestamptz is null or updated_at = $26)",
        id,
        s.name,
        s.wsdl_url,
        s.api_user,
        s.wsi,
        s.sync_start_date,
        s.website_id,
        s.admin_url,
        s.owner_id,
        s.two_way,
        s.priority.key(),
        s.basic_auth_user,
        s.ca_certificate,
        s.calls_at_once,
        s.requests_per_minute,
        s.interval_seconds,
        facts,
        s.guest_customers,
        s.order_notes,
        &s.split_by_name,
        s.cart_budget,
        json(&s.field_rules),
        s.quiet.as_ref().map(|quiet| quiet.from),
        s.quiet.as_ref().map(|quiet| quiet.to),
        s.quiet.as_ref().map(|quiet| quiet.zone.as_str()),
        shown,
    )
    .execute(db)
    .await
    .map_err(taken)?;
    if saved.rows_affected() == 0 { Err(IntegrationError::Changed) } else { Ok(()) }
}

/// Replaces the secrets that are given; the others stay.
///
/// # Errors
/// [`IntegrationError`].
pub async fn replace_secrets(
    db: &mut PgConnection,
    vault: &Vault,
    id: i64,
    api_key: Option<&SecretString>,
    basic_auth_password: Option<&SecretString>,
) -> Result<(), IntegrationError> {
    if let Some(key) = api_key {
        let sealed = vault.seal(&key_place(id), key)?;
        sqlx::query!(
            "update integrations set api_key = $2, api_key_set_at = now() where id = $1",
            id,
            sealed as _
        )
        .execute(&mut *db)
        .await?;
    }
    if let Some(password) = basic_auth_password {
        let sealed = vault.seal(&password_place(id), password)?;
        sqlx::query!("update integrations set basic_auth_password = $2 where id = $1", id, sealed as _)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

/// Opens the secrets of an integration.
///
/// # Errors
/// [`IntegrationError::Vault`] when they were sealed with another key.
pub async fn secrets(pool: &PgPool, vault: &Vault, id: i64) -> Result<Secrets, IntegrationError> {
    let row = sqlx::query!(
        "select api_key as \"api_key: Sealed\", basic_auth_password as \"password: Sealed\" from integrations where id = $1",
        id
    )
    .fetch_one(pool)
    .await?;
    let basic_auth_password =
        row.password.map(|sealed| vault.open(&password_place(id), &sealed)).transpose()?;
    Ok(Secrets { api_key: vault.open(&key_place(id), &row.api_key)?, basic_auth_password })
}

/// Removes an integration with its cursors; the records that it brought stay with the channel, which is its owner's from now
/// on: they may configure another one.
///
/// # Errors
/// From the database.
pub async fn delete(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with gone as (delete from integrations where id = $1 returning channel_id, owner_id, wsdl_url)
         update channels c set owner_id = gone.owner_id, kept_of = store_of(gone.wsdl_url)
         from gone where c.id = gone.channel_id",
        id
    )
    .execute(db)
    .await?;
    Ok(())
}

macro_rules! integration {
    ($row:expr) => {
        Integration {
            id: $row.id,
            channel_id: $row.channel_id,
            channel: $row.channel,
            active: $row.active,
            clearing: $row.clearing,
            entities: $row.entities.iter().filter_map(|key| Entity::from_key(key)).collect(),
            owner: $row.owner,
            has_basic_auth_password: $row.has_basic_auth_password,
            api_key_set_at: $row.api_key_set_at,
            store: serde_json::from_value($row.store).unwrap_or_default(),
            next_sync_at: $row.next_sync_at,
            paused_why: $row.paused_why,
            stranger_since: $row.stranger_since,
            paused_at: $row.paused_at,
            paused_by: $row.paused_by,
            quiet_now: $row.quiet_now,
            first_synced_at: $row.first_synced_at,
            last_synced_at: $row.last_synced_at,
            created_at: $row.created_at,
            updated_at: $row.updated_at,
            settings: Settings {
                name: $row.name,
                wsdl_url: $row.wsdl_url,
                api_user: $row.api_user,
                wsi: $row.wsi,
                sync_start_date: $row.sync_start_date,
                website_id: $row.website_id,
                admin_url: $row.admin_url,
                owner_id: $row.owner_id,
                two_way: $row.two_way,
                priority: Priority::from_key(&$row.priority).unwrap_or(Priority::Remote),
                field_rules: serde_json::from_value($row.field_rules).unwrap_or_default(),
                basic_auth_user: $row.basic_auth_user,
                ca_certificate: $row.ca_certificate,
                calls_at_once: $row.calls_at_once,
                requests_per_minute: $row.requests_per_minute,
                interval_seconds: $row.interval_seconds,
                guest_customers: $row.guest_customers,
                order_notes: $row.order_notes,
                split_by_name: $row.split_by_name,
                cart_budget: $row.cart_budget,
                quiet: Option::zip($row.quiet_from, $row.quiet_to).map(|(from, to)| Quiet {
                    from,
                    to,
                    zone: $row.quiet_zone,
                }),
            },
        }
    };
}

/// One integration.
///
/// # Errors
/// From the database.
pub async fn find(db: impl PgExecutor<'_>, id: i64) -> Result<Option<Integration>, sqlx::Error> {
    let row = sqlx::query!(
        "select i.id, i.channel_id, i.name, i.wsdl_url, i.api_user, i.wsi, i.sync_start_date, i.website_id, i.admin_url,
            i.owner_id, i.two_way, i.priority, i.basic_auth_user, i.ca_certificate, i.calls_at_once, i.requests_per_minute,
            i.interval_seconds, i.guest_customers, i.order_notes, i.split_by_name, i.cart_budget, i.store, i.next_sync_at,
            i.paused_why, i.field_rules, i.stranger_since, i.paused_at, i.quiet_from, i.quiet_to, i.quiet_zone,
            (select p.name from users p where p.id = i.paused_by) as paused_by,
            is_quiet(now(), i.quiet_from, i.quiet_to, i.quiet_zone) as \"quiet_now!\",
            i.first_synced_at, i.last_synced_at, i.created_at, i.updated_at,
            i.api_key_set_at, (i.basic_auth_password is not null) as \"has_basic_auth_password!\", c.name as channel,
            c.active, (c.clearing is not null) as \"clearing!\", c.entities, u.name as owner
         from integrations i join channels c on c.id = i.channel_id join users u on u.id = i.owner_id where i.id = $1",
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| integration!(row)))
}

/// The integration of a channel.
///
/// # Errors
/// From the database.
pub async fn of_channel(pool: &PgPool, channel_id: i64) -> Result<Option<Integration>, sqlx::Error> {
    let id = sqlx::query_scalar!("select id from integrations where channel_id = $1", channel_id)
        .fetch_optional(pool)
        .await?;
    match id {
        None => Ok(None),
        Some(id) => find(pool, id).await,
    }
}

/// All integrations by name, with how their last job ended.
///
/// # Errors
/// From the database.
pub async fn list(pool: &PgPool) -> Result<Vec<IntegrationRow>, sqlx::Error> {
    let rows = sqlx::query!(
        "select i.id, i.channel_id, i.name, i.wsdl_url, i.api_user, i.wsi, i.sync_start_date, i.website_id, i.admin_url,
            i.owner_id, i.two_way, i.priority, i.basic_auth_user, i.ca_certificate, i.calls_at_once, i.requests_per_minute,
            i.interval_seconds, i.guest_customers, i.order_notes, i.split_by_name, i.cart_budget, i.store, i.next_sync_at,
            i.paused_why, i.field_rules, i.stranger_since, i.paused_at, i.quiet_from, i.quiet_to, i.quiet_zone,
            (select p.name from users p where p.id = i.paused_by) as paused_by,
            is_quiet(now(), i.quiet_from, i.quiet_to, i.quiet_zone) as \"quiet_now!\",
            i.first_synced_at, i.last_synced_at, i.created_at, i.updated_at,
            i.api_key_set_at, (i.basic_auth_password is not null) as \"has_basic_auth_password!\", c.name as channel,
            c.active, (c.clearing is not null) as \"clearing!\", c.entities, u.name as owner,
            (select j.status from jobs j where j.integration_id = i.id order by j.id desc limit 1) as last_status
         from integrations i join channels c on c.id = i.channel_id join users u on u.id = i.owner_id
         order by lower(i.name), i.id",
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| IntegrationRow { last_status: row.last_status, integration: integration!(row) })
        .collect())
}

/// Keeps what a sync found out about the store.
///
/// # Errors
/// From the database.
pub async fn save_facts(db: &mut PgConnection, id: i64, store: &StoreFacts) -> Result<(), sqlx::Error> {
    let facts = json(store);
    sqlx::query!("update integrations set store = $2 where id = $1", id, facts).execute(db).await?;
    Ok(())
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

fn seal(vault: &Vault, id: i64, secrets: &Secrets) -> Result<(Sealed, Option<Sealed>), VaultError> {
    let key = vault.seal(&key_place(id), &secrets.api_key)?;
    let password =
        secrets.basic_auth_password.as_ref().map(|p| vault.seal(&password_place(id), p)).transpose()?;
    Ok((key, password))
}

fn key_place(id: i64) -> Place {
    Place::new("integrations.api_key", id)
}

fn password_place(id: i64) -> Place {
    Place::new("integrations.basic_auth_password", id)
}

fn taken(error: sqlx::Error) -> IntegrationError {
    match error.as_database_error().and_then(|db| db.constraint()) {
        Some("integrations_name_key") => IntegrationError::NameTaken,
        Some("integrations_channel_key") => IntegrationError::ChannelTaken,
        Some("integrations_store_key") => IntegrationError::StoreTaken,
        _ => IntegrationError::Database(error),
    }
}
