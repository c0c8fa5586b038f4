//! Carts without the bridge (G19). A store has no list of them, but tells a cart by its quote id; ids are dense and rise. So:
//! new ones are looked for above the greatest known id, active ones are read again in turns, and older ones are swept block
//! by block downwards, all within a budget of requests for each sync.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use super::plan::{self, Block, Budget};
use super::{CARTS, Carts, Infos, Probes, incoming};
use crate::crm::channels::Entity;
use crate::crm::{carts, orders};
use crate::jobs::Counts;
use crate::magento::api::EntryFailure;
use crate::magento::api::carts::Cart;
use crate::sync::commit::{Ready, Step, commit};
use crate::sync::connectors::sale::store_ids;
use crate::sync::connectors::{Backfill, Connector, Done};
use crate::sync::cursor;
use crate::sync::details::{self, Detailed};
use crate::sync::failed::{self, NewFailure};
use crate::sync::noun::Completed;
use crate::sync::pages;
use crate::sync::turn::Turn;
use crate::sync::visit::Visit;
use crate::sync::windowed::{begin, complete, restart, scope_start};

/// Requests that a sync spends on carts, where the admin sets nothing else.
const USUAL_BUDGET: i32 = 20;
/// Ids far above the known ones are probed for at most this often.
const PROBED_EVERY: TimeDelta = TimeDelta::hours(1);
/// An active cart is read again when it was not looked at for this long.
const LOOKED_AT_AGAIN_AFTER: TimeDelta = TimeDelta::minutes(15);

/// The connector where no list of carts is to be had.
#[derive(Default)]
pub(in crate::sync) struct CartSearch {
    /// How far this search came.
    word: Mutex<Option<Done>>,
}

/// What a block of ids held.
struct Met {
    /// The greatest id that is a cart's.
    highest: Option<i64>,
}

#[async_trait]
impl Connector for CartSearch {
    fn name(&self) -> &'static str {
        CARTS
    }

    fn rests(&self, visit: &Visit) -> Option<&'static str> {
        match () {
            () if !visit.it.entities.contains(&Entity::Cart) => Some("switched off in the channel"),
            () if budget_of(visit) == 0 => {
                Some("without the bridge carts are looked for, and the budget for it is 0")
            }
            () => None,
        }
    }

    async fn restart(&self, visit: &Visit) -> anyhow::Result<()> {
        restart(visit, CARTS).await
    }

    /// The search itself waits for the orders: their carts tell where to look.
    async fn changes(&self, visit: &Visit) -> anyhow::Result<Done> {
        // without the website's store views nobody could tell which carts are wanted
        store_ids(visit)?;
        begin(visit, CARTS).await?;
        Ok(Done::with("looked for when the orders are there"))
    }

    /// New carts, then active ones that were not looked at for a while, then a part of the older ones. It is all one: each
    /// takes from the same budget.
    async fn backfill(&self, visit: &Visit, _: &Turn) -> anyhow::Result<Backfill> {
        let mut budget = Budget::new(u64::try_from(budget_of(visit)).unwrap_or(0));
        upwards(visit, &mut budget).await?;
        active_ones(visit, &mut budget).await?;
        let done = downwards(visit, &mut budget).await?;
        let word = if done { "up to date" } else { "older carts are met in the next syncs" };
        *self.word.lock().unwrap_or_else(PoisonError::into_inner) = Some(Done::with(word));
        Ok(Backfill::Done)
    }

    fn last_word(&self) -> Option<Done> {
        self.word.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn again(&self, visit: &Visit) -> anyhow::Result<()> {
        let ids = failed::due(visit.pool(), visit.it.id, CARTS, plan::block_size(visit.bulk)).await?;
        let ids: Vec<i64> = ids.iter().filter_map(|id| id.parse().ok()).collect();
        if !ids.is_empty() {
            look_up(visit, &Infos, ids, "failed records once more").await?;
        }
        Ok(())
    }
}

fn budget_of(visit: &Visit) -> i32 {
    visit.it.settings.cart_budget.unwrap_or(USUAL_BUDGET)
}

/// The greatest id that is known to be a cart's: of a cart, or of an order that was made from one.
async fn highest(visit: &Visit) -> anyhow::Result<i64> {
    let channel = visit.it.channel_id;
    Ok(carts::highest(visit.pool(), channel).await?.max(orders::highest_cart(visit.pool(), channel).await?))
}

/// Follows the ids up as long as they are there; once an hour looks further up.
async fn upwards(visit: &Visit, budget: &mut Budget) -> anyhow::Result<()> {
    let at = cursor::find(visit.pool(), visit.it.id, CARTS).await?;
    let known = highest(visit).await?;
    // from where it ended the last time: carts between that and one that was bought since are new, too
    let from = if at.walk_top > 0 { at.walk_top } else { known };
    let mut top = follow(visit, from, known, budget).await?;
    let due = at.probed_at.is_none_or(|at| visit.db_now() - at >= PROBED_EVERY);
    if due && budget.allows() {
        for block in plan::probes(top, plan::block_size(visit.bulk)) {
            if !budget.allows() {
                break;
            }
            if let Some(found) = look_at(visit, &Probes, block, budget).await?.highest {
                top = follow(visit, top, found, budget).await?;
                break;
            }
        }
        note(visit, Noted::Probed).await?;
    }
    note(visit, Noted::Top(top)).await
}

/// Goes up block by block as long as there is something, or `known` is not reached yet; returns the greatest id met.
async fn follow(visit: &Visit, from: i64, known: i64, budget: &mut Budget) -> anyhow::Result<i64> {
    let mut top = from;
    while budget.allows() {
        let block = plan::above(top, plan::block_size(visit.bulk));
        match look_at(visit, &Probes, block, budget).await?.highest {
            Some(found) => top = found,
            None if block.1 < known => top = block.1,
            None => break,
        }
    }
    Ok(top)
}

async fn active_ones(visit: &Visit, budget: &mut Budget) -> anyhow::Result<()> {
    let mut mine = budget.half();
    let mut seen = HashSet::new();
    let before = visit.db_now() - LOOKED_AT_AGAIN_AFTER;
    while mine.allows() {
        let mut ids =
            carts::active_since(visit.pool(), visit.it.channel_id, before, plan::block_size(visit.bulk))
                .await?;
        // one that cannot be read stays the longest waiting, and would be asked for until the budget is used up
        ids.retain(|id| seen.insert(*id));
        if ids.is_empty() {
            break;
        }
        let requests = requests_of(visit, look_up(visit, &Infos, ids, "active carts once more")).await?;
        mine.spend(requests);
        budget.spend(requests);
    }
    Ok(())
}

/// Older carts, block by block down to the first; `true` when that is done.
async fn downwards(visit: &Visit, budget: &mut Budget) -> anyhow::Result<bool> {
    loop {
        let at = cursor::find(visit.pool(), visit.it.id, CARTS).await?;
        if at.backfilled_at.is_some() {
            return Ok(true);
        }
        let reached = match at.walk_id {
            0 => match highest(visit).await?.max(at.walk_top) {
                // nobody knows yet where the store's carts are: there may be some below the first that is found
                0 => return Ok(true),
                top => top + 1,
            },
            reached => reached,
        };
        let Some(block) = plan::below(reached, plan::block_size(visit.bulk)) else {
            complete(visit, CARTS).await?;
            return Ok(true);
        };
        if !budget.allows() {
            return Ok(false);
        }
        look_at(visit, &Infos, block, budget).await?;
        note(visit, Noted::Reached(block.0)).await?;
    }
}

async fn look_at(
    visit: &Visit,
    source: &impl Detailed<Key = i64, Detail = Cart>,
    block: Block,
    budget: &mut Budget,
) -> anyhow::Result<Met> {
    let ids: Vec<i64> = (block.0..=block.1).collect();
    let words = format!("carts {} to {}", block.0, block.1);
    let before = visit.store.traffic().requests;
    let met = look_up(visit, source, ids, &words).await?;
    budget.spend(visit.store.traffic().requests - before);
    Ok(met)
}

async fn requests_of<T>(visit: &Visit, work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<u64> {
    let before = visit.store.traffic().requests;
    work.await?;
    Ok((visit.store.traffic().requests - before).max(1))
}

/// Reads one cart by itself, as the search does; `false` = the store does not have it.
pub(in crate::sync) async fn read_cart(visit: &Visit, id: i64) -> anyhow::Result<bool> {
    let met = look_up(visit, &Infos, vec![id], "one cart by itself").await?;
    Ok(met.highest.is_some())
}

/// Reads these carts and takes over those in scope; those that the store no longer has are expired.
async fn look_up(
    visit: &Visit,
    source: &impl Detailed<Key = i64, Detail = Cart>,
    ids: Vec<i64>,
    words: &str,
) -> anyhow::Result<Met> {
    let sent_at = visit.db_now();
    let entries = details::fetch(visit, CARTS, source, ids.clone()).await?;
    let (mut records, mut failures, mut gone) = (Vec::new(), Vec::new(), Vec::new());
    let mut highest = None;
    for (id, entry) in ids.into_iter().zip(entries) {
        match entry {
            Ok(cart) => {
                highest = highest.max(Some(id));
                if in_scope(visit, cart.updated_at, cart.store_id.value()) {
                    records.push(incoming(cart, sent_at));
                }
            }
            Err(EntryFailure::Fault(fault)) if fault.code == "1002" => gone.push(id),
            Err(failure) => {
                highest = highest.max(Some(id));
                failures.push(NewFailure {
                    remote_id: id.to_string(),
                    cause: format!("The cart could not be read: {failure}"),
                    raw_xml: pages::raw_of(failure),
                });
            }
        }
    }
    let rows = i64::try_from(records.len() + failures.len()).unwrap_or(i64::MAX);
    let completed = Completed { records, known: 0, failures };
    let took = std::time::Duration::from_millis(
        u64::try_from((visit.db_now() - sent_at).num_milliseconds()).unwrap_or(0),
    );
    let ready = Ready {
        step: Step::None,
        words: words.to_owned(),
        rows,
        highest_id: highest.unwrap_or(0),
        took,
        completed,
    };
    commit(&Carts, visit, &ready).await?;
    expire(visit, &gone, sent_at).await?;
    Ok(Met { highest })
}

fn in_scope(visit: &Visit, updated_at: DateTime<Utc>, store: Option<i64>) -> bool {
    let website = visit.it.settings.website_id.is_none()
        || store.is_some_and(|store| visit.stores_of_website().contains(&store));
    website && updated_at >= scope_start(visit)
}

async fn expire(visit: &Visit, gone: &[i64], read_at: DateTime<Utc>) -> anyhow::Result<()> {
    if gone.is_empty() {
        return Ok(());
    }
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    let updated = carts::expire(&mut tx, visit.it.channel_id, gone, read_at).await?;
    visit.run.count(&mut tx, CARTS, Counts { updated, ..Counts::default() }).await?;
    let ids: Vec<String> = gone.iter().map(ToString::to_string).collect();
    failed::heal(&mut tx, visit.it.id, CARTS, &ids).await?;
    tx.commit().await?;
    Ok(())
}

/// What the search remembers.
enum Noted {
    /// Probed far above.
    Probed,
    /// The greatest id that was met.
    Top(i64),
    /// The downward sweep has come to this id.
    Reached(i64),
}

async fn note(visit: &Visit, what: Noted) -> anyhow::Result<()> {
    let mut tx = visit.pool().begin().await?;
    visit.run.hold(&mut tx).await?;
    match what {
        Noted::Probed => cursor::probed(&mut tx, visit.it.id, CARTS).await?,
        Noted::Top(top) => cursor::met_top(&mut tx, visit.it.id, CARTS, top).await?,
        Noted::Reached(id) => cursor::walked(&mut tx, visit.it.id, CARTS, id).await?,
    }
    tx.commit().await?;
    Ok(())
}
