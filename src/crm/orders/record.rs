//! One order, as its page shows it.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::PgPool;

/// An order with the names of what it refers to.
#[derive(Debug, Clone)]
pub struct OrderRecord {
    /// Row id.
    pub id: i64,
    /// The store's `order_id`.
    pub remote_id: i64,
    /// The number that people know it by.
    pub increment_id: String,
    /// Status, a shop may define its own.
    pub status: String,
    /// Magento's state behind it.
    pub state: String,
    /// The channel's id.
    pub channel_id: i64,
    /// The channel's name.
    pub channel: String,
    /// The integration that brings it.
    pub integration: Option<String>,
    /// Website.
    pub website: Option<String>,
    /// Store view.
    pub store: Option<String>,
    /// Whose it is, once they have come.
    pub customer_id: Option<i64>,
    /// The store's number of the cart that it was made from.
    pub remote_cart_id: Option<i64>,
    /// Of whoever ordered.
    pub email: String,
    /// Of whoever ordered.
    pub first_name: String,
    /// Of whoever ordered.
    pub last_name: String,
    /// Ordered without an account.
    pub is_guest: bool,
    /// Of the amounts.
    pub currency: String,
    /// Sum of the items.
    pub subtotal: Decimal,
    /// Negative or zero.
    pub discount: Decimal,
    /// Tax.
    pub tax: Decimal,
    /// Shipping.
    pub shipping: Decimal,
    /// What is to be paid.
    pub grand_total: Decimal,
    /// What was paid.
    pub total_paid: Option<Decimal>,
    /// What was invoiced.
    pub total_invoiced: Option<Decimal>,
    /// What was refunded.
    pub total_refunded: Option<Decimal>,
    /// What was cancelled.
    pub total_canceled: Option<Decimal>,
    /// Coupon.
    pub coupon_code: String,
    /// How it is paid.
    pub payment_method: String,
    /// What the store tells of the payment.
    pub payment_details: Value,
    /// How it is sent.
    pub shipping_method: String,
    /// The same in words.
    pub shipping_description: String,
    /// From where it was ordered.
    pub remote_ip: String,
    /// With the present.
    pub gift_message: String,
    /// When it was placed.
    pub created_at: DateTime<Utc>,
    /// When the store last saved it.
    pub updated_at: DateTime<Utc>,
    /// Gone in the store.
    pub removed_at: Option<DateTime<Utc>>,
    /// When it was first loaded.
    pub imported_at: DateTime<Utc>,
    /// When what is here was last changed by a sync.
    pub synced_at: DateTime<Utc>,
}

/// One order.
///
/// # Errors
/// From the database.
pub async fn find(pool: &PgPool, id: i64) -> Result<Option<OrderRecord>, sqlx::Error> {
    sqlx::query_as!(
        OrderRecord,
        "select k.id, k.remote_id, k.increment_id, k.status, k.state, k.channel_id, c.name as channel,
            i.name as \"integration?\", w.name as \"website?\",
            coalesce(s.name, nullif(replace(k.store_name, chr(10), ', '), '')) as store, k.customer_id,
            k.remote_cart_id, k.email, k.first_name, k.last_name, k.is_guest, k.currency, k.subtotal, k.discount, k.tax, k.shipping,
            k.grand_total, k.total_paid, k.total_invoiced, k.total_refunded, k.total_canceled, k.coupon_code,
            k.payment_method, k.payment_details, k.shipping_method, k.shipping_description, k.remote_ip, k.gift_message,
            k.remote_created_at as created_at, k.remote_updated_at as updated_at, k.removed_at, k.imported_at, k.synced_at
         from orders k join channels c on c.id = k.channel_id
         left join integrations i on i.channel_id = c.id
         left join stores s on s.channel_id = k.channel_id and s.store_id = k.store_id
         left join websites w on w.channel_id = k.channel_id and w.website_id = s.website_id
         where k.id = $1",
        id
    )
    .fetch_optional(pool)
    .await
}

/// A row of an order.
#[derive(Debug, Clone)]
pub struct OrderItem {
    /// Its place in the order.
    pub position: i16,
    /// Of a configurable's simple row: the place of the row it belongs to.
    pub parent_position: Option<i16>,
    /// Simple, configurable, bundle, …
    pub product_type: String,
    /// The product's number.
    pub sku: String,
    /// The product's name.
    pub name: String,
    /// How many.
    pub qty: Decimal,
    /// Of one.
    pub weight: Option<Decimal>,
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

/// The rows of an order, each followed by those that belong to it.
///
/// # Errors
/// From the database.
pub async fn items(pool: &PgPool, order: i64) -> Result<Vec<OrderItem>, sqlx::Error> {
    sqlx::query_as!(
        OrderItem,
        "select position, parent_position, product_type, sku, name, qty, weight, price, original_price, discount_percent,
            discount, tax_percent, tax, row_total
         from order_items where order_id = $1
         order by coalesce(parent_position, position), (parent_position is not null), position",
        order
    )
    .fetch_all(pool)
    .await
}

/// An address of an order, a copy made at that time.
#[derive(Debug, Clone)]
pub struct OrderAddress {
    /// `billing` or `shipping`.
    pub kind: String,
    /// Whole name.
    pub name: String,
    /// Company.
    pub company: String,
    /// Lines of the street.
    pub street: String,
    /// City.
    pub city: String,
    /// Zip or postal code.
    pub postcode: String,
    /// Region.
    pub region: String,
    /// Country.
    pub country: String,
    /// Phone.
    pub telephone: String,
}

/// The addresses of an order, the billing one first.
///
/// # Errors
/// From the database.
pub async fn addresses(pool: &PgPool, order: i64) -> Result<Vec<OrderAddress>, sqlx::Error> {
    sqlx::query_as!(
        OrderAddress,
        "select a.kind, a.name, a.company, a.street, a.city, a.postcode, coalesce(r.name, a.region) as \"region!\",
            coalesce(n.name, a.country_id) as \"country!\", a.telephone
         from order_addresses a join orders k on k.id = a.order_id
         left join countries n on n.channel_id = k.channel_id and n.country_id = a.country_id
         left join regions r on r.channel_id = k.channel_id and r.country_id = a.country_id and r.region_id = a.region_id
         where a.order_id = $1 order by a.kind",
        order
    )
    .fetch_all(pool)
    .await
}

/// An entry of an order's history.
#[derive(Debug, Clone)]
pub struct OrderNote {
    /// The status that it had then.
    pub status: String,
    /// What was written.
    pub message: String,
    /// The customer got it by e-mail.
    pub customer_notified: bool,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// The history of an order, the newest first.
///
/// # Errors
/// From the database.
pub async fn notes(pool: &PgPool, order: i64) -> Result<Vec<OrderNote>, sqlx::Error> {
    sqlx::query_as!(
        OrderNote,
        "select status, message, customer_notified, created_at from order_notes
         where order_id = $1 order by position limit 200",
        order
    )
    .fetch_all(pool)
    .await
}
