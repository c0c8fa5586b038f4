//! Every query of the table `channels`.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::{Channel, ChannelType, Entity, NewChannel};
use crate::base::db::OnConstraint;

/// Why a channel could not be saved.
#[derive(Debug, thiserror::Error)]
pub enum ChannelError {
    /// The name is in use.
    #[error("Another channel has this name.")]
    NameTaken,
    /// The database.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Makes a channel of this owner.
///
/// # Errors
/// [`ChannelError::NameTaken`].
pub async fn insert(db: &mut PgConnection, owner: i64, channel: &NewChannel) -> Result<i64, ChannelError> {
    let entities = keys(&channel.entities);
    sqlx::query_scalar!(
        "insert into channels (name, channel_type, active, entities, owner_id) values ($1, $2, $3, $4, $5) returning id",
        channel.name,
        channel.channel_type.key(),
        channel.active,
        &entities,
        owner,
    )
    .fetch_one(db)
    .await
    .on_constraint("channels_name_key", || ChannelError::NameTaken)
}

/// Changes name, status and entities; the type stays.
///
/// # Errors
/// [`ChannelError::NameTaken`].
pub async fn update(db: &mut PgConnection, id: i64, channel: &NewChannel) -> Result<(), ChannelError> {
    let entities = keys(&channel.entities);
    sqlx::query!(
        "update channels set name = $2, active = $3, entities = $4, updated_at = now() where id = $1",
        id,
        channel.name,
        channel.active,
        &entities,
    )
    .execute(db)
    .await
    .map(drop)
    .on_constraint("channels_name_key", || ChannelError::NameTaken)
}

/// What the active channels take in beside their customers: the lists that the navigation offers.
///
/// # Errors
/// From the database.
pub async fn listed_entities(pool: &PgPool) -> Result<Vec<Entity>, sqlx::Error> {
    let keys = sqlx::query_scalar!(
        "select distinct entity as \"entity!\" from channels, unnest(entities) as entity where active"
    )
    .fetch_all(pool)
    .await?;
    Ok(keys.iter().filter_map(|key| Entity::from_key(key)).collect())
}

/// Switches a channel on or off.
///
/// # Errors
/// From the database.
pub async fn set_active(db: &mut PgConnection, id: i64, active: bool) -> Result<(), sqlx::Error> {
    sqlx::query!("update channels set active = $2, updated_at = now() where id = $1", id, active)
        .execute(db)
        .await?;
    Ok(())
}

/// Deletes a channel with everything that it brought; accounts and contacts stay.
///
/// # Errors
/// From the database.
pub async fn delete(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from channels where id = $1", id).execute(db).await?;
    Ok(())
}

/// What came in by a channel, and goes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Customers, also those who are gone in the store.
    pub customers: i64,
    /// Orders.
    pub orders: i64,
    /// Carts.
    pub carts: i64,
    /// Credit memos.
    pub credit_memos: i64,
    /// Newsletter subscribers.
    pub subscribers: i64,
}

/// Counts what a channel holds.
///
/// # Errors
/// From the database.
pub async fn held_by(pool: &PgPool, id: i64) -> Result<Held, sqlx::Error> {
    sqlx::query_as!(
        Held,
        "select (select count(*) from customers where channel_id = $1) as \"customers!\",
            (select count(*) from orders where channel_id = $1) as \"orders!\",
            (select count(*) from carts where channel_id = $1) as \"carts!\",
            (select count(*) from credit_memos where channel_id = $1) as \"credit_memos!\",
            (select count(*) from newsletter_subscribers where channel_id = $1) as \"subscribers!\"",
        id
    )
    .fetch_one(pool)
    .await
}

/// One channel.
///
/// # Errors
/// From the database.
pub async fn find(pool: &PgPool, id: i64) -> Result<Option<Channel>, sqlx::Error> {
    let row = sqlx::query_as!(ChannelColumns, "select * from channels where id = $1", id)
        .fetch_optional(pool)
        .await?;
    Ok(row.map(Channel::from))
}

struct ChannelColumns {
    id: i64,
    name: String,
    channel_type: String,
    active: bool,
    entities: Vec<String>,
    owner_id: Option<i64>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<ChannelColumns> for Channel {
    fn from(row: ChannelColumns) -> Self {
        Self {
            id: row.id,
            name: row.name,
            channel_type: ChannelType::from_key(&row.channel_type).unwrap_or(ChannelType::Custom),
            active: row.active,
            entities: row.entities.iter().filter_map(|key| Entity::from_key(key)).collect(),
            owner_id: row.owner_id,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

fn keys(entities: &[Entity]) -> Vec<String> {
    entities.iter().map(|entity| entity.key().to_owned()).collect()
}
