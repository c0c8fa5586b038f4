//! The list of customers.

use sqlx::PgPool;

use super::narrowing;
use crate::base::listing::{Choice, Column, Kind, Listing, Phone, Test};

/// What the table's trigram index has of a customer.
const TEXTS: &str = "(k.first_name || ' ' || k.last_name || ' ' || k.email || ' ' || k.billing_state)";

/// Customers by their names. What they brought is told per currency; what is no subscriber's business in a store
/// without the bridge is null.
pub static LISTING: Listing = Listing {
    name: "customers",
    title: "Customers",
    one: "customer",
    many: "customers",
    at: "/customers",
    table: "customers",
    joins: "join channels c on c.id = k.channel_id left join integrations i on i.channel_id = k.channel_id
        left join websites w on w.channel_id = k.channel_id and w.website_id = k.website_id
        left join countries n on n.channel_id = k.channel_id and n.country_id = k.billing_country",
    gone: "k.removed_at is not null",
    tags: "array_remove(array[case when k.is_guest then 'Guest' end,
        case when k.removed_at is not null then 'Removed in Magento' end], null)",
    edited: "not k.is_guest and k.removed_at is null and coalesce(i.two_way, false)",
    columns: &COLUMNS,
    filters: &narrowing::FILTERS,
    aside: &[
        "created-at",
        "updated-at",
        "is-guest",
        "tags",
        "hidden",
        "removed",
        "ordered",
        "first-order",
        "currency",
    ],
    scopes: &[
        ("q", Test::Words("search_words(k.first_name || ' ' || k.last_name || ' ' || k.email)")),
        ("account", Test::is("k.account_id")),
        ("contact", Test::is("k.contact_id")),
    ],
    sort: "last-name",
    ..Listing::EMPTY
};

// each order stands for an index of the table; who has no name stands behind everybody
const COLUMNS: [Column; 15] = [
    Column::text("first-name", "First Name", "k.first_name")
        .sorted("(lower(coalesce(nullif(k.first_name, ''), chr(65535))) collate \"und-x-icu\")")
        .tested(Test::text("k.first_name").by(TEXTS))
        .opens()
        .look("strong name"),
    Column::text("last-name", "Last Name", "k.last_name")
        .sorted(
            "(lower(coalesce(nullif(trim(k.last_name || ' ' || k.first_name), ''), chr(65535))) collate \"und-x-icu\")",
        )
        .tested(Test::text("k.last_name").by(TEXTS))
        .after("k.first_name")
        .phone(Phone::Lead)
        .look("strong name"),
    Column::text("email", "Email", "k.email")
        .sorted("lower(k.email)")
        .tested(Test::text("k.email").by(TEXTS))
        .tagged()
        .phone(Phone::Line)
        .look("soft clip"),
    Column::of(
        Kind::Moneys,
        "lifetime-sales-value",
        "Lifetime Sales Value",
        "array(select l.amount::text || ' ' || l.currency from customer_lifetimes l where l.customer_id = k.id
            order by l.amount desc, l.currency)",
    )
    .tested(
        Test::amount("l.amount")
            .within("k.id in (select l.customer_id from customer_lifetimes l where {})"),
    ),
    Column::text("billing-country", "Billing Country", "coalesce(n.name, k.billing_country)")
        .tested(Test::Country)
        .look("nowrap"),
    Column::text("billing-state", "Billing State", "k.billing_state")
        .tested(Test::text("k.billing_state").by(TEXTS))
        .look("name"),
    Column::of(
        Kind::YesNo,
        "is-a-subscriber",
        "Is A Subscriber",
        "case when i.store ->> 'bridge_version' is not null then exists (select 1 from newsletter_subscribers s
            where s.customer_id = k.id and s.status = 1 and s.removed_at is null) end",
    )
    .tested(SUBSCRIBES),
    Column::text("channel", "Channel", "c.name").tested(Test::is("k.channel_id")).look("meta"),
    Column::text("website", "Website", "w.name").look("meta clip"),
    Column::day("created-at", "Created At", "k.remote_created_at")
        .sorted_time("k.remote_created_at")
        .tested(Test::Time("k.remote_created_at")),
    Column::ago("updated-at", "Updated At", "k.remote_updated_at")
        .sorted_time("k.remote_updated_at")
        .tested(Test::Time("k.remote_updated_at")),
    Column::of(Kind::YesNo, "is-guest", "Is Guest", "k.is_guest").tested(Test::GUEST).extra(),
    Column::text(
        "group",
        "Customer Group",
        "(select g.name from customer_groups g where g.channel_id = k.channel_id and g.group_id = k.group_id)",
    )
    .extra(),
    Column::of(
        Kind::Many,
        "tags",
        "Tags",
        "array(select t.name::text from record_tags r join tags t on t.id = r.tag_id
            where r.record = 'customer' and r.record_id = k.id order by t.name)",
    )
    .tested(Test::text("t.name::text").within(
        "k.id in (select r.record_id from record_tags r join tags t on t.id = r.tag_id where r.record = 'customer' and {})",
    ))
    .extra(),
    // both names, for lists of a few
    Column::text("name", "Name", "trim(k.first_name || ' ' || k.last_name)")
        .opens()
        .extra()
        .phone(Phone::Lead)
        .look("strong"),
];

const SUBSCRIBES: Test = Test::OneOf(&[
    Choice(
        "yes",
        "Yes",
        "k.channel_id in (select i.channel_id from integrations i where i.store ->> 'bridge_version' is not null)
            and k.id in (select s.customer_id from newsletter_subscribers s where s.status = 1 and s.removed_at is null)",
    ),
    Choice(
        "no",
        "No",
        "k.channel_id in (select i.channel_id from integrations i where i.store ->> 'bridge_version' is not null)
            and not exists (select 1 from newsletter_subscribers s where s.customer_id = k.id and s.status = 1
                and s.removed_at is null)",
    ),
    Choice(
        "not-defined",
        "Not defined",
        "k.channel_id not in (select i.channel_id from integrations i where i.store ->> 'bridge_version' is not null)",
    ),
]);

/// Of the customers who came last, their names and where they came from.
pub const NEWEST: [(&str, &str); 3] =
    [("name", "Name"), ("channel", "Channel"), ("created-at", "Created At")];

/// The channels by name, to choose from in a list's filter.
///
/// # Errors
/// From the database.
pub async fn channels(pool: &PgPool) -> Result<Vec<(i64, String)>, sqlx::Error> {
    let rows = sqlx::query!("select id, name from channels order by lower(name)").fetch_all(pool).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}
