//! The items of a cart.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::magento::api::family::{Member, parents};
use crate::magento::api::row::{RowExt, RowProblem};
use crate::magento::soap::value::{Field, Row};

/// An item of a cart. A configurable product is two: the one that was chosen, with the price, and the simple one that
/// would be sent, whose `parent` is the first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartItem {
    /// `item_id`, unique in the store.
    pub item_id: Field<i64>,
    /// The item it belongs to.
    pub parent_item_id: Field<i64>,
    /// The place of that item in [`super::Cart::items`].
    pub parent: Option<usize>,
    /// The product.
    pub product_id: Field<i64>,
    /// Kind of product: `simple`, `configurable`, ….
    pub product_type: Field<String>,
    /// Stock keeping unit.
    pub sku: Field<String>,
    /// Name.
    pub name: Field<String>,
    /// Description.
    pub description: Field<String>,
    /// When it was put in.
    pub created_at: Field<DateTime<Utc>>,
    /// When it was last changed.
    pub updated_at: Field<DateTime<Utc>>,
    /// Is there nothing to send?
    pub is_virtual: bool,
    /// Is shipping free?
    pub free_shipping: bool,
    /// Weight of one.
    pub weight: Field<Decimal>,
    /// Quantity.
    pub qty: Field<Decimal>,
    /// Price of one.
    pub price: Field<Decimal>,
    /// Price of one with tax.
    pub price_incl_tax: Field<Decimal>,
    /// A price that an administrator set.
    pub custom_price: Field<Decimal>,
    /// Discount in percent.
    pub discount_percent: Field<Decimal>,
    /// Discount of the row, zero or positive.
    pub discount_amount: Field<Decimal>,
    /// Tax in percent.
    pub tax_percent: Field<Decimal>,
    /// Tax of the row.
    pub tax_amount: Field<Decimal>,
    /// Sum of the row, without tax and before the discount.
    pub row_total: Field<Decimal>,
    /// The same with tax.
    pub row_total_incl_tax: Field<Decimal>,
    /// What is to be written on a card.
    pub gift_message: Field<String>,
    /// Tax class.
    pub tax_class_id: Field<i64>,
    /// The product's page; the bridge alone tells it.
    pub product_url: Field<String>,
    /// The product's picture; the bridge alone tells it.
    pub product_image_url: Field<String>,
}

/// The items of a cart, each with the place of its parent.
pub(super) fn read_all(cart: &Row) -> Result<Vec<CartItem>, RowProblem> {
    let mut items = cart.parts("items", read)?;
    let members: Vec<Member<'_>> = items.iter().map(CartItem::as_member).collect();
    let places = parents(&members);
    items.iter_mut().zip(places).for_each(|(item, parent)| item.parent = parent);
    Ok(items)
}

fn read(row: &Row) -> Result<CartItem, RowProblem> {
    Ok(CartItem {
        item_id: row.id("item_id")?,
        parent_item_id: row.id("parent_item_id")?,
        parent: None,
        product_id: row.id("product_id")?,
        product_type: row.string("product_type"),
        sku: row.string("sku"),
        name: row.string("name"),
        description: row.string("description"),
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
        is_virtual: row.flag("is_virtual")?.value().unwrap_or(false),
        free_shipping: row.id("free_shipping")?.is(),
        weight: row.decimal("weight")?,
        qty: row.decimal("qty")?,
        price: row.decimal("price")?,
        price_incl_tax: row.decimal("price_incl_tax")?,
        custom_price: row.decimal("custom_price")?,
        discount_percent: row.decimal("discount_percent")?,
        discount_amount: row.decimal("discount_amount")?,
        tax_percent: row.decimal("tax_percent")?,
        tax_amount: row.decimal("tax_amount")?,
        row_total: row.decimal("row_total")?,
        row_total_incl_tax: row.decimal("row_total_incl_tax")?,
        gift_message: row.string("gift_message"),
        tax_class_id: row.id("tax_class_id")?,
        product_url: row.string_if_told("product_url"),
        product_image_url: row.string_if_told("product_image_url"),
    })
}

impl CartItem {
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
