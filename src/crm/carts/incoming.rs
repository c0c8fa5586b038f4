//! Carts as a store sends them.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Serialize;

/// A cart as the store has it now. What serializes is the content.
#[derive(Debug, Clone, Serialize)]
pub struct Incoming {
    /// The store's quote id.
    pub remote_id: i64,
    /// Store view.
    pub store_id: Option<i64>,
    /// The store's customer; `None` for a guest.
    pub remote_customer_id: Option<i64>,
    /// May it still become an order?
    pub is_active: bool,
    /// Filled without an account.
    pub is_guest: bool,
    /// May be empty: a guest who has not typed it yet.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Of the amounts.
    pub currency: String,
    /// Of the website.
    pub base_currency: String,
    /// Different items.
    pub items_count: Decimal,
    /// Pieces.
    pub items_qty: Decimal,
    /// Rows before discount and tax.
    pub subtotal: Decimal,
    /// Discount.
    pub discount: Decimal,
    /// Tax.
    pub tax: Decimal,
    /// To be paid in all.
    pub grand_total: Decimal,
    /// Code of the payment method, once chosen.
    pub payment_method: String,
    /// For a card.
    pub gift_message: String,
    /// Country of the billing address.
    pub billing_country: String,
    /// Region of the billing address.
    pub billing_state: String,
    /// Phone of the billing address.
    pub telephone: String,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When the store last saved it.
    pub updated_at: DateTime<Utc>,
    /// What is in it.
    pub items: Vec<IncomingItem>,
    /// When the request behind it was sent, by the database's clock.
    #[serde(skip)]
    pub read_at: DateTime<Utc>,
}

/// An item of a cart.
#[derive(Debug, Clone, Serialize)]
pub struct IncomingItem {
    /// The store's item id.
    pub remote_id: i64,
    /// The item it belongs to.
    pub parent_remote_id: Option<i64>,
    /// Product.
    pub product_id: Option<i64>,
    /// simple, configurable, …
    pub product_type: String,
    /// Stock keeping unit.
    pub sku: String,
    /// Name.
    pub name: String,
    /// Pieces.
    pub qty: Decimal,
    /// Of one.
    pub price: Decimal,
    /// Of one, with tax.
    pub price_with_tax: Option<Decimal>,
    /// Of the row.
    pub discount: Decimal,
    /// Of the row.
    pub tax: Decimal,
    /// Of the row.
    pub row_total: Decimal,
    /// Of one.
    pub weight: Option<Decimal>,
    /// For a card.
    pub gift_message: String,
    /// When it was put in.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was last changed.
    pub updated_at: Option<DateTime<Utc>>,
}

impl Incoming {
    /// What is kept of a cart whose shopper was erased: amounts, items, dates, numbers and country. `customer`: whose it is, as
    /// far as that says nothing.
    #[must_use]
    pub fn without_person(self, customer: Option<i64>) -> Self {
        Self {
            remote_customer_id: customer,
            email: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            gift_message: String::new(),
            billing_state: String::new(),
            telephone: String::new(),
            items: self
                .items
                .into_iter()
                .map(|item| IncomingItem { gift_message: String::new(), ..item })
                .collect(),
            ..self
        }
    }

    /// Whose it is, in one text.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name.trim(), self.last_name.trim()).trim().to_owned()
    }
}
