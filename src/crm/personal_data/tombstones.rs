//! Whom a sync knows again: asked for every window before it is written. While nobody is erased this is one look at an empty
//! index.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::crm::records::RecordKind;

/// What a record that arrives tells of the person behind it.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    /// The store's id of the record.
    pub remote_id: i64,
    /// When it was made in the store.
    pub created_at: Option<DateTime<Utc>>,
    /// The store's customer whose it is.
    pub customer: Option<i64>,
    /// The store's order that it belongs to.
    pub order: Option<i64>,
    /// E-mail; may be empty.
    pub email: String,
    /// First and last name, which decide where an address is shared.
    pub name: String,
}

/// A record of an erased person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Met {
    /// Its place among those that were asked for.
    pub place: usize,
    /// The store's customer has a row here, which it can be linked with.
    pub known: bool,
}

/// Was anybody erased who is not to come back?
///
/// # Errors
/// From the database.
pub async fn any(db: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!("select exists (select 1 from erasures where lifted_at is null) as \"any!\"")
        .fetch_one(db)
        .await
}

/// Those among records of a channel that are of erased persons.
///
/// By number: the record, its customer or its order was theirs, and the number does not belong to another record now. By e-mail:
/// whatever has no customer; and what has one, or is one, where it is older than the erasure: whoever registers anew is a new
/// person, and so is what they do.
///
/// # Errors
/// From the database.
pub async fn erased_among(
    db: &mut PgConnection,
    channel: i64,
    kind: RecordKind,
    traces: &[Trace],
) -> Result<Vec<Met>, sqlx::Error> {
    if traces.is_empty() || !any(db).await? {
        return Ok(Vec::new());
    }
    let text =
        |value: fn(&Trace) -> &str| traces.iter().map(|t| value(t).to_owned()).collect::<Vec<String>>();
    let rows = sqlx::query!(
        "select t.nr as \"nr!\", exists (select 1 from customers k
                where k.channel_id = $1 and k.remote_id = t.customer and k.removed_at is null) as \"known!\"
         from unnest($3::bigint[], $4::timestamptz[], $5::bigint[], $6::bigint[], $7::text[], $8::text[])
            with ordinality as t(remote, created, customer, ordered, email, name, nr)
         where exists (select 1 from erased_records r join erasures e on e.id = r.erasure_id and e.lifted_at is null
                where r.channel_id = $1 and r.record = $2 and r.remote_id = t.remote
                    and (r.remote_created_at is null or t.created is null or r.remote_created_at = t.created))
            or exists (select 1 from erased_records r join erasures e on e.id = r.erasure_id and e.lifted_at is null
                where r.channel_id = $1 and r.record = 'order' and r.remote_id = t.ordered)
            or exists (select 1 from erased_records r join erasures e on e.id = r.erasure_id and e.lifted_at is null
                where r.channel_id = $1 and r.record = 'customer' and r.remote_id = t.customer
                    and not exists (select 1 from customers k where k.channel_id = $1 and k.remote_id = t.customer
                        and k.removed_at is null and k.erased_at is null))
            or (t.email <> '' and exists (select 1 from erased_emails m join erasures e on e.id = m.erasure_id and e.lifted_at is null
                where m.key in (erased_key(t.email), erased_key(t.email, t.name))
                    and case when $2 <> 'customer' and t.customer is null then true else t.created < m.before end))
         order by t.nr",
        channel,
        kind.key(),
        &traces.iter().map(|t| t.remote_id).collect::<Vec<i64>>(),
        &traces.iter().map(|t| t.created_at).collect::<Vec<Option<DateTime<Utc>>>>() as _,
        &traces.iter().map(|t| t.customer).collect::<Vec<Option<i64>>>() as _,
        &traces.iter().map(|t| t.order).collect::<Vec<Option<i64>>>() as _,
        &text(|t| &t.email),
        &text(|t| &t.name),
    )
    .fetch_all(db)
    .await?;
    let met = |nr: i64, known| Met { place: usize::try_from(nr - 1).unwrap_or(usize::MAX), known };
    Ok(rows.into_iter().map(|row| met(row.nr, row.known)).collect())
}

/// Which of these texts of a store, each about the record with that number, name an erased person: the record was theirs, or one
/// of their addresses stands in the text.
///
/// # Errors
/// From the database.
pub async fn names_an_erased_person(
    db: &mut PgConnection,
    channel: i64,
    kind: RecordKind,
    (numbers, texts): (&[String], &[String]),
) -> Result<Vec<usize>, sqlx::Error> {
    if numbers.is_empty() || !any(db).await? {
        return Ok(Vec::new());
    }
    let places = sqlx::query_scalar!(
        "select t.nr as \"nr!\" from unnest($3::text[], $4::text[]) with ordinality as t(number, words, nr)
         where exists (select 1 from erased_records r join erasures e on e.id = r.erasure_id and e.lifted_at is null
                where r.channel_id = $1 and r.record = $2 and r.remote_id::text = t.number)
            or exists (select 1 from regexp_matches(t.words, '[^[:space:]<>\"''=,;:(){}]+@[^[:space:]<>\"''=,;:(){}]+', 'g') as a(found)
                join erased_emails m on m.key = erased_key(a.found[1])
                join erasures e on e.id = m.erasure_id and e.lifted_at is null)",
        channel,
        kind.key(),
        numbers,
        texts
    )
    .fetch_all(db)
    .await?;
    Ok(places.into_iter().map(|nr| usize::try_from(nr - 1).unwrap_or(usize::MAX)).collect())
}
