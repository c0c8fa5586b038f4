//! What happens to an order: it is placed, invoiced, shipped, commented, held, cancelled, refunded.
//!
//! Owns: the changes of sums, items, state and history that go together. Refuses: where orders are kept, and what an
//! order does to its cart and customer ([`crate::simulator::sales`]).

use super::record::{Order, OrderItem, Refunded, StatusEntry};
use super::seeded::STRIDE;
use crate::simulator::amount::Amount;
use crate::simulator::basket::{Basket, Line, PIECE_WEIGHT};
use crate::simulator::products::{SIZES, Sort};
use crate::simulator::records::{Customer, Text};

/// How much of an order a credit memo gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All items and the shipping: the order is closed.
    Everything,
    /// The first item alone; the order stays as it is.
    FirstItem,
}

/// What a credit memo gave back: whole rows of the order, and perhaps the shipping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::simulator) struct GivenBack {
    pub(in crate::simulator) items: Vec<OrderItem>,
    pub(in crate::simulator) sums: Refunded,
}

/// The flat row of a new order.
pub(in crate::simulator) fn flat(id: u32, store_id: u32, customer: &Customer, basket: &Basket) -> Order {
    Order {
        id,
        store_id,
        state: "new".into(),
        status: "pending".into(),
        customer_email: customer.email.clone(),
        customer_firstname: customer.firstname.clone(),
        customer_middlename: customer.middlename.clone(),
        customer_lastname: customer.lastname.clone(),
        customer_prefix: customer.prefix.clone(),
        customer_suffix: customer.suffix.clone(),
        customer_dob: customer.dob.clone(),
        customer_taxvat: customer.taxvat.clone(),
        customer_gender: customer.gender,
        subtotal: basket.subtotal(),
        tax: basket.tax(),
        shipping: basket.shipping,
        discount: basket.discount(),
        grand_total: basket.grand_total(),
        total_qty: basket.pieces(),
        weight: basket.weight(),
        is_virtual: basket.is_virtual(),
        ..Order::default()
    }
}

/// The rows of a new order.
pub(in crate::simulator) fn items(order: &Order, basket: &Basket) -> Vec<OrderItem> {
    let mut items: Vec<OrderItem> = Vec::with_capacity(basket.lines.len() + 1);
    for line in &basket.lines {
        let place = u32::try_from(items.len()).unwrap_or(0) + 1;
        let ids = ((order.id - 1) * STRIDE + place, (order.quote_id - 1) * STRIDE + place);
        let parent = row(line, ids, basket.coupon.is_some());
        let child = line.is_configurable().then(|| size_row(line, &parent));
        items.push(parent);
        items.extend(child);
    }
    items
}

/// The row an order makes of a cart's.
pub(in crate::simulator) fn taken_over(item: &OrderItem, order: u32, first: u32) -> OrderItem {
    let id = |quote_item: u32| (order - 1) * STRIDE + 1 + quote_item.saturating_sub(first);
    OrderItem { id: id(item.quote_item_id), parent_id: item.parent_id.map(id), ..item.clone() }
}

fn row(line: &Line, (id, quote_item_id): (u32, u32), rules: bool) -> OrderItem {
    let weighs = line.product.sort == Sort::Simple;
    let options = if line.is_configurable() { configured(line) } else { line.buy_request_option() };
    OrderItem {
        id,
        quote_item_id,
        product_id: line.product.id,
        product_type: line.type_name().into(),
        options: options.into(),
        sku: line.sku().into(),
        name: line.product.name.clone().into(),
        weight: weighs.then_some(PIECE_WEIGHT),
        row_weight: match line.product.sort {
            Sort::Simple => Some(line.row_weight()),
            Sort::Configurable => Some(Amount::ZERO),
            Sort::Virtual => None,
        },
        qty: line.pieces(),
        price: line.price,
        original_price: line.original_price,
        tax_percent: line.tax_percent,
        tax: line.tax,
        discount_percent: line.discount_percent,
        discount: line.discount,
        row_total: line.row_total(),
        rules: rules.then_some("1".into()),
        ..OrderItem::default()
    }
}

/// The second row of a configurable product: same sku, no price.
fn size_row(line: &Line, parent: &OrderItem) -> OrderItem {
    let (product_id, letter, _) = SIZES[line.size];
    OrderItem {
        id: parent.id + 1,
        parent_id: Some(parent.id),
        quote_item_id: parent.quote_item_id + 1,
        product_id,
        product_type: "simple".into(),
        options: line.buy_request_option().into(),
        sku: parent.sku.clone(),
        name: format!("Shirt {letter}").into(),
        qty: parent.qty,
        ..OrderItem::default()
    }
}

/// What Magento keeps of a configurable product, as PHP serializes it.
fn configured(line: &Line) -> String {
    let letter = SIZES[line.size].1;
    format!(
        "a:6:{{s:15:\"info_buyRequest\";{}s:15:\"attributes_info\";a:1:{{i:0;a:2:{{s:5:\"label\";s:4:\"Size\";\
         s:5:\"value\";s:1:\"{letter}\";}}}}s:11:\"simple_name\";s:7:\"Shirt {letter}\";s:10:\"simple_sku\";\
         s:7:\"SHIRT-{letter}\";s:20:\"product_calculations\";i:1;s:13:\"shipment_type\";i:0;}}",
        line.buy_request()
    )
}

/// A new entry of the history with the order's status, not yet in it.
pub(in crate::simulator) fn entry(
    order: &Order,
    place: u32,
    at: i64,
    comment: Option<Text>,
    entity: &'static str,
) -> StatusEntry {
    let id = order.id.saturating_sub(1) * STRIDE + place + 1;
    StatusEntry {
        id,
        created_at: at,
        status: order.status.clone(),
        comment,
        notified: Some(2),
        entity: entity.into(),
    }
}

fn record(order: &mut Order, at: i64, comment: Option<Text>, entity: &'static str) {
    let place = u32::try_from(order.history.len()).unwrap_or(0);
    let entry = entry(order, place, at, comment, entity);
    order.history.insert(0, entry);
}

fn turn(order: &mut Order, state: &'static str, at: i64, entity: &'static str) {
    order.state = state.into();
    order.status = state.into();
    order.updated_at = at;
    record(order, at, None, entity);
}

/// Invoices and pays all of it.
pub(in crate::simulator) fn invoice(order: &mut Order, at: i64) {
    if order.invoiced || order.canceled {
        return;
    }
    order.invoiced = true;
    for item in &mut order.items {
        item.qty_invoiced = item.qty;
    }
    turn(order, "processing", at, "invoice");
}

/// Invoices what is not, and ships all of it.
pub(in crate::simulator) fn complete(order: &mut Order, at: i64) {
    invoice(order, at);
    for item in order.items.iter_mut().filter(|item| item.product_type != "virtual") {
        item.qty_shipped = item.qty;
    }
    turn(order, "complete", at, "shipment");
}

/// Cancels what is not invoiced.
pub(in crate::simulator) fn cancel(order: &mut Order, at: i64) {
    if order.invoiced || order.canceled {
        return;
    }
    order.canceled = true;
    for item in &mut order.items {
        item.qty_canceled = item.qty;
    }
    turn(order, "canceled", at, "order");
}

/// Puts it on hold.
pub(in crate::simulator) fn hold(order: &mut Order, at: i64) {
    order.hold_before = Some((order.state.clone(), order.status.clone()));
    turn(order, "holded", at, "order");
}

/// Adds a comment for the merchant's eyes.
pub(in crate::simulator) fn comment(order: &mut Order, text: Text, at: i64) {
    record(order, at, Some(text), "order");
    if let Some(newest) = order.history.first_mut() {
        newest.notified = Some(0);
    }
    order.updated_at = at;
}

/// Gives money back; `None` where there is nothing left to give.
pub(in crate::simulator) fn refund(order: &mut Order, part: Part, at: i64) -> Option<GivenBack> {
    let whole = part == Part::Everything;
    let left = |item: &OrderItem| item.qty_invoiced > item.qty_refunded;
    let first = order.items.iter().find(|item| left(item)).map(|item| item.id)?;
    let back = |item: &OrderItem| left(item) && (whole || item.id == first || item.parent_id == Some(first));
    let mut given = GivenBack { items: Vec::new(), sums: Refunded::default() };
    for item in order.items.iter_mut().filter(|item| back(item)) {
        item.qty_refunded = item.qty_invoiced;
        given.sums.subtotal += item.row_total;
        given.sums.tax += item.tax;
        given.sums.discount += item.discount;
        given.items.push(item.clone());
    }
    let before = order.refunded.unwrap_or_default();
    given.sums.shipping = if whole { order.shipping - before.shipping } else { Amount::ZERO };
    let sums = given.sums;
    given.sums.total = sums.subtotal + sums.tax + sums.shipping - sums.discount;
    order.refunded = Some(before.and(&given.sums));
    let text = format!("Refunded amount of {}{} offline.", sign(&order.currency), cents(given.sums.total));
    record(order, at, Some(text.into()), "creditmemo");
    if whole {
        turn(order, "closed", at, "creditmemo");
    }
    order.updated_at = at;
    Some(given)
}

impl Refunded {
    fn and(self, other: &Self) -> Self {
        Self {
            subtotal: self.subtotal + other.subtotal,
            tax: self.tax + other.tax,
            shipping: self.shipping + other.shipping,
            discount: self.discount + other.discount,
            total: self.total + other.total,
        }
    }
}

fn sign(currency: &str) -> &'static str {
    if currency == "EUR" { "€" } else { "$" }
}

/// With two decimals.
fn cents(amount: Amount) -> String {
    let mut text = amount.to_string();
    text.truncate(text.len() - 2);
    text
}
