//! Orders as a store sends them.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value;

use crate::crm::arrivals::Arrives;

/// An order as the store has it now. What serializes is the content: two that serialize alike are the same.
#[derive(Debug, Clone, Serialize)]
pub struct Incoming {
    /// The store's `order_id`.
    pub remote_id: i64,
    /// The number that people know it by.
    pub increment_id: String,
    /// Store view.
    pub store_id: Option<i64>,
    /// The store's customer; `None` for a guest, or when the customer is gone.
    pub remote_customer_id: Option<i64>,
    /// The cart that it was made from.
    pub remote_cart_id: Option<i64>,
    /// Status, a shop may define its own.
    pub status: String,
    /// Magento's state behind it.
    pub state: String,
    /// Of whoever ordered.
    pub email: String,
    /// Of whoever ordered.
    pub first_name: String,
    /// Of whoever ordered.
    pub last_name: String,
    /// Ordered without an account.
    pub is_guest: bool,
    /// Nothing to send.
    pub is_virtual: bool,
    /// Of the amounts.
    pub currency: String,
    /// Of the website.
    pub base_currency: String,
    /// The sums.
    pub sums: Sums,
    /// How many pieces.
    pub items_qty: Option<Decimal>,
    /// Coupon.
    pub coupon_code: String,
    /// What the discount is for.
    pub discount_description: String,
    /// Code of the payment method.
    pub payment_method: String,
    /// What else is known of the payment; no card number.
    pub payment_details: Value,
    /// Code of the shipping method.
    pub shipping_method: String,
    /// The same in words.
    pub shipping_description: String,
    /// Address of the customer's computer.
    pub remote_ip: String,
    /// For a card.
    pub gift_message: String,
    /// Website, store, store view, a line each.
    pub store_name: String,
    /// When it was placed.
    pub created_at: DateTime<Utc>,
    /// When the store last saved it.
    pub updated_at: DateTime<Utc>,
    /// What was ordered, in the order of the wire.
    pub items: Vec<IncomingItem>,
    /// Billing and shipping.
    pub addresses: Vec<IncomingAddress>,
    /// Status history, newest first.
    pub notes: Vec<IncomingNote>,
    /// Fingerprint of the list row; `None` when the details are not complete.
    #[serde(skip)]
    pub row_hash: Option<Vec<u8>>,
    /// When the request behind it was sent, by the database's clock.
    #[serde(skip)]
    pub read_at: DateTime<Utc>,
}

/// The sums of an order in its own currency.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Sums {
    /// Rows before discount and tax.
    pub subtotal: Decimal,
    /// Negative or zero.
    pub discount: Decimal,
    /// Tax.
    pub tax: Decimal,
    /// Shipping.
    pub shipping: Decimal,
    /// To be paid in all.
    pub grand_total: Decimal,
    /// Paid so far.
    pub paid: Option<Decimal>,
    /// Invoiced so far.
    pub invoiced: Option<Decimal>,
    /// Refunded so far.
    pub refunded: Option<Decimal>,
    /// Cancelled of it.
    pub canceled: Option<Decimal>,
    /// Still due.
    pub due: Option<Decimal>,
    /// Refunded of the subtotal.
    pub subtotal_refunded: Option<Decimal>,
}

/// An item of an order.
#[derive(Debug, Clone, Default, Serialize)]
pub struct IncomingItem {
    /// `item_id`, where it is told.
    pub remote_id: Option<i64>,
    /// Position of the item it belongs to.
    pub parent: Option<i16>,
    /// Product.
    pub product_id: Option<i64>,
    /// simple, configurable, …
    pub product_type: String,
    /// Stock keeping unit.
    pub sku: String,
    /// Name at that time.
    pub name: String,
    /// Ordered.
    pub qty: Decimal,
    /// Refunded of it.
    pub qty_refunded: Option<Decimal>,
    /// Cancelled of it.
    pub qty_canceled: Option<Decimal>,
    /// Of one.
    pub weight: Option<Decimal>,
    /// Of one.
    pub price: Decimal,
    /// Before rules changed it.
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

/// What an address of a sale is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AddressKind {
    /// The bill.
    Billing,
    /// The parcel.
    Shipping,
}

impl AddressKind {
    /// The word in the database.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Billing => "billing",
            Self::Shipping => "shipping",
        }
    }
}

/// An address of an order, a copy made at that time.
#[derive(Debug, Clone, Serialize)]
pub struct IncomingAddress {
    /// What it is for.
    pub kind: AddressKind,
    /// Whole name.
    pub name: String,
    /// Company.
    pub company: String,
    /// Lines, joined by line feeds.
    pub street: String,
    /// City.
    pub city: String,
    /// Zip or postal code.
    pub postcode: String,
    /// ISO 3166 alpha-2.
    pub country_id: String,
    /// The store's number of the region.
    pub region_id: Option<i64>,
    /// The region's name as the store has it.
    pub region: String,
    /// Phone.
    pub telephone: String,
}

/// An entry of the status history.
#[derive(Debug, Clone, Serialize)]
pub struct IncomingNote {
    /// The history's id, where it is told.
    pub remote_id: Option<i64>,
    /// The status that it was set to.
    pub status: String,
    /// A comment, or empty.
    pub message: String,
    /// Was the customer told?
    pub customer_notified: bool,
    /// When.
    pub created_at: DateTime<Utc>,
}

impl Incoming {
    /// What is kept of an order whose buyer was erased: amounts, items, dates, numbers, status and country. `customer`: whose it
    /// is, as far as that says nothing.
    #[must_use]
    pub fn without_person(self, customer: Option<i64>) -> Self {
        let nameless = |address: IncomingAddress| IncomingAddress {
            kind: address.kind,
            country_id: address.country_id,
            name: String::new(),
            company: String::new(),
            street: String::new(),
            city: String::new(),
            postcode: String::new(),
            region_id: None,
            region: String::new(),
            telephone: String::new(),
        };
        Self {
            remote_customer_id: customer,
            email: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            coupon_code: String::new(),
            discount_description: String::new(),
            payment_details: Value::Object(serde_json::Map::new()),
            remote_ip: String::new(),
            gift_message: String::new(),
            addresses: self.addresses.into_iter().map(nameless).collect(),
            notes: self
                .notes
                .into_iter()
                .map(|note| IncomingNote { message: String::new(), ..note })
                .collect(),
            ..self
        }
    }

    /// Who ordered, in one text.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name.trim(), self.last_name.trim()).trim().to_owned()
    }

    pub(super) fn billing(&self) -> Option<&IncomingAddress> {
        self.addresses.iter().find(|address| address.kind == AddressKind::Billing)
    }
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
