//! Edits that wait here are sent: read the record → merge → send only what changed → read it back.
//!
//! The read and the read-back go the way of every other read: what arrives is merged with what waits while it is written.
//! So a push is nothing but reads with calls between them, and whatever breaks off between two of them is picked up by the
//! next. What the store refuses is *rejected*, with its words, and holds nothing else back; what it does not answer waits.

use std::collections::HashSet;

use super::commit::{Ready, Step, commit};
use super::connectors::{CUSTOMERS, Customers, take_singly};
use super::exporters::{self, Parcel};
use super::visit::Visit;
use crate::crm::{changes, customers};
use crate::jobs::{Counts, Level};
use crate::magento::{CallError, Class};

/// Customers that are read together: few, so that the write follows soon.
const TOGETHER: usize = 10;
/// Customers that are looked for at once.
const AT_ONCE: i64 = 500;
/// How often what moved meanwhile is merged and sent again.
const ROUNDS: usize = 3;
/// So many customers one after the other without an answer: the rest waits, too.
const MOST_TROUBLES: usize = 2;

/// Which edits a push takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// Those whose time has come.
    Due,
    /// Also those that a backoff holds back: a person asked.
    All,
}

/// Sends what waits, where two way sync is on.
pub(super) async fn push(visit: &Visit, which: Which) -> anyhow::Result<()> {
    if !visit.it.settings.two_way {
        return Ok(());
    }
    reject_what_is_gone(visit).await?;
    let (mut seen, mut troubles) = (HashSet::new(), 0);
    loop {
        let channel = visit.it.channel_id;
        let mut due = changes::due(visit.pool(), channel, which == Which::All, AT_ONCE).await?;
        due.retain(|(id, _)| seen.insert(*id));
        if due.is_empty() {
            return Ok(());
        }
        for batch in due.chunks(TOGETHER) {
            deliver(visit, batch, &mut troubles).await?;
            if troubles >= MOST_TROUBLES {
                return Ok(());
            }
        }
    }
}

/// A few customers: row ids and the store's ids.
async fn deliver(visit: &Visit, batch: &[(i64, i64)], troubles: &mut usize) -> anyhow::Result<()> {
    let mut left = batch.to_vec();
    for _ in 0..ROUNDS {
        let mut sent = Vec::new();
        for customer in read(visit, &left).await? {
            match send(visit, customer.0).await? {
                Sent::Nothing => {}
                Sent::Something => {
                    *troubles = 0;
                    sent.push(customer);
                }
                Sent::Unanswered => *troubles += 1,
            }
            if *troubles >= MOST_TROUBLES {
                break;
            }
        }
        if sent.is_empty() {
            return Ok(());
        }
        left = sent;
    }
    read(visit, &left).await?;
    for (customer, _) in left {
        put_off(visit, customer, "The store changed this again while it was sent.").await?;
    }
    Ok(())
}

/// Reads customers with their addresses; what arrives is merged with what waits. Returns those who were read whole: to write
/// without having read would lose what was edited there.
async fn read(visit: &Visit, batch: &[(i64, i64)]) -> anyhow::Result<Vec<(i64, i64)>> {
    let sent_at = visit.db_now();
    let ids: Vec<i64> = batch.iter().map(|(_, remote_id)| *remote_id).collect();
    let words = format!("{} customers with edits", ids.len());
    let (completed, missing) = take_singly(visit, ids, sent_at).await?;
    let rows = i64::try_from(completed.records.len()).unwrap_or(i64::MAX);
    let took = (visit.db_now() - sent_at).to_std().unwrap_or_default();
    let whole = completed.records.iter().filter(|record| record.addresses.is_some());
    let whole: HashSet<i64> = whole.map(|record| record.remote_id).collect();
    commit(&Customers, visit, &Ready { step: Step::None, words, rows, highest_id: 0, took, completed })
        .await?;
    take_away(visit, batch, &missing).await?;
    let (read, unread): (Vec<_>, Vec<_>) = batch.iter().partition(|(_, remote_id)| whole.contains(remote_id));
    for (customer, _) in unread {
        put_off(visit, customer, "The customer could not be read in the store, so nothing was sent.").await?;
    }
    Ok(read)
}

/// Customers whom the store does not have any more.
async fn take_away(visit: &Visit, batch: &[(i64, i64)], missing: &[i64]) -> anyhow::Result<()> {
    let gone: Vec<i64> =
        batch.iter().filter(|(_, remote_id)| missing.contains(remote_id)).map(|(id, _)| *id).collect();
    if gone.is_empty() {
        return Ok(());
    }
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    let removed = customers::remove(&mut tx, &gone).await?;
    visit.run.count(&mut tx, CUSTOMERS, Counts { removed, ..Counts::default() }).await?;
    tx.commit().await?;
    reject_what_is_gone(visit).await
}

/// How sending a customer's edits ended.
enum Sent {
    /// There was nothing to send.
    Nothing,
    /// The store answered, this way or that.
    Something,
    /// It did not: the edits wait.
    Unanswered,
}

async fn send(visit: &Visit, customer: i64) -> anyhow::Result<Sent> {
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    let outgoing = changes::begin(&mut tx, visit.it.channel_id, customer).await?;
    tx.commit().await?;
    if outgoing.is_empty() {
        return Ok(Sent::Nothing);
    }
    for parcel in outgoing.into_iter().flat_map(exporters::parcels) {
        if let Err(problem) = offer(visit, parcel).await? {
            let text = format!("Edits of a customer wait: {problem}");
            visit.run.log(Level::Warning, CUSTOMERS, &text).await?;
            visit.note_error(text);
            put_off(visit, customer, &problem.to_string()).await?;
            return Ok(Sent::Unanswered);
        }
    }
    Ok(Sent::Something)
}

/// Makes a call. When the store refuses it, each unit is tried alone, so that a taken e-mail does not hold back a name.
async fn offer(visit: &Visit, parcel: Parcel) -> anyhow::Result<Result<(), CallError>> {
    match parcel.send(visit).await {
        Ok(()) => accept(visit, &parcel).await.map(Ok),
        Err(problem) => match refusal(&problem) {
            None => Ok(Err(problem)),
            Some(words) if parcel.units.len() == 1 => reject(visit, &parcel, &words).await.map(Ok),
            Some(_) => {
                for single in parcel.singly() {
                    if let Err(problem) = Box::pin(offer(visit, single)).await? {
                        return Ok(Err(problem));
                    }
                }
                Ok(Ok(()))
            }
        },
    }
}

/// The words of a store that does not want this value; `None` = the trouble is another one.
fn refusal(problem: &CallError) -> Option<String> {
    problem.fault().filter(|fault| fault.class() == Class::Record).map(|fault| fault.text.clone())
}

async fn accept(visit: &Visit, parcel: &Parcel) -> anyhow::Result<()> {
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    changes::accepted(&mut tx, &parcel.units).await?;
    tx.commit().await?;
    Ok(())
}

async fn reject(visit: &Visit, parcel: &Parcel, words: &str) -> anyhow::Result<()> {
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    changes::rejected(&mut tx, &parcel.units, words).await?;
    tx.commit().await?;
    let fields: Vec<&str> = parcel.units.iter().map(|sending| sending.unit.word()).collect();
    let text = format!("The store refused an edit of {}: {words}", fields.join(", "));
    visit.run.log(Level::Warning, CUSTOMERS, &text).await
}

async fn put_off(visit: &Visit, customer: i64, words: &str) -> anyhow::Result<()> {
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    changes::put_off(&mut tx, customer, words).await?;
    tx.commit().await?;
    Ok(())
}

async fn reject_what_is_gone(visit: &Visit) -> anyhow::Result<()> {
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    let rejected = changes::gone(&mut tx, visit.it.channel_id).await?;
    tx.commit().await?;
    if rejected > 0 {
        let text = format!("{rejected} edits are rejected: the store no longer has their records.");
        visit.run.log(Level::Warning, CUSTOMERS, &text).await?;
    }
    Ok(())
}
