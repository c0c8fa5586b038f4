//! Windows on their way: listed, completed with their details, written, each stage at work on another window.
//!
//! ```text
//! plan ──▶ list ──▶ complete ──▶ write (one transaction) ──▶ next
//! ```
//! Between the stages at most one window waits, so memory stays bounded by the size of a window. How many calls are in
//! flight at once is the gate's affair.

use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::bail;
use async_trait::async_trait;
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use sqlx::PgConnection;
use tokio::sync::mpsc;

use super::commit::{Ready, commit};
use super::connectors::Done;
use super::cursor::{self, Cursor};
use super::failed::NewFailure;
use super::plan::{Plan, Read};
use super::visit::{Visit, patiently};
use super::window::{self, Span};
use crate::base::clock;
use crate::crm::channels;
use crate::jobs::{Counts, Level};
use crate::magento::CallError;
use crate::magento::api::Listing;

/// A noun that is read by windows over `updated_at`.
#[async_trait]
pub(super) trait Noun: Send + Sync {
    /// A row of the list.
    type Listed: Send + Sync;
    /// A record with its details.
    type Whole: Send + Sync;

    /// The connector.
    const NAME: &'static str;

    /// The list of a window, bounds inclusive.
    async fn list(&self, visit: &Visit, span: Span) -> Result<Listing<Self::Listed>, CallError>;

    /// Of a row: the store's id, and when it was last saved.
    fn mark(row: &Self::Listed) -> (i64, DateTime<Utc>);

    /// Fetches the details of the rows that need them; `stale_from` = rows saved since then need them in any case.
    async fn complete(
        &self,
        visit: &Visit,
        rows: Vec<Self::Listed>,
        stale_from: Option<DateTime<Utc>>,
        sent_at: DateTime<Utc>,
    ) -> anyhow::Result<Completed<Self::Whole>>;

    /// The store's id of a record.
    fn id(whole: &Self::Whole) -> i64;

    /// Takes records over.
    async fn write(
        &self,
        visit: &Visit,
        db: &mut PgConnection,
        records: &[Self::Whole],
    ) -> Result<Counts, sqlx::Error>;

    /// A record as text, for one that cannot be taken over.
    fn raw(whole: &Self::Whole) -> String;
}

/// A window with its details.
pub(super) struct Completed<W> {
    /// To be taken over.
    pub(super) records: Vec<W>,
    /// Rows that are stored already just so.
    pub(super) known: i64,
    /// What could not be read.
    pub(super) failures: Vec<NewFailure>,
}

struct Listed<R> {
    span: Span,
    read: Read,
    list: Listing<R>,
    sent_at: DateTime<Utc>,
}

/// Reads what has changed since the last time, then goes on with the backfill until it is complete.
pub(super) async fn run<N: Noun>(noun: &N, visit: &Visit) -> anyhow::Result<Done> {
    let id = visit.it.id;
    loop {
        let at = cursor::find(visit.pool(), id, N::NAME).await?;
        match at.cursor {
            None => begin::<N>(visit).await?,
            Some(from) => increment(noun, visit, &at, from).await?,
        }
        let at = cursor::find(visit.pool(), id, N::NAME).await?;
        if at.backfilled_at.is_some() {
            return Ok(Done::with("up to date"));
        }
        if backfill(noun, visit, &at).await? {
            visit.run.log(Level::Info, N::NAME, "The backfill is complete.").await?;
            return Ok(Done::with("up to date"));
        }
        visit.run.log(Level::Info, N::NAME, "Looking at new changes before the backfill goes on.").await?;
    }
}

async fn begin<N: Noun>(visit: &Visit) -> anyhow::Result<()> {
    let (t0, _) = visit.store_now().unwrap_or_else(|| (clock::now(), TimeDelta::zero()));
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    cursor::begin(&mut tx, visit.it.id, N::NAME, t0).await?;
    tx.commit().await?;
    Ok(())
}

async fn increment<N: Noun>(noun: &N, visit: &Visit, at: &Cursor, from: DateTime<Utc>) -> anyhow::Result<()> {
    let now = clock::now();
    let told = visit.store_now();
    let to = told.map_or(now, |(store_now, _)| store_now);
    let overlap = window::overlap(told.map(|(_, unsure)| unsure), at.hour_overlap_at, at.day_overlap_at, now);
    let passed = at.cursor_set_at.map_or(TimeDelta::zero(), |set| visit.db_now() - set);
    let Some(whole) = Span::new(window::increment_from(from, passed, to, overlap.back), to) else {
        return Ok(());
    };
    let plan = Plan::upwards(whole, overlap);
    drive(noun, visit, plan).await
}

/// `true` when nothing is left; `false` when it made way for new changes.
async fn backfill<N: Noun>(noun: &N, visit: &Visit, at: &Cursor) -> anyhow::Result<bool> {
    let t0 = at.t0.unwrap_or_else(clock::now);
    let start = visit.it.settings.sync_start_date.and_time(NaiveTime::MIN).and_utc();
    if let Some(whole) = Span::new(start, t0) {
        let gaps = cursor::gaps(visit.pool(), visit.it.id, N::NAME, whole).await?;
        let plan = Plan::downwards(whole, gaps, at.span_seconds.unwrap_or(window::FIRST_SPAN));
        let interrupted = plan.interrupted.clone();
        drive(noun, visit, plan).await?;
        if interrupted.load(Ordering::Relaxed) {
            return Ok(false);
        }
    }
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    cursor::complete(&mut tx, visit.it.id, N::NAME).await?;
    channels::note_synced(&mut tx, visit.it.id).await?;
    tx.commit().await?;
    Ok(true)
}

/// Sends all windows of a plan through the stages.
async fn drive<N: Noun>(noun: &N, visit: &Visit, plan: Plan) -> anyhow::Result<()> {
    let span_seconds = plan.span_seconds.clone();
    let (to_complete, listed) = mpsc::channel(1);
    let (to_write, ready) = mpsc::channel(1);
    tokio::try_join!(
        list_all(noun, visit, plan, to_complete),
        complete_all(noun, visit, listed, to_write),
        write_all(noun, visit, ready, &span_seconds),
    )?;
    Ok(())
}

async fn list_all<N: Noun>(
    noun: &N,
    visit: &Visit,
    mut plan: Plan,
    next: mpsc::Sender<Listed<N::Listed>>,
) -> anyhow::Result<()> {
    while let Some((span, read)) = plan.next() {
        let sent_at = visit.db_now();
        let list = match patiently(visit, N::NAME, || noun.list(visit, span)).await {
            Ok(list) => list,
            Err(problem) if problem.asks_for_less() => {
                let text = format!("Window {}: {problem} It is asked for in halves.", span.words());
                visit.run.log(Level::Warning, N::NAME, &text).await?;
                if plan.halve(span) {
                    continue;
                }
                return Err(problem.into());
            }
            Err(problem) => return Err(problem.into()),
        };
        check_filter::<N>(span, &list)?;
        plan.learn(span, list.rows.len(), list.took.as_secs_f64());
        if list.rows.len() > window::MOST_ROWS && plan.halve(span) {
            // too many rows for one transaction; the list was cheap, their details are not
            continue;
        }
        visit.tell(Some(list.took)).await?;
        if next.send(Listed { span, read, list, sent_at }).await.is_err() {
            return Ok(());
        }
        if plan.is_backfill() && !plan.is_empty() && visit.run.take_wish().await? {
            plan.interrupted.store(true, Ordering::Relaxed);
            return Ok(());
        }
    }
    Ok(())
}

/// A list that ignores the filter would be taken for the window's content, and the rest for done.
fn check_filter<N: Noun>(span: Span, list: &Listing<N::Listed>) -> anyhow::Result<()> {
    let outside = list.rows.iter().map(N::mark).find(|(_, at)| !span.holds(*at));
    if let Some((id, at)) = outside {
        bail!(
            "The store ignores the filter: asked for {}, it sent record {id} of {at}. Nothing of this answer was used. \
             Another module in the store may have changed its API.",
            span.words()
        );
    }
    Ok(())
}

async fn complete_all<N: Noun>(
    noun: &N,
    visit: &Visit,
    mut listed: mpsc::Receiver<Listed<N::Listed>>,
    next: mpsc::Sender<Ready<N::Whole>>,
) -> anyhow::Result<()> {
    while let Some(Listed { span, read, list, sent_at }) = listed.recv().await {
        let began = std::time::Instant::now();
        let stale_from = match read {
            Read::Backfill { .. } => None,
            Read::Increment { overlap, .. } => Some(span.to - overlap.back.min(TimeDelta::minutes(2))),
        };
        let rows = i64::try_from(list.rows.len() + list.bad.len()).unwrap_or(i64::MAX);
        let highest_id = list.rows.iter().map(|row| N::mark(row).0).max().unwrap_or(0);
        let mut completed = noun.complete(visit, list.rows, stale_from, sent_at).await?;
        completed.failures.extend(list.bad.into_iter().map(|bad| NewFailure {
            remote_id: bad.remote_id.unwrap_or_else(|| "unknown".to_owned()),
            cause: bad.cause,
            raw_xml: bad.raw_xml,
        }));
        let took = list.took + began.elapsed();
        if next.send(Ready { span, read, rows, highest_id, took, completed }).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

async fn write_all<N: Noun>(
    noun: &N,
    visit: &Visit,
    mut ready: mpsc::Receiver<Ready<N::Whole>>,
    span_seconds: &AtomicI64,
) -> anyhow::Result<()> {
    while let Some(window) = ready.recv().await {
        let counts = commit(noun, visit, &window, span_seconds.load(Ordering::Relaxed)).await?;
        if window.rows > 0 {
            let text = format!(
                "Window {}: {} read, {} created, {} updated, {} unchanged{} in {:.1} s",
                window.span.words(),
                counts.read,
                counts.created,
                counts.updated,
                counts.unchanged,
                if counts.failed > 0 { format!(", {} failed,", counts.failed) } else { String::new() },
                window.took.as_secs_f64(),
            );
            visit
                .run
                .log(if counts.failed > 0 { Level::Warning } else { Level::Info }, N::NAME, &text)
                .await?;
        }
        if counts.failed > 0 {
            visit.note_error(format!(
                "{}: {} records of one window are kept as failed.",
                N::NAME,
                counts.failed
            ));
        }
        visit.tell(None).await?;
    }
    Ok(())
}
