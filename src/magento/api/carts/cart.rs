//! A whole cart, as all three calls tell it.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::item::{self, CartItem};
use crate::magento::api::row::{RowExt, RowProblem};
use crate::magento::api::sale::{self, Buyer, Currencies, Payment, SaleAddress};
use crate::magento::soap::value::{Field, Row};

/// A cart ("quote") with all its details.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cart {
    /// `quote_id`, which the bridge calls `entity_id`.
    pub quote_id: i64,
    /// Store view; nil when it was deleted.
    pub store_id: Field<i64>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was last saved.
    pub updated_at: DateTime<Utc>,
    /// When it became an order; older stores never write it.
    pub converted_at: Field<DateTime<Utc>>,
    /// Is it open? An ordered cart is not.
    pub is_active: bool,
    /// Is there nothing to send?
    pub is_virtual: bool,
    /// Who fills it; a guest's e-mail is known only once the checkout has begun.
    pub buyer: Buyer,
    /// How the checkout is done: `guest`, `register`, `login_in`.
    pub checkout_method: Field<String>,
    /// The currencies; `own` is the cart's.
    pub currencies: Currencies,
    /// The store view's currency.
    pub store_currency: Field<String>,
    /// Sums in the cart's currency.
    pub totals: CartTotals,
    /// Sums in the base currency.
    pub base_totals: CartTotals,
    /// Number of different items.
    pub items_count: Field<i64>,
    /// Number of products.
    pub items_qty: Field<Decimal>,
    /// Coupon code.
    pub coupon_code: Field<String>,
    /// What is to be written on a card.
    pub gift_message: Field<String>,
    /// What the customer wrote.
    pub customer_note: Field<String>,
    /// The address of the customer's computer; SOAP v2 does not tell it.
    pub remote_ip: Field<String>,
    /// `increment_id` of the order that it became, or was about to become.
    pub reserved_order_id: Field<String>,
    /// `order_id` of the order that an administrator edits by it.
    pub orig_order_id: Field<i64>,
    /// Billing address.
    pub billing_address: Option<SaleAddress>,
    /// Shipping address.
    pub shipping_address: Option<SaleAddress>,
    /// What is in it, in the order of the wire.
    pub items: Vec<CartItem>,
    /// How it is to be paid, once that has been chosen.
    pub payment: Option<Payment>,
}

/// The sums of a cart in one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartTotals {
    /// Sum of the rows, without tax.
    pub subtotal: Field<Decimal>,
    /// The same after discounts.
    pub subtotal_with_discount: Field<Decimal>,
    /// What would be to be paid in all.
    pub grand_total: Field<Decimal>,
}

/// Reads a cart whose id has this name.
pub(super) fn read(row: &Row, id: &'static str) -> Result<Cart, RowProblem> {
    Ok(Cart {
        quote_id: row.required_id(id)?,
        store_id: row.int("store_id")?,
        created_at: row.required_time("created_at")?,
        updated_at: row.required_time("updated_at")?,
        converted_at: row.time("converted_at")?,
        is_active: row.flag("is_active")?.value().unwrap_or(false),
        is_virtual: row.flag("is_virtual")?.value().unwrap_or(false),
        buyer: buyer(row)?,
        checkout_method: row.string("checkout_method"),
        currencies: Currencies {
            own: row.string("quote_currency_code"),
            base: row.string("base_currency_code"),
            base_to_own: row.decimal("base_to_quote_rate")?,
        },
        store_currency: row.string("store_currency_code"),
        totals: CartTotals {
            subtotal: row.decimal("subtotal")?,
            subtotal_with_discount: row.decimal("subtotal_with_discount")?,
            grand_total: row.decimal("grand_total")?,
        },
        base_totals: CartTotals {
            subtotal: row.decimal("base_subtotal")?,
            subtotal_with_discount: row.decimal("base_subtotal_with_discount")?,
            grand_total: row.decimal("base_grand_total")?,
        },
        items_count: row.int("items_count")?,
        items_qty: row.decimal("items_qty")?,
        coupon_code: row.string("coupon_code"),
        gift_message: row.string("gift_message"),
        customer_note: row.string("customer_note"),
        remote_ip: row.string_if_told("remote_ip"),
        reserved_order_id: row.string("reserved_order_id"),
        orig_order_id: row.id("orig_order_id")?,
        billing_address: sale::address(row, "billing_address")?,
        shipping_address: sale::address(row, "shipping_address")?,
        items: item::read_all(row)?,
        payment: sale::payment(row)?.filter(|payment| payment.method.is()),
    })
}

/// Carts declare all of the buyer but the date of birth, which SOAP v2 leaves out.
fn buyer(row: &Row) -> Result<Buyer, RowProblem> {
    let told = sale::buyer(row)?;
    Ok(Buyer { dob: told.dob, ..told.all_declared() })
}
