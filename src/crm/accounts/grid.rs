//! The lists of accounts and contacts, and accounts to choose from.

use sqlx::PgPool;

use crate::base::listing::{Column, Kind, Listing, Phone, Test};

/// Accounts by name. What their customers brought is told per currency.
pub static ACCOUNTS: Listing = Listing {
    name: "accounts",
    title: "Accounts",
    one: "account",
    many: "accounts",
    at: "/accounts",
    table: "accounts",
    joins: "left join users u on u.id = k.owner_id left join contacts d on d.id = k.default_contact_id",
    edited: "true",
    columns: &OF_ACCOUNTS,
    scopes: &[("q", Test::Words("search_words(k.name)"))],
    sort: "account-name",
    ..Listing::EMPTY
};

const OF_ACCOUNTS: [Column; 7] = [
    Column::text("account-name", "Account Name", "k.name")
        .sorted("(lower(k.name) collate \"und-x-icu\")")
        .tested(Test::text("k.name"))
        .opens()
        .phone(Phone::Lead)
        .look("strong name"),
    Column::text("contact", "Default Contact", "coalesce(trim(d.first_name || ' ' || d.last_name), '')").look("name"),
    Column::text("email", "Email", "coalesce(d.email, '')").phone(Phone::Line).look("soft clip"),
    Column::of(
        Kind::Moneys,
        "lifetime-sales-value",
        "Lifetime Sales Value",
        "array(select sum(l.amount)::text || ' ' || l.currency from customers p join customer_lifetimes l on l.customer_id = p.id
            where p.account_id = k.id group by l.currency order by sum(l.amount) desc, l.currency)",
    )
    .phone(Phone::LeadEnd),
    Column::of(
        Kind::Many,
        "channels",
        "Channels",
        "array(select distinct c.name from customers p join channels c on c.id = p.channel_id where p.account_id = k.id)",
    )
    .look("meta clip"),
    Column::text("owner", "Owner", "u.name").tested(Test::is("k.owner_id")).look("meta"),
    Column::day("created-at", "Created At", "k.created_at")
        .sorted_time("k.created_at")
        .tested(Test::Time("k.created_at")),
];

/// Contacts by name.
pub static CONTACTS: Listing = Listing {
    name: "contacts",
    title: "Contacts",
    one: "contact",
    many: "contacts",
    at: "/contacts",
    table: "contacts",
    joins: "join accounts a on a.id = k.account_id",
    edited: "true",
    columns: &OF_CONTACTS,
    scopes: &[
        ("q", Test::Words("search_words(k.first_name || ' ' || k.last_name || ' ' || k.email)")),
        ("account", Test::is("k.account_id")),
    ],
    sort: "last-name",
    ..Listing::EMPTY
};

const OF_CONTACTS: [Column; 6] = [
    Column::text("first-name", "First Name", "k.first_name")
        .tested(Test::text("k.first_name"))
        .opens()
        .look("strong name"),
    Column::text("last-name", "Last Name", "k.last_name")
        .sorted(
            "(lower(coalesce(nullif(trim(k.last_name || ' ' || k.first_name), ''), chr(65535))) collate \"und-x-icu\")",
        )
        .tested(Test::text("k.last_name"))
        .after("k.first_name")
        .phone(Phone::Lead)
        .look("strong name"),
    Column::text("email", "Email", "k.email")
        .sorted("lower(k.email)")
        .tested(Test::text("k.email"))
        .phone(Phone::Line)
        .look("soft clip"),
    // where nobody wrote one down here, that of an address in their store, as on their page
    Column::text(
        "phone",
        "Phone",
        "coalesce(nullif(k.phone, ''), (select t.telephone from customers c join customer_addresses t on t.customer_id = c.id
            where c.contact_id = k.id and t.removed_at is null and t.telephone <> ''
            order by t.default_billing desc, t.id limit 1), '')",
    )
    .look("nowrap"),
    Column::of(Kind::Link("/accounts", "k.account_id"), "account-name", "Account", "a.name")
        .phone(Phone::Line)
        .look("clip"),
    Column::day("created-at", "Created At", "k.created_at")
        .sorted_time("k.created_at")
        .tested(Test::Time("k.created_at")),
];

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
