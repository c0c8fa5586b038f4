//! Reading one record, and sending what waits of a customer before.

use crate::crm::channels::Entity;
use crate::crm::records::{Record, RecordKind};
use crate::crm::{carts, changes, customers, orders, records};
use crate::jobs::Counts;
use crate::magento::api::IdFilter;
use crate::sync::commit::{Step, commit};
use crate::sync::connectors::{Carts, Customers, Orders, read_cart};
use crate::sync::failed;
use crate::sync::noun::{Ask, Freshness, Noun};
use crate::sync::pipeline::complete_list;
use crate::sync::push::{Which, push};
use crate::sync::visit::{Visit, patiently};

const NOT_HERE: &str = "It is not here any more.";
const NOT_TOLD: &str = "The store did not tell of it: it may belong to another website, or be gone. It is shown as it was last read.";
const REMOVED: &str = "The store no longer has it.";
const GIVEN_AWAY: &str = "The store no longer has it: its number there belongs to another record now.";
const NOT_THERE_YET: &str =
    "The store does not have this customer yet; what waits, and why, stands on the page.";
const STILL_WAITS: &str =
    "Something that was edited here is still not in Magento; what, and why, stands on the page.";

/// Brings one record to agree. What went wrong, if something did.
pub(super) async fn record(visit: &Visit, record: Record) -> anyhow::Result<Option<String>> {
    let trouble = match record.kind {
        RecordKind::Customer => customer(visit, record.id).await?,
        RecordKind::Order => order(visit, record.id).await?,
        RecordKind::Cart => cart(visit, record.id).await?,
        _ => Some(NOT_HERE.to_owned()),
    };
    if trouble.is_none() && records::is_removed(visit.pool(), record).await? {
        return Ok(Some(GIVEN_AWAY.to_owned()));
    }
    Ok(trouble)
}

/// Both directions: what waits is sent, then the customer is read.
async fn customer(visit: &Visit, id: i64) -> anyhow::Result<Option<String>> {
    push(visit, Which::Of(id)).await?;
    let Some(known) = customers::find(visit.pool(), id).await? else { return Ok(Some(NOT_HERE.to_owned())) };
    let Some(remote_id) = known.remote_id else {
        return Ok((!known.is_guest).then(|| NOT_THERE_YET.to_owned()));
    };
    let trouble = read(&Customers, visit, remote_id).await?;
    if trouble.is_some() || !known.two_way {
        return Ok(trouble);
    }
    let waits = !changes::of_customer(visit.pool(), id).await?.is_empty()
        || !changes::creations_of(visit.pool(), id).await?.is_empty();
    Ok(waits.then(|| STILL_WAITS.to_owned()))
}

async fn order(visit: &Visit, id: i64) -> anyhow::Result<Option<String>> {
    if !visit.it.entities.contains(&Entity::Order) {
        return Ok(Some("The channel does not take in orders.".to_owned()));
    }
    match orders::find(visit.pool(), id).await? {
        Some(known) => read(&Orders, visit, known.remote_id).await,
        None => Ok(Some(NOT_HERE.to_owned())),
    }
}

async fn cart(visit: &Visit, id: i64) -> anyhow::Result<Option<String>> {
    if !visit.it.entities.contains(&Entity::Cart) {
        return Ok(Some("The channel does not take in shopping carts.".to_owned()));
    }
    let Some(known) = carts::find(visit.pool(), id).await? else { return Ok(Some(NOT_HERE.to_owned())) };
    if visit.bridge {
        return read(&Carts, visit, known.remote_id).await;
    }
    let was_there = read_cart(visit, known.remote_id).await?;
    if !was_there {
        return Ok(Some(REMOVED.to_owned()));
    }
    still_failed::<Carts>(visit, known.remote_id).await
}

/// Reads a record as every read does.
async fn read<N: Noun>(noun: &N, visit: &Visit, remote_id: i64) -> anyhow::Result<Option<String>> {
    let sent_at = visit.db_now();
    let ask = Ask::ids(IdFilter::In(vec![remote_id]));
    let list = patiently(visit, N::NAME, || noun.list(visit, &ask)).await?;
    let told = list.bad.iter().any(|bad| bad.remote_id.as_deref() == Some(&*remote_id.to_string()))
        || list.rows.iter().any(|row| N::mark(row).0 == remote_id);
    if told {
        let words = "one record by itself".to_owned();
        let ready =
            complete_list(noun, visit, list, Freshness::everything(), sent_at, Step::None, words).await?;
        commit(noun, visit, &ready).await?;
        return still_failed::<N>(visit, remote_id).await;
    }
    let gone = noun.gone(visit, (remote_id, remote_id), &[], sent_at).await?;
    if gone.is_empty() {
        return Ok(Some(NOT_TOLD.to_owned()));
    }
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    let removed = noun.remove(&mut tx, &gone).await?;
    visit.run.count(&mut tx, N::NAME, Counts { removed, ..Counts::default() }).await?;
    tx.commit().await?;
    Ok(Some(REMOVED.to_owned()))
}

/// Why the record could not be taken over, if it could not.
async fn still_failed<N: Noun>(visit: &Visit, remote_id: i64) -> anyhow::Result<Option<String>> {
    Ok(failed::cause_of(visit.pool(), visit.it.id, N::NAME, &remote_id.to_string()).await?)
}
