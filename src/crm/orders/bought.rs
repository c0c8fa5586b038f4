//! What customers bought, and the comments of their orders, as lists of one customer.

use crate::base::listing::{Column, Kind, Listing, Phone, Test};

/// The items of orders that are neither cancelled nor removed, the newest first.
pub static PURCHASES: Listing = Listing {
    name: "purchases",
    title: "Purchases",
    one: "purchase",
    many: "purchases",
    table: "(select i.*, o.customer_id, o.channel_id, o.increment_id, o.remote_created_at, o.currency from order_items i
        join orders o on o.id = i.order_id where i.parent_position is null and o.removed_at is null
            and lower(o.state) <> 'canceled' and lower(o.status) <> 'canceled')",
    // an order has fewer items than a smallint has values
    id: "(k.order_id * 65536 - k.position)",
    columns: &BOUGHT,
    scopes: &[
        ("customer", Test::is("k.customer_id")),
        ("account", Test::OF_ACCOUNT),
        ("channel", Test::is("k.channel_id")),
    ],
    sort: "created-at",
    ..Listing::EMPTY
};

const BOUGHT: [Column; 13] = [
    Column::of(Kind::Link("/orders", "k.order_id"), "order", "Order #", "k.increment_id")
        .phone(Phone::Line)
        .look("nowrap"),
    Column::day("created-at", "Created At", "k.remote_created_at")
        .sorted_time("k.remote_created_at")
        .tested(Test::Time("k.remote_created_at"))
        .phone(Phone::Labelled),
    Column::text("sku", "SKU", "k.sku").tested(Test::text("k.sku")).look("mono small soft sku"),
    Column::text("name", "Name", "k.name").tested(Test::text("k.name")).phone(Phone::Lead).look("strong"),
    Column::of(Kind::Quantity, "qty", "Qty", "k.qty").phone(Phone::Labelled),
    Column::money("price", "Price", "k.price", "k.currency").tested(Test::amount("k.price")),
    Column::money("original-price", "Original Price", "k.original_price", "k.currency")
        .tested(Test::amount("k.original_price")),
    Column::of(Kind::Percent, "discount-percent", "Discount Percent", "k.discount_percent"),
    Column::money("discount-amount", "Discount Amount", "k.discount", "k.currency"),
    Column::of(Kind::Percent, "tax-percent", "Tax Percent", "k.tax_percent"),
    Column::money("tax-amount", "Tax Amount", "k.tax", "k.currency"),
    Column::money("row-total", "Row Total", "k.row_total", "k.currency")
        .tested(Test::amount("k.row_total"))
        .phone(Phone::LeadEnd),
    Column::text("currency", "Currency", "k.currency").extra().exported(),
];

/// Comments of orders, the newest first.
pub static NOTES: Listing = Listing {
    name: "order-notes",
    title: "Order Notes",
    one: "note",
    many: "notes",
    table: "(select n.*, o.customer_id, o.channel_id, o.increment_id from order_notes n join orders o on o.id = n.order_id
        where trim(n.message) <> '')",
    id: "(k.order_id * 65536 - k.position)",
    columns: &[
        Column::of(Kind::Link("/orders", "k.order_id"), "order", "Order #", "k.increment_id")
            .phone(Phone::Lead)
            .look("nowrap"),
        Column::of(Kind::Lines, "message", "Message", "k.message")
            .tested(Test::text("k.message"))
            .phone(Phone::Line)
            .look("long most"),
        Column::ago("created-at", "Created At", "k.created_at")
            .sorted_time("k.created_at")
            .tested(Test::Time("k.created_at"))
            .phone(Phone::LeadEnd),
    ],
    scopes: &[
        ("customer", Test::is("k.customer_id")),
        ("account", Test::OF_ACCOUNT),
        ("channel", Test::is("k.channel_id")),
    ],
    sort: "created-at",
    ..Listing::EMPTY
};
