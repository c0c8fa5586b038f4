//! Edits that wait here are sent: read the record → merge → send only what changed → read it back.
//!
//! Records that were made here are created first ([`super::create`]). A few customers are read by one list; address books come
//! where they have a part in it, or where bulk reads bring them along: an edit of a customer costs three calls at most, with
//! what the next increment reads of them. Where a store keeps us waiting, whoever had no turn yet is read anew, so that the
//! write follows the read. The read and the read-back go the way of every other read: what arrives is merged with what waits while it is written.
//! So a push is nothing but reads with calls between them, and whatever breaks off between two of them is picked up by the
//! next. What the store refuses is *rejected*, with its words, and holds nothing else back; what it does not answer waits.

use std::collections::{HashMap, HashSet};

use tokio::time::Instant;

use super::commit::{Ready, Step, commit};
use super::connectors::{CUSTOMERS, Customers, alone, list_by_ids, take_singly};
use super::create::create;
use super::exporters::{self, Parcel};
use super::noun::{Freshness, Noun};
use super::parts::{BEYOND, splits};
use super::pipeline::complete_list;
use super::subscribe;
use super::visit::{Visit, patiently};
use crate::crm::changes::{Due, Sending};
use crate::crm::{changes, customers};
use crate::jobs::{Counts, Level};
use crate::magento::api::Listing;
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
    /// All of this customer, and nobody else's.
    Of(i64),
}

impl Which {
    /// A person asked: no backoff counts.
    pub(super) fn at_once(self) -> bool {
        self != Self::Due
    }

    /// The customer whose alone are meant.
    pub(super) fn only(self) -> Option<i64> {
        match self {
            Self::Of(customer) => Some(customer),
            Self::Due | Self::All => None,
        }
    }
}

/// Sends what waits, where two way sync is on.
pub(super) async fn push(visit: &Visit, which: Which) -> anyhow::Result<()> {
    if !visit.look_at_terms().await? {
        return Ok(());
    }
    ask_about_what_is_gone(visit).await?;
    create(visit, which).await?;
    subscribe::newsletter(visit, which).await?;
    let (mut had_a_turn, mut troubles) = (HashSet::new(), 0);
    loop {
        let (channel, at_once, only) = (visit.it.channel_id, which.at_once(), which.only());
        let due = changes::due(visit.pool(), channel, at_once, only, &had_a_turn, AT_ONCE).await?;
        if due.is_empty() {
            return Ok(());
        }
        had_a_turn.extend(due.iter().map(|customer| customer.id));
        for batch in due.chunks(TOGETHER) {
            if !visit.look_at_terms().await? {
                return Ok(());
            }
            deliver(visit, batch, &mut troubles).await?;
            if troubles >= MOST_TROUBLES {
                return Ok(());
            }
        }
    }
}

/// A few customers.
async fn deliver(visit: &Visit, batch: &[Due], troubles: &mut usize) -> anyhow::Result<()> {
    let (mut left, mut together, mut rounds) = (batch.to_vec(), TOGETHER, HashMap::new());
    while !left.is_empty() {
        let now = left.drain(..left.len().min(together)).collect::<Vec<Due>>();
        let (began, mut is_old) = (Instant::now(), false);
        let read = read(visit, &now).await?;
        // it may have been switched off while the store kept us waiting
        if !visit.look_at_terms().await? {
            return Ok(());
        }
        for (turn, customer) in read.into_iter().enumerate() {
            if is_old {
                left.push(customer);
                continue;
            }
            let round = rounds.entry(customer.id).or_insert(0);
            if *round == ROUNDS {
                leave_to_a_person(visit, customer.id).await?;
                continue;
            }
            match send(visit, customer.id).await? {
                Sent::Nothing => {}
                Sent::Something => {
                    (*troubles, *round) = (0, *round + 1);
                    left.push(customer);
                }
                Sent::Unanswered => (*troubles, is_old) = (*troubles + 1, true),
            }
            if *troubles >= MOST_TROUBLES {
                // nothing more is sent; what was, is read back
                left.retain(|customer| rounds.get(&customer.id).is_some_and(|rounds| *rounds > 0));
                break;
            }
            if began.elapsed() > visit.patience.fresh_for {
                (is_old, together) = (true, turn + 1);
            }
        }
    }
    Ok(())
}

/// Reads customers. Where the store fails on some of them, they are read in halves: on whom it fails alone waits, and holds
/// nobody else back (F18).
async fn read(visit: &Visit, batch: &[Due]) -> anyhow::Result<Vec<Due>> {
    let (mut read, mut parts, mut is_able) = (Vec::new(), vec![batch], false);
    while let Some(part) = parts.pop() {
        let problem = match read_together(visit, part).await {
            Ok(some) => {
                read.extend(some);
                continue;
            }
            Err(problem) => problem,
        };
        let Some(call) = problem.downcast_ref::<CallError>().filter(|call| splits(call)) else {
            return Err(problem);
        };
        // a store that fails on a list of nobody fails on any
        is_able = is_able || list_by_ids(visit, vec![BEYOND]).await.is_ok();
        match part {
            _ if !is_able => return Err(problem),
            [customer] => wait(visit, customer.id, call).await?,
            _ => {
                let (left, right) = part.split_at(part.len() / 2);
                parts.extend([right, left]);
            }
        }
    }
    Ok(read)
}

/// Reads customers; what arrives is merged with what waits. Returns those who were read: to write without having read would
/// lose what was edited there.
async fn read_together(visit: &Visit, batch: &[Due]) -> anyhow::Result<Vec<Due>> {
    let sent_at = visit.db_now();
    let ids: Vec<i64> = batch.iter().map(|customer| customer.remote_id).collect();
    let list = patiently(visit, CUSTOMERS, || list_by_ids(visit, ids.clone())).await?;
    let bad: HashSet<i64> = list.bad.iter().filter_map(|bad| bad.remote_id.as_ref()?.parse().ok()).collect();
    let mut read: HashSet<i64> = list.rows.iter().map(|row| Customers::mark(row).0).collect();
    let listed = |customer: &&Due| read.contains(&customer.remote_id) || bad.contains(&customer.remote_id);
    let absent: Vec<Due> = batch.iter().filter(|customer| !listed(customer)).copied().collect();
    let of_book: HashSet<i64> =
        batch.iter().filter(|customer| customer.book).map(|customer| customer.remote_id).collect();
    let (books, rows): (Vec<_>, Vec<_>) =
        list.rows.into_iter().partition(|row| of_book.contains(&Customers::mark(row).0));
    let rest = Listing { rows, bad: Vec::new(), bytes: 0, took: list.took };
    for (list, fresh) in
        [(Listing { rows: books, ..list }, Freshness::everything()), (rest, Freshness::default())]
    {
        if list.rows.is_empty() && list.bad.is_empty() {
            continue;
        }
        let words = format!("{} customers with edits", list.rows.len());
        let ready = if fresh.all || visit.bulk {
            complete_list(&Customers, visit, list, fresh, sent_at, Step::None, words).await?
        } else {
            let rows = i64::try_from(list.rows.len()).unwrap_or(i64::MAX);
            let (took, completed) = (list.took, alone(visit, list.rows, sent_at).await?);
            Ready { step: Step::None, words, rows, highest_id: 0, took, completed }
        };
        for record in ready.completed.records.iter().filter(|record| record.addresses.is_none()) {
            if of_book.contains(&record.remote_id) {
                read.remove(&record.remote_id);
            }
        }
        commit(&Customers, visit, &ready).await?;
    }
    let gone = look_for(visit, &absent, &mut read).await?;
    let (read, unread): (Vec<Due>, Vec<Due>) =
        batch.iter().copied().partition(|customer| read.contains(&customer.remote_id));
    for customer in unread.into_iter().filter(|customer| !gone.contains(&customer.id)) {
        let why = "The customer could not be read in the store, so nothing was sent.";
        put_off(visit, customer.id, why).await?;
    }
    Ok(read)
}

/// Customers who were absent from the list: asked for by themselves, and marked as removed where the store says so. Returns
/// the rows of those.
async fn look_for(visit: &Visit, absent: &[Due], read: &mut HashSet<i64>) -> anyhow::Result<Vec<i64>> {
    if absent.is_empty() {
        return Ok(Vec::new());
    }
    let sent_at = visit.db_now();
    let ids: Vec<i64> = absent.iter().map(|customer| customer.remote_id).collect();
    let words = format!("{} customers who were not listed", ids.len());
    let (completed, missing) = take_singly(visit, ids, sent_at).await?;
    let whole = completed.records.iter().filter(|record| record.addresses.is_some());
    read.extend(whole.map(|record| record.remote_id));
    commit(&Customers, visit, &Ready::apart(visit, words, sent_at, completed)).await?;
    let is_gone = |customer: &&Due| missing.contains(&customer.remote_id);
    let gone: Vec<i64> = absent.iter().filter(is_gone).map(|customer| customer.id).collect();
    if gone.is_empty() {
        return Ok(gone);
    }
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    let removed = customers::remove(&mut tx, &gone).await?;
    visit.run.count(&mut tx, CUSTOMERS, Counts { removed, ..Counts::default() }).await?;
    tx.commit().await?;
    ask_about_what_is_gone(visit).await?;
    Ok(gone)
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
    let outgoing = changes::outgoing(&mut tx, visit.it.channel_id, customer).await?;
    tx.commit().await?;
    let mut sent = Sent::Nothing;
    for mut parcel in outgoing.into_iter().flat_map(exporters::parcels) {
        parcel.units = begin(visit, parcel.units).await?;
        if parcel.units.is_empty() {
            continue;
        }
        sent = Sent::Something;
        if let Err(problem) = offer(visit, parcel).await? {
            wait(visit, customer, &problem).await?;
            return Ok(Sent::Unanswered);
        }
    }
    Ok(sent)
}

async fn begin(visit: &Visit, units: Vec<Sending>) -> anyhow::Result<Vec<Sending>> {
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    let units = changes::begin(&mut tx, visit.it.channel_id, units).await?;
    tx.commit().await?;
    Ok(units)
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
pub(super) fn refusal(problem: &CallError) -> Option<String> {
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

/// The store gave no answer about a customer: their edits wait, and say why.
async fn wait(visit: &Visit, customer: i64, problem: &CallError) -> anyhow::Result<()> {
    let text = format!("Edits of a customer wait: {problem}");
    visit.run.log(Level::Warning, CUSTOMERS, &text).await?;
    visit.note_error(text);
    put_off(visit, customer, &problem.to_string()).await
}

async fn put_off(visit: &Visit, customer: i64, words: &str) -> anyhow::Result<()> {
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    changes::put_off(&mut tx, customer, words).await?;
    tx.commit().await?;
    Ok(())
}

/// What was sent in every round and still waits goes to the inbox.
async fn leave_to_a_person(visit: &Visit, customer: i64) -> anyhow::Result<()> {
    let words = "It was sent three times, and each time the store changed it again.";
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    let left = changes::not_agreed(&mut tx, customer, words).await?;
    tx.commit().await?;
    if left > 0 {
        let text = format!("Edits of a customer wait for a person. {words}");
        visit.run.log(Level::Warning, CUSTOMERS, &text).await?;
    }
    Ok(())
}

async fn ask_about_what_is_gone(visit: &Visit) -> anyhow::Result<()> {
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    let asked = changes::gone(&mut tx, visit.it.channel_id, visit.run.id).await?;
    if asked > 0 {
        let conflicts = i64::try_from(asked).unwrap_or(i64::MAX);
        visit.run.count(&mut tx, CUSTOMERS, Counts { conflicts, ..Counts::default() }).await?;
    }
    tx.commit().await?;
    if asked > 0 {
        let text = format!("{asked} records that were edited here are gone in the store: a person is asked.");
        visit.run.log(Level::Warning, CUSTOMERS, &text).await?;
    }
    Ok(())
}
