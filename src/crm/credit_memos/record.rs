//! One credit memo, as its page shows it.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgPool;

/// A credit memo with the names of what it refers to.
#[derive(Debug, Clone)]
pub struct CreditMemoRecord {
    /// Row id.
    pub id: i64,
    /// The number that people know it by.
    pub increment_id: String,
    /// Magento's number.
    pub state: Option<i16>,
    /// The channel's id.
    pub channel_id: i64,
    /// The channel's name.
    pub channel: String,
    /// Website.
    pub website: Option<String>,
    /// Store view.
    pub store: Option<String>,
    /// The order, once it has come.
    pub order_id: Option<i64>,
    /// Of the amounts.
    pub currency: String,
    /// Sum of the items.
    pub subtotal: Decimal,
    /// Discount.
    pub discount: Decimal,
    /// Tax.
    pub tax: Decimal,
    /// Shipping that was paid back.
    pub shipping: Decimal,
    /// What was paid back.
    pub grand_total: Decimal,
    /// What was paid back on top.
    pub adjustment_positive: Option<Decimal>,
    /// What was kept as a fee.
    pub adjustment_negative: Option<Decimal>,
    /// What went to the customer's balance.
    pub customer_balance_refunded: Option<Decimal>,
    /// What went back as reward points.
    pub reward_points_refunded: Option<Decimal>,
    /// Of the payment.
    pub transaction_id: String,
    /// When it was made.
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

impl CreditMemoRecord {
    /// Its status in words.
    #[must_use]
    pub fn status(&self) -> &'static str {
        super::status_word(self.state)
    }
}

/// One credit memo.
///
/// # Errors
/// From the database.
pub async fn find(pool: &PgPool, id: i64) -> Result<Option<CreditMemoRecord>, sqlx::Error> {
    sqlx::query_as!(
        CreditMemoRecord,
        "select k.id, k.increment_id, k.state, k.channel_id, c.name as channel, w.name as \"website?\", s.name as \"store?\",
            k.order_id, k.currency, k.subtotal, k.discount, k.tax, k.shipping, k.grand_total, k.adjustment_positive,
            k.adjustment_negative, k.customer_balance_refunded, k.reward_points_refunded, k.transaction_id,
            k.remote_created_at as created_at, k.remote_updated_at as updated_at, k.removed_at, k.imported_at, k.synced_at
         from credit_memos k join channels c on c.id = k.channel_id
         left join stores s on s.channel_id = k.channel_id and s.store_id = k.store_id
         left join websites w on w.channel_id = k.channel_id and w.website_id = s.website_id
         where k.id = $1",
        id
    )
    .fetch_optional(pool)
    .await
}

/// A row of a credit memo.
#[derive(Debug, Clone)]
pub struct CreditMemoItem {
    /// The product's number.
    pub sku: String,
    /// The product's name.
    pub name: String,
    /// How many.
    pub qty: Decimal,
    /// Of one.
    pub price: Decimal,
    /// Of the row.
    pub tax: Decimal,
    /// Of the row.
    pub discount: Decimal,
    /// Of the row.
    pub row_total: Decimal,
}

/// The rows of a credit memo.
///
/// # Errors
/// From the database.
pub async fn items(pool: &PgPool, memo: i64) -> Result<Vec<CreditMemoItem>, sqlx::Error> {
    sqlx::query_as!(
        CreditMemoItem,
        "select sku, name, qty, price, tax, discount, row_total from credit_memo_items
         where credit_memo_id = $1 order by position",
        memo
    )
    .fetch_all(pool)
    .await
}
