//! A whole credit memo.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::magento::api::row::{RowExt, RowProblem};
use crate::magento::api::sale::Currencies;
use crate::magento::soap::value::{Field, Row};

/// A credit memo with all its details.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditMemo {
    /// `creditmemo_id`.
    pub creditmemo_id: i64,
    /// `increment_id`, the number that people see.
    pub increment_id: String,
    /// The order by id.
    pub order_id: Field<i64>,
    /// The order by its number; only SOAP v1 tells it.
    pub order_increment_id: Field<String>,
    /// The invoice that is refunded, if it is one.
    pub invoice_id: Field<i64>,
    /// The payment gateway's number of the refund.
    pub transaction_id: Field<String>,
    /// Store view.
    pub store_id: Field<i64>,
    /// How far it is.
    pub state: Field<MemoState>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last saved.
    pub updated_at: DateTime<Utc>,
    /// Was it mailed to the customer?
    pub email_sent: Field<bool>,
    /// The currencies; `own` is the order's.
    pub currencies: Currencies,
    /// Sums in the order's currency.
    pub totals: CreditMemoTotals,
    /// Sums in the base currency.
    pub base_totals: CreditMemoTotals,
    /// Reward points given back (Enterprise).
    pub reward_points_refunded: Field<Decimal>,
    /// What is refunded, in the order of the wire.
    pub items: Vec<CreditMemoItem>,
    /// Comments.
    pub comments: Vec<CreditMemoComment>,
}

/// How far a credit memo is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MemoState {
    /// 1: not refunded yet.
    Open,
    /// 2: refunded.
    Refunded,
    /// 3: cancelled.
    Canceled,
    /// Another one, of a module's making.
    Other(i64),
}

/// The sums of a credit memo in one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditMemoTotals {
    /// Sum of the rows, without tax.
    pub subtotal: Field<Decimal>,
    /// Discount given back.
    pub discount: Field<Decimal>,
    /// Tax.
    pub tax: Field<Decimal>,
    /// Shipping refunded.
    pub shipping: Field<Decimal>,
    /// Adjustment in all: refund less fee.
    pub adjustment: Field<Decimal>,
    /// Adjustment refund.
    pub adjustment_positive: Field<Decimal>,
    /// Adjustment fee.
    pub adjustment_negative: Field<Decimal>,
    /// What is refunded in all.
    pub grand_total: Field<Decimal>,
    /// Refunded to the customer's balance (Enterprise).
    pub customer_balance: Field<Decimal>,
}

/// An item of a credit memo.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditMemoItem {
    /// `item_id` among credit memos' items.
    pub item_id: Field<i64>,
    /// The order's item that is refunded.
    pub order_item_id: Field<i64>,
    /// The product.
    pub product_id: Field<i64>,
    /// Stock keeping unit.
    pub sku: Field<String>,
    /// Name.
    pub name: Field<String>,
    /// Description.
    pub description: Field<String>,
    /// Quantity.
    pub qty: Field<Decimal>,
    /// Price of one.
    pub price: Field<Decimal>,
    /// Sum of the row.
    pub row_total: Field<Decimal>,
    /// Tax of the row.
    pub tax_amount: Field<Decimal>,
    /// Discount of the row.
    pub discount_amount: Field<Decimal>,
}

/// A comment on a credit memo.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditMemoComment {
    /// `comment_id`.
    pub comment_id: Field<i64>,
    /// When it was written.
    pub created_at: Field<DateTime<Utc>>,
    /// The comment; may hold HTML.
    pub comment: Field<String>,
}

/// Reads a credit memo of either call.
pub(super) fn read(row: &Row) -> Result<CreditMemo, RowProblem> {
    Ok(CreditMemo {
        creditmemo_id: row.required_id("creditmemo_id")?,
        increment_id: row.required_text(super::ID)?,
        order_id: row.id("order_id")?,
        order_increment_id: row.string_if_told("order_increment_id"),
        invoice_id: row.id("invoice_id")?,
        transaction_id: row.string("transaction_id"),
        store_id: row.int("store_id")?,
        state: state(row)?,
        created_at: row.required_time("created_at")?,
        updated_at: row.required_time("updated_at")?,
        email_sent: row.flag("email_sent")?,
        currencies: Currencies {
            own: row.string("order_currency_code"),
            base: row.string("base_currency_code"),
            base_to_own: row.decimal("base_to_order_rate")?,
        },
        totals: own_totals(row)?,
        base_totals: base_totals(row)?,
        reward_points_refunded: row.decimal("reward_points_balance_refund")?,
        items: row.parts("items", item)?,
        comments: row.parts_if_told("comments", comment)?,
    })
}

/// The state behind its number.
pub(super) fn state(row: &Row) -> Result<Field<MemoState>, RowProblem> {
    Ok(row.id("state")?.map(|state| match state {
        1 => MemoState::Open,
        2 => MemoState::Refunded,
        3 => MemoState::Canceled,
        other => MemoState::Other(other),
    }))
}

fn own_totals(row: &Row) -> Result<CreditMemoTotals, RowProblem> {
    Ok(CreditMemoTotals {
        subtotal: row.decimal("subtotal")?,
        discount: row.decimal("discount_amount")?,
        tax: row.decimal("tax_amount")?,
        shipping: row.decimal("shipping_amount")?,
        adjustment: row.decimal("adjustment")?,
        adjustment_positive: row.decimal("adjustment_positive")?,
        adjustment_negative: row.decimal("adjustment_negative")?,
        grand_total: row.decimal("grand_total")?,
        customer_balance: row.decimal("customer_bal_total_refunded")?,
    })
}

fn base_totals(row: &Row) -> Result<CreditMemoTotals, RowProblem> {
    Ok(CreditMemoTotals {
        subtotal: row.decimal("base_subtotal")?,
        discount: row.decimal("base_discount_amount")?,
        tax: row.decimal("base_tax_amount")?,
        shipping: row.decimal("base_shipping_amount")?,
        adjustment: row.decimal("base_adjustment")?,
        adjustment_positive: row.decimal("base_adjustment_positive")?,
        adjustment_negative: row.decimal("base_adjustment_negative")?,
        grand_total: row.decimal("base_grand_total")?,
        customer_balance: row.decimal("bs_customer_bal_total_refunded")?,
    })
}

fn item(row: &Row) -> Result<CreditMemoItem, RowProblem> {
    Ok(CreditMemoItem {
        item_id: row.id("item_id")?,
        order_item_id: row.id("order_item_id")?,
        product_id: row.id("product_id")?,
        sku: row.string("sku"),
        name: row.string("name"),
        description: row.string("description"),
        qty: row.decimal("qty")?,
        price: row.decimal("price")?,
        row_total: row.decimal("row_total")?,
        tax_amount: row.decimal("tax_amount")?,
        discount_amount: row.decimal("discount_amount")?,
    })
}

fn comment(row: &Row) -> Result<CreditMemoComment, RowProblem> {
    Ok(CreditMemoComment {
        comment_id: row.id("comment_id")?,
        created_at: row.time("created_at")?,
        comment: row.string("comment"),
    })
}
