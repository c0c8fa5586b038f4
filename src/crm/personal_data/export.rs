//! Everything that is held of a person, as one document. Its shape is described in `docs/personal-data.md`.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::Person;
use crate::crm::records::Record;

/// The document's shape; another shape gets another number.
const FORMAT: &str = "cartwright personal data 1";

/// The document.
///
/// # Errors
/// From the database.
pub async fn export(
    pool: &PgPool,
    person: &Person,
    subject: Record,
    now: DateTime<Utc>,
) -> Result<Value, sqlx::Error> {
    let mut document = json!({
        "format": FORMAT,
        "exported_at": now,
        "subject": { "record": subject.kind.key(), "id": subject.id },
    });
    let parts = [people(pool, person).await?, bought(pool, person).await?, written(pool, person).await?];
    if let Some(members) = document.as_object_mut() {
        members.extend(
            parts
                .into_iter()
                .filter_map(|part| match part {
                    Value::Object(part) => Some(part),
                    _ => None,
                })
                .flatten(),
        );
    }
    Ok(document)
}

/// Who they are.
async fn people(pool: &PgPool, person: &Person) -> Result<Value, sqlx::Error> {
    sqlx::query_scalar!(
        "select jsonb_build_object(
            'contacts', (select coalesce(jsonb_agg(to_jsonb(c) order by c.id), '[]') from contacts c where c.id = any($1)),
            'accounts', (select coalesce(jsonb_agg(to_jsonb(a) order by a.id), '[]') from accounts a where a.id = any($2)),
            'customers', (select coalesce(jsonb_agg(to_jsonb(k) - array['base', 'base_read_at', 'row_hash', 'erased_at']
                || jsonb_build_object('channel', c.name, 'addresses', (
                    select coalesce(jsonb_agg(to_jsonb(d) - array['base', 'base_read_at'] order by d.id), '[]')
                    from customer_addresses d where d.customer_id = k.id)) order by k.id), '[]')
                from customers k join channels c on c.id = k.channel_id where k.id = any($3)),
            'newsletter_subscriptions', (select coalesce(jsonb_agg(to_jsonb(s) - array['content_hash', 'read_at'] order by s.id), '[]')
                from newsletter_subscribers s where s.id = any($4))) as \"part!\"",
        &person.contacts,
        &person.accounts,
        &person.customers,
        &person.subscribers
    )
    .fetch_one(pool)
    .await
}

/// What they bought, and nearly bought.
async fn bought(pool: &PgPool, person: &Person) -> Result<Value, sqlx::Error> {
    sqlx::query_scalar!(
        "select jsonb_build_object(
            'orders', (select coalesce(jsonb_agg(to_jsonb(o) - array['row_hash', 'content_hash', 'read_at'] || jsonb_build_object(
                'items', (select coalesce(jsonb_agg(to_jsonb(i) - 'order_id' order by i.position), '[]') from order_items i where i.order_id = o.id),
                'addresses', (select coalesce(jsonb_agg(to_jsonb(d) - 'order_id' order by d.kind), '[]') from order_addresses d where d.order_id = o.id),
                'notes', (select coalesce(jsonb_agg(to_jsonb(n) - 'order_id' order by n.position), '[]') from order_notes n where n.order_id = o.id))
                order by o.id), '[]') from orders o where o.id = any($1)),
            'carts', (select coalesce(jsonb_agg(to_jsonb(c) - array['content_hash', 'read_at'] || jsonb_build_object(
                'items', (select coalesce(jsonb_agg(to_jsonb(i) - 'cart_id' order by i.remote_id), '[]') from cart_items i where i.cart_id = c.id))
                order by c.id), '[]') from carts c where c.id = any($2)),
            'credit_memos', (select coalesce(jsonb_agg(to_jsonb(m) - array['row_hash', 'content_hash', 'read_at'] || jsonb_build_object(
                'items', (select coalesce(jsonb_agg(to_jsonb(i) - 'credit_memo_id' order by i.position), '[]') from credit_memo_items i where i.credit_memo_id = m.id))
                order by m.id), '[]') from credit_memos m where m.id = any($3))) as \"part!\"",
        &person.orders,
        &person.carts,
        &person.memos
    )
    .fetch_one(pool)
    .await
}

/// What was written about them, and what was done with their records.
async fn written(pool: &PgPool, person: &Person) -> Result<Value, sqlx::Error> {
    let (kinds, ids) = person.columns();
    sqlx::query_scalar!(
        "with theirs as (select * from unnest($1::text[], $2::bigint[]) as t(record, id))
         select jsonb_build_object(
            'activities', (select coalesce(jsonb_agg(to_jsonb(a) order by a.id), '[]')
                from activities a join theirs t on t.record = a.record and t.id = a.record_id),
            'tags', (select coalesce(jsonb_agg(jsonb_build_object('record', g.record, 'record_id', g.record_id, 'tag', n.name, 'at', g.at) order by g.at), '[]')
                from record_tags g join theirs t on t.record = g.record and t.id = g.record_id join tags n on n.id = g.tag_id),
            'follow_up', (select coalesce(jsonb_agg(to_jsonb(s) order by s.at), '[]')
                from steps s join theirs t on t.record = s.record and t.id = s.record_id),
            'follow_up_changes', (select coalesce(jsonb_agg(to_jsonb(s) order by s.id), '[]')
                from step_changes s join theirs t on t.record = s.record and t.id = s.record_id),
            'edits', (select coalesce(jsonb_agg(to_jsonb(c) order by c.id), '[]') from changes c where c.customer_id = any($3)),
            'creations', (select coalesce(jsonb_agg(to_jsonb(c) - 'password' order by c.id), '[]') from creations c where c.customer_id = any($3)),
            'sent_to_stores', (select coalesce(jsonb_agg(to_jsonb(d) order by d.id), '[]') from deliveries d where d.customer_id = any($3)),
            'conflicts', (select coalesce(jsonb_agg(to_jsonb(f) order by f.id), '[]') from conflicts f where f.customer_id = any($3)),
            'subscription_changes', (select coalesce(jsonb_agg(to_jsonb(s) order by s.id), '[]')
                from subscription_changes s where s.customer_id = any($3) or s.subscriber_id = any($5)),
            'failed_records', (select coalesce(jsonb_agg(to_jsonb(f) order by f.id), '[]')
                from failed_records f where lower(f.raw_xml || f.cause) like any($4)),
            'audit_entries', (select coalesce(jsonb_agg(to_jsonb(e) - array['words', 'address', 'request'] order by e.id), '[]')
                from audit_entries e join theirs t on t.record = e.subject and t.id = e.subject_id)) as \"part!\"",
        &kinds as _,
        &ids,
        &person.customers,
        &person.email_patterns(),
        &person.subscribers
    )
    .fetch_one(pool)
    .await
}
