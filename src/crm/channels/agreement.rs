//! How the stores are, in one glance.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

/// All active integrations together.
#[derive(Debug, Clone, Default)]
pub struct Agreement {
    /// How many there are.
    pub stores: i64,
    /// How many of them ended their last sync in trouble.
    pub troubled: i64,
    /// When data last came in from any of them.
    pub last_synced_at: Option<DateTime<Utc>>,
}

/// How the stores are.
///
/// # Errors
/// From the database.
pub async fn agreement(pool: &PgPool) -> Result<Agreement, sqlx::Error> {
    let row = sqlx::query!(
        "select count(*) as \"stores!\", max(i.last_synced_at) as last_synced_at,
            count(*) filter (where last.status in ('failed', 'completed with errors')) as \"troubled!\"
         from integrations i join channels c on c.id = i.channel_id and c.active
         left join lateral (select j.status from jobs j where j.integration_id = i.id and j.finished_at is not null and j.kind = 'sync'
            order by j.id desc limit 1) last on true"
    )
    .fetch_one(pool)
    .await?;
    Ok(Agreement { stores: row.stores, troubled: row.troubled, last_synced_at: row.last_synced_at })
}
