//! What a store sends about records with edits that wait: it is merged with them before anything is written.
//!
//! Records without edits cost one query a window. The record, its base, the conflicts and the fate of the edits are one
//! transaction, the caller's.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::removed;
use super::rows::{self, Fate, Key, Open};
use crate::crm::customers::{self, Book, Incoming, Sides};
use crate::crm::merge::{self, Merged, Owner, Policy, Rule, Side, Unit, Values};

/// A batch, merged with what waits here.
#[derive(Debug)]
pub struct Rebased {
    /// What is to be taken over.
    pub records: Vec<Incoming>,
    /// Conflicts that are new, or that changed while they are open.
    pub conflicts: i64,
}

/// Merges what arrives with the edits that wait; `None` = no record of the batch has any.
///
/// # Errors
/// From the database.
pub async fn rebase(
    db: &mut PgConnection,
    channel: i64,
    policy: &Policy,
    job: i64,
    batch: &[Incoming],
) -> Result<Option<Rebased>, sqlx::Error> {
    rows::lock(db, channel).await?;
    let held = held(db, channel, batch).await?;
    if held.is_empty() {
        return Ok(None);
    }
    let ids: Vec<i64> = held.values().copied().collect();
    let books = customers::books(db, &ids).await?;
    let waiting = Waiting::of(db, &ids).await?;
    let mut rebased = Rebased { records: batch.to_vec(), conflicts: 0 };
    for record in &mut rebased.records {
        let Some(book) = held.get(&record.remote_id).and_then(|id| books.get(id)) else { continue };
        for (key, merged) in merge_book(record, book, &waiting, policy) {
            rebased.conflicts += write(db, key, &merged, &waiting, (job, record.read_at)).await?;
            if is_removed(book, key) {
                removed::is_back(db, key).await?;
            }
        }
    }
    Ok(Some(rebased))
}

/// Edits and conflicts that are open.
pub(super) struct Waiting {
    pub(super) changes: HashMap<Key, Vec<Open>>,
    pub(super) conflicts: HashMap<Key, Vec<Unit>>,
}

impl Waiting {
    /// Those of these customers.
    pub(super) async fn of(db: &mut PgConnection, customers: &[i64]) -> Result<Self, sqlx::Error> {
        let changes = rows::open_changes(db, customers).await?;
        Ok(Self { changes, conflicts: rows::open_conflicts(db, customers).await? })
    }

    /// Whose they are.
    pub(super) fn held(&self) -> HashSet<i64> {
        self.changes.keys().chain(self.conflicts.keys()).map(|key| key.0).collect()
    }

    pub(super) fn changes(&self, key: Key) -> &[Open] {
        self.changes.get(&key).map_or(&[], Vec::as_slice)
    }

    pub(super) fn conflicts(&self, key: Key) -> &[Unit] {
        self.conflicts.get(&key).map_or(&[], Vec::as_slice)
    }
}

fn is_removed(book: &Book, (_, address): Key) -> bool {
    let stored = |id| book.addresses.iter().find(|stored| stored.id == id);
    address.map_or(book.customer.removed, |id| stored(id).is_some_and(|stored| stored.removed))
}

/// Customers of the batch with edits that wait, by the store's id. A number that belongs to somebody else now is not theirs.
/// Whoever was removed and is listed again is merged as well, before they are taken back.
async fn held(
    db: &mut PgConnection,
    channel: i64,
    batch: &[Incoming],
) -> Result<HashMap<i64, i64>, sqlx::Error> {
    let rows = sqlx::query!(
        "with held as materialized (
            select c.customer_id from changes c join customers k on k.id = c.customer_id
            where k.channel_id = $1 and c.state in ('pending', 'rejected')
            union select c.customer_id from conflicts c join customers k on k.id = c.customer_id
            where k.channel_id = $1 and c.decided_at is null
         )
         select k.id, k.remote_id as \"remote_id!\" from held h join customers k on k.id = h.customer_id
         join unnest($2::bigint[], $3::timestamptz[], $4::text[]) as t(remote, created, email) on t.remote = k.remote_id
         where k.channel_id = $1 and case when k.removed_at is null
            then not (k.remote_created_at <> t.created and lower(k.email) <> lower(t.email)
                and k.base_read_at > to_timestamp(0))
            else k.remote_created_at = t.created and not exists (select 1 from customers l
                where l.channel_id = $1 and l.remote_id = t.remote and l.removed_at is null) end",
        channel,
        &batch.iter().map(|record| record.remote_id).collect::<Vec<i64>>(),
        &batch.iter().map(|record| record.created_at).collect::<Vec<DateTime<Utc>>>(),
        &batch.iter().map(|record| record.email.clone()).collect::<Vec<String>>(),
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.remote_id, row.id)).collect())
}

/// Merges a customer and their addresses; an answer older than what is stored is left alone, and dropped by the upsert.
fn merge_book(record: &mut Incoming, book: &Book, waiting: &Waiting, policy: &Policy) -> Vec<(Key, Merged)> {
    let read_at = record.read_at;
    let is_news = |sides: &Sides| sides.read_at <= Some(read_at);
    let mut done = Vec::new();
    if is_news(&book.customer) {
        let key = (book.customer.id, None);
        let gone = gone_defaults(&book.customer, record);
        let merged = merge_one(&book.customer, &record.values(), key, waiting, policy, &gone);
        record.settle(&merged.local, &merged.base);
        done.push((key, merged));
    }
    for address in record.addresses.iter_mut().flatten() {
        let stored = book.addresses.iter().find(|stored| stored.remote_id == Some(address.remote_id));
        let Some(stored) = stored.filter(|stored| is_news(stored)) else { continue };
        let key = (book.customer.id, Some(stored.id));
        let merged = merge_one(stored, &address.values(), key, waiting, policy, &[]);
        address.settle(&merged.local, &merged.base);
        done.push((key, merged));
    }
    done
}

/// Default addresses here that the store's book does not hold: it cannot be told of them.
pub(super) fn gone_defaults(sides: &Sides, record: &Incoming) -> Vec<Unit> {
    let Some(book) = &record.addresses else { return Vec::new() };
    let holds = |id: Option<i64>| book.iter().any(|address| Some(address.remote_id) == id);
    let mut defaults = vec![Unit::DefaultBilling, Unit::DefaultShipping];
    defaults.retain(|unit| !holds(sides.local.value(*unit).as_i64()));
    defaults
}

/// Merges a customer or an address; `gone` = units whose local value the store has nothing for.
pub(super) fn merge_one(
    sides: &Sides,
    remote: &Values,
    key: Key,
    waiting: &Waiting,
    policy: &Policy,
    gone: &[Unit],
) -> Merged {
    let changes = waiting.changes(key);
    let base = had_last(sides, remote, changes);
    // the last edit of a unit counts, if it is what the CRM holds: one that was made while a call was under way waits
    let is_held = |change: &Open| change.unit.same(&change.to, &sides.local.value(change.unit));
    let accepted = |change: &Open| (change.unit, change.accepted && is_held(change));
    let last: HashMap<Unit, bool> = changes.iter().map(accepted).collect();
    let accepted = last.into_iter().filter(|(_, accepted)| *accepted).map(|(unit, _)| unit);
    let owner = if key.1.is_some() { Owner::Address } else { Owner::Customer };
    let rules = policy.rules(owner).clone();
    let rules = rules.waiting(waiting.conflicts(key).iter().copied()).accepted(accepted);
    let rules = rules.gone(gone.iter().copied());
    let mut merged = merge::merge(&base, &sides.local, remote, &rules);
    for conflict in merged.conflicts.iter().filter(|conflict| conflict.chosen.is_none()) {
        // while a person is asked the base stays
        if let Some(stored) = sides.base.get(conflict.unit) {
            merged.base.set(conflict.unit, stored.clone());
        }
    }
    merged
}

/// What both sides had last, with what calls of ours brought there since.
fn had_last(sides: &Sides, remote: &Values, changes: &[Open]) -> Values {
    let mut base = sides.base.clone();
    for unit in remote.units() {
        let there = remote.value(unit);
        let mut of_unit = changes.iter().rev().filter(|change| change.unit == unit);
        // what a call of ours brought there is no edit of the store's, also when its answer was lost
        if of_unit.clone().any(|change| change.sent && unit.same(&change.to, &there)) {
            base.set(unit, there);
            continue;
        }
        // it was sent and then edited again, or taken back: where the store shows something third, it had that between
        let last = of_unit.next();
        let Some(before) = last.and_then(|_| of_unit.find(|change| change.sent)) else { continue };
        let Some(known) = base.get(unit) else { continue };
        let was_there = before.accepted || !unit.same(known, &there);
        if was_there && !unit.same(&before.to, &sides.local.value(unit)) {
            base.set(unit, before.to.clone());
        }
    }
    base
}

/// Writes what became of edits and conflicts; returns how many conflicts have something new in them.
async fn write(
    db: &mut PgConnection,
    key: Key,
    merged: &Merged,
    waiting: &Waiting,
    (job, read_at): (i64, DateTime<Utc>),
) -> Result<i64, sqlx::Error> {
    let mut new = 0;
    for conflict in &merged.conflicts {
        if conflict.chosen.is_some() && waiting.conflicts(key).contains(&conflict.unit) {
            // nobody is asked any more: what decided has a row of its own
            rows::close(db, key, conflict.unit).await?;
        }
        new += i64::from(rows::keep(db, key, conflict, job).await?);
    }
    for unit in waiting.conflicts(key) {
        let goes_on = merged.conflicts.iter().any(|conflict| conflict.unit == *unit);
        if !goes_on && !merged.untold.contains(unit) {
            rows::close(db, key, *unit).await?;
        }
    }
    let is_gone = |unit| merged.conflicts.iter().any(|it| it.unit == unit && it.rule == Rule::Removed);
    let (mut sent, mut gone, mut discarded, mut absent) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for change in waiting.changes(key) {
        match fate(change, merged) {
            Some(Fate::Sent) => sent.push(change.id),
            Some(Fate::Discarded) if is_gone(change.unit) => gone.push(change.id),
            Some(Fate::Discarded) => discarded.push(change.id),
            None if change.sent && !merged.untold.contains(&change.unit) => absent.push(change.id),
            None => {}
        }
    }
    rows::not_arrived(db, &absent, read_at).await?;
    rows::settle(db, &sent, Fate::Sent, "").await?;
    rows::settle(db, &discarded, Fate::Discarded, "Magento’s value won the conflict.").await?;
    rows::settle(db, &gone, Fate::Discarded, "The address was removed in Magento.").await?;
    Ok(new)
}

/// What becomes of an edit after a merge; `None` = it goes on waiting.
pub(super) fn fate(change: &Open, merged: &Merged) -> Option<Fate> {
    let unit = change.unit;
    let conflict = merged.conflicts.iter().find(|conflict| conflict.unit == unit);
    match conflict {
        Some(conflict) if conflict.rule == Rule::Store => return Some(Fate::Sent),
        Some(conflict) if conflict.chosen == Some(Side::Remote) => return Some(Fate::Discarded),
        _ => {}
    }
    let waits = merged.push.contains(&unit) || conflict.is_some();
    // of several edits of one unit, those before the last may be there already
    let is_there = change.sent && unit.same(&change.to, &merged.base.value(unit));
    (!waits || is_there).then_some(Fate::Sent)
}
