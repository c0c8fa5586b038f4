//! How the synchronization of each integration goes.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

/// An integration, and what waits there for somebody.
#[derive(Debug, Clone)]
pub struct Health {
    /// The integration.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its channel takes new data in.
    pub active: bool,
    /// The last sync job, and its status.
    pub job_id: Option<i64>,
    /// The database's word for how that job stands.
    pub job_status: Option<String>,
    /// When data last came in.
    pub last_synced_at: Option<DateTime<Utc>>,
    /// Records that could not be taken over.
    pub failed: i64,
    /// Edits that the store does not have yet.
    pub waiting: i64,
    /// Conflicts that a person is to decide.
    pub conflicts: i64,
}

/// Every integration, by name.
///
/// # Errors
/// From the database.
pub async fn health(pool: &PgPool) -> Result<Vec<Health>, sqlx::Error> {
    sqlx::query_as!(
        Health,
        "with failed as (
            select integration_id, count(*) as n from failed_records group by 1
         ), waiting as (
            select k.channel_id, count(*) as n from (
                select customer_id from changes where state = 'pending'
                union all select customer_id from creations where state = 'pending'
            ) c join customers k on k.id = c.customer_id group by 1
         ), conflicting as (
            select k.channel_id, count(*) as n from conflicts c join customers k on k.id = c.customer_id
            where c.decided_at is null group by 1
         )
         select i.id, i.name, c.active, j.id as \"job_id?\", j.status as \"job_status?\", i.last_synced_at,
            coalesce(f.n, 0) as \"failed!\", coalesce(w.n, 0) as \"waiting!\", coalesce(x.n, 0) as \"conflicts!\"
         from integrations i join channels c on c.id = i.channel_id
         left join lateral (select j.id, j.status from jobs j where j.integration_id = i.id and j.kind = 'sync'
            order by j.id desc limit 1) j on true
         left join failed f on f.integration_id = i.id
         left join waiting w on w.channel_id = i.channel_id
         left join conflicting x on x.channel_id = i.channel_id
         order by lower(i.name)"
    )
    .fetch_all(pool)
    .await
}
