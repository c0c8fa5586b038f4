//! The rolling walk over ids, which meets every record within a week: it finds what is gone in the store, what came by
//! without moving `updated_at`, and what was never met. `Find removed records` walks over everything at once.
//!
//! Mass deletion is not believed (the brake): a store that answers with an empty database must not empty the CRM.

use std::sync::{Mutex, PoisonError};

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};

use super::commit::{Step, commit};
use super::cursor::{self, Cursor};
use super::noun::{Ask, Freshness, Noun};
use super::parts;
use super::pipeline::complete_list;
use super::visit::{Visit, patiently};
use super::windowed::scope_start;
use crate::jobs::{Counts, Level};
use crate::magento::api::IdFilter;

/// Ids that one list of the walk covers.
const IDS_AT_ONCE: i64 = 500;
/// Lists that a part of the rolling walk may cost; each may bring bulk reads with it.
const LISTS_IN_A_PART: i64 = 20;
/// The rolling walk goes on at most this often …
const GOES_ON_AFTER: TimeDelta = TimeDelta::hours(1);
/// … and is to be round in this time.
const ROUND_IN: TimeDelta = TimeDelta::days(7);
/// More than so many removals at once, and more than so many per cent of what was looked at, are not believed.
const BRAKE_RECORDS: usize = 50;
const BRAKE_PER_CENT: usize = 5;

/// What a part of the walk found.
#[derive(Default)]
struct Found {
    /// Records here in the ranges that were looked at.
    stored: usize,
    /// Rows of those that the store no longer has.
    gone: Vec<i64>,
}

/// How much is gone of what was looked at.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Share {
    pub(super) gone: usize,
    pub(super) looked_at: usize,
}

/// The same, counted up over a run.
#[derive(Debug, Default)]
pub(super) struct Tally(Mutex<Share>);

impl Tally {
    /// Adds to it; what it was, and what it is now.
    pub(super) fn add(&self, gone: usize, looked_at: usize) -> (Share, Share) {
        let mut share = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = *share;
        *share = Share { gone: before.gone + gone, looked_at: before.looked_at + looked_at };
        (before, *share)
    }
}

/// Goes on with the rolling walk, when it is time.
pub(super) async fn on<N: Noun>(noun: &N, visit: &Visit) -> anyhow::Result<()> {
    let at = cursor::find(visit.pool(), visit.it.id, N::NAME).await?;
    let Some(passed) = due(&at, visit.db_now()) else { return Ok(()) };
    let highest = noun.highest(visit).await?;
    let from = if at.walk_id >= highest { 0 } else { at.walk_id };
    let to = (from + share_of(highest, passed)).min(highest);
    let found = look_at(noun, visit, (from, to), highest).await?;
    apply(noun, visit, found).await?;
    note(visit, N::NAME, to).await
}

/// How long the walk has rested, when it is to go on. It begins when the backfill has been complete for a while.
pub(super) fn due(at: &Cursor, now: DateTime<Utc>) -> Option<TimeDelta> {
    let passed = now - at.walked_at.max(at.backfilled_at)?;
    (at.backfilled_at.is_some() && passed >= GOES_ON_AFTER).then_some(passed)
}

/// Walks over everything at once.
pub(super) async fn whole<N: Noun>(noun: &N, visit: &Visit) -> anyhow::Result<()> {
    let highest = noun.highest(visit).await?;
    let found = look_at(noun, visit, (0, highest), highest).await?;
    apply(noun, visit, found).await?;
    note(visit, N::NAME, highest).await
}

/// How many ids are due after `passed`, within the budget of a part.
fn share_of(highest: i64, passed: TimeDelta) -> i64 {
    let due = highest.saturating_mul(passed.num_seconds()) / ROUND_IN.num_seconds() + 1;
    due.clamp(IDS_AT_ONCE.min(highest.max(1)), IDS_AT_ONCE * LISTS_IN_A_PART)
}

/// Looks at the ids after `from` up to `to`: takes over what is new or different, and gathers what is gone. The last range
/// is open-ended: a record that no window held any more may be the newest one.
async fn look_at<N: Noun>(
    noun: &N,
    visit: &Visit,
    (from, to): (i64, i64),
    highest: i64,
) -> anyhow::Result<Found> {
    let mut found = Found::default();
    let mut after = from;
    loop {
        let last = (after + IDS_AT_ONCE).min(to);
        let end = if last >= highest { parts::BEYOND } else { last };
        look_at_range(noun, visit, (after + 1, end), &mut found).await?;
        after = last;
        if after >= to {
            return Ok(found);
        }
    }
}

async fn look_at_range<N: Noun>(
    noun: &N,
    visit: &Visit,
    range: (i64, i64),
    found: &mut Found,
) -> anyhow::Result<()> {
    let sent_at = visit.db_now();
    let ask = Ask::ids(IdFilter::Range(range.0, range.1));
    let mut list = match patiently(visit, N::NAME, || noun.list(visit, &ask)).await {
        Ok(list) => list,
        Err(problem) if parts::splits(&problem) && range.1 > range.0 => {
            let middle = range.0 + (range.1 - range.0) / 2;
            Box::pin(look_at_range(noun, visit, (range.0, middle), found)).await?;
            return Box::pin(look_at_range(noun, visit, (middle + 1, range.1), found)).await;
        }
        // the one record that the store fails on is a failed record already, or becomes one when its window is read
        Err(problem) if parts::splits(&problem) => return Ok(()),
        Err(problem) => return Err(problem).context("the walk over all records stopped"),
    };
    let mut listed: Vec<i64> = list.rows.iter().map(|row| N::mark(row).0).collect();
    listed.extend(list.bad.iter().filter_map(|bad| bad.remote_id.as_ref()?.parse::<i64>().ok()));
    let stored = noun.stored(visit, &listed).await?;
    let start = scope_start(visit);
    list.rows.retain(|row| {
        let (id, updated_at) = N::mark(row);
        updated_at >= start || stored.contains_key(&id)
    });
    let gone = noun.gone(visit, range, &listed, sent_at).await?;
    found.stored += stored.len() + gone.len();
    found.gone.extend(gone);
    let fresh = Freshness { all: N::DETAILS_CHANGE_ALONE, ..Freshness::default() };
    let words = match range {
        (from, parts::BEYOND) => format!("walk over {from} and above"),
        (from, to) => format!("walk over {from} to {to}"),
    };
    let ready = complete_list(noun, visit, list, fresh, sent_at, Step::None, words).await?;
    commit(noun, visit, &ready).await?;
    Ok(())
}

/// Marks what is gone, unless it is too much to be believed.
async fn apply<N: Noun>(noun: &N, visit: &Visit, found: Found) -> anyhow::Result<()> {
    if found.gone.is_empty() {
        return Ok(());
    }
    let share = Share { gone: found.gone.len(), looked_at: found.stored };
    if share.is_too_much() && !visit.believes() {
        let text = share.not_believed("records");
        visit.run.log(Level::Warning, N::NAME, &text).await?;
        visit.note_error(format!("{}: {text}", N::NAME));
        return Ok(());
    }
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    let removed = noun.remove(&mut tx, &found.gone).await?;
    visit.run.count(&mut tx, N::NAME, Counts { removed, ..Counts::default() }).await?;
    tx.commit().await?;
    let text =
        format!("{removed} records are gone in the store; they are kept here, marked as Removed in Magento.");
    visit.run.log(Level::Info, N::NAME, &text).await
}

impl Share {
    /// Is it so much that it is not believed?
    pub(super) fn is_too_much(self) -> bool {
        self.gone > BRAKE_RECORDS && self.gone * 100 > self.looked_at * BRAKE_PER_CENT
    }

    /// What the admin is told then.
    pub(super) fn not_believed(self, what: &str) -> String {
        let Self { gone, looked_at } = self;
        format!(
            "{gone} of {looked_at} {what} seem to be gone in the store. So many at once are not believed: nothing was marked. If \
             they were really deleted, choose Believe the store on the integration's page."
        )
    }
}

async fn note(visit: &Visit, name: &str, to: i64) -> anyhow::Result<()> {
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    cursor::walked(&mut tx, visit.it.id, name, to).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_walk_is_round_in_a_week_and_a_part_stays_within_its_budget() {
        let check = |highest, hours, ids, what: &str| {
            assert_eq!(share_of(highest, TimeDelta::hours(hours)), ids, "{what}");
        };
        check(200, 1, 200, "a small store at once");
        check(2_000, 1, 500, "one list at least");
        check(1_000_000, 1, 5_953, "a hundred and sixty-eighth each hour");
        check(1_000_000, 24 * 30, 10_000, "after a month off, still a part");
        check(0, 1, 1, "an empty store");
    }

    #[test]
    fn mass_deletion_is_not_believed() {
        let check = |gone, looked_at, too_much, what: &str| {
            assert_eq!(Share { gone, looked_at }.is_too_much(), too_much, "{what}");
        };
        check(50, 50, false, "fifty may all go");
        check(51, 500, true, "a tenth");
        check(51, 2_000, false, "one in forty");
    }
}
