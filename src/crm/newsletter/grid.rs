//! The list of newsletter subscribers.

use sqlx::{PgExecutor, PgPool};

use super::Status;
use crate::base::listing::{Choice, Column, Kind, Listing, Meaning, Phone, Test};

/// Subscribers, whose status changed last first.
pub static LISTING: Listing = Listing {
    name: "newsletter-subscribers",
    title: "Newsletter Subscribers",
    one: "subscriber",
    many: "subscribers",
    at: "/newsletter-subscribers",
    table: "newsletter_subscribers",
    joins: "join channels c on c.id = k.channel_id left join customers p on p.id = k.customer_id
        left join stores s on s.channel_id = k.channel_id and s.store_id = k.store_id
        left join websites w on w.channel_id = k.channel_id and w.website_id = s.website_id",
    gone: "k.removed_at is not null",
    columns: &COLUMNS,
    scopes: &[("of", Test::is("k.customer_id"))],
    sort: "updated-at",
    ..Listing::EMPTY
};

const COLUMNS: [Column; 8] = [
    Column::text("email", "Email", "k.email")
        .sorted("lower(k.email)")
        .tested(Test::text("k.email").by("k.email"))
        .opens()
        .phone(Phone::Lead)
        .look("strong long"),
    Column::of(
        Kind::Link("/customers", "k.customer_id"),
        "customer",
        "Customer",
        "coalesce(nullif(trim(p.first_name || ' ' || p.last_name), ''), 'Customer ' || p.id)",
    )
    .tested(
        Test::text("(b.first_name || ' ' || b.last_name)").by(TEXTS_OF_CUSTOMER).within(OF_CUSTOMER_TABLE),
    )
    .phone(Phone::Line),
    Column::text("customer-email", "Customer Email", "p.email")
        .tested(Test::text("b.email").by(TEXTS_OF_CUSTOMER).within(OF_CUSTOMER_TABLE))
        .look("soft long"),
    Column::of(Kind::State("''", state), "status", "Status", "k.status::text")
        .tested(Test::OneOf(&[
            Choice("1", "Subscribed", "k.status = 1"),
            Choice("2", "Not active", "k.status = 2"),
            Choice("3", "Unsubscribed", "k.status = 3"),
            Choice("4", "Unconfirmed", "k.status = 4"),
        ]))
        .exported()
        .phone(Phone::LeadEnd),
    Column::day("created-at", "Created At", "k.imported_at")
        .sorted_time("k.imported_at")
        .tested(Test::Time("k.imported_at")),
    Column::ago("updated-at", "Updated At", "k.changed_at")
        .sorted_time("k.changed_at")
        .tested(Test::Time("k.changed_at"))
        .phone(Phone::Labelled),
    Column::text("channel", "Channel", "c.name").tested(Test::is("k.channel_id")).look("meta clip"),
    Column::text("website", "Website", "w.name").look("meta clip"),
];

const OF_CUSTOMER_TABLE: &str = "k.customer_id in (select b.id from customers b where {})";

/// What the customers' trigram index has.
const TEXTS_OF_CUSTOMER: &str =
    "(b.first_name || ' ' || b.last_name || ' ' || b.email || ' ' || b.billing_state)";

/// What a customer's page shows of their subscriptions.
pub const OF_CUSTOMER: [(&str, &str); 3] =
    [("email", "Email"), ("status", "Status"), ("updated-at", "Updated At")];

/// How a subscription stands, by Magento's number.
pub fn state(number: &str, _: &str) -> (String, Meaning) {
    let Some(status) = number.parse().ok().and_then(Status::from_number) else {
        return ("Unknown".to_owned(), Meaning::Neutral);
    };
    let meaning = match status {
        Status::Subscribed => Meaning::Good,
        Status::Unconfirmed => Meaning::Warning,
        Status::NotActive | Status::Unsubscribed => Meaning::Neutral,
    };
    (status.word().to_owned(), meaning)
}

/// How the subscriptions of a customer stand that their store still has.
///
/// # Errors
/// From the database.
pub async fn statuses_of(pool: &PgPool, customer: i64) -> Result<Vec<Option<Status>>, sqlx::Error> {
    let numbers = sqlx::query_scalar!(
        "select status from newsletter_subscribers where customer_id = $1 and removed_at is null order by id",
        customer
    )
    .fetch_all(pool)
    .await?;
    Ok(numbers.into_iter().map(Status::from_number).collect())
}

/// How the subscriptions of a customer stand as they are shown here: as it was changed last, whether the store has it yet or not.
/// Nothing for whoever never subscribed.
///
/// # Errors
/// From the database.
pub async fn shown_of(db: impl PgExecutor<'_>, customer: i64) -> Result<Vec<Status>, sqlx::Error> {
    let numbers = sqlx::query_scalar!(
        "select status as \"status!\" from newsletter_subscribers where customer_id = $1 and removed_at is null
         union
         select to_status from subscription_changes
         where customer_id = $1 and subscriber_id is null and state in ('pending', 'rejected')
         order by 1",
        customer
    )
    .fetch_all(db)
    .await?;
    Ok(numbers.into_iter().filter_map(Status::from_number).collect())
}

/// Does the store of any active channel that lists subscribers have the bridge, which alone tells of them?
///
/// # Errors
/// From the database.
pub async fn any_bridge(pool: &PgPool) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        "select exists (select 1 from integrations i join channels c on c.id = i.channel_id
            where c.active and 'newsletter-subscriber' = any(c.entities)
                and i.store ->> 'bridge_version' is not null) as \"any!\""
    )
    .fetch_one(pool)
    .await
}
