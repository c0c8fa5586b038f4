//! A person is erased: what tells who they are goes, what was bought stays without them, and what a sync knows them again by is kept.
//!
//! The order matters: what is written down of the person elsewhere is looked for by what their records still say.

mod people;
mod records;
mod traces;

use sqlx::PgConnection;

use super::Person;
use super::find::pattern;

/// A text that is shorter names nobody: it stands in too many others.
const SHORTEST: usize = 5;

/// Erases a person; returns the erasure. The caller holds syncs off, has found the person since, and commits.
///
/// # Errors
/// From the database.
pub async fn erase(db: &mut PgConnection, person: &Person, by: i64) -> Result<i64, sqlx::Error> {
    let named = Named::of(db, person).await?;
    let id = sqlx::query_scalar!("insert into erasures (by_id) values ($1) returning id", by)
        .fetch_one(&mut *db)
        .await?;
    remember(db, id, person).await?;
    traces::erase(db, person, &named).await?;
    records::erase(db, person, by).await?;
    people::erase(db, id, person, &named).await?;
    Ok(id)
}

/// What a text says that names the person.
struct Named {
    /// Patterns of their addresses, names and phone numbers, in small letters.
    patterns: Vec<String>,
    /// Words that a search for a name knows.
    words: Vec<String>,
}

impl Named {
    async fn of(db: &mut PgConnection, person: &Person) -> Result<Self, sqlx::Error> {
        let texts = sqlx::query_scalar!(
            "select distinct lower(trim(text)) as \"text!\" from (
                select unnest(array[email, first_name || ' ' || last_name, phone]) as text from contacts where id = any($1)
                union all select unnest(array[email, first_name || ' ' || last_name,
                    concat_ws(' ', first_name, nullif(middle_name, ''), last_name)]) from customers where id = any($2)
                union all select unnest(array[telephone, fax]) from customer_addresses where customer_id = any($2)
                union all select unnest(array[email, first_name || ' ' || last_name]) from orders where id = any($3)
                union all select telephone from order_addresses where order_id = any($3)
                union all select unnest(array[email, first_name || ' ' || last_name, telephone]) from carts where id = any($4)
                union all select email from newsletter_subscribers where id = any($5)
             ) as said where text is not null",
            &person.contacts,
            &person.customers,
            &person.orders,
            &person.carts,
            &person.subscribers
        )
        .fetch_all(&mut *db)
        .await?;
        let telling = texts.iter().filter(|text| text.chars().count() >= SHORTEST);
        let patterns = telling.map(|text| pattern(text)).collect();
        let words = sqlx::query_scalar!(
            "select distinct word as \"word!\" from contacts c, unnest(words_of(first_name || ' ' || last_name || ' ' || email)) as word
             where c.id = any($1)
             union
             select word from customers k, unnest(words_of(first_name || ' ' || last_name || ' ' || email)) as word
             where k.id = any($2)
             union select word from accounts a, unnest(words_of(name)) as word where a.id = any($3)",
            &person.contacts,
            &person.customers,
            &person.accounts
        )
        .fetch_all(db)
        .await?;
        Ok(Self { patterns, words })
    }
}

/// Keeps the numbers of the records and the hashes of the addresses.
async fn remember(db: &mut PgConnection, id: i64, person: &Person) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into erased_records (erasure_id, record, record_id, channel_id, remote_id, remote_created_at)
         select $1::bigint, 'customer', id, channel_id, remote_id, remote_created_at from customers where id = any($2)
         union all select $1::bigint, 'order', id, channel_id, remote_id, remote_created_at from orders where id = any($3)
         union all select $1::bigint, 'cart', id, channel_id, remote_id, remote_created_at from carts where id = any($4)
         union all select $1::bigint, 'credit memo', id, channel_id, remote_id, remote_created_at from credit_memos where id = any($5)
         union all select $1::bigint, 'subscriber', id, channel_id, remote_id, null from newsletter_subscribers where id = any($6)
         union all select $1::bigint, 'contact', id, null, null, null from contacts where id = any($7)
         on conflict (record, record_id) do update set erasure_id = excluded.erasure_id",
        id,
        &person.customers,
        &person.orders,
        &person.carts,
        &person.memos,
        &person.subscribers,
        &person.contacts
    )
    .execute(&mut *db)
    .await?;
    // what was on its way to a store when they were erased is made there a little later
    sqlx::query!(
        "insert into erased_emails (erasure_id, key, before)
         select distinct $1::bigint, key, now() + case when exists (
                select 1 from creations where customer_id = any($4) and state = 'pending' and sent_at is not null)
            then interval '1 hour' else interval '0' end
         from (
            select erased_key(email) as key from unnest($2::text[]) as email
            union select erased_key(email, name) from unnest($3::text[]) as email, unnest($5::text[]) as name
         ) as keys",
        id,
        &person.emails,
        &person.shared,
        &person.customers,
        &person.names
    )
    .execute(db)
    .await?;
    Ok(())
}
