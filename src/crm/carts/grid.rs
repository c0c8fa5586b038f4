//! The list of shopping carts.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::Status;
use crate::base::listing::{Listing, Sort, Test};

/// Shopping carts, the one last touched first.
pub static LISTING: Listing = Listing {
    select:
        "k.id, k.remote_id, k.first_name, k.last_name, k.email, k.items_qty, k.currency, k.grand_total,
        coalesce(n.name, k.billing_country) as billing_country, k.billing_state, k.status, c.name as channel,
        w.name as website, k.remote_created_at as created_at, k.remote_updated_at as updated_at, k.removed_at",
    table: "carts",
    joins: "join channels c on c.id = k.channel_id
        left join stores s on s.channel_id = k.channel_id and s.store_id = k.store_id
        left join websites w on w.channel_id = k.channel_id and w.website_id = s.website_id
        left join countries n on n.channel_id = k.channel_id and n.country_id = k.billing_country",
    id: "k.id",
    sorts: &[
        Sort::time("updated-at", "k.remote_updated_at"),
        Sort::time("created-at", "k.remote_created_at"),
        Sort::amount("cart-id", "k.remote_id"),
        Sort::text("first-name", "(lower(k.first_name) collate \"und-x-icu\")"),
        Sort::text("last-name", "(lower(k.last_name) collate \"und-x-icu\")"),
        Sort::amount("qty", "k.items_qty"),
        Sort::amount("grand-total", "k.grand_total"),
    ],
    filters: &[
        ("channel", Test::is("k.channel_id")),
        ("cart-id", Test::is("k.remote_id")),
        ("first-name", Test::contains("k.first_name")),
        ("last-name", Test::contains("k.last_name")),
        ("email", Test::contains("k.email")),
        ("grand-total", Test::amount("k.grand_total")),
        (
            "status",
            Test::OneOf(&[
                ("open", "k.status = 'open'"),
                ("purchased", "k.status = 'purchased'"),
                ("expired", "k.status = 'expired'"),
                ("lost", "k.status = 'lost'"),
                ("converted", "k.status = 'converted'"),
            ]),
        ),
        (
            "qty",
            Test::OneOf(&[("more-than-0", "k.items_qty > 0"), ("0", "k.items_qty = 0"), ("any", "true")]),
        ),
        ("created-at", Test::CREATED),
        ("billing-country", Test::Country),
        ("billing-state", Test::contains("k.billing_state")),
        ("customer", Test::is("k.customer_id")),
        ("account", Test::OF_ACCOUNT),
    ],
};

/// A cart's line.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CartRow {
    /// Row id.
    pub id: i64,
    /// The store's number.
    pub remote_id: i64,
    /// Of the shopper.
    pub first_name: String,
    /// Of the shopper.
    pub last_name: String,
    /// Of the shopper.
    pub email: String,
    /// How many pieces.
    pub items_qty: Decimal,
    /// Of the amounts.
    pub currency: String,
    /// What would be paid.
    pub grand_total: Decimal,
    /// Country of the billing address.
    pub billing_country: String,
    /// State of the billing address.
    pub billing_state: String,
    #[sqlx(try_from = "String")]
    /// How it stands.
    pub status: Status,
    /// The channel's name.
    pub channel: String,
    /// The website's name.
    pub website: Option<String>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was last touched.
    pub updated_at: DateTime<Utc>,
    /// Gone in the store.
    pub removed_at: Option<DateTime<Utc>>,
}

/// The table's check allows no other word.
impl From<String> for Status {
    fn from(key: String) -> Self {
        Self::from_key(&key).unwrap_or(Self::Open)
    }
}
