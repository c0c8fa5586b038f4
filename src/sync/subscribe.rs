//! Subscriptions that were changed here are sent: look at the subscriber → merge → send the status → look again.
//!
//! As with every other push ([`super::push`]), what is read goes the way of every read, and is merged with what waits while
//! it is taken over. A subscriber is made only after nobody was found with the customer or the e-mail, so a lost answer
//! makes no double.

use super::connectors::{SUBSCRIBERS, page_of_subscribers, take_subscribers_over};
use super::push::{Which, refusal};
use super::visit::Visit;
use crate::crm::channels::Entity;
use crate::crm::newsletter::{self, Outgoing};
use crate::jobs::{Counts, Level};
use crate::magento::CallError;
use crate::magento::api::subscribers::{self as wire, SubscriberEdit, SubscriberFilter, SubscriberStatus};
use crate::magento::api::{IdFilter, Listing};

/// Changes that are looked for at once.
const AT_ONCE: i64 = 500;
/// How often what moved meanwhile is merged and sent again.
const ROUNDS: usize = 3;
/// So many one after the other without an answer: the rest waits, too.
const MOST_TROUBLES: usize = 2;

/// Sends what waits, where the store has the bridge.
pub(super) async fn newsletter(visit: &Visit, which: Which) -> anyhow::Result<()> {
    if !visit.bridge || !visit.it.entities.contains(&Entity::NewsletterSubscriber) {
        return Ok(());
    }
    reject_who_is_gone(visit).await?;
    let (mut last, mut troubles) = (0, 0);
    loop {
        let (channel, at_once, only) = (visit.it.channel_id, which.at_once(), which.only());
        let due = newsletter::due(visit.pool(), channel, at_once, only, last, AT_ONCE).await?;
        if due.is_empty() {
            return Ok(());
        }
        for change in due {
            if !visit.look_at_terms().await? {
                return Ok(());
            }
            last = change;
            match deliver(visit, change).await? {
                Ok(()) => troubles = 0,
                Err(problem) => {
                    troubles += 1;
                    wait(visit, change, &problem).await?;
                }
            }
            if troubles >= MOST_TROUBLES {
                return Ok(());
            }
        }
    }
}

/// The store gave no answer.
async fn wait(visit: &Visit, change: i64, problem: &CallError) -> anyhow::Result<()> {
    let text = format!("A subscription waits: {problem}");
    visit.run.log(Level::Warning, SUBSCRIBERS, &text).await?;
    visit.note_error(text);
    put_off(visit, change, &problem.to_string()).await
}

/// Brings one change to the store, unless what is read there settles it. Inner error: it waits.
async fn deliver(visit: &Visit, change: i64) -> anyhow::Result<Result<(), CallError>> {
    for _ in 0..ROUNDS {
        if let Err(problem) = look(visit, change).await? {
            return Ok(Err(problem));
        }
        let Some(outgoing) = begin(visit, change).await? else { return Ok(Ok(())) };
        match send(visit, &outgoing).await {
            Ok(()) => accept(visit, change).await?,
            Err(problem) => {
                let Some(words) = refusal(&problem) else { return Ok(Err(problem)) };
                return reject(visit, change, &words).await.map(Ok);
            }
        }
    }
    let looked = look(visit, change).await?;
    if looked.is_ok() {
        put_off(visit, change, "The store changed this again while it was sent.").await?;
    }
    Ok(looked)
}

/// Reads whom a change is about; what arrives is merged with it.
async fn look(visit: &Visit, change: i64) -> anyhow::Result<Result<(), CallError>> {
    let mut db = visit.pool().acquire().await?;
    let outgoing = newsletter::outgoing(&mut db, change).await?;
    drop(db);
    let Some(outgoing) = outgoing else { return Ok(Ok(())) };
    let sent_at = visit.db_now();
    let list = match find(visit, &outgoing).await {
        Ok(list) => list,
        Err(problem) => return Ok(Err(problem)),
    };
    let gone = outgoing.subscriber.filter(|_| list.rows.is_empty() && list.bad.is_empty());
    if let Some(bad) = list.bad.first().filter(|_| list.rows.is_empty()) {
        return Ok(Err(CallError::Malformed { detail: bad.cause.clone() }));
    }
    take_subscribers_over(visit, list, sent_at).await?;
    if let Some((row, _)) = gone {
        let mut tx = visit.pool().begin().await?;
        visit.run.hold(&mut tx).await?;
        let removed = newsletter::remove(&mut tx, &[row]).await?;
        visit.run.count(&mut tx, SUBSCRIBERS, Counts { removed, ..Counts::default() }).await?;
        tx.commit().await?;
        reject_who_is_gone(visit).await?;
    }
    Ok(Ok(()))
}

/// The subscriber in the store: by the store's number, else by the customer, else somebody without an account who has the
/// e-mail.
async fn find(visit: &Visit, outgoing: &Outgoing) -> Result<Listing<wire::Subscriber>, CallError> {
    if let Some((_, id)) = outgoing.subscriber {
        let filter = SubscriberFilter { ids: Some(IdFilter::In(vec![id])), ..Default::default() };
        return only(visit, filter, |row| row.subscriber_id == id).await;
    }
    let owner = outgoing.remote_customer_id;
    if owner.is_some() {
        let filter = SubscriberFilter { customer_id: owner, ..Default::default() };
        let list = only(visit, filter, |row| row.customer_id.value() == owner).await?;
        if !list.rows.is_empty() {
            return Ok(list);
        }
    }
    let filter = SubscriberFilter { email: Some(outgoing.email.clone()), ..Default::default() };
    let has_it = |row: &wire::Subscriber| {
        let email = row.email.as_ref().value();
        email.is_some_and(|email| email.to_lowercase() == outgoing.email.to_lowercase())
    };
    only(visit, filter, |row| has_it(row) && row.customer_id.value().is_none()).await
}

/// Rows that were asked for. A store that lists others when one number is asked for does not look at the filter, and tells
/// nothing by leaving somebody out.
async fn only(
    visit: &Visit,
    filter: SubscriberFilter,
    wanted: impl Fn(&wire::Subscriber) -> bool,
) -> Result<Listing<wire::Subscriber>, CallError> {
    let by_number = filter.ids.is_some();
    let mut list = page_of_subscribers(visit, filter).await?;
    let told = list.rows.len();
    list.rows.retain(wanted);
    if by_number && list.rows.is_empty() && told > 0 {
        let detail = "the list of subscribers holds others than were asked for".to_owned();
        return Err(CallError::Malformed { detail });
    }
    Ok(list)
}

/// Makes the call. It is never made twice: a store may finish a call late whose answer was lost.
async fn send(visit: &Visit, outgoing: &Outgoing) -> Result<(), CallError> {
    let status = Some(SubscriberStatus::from_number(i64::from(outgoing.status.number())));
    let customer_id = outgoing.remote_customer_id;
    let Some((_, id)) = outgoing.subscriber else {
        let (store_id, email) = (outgoing.store_id, Some(outgoing.email.clone()));
        let edit = SubscriberEdit { store_id, customer_id, email, status };
        return wire::create(&visit.store, &edit).await.map(drop);
    };
    let edit = SubscriberEdit { customer_id, status, ..SubscriberEdit::default() };
    wire::update(&visit.store, id, &edit).await.map(drop)
}

async fn begin(visit: &Visit, change: i64) -> anyhow::Result<Option<Outgoing>> {
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    let outgoing = newsletter::begin(&mut tx, visit.it.channel_id, change).await?;
    tx.commit().await?;
    Ok(outgoing)
}

async fn accept(visit: &Visit, change: i64) -> anyhow::Result<()> {
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    newsletter::accepted(&mut tx, change).await?;
    tx.commit().await?;
    Ok(())
}

async fn reject(visit: &Visit, change: i64, words: &str) -> anyhow::Result<()> {
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    newsletter::rejected(&mut tx, change, words).await?;
    tx.commit().await?;
    let text = format!("The store refused a change of a subscription: {words}");
    visit.run.log(Level::Warning, SUBSCRIBERS, &text).await
}

async fn put_off(visit: &Visit, change: i64, words: &str) -> anyhow::Result<()> {
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    newsletter::put_off(&mut tx, change, words).await?;
    tx.commit().await?;
    Ok(())
}

async fn reject_who_is_gone(visit: &Visit) -> anyhow::Result<()> {
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    let rejected = newsletter::gone(&mut tx, visit.it.channel_id).await?;
    tx.commit().await?;
    if rejected > 0 {
        let text = format!(
            "{rejected} changes of subscriptions are rejected: the store no longer has whom they are about."
        );
        visit.run.log(Level::Warning, SUBSCRIBERS, &text).await?;
    }
    Ok(())
}
