//! Records that waited for another one: customers that orders, carts and subscribers name and that no window brought (they
//! are older than the Sync start date, of another website, or gone), and customers who may be gone because somebody else
//! has their e-mail now.

use std::collections::BTreeSet;

use super::commit::{Ready, commit};
use super::connectors::{CUSTOMERS, Customers, confirm_gone, take_singly};
use super::noun::Noun;
use super::visit::Visit;
use crate::crm::{carts, customers, newsletter, orders, personal_data};
use crate::jobs::{Counts, Level};

/// Customers that are fetched singly in one round.
const AT_ONCE: i64 = 500;
/// Rounds of one run: what is left waits for the next.
const ROUNDS: usize = 20;

/// Fetches who is missing, and looks after doubles.
pub(super) async fn heal(visit: &Visit) -> anyhow::Result<()> {
    let mut asked_for = Vec::new();
    for _ in 0..ROUNDS {
        let unknown = unknown(visit).await?;
        // whoever does not come when they are asked for was erased here
        if unknown.is_empty() || unknown == asked_for {
            break;
        }
        fetch(visit, unknown.clone()).await?;
        asked_for = unknown;
    }
    let suspects = visit.take_suspects();
    if !suspects.is_empty() {
        let gone = confirm_gone(visit, suspects).await?;
        remove(visit, &gone).await?;
    }
    Ok(())
}

async fn unknown(visit: &Visit) -> Result<Vec<i64>, sqlx::Error> {
    let (pool, channel) = (visit.pool(), visit.it.channel_id);
    let mut ids: BTreeSet<i64> =
        orders::unknown_customers(pool, channel, AT_ONCE).await?.into_iter().collect();
    ids.extend(carts::unknown_customers(pool, channel, AT_ONCE).await?);
    ids.extend(newsletter::unknown_customers(pool, channel, AT_ONCE).await?);
    Ok(ids.into_iter().take(usize::try_from(AT_ONCE).unwrap_or(1)).collect())
}

async fn fetch(visit: &Visit, ids: Vec<i64>) -> anyhow::Result<()> {
    let sent_at = visit.db_now();
    let words = format!("{} customers that other records name", ids.len());
    let (completed, mut missing) = take_singly(visit, ids, sent_at).await?;
    // what cannot be read is a failed record, and as good as missing until it can
    let failed = completed.failures.iter().filter_map(|failure| failure.remote_id.parse::<i64>().ok());
    missing.extend(failed.filter(|id| !completed.records.iter().any(|record| record.remote_id == *id)));
    commit(&Customers, visit, &Ready::apart(visit, words, sent_at, completed)).await?;
    if missing.is_empty() {
        return Ok(());
    }
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    personal_data::hold(&mut tx).await?;
    let (channel, owner) = (visit.it.channel_id, visit.it.settings.owner_id);
    customers::note_missing(&mut tx, channel, &missing).await?;
    orders::adopt_missing(&mut tx, channel, owner, &visit.guests(), &missing).await?;
    tx.commit().await?;
    Ok(())
}

async fn remove(visit: &Visit, gone: &[i64]) -> anyhow::Result<()> {
    if gone.is_empty() {
        return Ok(());
    }
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    let removed = Customers.remove(&mut tx, gone).await?;
    visit.run.count(&mut tx, CUSTOMERS, Counts { removed, ..Counts::default() }).await?;
    tx.commit().await?;
    let text = format!("{removed} customers are gone in the store: somebody else has their e-mail now.");
    visit.run.log(Level::Info, CUSTOMERS, &text).await
}
