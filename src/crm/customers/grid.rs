//! The list of customers.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgPool;

use crate::base::listing::{Listing, Sort, Test};

/// Customers by their names. What they brought is told per currency; what is no subscriber's business in a store
/// without the bridge is null.
pub static LISTING: Listing = Listing {
    select: "k.id, k.first_name, k.last_name, k.email, coalesce(n.name, k.billing_country) as billing_country,
        k.billing_state, k.is_guest, c.name as channel, w.name as website, k.remote_created_at as created_at,
        k.remote_updated_at as updated_at, k.removed_at,
        array(select l.currency from customer_lifetimes l where l.customer_id = k.id order by l.amount desc, l.currency)
            as currencies,
        array(select l.amount from customer_lifetimes l where l.customer_id = k.id order by l.amount desc, l.currency)
            as amounts,
        case when i.store ->> 'bridge_version' is not null then exists (select 1 from newsletter_subscribers s
            where s.customer_id = k.id and s.status = 1 and s.removed_at is null) end as subscriber",
    table: "customers",
    joins: "join channels c on c.id = k.channel_id left join integrations i on i.channel_id = k.channel_id
        left join websites w on w.channel_id = k.channel_id and w.website_id = k.website_id
        left join countries n on n.channel_id = k.channel_id and n.country_id = k.billing_country",
    id: "k.id",
    // each stands for an index of the table; who has no name stands behind everybody
    sorts: &[
        Sort::text(
            "last-name",
            "(lower(coalesce(nullif(trim(k.last_name || ' ' || k.first_name), ''), chr(65535))) collate \"und-x-icu\")",
        ),
        Sort::text(
            "first-name",
            "(lower(coalesce(nullif(k.first_name, ''), chr(65535))) collate \"und-x-icu\")",
        ),
        Sort::text("email", "lower(k.email)"),
        Sort::time("created-at", "k.remote_created_at"),
        Sort::time("updated-at", "k.remote_updated_at"),
    ],
    filters: &[
        ("q", Test::Words("search_words(k.first_name || ' ' || k.last_name || ' ' || k.email)")),
        ("channel", Test::is("k.channel_id")),
        ("first-name", Test::contains("k.first_name")),
        ("last-name", Test::contains("k.last_name")),
        ("email", Test::contains("k.email")),
        ("billing-country", Test::Country),
        ("billing-state", Test::contains("k.billing_state")),
        (
            "lifetime-sales-value",
            Test::Amount(
                "l.amount",
                "exists (select 1 from customer_lifetimes l where l.customer_id = k.id and {})",
            ),
        ),
        (
            "is-a-subscriber",
            Test::OneOf(&[
                (
                    "yes",
                    "k.channel_id in (select i.channel_id from integrations i where i.store ->> 'bridge_version' is not null)
                    and exists (select 1 from newsletter_subscribers s where s.customer_id = k.id and s.status = 1
                        and s.removed_at is null)",
                ),
                (
                    "no",
                    "k.channel_id in (select i.channel_id from integrations i where i.store ->> 'bridge_version' is not null)
                    and not exists (select 1 from newsletter_subscribers s where s.customer_id = k.id and s.status = 1
                        and s.removed_at is null)",
                ),
                (
                    "not-defined",
                    "k.channel_id not in (select i.channel_id from integrations i
                        where i.store ->> 'bridge_version' is not null)",
                ),
            ]),
        ),
        ("is-guest", Test::GUEST),
        ("account", Test::is("k.account_id")),
        ("contact", Test::is("k.contact_id")),
        ("hidden", Test::OneOf(&[("no", "k.hidden_at is null"), ("yes", "k.hidden_at is not null")])),
    ],
};

/// A customer's line.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CustomerRow {
    /// Row id.
    pub id: i64,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail address.
    pub email: String,
    /// Country of the billing address.
    pub billing_country: String,
    /// State of the billing address.
    pub billing_state: String,
    /// Made of guest orders.
    pub is_guest: bool,
    /// The channel's name.
    pub channel: String,
    /// The website's name.
    pub website: Option<String>,
    /// When they registered.
    pub created_at: Option<DateTime<Utc>>,
    /// When the store last saved them.
    pub updated_at: Option<DateTime<Utc>>,
    /// Gone in the store.
    pub removed_at: Option<DateTime<Utc>>,
    /// Gets the newsletter; `None` = the store does not tell.
    pub subscriber: Option<bool>,
    currencies: Vec<String>,
    amounts: Vec<Decimal>,
}

impl CustomerRow {
    /// What they brought, a currency each, the greatest amount first.
    pub fn lifetimes(&self) -> impl Iterator<Item = (&Decimal, &str)> {
        self.amounts.iter().zip(self.currencies.iter().map(String::as_str))
    }
}

/// The channels by name, to choose from in a list's filter.
///
/// # Errors
/// From the database.
pub async fn channels(pool: &PgPool) -> Result<Vec<(i64, String)>, sqlx::Error> {
    let rows = sqlx::query!("select id, name from channels order by lower(name)").fetch_all(pool).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}
