//! Customers and addresses that were made here are created in the store, the customer before the addresses (F51-F53).
//!
//! A customer is looked up by e-mail first. Who is there before any attempt of ours is somebody else's: the creation is
//! rejected, with their number. After an answer that was lost, who is there is ours. An address cannot be looked up: the book
//! is read, and what is alike is taken for it while it is written.

use std::collections::HashSet;

use super::commit::{Ready, commit};
use super::connectors::{CUSTOMERS, Customers, take_singly};
use super::exporters;
use super::push::{Which, refusal};
use super::visit::Visit;
use crate::base::vault::Place;
use crate::crm::changes::{self, Attempt, Creation};
use crate::jobs::Level;
use crate::magento::CallError;
use crate::magento::api::customers::{self as wire, CustomerFilter};

/// Records that are looked for at once.
const AT_ONCE: i64 = 200;
/// So many calls one after the other without an answer: the rest waits, too.
const MOST_TROUBLES: usize = 2;

/// What a record's turn came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// The store has it, or refused it, or there was nothing to do.
    Done,
    /// The store gave no answer.
    Unanswered,
}

/// Creates what waits.
pub(super) async fn create(visit: &Visit, which: Which) -> anyhow::Result<()> {
    let (mut had_a_turn, mut troubles) = (HashSet::new(), 0);
    // addresses become due as their customers are made
    loop {
        let (channel, at_once, only) = (visit.it.channel_id, which.at_once(), which.only());
        let due = changes::to_create(visit.pool(), channel, at_once, only, &had_a_turn, AT_ONCE).await?;
        if due.is_empty() {
            return Ok(());
        }
        for creation in due {
            if !visit.look_at_terms().await? {
                return Ok(());
            }
            had_a_turn.insert(creation.id);
            let turn = match (creation.address_id, creation.remote_customer) {
                (None, None) => customer(visit, &creation).await?,
                (None, Some(_)) => is_there(visit, &creation).await?,
                (Some(_), Some(remote)) => address(visit, &creation, remote).await?,
                (Some(_), None) => Turn::Done,
            };
            troubles = if turn == Turn::Unanswered { troubles + 1 } else { 0 };
            if troubles >= MOST_TROUBLES {
                return Ok(());
            }
        }
    }
}

async fn customer(visit: &Visit, creation: &Creation) -> anyhow::Result<Turn> {
    let holder = match holder_of(visit, creation).await {
        Ok(holder) => holder,
        Err(problem) => return put_off(visit, creation, &problem).await,
    };
    match holder {
        Some(remote_id) if creation.was_sent => return has_it(visit, creation, remote_id, None).await,
        Some(remote_id) => return is_held(visit, creation, remote_id).await,
        None => {}
    }
    let sealed = changes::password_of(visit.pool(), creation.id).await?;
    let place = Place::new("creations.password", creation.id);
    let password = sealed.map(|sealed| visit.vault.open(&place, &sealed)).transpose();
    let Ok(password) = password else {
        let words = "The password cannot be opened: it was sealed with another secret key. Discard this customer, and make them anew.";
        return reject(visit, creation, words).await;
    };
    let Some(attempt) = begin(visit, creation).await? else { return Ok(Turn::Done) };
    match exporters::create_customer(&visit.store, &attempt, password).await {
        Ok(remote_id) => has_it(visit, creation, remote_id, Some(&attempt)).await,
        Err(problem) => match refusal(&problem) {
            // a call that was given up long ago may have come through after the look-up
            Some(words) if creation.was_sent => match holder_of(visit, creation).await {
                Ok(Some(remote_id)) => has_it(visit, creation, remote_id, None).await,
                Ok(None) => reject(visit, creation, &words).await,
                Err(problem) => put_off(visit, creation, &problem).await,
            },
            Some(words) => reject(visit, creation, &words).await,
            None => put_off(visit, creation, &problem).await,
        },
    }
}

async fn address(visit: &Visit, creation: &Creation, customer: i64) -> anyhow::Result<Turn> {
    if creation.was_sent && !read(visit, customer).await? {
        // whether the store has it cannot be seen
        return leave(visit, creation, "The customer's addresses could not be read in the store.").await;
    }
    let Some(attempt) = begin(visit, creation).await? else { return Ok(Turn::Done) };
    match exporters::create_address(&visit.store, customer, &attempt).await {
        Ok(remote_id) => {
            let turn = has_it(visit, creation, remote_id, Some(&attempt)).await?;
            read(visit, customer).await?;
            Ok(turn)
        }
        Err(problem) => match refusal(&problem) {
            Some(words) => reject(visit, creation, &words).await,
            None => put_off(visit, creation, &problem).await,
        },
    }
}

/// The store's customer with this e-mail in this website.
async fn holder_of(visit: &Visit, creation: &Creation) -> Result<Option<i64>, CallError> {
    let email = Some(creation.email.clone());
    let filter = CustomerFilter { email, website_id: creation.website_id, ..CustomerFilter::default() };
    let list = wire::list(&visit.store, &filter).await?;
    Ok(wire::with_email(&list.rows, &creation.email).map(|customer| customer.customer_id))
}

async fn begin(visit: &Visit, creation: &Creation) -> anyhow::Result<Option<Attempt>> {
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    let attempt = changes::begin_creation(&mut tx, visit.it.channel_id, creation).await?;
    tx.commit().await?;
    Ok(attempt)
}

/// The store has it: what it made of it is seen when it is read back, with the edits that wait.
async fn has_it(
    visit: &Visit,
    creation: &Creation,
    remote_id: i64,
    answered: Option<&Attempt>,
) -> anyhow::Result<Turn> {
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    let values = answered.map(|attempt| &attempt.values);
    let linked = changes::created(&mut tx, visit.it.channel_id, creation, remote_id, values).await?;
    tx.commit().await?;
    if !linked {
        let text = format!(
            "The store's number {remote_id} belongs to another record here, not to the one made here."
        );
        visit.run.log(Level::Warning, CUSTOMERS, &text).await?;
    }
    if creation.address_id.is_none() {
        read(visit, remote_id).await?;
    }
    Ok(Turn::Done)
}

async fn is_there(visit: &Visit, creation: &Creation) -> anyhow::Result<Turn> {
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    changes::already_there(&mut tx, creation.id).await?;
    tx.commit().await?;
    Ok(Turn::Done)
}

/// Reads a customer with their addresses, as every read does; false if the addresses could not be read.
async fn read(visit: &Visit, remote_id: i64) -> anyhow::Result<bool> {
    let sent_at = visit.db_now();
    let (completed, _) = take_singly(visit, vec![remote_id], sent_at).await?;
    let words = "a customer who was made here".to_owned();
    let whole = completed.records.iter().any(|record| record.addresses.is_some());
    commit(&Customers, visit, &Ready::apart(visit, words, sent_at, completed)).await?;
    Ok(whole)
}

/// Somebody else has the e-mail.
async fn is_held(visit: &Visit, creation: &Creation, holder: i64) -> anyhow::Result<Turn> {
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    changes::creation_held(&mut tx, creation.id, holder).await?;
    tx.commit().await?;
    let text =
        format!("The store has another customer with the e-mail of one who was made here: number {holder}.");
    visit.run.log(Level::Warning, CUSTOMERS, &text).await?;
    Ok(Turn::Done)
}

async fn reject(visit: &Visit, creation: &Creation, words: &str) -> anyhow::Result<Turn> {
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    changes::creation_rejected(&mut tx, creation.id, words).await?;
    tx.commit().await?;
    let what = if creation.address_id.is_some() { "an address" } else { "a customer" };
    let text = format!("The store does not take {what} that was made here: {words}");
    visit.run.log(Level::Warning, CUSTOMERS, &text).await?;
    Ok(Turn::Done)
}

async fn put_off(visit: &Visit, creation: &Creation, problem: &CallError) -> anyhow::Result<Turn> {
    leave(visit, creation, &problem.to_string()).await
}

/// It waits, longer each time.
async fn leave(visit: &Visit, creation: &Creation, why: &str) -> anyhow::Result<Turn> {
    let text = format!("A record that was made here waits: {why}");
    visit.run.log(Level::Warning, CUSTOMERS, &text).await?;
    visit.note_error(text);
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    changes::creation_put_off(&mut tx, creation.id, why).await?;
    tx.commit().await?;
    Ok(Turn::Unanswered)
}
