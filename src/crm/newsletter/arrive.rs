//! What a store sends about subscribers whose subscription was changed here: it is merged with the change while it is
//! taken over, so that no pull undoes what waits.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::agree::{Decided, Open, State, Verdict, decide};
use super::upsert::upsert;
use super::{Incoming, Status};
use crate::crm::arrivals::Taken;
use crate::crm::channels::Priority;

/// Nobody else decides over subscriptions of this channel until the transaction ends.
pub async fn lock(db: &mut PgConnection, channel: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('subscriptions', $1))", channel)
        .execute(db)
        .await?;
    Ok(())
}

/// Takes a batch over, and settles what it tells of changes that wait.
///
/// # Errors
/// From the database.
pub async fn take_over(
    db: &mut PgConnection,
    channel: i64,
    priority: Priority,
    batch: &[Incoming],
) -> Result<Taken, sqlx::Error> {
    lock(db, channel).await?;
    let met = met(db, channel, batch).await?;
    let mut taken = upsert(db, channel, batch).await?;
    if met.is_empty() {
        return Ok(taken);
    }
    let verdicts: Vec<Verdict> = met.iter().map(|met| decide(&met.open, met.there, priority)).collect();
    settle(db, channel, &met, &verdicts).await?;
    show(db, channel, &met, &verdicts).await?;
    let conflicts = verdicts.iter().filter(|verdict| verdict.decided.is_some()).count();
    taken.conflicts = i64::try_from(conflicts).unwrap_or(i64::MAX);
    Ok(taken)
}

/// A change that waits, and what the store tells of its subscriber.
struct Met {
    id: i64,
    /// The store's id of the subscriber.
    remote_id: i64,
    there: i16,
    read_at: DateTime<Utc>,
    open: Open,
}

/// Changes that the batch is about. A customer who was no subscriber here is known by the store's number of them, or by the
/// e-mail of somebody without an account. Answers older than what is stored are not looked at.
async fn met(db: &mut PgConnection, channel: i64, batch: &[Incoming]) -> Result<Vec<Met>, sqlx::Error> {
    let rows = sqlx::query!(
        "with told as (select * from unnest($2::bigint[], $3::bigint[], $4::text[], $5::smallint[], $6::timestamptz[])
            as t(remote_id, customer_id, email, status, read_at))
         select distinct on (w.id) w.id, t.remote_id as \"remote_id!\", t.status as \"there!\", t.read_at as \"read_at!\",
            w.subscriber_id, w.base_status, w.to_status, w.state,
            (w.state = 'pending' or coalesce(n.status = w.to_status, false)) as \"shown!\",
            case when w.sent_at is not null then w.sent_status end as sent,
            w.accepted_at is not null as \"accepted!\"
         from subscription_changes w left join newsletter_subscribers n on n.id = w.subscriber_id
         left join customers k on k.id = w.customer_id
         join told t on case when w.subscriber_id is null
            then t.customer_id = k.remote_id or (t.customer_id is null and lower(t.email) = lower(k.email))
            else t.remote_id = n.remote_id end
         where w.channel_id = $1 and w.state in ('pending', 'rejected') and (n.id is null or n.read_at <= t.read_at)
         order by w.id, (t.customer_id is null), t.remote_id desc",
        channel,
        &batch.iter().map(|s| s.remote_id).collect::<Vec<i64>>(),
        &batch.iter().map(|s| s.remote_customer_id).collect::<Vec<Option<i64>>>() as _,
        &batch.iter().map(|s| s.email.clone()).collect::<Vec<String>>(),
        &batch.iter().map(|s| s.status).collect::<Vec<i16>>(),
        &batch.iter().map(|s| s.read_at).collect::<Vec<DateTime<Utc>>>(),
    )
    .fetch_all(db)
    .await?;
    // a subscriber has one change that waits: their own before one of a customer who turns out to be them
    let mut taken: HashSet<i64> =
        rows.iter().filter(|row| row.subscriber_id.is_some()).map(|row| row.remote_id).collect();
    let mut met = Vec::new();
    for row in rows {
        if row.subscriber_id.is_none() && !taken.insert(row.remote_id) {
            continue;
        }
        let Some(state) = State::from_key(&row.state) else { continue };
        let open = Open {
            state,
            base: row.base_status,
            to: row.to_status,
            shown: row.shown,
            sent: row.sent,
            accepted: row.accepted,
        };
        met.push(Met { id: row.id, remote_id: row.remote_id, there: row.there, read_at: row.read_at, open });
    }
    Ok(met)
}

/// Writes what became of the changes. What the store has now is what both sides had last. A store may finish a call late, but
/// not after an hour: what it shows from then on is its own.
async fn settle(
    db: &mut PgConnection,
    channel: i64,
    met: &[Met],
    verdicts: &[Verdict],
) -> Result<(), sqlx::Error> {
    let states = verdicts.iter().map(|verdict| verdict.state.key().to_owned()).collect::<Vec<String>>();
    let rules = verdicts.iter().map(|verdict| verdict.decided.map(|decided| decided.key().to_owned()));
    let messages = met.iter().zip(verdicts).map(|(met, verdict)| words(met.there, verdict));
    sqlx::query!(
        "update subscription_changes w set subscriber_id = n.id, base_status = t.there, state = t.state,
            rule = coalesce(t.rule, w.rule), there_status = case when t.rule is null then w.there_status else t.there end,
            message = case when t.state = 'sent' then null else coalesce(t.message, w.message) end,
            sent_at = case when t.state in ('pending', 'rejected') and w.sent_at < t.read_at - interval '1 hour' then null
                else w.sent_at end,
            state_at = case when w.state = t.state then w.state_at else now() end
         from unnest($2::bigint[], $3::bigint[], $4::smallint[], $5::timestamptz[], $6::text[], $7::text[], $8::text[])
            as t(id, remote_id, there, read_at, state, rule, message)
         join newsletter_subscribers n on n.channel_id = $1 and n.remote_id = t.remote_id and n.read_at <= t.read_at
         where w.id = t.id and (t.rule is not null
            or (t.state in ('pending', 'rejected') and w.sent_at < t.read_at - interval '1 hour')
            or (w.subscriber_id, w.base_status, w.state) is distinct from (n.id, t.there, t.state))",
        channel,
        &met.iter().map(|met| met.id).collect::<Vec<i64>>(),
        &met.iter().map(|met| met.remote_id).collect::<Vec<i64>>(),
        &met.iter().map(|met| met.there).collect::<Vec<i16>>(),
        &met.iter().map(|met| met.read_at).collect::<Vec<DateTime<Utc>>>(),
        &states,
        &rules.collect::<Vec<Option<String>>>() as _,
        &messages.collect::<Vec<Option<String>>>() as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The CRM shows what was decided.
async fn show(
    db: &mut PgConnection,
    channel: i64,
    met: &[Met],
    verdicts: &[Verdict],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update newsletter_subscribers n set status = t.status
         from unnest($2::bigint[], $3::smallint[], $4::timestamptz[]) as t(remote_id, status, read_at)
         where n.channel_id = $1 and n.remote_id = t.remote_id and n.read_at <= t.read_at and n.status <> t.status",
        channel,
        &met.iter().map(|met| met.remote_id).collect::<Vec<i64>>(),
        &verdicts.iter().map(|verdict| verdict.status).collect::<Vec<i16>>(),
        &met.iter().map(|met| met.read_at).collect::<Vec<DateTime<Utc>>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What the page says of what was decided.
fn words(there: i16, verdict: &Verdict) -> Option<String> {
    let there = Status::from_number(there).map_or("another status", Status::word);
    Some(match verdict.decided? {
        Decided::By(Priority::Remote) => {
            format!("Both sides changed it: Magento’s “{there}” won the conflict.")
        }
        Decided::By(Priority::Local) => format!("Both sides changed it: it wins over Magento’s “{there}”."),
        Decided::By(Priority::Ask) => format!("The store changed it, too: it has “{there}”."),
        Decided::Store => format!("The store made “{there}” of it."),
    })
}
