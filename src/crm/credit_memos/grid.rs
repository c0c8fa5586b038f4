//! The list of credit memos.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use crate::base::listing::{Listing, Sort, Test};

/// Credit memos, the newest first.
pub static LISTING: Listing = Listing {
    select: "k.id, k.state, k.increment_id, o.first_name, o.last_name, k.order_id, o.increment_id as order_number,
        o.remote_created_at as order_date, k.currency, k.grand_total as refunded, c.name as channel, w.name as website,
        k.remote_created_at as created_at, k.remote_updated_at as updated_at, k.removed_at",
    table: "credit_memos",
    joins: "join channels c on c.id = k.channel_id left join orders o on o.id = k.order_id
        left join stores s on s.channel_id = k.channel_id and s.store_id = k.store_id
        left join websites w on w.channel_id = k.channel_id and w.website_id = s.website_id",
    id: "k.id",
    sorts: &[
        Sort::time("created-at", "k.remote_created_at"),
        Sort::time("updated-at", "k.remote_updated_at"),
        Sort::text("credit-memo", "k.increment_id"),
        Sort::amount("refunded", "k.grand_total"),
    ],
    filters: &[
        ("channel", Test::is("k.channel_id")),
        ("credit-memo", Test::contains("k.increment_id")),
        ("first-name", Test::Contains("b.first_name", OF_ORDER)),
        ("last-name", Test::Contains("b.last_name", OF_ORDER)),
        ("created-at", Test::CREATED),
        ("order-number", Test::Contains("b.increment_id", OF_ORDER)),
        ("refunded", Test::amount("k.grand_total")),
        ("status", Test::OneOf(&[("open", "k.state = 1"), ("refunded", "k.state = 2"), ("canceled", "k.state = 3")])),
        ("order", Test::is("k.order_id")),
        ("customer", Test::Is("b.customer_id", OF_ORDER)),
        (
            "account",
            Test::Is(
                "a.account_id",
                "k.order_id = any(array(
                    select b.id from customers a join orders b on b.customer_id = a.id where {}))",
            ),
        ),
    ],
};

const OF_ORDER: &str = "exists (select 1 from orders b where b.id = k.order_id and {})";

/// A credit memo's line.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CreditMemoRow {
    /// Row id.
    pub id: i64,
    /// Magento's number.
    pub state: Option<i16>,
    /// The number that people know it by.
    pub increment_id: String,
    /// Of whoever ordered.
    pub first_name: Option<String>,
    /// Of whoever ordered.
    pub last_name: Option<String>,
    /// The order, once it has come.
    pub order_id: Option<i64>,
    /// That order's number.
    pub order_number: Option<String>,
    /// When it was placed.
    pub order_date: Option<DateTime<Utc>>,
    /// Of the amounts.
    pub currency: String,
    /// What was paid back.
    pub refunded: Decimal,
    /// The channel's name.
    pub channel: String,
    /// The website's name.
    pub website: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When the store last saved it.
    pub updated_at: DateTime<Utc>,
    /// Gone in the store.
    pub removed_at: Option<DateTime<Utc>>,
}

impl CreditMemoRow {
    /// Its status in words.
    #[must_use]
    pub fn status(&self) -> &'static str {
        super::status_word(self.state)
    }
}
