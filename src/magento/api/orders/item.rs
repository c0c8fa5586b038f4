//! The items of an order.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::magento::api::family::{Member, parents};
use crate::magento::api::row::{RowExt, RowProblem};
use crate::magento::soap::value::{Field, Row};

/// An item of an order. A configurable product is two: the one that was chosen, with the price, and the simple one
/// that is sent, whose `parent` is the first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderItem {
    /// `item_id`, unique in the store.
    pub item_id: Field<i64>,
    /// The item it belongs to; only SOAP v1 tells it.
    pub parent_item_id: Field<i64>,
    /// The place of the item it belongs to in [`super::Order::items`], by id or else by position.
    pub parent: Option<usize>,
    /// The item of the cart it was made from.
    pub quote_item_id: Field<i64>,
    /// The product.
    pub product_id: Field<i64>,
    /// Kind of product: `simple`, `configurable`, `virtual`, `bundle`, ….
    pub product_type: Field<String>,
    /// Chosen options, as PHP serializes them.
    pub product_options: Field<String>,
    /// Stock keeping unit.
    pub sku: Field<String>,
    /// Name at that time.
    pub name: Field<String>,
    /// Is there nothing to send?
    pub is_virtual: bool,
    /// Weight of one.
    pub weight: Field<Decimal>,
    /// Weight of the row.
    pub row_weight: Field<Decimal>,
    /// Quantity ordered.
    pub qty_ordered: Field<Decimal>,
    /// Quantity invoiced.
    pub qty_invoiced: Field<Decimal>,
    /// Quantity shipped.
    pub qty_shipped: Field<Decimal>,
    /// Quantity refunded.
    pub qty_refunded: Field<Decimal>,
    /// Quantity cancelled.
    pub qty_canceled: Field<Decimal>,
    /// Price of one.
    pub price: Field<Decimal>,
    /// Price of one with tax; only SOAP v1 tells it.
    pub price_incl_tax: Field<Decimal>,
    /// Price of one before rules changed it.
    pub original_price: Field<Decimal>,
    /// Discount in percent.
    pub discount_percent: Field<Decimal>,
    /// Discount of the row, zero or positive (an order's is negative).
    pub discount_amount: Field<Decimal>,
    /// Tax in percent.
    pub tax_percent: Field<Decimal>,
    /// Tax of the row.
    pub tax_amount: Field<Decimal>,
    /// Sum of the row, without tax and before the discount.
    pub row_total: Field<Decimal>,
    /// The same with tax; only SOAP v1 tells it.
    pub row_total_incl_tax: Field<Decimal>,
    /// Sum of the row in the base currency.
    pub base_row_total: Field<Decimal>,
    /// Refunded of the row.
    pub amount_refunded: Field<Decimal>,
    /// What is to be written on a card.
    pub gift_message: Field<String>,
}

/// The items of an order, each with the place of its parent.
pub(super) fn read_all(order: &Row) -> Result<Vec<OrderItem>, RowProblem> {
    let mut items = order.parts("items", read)?;
    let members: Vec<Member<'_>> = items.iter().map(OrderItem::as_member).collect();
    let places = parents(&members);
    items.iter_mut().zip(places).for_each(|(item, parent)| item.parent = parent);
    Ok(items)
}

fn read(row: &Row) -> Result<OrderItem, RowProblem> {
    Ok(OrderItem {
        item_id: row.id("item_id")?,
        parent_item_id: row.id_if_told("parent_item_id")?,
        parent: None,
        quote_item_id: row.id("quote_item_id")?,
        product_id: row.id("product_id")?,
        product_type: row.string("product_type"),
        product_options: row.string("product_options"),
        sku: row.string("sku"),
        name: row.string("name"),
        is_virtual: row.flag("is_virtual")?.value().unwrap_or(false),
        weight: row.decimal("weight")?,
        row_weight: row.decimal("row_weight")?,
        qty_ordered: row.decimal("qty_ordered")?,
        qty_invoiced: row.decimal("qty_invoiced")?,
        qty_shipped: row.decimal("qty_shipped")?,
        qty_refunded: row.decimal("qty_refunded")?,
        qty_canceled: row.decimal("qty_canceled")?,
        price: row.decimal("price")?,
        price_incl_tax: row.decimal_if_told("price_incl_tax")?,
        original_price: row.decimal("original_price")?,
        discount_percent: row.decimal("discount_percent")?,
        discount_amount: row.decimal("discount_amount")?,
        tax_percent: row.decimal("tax_percent")?,
        tax_amount: row.decimal("tax_amount")?,
        row_total: row.decimal("row_total")?,
        row_total_incl_tax: row.decimal_if_told("row_total_incl_tax")?,
        base_row_total: row.decimal("base_row_total")?,
        amount_refunded: row.decimal("amount_refunded")?,
        gift_message: row.string_if_told("gift_message"),
    })
}

impl OrderItem {
    fn as_member(&self) -> Member<'_> {
        Member {
            item_id: self.item_id,
            parent_item_id: self.parent_item_id,
            sku: self.sku.as_ref().value().map(String::as_str),
            product_type: self.product_type.as_ref().value().map(String::as_str),
            price: self.price.value(),
        }
    }
}
