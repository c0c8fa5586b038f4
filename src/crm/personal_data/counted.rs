//! What is held of a person, counted per kind.

use sqlx::PgPool;

use super::Person;
use crate::crm::records::{self, Record, RecordKind};

/// Records of a kind that are named; the others are counted.
const NAMED: i64 = 10;

/// One kind of what is held.
#[derive(Debug, Clone)]
pub struct Holding {
    /// What it is called.
    pub word: &'static str,
    /// How many there are.
    pub many: i64,
    /// The newest of them, where each has a page: what it is called, and the address of that.
    pub some: Vec<(String, String)>,
}

/// Everything that is held, kind by kind; what is not there is left out.
///
/// # Errors
/// From the database.
pub async fn holdings(pool: &PgPool, person: &Person) -> Result<Vec<Holding>, sqlx::Error> {
    let mut named = named(pool, person).await?;
    let mut held = Vec::new();
    for (kind, rows) in person.rows() {
        let some =
            named.iter_mut().filter(|(of, _)| *of == kind).map(|(_, link)| std::mem::take(link)).collect();
        held.push(Holding { word: word(kind), many: i64::try_from(rows.len()).unwrap_or(i64::MAX), some });
    }
    let more = beside(pool, person).await?;
    held.extend(more.into_iter().map(|(word, many)| Holding { word, many, some: Vec::new() }));
    held.push(elsewhere(pool, person).await?);
    held.retain(|holding| holding.many > 0);
    Ok(held)
}

fn word(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Subscriber => "Newsletter subscriptions",
        RecordKind::Cart => "Shopping carts",
        RecordKind::CreditMemo => "Credit memos",
        kind => kind.plural(),
    }
}

/// The newest records of each kind, with what they are called and where they are.
async fn named(pool: &PgPool, person: &Person) -> Result<Vec<(RecordKind, (String, String))>, sqlx::Error> {
    let rows = sqlx::query!(
        "select kind as \"kind!\", id as \"id!\", label as \"label!\" from (
            select *, row_number() over (partition by kind order by id desc) as nr from (
                select 'contact' as kind, id, coalesce(nullif(trim(first_name || ' ' || last_name), ''), nullif(email, ''), 'Contact ' || id) as label
                from contacts where id = any($1)
                union all select 'account', id, name from accounts where id = any($2)
                union all
                select 'customer', k.id, coalesce(nullif(trim(k.first_name || ' ' || k.last_name), ''), nullif(k.email, ''), 'Customer ' || k.id)
                    || case when k.is_guest then ', guest' else '' end || ' (' || c.name || ')'
                from customers k join channels c on c.id = k.channel_id where k.id = any($3)
                union all select 'order', id, increment_id from orders where id = any($4)
                union all select 'cart', id, remote_id::text from carts where id = any($5)
                union all select 'credit memo', id, increment_id from credit_memos where id = any($6)
                union all
                select 'subscriber', s.id, s.email || ' (' || c.name || ')'
                from newsletter_subscribers s join channels c on c.id = s.channel_id where s.id = any($7)
            ) as records
         ) as numbered where nr <= $8 order by kind, id desc",
        &person.contacts,
        &person.accounts,
        &person.customers,
        &person.orders,
        &person.carts,
        &person.memos,
        &person.subscribers,
        NAMED
    )
    .fetch_all(pool)
    .await?;
    let link = |kind: RecordKind, id, label| (kind, (label, Record::new(kind, id).path()));
    Ok(rows
        .into_iter()
        .filter_map(|row| Some(link(RecordKind::from_key(&row.kind)?, row.id, row.label)))
        .collect())
}

/// What has no page of its own.
async fn beside(pool: &PgPool, person: &Person) -> Result<[(&'static str, i64); 7], sqlx::Error> {
    let (kinds, ids) = person.columns();
    let row = sqlx::query!(
        "with theirs as (select * from unnest($1::text[], $2::bigint[]) as t(record, id))
         select (select count(*) from customer_addresses where customer_id = any($3)) as \"addresses!\",
            (select count(*) from activities a join theirs t on t.record = a.record and t.id = a.record_id) as \"activities!\",
            (select count(*) from record_tags g join theirs t on t.record = g.record and t.id = g.record_id)
                + (select count(*) from steps s join theirs t on t.record = s.record and t.id = s.record_id)
                + (select count(*) from step_changes s join theirs t on t.record = s.record and t.id = s.record_id) as \"desk!\",
            (select count(*) from changes where customer_id = any($3))
                + (select count(*) from creations where customer_id = any($3))
                + (select count(*) from deliveries where customer_id = any($3))
                + (select count(*) from subscription_changes where customer_id = any($3) or subscriber_id = any($5)) as \"edits!\",
            (select count(*) from conflicts where customer_id = any($3)) as \"conflicts!\",
            (select count(*) from failed_records where lower(raw_xml || cause) like any($4)) as \"failed!\",
            (select count(*) from audit_entries e join theirs t on t.record = e.subject and t.id = e.subject_id) as \"audit!\"",
        &kinds as _,
        &ids,
        &person.customers,
        &person.email_patterns(),
        &person.subscribers
    )
    .fetch_one(pool)
    .await?;
    Ok([
        ("Addresses in their address books", row.addresses),
        ("Notes, calls and e-mails", row.activities),
        ("Tags and steps of the follow-up", row.desk),
        ("Edits, and what of them was sent to a store", row.edits),
        ("Conflicts", row.conflicts),
        ("Failed records that name them", row.failed),
        ("Entries of the audit trail about these records", row.audit),
    ])
}

/// What was written down about others and has an address of theirs in it. An erasure leaves it, because it is somebody else's
/// as well: a person has to decide.
async fn elsewhere(pool: &PgPool, person: &Person) -> Result<Holding, sqlx::Error> {
    let (kinds, ids) = person.columns();
    let rows = sqlx::query!(
        "with theirs as (select * from unnest($1::text[], $2::bigint[]) as t(record, id)),
         found as (
            select a.record, a.record_id, max(a.id) as newest, count(*) as many from activities a
            where lower(a.subject || ' ' || a.body) like any($3)
                and not exists (select 1 from theirs t where t.record = a.record and t.id = a.record_id)
            group by a.record, a.record_id
         ) select record, record_id, sum(many) over ()::bigint as \"many!\" from found order by newest desc limit $4",
        &kinds as _,
        &ids,
        &person.email_patterns(),
        NAMED
    )
    .fetch_all(pool)
    .await?;
    let many = rows.first().map_or(0, |row| row.many);
    let mut some = Vec::new();
    for row in rows {
        let Some(kind) = RecordKind::from_key(&row.record) else { continue };
        let record = Record::new(kind, row.record_id);
        let head = records::find(pool, record).await?;
        some.extend(head.map(|head| (head.name, record.path())));
    }
    Ok(Holding { word: "Notes, calls and e-mails about others that name an address: these stay", many, some })
}
