//! The list of credit memos.

use crate::base::listing::{Choice, Column, Kind, Listing, Meaning, Phone, Test};

/// Credit memos, the newest first.
pub static LISTING: Listing = Listing {
    name: "credit-memos",
    title: "Credit Memos",
    one: "credit memo",
    many: "credit memos",
    at: "/credit-memos",
    table: "credit_memos",
    joins: "join channels c on c.id = k.channel_id left join orders o on o.id = k.order_id
        left join stores s on s.channel_id = k.channel_id and s.store_id = k.store_id
        left join websites w on w.channel_id = k.channel_id and w.website_id = s.website_id",
    gone: "k.removed_at is not null",
    columns: &COLUMNS,
    aside: &["updated-at"],
    scopes: &[
        ("order", Test::is("k.order_id")),
        ("customer", Test::is("b.customer_id").within(OF_ORDER)),
        (
            "account",
            Test::is("a.account_id").within(
                "k.order_id = any(array(
                    select b.id from customers a join orders b on b.customer_id = a.id where {}))",
            ),
        ),
    ],
    sort: "created-at",
    ..Listing::EMPTY
};

const COLUMNS: [Column; 12] = [
    Column::text("credit-memo", "Credit Memo #", "k.increment_id")
        .sorted("(k.increment_id collate \"C\")")
        .tested(Test::text("k.increment_id").by_pieces())
        .opens()
        .phone(Phone::Lead)
        .look("strong nowrap"),
    Column::of(Kind::State("''", state), "status", "Status", "k.state::text")
        .tested(Test::OneOf(&[
            Choice("open", "Open", "k.state = 1"),
            Choice("refunded", "Refunded", "k.state = 2"),
            Choice("canceled", "Canceled", "k.state = 3"),
        ]))
        .phone(Phone::Line),
    Column::text("first-name", "First Name", "o.first_name")
        .tested(Test::text("b.first_name").by(TEXTS_OF_ORDER).within(OF_ORDER))
        .look("name"),
    Column::text("last-name", "Last Name", "o.last_name")
        .tested(Test::text("b.last_name").by(TEXTS_OF_ORDER).within(OF_ORDER))
        .after("o.first_name")
        .phone(Phone::Line)
        .look("name"),
    Column::day("created-at", "Created At", "k.remote_created_at")
        .sorted_time("k.remote_created_at")
        .tested(Test::Time("k.remote_created_at"))
        .phone(Phone::Labelled),
    Column::ago("updated-at", "Updated At", "k.remote_updated_at")
        .sorted_time("k.remote_updated_at")
        .tested(Test::Time("k.remote_updated_at")),
    Column::of(Kind::Link("/orders", "k.order_id"), "order-number", "Order #", "o.increment_id")
        .tested(Test::text("b.increment_id").by_pieces().within(OF_ORDER))
        .phone(Phone::Labelled)
        .look("nowrap"),
    Column::day("order-date", "Order Date", "o.remote_created_at"),
    Column::money("refunded", "Refunded", "k.grand_total", "k.currency")
        .sorted_number("k.grand_total")
        .tested(Test::amount("k.grand_total"))
        .phone(Phone::LeadEnd),
    Column::text("currency", "Currency", "k.currency").extra().exported(),
    Column::text("channel", "Channel", "c.name").tested(Test::is("k.channel_id")).look("meta clip"),
    Column::text("website", "Website", "w.name").look("meta clip"),
];

const OF_ORDER: &str = "k.order_id in (select b.id from orders b where {})";

/// What the orders' trigram index has.
const TEXTS_OF_ORDER: &str =
    "(b.first_name || ' ' || b.last_name || ' ' || b.email || ' ' || b.billing_state)";

/// What a customer's page shows of their credit memos.
pub const OF_CUSTOMER: [(&str, &str); 7] = [
    ("status", "Status"),
    ("credit-memo", "Credit Memo #"),
    ("created-at", "Created At"),
    ("updated-at", "Updated At"),
    ("order-number", "Order #"),
    ("order-date", "Order Date"),
    ("refunded", "Refunded"),
];

/// What an order's page shows of its credit memos.
pub const ON_ORDER: [(&str, &str); 5] = [
    ("status", "Status"),
    ("credit-memo", "Credit Memo #"),
    ("created-at", "Created At"),
    ("updated-at", "Updated At"),
    ("refunded", "Refunded"),
];

/// How a credit memo stands, by Magento's number.
pub fn state(number: &str, _: &str) -> (String, Meaning) {
    let word = super::status_word(number.parse().ok());
    let meaning = match word {
        "Refunded" => Meaning::Good,
        "Open" => Meaning::Underway,
        _ => Meaning::Neutral,
    };
    (word.to_owned(), meaning)
}
