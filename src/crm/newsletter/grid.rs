//! The list of newsletter subscribers.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::Status;
use crate::base::listing::{Listing, Sort, Test};

/// Subscribers, whose status changed last first.
pub static LISTING: Listing = Listing {
    select: "k.id, k.email, k.status, k.customer_id, nullif(trim(p.first_name || ' ' || p.last_name), '') as customer,
        p.email as customer_email, c.name as channel, w.name as website, k.imported_at as created_at,
        k.changed_at as updated_at, k.removed_at",
    table: "newsletter_subscribers",
    joins: "join channels c on c.id = k.channel_id left join customers p on p.id = k.customer_id
        left join stores s on s.channel_id = k.channel_id and s.store_id = k.store_id
        left join websites w on w.channel_id = k.channel_id and w.website_id = s.website_id",
    id: "k.id",
    sorts: &[
        Sort::time("updated-at", "k.changed_at"),
        Sort::time("created-at", "k.imported_at"),
        Sort::text("email", "lower(k.email)"),
    ],
    filters: &[
        ("channel", Test::is("k.channel_id")),
        ("email", Test::contains("k.email")),
        (
            "customer",
            Test::Contains(
                "(b.first_name || ' ' || b.last_name)",
                "exists (select 1 from customers b where b.id = k.customer_id and {})",
            ),
        ),
        (
            "customer-email",
            Test::Contains("b.email", "exists (select 1 from customers b where b.id = k.customer_id and {})"),
        ),
        (
            "status",
            Test::OneOf(&[("1", "k.status = 1"), ("2", "k.status = 2"), ("3", "k.status = 3"), ("4", "k.status = 4")]),
        ),
        ("of", Test::is("k.customer_id")),
    ],
};

/// A subscriber's line.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SubscriberRow {
    /// Row id.
    pub id: i64,
    /// Their address.
    pub email: String,
    /// Magento's number of the status.
    pub status: i16,
    /// Who they are, if they have an account.
    pub customer_id: Option<i64>,
    /// That customer's name.
    pub customer: Option<String>,
    /// That customer's address.
    pub customer_email: Option<String>,
    /// The channel's name.
    pub channel: String,
    /// The website's name.
    pub website: Option<String>,
    /// When they were first loaded.
    pub created_at: DateTime<Utc>,
    /// When the status last changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// Gone in the store.
    pub removed_at: Option<DateTime<Utc>>,
}

impl SubscriberRow {
    /// How the subscription stands.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        Status::from_number(self.status)
    }
}

/// Does the store of any active channel that lists subscribers have the bridge, which alone tells of them?
///
/// # Errors
/// From the database.
pub async fn any_bridge(pool: &PgPool) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        "select exists (select 1 from integrations i join channels c on c.id = i.channel_id
            where c.active and 'newsletter-subscriber' = any(c.entities)
                and i.store ->> 'bridge_version' is not null) as \"any!\""
    )
    .fetch_one(pool)
    .await
}
