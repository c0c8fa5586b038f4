//! One window, one transaction: rows, base snapshots, failed records, counters and cursor.

use std::time::Duration;

use sqlx::{Connection, PgConnection};

use super::cursor;
use super::failed::{self, NewFailure};
use super::pipeline::{Completed, Noun};
use super::plan::Read;
use super::visit::Visit;
use super::window::Span;
use crate::crm::channels;
use crate::jobs::Counts;

/// A window with everything that is to be written.
pub(super) struct Ready<W> {
    pub(super) span: Span,
    pub(super) read: Read,
    /// Rows of the list, also those that could not be read.
    pub(super) rows: i64,
    /// The greatest id among them.
    pub(super) highest_id: i64,
    pub(super) took: Duration,
    pub(super) completed: Completed<W>,
}

/// One window, one transaction.
pub(super) async fn commit<N: Noun>(
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
    counts.read += window.rows;
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
            let met = (window.rows, window.highest_id);
            let by_ids = cursor::backfilled(&mut tx, id, N::NAME, window.span, span_seconds, met).await?;
            Some(share_done(whole, window.span, by_ids))
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

/// Per mille of the backfill that is done: by time, or by how many of the ids were met, whichever is further. Most
/// customers of a shop are young, so time alone would stand at nothing for long.
fn share_done(whole: Span, window: Span, by_ids: i64) -> i16 {
    let by_time = (whole.to - window.from).num_seconds().saturating_mul(1000) / whole.seconds().max(1);
    i16::try_from(by_time.max(by_ids).clamp(0, 1000)).unwrap_or(0)
}
