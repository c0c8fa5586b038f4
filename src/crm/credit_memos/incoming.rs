//! Credit memos as a store sends them.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Serialize;

use crate::crm::arrivals::Arrives;

/// A credit memo as the store has it now. What serializes is the content.
#[derive(Debug, Clone, Serialize)]
pub struct Incoming {
    /// The store's id.
    pub remote_id: i64,
    /// The number that people know it by.
    pub increment_id: String,
    /// The store's `order_id`.
    pub remote_order_id: Option<i64>,
    /// Store view.
    pub store_id: Option<i64>,
    /// Magento's 1 open, 2 refunded, 3 canceled.
    pub state: Option<i16>,
    /// Of the amounts.
    pub currency: String,
    /// Rows before discount and tax.
    pub subtotal: Decimal,
    /// Discount.
    pub discount: Decimal,
    /// Tax.
    pub tax: Decimal,
    /// Refunded shipping.
    pub shipping: Decimal,
    /// Refunded in all.
    pub grand_total: Decimal,
    /// Refund less fee.
    pub adjustment: Option<Decimal>,
    /// Refunded on top.
    pub adjustment_positive: Option<Decimal>,
    /// Kept as a fee.
    pub adjustment_negative: Option<Decimal>,
    /// To the customer's balance.
    pub customer_balance_refunded: Option<Decimal>,
    /// Reward points given back.
    pub reward_points_refunded: Option<Decimal>,
    /// The gateway's number.
    pub transaction_id: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When the store last saved it.
    pub updated_at: DateTime<Utc>,
    /// What was given back.
    pub items: Vec<IncomingItem>,
    /// Fingerprint of the list row; `None` when the details are not complete.
    #[serde(skip)]
    pub row_hash: Option<Vec<u8>>,
    /// When the request behind it was sent, by the database's clock.
    #[serde(skip)]
    pub read_at: DateTime<Utc>,
}

/// An item of a credit memo.
#[derive(Debug, Clone, Default, Serialize)]
pub struct IncomingItem {
    /// The item of the order.
    pub remote_order_item_id: Option<i64>,
    /// Stock keeping unit.
    pub sku: String,
    /// Name.
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

impl Arrives for Incoming {
    fn number(&self) -> &str {
        &self.increment_id
    }

    fn remote_id(&self) -> i64 {
        self.remote_id
    }

    fn row_hash(&self) -> Option<&[u8]> {
        self.row_hash.as_deref()
    }

    fn read_at(&self) -> DateTime<Utc> {
        self.read_at
    }

    fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }
}
