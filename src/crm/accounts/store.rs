//! Every query of the tables `accounts` and `contacts`.

use std::collections::HashMap;

use sqlx::PgConnection;

use super::{Known, Person};

/// Finds or makes a contact and account for each person, in the order given.
///
/// # Errors
/// From the database.
pub async fn match_or_make(
    db: &mut PgConnection,
    owner_id: Option<i64>,
    people: &[Person],
) -> Result<Vec<Known>, sqlx::Error> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    // one writer at a time decides who is new: two syncs that meet the same person make them once
    sqlx::query!("select pg_advisory_xact_lock(hashtext('people'))").execute(&mut *db).await?;
    make_missing(db, owner_id, people).await?;
    let mut known = find(db, people).await?;
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
            select distinct on (lower(t.email), lower(t.first), lower(t.last)) t.*
            from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality as t(email, first, last, account, nr)
            where t.email <> '' and not exists (
                select 1 from contacts c where c.email <> '' and lower(c.email) = lower(t.email)
                    and lower(c.first_name) = lower(t.first) and lower(c.last_name) = lower(t.last))
            order by lower(t.email), lower(t.first), lower(t.last), t.nr
         ), numbered as materialized (
            select wanted.*, nextval(pg_get_serial_sequence('accounts', 'id')) as account_id from wanted
         ), made as (
            insert into accounts (id, name, owner_id) overriding system value
            select account_id, account, $5 from numbered
         )
         insert into contacts (account_id, email, first_name, last_name)
         select account_id, email, first, last from numbered",
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

async fn find(db: &mut PgConnection, people: &[Person]) -> Result<HashMap<usize, Known>, sqlx::Error> {
    let (emails, first, last) = columns(people);
    let rows = sqlx::query!(
        "select t.nr as \"nr!\", c.id, c.account_id
         from unnest($1::text[], $2::text[], $3::text[]) with ordinality as t(email, first, last, nr)
         join contacts c on c.email <> '' and lower(c.email) = lower(t.email)
            and lower(c.first_name) = lower(t.first) and lower(c.last_name) = lower(t.last)
         where t.email <> ''",
        &emails,
        &first,
        &last,
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
    let account_id = sqlx::query_scalar!(
        "insert into accounts (name, owner_id) values ($1, $2) returning id",
        person.account_name(),
        owner_id
    )
    .fetch_one(&mut *db)
    .await?;
    let contact_id = sqlx::query_scalar!(
        "insert into contacts (account_id, first_name, last_name) values ($1, $2, $3) returning id",
        account_id,
        person.first_name,
        person.last_name,
    )
    .fetch_one(&mut *db)
    .await?;
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
