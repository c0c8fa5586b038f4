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

/// How long ago an integration last brought something to its end, for whoever watches it.
#[derive(Debug, Clone, PartialEq)]
pub struct Freshness {
    /// The integration.
    pub id: i64,
    /// Seconds since its last committed window, or since it was made.
    pub seconds: f64,
    /// It waits for an administrator.
    pub paused: bool,
}

/// Integrations of active channels that synchronize by themselves, but for those that rest because people want it: paused
/// ones, and quiet hours.
///
/// # Errors
/// From the database.
pub async fn freshness(pool: &PgPool) -> Result<Vec<Freshness>, sqlx::Error> {
    sqlx::query_as!(
        Freshness,
        "select i.id, extract(epoch from now() - coalesce(i.last_synced_at, i.created_at))::float8 as \"seconds!\",
            (i.paused_why is not null) as \"paused!\"
         from integrations i join channels c on c.id = i.channel_id and c.active
         where i.interval_seconds is distinct from 0 and i.paused_at is null
            and not is_quiet(now(), i.quiet_from, i.quiet_to, i.quiet_zone)
         order by i.id"
    )
    .fetch_all(pool)
    .await
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
