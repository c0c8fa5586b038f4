//! A row of an order list: all columns of the order, without items, addresses, payment and history.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::totals::{self, OrderTotals};
use crate::magento::api::digest::{Digest, digest};
use crate::magento::api::row::{RowExt, RowProblem};
use crate::magento::api::sale::{self, Buyer};
use crate::magento::soap::value::{Field, Row};

/// An order as a list tells it. Its fingerprint says whether the details are worth fetching; a few facts are told
/// here and not in SOAP v2's details ([`super::Order::complete_from`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderHead {
    /// `order_id`.
    pub order_id: i64,
    /// `increment_id`, the number that people see and that details are asked for with.
    pub increment_id: String,
    /// When it was placed.
    pub created_at: DateTime<Utc>,
    /// When it was last saved.
    pub updated_at: DateTime<Utc>,
    /// Store view; nil when it was deleted.
    pub store_id: Field<i64>,
    /// The cart it was made from.
    pub quote_id: Field<i64>,
    /// The customer; nil for guests.
    pub customer_id: Field<i64>,
    /// Status, such as `pending`.
    pub status: Field<String>,
    /// Magento's own state behind the status.
    pub state: Field<String>,
    /// What is to be paid in all, in the order's currency.
    pub grand_total: Field<Decimal>,
    /// Who bought, with gender, date of birth and whole name.
    pub buyer: Buyer,
    /// Sums in the order's currency.
    pub totals: OrderTotals,
    /// Sums in the base currency.
    pub base_totals: OrderTotals,
    /// Coupon code.
    pub coupon_code: Field<String>,
    /// What the discount is for.
    pub discount_description: Field<String>,
    /// What the customer wrote at checkout.
    pub customer_note: Field<String>,
    /// Fingerprint over all columns, also those that are no field here.
    pub digest: Digest,
}

/// Reads a row of `salesOrderList` or `order.list`.
pub(super) fn read(row: &Row) -> Result<OrderHead, RowProblem> {
    let buyer = sale::buyer(row)?.all_declared();
    let totals = totals::own(row)?.all_declared();
    Ok(OrderHead {
        order_id: row.required_id("order_id")?,
        increment_id: row.required_text(super::ID)?,
        created_at: row.required_time("created_at")?,
        updated_at: row.required_time("updated_at")?,
        store_id: row.int("store_id")?,
        quote_id: row.id("quote_id")?,
        customer_id: buyer.customer_id,
        status: row.string("status"),
        state: row.string("state"),
        grand_total: totals.grand_total,
        buyer,
        totals,
        base_totals: totals::base(row)?.all_declared(),
        coupon_code: row.string("coupon_code"),
        discount_description: row.string("discount_description"),
        customer_note: row.string("customer_note"),
        digest: digest(row),
    })
}
