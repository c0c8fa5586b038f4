//! One newsletter subscriber, as their page shows them.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use super::Status;

/// A subscriber with the names of what they refer to.
#[derive(Debug, Clone)]
pub struct SubscriberRecord {
    /// Row id.
    pub id: i64,
    /// The store's id.
    pub remote_id: i64,
    /// Their address.
    pub email: String,
    /// Magento's number of the status.
    pub status: i16,
    /// The channel's id.
    pub channel_id: i64,
    /// The channel's name.
    pub channel: String,
    /// The integration that brings them.
    pub integration: Option<String>,
    /// That integration's id.
    pub integration_id: Option<i64>,
    /// What is changed here flows back to the store.
    pub two_way: bool,
    /// The store has the bridge, which alone takes such changes.
    pub has_bridge: bool,
    /// Website.
    pub website: Option<String>,
    /// Store view.
    pub store: Option<String>,
    /// Who they are, if they have an account.
    pub customer_id: Option<i64>,
    /// That customer's name or address.
    pub customer: Option<String>,
    /// When the status last changed.
    pub changed_at: Option<DateTime<Utc>>,
    /// Gone in the store.
    pub removed_at: Option<DateTime<Utc>>,
    /// When they were first loaded.
    pub imported_at: DateTime<Utc>,
    /// When what is here was last changed by a sync.
    pub synced_at: DateTime<Utc>,
}

impl SubscriberRecord {
    /// How the subscription stands.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        Status::from_number(self.status)
    }
}

/// One subscriber.
///
/// # Errors
/// From the database.
pub async fn find(db: impl PgExecutor<'_>, id: i64) -> Result<Option<SubscriberRecord>, sqlx::Error> {
    sqlx::query_as!(
        SubscriberRecord,
        "select k.id, k.remote_id, k.email, k.status, k.channel_id, c.name as channel, i.name as \"integration?\",
            i.id as \"integration_id?\", coalesce(i.two_way, false) as \"two_way!\",
            (i.store ->> 'bridge_version' is not null) as \"has_bridge!\", w.name as \"website?\", s.name as \"store?\", k.customer_id,
            coalesce(nullif(trim(p.first_name || ' ' || p.last_name), ''), p.email) as customer, k.changed_at, k.removed_at,
            k.imported_at, k.synced_at
         from newsletter_subscribers k join channels c on c.id = k.channel_id
         left join integrations i on i.channel_id = c.id
         left join customers p on p.id = k.customer_id
         left join stores s on s.channel_id = k.channel_id and s.store_id = k.store_id
         left join websites w on w.channel_id = k.channel_id and w.website_id = s.website_id
         where k.id = $1",
        id
    )
    .fetch_optional(db)
    .await
}
