//! What is written down of a person elsewhere: the audit trail, jobs and their logs, failed records, previews, saved lists, words
//! that wait to be shown or sent.

use sqlx::PgConnection;

use super::super::Person;
use super::Named;

pub(super) async fn erase(db: &mut PgConnection, person: &Person, named: &Named) -> Result<(), sqlx::Error> {
    audit(db, person, named).await?;
    failed_records(db, person, named).await?;
    jobs(db, &named.patterns).await?;
    lists(db, &named.patterns).await?;
    settings(db, person).await
}

/// That something was done stays; what it tells of them goes.
async fn audit(db: &mut PgConnection, person: &Person, named: &Named) -> Result<(), sqlx::Error> {
    let (kinds, ids) = person.columns();
    sqlx::query!(
        "select sum(audit_erase(t.record, t.id)) from unnest($1::text[], $2::bigint[]) as t(record, id)",
        &kinds as _,
        &ids
    )
    .fetch_one(&mut *db)
    .await?;
    sqlx::query!("select audit_erase_naming($1)", &named.patterns).fetch_one(db).await?;
    Ok(())
}

/// The store's answer goes; the entry stays, to be tried again or dismissed.
async fn failed_records(db: &mut PgConnection, person: &Person, named: &Named) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update failed_records f set raw_xml = '', cause = 'It is of a person whose data was erased here.'
         where lower(f.raw_xml) like any($1) or lower(f.cause) like any($1)
            or exists (select 1 from customers k join integrations i on i.channel_id = k.channel_id
                where k.id = any($2) and i.id = f.integration_id and f.connector = 'Customers' and f.remote_id = k.remote_id::text)
            or exists (select 1 from orders o join integrations i on i.channel_id = o.channel_id
                where o.id = any($3) and i.id = f.integration_id and f.connector = 'Orders' and f.remote_id = o.remote_id::text)",
        &named.patterns,
        &person.customers,
        &person.orders
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn jobs(db: &mut PgConnection, patterns: &[String]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update job_log set message = '(erased: it named a person)' where lower(message) like any($1)",
        patterns
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("update job_connectors set message = '' where lower(message) like any($1)", patterns)
        .execute(&mut *db)
        .await?;
    sqlx::query!(
        "update jobs set title = case when lower(title) like any($1) then 'A job about a person who was erased' else title end,
            message = case when lower(message) like any($1) then '(erased)' else message end,
            payload = case when lower(payload::text) like any($1) and finished_at is not null then '{}' else payload end
         where lower(title) like any($1) or lower(message) like any($1) or lower(payload::text) like any($1)",
        patterns
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Lists that were kept with their name in a filter, examples of previews, tags, notes that wait for a page or a mail server.
async fn lists(db: &mut PgConnection, patterns: &[String]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from saved_views where lower(name) like any($1) or lower(replace(query, '%40', '@')) like any($1)
            or lower(replace(query, '+', ' ')) like any($1)",
        patterns
    )
    .execute(&mut *db)
    .await?;
    // one that is being made may be about to write them down: it ends when it finds itself gone
    sqlx::query!(
        "delete from previews where finished_at is null or lower(found::text) like any($1)",
        patterns
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("delete from tags where lower(name::text) like any($1)", patterns).execute(&mut *db).await?;
    sqlx::query!("update alerts set words = '(erased)' where lower(words) like any($1)", patterns)
        .execute(&mut *db)
        .await?;
    sqlx::query!(
        "delete from notices where lower(subject) like any($1) or lower(error) like any($1)",
        patterns
    )
    .execute(&mut *db)
    .await?;
    // words that the next page was to show
    sqlx::query!("update sessions set data = data - 'flash' where lower(data::text) like any($1)", patterns)
        .execute(db)
        .await?;
    Ok(())
}

/// An address in a setting goes when nobody else shares it.
async fn settings(db: &mut PgConnection, person: &Person) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update integrations i set split_by_name = array(
            select address from unnest(i.split_by_name) as address
            where not (lower(address) = any($1) and not exists (
                select 1 from customers k where lower(k.email) = lower(address) and k.id <> all($2))))
         where i.split_by_name && $1",
        &person.shared,
        &person.customers
    )
    .execute(db)
    .await?;
    Ok(())
}
