//! One shopping cart, as its page shows it.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgPool;

use super::Status;

/// A cart with the names of what it refers to.
#[derive(Debug, Clone)]
pub struct CartRecord {
    /// Row id.
    pub id: i64,
    /// The store's number.
    pub remote_id: i64,
    /// How it stands.
    pub status: Status,
    /// The channel's id.
    pub channel_id: i64,
    /// The channel's name.
    pub channel: String,
    /// Website.
    pub website: Option<String>,
    /// Store view.
    pub store: Option<String>,
    /// Whose it is, once they have come.
    pub customer_id: Option<i64>,
    /// The order that was made from it: id and number.
    pub order: Option<(i64, String)>,
    /// Of the shopper.
    pub email: String,
    /// Of the shopper.
    pub first_name: String,
    /// Of the shopper.
    pub last_name: String,
    /// Shops without an account.
    pub is_guest: bool,
    /// Of the amounts.
    pub currency: String,
    /// How many pieces.
    pub items_qty: Decimal,
    /// Sum of the items.
    pub subtotal: Decimal,
    /// Discount.
    pub discount: Decimal,
    /// Tax.
    pub tax: Decimal,
    /// What would be paid.
    pub grand_total: Decimal,
    /// How it would be paid.
    pub payment_method: String,
    /// With the present.
    pub gift_message: String,
    /// Phone.
    pub telephone: String,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was last touched.
    pub updated_at: DateTime<Utc>,
    /// Gone in the store.
    pub removed_at: Option<DateTime<Utc>>,
    /// When it was first loaded.
    pub imported_at: DateTime<Utc>,
    /// When what is here was last changed by a sync.
    pub synced_at: DateTime<Utc>,
}

/// One cart.
///
/// # Errors
/// From the database.
pub async fn find(pool: &PgPool, id: i64) -> Result<Option<CartRecord>, sqlx::Error> {
    let row = sqlx::query!(
        "select k.id, k.remote_id, k.status, k.channel_id, k.customer_id, k.email, k.first_name, k.last_name, k.is_guest,
            k.currency, k.items_qty, k.subtotal, k.discount, k.tax, k.grand_total, k.payment_method, k.gift_message,
            k.telephone, k.remote_created_at, k.remote_updated_at, k.removed_at, k.imported_at, k.synced_at,
            c.name as channel, w.name as \"website?\", s.name as \"store?\", o.id as \"order_id?\",
            o.increment_id as \"order_number?\"
         from carts k join channels c on c.id = k.channel_id
         left join stores s on s.channel_id = k.channel_id and s.store_id = k.store_id
         left join websites w on w.channel_id = k.channel_id and w.website_id = s.website_id
         left join lateral (select o.id, o.increment_id from orders o where o.channel_id = k.channel_id
            and o.remote_cart_id = k.remote_id order by (o.removed_at is not null), o.id desc limit 1) o on true
         where k.id = $1",
        id
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| CartRecord {
        id: row.id,
        remote_id: row.remote_id,
        status: Status::from_key(&row.status).unwrap_or(Status::Open),
        channel_id: row.channel_id,
        channel: row.channel,
        website: row.website,
        store: row.store,
        customer_id: row.customer_id,
        order: row.order_id.zip(row.order_number),
        email: row.email,
        first_name: row.first_name,
        last_name: row.last_name,
        is_guest: row.is_guest,
        currency: row.currency,
        items_qty: row.items_qty,
        subtotal: row.subtotal,
        discount: row.discount,
        tax: row.tax,
        grand_total: row.grand_total,
        payment_method: row.payment_method,
        gift_message: row.gift_message,
        telephone: row.telephone,
        created_at: row.remote_created_at,
        updated_at: row.remote_updated_at,
        removed_at: row.removed_at,
        imported_at: row.imported_at,
        synced_at: row.synced_at,
    }))
}

/// A row of a cart.
#[derive(Debug, Clone)]
pub struct CartItem {
    /// It belongs to the row before it.
    pub is_child: bool,
    /// The product's number.
    pub sku: String,
    /// The product's name.
    pub name: String,
    /// How many.
    pub qty: Decimal,
    /// With the present.
    pub gift_message: String,
    /// Of one.
    pub price: Decimal,
    /// Of one, with tax.
    pub price_with_tax: Option<Decimal>,
    /// Of the row.
    pub row_total: Decimal,
    /// Of the row.
    pub tax: Decimal,
    /// Of the row.
    pub discount: Decimal,
    /// Of one.
    pub weight: Option<Decimal>,
    /// When it was put in.
    pub placed_on: Option<DateTime<Utc>>,
    /// When it was last changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// When it was found to be taken out.
    pub removed_at: Option<DateTime<Utc>>,
}

/// The rows of a cart, also those that were taken out; each is followed by those that belong to it.
///
/// # Errors
/// From the database.
pub async fn items(pool: &PgPool, cart: i64) -> Result<Vec<CartItem>, sqlx::Error> {
    sqlx::query_as!(
        CartItem,
        "select (k.parent_remote_id is not null) as \"is_child!\", k.sku, k.name, k.qty, k.gift_message, k.price,
            k.price_with_tax, k.row_total, k.tax, k.discount, k.weight, k.created_at as placed_on, k.updated_at,
            k.removed_at
         from cart_items k left join cart_items p on p.cart_id = k.cart_id and p.remote_id = k.parent_remote_id
         where k.cart_id = $1
         order by coalesce(p.created_at, k.created_at) desc nulls last, coalesce(k.parent_remote_id, k.remote_id),
            (k.parent_remote_id is not null), k.remote_id",
        cart
    )
    .fetch_all(pool)
    .await
}

/// The cart that has, or had, this number in its store.
///
/// # Errors
/// From the database.
pub async fn known_as(pool: &PgPool, channel: i64, remote_id: i64) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select id from carts where channel_id = $1 and remote_id = $2
         order by (removed_at is not null), id desc limit 1",
        channel,
        remote_id
    )
    .fetch_optional(pool)
    .await
}
