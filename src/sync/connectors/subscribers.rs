//! Newsletter subscribers, which only the bridge tells. They have no `updated_at` and come newest first.
//!
//! The backfill goes down by id, page by page. What has changed is asked for by `change_status_at`; rows that never had
//! one are met again only by the walk.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::sale::store_ids;
use super::{Backfill, Connector, Done, SUBSCRIBERS};
use crate::crm::arrivals::Taken;
use crate::crm::channels::Entity;
use crate::crm::newsletter::{self, Incoming};
use crate::crm::personal_data::{self, Trace};
use crate::crm::records::RecordKind;
use crate::jobs::{Counts, Level};
use crate::magento::CallError;
use crate::magento::api::subscribers::{self as wire, Subscriber, SubscriberFilter};
use crate::magento::api::{Between, IdFilter, Listing};
use crate::sync::cursor;
use crate::sync::erased;
use crate::sync::failed::{self, NewFailure};
use crate::sync::turn::Turn;
use crate::sync::visit::{Visit, patiently};
use crate::sync::walk::{self, Share};
use crate::sync::windowed::{begin, complete, increment_window, restart};
use crate::sync::{pages, parts};

/// The connector.
pub(super) struct Subscribers;

/// Pages of one go of the rolling walk.
const PAGES_OF_A_WALK: usize = 20;
/// As [`Noun::ANALYZE`](crate::sync::noun::Noun::ANALYZE).
const ANALYZE: &str =
    "analyze newsletter_subscribers (channel_id, remote_id, email, customer_id, remote_customer_id)";

#[async_trait]
impl Connector for Subscribers {
    fn name(&self) -> &'static str {
        SUBSCRIBERS
    }

    fn rests(&self, visit: &Visit) -> Option<&'static str> {
        match () {
            () if !visit.it.entities.contains(&Entity::NewsletterSubscriber) => {
                Some("switched off in the channel")
            }
            () if !visit.bridge => Some("needs the bridge"),
            () => None,
        }
    }

    async fn restart(&self, visit: &Visit) -> anyhow::Result<()> {
        restart(visit, SUBSCRIBERS).await
    }

    async fn changes(&self, visit: &Visit) -> anyhow::Result<Done> {
        let at = cursor::find(visit.pool(), visit.it.id, SUBSCRIBERS).await?;
        let Some(from) = at.cursor else {
            begin(visit, SUBSCRIBERS).await?;
            return Ok(Done::with("up to date"));
        };
        let Some((span, overlap, bound_at)) = increment_window(visit, &at, from) else {
            return Ok(Done::with("up to date"));
        };
        let mut below = None;
        while let Some(least) = page(visit, Some((span.from, span.to)), below).await? {
            below = Some(least);
        }
        let mut tx = visit.pool().begin().await?;
        visit.run.hold(&mut tx).await?;
        cursor::advance(&mut tx, visit.it.id, SUBSCRIBERS, (span.to, bound_at), Some(overlap)).await?;
        tx.commit().await?;
        Ok(Done::with("up to date"))
    }

    async fn backfill(&self, visit: &Visit, _: &Turn) -> anyhow::Result<Backfill> {
        let at = cursor::find(visit.pool(), visit.it.id, SUBSCRIBERS).await?;
        if at.backfilled_at.is_some() {
            return Ok(Backfill::Done);
        }
        let mut below = Some(at.walk_id).filter(|id| *id > 0);
        while let Some(least) = page(visit, None, below).await? {
            note(visit, least).await?;
            below = Some(least);
            if visit.run.take_wish().await? {
                return Ok(Backfill::MadeWay);
            }
        }
        note(visit, 0).await?;
        complete(visit, SUBSCRIBERS).await?;
        Ok(Backfill::Done)
    }

    /// A page that holds a record which failed is small: the whole list is walked over by itself, and meets it.
    async fn again(&self, visit: &Visit) -> anyhow::Result<()> {
        let ids = failed::due(visit.pool(), visit.it.id, SUBSCRIBERS, i64::from(pages::SIZE)).await?;
        let ids: Vec<i64> = ids.iter().filter_map(|id| id.parse().ok()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let sent_at = visit.db_now();
        let list = ask(visit, None, Some(IdFilter::In(ids.clone()))).await?;
        let seen: Vec<i64> = list.rows.iter().map(|row| row.subscriber_id).collect();
        let bad: Vec<String> = list.bad.iter().filter_map(|bad| bad.remote_id.clone()).collect();
        take_over(visit, list, sent_at).await?;
        let absent = ids.iter().filter(|id| !seen.contains(id)).map(ToString::to_string);
        let absent: Vec<String> = absent.filter(|id| !bad.contains(id)).collect();
        let mut tx = visit.pool().begin().await?;
        visit.run.hold(&mut tx).await?;
        failed::heal(&mut tx, visit.it.id, SUBSCRIBERS, &absent).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn walk(&self, visit: &Visit, whole: bool) -> anyhow::Result<()> {
        let at = cursor::find(visit.pool(), visit.it.id, SUBSCRIBERS).await?;
        let due = walk::due(&at, visit.db_now()).is_some();
        if at.backfilled_at.is_none() || !(whole || due) {
            return Ok(());
        }
        let highest = newsletter::highest(visit.pool(), visit.it.channel_id).await?;
        let mut from = if whole || at.walk_id >= highest { 0 } else { at.walk_id };
        let mut gone = Vec::new();
        let (mut looked_at, mut pages_left) = (0, PAGES_OF_A_WALK);
        while from < highest && (whole || pages_left > 0) {
            let to = (from + i64::from(pages::SIZE)).min(highest);
            looked_at += self.range(visit, (from + 1, to), &mut gone).await?;
            (from, pages_left) = (to, pages_left.saturating_sub(1));
        }
        if from >= highest {
            above(visit, highest).await?;
        }
        remove(visit, &gone, looked_at).await?;
        note(visit, from).await
    }
}

impl Subscribers {
    /// Looks at a range of ids; returns how many were there.
    async fn range(&self, visit: &Visit, range: (i64, i64), gone: &mut Vec<i64>) -> anyhow::Result<usize> {
        let sent_at = visit.db_now();
        let list = ask(visit, None, Some(IdFilter::Range(range.0, range.1))).await?;
        let listed: Vec<i64> = ids_of(&list).collect();
        let there = listed.len();
        let absent = newsletter::gaps_in(visit.pool(), visit.it.channel_id, range, &listed, sent_at).await?;
        // a second look, at each by itself: with a website chosen a list may leave out what is there
        let ids: Vec<i64> = absent.iter().map(|(_, id)| *id).collect();
        if !ids.is_empty() {
            let filter = SubscriberFilter { ids: Some(IdFilter::In(ids)), ..Default::default() };
            let again = page_as_asked(visit, filter);
            let again: Vec<i64> = again.await?.rows.iter().map(|row| row.subscriber_id).collect();
            gone.extend(absent.iter().filter(|(_, id)| !again.contains(id)).map(|(row, _)| *row));
        }
        take_over(visit, list, sent_at).await?;
        Ok(there + absent.len())
    }
}

/// Whoever is above the greatest known id: those whom another module put there have no time of change, and may be the
/// newest.
async fn above(visit: &Visit, highest: i64) -> anyhow::Result<()> {
    let mut to = parts::BEYOND;
    loop {
        let sent_at = visit.db_now();
        let list = ask(visit, None, Some(IdFilter::Range(highest + 1, to))).await?;
        let (least, full) = (least_of(&list), is_full(&list));
        take_over(visit, list, sent_at).await?;
        match least {
            Some(least) if full => to = least - 1,
            _ => return Ok(()),
        }
    }
}

fn ids_of(list: &Listing<Subscriber>) -> impl Iterator<Item = i64> {
    list.rows.iter().map(|row| row.subscriber_id).chain(pages::ids_of_bad(list))
}

fn least_of(list: &Listing<Subscriber>) -> Option<i64> {
    ids_of(list).min()
}

fn is_full(list: &Listing<Subscriber>) -> bool {
    list.rows.len() + list.bad.len() >= pages::SIZE as usize
}

/// Reads the next page and takes it over; the least id on it, or `None` when it was the last.
async fn page(visit: &Visit, changed: Option<Between>, below: Option<i64>) -> anyhow::Result<Option<i64>> {
    let sent_at = visit.db_now();
    let list = ask(visit, changed, below.map(IdFilter::Before)).await?;
    let (least, full) = (least_of(&list), is_full(&list));
    take_over(visit, list, sent_at).await?;
    Ok(least.filter(|_| full))
}

async fn ask(
    visit: &Visit,
    changed: Option<Between>,
    ids: Option<IdFilter>,
) -> anyhow::Result<Listing<Subscriber>> {
    let filter = SubscriberFilter { changed, ids, store_ids: store_ids(visit)?, ..Default::default() };
    match page_as_asked(visit, filter.clone()).await {
        Err(problem) if parts::splits(&problem) => in_parts(visit, filter, problem).await,
        answer => Ok(answer?),
    }
}

/// What the store cannot list at once, newest first, by ranges of ids: a page of it, or all of what was asked for by ids. A
/// record that it fails on alone is a bad row, and holds nobody else back (F18).
async fn in_parts(
    visit: &Visit,
    filter: SubscriberFilter,
    problem: CallError,
) -> anyhow::Result<Listing<Subscriber>> {
    let text = format!("{problem} It is asked for in parts.");
    visit.run.log(Level::Warning, SUBSCRIBERS, &text).await?;
    // a store that fails on an empty list, too, fails on any
    let nobody = SubscriberFilter { ids: Some(IdFilter::After(parts::BEYOND)), ..filter.clone() };
    wire_page(visit, nobody).await.map_err(|_| problem)?;
    let mut left = match &filter.ids {
        Some(IdFilter::In(ids)) => ids.iter().map(|id| (*id, *id)).collect(),
        Some(IdFilter::Range(from, to)) => vec![(*from, *to)],
        Some(IdFilter::Before(id)) => vec![(1, id - 1)],
        Some(IdFilter::After(id)) => vec![(id + 1, parts::BEYOND)],
        None => {
            let highest = newsletter::highest(visit.pool(), visit.it.channel_id).await?.max(1);
            vec![(1, highest), (highest + 1, parts::BEYOND)]
        }
    };
    let mut whole = Listing { rows: Vec::new(), bad: Vec::new(), bytes: 0, took: std::time::Duration::ZERO };
    while let Some((from, to)) = left.pop().filter(|_| !is_full(&whole)) {
        let range = SubscriberFilter { ids: Some(IdFilter::Range(from, to)), ..filter.clone() };
        match page_as_asked(visit, range).await {
            Ok(list) => {
                left.extend(least_of(&list).filter(|_| is_full(&list)).map(|least| (from, least - 1)));
                whole.rows.extend(list.rows);
                whole.bad.extend(list.bad);
                whole.bytes += list.bytes;
                whole.took += list.took;
            }
            Err(problem) if parts::splits(&problem) && to > from => {
                let middle = from + (to - from) / 2;
                left.extend([(from, middle), (middle + 1, to)]);
            }
            Err(problem) if parts::splits(&problem) => whole.bad.push(parts::to_blame(to, &problem)),
            Err(problem) => return Err(problem.into()),
        }
    }
    Ok(whole)
}

/// A page without others than were asked for: a store that does not look at the ids would send the same one for ever (F46).
async fn page_as_asked(visit: &Visit, filter: SubscriberFilter) -> Result<Listing<Subscriber>, CallError> {
    let ids = filter.ids.clone();
    let list = wire_page(visit, filter).await?;
    ids.map_or(Ok(()), |ids| ids.check(ids_of(&list)))?;
    Ok(list)
}

/// A page of what the store lists, without looking at what it fails on.
pub(in crate::sync) async fn wire_page(
    visit: &Visit,
    filter: SubscriberFilter,
) -> Result<Listing<Subscriber>, CallError> {
    patiently(visit, SUBSCRIBERS, || wire::page(&visit.store, &filter, pages::SIZE)).await
}

/// Takes a page over; what waits here is merged with what arrives.
pub(in crate::sync) async fn take_over(
    visit: &Visit,
    list: Listing<Subscriber>,
    sent_at: DateTime<Utc>,
) -> anyhow::Result<()> {
    let read = i64::try_from(list.rows.len() + list.bad.len()).unwrap_or(i64::MAX);
    let (good, nameless): (Vec<_>, Vec<_>) = list
        .rows
        .into_iter()
        .partition(|row| row.email.as_ref().value().is_some_and(|email| !email.is_empty()));
    let mut records: Vec<Incoming> = good.into_iter().map(|row| incoming(row, sent_at)).collect();
    let mut failures: Vec<NewFailure> = nameless
        .into_iter()
        .map(|row| {
            failure(row.subscriber_id.to_string(), "It has no e-mail address.".to_owned(), String::new())
        })
        .collect();
    failures.extend(
        list.bad.into_iter().map(|bad| failure(bad.remote_id.unwrap_or_default(), bad.cause, bad.raw_xml)),
    );
    // customers' windows touch the same records: they are written one after the other
    let _turn = visit.writing.lock().await;
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    personal_data::hold(&mut tx).await?;
    let failures = erased::withheld(&mut tx, visit.it.channel_id, RecordKind::Subscriber, failures).await?;
    let known = erased_ones(visit, &mut tx, &records).await?;
    let left_out = i64::try_from(known.len()).unwrap_or(i64::MAX);
    let healed: Vec<String> = records.iter().map(|record| record.remote_id.to_string()).collect();
    records.retain(|record| !known.contains(&record.remote_id));
    let taken: Taken =
        newsletter::take_over(&mut tx, visit.it.channel_id, visit.priority(), &records).await?;
    failed::heal(&mut tx, visit.it.id, SUBSCRIBERS, &healed).await?;
    failed::keep(&mut tx, visit.it.id, SUBSCRIBERS, visit.run.id, &failures).await?;
    let failed = i64::try_from(failures.len()).unwrap_or(i64::MAX);
    let counts = Counts {
        read,
        created: taken.created,
        updated: taken.updated,
        unchanged: taken.unchanged + left_out,
        conflicts: taken.conflicts,
        failed,
        ..Counts::default()
    };
    visit.run.count(&mut tx, SUBSCRIBERS, counts).await?;
    tx.commit().await?;
    let written = taken.created + taken.updated;
    visit.statistics.note(visit.pool(), SUBSCRIBERS, ANALYZE, written).await?;
    if failed > 0 {
        visit.note_error(format!("{SUBSCRIBERS}: {failed} records are kept as failed."));
    }
    visit.tell(Some(list.took)).await
}

/// Subscribers who were erased here: nothing of them is kept.
async fn erased_ones(
    visit: &Visit,
    db: &mut PgConnection,
    records: &[Incoming],
) -> Result<Vec<i64>, sqlx::Error> {
    let trace = |record: &Incoming| Trace {
        remote_id: record.remote_id,
        customer: record.remote_customer_id,
        email: record.email.clone(),
        ..Trace::default()
    };
    let traces: Vec<Trace> = records.iter().map(trace).collect();
    let met = personal_data::erased_among(db, visit.it.channel_id, RecordKind::Subscriber, &traces).await?;
    Ok(met.into_iter().filter_map(|met| records.get(met.place)).map(|record| record.remote_id).collect())
}

fn failure(remote_id: String, cause: String, raw_xml: String) -> NewFailure {
    NewFailure { remote_id, cause, raw_xml }
}

/// Marks what is gone, unless it is too much to be believed.
async fn remove(visit: &Visit, gone: &[i64], looked_at: usize) -> anyhow::Result<()> {
    if gone.is_empty() {
        return Ok(());
    }
    let share = Share { gone: gone.len(), looked_at };
    if share.is_too_much() && !visit.believes() {
        let text = share.not_believed("records");
        visit.run.log(Level::Warning, SUBSCRIBERS, &text).await?;
        visit.note_error(format!("{SUBSCRIBERS}: {text}"));
        return Ok(());
    }
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    let removed = newsletter::remove(&mut tx, gone).await?;
    visit.run.count(&mut tx, SUBSCRIBERS, Counts { removed, ..Counts::default() }).await?;
    tx.commit().await?;
    Ok(())
}

async fn note(visit: &Visit, id: i64) -> anyhow::Result<()> {
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    cursor::walked(&mut tx, visit.it.id, SUBSCRIBERS, id).await?;
    tx.commit().await?;
    Ok(())
}

fn incoming(row: Subscriber, read_at: DateTime<Utc>) -> Incoming {
    Incoming {
        remote_id: row.subscriber_id,
        store_id: row.store_id.value(),
        remote_customer_id: row.customer_id.value(),
        email: row.email.value().unwrap_or_default(),
        status: row.status.value().map_or(0, |status| i16::try_from(status.number()).unwrap_or(0)),
        changed_at: row.changed_at.value(),
        read_at,
    }
}
