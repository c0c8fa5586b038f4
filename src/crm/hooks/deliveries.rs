//! From events that wait to deliveries that went: every query of `webhook_events` and `webhook_deliveries`.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool};

use super::{Event, MOST_TRIES};

/// Events that are looked at together.
const LOOKED_AT: i64 = 1_000;
/// Records that one delivery tells of.
const TOLD: usize = 100;

/// A delivery to be sent.
#[derive(Debug, Clone)]
pub struct Due {
    /// Row id; the same in every try.
    pub id: i64,
    /// Where to.
    pub url: String,
    /// What it tells.
    pub events: Value,
}

/// The webhooks for which something waits that can be sent now, with their names.
///
/// # Errors
/// From the database.
pub async fn due(db: &mut PgConnection) -> Result<Vec<(i64, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select w.id, w.name from webhooks w
         where w.active and (w.rests_until is null or w.rests_until <= now())
            and (exists (select 1 from webhook_events e where e.webhook_id = w.id)
                or exists (select 1 from webhook_deliveries d where d.webhook_id = w.id and d.sent_at is null
                    and d.given_up_at is null and d.next_try_at <= now()))
         order by w.id"
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Makes a delivery of the oldest events that wait for a webhook; one record is told of once, whatever happened to it. False if
/// none waits.
///
/// # Errors
/// From the database.
pub async fn gather(pool: &PgPool, webhook: i64) -> Result<bool, sqlx::Error> {
    let mut tx = pool.begin().await?;
    let rows = sqlx::query!(
        "select id, event, record_id, at from webhook_events where webhook_id = $1 order by id limit $2 for update skip locked",
        webhook,
        LOOKED_AT
    )
    .fetch_all(&mut *tx)
    .await?;
    // in the order in which each was first told of, with the time of the last
    let mut told: Vec<(String, i64, DateTime<Utc>)> = Vec::new();
    let mut known: BTreeMap<(String, i64), usize> = BTreeMap::new();
    let mut taken = Vec::new();
    for row in rows {
        let key = (row.event.clone(), row.record_id);
        // whoever is told that a record is new reads it as it is
        let is_new = known.contains_key(&(row.event.replace(".updated", ".created"), row.record_id));
        match known.get(&key) {
            Some(nr) => told.get_mut(*nr).into_iter().for_each(|place| place.2 = row.at),
            None if is_new => {}
            None if told.len() == TOLD => continue,
            None => {
                known.insert(key, told.len());
                told.push((row.event, row.record_id, row.at));
            }
        }
        taken.push(row.id);
    }
    if taken.is_empty() {
        return Ok(false);
    }
    sqlx::query!("delete from webhook_events where id = any($1)", &taken).execute(&mut *tx).await?;
    let events: Vec<Value> = told.iter().map(|(event, id, at)| told_as(event, *id, *at)).collect();
    insert(&mut tx, webhook, &Value::Array(events), &subject(&told)).await?;
    tx.commit().await?;
    Ok(true)
}

/// Makes a delivery that tells nothing, to try a webhook.
///
/// # Errors
/// From the database.
pub async fn ping(db: &mut PgConnection, webhook: i64, at: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let at = at.to_rfc3339_opts(SecondsFormat::Millis, true);
    insert(db, webhook, &json!([{"event": "ping", "at": at}]), "Test").await
}

async fn insert(
    db: &mut PgConnection,
    webhook: i64,
    events: &Value,
    subject: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into webhook_deliveries (webhook_id, events, subject) values ($1, $2, $3)",
        webhook,
        events,
        subject
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes the delivery of a webhook that is to be sent next: first what was never tried. Whoever takes it has five minutes; after
/// a crash another one sends it.
///
/// # Errors
/// From the database.
pub async fn claim(pool: &PgPool, webhook: i64) -> Result<Option<Due>, sqlx::Error> {
    sqlx::query_as!(
        Due,
        "update webhook_deliveries d set attempts = d.attempts + 1, next_try_at = now() + interval '5 minutes'
         from webhooks w
         where w.id = d.webhook_id and d.id = (
            select n.id from webhook_deliveries n join webhooks m on m.id = n.webhook_id
            where n.webhook_id = $1 and n.sent_at is null and n.given_up_at is null and n.next_try_at <= now()
                and m.active and (m.rests_until is null or m.rests_until <= now())
            order by n.attempts, n.id limit 1 for update of n skip locked)
         returning d.id, w.url, d.events",
        webhook
    )
    .fetch_optional(pool)
    .await
}

/// It was taken.
///
/// # Errors
/// From the database.
pub async fn sent(pool: &PgPool, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with d as (
            update webhook_deliveries set sent_at = now(), status = 200, error = null where id = $1 returning webhook_id
         )
         update webhooks set failures = 0, failing_since = null, rests_until = null
         where id = (select webhook_id from d) and failures > 0",
        id
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// It was not taken, for this reason: it is tried again after a wait that doubles, or given up. The webhook is left alone for a
/// while that doubles, too, up to a quarter of an hour; one that has failed for three days is switched off. Tells when the
/// delivery is tried again; `None` = never.
///
/// # Errors
/// From the database.
pub async fn failed(
    pool: &PgPool,
    id: i64,
    status: Option<i16>,
    why: &str,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    let mut tx = pool.begin().await?;
    let row = sqlx::query!(
        "update webhook_deliveries set status = $2, error = left($3, 1000),
            next_try_at = now() + least(interval '1 minute' * 2 ^ least(attempts, 20), interval '12 hours'),
            given_up_at = case when attempts >= $4 then now() end
         where id = $1
         returning webhook_id, case when given_up_at is null then next_try_at end as \"again?\"",
        id,
        status,
        why.replace('\0', ""),
        MOST_TRIES
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    sqlx::query!(
        "update webhooks set failures = failures + 1, failing_since = coalesce(failing_since, now()),
            rests_until = now() + least(interval '30 seconds' * 2 ^ least(failures, 10), interval '15 minutes'),
            active = active and coalesce(failing_since, now()) > now() - interval '3 days'
         where id = $1",
        row.webhook_id
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(row.again)
}

/// Sends a delivery once more, whatever became of it. False if there is none.
///
/// # Errors
/// From the database.
pub async fn resend(db: &mut PgConnection, webhook: i64, id: i64) -> Result<bool, sqlx::Error> {
    let asked = sqlx::query!(
        "update webhook_deliveries set attempts = 0, next_try_at = now(), sent_at = null, given_up_at = null, error = null
         where id = $1 and webhook_id = $2",
        id,
        webhook
    )
    .execute(&mut *db)
    .await?;
    // whoever asks wants it now
    sqlx::query!("update webhooks set rests_until = null where id = $1", webhook).execute(db).await?;
    Ok(asked.rows_affected() > 0)
}

/// Events and deliveries of a webhook that wait.
///
/// # Errors
/// From the database.
pub async fn of_webhook(pool: &PgPool, webhook: i64) -> Result<(i64, i64), sqlx::Error> {
    let row = sqlx::query!(
        "select (select count(*) from (select 1 from webhook_events where webhook_id = $1 limit 10001) e) as \"events!\",
            (select count(*) from webhook_deliveries where webhook_id = $1 and sent_at is null and given_up_at is null)
                as \"deliveries!\"",
        webhook
    )
    .fetch_one(pool)
    .await?;
    Ok((row.events, row.deliveries))
}

/// Forgets deliveries from before a time that are over, and what waits for a webhook that is switched off.
///
/// # Errors
/// From the database.
pub async fn forget_before(pool: &PgPool, before: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from webhook_deliveries where created_at < $1 and (sent_at is not null or given_up_at is not null)",
        before
    )
    .execute(pool)
    .await?;
    sqlx::query!("delete from webhook_events e using webhooks w where w.id = e.webhook_id and not w.active")
        .execute(pool)
        .await?;
    Ok(())
}

/// An event as it is told.
fn told_as(event: &str, id: i64, at: DateTime<Utc>) -> Value {
    let place = Event::from_key(event).map_or("", Event::at);
    json!({
        "event": event,
        "at": at.to_rfc3339_opts(SecondsFormat::Millis, true),
        "id": id,
        "path": format!("{place}{id}"),
    })
}

/// "2 × customer.updated, order.created".
fn subject(told: &[(String, i64, DateTime<Utc>)]) -> String {
    let mut many: BTreeMap<&str, usize> = BTreeMap::new();
    for (event, ..) in told {
        *many.entry(event).or_default() += 1;
    }
    let word = |(event, n): (&str, usize)| if n == 1 { event.to_owned() } else { format!("{n} × {event}") };
    many.into_iter().map(word).collect::<Vec<_>>().join(", ")
}
