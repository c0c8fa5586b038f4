//! The sums of an order, once in its own currency and once in the base currency.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::magento::api::row::{RowExt, RowProblem};
use crate::magento::soap::value::{Field, Row};

/// The sums of an order in one currency. Exact, as the store wrote them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderTotals {
    /// Sum of the rows, without tax.
    pub subtotal: Field<Decimal>,
    /// Discount: zero or negative.
    pub discount: Field<Decimal>,
    /// Tax.
    pub tax: Field<Decimal>,
    /// Shipping, without tax.
    pub shipping: Field<Decimal>,
    /// What is to be paid in all.
    pub grand_total: Field<Decimal>,
    /// Paid so far.
    pub paid: Field<Decimal>,
    /// Invoiced so far.
    pub invoiced: Field<Decimal>,
    /// Refunded so far.
    pub refunded: Field<Decimal>,
    /// Cancelled.
    pub canceled: Field<Decimal>,
    /// Still due; SOAP v2's infos do not tell it.
    pub due: Field<Decimal>,
    /// Sum of the refunded rows, without tax; SOAP v2's infos do not tell it.
    pub subtotal_refunded: Field<Decimal>,
}

/// The sums in the order's own currency.
pub(super) fn own(row: &Row) -> Result<OrderTotals, RowProblem> {
    Ok(OrderTotals {
        subtotal: row.decimal("subtotal")?,
        discount: row.decimal("discount_amount")?,
        tax: row.decimal("tax_amount")?,
        shipping: row.decimal("shipping_amount")?,
        grand_total: row.decimal("grand_total")?,
        paid: row.decimal("total_paid")?,
        invoiced: row.decimal("total_invoiced")?,
        refunded: row.decimal("total_refunded")?,
        canceled: row.decimal("total_canceled")?,
        due: row.decimal_if_told("total_due")?,
        subtotal_refunded: row.decimal_if_told("subtotal_refunded")?,
    })
}

/// The sums in the base currency.
pub(super) fn base(row: &Row) -> Result<OrderTotals, RowProblem> {
    Ok(OrderTotals {
        subtotal: row.decimal("base_subtotal")?,
        discount: row.decimal("base_discount_amount")?,
        tax: row.decimal("base_tax_amount")?,
        shipping: row.decimal("base_shipping_amount")?,
        grand_total: row.decimal("base_grand_total")?,
        paid: row.decimal("base_total_paid")?,
        invoiced: row.decimal("base_total_invoiced")?,
        refunded: row.decimal("base_total_refunded")?,
        canceled: row.decimal("base_total_canceled")?,
        due: row.decimal_if_told("base_total_due")?,
        subtotal_refunded: row.decimal_if_told("base_subtotal_refunded")?,
    })
}

impl OrderTotals {
    /// The same for calls that declare all of it: what they omit is nil.
    pub(super) fn all_declared(self) -> Self {
        Self { due: self.due.declared(), subtotal_refunded: self.subtotal_refunded.declared(), ..self }
    }

    /// Fills in what only the list tells.
    pub(super) fn complete_from(&mut self, listed: &Self) {
        self.due = self.due.or_told_by(listed.due);
        self.subtotal_refunded = self.subtotal_refunded.or_told_by(listed.subtotal_refunded);
    }
}
