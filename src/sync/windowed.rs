//! The connector of any [`Noun`]: increments, backfill, failed records and the rolling walk, all over the same pipeline.

use std::sync::atomic::Ordering;

use anyhow::Context;
use async_trait::async_trait;
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use super::commit::{Step, commit};
use super::connectors::{Backfill, Connector, Done};
use super::cursor::{self, Cursor};
use super::failed;
use super::noun::{Ask, Freshness, Noun};
use super::pipeline::{complete_list, drive};
use super::plan::Plan;
use super::turn::Turn;
use super::visit::{Visit, patiently};
use super::walk;
use super::window::{self, Span};
use crate::base::clock;
use crate::crm::channels::{self, Entity};
use crate::jobs::Level;
use crate::magento::api::IdFilter;

/// Failed records that a run tries again.
const RETRIED_AT_ONCE: i64 = 100;

/// A noun as a connector, and the entity that switches it on.
pub(super) struct Windowed<N> {
    noun: N,
    entity: Option<Entity>,
}

impl<N> Windowed<N> {
    /// Always on.
    pub(super) fn always(noun: N) -> Self {
        Self { noun, entity: None }
    }

    /// On while the channel lists the entity.
    pub(super) fn of(noun: N, entity: Entity) -> Self {
        Self { noun, entity: Some(entity) }
    }
}

#[async_trait]
impl<N: Noun> Connector for Windowed<N> {
    fn name(&self) -> &'static str {
        N::NAME
    }

    fn rests(&self, visit: &Visit) -> Option<&'static str> {
        let off = self.entity.is_some_and(|entity| !visit.it.entities.contains(&entity));
        off.then_some("switched off in the channel")
    }

    async fn restart(&self, visit: &Visit) -> anyhow::Result<()> {
        restart(visit, N::NAME).await
    }

    async fn changes(&self, visit: &Visit) -> anyhow::Result<Done> {
        let at = cursor::find(visit.pool(), visit.it.id, N::NAME).await?;
        match at.cursor {
            None => begin(visit, N::NAME).await?,
            Some(from) => increment(&self.noun, visit, &at, from).await?,
        }
        Ok(Done::with("up to date"))
    }

    async fn backfill(&self, visit: &Visit, turn: &Turn) -> anyhow::Result<Backfill> {
        let at = cursor::find(visit.pool(), visit.it.id, N::NAME).await?;
        if at.backfilled_at.is_some() {
            return Ok(Backfill::Done);
        }
        backfill(&self.noun, visit, &at, turn).await
    }

    async fn again(&self, visit: &Visit) -> anyhow::Result<()> {
        let ids = failed::due(visit.pool(), visit.it.id, N::NAME, RETRIED_AT_ONCE).await?;
        let ids: Vec<i64> = ids.iter().filter_map(|id| id.parse().ok()).collect();
        take_by_id(&self.noun, visit, ids).await
    }

    async fn walk(&self, visit: &Visit, whole: bool) -> anyhow::Result<()> {
        if whole { walk::whole(&self.noun, visit).await } else { walk::on(&self.noun, visit).await }
    }
}

/// The connector's first window: from the store's clock now, backfill runs down and increments run up.
pub(super) async fn begin(visit: &Visit, name: &str) -> anyhow::Result<()> {
    let (t0, _) = visit.store_now().unwrap_or_else(|| (clock::now(), TimeDelta::zero()));
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    cursor::begin(&mut tx, visit.it.id, name, t0).await?;
    tx.commit().await?;
    Ok(())
}

/// Full re-sync: the backfill begins anew; once for a job, however often it is taken over.
pub(super) async fn restart(visit: &Visit, name: &str) -> anyhow::Result<()> {
    let (t0, _) = visit.store_now().unwrap_or_else(|| (clock::now(), TimeDelta::zero()));
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    cursor::restart(&mut tx, visit.it.id, name, visit.run.id, t0).await?;
    tx.commit().await?;
    Ok(())
}

/// Which window an increment asks for, what it owes, and when its upper bound was taken.
pub(super) fn increment_window(
    visit: &Visit,
    at: &Cursor,
    from: DateTime<Utc>,
) -> Option<(Span, window::Overlap, DateTime<Utc>)> {
    let (now, bound_at) = (clock::now(), visit.db_now());
    let told = visit.store_now();
    let to = told.map_or(now, |(store_now, _)| store_now);
    let overlap = window::overlap(told.map(|(_, unsure)| unsure), at.hour_overlap_at, at.day_overlap_at, now);
    let passed = at.cursor_set_at.map_or(TimeDelta::zero(), |set| bound_at - set);
    let span = Span::new(window::increment_from(from, passed, to, overlap.back), to)?;
    Some((span, overlap, bound_at))
}

async fn increment<N: Noun>(noun: &N, visit: &Visit, at: &Cursor, from: DateTime<Utc>) -> anyhow::Result<()> {
    let Some((whole, overlap, bound_at)) = increment_window(visit, at, from) else { return Ok(()) };
    drive(noun, visit, Plan::upwards(whole, overlap, bound_at), None, || {}).await
}

async fn backfill<N: Noun>(noun: &N, visit: &Visit, at: &Cursor, turn: &Turn) -> anyhow::Result<Backfill> {
    let t0 = at.t0.unwrap_or_else(clock::now);
    if let Some(whole) = Span::new(scope_start(visit), t0) {
        let gaps = cursor::gaps(visit.pool(), visit.it.id, N::NAME, whole).await?;
        let plan = Plan::downwards(whole, gaps, at.span_seconds.unwrap_or(window::FIRST_SPAN));
        let interrupted = plan.interrupted.clone();
        let listed = || {
            if N::NEXT_MAY_BEGIN {
                turn.pass();
            }
        };
        drive(noun, visit, plan, at.whole_since, listed).await?;
        if interrupted.load(Ordering::Relaxed) {
            return Ok(Backfill::MadeWay);
        }
    }
    complete(visit, N::NAME).await?;
    Ok(Backfill::Done)
}

/// Nothing is left of a backfill.
pub(super) async fn complete(visit: &Visit, name: &str) -> anyhow::Result<()> {
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    channels::note_synced(&mut tx, visit.it.id).await?;
    cursor::complete(&mut tx, visit.it.id, name).await?;
    tx.commit().await?;
    visit.run.log(Level::Info, name, "The backfill is complete.").await
}

/// Only what was created or changed since then is in scope (S18).
pub(super) fn scope_start(visit: &Visit) -> DateTime<Utc> {
    visit.it.settings.sync_start_date.and_time(NaiveTime::MIN).and_utc()
}

/// Records that are asked for by themselves, whatever is stored of them.
async fn take_by_id<N: Noun>(noun: &N, visit: &Visit, ids: Vec<i64>) -> anyhow::Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let words = format!("{} records once more", ids.len());
    let sent_at = visit.db_now();
    let ask = Ask::ids(IdFilter::In(ids.clone()));
    let list = match patiently(visit, N::NAME, || noun.list(visit, &ask)).await {
        Ok(list) => list,
        // one of them spoils the list: each is asked for alone
        Err(problem) if super::parts::splits(&problem) && ids.len() > 1 => {
            for id in ids {
                Box::pin(take_by_id(noun, visit, vec![id])).await?;
            }
            return Ok(());
        }
        Err(problem) if super::parts::splits(&problem) => {
            return still_failed::<N>(visit, &ids, &problem.to_string()).await;
        }
        Err(problem) => return Err(problem).context("failed records could not be tried again"),
    };
    let listed: Vec<String> = list.rows.iter().map(|row| N::mark(row).0.to_string()).collect();
    let bad: Vec<String> = list.bad.iter().filter_map(|bad| bad.remote_id.clone()).collect();
    let ready = complete_list(noun, visit, list, Freshness::everything(), sent_at, Step::None, words).await?;
    commit(noun, visit, &ready).await?;
    let wanted = ids.iter().map(ToString::to_string);
    let absent: Vec<String> = wanted.filter(|id| !listed.contains(id) && !bad.contains(id)).collect();
    forget::<N>(visit, &absent).await
}

async fn still_failed<N: Noun>(visit: &Visit, ids: &[i64], cause: &str) -> anyhow::Result<()> {
    let failures: Vec<failed::NewFailure> = ids
        .iter()
        .map(|id| failed::NewFailure {
            remote_id: id.to_string(),
            cause: format!("The store fails on every list that holds this record: {cause}"),
            raw_xml: String::new(),
        })
        .collect();
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    failed::keep(&mut tx, visit.it.id, N::NAME, visit.run.id, &failures).await?;
    tx.commit().await?;
    Ok(())
}

/// What the store no longer has, or has out of reach of this integration, cannot be tried again.
async fn forget<N: Noun>(visit: &Visit, absent: &[String]) -> anyhow::Result<()> {
    if absent.is_empty() {
        return Ok(());
    }
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    failed::heal(&mut tx, visit.it.id, N::NAME, absent).await?;
    tx.commit().await?;
    let text = format!("{} failed records are gone in the store and were taken off the list.", absent.len());
    visit.run.log(Level::Info, N::NAME, &text).await
}
