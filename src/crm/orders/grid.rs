//! The list of orders; what is bought with them is in [`super::bought`].

use crate::base::listing::{Choice, Column, Filter, Kind, Listing, Meaning, Phone, Test};

/// What the table's trigram index has of an order.
const TEXTS: &str = "(k.first_name || ' ' || k.last_name || ' ' || k.email || ' ' || k.billing_state)";

/// Orders, the newest first.
pub static LISTING: Listing = Listing {
    name: "orders",
    title: "Orders",
    one: "order",
    many: "orders",
    at: "/orders",
    table: "orders",
    joins: "join channels c on c.id = k.channel_id
        left join stores s on s.channel_id = k.channel_id and s.store_id = k.store_id
        left join websites w on w.channel_id = k.channel_id and w.website_id = s.website_id
        left join countries n on n.channel_id = k.channel_id and n.country_id = k.billing_country",
    gone: "k.removed_at is not null",
    columns: &COLUMNS,
    filters: &[
        Filter { key: "counts", word: "Counts", test: COUNTS, usual: "" },
        Filter { key: "discounted", word: "Discounted", test: DISCOUNTED, usual: "" },
    ],
    aside: &["owner", "updated-at", "currency", "billing-country", "billing-state", "counts", "discounted"],
    scopes: &[("customer", Test::is("k.customer_id")), ("account", Test::OF_ACCOUNT)],
    sort: "created-at",
    ..Listing::EMPTY
};

const COLUMNS: [Column; 21] = [
    Column::text("order", "Order #", "k.increment_id")
        .sorted("(k.increment_id collate \"C\")")
        .tested(Test::text("k.increment_id").by_pieces())
        .opens()
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
    Column::day("created-at", "Created At", "k.remote_created_at")
        .sorted_time("k.remote_created_at")
        .tested(Test::Time("k.remote_created_at"))
        .phone(Phone::Labelled),
    Column::ago("updated-at", "Updated At", "k.remote_updated_at")
        .sorted_time("k.remote_updated_at")
        .tested(Test::Time("k.remote_updated_at")),
    Column::of(Kind::Quantity, "items-qty", "Items Qty", "k.items_qty").extra(),
    Column::money("total-paid", "Total Paid", "k.total_paid", "k.currency")
        .sorted_number("k.total_paid")
        .tested(Test::amount("k.total_paid")),
    Column::money("grand-total", "Grand Total", "k.grand_total", "k.currency")
        .sorted_number("k.grand_total")
        .tested(Test::amount("k.grand_total"))
        .phone(Phone::Labelled),
    Column::money("sub-total", "Sub Total", "k.subtotal", "k.currency").tested(Test::amount("k.subtotal")),
    Column::text("currency", "Currency", "k.currency").tested(Test::Word("k.currency")).extra().exported(),
    Column::text("billing-country", "Billing Country", "coalesce(n.name, k.billing_country)")
        .tested(Test::Country)
        .look("nowrap"),
    Column::text("billing-state", "Billing State", "k.billing_state")
        .tested(Test::text("k.billing_state").by(TEXTS))
        .look("name"),
    Column::of(Kind::State("k.state", state), "status", "Status", "k.status")
        .sorted("k.status")
        .tested(Test::Few { what: "k.status", values: STATUSES })
        .phone(Phone::LeadEnd),
    Column::of(
        Kind::State("''", step),
        "step",
        "Step",
        "coalesce((select case s.step when 'emailed' then 'E-mail sent' when 'called' then 'Call logged'
            when 'no reply' then 'No reply' when 'contacted' then 'Contacted' end
            from steps s where s.record = 'order' and s.record_id = k.id), 'Not contacted')",
    )
    .tested(Test::OneOf(&STEPS)),
    Column::of(
        Kind::Many,
        "tags",
        "Tags",
        "array(select t.name::text from record_tags r join tags t on t.id = r.tag_id
            where r.record = 'order' and r.record_id = k.id order by t.name)",
    )
    .tested(Test::text("t.name::text").within(
        "k.id in (select r.record_id from record_tags r join tags t on t.id = r.tag_id where r.record = 'order' and {})",
    )),
    Column::of(Kind::YesNo, "is-guest", "Is Guest", "k.is_guest").tested(Test::GUEST).extra(),
    Column::text("coupon", "Coupon Code", "k.coupon_code").extra(),
    Column::text("channel", "Channel", "c.name").tested(Test::is("k.channel_id")).look("meta clip"),
    Column::text("website", "Website", "w.name").look("meta clip"),
    Column::text("owner", "Owner", "(select u.name from users u where u.id = k.owner_id)")
        .tested(Test::is("k.owner_id"))
        .extra()
        .look("meta"),
];

/// Whether an order counts in figures and reports.
const COUNTS: Test = Test::OneOf(&[
    Choice("yes", "Yes", "order_counts(k.removed_at, k.state, k.status)"),
    Choice("no", "Cancelled or removed", "not order_counts(k.removed_at, k.state, k.status)"),
]);

const DISCOUNTED: Test =
    Test::OneOf(&[Choice("yes", "Yes", "k.discount <> 0"), Choice("no", "No", "k.discount = 0")]);

/// Every status that an order has: one step in the index for each, however many orders there are.
const STATUSES: &str = "with recursive step(value) as (
        (select status from orders order by status limit 1)
        union all
        select (select o.status from orders o where o.status > step.value order by o.status limit 1) from step
        where step.value is not null)
    select value from step where value is not null";

/// What a customer's page shows of their orders.
pub const OF_CUSTOMER: [(&str, &str); 10] = [
    ("order", "Order #"),
    ("items-qty", "Items Qty"),
    ("created-at", "Created At"),
    ("updated-at", "Updated At"),
    ("sub-total", "Subtotal Amount"),
    ("grand-total", "Total Amount"),
    ("total-paid", "Total Paid"),
    ("status", "Status"),
    ("step", "Step"),
    ("tags", "Tags"),
];

/// What the dashboard shows of the newest.
pub const NEWEST: [(&str, &str); 5] = [
    ("order", "Order #"),
    ("last-name", "Last Name"),
    ("status", "Status"),
    ("grand-total", "Grand Total"),
    ("created-at", "Created At"),
];

/// By Magento's own state, whatever the shop calls the status.
pub fn state(status: &str, state: &str) -> (String, Meaning) {
    let meaning = match state {
        "complete" => Meaning::Good,
        "processing" | "new" => Meaning::Underway,
        "pending_payment" | "holded" | "payment_review" => Meaning::Warning,
        _ => Meaning::Neutral,
    };
    let word = if status.trim().is_empty() { state } else { status };
    (word.replace('_', " "), meaning)
}

/// How far the follow-up has come. Who was never contacted has no row, or one that says so.
const STEPS: [Choice; 5] = [
    Choice(
        "not-contacted",
        "Not contacted",
        "not exists (select 1 from steps s where s.record = 'order' and s.record_id = k.id and s.step <> 'not contacted')",
    ),
    Choice(
        "emailed",
        "E-mail sent",
        "k.id in (select s.record_id from steps s where s.record = 'order' and s.step = 'emailed')",
    ),
    Choice(
        "called",
        "Call logged",
        "k.id in (select s.record_id from steps s where s.record = 'order' and s.step = 'called')",
    ),
    Choice(
        "no-reply",
        "No reply",
        "k.id in (select s.record_id from steps s where s.record = 'order' and s.step = 'no reply')",
    ),
    Choice(
        "contacted",
        "Contacted",
        "k.id in (select s.record_id from steps s where s.record = 'order' and s.step = 'contacted')",
    ),
];

/// A step in colour.
fn step(word: &str, _: &str) -> (String, Meaning) {
    let meaning = match word {
        "Contacted" => Meaning::Good,
        "Not contacted" => Meaning::Neutral,
        _ => Meaning::Underway,
    };
    (word.to_owned(), meaning)
}
