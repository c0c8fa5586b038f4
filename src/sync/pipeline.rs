//! Windows on their way: listed, completed with their details, written, each stage at work on another window.
//!
//! ```text
//! plan ──▶ list ──▶ complete ──▶ write (one transaction) ──▶ next
//! ```
//! Between the stages at most one window waits, so memory stays bounded by the size of a window. Several windows may be
//! completed at once, so that neither the last bulk read of one nor a slow write leaves the store idle; they are written in
//! the order in which they were listed. How many calls are in flight is the gate's affair.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{TryStreamExt, stream};
use tokio::sync::{mpsc, oneshot};

use super::commit::{Ready, Step, commit};
use super::failed::NewFailure;
use super::noun::{Ask, Freshness, Noun};
use super::parts;
use super::plan::{Plan, Read};
use super::visit::{Visit, patiently};
use super::window::Span;
use crate::jobs::Level;
use crate::magento::CallError;
use crate::magento::api::Listing;

/// Windows whose details are on their way, or that wait for the writer, at the same time.
const COMPLETED_AT_ONCE: usize = 3;

struct Listed<R> {
    span: Span,
    read: Read,
    list: Listing<R>,
    sent_at: DateTime<Utc>,
}

/// Sends all windows of a plan through the stages. `read_before`: whatever was read before then is read again;
/// `listed_all` is called when the last window is listed.
pub(super) async fn drive<N: Noun>(
    noun: &N,
    visit: &Visit,
    plan: Plan,
    read_before: Option<DateTime<Utc>>,
    listed_all: impl FnOnce(),
) -> anyhow::Result<()> {
    let (to_write, ready) = mpsc::channel(1);
    tokio::try_join!(
        read(noun, visit, plan, read_before, listed_all, to_write),
        write_all(noun, visit, ready),
    )?;
    Ok(())
}

/// The first two stages: every window of a plan, completed, is given to `next`, whatever that does with it.
pub(super) async fn read<N: Noun>(
    noun: &N,
    visit: &Visit,
    plan: Plan,
    read_before: Option<DateTime<Utc>>,
    listed_all: impl FnOnce(),
    next: mpsc::Sender<Ready<N::Whole>>,
) -> anyhow::Result<()> {
    let span_seconds = plan.span_seconds.clone();
    let (to_complete, listed) = mpsc::channel(1);
    tokio::try_join!(
        list_all(noun, visit, plan, to_complete, listed_all),
        complete_all(noun, visit, listed, next, read_before, &span_seconds),
    )?;
    Ok(())
}

async fn list_all<N: Noun>(
    noun: &N,
    visit: &Visit,
    mut plan: Plan,
    next: mpsc::Sender<Listed<N::Listed>>,
    listed_all: impl FnOnce(),
) -> anyhow::Result<()> {
    while let Some((span, read)) = plan.next() {
        let (sent_at, ask) = (visit.db_now(), Ask::span(span));
        let list = match patiently(visit, N::NAME, || noun.list(visit, &ask)).await {
            Ok(list) => list,
            Err(problem) if parts::splits(&problem) => {
                let text = format!("Window {}: {problem} It is asked for in parts.", span.words());
                visit.run.log(Level::Warning, N::NAME, &text).await?;
                if plan.halve(span) {
                    continue;
                }
                parts::list(noun, visit, span).await?
            }
            Err(problem) => return Err(problem.into()),
        };
        check_filter::<N>(span, &list)?;
        plan.learn(span, list.rows.len(), list.took.as_secs_f64(), N::MOST_ROWS);
        if list.rows.len() > N::MOST_ROWS && plan.halve(span) {
            // too many rows for one transaction; the list was cheap, their details are not
            continue;
        }
        visit.tell(Some(list.took)).await?;
        if next.send(Listed { span, read, list, sent_at }).await.is_err() {
            return Ok(());
        }
        if plan.is_backfill()
            && !plan.is_empty()
            && (visit.run.take_wish().await? || visit.must_rest().await?)
        {
            plan.interrupted.store(true, Ordering::Relaxed);
            return Ok(());
        }
    }
    listed_all();
    Ok(())
}

/// A list that ignores the filter would be taken for the window's content, and the rest for done.
fn check_filter<N: Noun>(span: Span, list: &Listing<N::Listed>) -> Result<(), CallError> {
    let outside = list.rows.iter().map(N::mark).find(|(_, at)| !span.holds(*at));
    let Some((id, at)) = outside else { return Ok(()) };
    Err(CallError::IgnoresFilter { asked: span.words(), sent: format!("{id} of {at}") })
}

async fn complete_all<N: Noun>(
    noun: &N,
    visit: &Visit,
    listed: mpsc::Receiver<Listed<N::Listed>>,
    next: mpsc::Sender<Ready<N::Whole>>,
    read_before: Option<DateTime<Utc>>,
    span_seconds: &AtomicI64,
) -> anyhow::Result<()> {
    let windows = stream::unfold((listed, None), |(mut listed, earlier)| async move {
        let window = listed.recv().await?;
        // a window is passed on when the one before it was
        let (passed_on, next) = oneshot::channel::<()>();
        Some((anyhow::Ok((window, earlier, passed_on)), (listed, Some(next))))
    });
    let next = &next;
    windows
        .try_for_each_concurrent(COMPLETED_AT_ONCE, |(window, earlier, passed_on)| async move {
            let ready = complete(noun, visit, window, read_before, span_seconds).await?;
            if let Some(earlier) = earlier {
                earlier.await.ok();
            }
            // a writer that is gone has told why
            next.send(ready).await.ok();
            passed_on.send(()).ok();
            Ok(())
        })
        .await
}

async fn complete<N: Noun>(
    noun: &N,
    visit: &Visit,
    window: Listed<N::Listed>,
    read_before: Option<DateTime<Utc>>,
    span_seconds: &AtomicI64,
) -> anyhow::Result<Ready<N::Whole>> {
    let Listed { span, read, list, sent_at } = window;
    let (step, saved_since) = match read {
        Read::Backfill { whole } => {
            (Step::Backfill { whole, span, span_seconds: span_seconds.load(Ordering::Relaxed) }, None)
        }
        Read::Increment { last, overlap, bound_at } => {
            let since = span.to - overlap.back.min(TimeDelta::minutes(2));
            (Step::Increment { to: span.to, bound_at, paid: last.then_some(overlap) }, Some(since))
        }
    };
    let fresh = Freshness { all: false, saved_since, read_before };
    complete_list(noun, visit, list, fresh, sent_at, step, format!("window {}", span.words())).await
}

/// Completes the rows of a list, however they were asked for.
pub(super) async fn complete_list<N: Noun>(
    noun: &N,
    visit: &Visit,
    list: Listing<N::Listed>,
    fresh: Freshness,
    sent_at: DateTime<Utc>,
    step: Step,
    words: String,
) -> anyhow::Result<Ready<N::Whole>> {
    let began = Instant::now();
    let rows = i64::try_from(list.rows.len() + list.bad.len()).unwrap_or(i64::MAX);
    let highest_id = list.rows.iter().map(|row| N::mark(row).0).max().unwrap_or(0);
    let mut completed = noun.complete(visit, list.rows, fresh, sent_at).await?;
    completed.failures.extend(list.bad.into_iter().map(NewFailure::of));
    Ok(Ready { step, words, rows, highest_id, took: list.took + began.elapsed(), completed })
}

async fn write_all<N: Noun>(
    noun: &N,
    visit: &Visit,
    mut ready: mpsc::Receiver<Ready<N::Whole>>,
) -> anyhow::Result<()> {
    while let Some(window) = ready.recv().await {
        commit(noun, visit, &window).await?;
    }
    Ok(())
}
