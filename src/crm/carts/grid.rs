//! The list of shopping carts.

use super::Status;
use crate::base::listing::{Choice, Column, Filter, Kind, Listing, Meaning, Phone, Test};

/// What the table's trigram index has of a cart.
const TEXTS: &str = "(k.first_name || ' ' || k.last_name || ' ' || k.email || ' ' || k.billing_state)";

/// Shopping carts, the one last touched first.
pub static LISTING: Listing = Listing {
    name: "carts",
    title: "Shopping Carts",
    one: "cart",
    many: "carts",
    at: "/carts",
    table: "carts",
    joins: "join channels c on c.id = k.channel_id
        left join stores s on s.channel_id = k.channel_id and s.store_id = k.store_id
        left join websites w on w.channel_id = k.channel_id and w.website_id = s.website_id
        left join countries n on n.channel_id = k.channel_id and n.country_id = k.billing_country",
    gone: "k.removed_at is not null",
    columns: &COLUMNS,
    filters: &[Filter { key: "abandoned", word: "Abandoned", test: ABANDONED, usual: "" }],
    aside: &["currency", "created-at", "updated-at", "billing-country", "billing-state", "abandoned"],
    scopes: &[("customer", Test::is("k.customer_id")), ("account", Test::OF_ACCOUNT)],
    sort: "updated-at",
    ..Listing::EMPTY
};

const COLUMNS: [Column; 16] = [
    Column::text("cart-id", "Cart ID", "k.remote_id::text")
        .sorted_number("k.remote_id")
        .tested(Test::is("k.remote_id"))
        .opens()
        .after("'Cart'")
        .phone(Phone::Lead)
        .look("strong nowrap"),
    Column::text("first-name", "First Name", "k.first_name")
        .sorted("(lower(k.first_name) collate \"und-x-icu\")")
        .tested(Test::text("k.first_name").by(TEXTS))
        .look("name"),
    Column::text("last-name", "Last Name", "k.last_name")
        .sorted("(lower(k.last_name) collate \"und-x-icu\")")
        .tested(Test::text("k.last_name").by(TEXTS))
        .after("k.first_name")
        .phone(Phone::Line)
        .look("name"),
    Column::text("email", "Email", "k.email")
        .tested(Test::text("k.email").by(TEXTS))
        .phone(Phone::Line)
        .look("soft clip"),
    Column::of(Kind::Quantity, "qty", "Qty", "k.items_qty")
        .sorted_number("k.items_qty")
        .tested(QUANTITIES)
        .usually("more-than-0")
        .phone(Phone::Labelled),
    Column::money("grand-total", "Grand Total", "k.grand_total", "k.currency")
        .sorted_number("k.grand_total")
        .tested(Test::amount("k.grand_total"))
        .phone(Phone::Labelled),
    Column::text("currency", "Currency", "k.currency").tested(Test::Word("k.currency")).extra().exported(),
    Column::day("created-at", "Created At", "k.remote_created_at")
        .sorted_time("k.remote_created_at")
        .tested(Test::Time("k.remote_created_at")),
    Column::ago("updated-at", "Updated At", "k.remote_updated_at")
        .sorted_time("k.remote_updated_at")
        .tested(Test::Time("k.remote_updated_at"))
        .phone(Phone::Labelled),
    Column::text("billing-country", "Billing Country", "coalesce(n.name, k.billing_country)")
        .tested(Test::Country)
        .look("nowrap"),
    Column::text("billing-state", "Billing State", "k.billing_state")
        .tested(Test::text("k.billing_state").by(TEXTS))
        .look("name"),
    Column::of(Kind::State("''", state), "status", "Status", "k.status")
        .tested(Test::OneOf(&[
            Choice("open", "Open", "k.status = 'open'"),
            Choice("purchased", "Purchased", "k.status = 'purchased'"),
            Choice("expired", "Expired", "k.status = 'expired'"),
            Choice("lost", "Lost", "k.status = 'lost'"),
            Choice("converted", "Converted to Opportunity", "k.status = 'converted'"),
        ]))
        .phone(Phone::LeadEnd),
    Column::text("channel", "Channel", "c.name").tested(Test::is("k.channel_id")).look("meta clip"),
    Column::text("website", "Website", "w.name").look("meta clip"),
    Column::of(
        Kind::State("''", step),
        "step",
        "Step",
        "coalesce((select case s.step when 'contacted' then 'Contacted' when 'converted' then 'Converted'
            when 'abandoned' then 'Abandoned' end
            from steps s where s.record = 'cart' and s.record_id = k.id), 'Open')",
    )
    .tested(Test::OneOf(&STEPS)),
    Column::of(
        Kind::Many,
        "tags",
        "Tags",
        "array(select t.name::text from record_tags r join tags t on t.id = r.tag_id
            where r.record = 'cart' and r.record_id = k.id order by t.name)",
    )
    .tested(Test::text("t.name::text").within(
        "k.id in (select r.record_id from record_tags r join tags t on t.id = r.tag_id where r.record = 'cart' and {})",
    )),
];

/// Something is in it, and it has not become an order.
const ABANDONED: Test = Test::OneOf(&[
    Choice("yes", "Yes", "cart_is_abandoned(k.removed_at, k.status, k.items_qty)"),
    Choice("no", "No", "not cart_is_abandoned(k.removed_at, k.status, k.items_qty)"),
]);

const QUANTITIES: Test = Test::OneOf(&[
    Choice("more-than-0", "more than 0", "k.items_qty > 0"),
    Choice("0", "0", "k.items_qty = 0"),
    Choice("any", "All", "true"),
]);

/// What a customer's page shows of their carts.
pub const OF_CUSTOMER: [(&str, &str); 8] = [
    ("cart-id", "Cart ID"),
    ("qty", "Items Qty"),
    ("created-at", "Created At"),
    ("updated-at", "Updated At"),
    ("grand-total", "Grand Total"),
    ("status", "Status"),
    ("step", "Step"),
    ("tags", "Tags"),
];

/// How a cart stands; the table's check allows no other word.
pub fn state(status: &str, _: &str) -> (String, Meaning) {
    let status = Status::from_key(status).unwrap_or(Status::Open);
    let meaning = match status {
        Status::Open => Meaning::Underway,
        Status::Purchased | Status::Converted => Meaning::Good,
        Status::Expired | Status::Lost => Meaning::Neutral,
    };
    (status.word().to_owned(), meaning)
}

/// How far the follow-up has come. One that nobody follows up has no row, or one that says so.
const STEPS: [Choice; 4] = [
    Choice(
        "open",
        "Open",
        "not exists (select 1 from steps s where s.record = 'cart' and s.record_id = k.id and s.step <> 'open')",
    ),
    Choice(
        "contacted",
        "Contacted",
        "k.id in (select s.record_id from steps s where s.record = 'cart' and s.step = 'contacted')",
    ),
    Choice(
        "converted",
        "Converted",
        "k.id in (select s.record_id from steps s where s.record = 'cart' and s.step = 'converted')",
    ),
    Choice(
        "abandoned",
        "Abandoned",
        "k.id in (select s.record_id from steps s where s.record = 'cart' and s.step = 'abandoned')",
    ),
];

/// A step in colour.
fn step(word: &str, _: &str) -> (String, Meaning) {
    let meaning = match word {
        "Converted" => Meaning::Good,
        "Contacted" => Meaning::Underway,
        _ => Meaning::Neutral,
    };
    (word.to_owned(), meaning)
}
