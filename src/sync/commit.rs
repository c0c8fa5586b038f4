//! One window, one transaction: rows, base snapshots, failed records, counters and cursor.

use std::time::Duration;

use anyhow::bail;
use sqlx::{Connection, PgConnection};

use super::cursor;
use super::erased;
use super::failed::{self, NewFailure};
use super::noun::{Completed, Noun};
use super::visit::Visit;
use super::window::{Overlap, Span};
use crate::base::measure;
use crate::crm::arrivals::Taken;
use crate::crm::{channels, dashboard};
use crate::jobs::{Counts, Level};

use chrono::{DateTime, Utc};

/// So many numbers that belong to other records all at once: the store is not the one that was read before.
const MOST_REPLACED: i64 = 50;

/// A window with everything that is to be written.
pub(super) struct Ready<W> {
    pub(super) step: Step,
    /// What was asked for, in words.
    pub(super) words: String,
    /// Rows of the list, also those that could not be read.
    pub(super) rows: i64,
    /// The greatest id among them.
    pub(super) highest_id: i64,
    pub(super) took: Duration,
    pub(super) completed: Completed<W>,
}

impl<W> Ready<W> {
    /// Records that were asked for by themselves, in requests that began then.
    pub(super) fn apart(
        visit: &Visit,
        words: String,
        sent_at: DateTime<Utc>,
        completed: Completed<W>,
    ) -> Self {
        let rows = i64::try_from(completed.records.len()).unwrap_or(i64::MAX);
        let took = (visit.db_now() - sent_at).to_std().unwrap_or_default();
        Self { step: Step::None, words, rows, highest_id: 0, took, completed }
    }
}

/// What a window does to the cursor.
#[derive(Clone, Copy)]
pub(super) enum Step {
    /// A part of the backfill is done.
    Backfill { whole: Span, span: Span, span_seconds: i64 },
    /// The bound that was asked for is the cursor; the last part pays the overlaps that were owed.
    /// `bound_at` is when it was taken.
    Increment { to: DateTime<Utc>, bound_at: DateTime<Utc>, paid: Option<Overlap> },
    /// Nothing: its records were asked for by themselves.
    None,
}

/// One window, one transaction.
pub(super) async fn commit<N: Noun>(
    noun: &N,
    visit: &Visit,
    window: &Ready<N::Whole>,
) -> anyhow::Result<Counts> {
    let id = visit.it.id;
    // windows of two connectors touch each other's records: they are written one after the other
    let _turn = visit.writing.lock().await;
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    let erased::Clean { records, mut failures, left_out } =
        erased::clean::<N>(visit, &mut tx, &window.completed).await?;
    let taken = take_over(noun, visit, &mut tx, &records, &mut failures).await?;
    refuse_another_store::<N>(visit, taken.replaced)?;
    let counts = Counts {
        read: window.rows,
        created: taken.created,
        updated: taken.updated,
        unchanged: taken.unchanged + window.completed.known + left_out,
        removed: taken.replaced,
        conflicts: taken.conflicts,
        failed: i64::try_from(failures.len()).unwrap_or(i64::MAX),
    };
    // before what hangs on the integration: whoever deletes it locks them in this order
    if !matches!(window.step, Step::None) {
        channels::note_synced(&mut tx, id).await?;
    }
    heal::<N>(visit, &mut tx, &window.completed.records, &failures).await?;
    failed::keep(&mut tx, id, N::NAME, visit.run.id, &failures).await?;
    let share = step(visit, &mut tx, N::NAME, window).await?;
    visit.run.count(&mut tx, N::NAME, counts).await?;
    visit.run.window(&mut tx, N::NAME, &window.words, share).await?;
    tx.commit().await?;
    measured::<N>(window.took, counts);
    let written = counts.created + counts.updated;
    visit.statistics.note(visit.pool(), N::NAME, N::ANALYZE, written).await?;
    if visit.statistics.has_much_to_fold(written) {
        dashboard::fold(visit.pool(), visit.it.channel_id).await?;
    }
    tell::<N>(visit, window, counts).await?;
    Ok(counts)
}

fn measured<N: Noun>(took: Duration, counts: Counts) {
    let results = [
        ("read", counts.read),
        ("created", counts.created),
        ("updated", counts.updated),
        ("unchanged", counts.unchanged),
        ("removed", counts.removed),
        ("conflicts", counts.conflicts),
        ("failed", counts.failed),
    ];
    measure::window(N::NAME, took, &results);
}

/// Moves the cursor; returns per mille of the backfill that is done.
async fn step<W>(
    visit: &Visit,
    db: &mut PgConnection,
    name: &str,
    window: &Ready<W>,
) -> Result<Option<i16>, sqlx::Error> {
    let id = visit.it.id;
    match window.step {
        Step::Backfill { whole, span, span_seconds } => {
            let met = (window.rows, window.highest_id);
            let by_ids = cursor::backfilled(db, id, name, span, span_seconds, met).await?;
            Ok(Some(share_done(whole, span, by_ids)))
        }
        Step::Increment { to, bound_at, paid } => {
            cursor::advance(db, id, name, (to, bound_at), paid).await?;
            Ok(None)
        }
        Step::None => Ok(None),
    }
}

/// Takes a batch over; when a record breaks a rule of the database, the batch is halved down to it, and it alone fails.
async fn take_over<N: Noun>(
    noun: &N,
    visit: &Visit,
    db: &mut PgConnection,
    records: &[N::Whole],
    failures: &mut Vec<NewFailure>,
) -> anyhow::Result<Taken> {
    let mut sum = Taken::default();
    let mut batches = vec![records];
    while let Some(batch) = batches.pop() {
        if batch.is_empty() {
            continue;
        }
        let mut attempt = db.begin().await?;
        match noun.write(visit, &mut attempt, batch).await {
            Ok(taken) => {
                attempt.commit().await?;
                sum.created += taken.created;
                sum.updated += taken.updated;
                sum.unchanged += taken.unchanged;
                sum.replaced += taken.replaced;
                sum.conflicts += taken.conflicts;
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
    Ok(sum)
}

/// Data exceptions (class 22) and constraint violations (class 23) are a record's fault; anything else is not.
fn breaks_a_rule(problem: &sqlx::Error) -> bool {
    let code = problem.as_database_error().and_then(|db| db.code());
    code.is_some_and(|code| code.starts_with("22") || code.starts_with("23"))
}

/// A store that was restored from an old backup, or replaced by another one, gives known numbers to other records. A few
/// are believed; many are not, before anything is written.
fn refuse_another_store<N: Noun>(visit: &Visit, replaced: i64) -> anyhow::Result<()> {
    if visit.count_replaced(replaced) > MOST_REPLACED && !visit.believes() {
        bail!(
            "More than {MOST_REPLACED} numbers of known records belong to other records now, {} among them. The store seems to \
             have been restored from a backup, or replaced. Nothing of this window was written. If that is so, choose \
             Believe the store on the integration's page.",
            N::NAME.to_lowercase()
        );
    }
    Ok(())
}

/// What was taken over after all has not failed any more.
async fn heal<N: Noun>(
    visit: &Visit,
    db: &mut PgConnection,
    records: &[N::Whole],
    failures: &[NewFailure],
) -> Result<(), sqlx::Error> {
    let failed_now = |id: &String| failures.iter().any(|failure| failure.remote_id == *id);
    let healed = records.iter().map(|record| N::id(record).to_string()).filter(|id| !failed_now(id));
    let healed: Vec<String> = healed.collect();
    if healed.is_empty() {
        return Ok(());
    }
    failed::heal(db, visit.it.id, N::NAME, &healed).await
}

async fn tell<N: Noun>(visit: &Visit, window: &Ready<N::Whole>, counts: Counts) -> anyhow::Result<()> {
    if window.rows > 0 {
        let failed = if counts.failed > 0 { format!(", {} failed,", counts.failed) } else { String::new() };
        let text = format!(
            "{}: {} read, {} created, {} updated, {} unchanged{failed} in {:.1} s",
            capitalized(&window.words),
            counts.read,
            counts.created,
            counts.updated,
            counts.unchanged,
            window.took.as_secs_f64(),
        );
        let level = if counts.failed > 0 { Level::Warning } else { Level::Info };
        visit.run.log(level, N::NAME, &text).await?;
    }
    if counts.failed > 0 {
        visit.note_error(format!("{}: {} records of one window are kept as failed.", N::NAME, counts.failed));
    }
    visit.tell(None).await
}

fn capitalized(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Per mille of the backfill that is done: by time, or by how many of the ids were met, whichever is further. Most
/// customers of a shop are young, so time alone would stand at nothing for long.
fn share_done(whole: Span, window: Span, by_ids: i64) -> i16 {
    let by_time = (whole.to - window.from).num_seconds().saturating_mul(1000) / whole.seconds().max(1);
    i16::try_from(by_time.max(by_ids).clamp(0, 1000)).unwrap_or(0)
}
