//! The lists of accounts and contacts, and accounts to choose from.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgPool;

use crate::base::listing::{Listing, Sort, Test};

/// Accounts by name. What their customers brought is told per currency.
pub static ACCOUNTS: Listing = Listing {
    select: "k.id, k.name, k.created_at, u.name as owner,
        coalesce(nullif(trim(d.first_name || ' ' || d.last_name), ''), '') as contact, coalesce(d.email, '') as email,
        (select array_agg(distinct c.name) from customers p join channels c on c.id = p.channel_id where p.account_id = k.id)
            as channels,
        array(select l.currency from customers p join customer_lifetimes l on l.customer_id = p.id
            where p.account_id = k.id group by l.currency order by sum(l.amount) desc, l.currency) as currencies,
        array(select sum(l.amount) from customers p join customer_lifetimes l on l.customer_id = p.id
            where p.account_id = k.id group by l.currency order by sum(l.amount) desc, l.currency) as amounts",
    table: "accounts",
    joins: "left join users u on u.id = k.owner_id left join contacts d on d.id = k.default_contact_id",
    id: "k.id",
    sorts: &[
        Sort::text("account-name", "(lower(k.name) collate \"und-x-icu\")"),
        Sort::time("created-at", "k.created_at"),
    ],
    filters: &[
        ("q", Test::Words("search_words(k.name)")),
        ("account-name", Test::contains("k.name")),
        ("owner", Test::is("k.owner_id")),
    ],
};

/// An account's line.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AccountRow {
    /// Row id.
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// Whom to talk to first.
    pub contact: String,
    /// Their e-mail.
    pub email: String,
    /// Who is responsible for it.
    pub owner: Option<String>,
    /// Since when it is here.
    pub created_at: DateTime<Utc>,
    /// Where its customers are.
    pub channels: Option<Vec<String>>,
    currencies: Vec<String>,
    amounts: Vec<Decimal>,
}

impl AccountRow {
    /// What its customers brought, a currency each, the greatest amount first.
    pub fn lifetimes(&self) -> impl Iterator<Item = (&Decimal, &str)> {
        self.amounts.iter().zip(self.currencies.iter().map(String::as_str))
    }

    /// The names of its channels.
    #[must_use]
    pub fn channels(&self) -> String {
        self.channels.as_deref().unwrap_or_default().join(", ")
    }
}

/// Contacts by name.
pub static CONTACTS: Listing = Listing {
    select: "k.id, k.first_name, k.last_name, k.email, k.phone, k.account_id, a.name as account, k.created_at",
    table: "contacts",
    joins: "join accounts a on a.id = k.account_id",
    id: "k.id",
    sorts: &[
        Sort::text(
            "last-name",
            "(lower(coalesce(nullif(trim(k.last_name || ' ' || k.first_name), ''), chr(65535))) collate \"und-x-icu\")",
        ),
        Sort::text("email", "lower(k.email)"),
        Sort::time("created-at", "k.created_at"),
    ],
    filters: &[
        ("q", Test::Words("search_words(k.first_name || ' ' || k.last_name || ' ' || k.email)")),
        ("first-name", Test::contains("k.first_name")),
        ("last-name", Test::contains("k.last_name")),
        ("email", Test::contains("k.email")),
        ("account", Test::is("k.account_id")),
    ],
};

/// A contact's line.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ContactRow {
    /// Row id.
    pub id: i64,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail.
    pub email: String,
    /// Phone.
    pub phone: String,
    /// The account that they belong to.
    pub account_id: i64,
    /// Its name.
    pub account: String,
    /// Since when they are here.
    pub created_at: DateTime<Utc>,
}

/// An account to choose.
#[derive(Debug, Clone)]
pub struct Found {
    /// Row id.
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// The e-mail of its default contact.
    pub email: String,
}

/// Up to twenty accounts with these words in their name or in that of a contact, or in a contact's e-mail.
///
/// # Errors
/// From the database.
pub async fn look_up(pool: &PgPool, text: &str) -> Result<Vec<Found>, sqlx::Error> {
    sqlx::query_as!(
        Found,
        "with found as (
            (select id from accounts where search_words(name) @@ search_query($1) limit 20)
            union
            (select account_id from contacts
             where search_words(first_name || ' ' || last_name || ' ' || email) @@ search_query($1) limit 20)
         )
         select a.id, a.name, coalesce(d.email, '') as \"email!\"
         from found f join accounts a on a.id = f.id left join contacts d on d.id = a.default_contact_id
         order by lower(a.name) = lower(trim($1)) desc, similarity(a.name, $1) desc, a.id limit 20",
        text
    )
    .fetch_all(pool)
    .await
}

/// Accounts that may be the same as this one: a contact has the e-mail of one of its contacts, or it is called the same.
///
/// # Errors
/// From the database.
pub async fn alike(pool: &PgPool, account: i64) -> Result<Vec<Found>, sqlx::Error> {
    sqlx::query_as!(
        Found,
        "with found as (
            (select o.account_id as id from (select distinct email from contacts where account_id = $1 and email <> '' limit 20) c
             join contacts o on lower(o.email) = lower(c.email) where o.account_id <> $1 limit 20)
            union
            (select o.id from accounts a join accounts o
                on (lower(o.name) collate \"und-x-icu\") = (lower(a.name) collate \"und-x-icu\")
             where a.id = $1 and o.id <> $1 limit 20)
         )
         select a.id, a.name, coalesce(d.email, '') as \"email!\"
         from found f join accounts a on a.id = f.id left join contacts d on d.id = a.default_contact_id
         order by lower(a.name), a.id limit 10",
        account
    )
    .fetch_all(pool)
    .await
}
