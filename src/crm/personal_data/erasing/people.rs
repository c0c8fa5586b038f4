//! Contacts and accounts of an erased person, and the words of their names.

use sqlx::PgConnection;

use super::super::Person;
use super::Named;
use crate::crm::accounts;

pub(super) async fn erase(
    db: &mut PgConnection,
    erasure: i64,
    person: &Person,
    named: &Named,
) -> Result<(), sqlx::Error> {
    // whoever else decides who belongs where waits, or came before
    accounts::lock(db).await?;
    sqlx::query!("delete from contacts where id = any($1)", &person.contacts).execute(&mut *db).await?;
    sqlx::query!(
        "with gone as (
            delete from accounts a where a.id = any($2) and not exists (select 1 from contacts c where c.account_id = a.id)
                and not exists (select 1 from customers k where k.account_id = a.id)
            returning id
         )
         insert into erased_records (erasure_id, record, record_id) select $1::bigint, 'account', id from gone",
        erasure,
        &person.accounts
    )
    .execute(&mut *db)
    .await?;
    whoever_stays(db, person, named).await?;
    // a word that others have, too, stays
    sqlx::query!(
        "delete from name_words w where w.word = any($1)
            and not exists (select 1 from contacts c
                where search_words(c.first_name || ' ' || c.last_name || ' ' || c.email) @@ ('''' || w.word || '''')::tsquery)
            and not exists (select 1 from accounts a where search_words(a.name) @@ ('''' || w.word || '''')::tsquery)",
        &named.words
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Accounts that others belong to stay, but not by the name of whoever is gone.
async fn whoever_stays(db: &mut PgConnection, person: &Person, named: &Named) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update accounts a set
            name = case when lower(a.name) like any($2) then coalesce((
                select coalesce(nullif(trim(c.first_name || ' ' || c.last_name), ''), nullif(c.email, ''))
                from contacts c where c.account_id = a.id order by c.id limit 1), 'Account ' || a.id) else a.name end,
            description = case when lower(a.description) like any($2) then '' else a.description end,
            default_contact_id = coalesce(a.default_contact_id, (select min(c.id) from contacts c where c.account_id = a.id))
         where a.id = any($1)",
        &person.accounts,
        &named.patterns
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update account_events set other_name = case when lower(other_name) like any($1) then '(erased)' else other_name end,
            words = case when lower(words) like any($1) then '(erased)' else words end
         where lower(other_name) like any($1) or lower(words) like any($1)",
        &named.patterns
    )
    .execute(db)
    .await?;
    Ok(())
}
