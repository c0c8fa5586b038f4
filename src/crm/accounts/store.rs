//! Who somebody from a store is here: found, or made.

use std::collections::HashMap;

use sqlx::PgConnection;

use super::{Known, Person, gather};

/// Finds or makes a contact and account for each person of a channel, in the order given.
///
/// # Errors
/// From the database.
pub async fn match_or_make(
    db: &mut PgConnection,
    channel: i64,
    owner_id: Option<i64>,
    people: &[Person],
) -> Result<Vec<Known>, sqlx::Error> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    // one writer at a time decides who is new: two syncs that meet the same person make them once
    gather::lock(db).await?;
    make_missing(db, owner_id, people).await?;
    let mut known = find(db, channel, people).await?;
    for (nr, person) in people.iter().enumerate() {
        if person.email.is_empty() {
            known.insert(nr, make(db, owner_id, person).await?);
        }
    }
    (0..people.len()).map(|nr| known.get(&nr).copied().ok_or(sqlx::Error::RowNotFound)).collect()
}

async fn make_missing(
    db: &mut PgConnection,
    owner_id: Option<i64>,
    people: &[Person],
) -> Result<(), sqlx::Error> {
    let (emails, first, last) = columns(people);
    let names: Vec<String> = people.iter().map(Person::account_name).collect();
    sqlx::query!(
        "with wanted as (
            select distinct on (t.key) t.* from (
                select person_key(u.email, u.first, u.last) as key, u.* from unnest($1::text[], $2::text[], $3::text[], $4::text[])
                    with ordinality as u(email, first, last, account, nr) where u.email <> '') t
            where not exists (select 1 from contact_names n where n.key = t.key and n.store = '')
            order by t.key, t.nr
         ), numbered as materialized (
            select wanted.*, nextval(pg_get_serial_sequence('accounts', 'id')) as account_id,
                nextval(pg_get_serial_sequence('contacts', 'id')) as contact_id
            from wanted
         ), made as (
            insert into accounts (id, name, owner_id, default_contact_id) overriding system value
            select account_id, account, $5, contact_id from numbered
         ), met as (
            insert into contacts (id, account_id, email, first_name, last_name) overriding system value
            select contact_id, account_id, email, first, last from numbered
         ), learnt as (
            insert into name_words
            select distinct word from numbered,
                unnest(words_of(first || ' ' || last || ' ' || split_part(email, '@', 2))) as word
            where not exists (select 1 from name_words n where n.word = word.word) order by word
            on conflict do nothing
         )
         insert into contact_names (key, contact_id) select key, contact_id from numbered",
        &emails,
        &first,
        &last,
        &names,
        owner_id,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Somebody whom a person split off is found by the one store that they came from before all others.
async fn find(
    db: &mut PgConnection,
    channel: i64,
    people: &[Person],
) -> Result<HashMap<usize, Known>, sqlx::Error> {
    let (emails, first, last) = columns(people);
    let rows = sqlx::query!(
        "select t.nr as \"nr!\", c.id, c.account_id
         from unnest($1::text[], $2::text[], $3::text[]) with ordinality as t(email, first, last, nr)
         cross join lateral (
            select n.contact_id from contact_names n
            where n.key = person_key(t.email, t.first, t.last)
                and n.store in ('', (select i.wsdl_url from integrations i where i.channel_id = $4))
            order by n.store desc limit 1) n
         join contacts c on c.id = n.contact_id
         where t.email <> ''",
        &emails,
        &first,
        &last,
        channel,
    )
    .fetch_all(db)
    .await?;
    let place = |nr: i64| usize::try_from(nr - 1).unwrap_or_default();
    Ok(rows
        .into_iter()
        .map(|r| (place(r.nr), Known { contact_id: r.id, account_id: r.account_id }))
        .collect())
}

/// Somebody without an address is nobody's double.
async fn make(db: &mut PgConnection, owner_id: Option<i64>, person: &Person) -> Result<Known, sqlx::Error> {
    let account_id = gather::make_account(db, &person.account_name(), owner_id).await?;
    let contact_id = gather::make_contact(db, account_id, person).await?;
    Ok(Known { contact_id, account_id })
}

fn columns(people: &[Person]) -> (Vec<String>, Vec<String>, Vec<String>) {
    let mut emails = Vec::with_capacity(people.len());
    let mut first = Vec::with_capacity(people.len());
    let mut last = Vec::with_capacity(people.len());
    for person in people {
        emails.push(person.email.clone());
        first.push(person.first_name.clone());
        last.push(person.last_name.clone());
    }
    (emails, first, last)
}
