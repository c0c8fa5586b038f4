//! Every query of the table `channels`.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::{Channel, ChannelType, Clearing, Entity, NewChannel};
use crate::base::db::OnConstraint;

/// Why a channel could not be saved.
#[derive(Debug, thiserror::Error)]
pub enum ChannelError {
    /// The name is in use.
    #[error("Another channel has this name.")]
    NameTaken,
    /// Somebody saved it since it was shown.
    #[error("Somebody else saved this channel meanwhile.")]
    Changed,
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

/// Changes name, status and entities, as long as it is as it was `shown`; the type stays.
///
/// # Errors
/// [`ChannelError::NameTaken`], [`ChannelError::Changed`].
pub async fn update(
    db: &mut PgConnection,
    id: i64,
    channel: &NewChannel,
    shown: Option<DateTime<Utc>>,
) -> Result<(), ChannelError> {
    let entities = keys(&channel.entities);
    let saved = sqlx::query!(
        "update channels set name = $2, active = $3, entities = $4, updated_at = now()
         where id = $1 and ($5::timestamptz is null or updated_at = $5)",
        id,
        channel.name,
        channel.active,
        &entities,
        shown,
    )
    .execute(db)
    .await
    .on_constraint("channels_name_key", || ChannelError::NameTaken)?;
    if saved.rows_affected() == 0 { Err(ChannelError::Changed) } else { Ok(()) }
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

/// One channel.
///
/// # Errors
/// From the database.
pub async fn find(pool: &PgPool, id: i64) -> Result<Option<Channel>, sqlx::Error> {
    let row = sqlx::query_as!(
        ChannelColumns,
        "select id, name, channel_type, active, entities, clearing, owner_id, created_at, updated_at
         from channels where id = $1",
        id
    )
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
    clearing: Option<String>,
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
            clearing: row.clearing.as_deref().and_then(Clearing::from_key),
            owner_id: row.owner_id,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

fn keys(entities: &[Entity]) -> Vec<String> {
    entities.iter().map(|entity| entity.key().to_owned()).collect()
}
