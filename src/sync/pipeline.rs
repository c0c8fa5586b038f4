//! Windows on their way: listed, completed with their details, written, each stage at work on another window.
//!
//! ```text
//! plan ──▶ list ──▶ complete ──▶ write (one transaction) ──▶ next
//! ```
//! Between the stages at most one window waits, so memory stays bounded by the size of a window. How many calls are in
//! flight at once is the gate's affair.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use anyhow::bail;
use async_trait::async_trait;
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use sqlx::{Connection, PgConnection};
use tokio::sync::mpsc;

use super::connectors::Done;
use super::cursor::{self, Cursor};
use super::failed::{self, NewFailure};
use super::visit::{Visit, patiently};
use super::window::{self, Overlap, Span};
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

/// Which of the two reads a window belongs to.
#[derive(Clone, Copy)]
enum Read {
    Backfill { whole: Span },
    Increment { last: bool, overlap: Overlap },
}

struct Listed<R> {
    span: Span,
    read: Read,
    list: Listing<R>,
    sent_at: DateTime<Utc>,
}

struct Ready<W> {
    span: Span,
    read: Read,
    rows: usize,
    took: Duration,
    completed: Completed<W>,
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

/// Which windows are still to be asked for, and how large the next one is.
struct Plan {
    left: Vec<Span>,
    way: Way,
    span_seconds: std::sync::Arc<AtomicI64>,
    interrupted: std::sync::Arc<AtomicBool>,
}

#[derive(Clone, Copy)]
enum Way {
    Down { whole: Span },
    Up { overlap: Overlap },
}

impl Plan {
    fn downwards(whole: Span, gaps: Vec<Span>, span_seconds: i64) -> Self {
        let mut left = gaps;
        left.reverse();
        Self::new(left, Way::Down { whole }, span_seconds)
    }

    fn upwards(whole: Span, overlap: Overlap) -> Self {
        Self::new(vec![whole], Way::Up { overlap }, whole.seconds())
    }

    fn new(left: Vec<Span>, way: Way, span_seconds: i64) -> Self {
        let span_seconds = std::sync::Arc::new(AtomicI64::new(span_seconds.max(1)));
        Self { left, way, span_seconds, interrupted: std::sync::Arc::default() }
    }

    fn next(&mut self) -> Option<(Span, Read)> {
        let seconds = self.span_seconds.load(Ordering::Relaxed);
        let gap = self.left.pop()?;
        Some(match self.way {
            Way::Down { whole } => {
                let (window, rest) = gap.newest(seconds);
                self.left.extend(rest);
                (window, Read::Backfill { whole })
            }
            Way::Up { overlap } => {
                let (window, rest) = gap.oldest(seconds);
                self.left.extend(rest);
                (window, Read::Increment { last: rest.is_none(), overlap })
            }
        })
    }

    /// The window was too much: it is asked for again in halves. `false` when it cannot be halved.
    fn halve(&mut self, span: Span) -> bool {
        if span.seconds() < 2 {
            return false;
        }
        // the rows may have told already that far less is wanted
        self.span_seconds.fetch_min(span.seconds() / 2, Ordering::Relaxed);
        match (self.way, self.left.last_mut()) {
            (Way::Down { .. }, Some(next)) if next.to + TimeDelta::seconds(1) == span.from => {
                next.to = span.to
            }
            (Way::Up { .. }, Some(next)) if span.to + TimeDelta::seconds(1) == next.from => {
                next.from = span.from
            }
            _ => self.left.push(span),
        }
        true
    }
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
        let took = list.took.as_secs_f64();
        if let Way::Down { .. } = plan.way {
            let wider = window::next_span(span.seconds(), list.rows.len(), took);
            // a window cut short by the end of its gap says nothing about how wide one may be
            let asked = plan.span_seconds.load(Ordering::Relaxed);
            if span.seconds() >= asked || wider < asked {
                plan.span_seconds.store(wider, Ordering::Relaxed);
            }
        }
        if list.rows.len() > window::MOST_ROWS && plan.halve(span) {
            // too many rows for one transaction; the list was cheap, their details are not
            continue;
        }
        visit.tell(Some(list.took)).await?;
        if next.send(Listed { span, read, list, sent_at }).await.is_err() {
            return Ok(());
        }
        if matches!(plan.way, Way::Down { .. }) && !plan.left.is_empty() && visit.run.take_wish().await? {
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
        let rows = list.rows.len() + list.bad.len();
        let mut completed = noun.complete(visit, list.rows, stale_from, sent_at).await?;
        completed.failures.extend(list.bad.into_iter().map(|bad| NewFailure {
            remote_id: bad.remote_id.unwrap_or_else(|| "unknown".to_owned()),
            cause: bad.cause,
            raw_xml: bad.raw_xml,
        }));
        let took = list.took + began.elapsed();
        if next.send(Ready { span, read, rows, took, completed }).await.is_err() {
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

/// One window, one transaction.
async fn commit<N: Noun>(
    noun: &N,
    visit: &Visit,
    window: &Ready<N::Whole>,
    span_seconds: i64,
) -> anyhow::Result<Counts> {
    let id = visit.it.id;
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    let mut failures = window.completed.failures.clone();
    let mut counts = take_over(noun, visit, &mut tx, &window.completed.records, &mut failures).await?;
    counts.unchanged += window.completed.known;
    counts.read += i64::try_from(window.rows).unwrap_or(i64::MAX);
    counts.failed += i64::try_from(failures.len()).unwrap_or(i64::MAX);
    if !window.completed.records.is_empty() {
        let failed_now = |id: &String| failures.iter().any(|failure| failure.remote_id == *id);
        let healed: Vec<String> =
            window.completed.records.iter().map(|record| N::id(record).to_string()).collect();
        let healed: Vec<String> = healed.into_iter().filter(|id| !failed_now(id)).collect();
        failed::heal(&mut tx, id, N::NAME, &healed).await?;
    }
    failed::keep(&mut tx, id, N::NAME, visit.run.id, &failures).await?;
    let share = match window.read {
        Read::Backfill { whole } => {
            cursor::backfilled(&mut tx, id, N::NAME, window.span, span_seconds).await?;
            Some(share_done(whole, window.span))
        }
        Read::Increment { last, overlap } => {
            cursor::advance(&mut tx, id, N::NAME, window.span.to, last.then_some(overlap)).await?;
            None
        }
    };
    visit.run.count(&mut tx, N::NAME, counts).await?;
    visit.run.window(&mut tx, N::NAME, &format!("window {}", window.span.words()), share).await?;
    channels::note_synced(&mut tx, id).await?;
    tx.commit().await?;
    Ok(counts)
}

/// Takes a batch over; when a record breaks a rule of the database, the batch is halved down to it, and it alone fails.
async fn take_over<N: Noun>(
    noun: &N,
    visit: &Visit,
    db: &mut PgConnection,
    records: &[N::Whole],
    failures: &mut Vec<NewFailure>,
) -> anyhow::Result<Counts> {
    let mut counts = Counts::default();
    let mut batches = vec![records];
    while let Some(batch) = batches.pop() {
        if batch.is_empty() {
            continue;
        }
        let mut attempt = db.begin().await?;
        match noun.write(visit, &mut attempt, batch).await {
            Ok(taken) => {
                attempt.commit().await?;
                counts.created += taken.created;
                counts.updated += taken.updated;
                counts.unchanged += taken.unchanged;
            }
            Err(problem) if breaks_a_rule(&problem) => {
                attempt.rollback().await?;
                match batch {
                    [record] => failures.push(NewFailure {
                        remote_id: N::id(record).to_string(),
                        cause: format!("It cannot be stored: {problem}"),
                        raw_xml: N::raw(record),
                    }),
                    _ => {
                        let (left, right) = batch.split_at(batch.len() / 2);
                        batches.extend([right, left]);
                    }
                }
            }
            Err(problem) => return Err(problem.into()),
        }
    }
    Ok(counts)
}

/// Data exceptions (class 22) and constraint violations (class 23) are a record's fault; anything else is not.
fn breaks_a_rule(problem: &sqlx::Error) -> bool {
    let code = problem.as_database_error().and_then(|db| db.code());
    code.is_some_and(|code| code.starts_with("22") || code.starts_with("23"))
}

/// Per mille of the backfill that lies above the window's lower bound.
fn share_done(whole: Span, window: Span) -> i16 {
    let done = (whole.to - window.from).num_seconds().saturating_mul(1000) / whole.seconds().max(1);
    i16::try_from(done.clamp(0, 1000)).unwrap_or(0)
}
