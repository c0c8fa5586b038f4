//! Customers, accounts and contacts: by their e-mail, their words, their phone.

use sqlx::PgConnection;

use super::asked::Asked;
use super::rarity::Whose;
use super::{Group, Hit, Kind};

/// The groups that have something.
pub(super) async fn groups(
    db: &mut PgConnection,
    asked: &Asked,
    few: i64,
) -> Result<Vec<Group>, sqlx::Error> {
    let groups =
        [customers(db, asked, few).await?, accounts(db, asked, few).await?, contacts(db, asked, few).await?];
    Ok(groups.into_iter().filter(|group| !group.hits.is_empty()).collect())
}

/// A hit with how many the list shows.
struct Row {
    id: i64,
    name: String,
    detail: String,
    tier: i32,
    hidden: bool,
    removed: bool,
    total: i64,
}

fn group(kind: Kind, rows: Vec<Row>) -> Group {
    let total = rows.first().map_or(0, |row| row.total);
    let hits = rows.into_iter().map(|row| Hit {
        id: row.id,
        name: row.name,
        detail: row.detail,
        tier: row.tier,
        hidden: row.hidden,
        removed: row.removed,
    });
    Group { kind, hits: hits.collect(), total: Some(total) }
}

async fn customers(db: &mut PgConnection, asked: &Asked, few: i64) -> Result<Group, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        "with begun as materialized (
            select id from customers
            where search_words(first_name || ' ' || last_name || ' ' || email) @@ $8::text::tsquery
                and (search_words(first_name || ' ' || last_name || ' ' || email) @@ $3::text::tsquery) is true
            limit 1001
         ), found as (
            (select id, 0 as tier from customers where lower(email) = lower($1) and $1 <> '' limit 50)
            union all
            (select id, 1 from customers
             where search_words(first_name || ' ' || last_name || ' ' || email) @@ $7::text::tsquery
                and (search_words(first_name || ' ' || last_name || ' ' || email) @@ $2::text::tsquery) is true
             limit 200)
            union all
            (select customer_id, 1 from customer_addresses
             where telephone <> '' and last_digits(telephone) like $4 and removed_at is null limit 50)
            union all
            (select customer_id, 3 from customer_addresses
             where telephone <> '' and last_digits(telephone) like $5 and removed_at is null limit 50)
            union all
            select id, 2 from begun
         ), best as (
            select id, min(tier) as tier from found group by id
         )
         select k.id, coalesce(nullif(trim(k.first_name || ' ' || k.last_name), ''), nullif(k.email, ''), 'Customer ' || k.id)
                as \"name!\", concat_ws(' · ', nullif(k.email, ''), c.name) as \"detail!\", b.tier as \"tier!\",
            k.hidden_at is not null as \"hidden!\", k.removed_at is not null as \"removed!\",
            (select count(*) from begun) as \"total!\"
         from best b join customers k on k.id = b.id join channels c on c.id = k.channel_id
         order by k.hidden_at is not null, b.tier, k.removed_at is not null,
            similarity(k.first_name || ' ' || k.last_name || ' ' || k.email, $1) desc, k.id
         limit $6",
        asked.text,
        asked.whole,
        asked.begun,
        asked.phone,
        asked.local_phone,
        few,
        asked.whole_by_index(Whose::Customers),
        asked.begun_by_index(Whose::Customers),
    )
    .fetch_all(db)
    .await?;
    Ok(group(Kind::Customer, rows))
}

async fn accounts(db: &mut PgConnection, asked: &Asked, few: i64) -> Result<Group, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        "with begun as materialized (
            select id from accounts where search_words(name) @@ $6::text::tsquery
                and (search_words(name) @@ $3::text::tsquery) is true
            limit 1001
         ), found as (
            (select id, 1 as tier from accounts
             where search_words(name) @@ $5::text::tsquery
                and (search_words(name) @@ $2::text::tsquery) is true
             limit 200)
            union all
            select id, 2 from begun
         ), best as (
            select id, min(tier) as tier from found group by id
         )
         select a.id, a.name, coalesce(d.email, '') as \"detail!\", b.tier as \"tier!\", false as \"hidden!\",
            false as \"removed!\", (select count(*) from begun) as \"total!\"
         from best b join accounts a on a.id = b.id left join contacts d on d.id = a.default_contact_id
         order by b.tier, similarity(a.name, $1) desc, a.id limit $4",
        asked.text,
        asked.whole,
        asked.begun,
        few,
        asked.whole_by_index(Whose::Accounts),
        asked.begun_by_index(Whose::Accounts),
    )
    .fetch_all(db)
    .await?;
    Ok(group(Kind::Account, rows))
}

async fn contacts(db: &mut PgConnection, asked: &Asked, few: i64) -> Result<Group, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        "with begun as materialized (
            select id from contacts
            where search_words(first_name || ' ' || last_name || ' ' || email) @@ $8::text::tsquery
                and (search_words(first_name || ' ' || last_name || ' ' || email) @@ $3::text::tsquery) is true
            limit 1001
         ), found as (
            (select id, 0 as tier from contacts where lower(email) = lower($1) and $1 <> '' limit 50)
            union all
            (select id, 1 from contacts
             where search_words(first_name || ' ' || last_name || ' ' || email) @@ $7::text::tsquery
                and (search_words(first_name || ' ' || last_name || ' ' || email) @@ $2::text::tsquery) is true
             limit 200)
            union all
            (select id, 1 from contacts where phone <> '' and last_digits(phone) like $4 limit 50)
            union all
            (select id, 3 from contacts where phone <> '' and last_digits(phone) like $5 limit 50)
            union all
            select id, 2 from begun
         ), best as (
            select id, min(tier) as tier from found group by id
         )
         select c.id, coalesce(nullif(trim(c.first_name || ' ' || c.last_name), ''), nullif(c.email, ''), 'Contact ' || c.id)
                as \"name!\", concat_ws(' · ', nullif(c.email, ''), a.name) as \"detail!\", b.tier as \"tier!\",
            false as \"hidden!\", false as \"removed!\", (select count(*) from begun) as \"total!\"
         from best b join contacts c on c.id = b.id join accounts a on a.id = c.account_id
         order by b.tier, similarity(c.first_name || ' ' || c.last_name || ' ' || c.email, $1) desc, c.id
         limit $6",
        asked.text,
        asked.whole,
        asked.begun,
        asked.phone,
        asked.local_phone,
        few,
        asked.whole_by_index(Whose::Contacts),
        asked.begun_by_index(Whose::Contacts),
    )
    .fetch_all(db)
    .await?;
    Ok(group(Kind::Contact, rows))
}
