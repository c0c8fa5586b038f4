//! What it costs to merge records that nobody changed: everything is pulled once more, with two way sync and without, and
//! every customer is merged once more by itself.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

use anyhow::Context;
use cartwright::crm::changes;
use cartwright::crm::channels::{Priority, Terms};
use cartwright::crm::customers::Incoming;
use cartwright::crm::merge::Policy;
use cartwright::sync::Wish;
use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::{Size, sync_once, took, traces};

/// Customers of one window.
const WINDOW: i64 = 2_000;

/// What was measured.
pub(super) struct Merging {
    /// A pull of everything, without two way sync.
    off: Duration,
    /// The same with it.
    on: Duration,
    /// The merging alone.
    alone: Duration,
    pub(super) written: bool,
}

impl fmt::Display for Merging {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (off, on) = (self.off.as_secs_f64(), self.on.as_secs_f64());
        let share = self.alone.as_secs_f64() / off * 100.0;
        write!(
            out,
            "Pull without changes: {off:.2} s, {on:.2} s with two way sync; merging alone {:.2} s, {share:.1} % (claim: under 10)",
            self.alone.as_secs_f64()
        )
    }
}

pub(super) async fn measure(pool: &PgPool, integration: i64, size: Size) -> anyhow::Result<Merging> {
    let before = traces(pool, size).await?;
    let off = took(&sync_once(pool, integration, Wish::FullResync).await?)?;
    sqlx::query("update integrations set two_way = true").execute(pool).await?;
    let on = sync_once(pool, integration, Wish::FullResync).await?;
    let written = traces(pool, size).await? != before;
    Ok(Merging { off, on: took(&on)?, alone: alone(pool, on.id).await?, written })
}

/// Window by window, as the pull does it; the reading of what would have arrived is not counted.
async fn alone(pool: &PgPool, job: i64) -> anyhow::Result<Duration> {
    let channel: i64 = sqlx::query_scalar("select id from channels").fetch_one(pool).await?;
    let terms = Terms { two_way: true, priority: Priority::Remote, field_rules: BTreeMap::new() };
    let policy = Policy::of(&terms);
    let (mut last, mut all) = (0, Duration::ZERO);
    loop {
        let rows: Vec<(i64, DateTime<Utc>, String)> = sqlx::query_as(
            "select remote_id, remote_created_at, email from customers where remote_id > $1
             order by remote_id limit $2",
        )
        .bind(last)
        .bind(WINDOW)
        .fetch_all(pool)
        .await?;
        let Some((highest, ..)) = rows.last() else { return Ok(all) };
        last = *highest;
        let batch: Vec<Incoming> = rows.into_iter().map(incoming).collect();
        let began = Instant::now();
        let mut tx = pool.begin().await?;
        let merged = changes::rebase(&mut tx, channel, &policy, job, &batch).await?;
        tx.commit().await?;
        all += began.elapsed();
        merged.is_none().then_some(()).context("nobody has edits")?;
    }
}

/// What a merge looks at first; there is no edit, so it looks at nothing else.
fn incoming((remote_id, created_at, email): (i64, DateTime<Utc>, String)) -> Incoming {
    Incoming {
        remote_id,
        website_id: None,
        store_id: None,
        group_id: None,
        email,
        prefix: String::new(),
        first_name: String::new(),
        middle_name: String::new(),
        last_name: String::new(),
        suffix: String::new(),
        birthday: None,
        gender: None,
        taxvat: String::new(),
        created_in: String::new(),
        confirmed: None,
        created_at,
        updated_at: created_at,
        row_hash: None,
        addresses: None,
        read_at: created_at,
        agreed: None,
    }
}
