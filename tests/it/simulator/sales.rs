//! Recorded orders and credit memos, laid into the store; carts and people beside them.

mod cart;
mod people;
mod row;

use cartwright::simulator::{
    Address, CreditMemo, MemoItem, Order, OrderAddress, OrderItem, Payment, Refunded, StatusEntry,
};

use super::bench::*;
use super::texts::*;
pub(super) use cart::lay_in_carts;
pub(super) use people::{lay_in_people, lay_in_subscribers};
pub(super) use row::Recorded;
use row::each_with;

/// Lays all orders of a recorded answer into the store.
pub(super) fn lay_in_orders(bench: &Bench, number: &str) {
    let recorded = fixture(bench.recordings, number, "response");
    let document = roxmltree::Document::parse(&recorded).unwrap();
    let rows = document.descendants().map(Recorded);
    for row in rows.filter(|row| row.part("protect_code").or(row.part("quote_id")).is_some()) {
        if row.part("increment_id").is_some() {
            bench.store.put_order(order(row));
        }
    }
}

fn order(row: Recorded<'_>) -> Order {
    let back = row.amount("total_refunded").map(|total| Refunded {
        subtotal: row.sum("subtotal_refunded"),
        tax: row.sum("tax_refunded"),
        shipping: row.sum("shipping_refunded"),
        discount: -row.sum("discount_refunded"),
        total,
    });
    let history = row.rows("status_history").into_iter().map(entry);
    Order {
        id: row.id("order_id"),
        increment_id: row.text("increment_id").unwrap(),
        store_id: row.id("store_id"),
        created_at: row.time("created_at"),
        updated_at: row.time("updated_at"),
        state: row.text("state").unwrap(),
        status: row.text("status").unwrap(),
        hold_before: row.text("hold_before_state").zip(row.text("hold_before_status")),
        customer_id: row.number("customer_id"),
        customer_group_id: row.id("customer_group_id"),
        customer_email: row.text("customer_email").unwrap(),
        customer_firstname: row.text("customer_firstname"),
        customer_middlename: row.text("customer_middlename"),
        customer_lastname: row.text("customer_lastname"),
        customer_prefix: row.text("customer_prefix"),
        customer_suffix: row.text("customer_suffix"),
        customer_dob: row.text("customer_dob"),
        customer_taxvat: row.text("customer_taxvat"),
        customer_gender: row.number("customer_gender"),
        currency: row.text("order_currency_code").unwrap(),
        rate: row.sum("base_to_global_rate"),
        subtotal: row.sum("subtotal"),
        tax: row.sum("tax_amount"),
        shipping: row.sum("shipping_amount"),
        discount: -row.sum("discount_amount"),
        grand_total: row.sum("grand_total"),
        total_qty: row.sum("total_qty_ordered"),
        weight: row.sum("weight"),
        is_virtual: row.id("is_virtual") == 1,
        invoiced: row.amount("total_invoiced").is_some(),
        canceled: row.amount("total_canceled").is_some(),
        refunded: back,
        coupon: row.text("coupon_code"),
        quote_id: row.id("quote_id"),
        remote_ip: row.text("remote_ip").unwrap(),
        protect_code: row.text("protect_code").unwrap_or_default(),
        gift_message: row
            .number("gift_message_id")
            .map(|id| (id, row.text("gift_message").unwrap_or_default())),
        payment_method: row.part("payment").and_then(|payment| payment.text("method")).unwrap_or_default(),
        payment: Payment::default(),
        billing: row.part("billing_address").map_or_else(|| joined(row, "billing"), address),
        shipping_address: match row.part("shipping_address") {
            Some(recorded) => recorded.part("address_id").map(|_| address(recorded)),
            None => row.part("shipping_address_id").map(|_| joined(row, "shipping")),
        },
        items: items(row),
        history: history.collect(),
    }
}

/// What a list shows of an address.
fn joined(row: Recorded<'_>, which: &str) -> OrderAddress {
    let address = Address {
        firstname: row.text(&format!("{which}_firstname")),
        lastname: row.text(&format!("{which}_lastname")),
        telephone: row.text("telephone"),
        postcode: row.text("postcode"),
        ..Address::default()
    };
    OrderAddress { id: row.id(&format!("{which}_address_id")), book_id: None, address }
}

fn address(row: Recorded<'_>) -> OrderAddress {
    OrderAddress {
        id: row.id("address_id"),
        book_id: row.number("customer_address_id"),
        address: person(row),
    }
}

fn person(row: Recorded<'_>) -> Address {
    Address {
        firstname: row.text("firstname"),
        middlename: row.text("middlename"),
        lastname: row.text("lastname"),
        prefix: row.text("prefix"),
        suffix: row.text("suffix"),
        company: row.text("company"),
        street: row.text("street"),
        city: row.text("city"),
        country_id: row.text("country_id"),
        region: row.text("region"),
        region_id: row.number("region_id"),
        postcode: row.text("postcode"),
        telephone: row.text("telephone"),
        fax: row.text("fax"),
        ..Address::default()
    }
}

/// The total counts the parents alone, so a list row without items gets as many as it says.
fn items(row: Recorded<'_>) -> Vec<OrderItem> {
    if row.part("items").is_none() {
        return vec![OrderItem::default(); row.id("total_item_count") as usize];
    }
    let mut items: Vec<OrderItem> = Vec::new();
    for recorded in row.rows("items") {
        let mut item = item(recorded);
        let parent = items.last().filter(|last| last.product_type == "configurable");
        item.parent_id = item.parent_id.or(parent.map(|parent| parent.id));
        items.push(item);
    }
    items
}

fn item(row: Recorded<'_>) -> OrderItem {
    OrderItem {
        id: row.id("item_id"),
        parent_id: row.number("parent_item_id"),
        quote_item_id: row.id("quote_item_id"),
        product_id: row.id("product_id"),
        product_type: row.text("product_type").unwrap(),
        options: row.text("product_options").unwrap(),
        sku: row.text("sku").unwrap(),
        name: row.text("name").unwrap(),
        weight: row.amount("weight"),
        row_weight: row.amount("row_weight"),
        qty: row.sum("qty_ordered"),
        qty_canceled: row.sum("qty_canceled"),
        qty_invoiced: row.sum("qty_invoiced"),
        qty_refunded: row.sum("qty_refunded"),
        qty_shipped: row.sum("qty_shipped"),
        price: row.sum("price"),
        original_price: row.sum("original_price"),
        tax_percent: row.sum("tax_percent"),
        tax: row.sum("tax_amount"),
        discount_percent: row.sum("discount_percent"),
        discount: row.sum("discount_amount"),
        row_total: row.sum("row_total"),
        rules: row.text("applied_rule_ids"),
    }
}

fn entry(row: Recorded<'_>) -> StatusEntry {
    StatusEntry {
        id: row.id("increment_id"),
        created_at: row.time("created_at"),
        status: row.text("status").unwrap(),
        comment: row.text("comment"),
        notified: row.number("is_customer_notified"),
        entity: row.text("entity_name").unwrap_or_default(),
    }
}

/// Lays the credit memos of a recorded answer into the store, and their orders' numbers.
pub(super) fn lay_in_memos(bench: &Bench, number: &str) {
    each_with(bench, number, "creditmemo_id", |row| bench.store.put_memo(memo(row)));
}

fn memo(row: Recorded<'_>) -> CreditMemo {
    let items = row.rows("items").into_iter().map(|item| MemoItem {
        id: item.id("item_id"),
        order_item_id: item.id("order_item_id"),
        product_id: item.id("product_id"),
        sku: item.text("sku").unwrap(),
        name: item.text("name").unwrap(),
        qty: item.sum("qty"),
        price: item.sum("price"),
        row_total: item.sum("row_total"),
        tax: item.amount("tax_amount"),
        discount: item.amount("discount_amount"),
    });
    CreditMemo {
        id: row.id("creditmemo_id"),
        increment_id: row.text("increment_id").unwrap(),
        order_id: row.id("order_id"),
        order_increment_id: row.text("order_increment_id").unwrap_or_default(),
        store_id: row.id("store_id"),
        created_at: row.time("created_at"),
        updated_at: row.time("updated_at"),
        state: row.id("state"),
        invoice_id: row.number("invoice_id"),
        billing_address_id: row.id("billing_address_id"),
        shipping_address_id: row.number("shipping_address_id"),
        currency: row.text("order_currency_code").unwrap(),
        rate: row.sum("base_to_global_rate"),
        sums: Refunded {
            subtotal: row.sum("subtotal"),
            tax: row.sum("tax_amount"),
            shipping: row.sum("shipping_amount"),
            discount: -row.sum("discount_amount"),
            total: row.sum("grand_total"),
        },
        items: items.collect(),
        comments: Vec::new(),
    }
}
