//! What becomes of contacts and accounts when a customer is called something else.

use sqlx::PgConnection;

use super::{Person, words};

/// A customer who has another name or e-mail now.
#[derive(Debug, Clone)]
pub struct Renamed {
    /// Their contact.
    pub contact_id: Option<i64>,
    /// Their account.
    pub account_id: Option<i64>,
    /// What they were called.
    pub was: Person,
    /// What they are called.
    pub now: Person,
}

/// Contacts and accounts that are called what these customers were called are called what they are called now. What a person
/// named stays as it is. Whoever comes with either name is the same contact from now on.
///
/// # Errors
/// From the database.
pub async fn follow(db: &mut PgConnection, renamed: &[Renamed]) -> Result<(), sqlx::Error> {
    let renamed: Vec<&Renamed> = renamed.iter().filter(|renamed| renamed.was != renamed.now).collect();
    if renamed.is_empty() {
        return Ok(());
    }
    let column = |value: fn(&Renamed) -> &str| -> Vec<String> {
        renamed.iter().map(|renamed| value(renamed).to_owned()).collect()
    };
    let contacts: Vec<Option<i64>> = renamed.iter().map(|renamed| renamed.contact_id).collect();
    let (emails, first, last) =
        (column(|r| &r.now.email), column(|r| &r.now.first_name), column(|r| &r.now.last_name));
    sqlx::query!(
        "with renamed as (
            select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
                as t(contact, was_email, was_first, was_last, email, first, last)
         ), known as (
            insert into contact_names (key, contact_id)
            select distinct on (key) key, c.id
            from (select person_key(email, first, last) as key, contact from renamed where email <> '') t
            join contacts c on c.id = t.contact order by key
            on conflict do nothing
         )
         update contacts c set email = r.email, first_name = r.first, last_name = r.last
         from renamed r
         where c.id = r.contact and not c.named_here
            and person_key(c.email, c.first_name, c.last_name) = person_key(r.was_email, r.was_first, r.was_last)",
        &contacts as _,
        &column(|r| &r.was.email),
        &column(|r| &r.was.first_name),
        &column(|r| &r.was.last_name),
        &emails,
        &first,
        &last,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update accounts a set name = t.name from unnest($1::bigint[], $2::text[], $3::text[]) as t(account, was, name)
         where a.id = t.account and not a.named_here and lower(a.name) = lower(t.was) and a.name <> t.name",
        &renamed.iter().map(|renamed| renamed.account_id).collect::<Vec<_>>() as _,
        &renamed.iter().map(|renamed| renamed.was.account_name()).collect::<Vec<_>>(),
        &renamed.iter().map(|renamed| renamed.now.account_name()).collect::<Vec<_>>(),
    )
    .execute(&mut *db)
    .await?;
    words::learn(db, &[first, last].concat()).await
}
