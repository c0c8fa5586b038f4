//! A whole order: what `salesOrderInfo`, `order.info` and the bridge's `oroOrderList` tell.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::head::OrderHead;
use super::item::{self, OrderItem};
use super::totals::{self, OrderTotals};
use crate::magento::api::row::{RowExt, RowProblem};
use crate::magento::api::sale::{self, Buyer, Currencies, Payment, SaleAddress};
use crate::magento::soap::parse;
use crate::magento::soap::value::{Field, Row};

/// An order with all its details.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// `order_id`.
    pub order_id: i64,
    /// `increment_id`, the number that people see.
    pub increment_id: String,
    /// When it was placed.
    pub created_at: DateTime<Utc>,
    /// When it was last saved.
    pub updated_at: DateTime<Utc>,
    /// Store view; nil when it was deleted.
    pub store_id: Field<i64>,
    /// Names of website, store and store view, a line each.
    pub store_name: Field<String>,
    /// The cart it was made from.
    pub quote_id: Field<i64>,
    /// Status, such as `pending`; a shop may define its own.
    pub status: Field<String>,
    /// Magento's own state behind the status.
    pub state: Field<String>,
    /// Is there nothing to send?
    pub is_virtual: bool,
    /// Who bought.
    pub buyer: Buyer,
    /// The currencies.
    pub currencies: Currencies,
    /// Sums in the order's currency.
    pub totals: OrderTotals,
    /// Sums in the base currency.
    pub base_totals: OrderTotals,
    /// Number of products ordered.
    pub qty_ordered: Field<Decimal>,
    /// Weight.
    pub weight: Field<Decimal>,
    /// Code of the shipping method, such as `flatrate_flatrate`.
    pub shipping_method: Field<String>,
    /// The shipping method in words.
    pub shipping_description: Field<String>,
    /// Coupon code; SOAP v2 tells it only with the bridge, and then only if there is one.
    pub coupon_code: Field<String>,
    /// What the discount is for; SOAP v2's details do not tell it.
    pub discount_description: Field<String>,
    /// What the customer wrote at checkout; SOAP v2's details do not tell it.
    pub customer_note: Field<String>,
    /// What is to be written on a card.
    pub gift_message: Field<String>,
    /// The address of the customer's computer.
    pub remote_ip: Field<String>,
    /// Billing address.
    pub billing_address: Option<SaleAddress>,
    /// Shipping address; a virtual order has none.
    pub shipping_address: Option<SaleAddress>,
    /// What was ordered, in the order of the wire.
    pub items: Vec<OrderItem>,
    /// How it is paid.
    pub payment: Option<Payment>,
    /// Comments and changes of status, newest first.
    pub history: Vec<OrderComment>,
}

/// An entry of an order's status history.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderComment {
    /// The entry's id, which the bridge from 1.2.19 on tells as `increment_id`; nil without it.
    pub entity_id: Field<i64>,
    /// When it was written.
    pub created_at: Field<DateTime<Utc>>,
    /// The order's status then.
    pub status: Field<String>,
    /// The comment; may hold HTML.
    pub comment: Field<String>,
    /// Was the customer told? Nil when that does not apply (the wire's 2).
    pub customer_notified: Field<bool>,
}

impl Order {
    /// Fills in what only the list tells: SOAP v2's details lack a few columns.
    pub fn complete_from(&mut self, head: &OrderHead) {
        fn fill<T: Clone>(field: &mut Field<T>, listed: &Field<T>) {
            if matches!(field, Field::Missing) {
                field.clone_from(listed);
            }
        }
        let Buyer { prefix, middle_name, suffix, gender, dob, taxvat, .. } = &mut self.buyer;
        fill(prefix, &head.buyer.prefix);
        fill(middle_name, &head.buyer.middle_name);
        fill(suffix, &head.buyer.suffix);
        fill(gender, &head.buyer.gender);
        fill(dob, &head.buyer.dob);
        fill(taxvat, &head.buyer.taxvat);
        fill(&mut self.coupon_code, &head.coupon_code);
        fill(&mut self.discount_description, &head.discount_description);
        fill(&mut self.customer_note, &head.customer_note);
        self.totals.complete_from(&head.totals);
        self.base_totals.complete_from(&head.base_totals);
    }
}

/// Reads an order of any of the three calls.
pub(super) fn read(row: &Row) -> Result<Order, RowProblem> {
    Ok(Order {
        order_id: row.required_id("order_id")?,
        increment_id: row.required_text(super::ID)?,
        created_at: row.required_time("created_at")?,
        updated_at: row.required_time("updated_at")?,
        store_id: row.int("store_id")?,
        store_name: row.string("store_name"),
        quote_id: row.id("quote_id")?,
        status: row.string("status"),
        state: row.string("state"),
        is_virtual: row.flag("is_virtual")?.value().unwrap_or(false),
        buyer: sale::buyer(row)?,
        currencies: Currencies {
            own: row.string("order_currency_code"),
            base: row.string("base_currency_code"),
            base_to_own: row.decimal("base_to_order_rate")?,
        },
        totals: totals::own(row)?,
        base_totals: totals::base(row)?,
        qty_ordered: row.decimal("total_qty_ordered")?,
        weight: row.decimal("weight")?,
        shipping_method: row.string("shipping_method"),
        shipping_description: row.string("shipping_description"),
        coupon_code: row.string_if_told("coupon_code"),
        discount_description: row.string_if_told("discount_description"),
        customer_note: row.string_if_told("customer_note"),
        gift_message: row.string("gift_message"),
        remote_ip: row.string("remote_ip"),
        billing_address: sale::address(row, "billing_address")?,
        shipping_address: sale::address(row, "shipping_address")?,
        items: item::read_all(row)?,
        payment: sale::payment(row)?,
        history: row.parts_if_told("status_history", comment)?,
    })
}

fn comment(row: &Row) -> Result<OrderComment, RowProblem> {
    Ok(OrderComment {
        entity_id: row.id_if_told("increment_id")?,
        created_at: row.time("created_at")?,
        status: row.string("status"),
        comment: row.string("comment"),
        customer_notified: notified(row)?,
    })
}

fn notified(row: &Row) -> Result<Field<bool>, RowProblem> {
    let text = row.text("is_customer_notified").declared();
    Ok(parse::boolean("is_customer_notified", if text == Field::Is("2") { Field::Nil } else { text })?)
}
