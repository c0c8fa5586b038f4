//! Recorded carts, laid into the store.

use cartwright::simulator::{Cart, CartAddress, OrderItem};

use super::super::bench::*;
use super::person;
use super::row::{Recorded, each_with};

/// Lays the carts of a recorded answer into the store.
pub(in super::super) fn lay_in_carts(bench: &Bench, number: &str, id: &str) {
    each_with(bench, number, id, |row| {
        if row.part("items_count").is_some() {
            bench.store.put_cart(cart(row, id));
        }
    });
}

fn cart(row: Recorded<'_>, id: &str) -> Cart {
    let mut cart = Cart {
        id: row.id(id),
        store_id: row.id("store_id"),
        created_at: row.time("created_at"),
        updated_at: row.time("updated_at"),
        is_active: matches!(row.text("is_active").as_deref(), Some("1" | "true")),
        customer_id: row.number("customer_id"),
        customer_group_id: row.id("customer_group_id"),
        customer_email: row.text("customer_email"),
        customer_firstname: row.text("customer_firstname"),
        customer_lastname: row.text("customer_lastname"),
        customer_prefix: row.text("customer_prefix"),
        currency: row.text("quote_currency_code").unwrap(),
        rate: row.sum("base_to_global_rate"),
        remote_ip: row.text("remote_ip"),
        billing: cart_address(row.part("billing_address").unwrap(), 1),
        shipping_address: cart_address(row.part("shipping_address").unwrap(), 2),
        items: row.rows("items").into_iter().map(cart_item).collect(),
        ..Cart::default()
    };
    cart.collect_totals();
    cart
}

fn cart_address(row: Recorded<'_>, id: u32) -> CartAddress {
    CartAddress {
        id: row.number("address_id").unwrap_or(id),
        created_at: row.time("created_at"),
        updated_at: row.time("updated_at"),
        book_id: row.number("customer_address_id"),
        email: row.text("email"),
        same_as_billing: row.id("same_as_billing") == 1,
        shipped: false,
        address: person(row),
        applied_taxes: row.text("applied_taxes").unwrap_or_default(),
    }
}

fn cart_item(row: Recorded<'_>) -> OrderItem {
    OrderItem {
        quote_item_id: row.id("item_id"),
        product_id: row.id("product_id"),
        product_type: row.text("product_type").unwrap(),
        sku: row.text("sku").unwrap(),
        name: row.text("name").unwrap(),
        weight: row.amount("weight"),
        row_weight: row.amount("row_weight"),
        qty: row.sum("qty"),
        price: row.sum("price"),
        tax_percent: row.sum("tax_percent"),
        tax: row.sum("tax_amount"),
        row_total: row.sum("row_total"),
        ..OrderItem::default()
    }
}
