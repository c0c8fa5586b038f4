//! Looking at what is wrong: the state machine of alerts.

use sqlx::{PgConnection, PgPool};

use super::{Alert, store};

/// From when on something is an alert.
#[derive(Debug, Clone, Copy)]
pub struct Thresholds {
    /// Seconds between syncs where an integration sets nothing else.
    pub default_interval: i32,
    /// Syncs that fail in a row.
    pub failed_syncs: i32,
    /// Intervals without a sync.
    pub intervals: i32,
    /// Tries of a failed record.
    pub tries: i32,
    /// Conflicts that wait.
    pub conflicts: i64,
    /// Refused edits that wait.
    pub rejected: i64,
}

/// What has turned since somebody last looked.
#[derive(Debug, Clone, Default)]
pub struct Turned {
    /// What became wrong.
    pub opened: Vec<Alert>,
    /// What is right again.
    pub closed: Vec<Alert>,
}

/// Is it time to look? Of all processes one is told so, every 15 seconds.
///
/// # Errors
/// From the database.
pub async fn look_is_due(pool: &PgPool) -> Result<bool, sqlx::Error> {
    let taken = sqlx::query!(
        "update alert_rounds set looked_at = now() where looked_at < now() - interval '15 seconds'"
    );
    Ok(taken.execute(pool).await?.rows_affected() > 0)
}

/// Something that is wrong now.
struct Trouble {
    kind: String,
    integration_id: i64,
    amount: i64,
    words: String,
}

/// Looks, in the caller's transaction: opens what is wrong, closes what is not any more, tells what has turned.
///
/// # Errors
/// From the database.
pub async fn look(db: &mut PgConnection, thresholds: &Thresholds) -> Result<Turned, sqlx::Error> {
    // one after the other: what one opens is news once
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('alerts', 0))").execute(&mut *db).await?;
    let troubles = troubles(db, thresholds).await?;
    let opened = open(db, &troubles).await?;
    let closed = close(db, &troubles).await?;
    Ok(Turned { opened: store::of(db, &opened).await?, closed: store::of(db, &closed).await? })
}

async fn troubles(db: &mut PgConnection, at: &Thresholds) -> Result<Vec<Trouble>, sqlx::Error> {
    sqlx::query_as!(
        Trouble,
        "with active as (
            select i.id, i.channel_id, i.failed_runs, i.paused_why, coalesce(i.last_synced_at, i.created_at) as since,
                coalesce(i.interval_seconds, $1::integer) as every, i.paused_at, i.quiet_from, i.quiet_to, i.quiet_zone
            from integrations i join channels c on c.id = i.channel_id where c.active and c.clearing is null
         ), last as (
            select a.*, j.status, coalesce(j.message, '') as message, coalesce(j.message ~* 'maintenance', false) as rests
            from active a left join lateral (
                select status, message from jobs where integration_id = a.id and kind = 'sync' and finished_at is not null
                    and status <> 'cancelled' order by id desc limit 1) j on true
            -- what a person lets rest needs no hand
            where a.paused_at is null
         ), refused as (
            select channel_id, count(*) as n from (
                select channel_id from rejected_edits
                union all select k.channel_id from creations n join customers k on k.id = n.customer_id where n.state = 'rejected'
                union all select channel_id from subscription_changes where state = 'rejected') r group by 1
         ), disputed as (
            select k.channel_id, count(*) as n from conflicts f join customers k on k.id = f.customer_id
            where f.decided_at is null group by 1
         )
         select 'sync failing' as \"kind!\", id as \"integration_id!\", failed_runs::bigint as \"amount!\",
            coalesce(paused_why, message) as \"words!\"
         from last where paused_why is not null or (status = 'failed' and failed_runs >= $2::integer and not rests)
         union all
         select 'maintenance', id, 1, message from last where rests and status in ('failed', 'completed with errors')
         union all
         select 'sync late', id, (extract(epoch from now() - since) / every)::bigint,
            'No data has come in since ' || to_char(since at time zone 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC.'
         from last, greatest(every * interval '1 second' * $3::float8, interval '30 minutes') as patience
         where every > 0 and paused_why is null and since < now() - patience
            and not is_quiet(now(), quiet_from, quiet_to, quiet_zone) and not is_quiet(now() - patience, quiet_from, quiet_to, quiet_zone)
            -- after a rest of ours it has had no chance yet
            and not exists (select 1 from jobs j where j.integration_id = last.id and j.kind = 'sync' and j.finished_at is null
                and j.queued_at > now() - patience)
         union all
         select 'failed records', r.integration_id, count(*), count(*) || case when count(*) = 1 then ' record has' else ' records have' end
            || ' failed at least ' || $4::integer || ' times.'
         from failed_records r join active a on a.id = r.integration_id where r.attempts >= $4::integer group by 2
         union all
         select 'rejected edits', a.id, r.n, r.n || case when r.n = 1 then ' edit was' else ' edits were' end || ' refused by the store.'
         from active a join refused r on r.channel_id = a.channel_id where r.n >= $5
         union all
         select 'conflicts', a.id, d.n, d.n || case when d.n = 1 then ' conflict waits' else ' conflicts wait' end || ' for a decision.'
         from active a join disputed d on d.channel_id = a.channel_id where d.n >= $6",
        at.default_interval,
        at.failed_syncs,
        f64::from(at.intervals),
        at.tries,
        at.rejected,
        at.conflicts
    )
    .fetch_all(db)
    .await
}

/// Opens what is not open yet, and brings the others up to date; returns those that are new.
async fn open(db: &mut PgConnection, troubles: &[Trouble]) -> Result<Vec<i64>, sqlx::Error> {
    let (kinds, ids, amounts, words) = columns(troubles);
    let rows = sqlx::query!(
        "insert into alerts as a (kind, integration_id, amount, words)
         select t.kind, t.id, t.amount, left(t.words, 1000)
         from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[]) as t(kind, id, amount, words)
         on conflict (integration_id, kind) where closed_at is null do update set amount = excluded.amount, words = excluded.words
         where (a.amount, a.words) is distinct from (excluded.amount, excluded.words)
         returning id, (xmax = 0) as \"fresh!\"",
        &kinds,
        &ids,
        &amounts,
        &words
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().filter(|row| row.fresh).map(|row| row.id).collect())
}

/// Closes what is wrong no longer. What only rests, by a person's pause or in quiet hours, is not right yet.
async fn close(db: &mut PgConnection, troubles: &[Trouble]) -> Result<Vec<i64>, sqlx::Error> {
    let (kinds, ids, ..) = columns(troubles);
    sqlx::query_scalar!(
        "update alerts a set closed_at = now() where a.closed_at is null and not exists (
            select 1 from unnest($1::text[], $2::bigint[]) as t(kind, id) where t.kind = a.kind and t.id = a.integration_id)
            and not (a.kind in ('sync failing', 'sync late', 'maintenance') and exists (
                select 1 from integrations i join channels c on c.id = i.channel_id
                where i.id = a.integration_id and coalesce(i.last_synced_at, i.created_at) <= a.opened_at
                    and (i.paused_at is not null or not c.active or (a.kind = 'sync late'
                        and (is_quiet(now(), i.quiet_from, i.quiet_to, i.quiet_zone)
                            or is_quiet(now() - interval '1 hour', i.quiet_from, i.quiet_to, i.quiet_zone))))))
         returning a.id",
        &kinds,
        &ids
    )
    .fetch_all(db)
    .await
}

fn columns(troubles: &[Trouble]) -> (Vec<String>, Vec<i64>, Vec<i64>, Vec<String>) {
    (
        troubles.iter().map(|trouble| trouble.kind.clone()).collect(),
        troubles.iter().map(|trouble| trouble.integration_id).collect(),
        troubles.iter().map(|trouble| trouble.amount).collect(),
        troubles.iter().map(|trouble| trouble.words.clone()).collect(),
    )
}
