//! The list of orders.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use crate::base::listing::{Listing, Sort, Test};

/// Orders, the newest first.
pub static LISTING: Listing = Listing {
    select: "k.id, k.increment_id, k.first_name, k.last_name, k.email, k.items_qty, k.currency, k.subtotal, k.grand_total,
        k.total_paid, coalesce(n.name, k.billing_country) as billing_country, k.billing_state, k.status,
        k.state, c.name as channel, w.name as website, k.remote_created_at as created_at, k.remote_updated_at as updated_at,
        k.removed_at",
    table: "orders",
    joins: "join channels c on c.id = k.channel_id
        left join stores s on s.channel_id = k.channel_id and s.store_id = k.store_id
        left join websites w on w.channel_id = k.channel_id and w.website_id = s.website_id
        left join countries n on n.channel_id = k.channel_id and n.country_id = k.billing_country",
    id: "k.id",
    sorts: &[
        Sort::time("created-at", "k.remote_created_at"),
        Sort::time("updated-at", "k.remote_updated_at"),
        Sort::text("order", "k.increment_id"),
        Sort::text("first-name", "(lower(k.first_name) collate \"und-x-icu\")"),
        Sort::text("last-name", "(lower(k.last_name) collate \"und-x-icu\")"),
        Sort::amount("grand-total", "k.grand_total"),
        Sort::amount("total-paid", "k.total_paid"),
        Sort::text("status", "k.status"),
    ],
    filters: &[
        ("channel", Test::is("k.channel_id")),
        ("order", Test::contains("k.increment_id")),
        ("first-name", Test::contains("k.first_name")),
        ("last-name", Test::contains("k.last_name")),
        ("email", Test::contains("k.email")),
        ("created-at", Test::CREATED),
        ("total-paid", Test::amount("k.total_paid")),
        ("grand-total", Test::amount("k.grand_total")),
        ("sub-total", Test::amount("k.subtotal")),
        ("status", Test::contains("k.status")),
        ("is-guest", Test::GUEST),
        ("billing-country", Test::Country),
        ("billing-state", Test::contains("k.billing_state")),
        ("customer", Test::is("k.customer_id")),
        ("account", Test::OF_ACCOUNT),
    ],
};

/// An order's line.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OrderRow {
    /// Row id.
    pub id: i64,
    /// The number that people know it by.
    pub increment_id: String,
    /// Of whoever ordered.
    pub first_name: String,
    /// Of whoever ordered.
    pub last_name: String,
    /// Of whoever ordered.
    pub email: String,
    /// How many pieces.
    pub items_qty: Option<Decimal>,
    /// Of the amounts.
    pub currency: String,
    /// Sum of the items.
    pub subtotal: Decimal,
    /// What is to be paid.
    pub grand_total: Decimal,
    /// What was paid.
    pub total_paid: Option<Decimal>,
    /// Country of the billing address.
    pub billing_country: String,
    /// State of the billing address.
    pub billing_state: String,
    /// Status, a shop may define its own.
    pub status: String,
    /// Magento's state behind it.
    pub state: String,
    /// The channel's name.
    pub channel: String,
    /// The website's name.
    pub website: Option<String>,
    /// When it was placed.
    pub created_at: DateTime<Utc>,
    /// When the store last saved it.
    pub updated_at: DateTime<Utc>,
    /// Gone in the store.
    pub removed_at: Option<DateTime<Utc>>,
}

const OF_ORDER: &str = "exists (select 1 from orders b where b.id = k.order_id and {})";

/// What customers bought: the items of orders that are neither cancelled nor removed, the newest first.
pub static PURCHASES: Listing = Listing {
    select: "o.id as order_id, o.increment_id, o.remote_created_at as created_at, o.currency, k.sku, k.name, k.qty, k.price,
        k.original_price, k.discount_percent, k.discount, k.tax_percent, k.tax, k.row_total",
    table: "order_items",
    joins: "join orders o on o.id = k.order_id",
    // an order has fewer items than a smallint has values
    id: "(k.order_id * 65536 - k.position)",
    sorts: &[Sort::time("created-at", "o.remote_created_at")],
    filters: &[
        (
            "customer",
            Test::Is(
                "b.customer_id",
                "k.parent_position is null and exists (select 1 from orders b where b.id = k.order_id and {}
                and b.removed_at is null and lower(b.state) <> 'canceled' and lower(b.status) <> 'canceled')",
            ),
        ),
        (
            "account",
            Test::Is(
                "a.account_id",
                "k.parent_position is null and k.order_id = any(array(
                    select b.id from customers a join orders b on b.customer_id = a.id
                    where {} and b.removed_at is null and lower(b.state) <> 'canceled' and lower(b.status) <> 'canceled'))",
            ),
        ),
        ("channel", Test::Is("b.channel_id", OF_ORDER)),
    ],
};

/// A piece that somebody bought.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PurchaseRow {
    /// The order it came with.
    pub order_id: i64,
    /// That order's number.
    pub increment_id: String,
    /// When it was ordered.
    pub created_at: DateTime<Utc>,
    /// Of the amounts.
    pub currency: String,
    /// The product's number.
    pub sku: String,
    /// The product's name.
    pub name: String,
    /// How many.
    pub qty: Decimal,
    /// Of one.
    pub price: Decimal,
    /// Of one, before rules changed it.
    pub original_price: Option<Decimal>,
    /// In percent.
    pub discount_percent: Option<Decimal>,
    /// Of the row.
    pub discount: Decimal,
    /// In percent.
    pub tax_percent: Option<Decimal>,
    /// Of the row.
    pub tax: Decimal,
    /// Without tax, before the discount.
    pub row_total: Decimal,
}

/// Comments of orders, the newest first.
pub static NOTES: Listing = Listing {
    select: "o.id as order_id, o.increment_id, k.message, k.status, k.customer_notified, k.created_at",
    table: "order_notes",
    joins: "join orders o on o.id = k.order_id",
    id: "(k.order_id * 65536 - k.position)",
    sorts: &[Sort::time("created-at", "k.created_at")],
    filters: &[
        (
            "customer",
            Test::Is(
                "b.customer_id",
                "trim(k.message) <> '' and exists (select 1 from orders b where b.id = k.order_id and {})",
            ),
        ),
        (
            "account",
            Test::Is(
                "a.account_id",
                "trim(k.message) <> '' and k.order_id = any(array(
                    select b.id from customers a join orders b on b.customer_id = a.id where {}))",
            ),
        ),
        ("channel", Test::Is("b.channel_id", OF_ORDER)),
    ],
};

/// A comment of an order.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct NoteRow {
    /// The order.
    pub order_id: i64,
    /// That order's number.
    pub increment_id: String,
    /// What was written.
    pub message: String,
    /// The order's status at that time.
    pub status: String,
    /// The customer got it by e-mail.
    pub customer_notified: bool,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}
