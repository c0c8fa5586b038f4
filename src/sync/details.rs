//! Details of many records: in bulk reads where the store has them, else one by one, in the order asked.
//!
//! A bulk read is as large as the store answers briskly. One that is too much, or that fails as a whole, is asked for in
//! halves, down to the one record that is to blame (F18, F27).

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::visit::{Visit, patiently};
use crate::magento::api::{Bulk, Entry, EntryFailure};
use crate::magento::{CallError, Class, Fault, Store};

/// What has details that are asked for by a key.
#[async_trait]
pub(super) trait Detailed: Send + Sync + 'static {
    /// What a record is asked for by.
    type Key: Clone + Send + Sync + 'static;
    /// What comes.
    type Detail: Send;

    /// How many the first bulk read of a run asks for.
    const FIRST: usize = 50;

    /// Most in one bulk read.
    const MOST: usize = 100;

    /// Many in one request, an entry each in the order asked.
    async fn bulk(&self, store: &Store, keys: &[Self::Key]) -> Result<Bulk<Self::Detail>, CallError>;

    /// One.
    async fn single(&self, store: &Store, key: &Self::Key) -> Result<Entry<Self::Detail>, CallError>;
}

/// How many records a bulk read asks for, by what it reads: grown while the store answers quickly, halved when it does not.
#[derive(Debug, Default)]
pub(super) struct BatchSizes(Mutex<HashMap<TypeId, usize>>);

impl BatchSizes {
    fn of<D: Detailed>(&self) -> usize {
        self.sizes().get(&TypeId::of::<D>()).copied().unwrap_or(D::FIRST)
    }

    fn learn<D: Detailed>(&self, asked: usize, took: Duration) {
        let next = next_size(self.of::<D>(), D::MOST, asked, took);
        self.sizes().insert(TypeId::of::<D>(), next);
    }

    fn sizes(&self) -> MutexGuard<'_, HashMap<TypeId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn next_size(size: usize, most: usize, asked: usize, took: Duration) -> usize {
    if took > SLOW {
        (size / 2).max(FEWEST)
    } else if took < QUICK && asked * 4 >= size * 3 {
        (size * 2).min(most)
    } else {
        size
    }
}

const SLOW: Duration = Duration::from_secs(3);
const QUICK: Duration = Duration::from_millis(1500);
const FEWEST: usize = 5;

/// Fetches the details of all keys. An entry that the store answers with a fault of its own fails alone.
pub(super) async fn fetch<D: Detailed>(
    visit: &Visit,
    name: &str,
    source: &D,
    mut keys: Vec<D::Key>,
) -> Result<Vec<Entry<D::Detail>>, CallError> {
    // cut when a read may begin, and not before: what the reads until then have taught counts
    let cut = std::iter::from_fn(|| {
        let rest = keys.split_off(next_part::<D>(visit, keys.len())?);
        Some(std::mem::replace(&mut keys, rest))
    });
    let parts: Vec<Vec<Entry<D::Detail>>> = stream::iter(cut)
        .map(|some| async move { ask(visit, name, source, &some).await })
        .buffered(visit.calls_at_once())
        .try_collect()
        .await?;
    Ok(parts.into_iter().flatten().collect())
}

/// How many of those that are left to ask for next: as few reads as can be, and none of them a small rest, so that the last
/// ones end together.
fn next_part<D: Detailed>(visit: &Visit, left: usize) -> Option<usize> {
    let most = if visit.bulk { visit.batches.of::<D>() } else { 1 };
    let reads = left.div_ceil(most);
    (reads > 0).then(|| left.div_ceil(reads))
}

async fn ask<D: Detailed>(
    visit: &Visit,
    name: &str,
    source: &D,
    keys: &[D::Key],
) -> Result<Vec<Entry<D::Detail>>, CallError> {
    if let ([key], false) = (keys, visit.bulk) {
        let asked = patiently(visit, name, || source.single(&visit.store, key)).await;
        return asked.map(|entry| vec![entry]).or_else(blame);
    }
    match patiently(visit, name, || source.bulk(&visit.store, keys)).await {
        Ok(Bulk { entries, took }) => {
            if let Some(fault) = entries.iter().find_map(about_all) {
                return Err(CallError::Fault(fault.clone()));
            }
            visit.batches.learn::<D>(keys.len(), took);
            Ok(entries)
        }
        Err(problem) if keys.len() > 1 && (problem.asks_for_less() || is_about_a_record(&problem)) => {
            visit.batches.learn::<D>(keys.len(), SLOW * 2);
            let (left, right) = keys.split_at(keys.len() / 2);
            let mut entries = Box::pin(ask(visit, name, source, left)).await?;
            entries.extend(Box::pin(ask(visit, name, source, right)).await?);
            Ok(entries)
        }
        Err(problem) => blame(problem),
    }
}

/// A fault about the only record that was asked for is that record's.
fn blame<T>(problem: CallError) -> Result<Vec<Entry<T>>, CallError> {
    match problem {
        CallError::Fault(fault) if fault.class() == Class::Record => {
            Ok(vec![Err(EntryFailure::Fault(fault))])
        }
        other => Err(other),
    }
}

/// A fault that no record is to blame for: a right that is missing, a method that the store does not have. To keep every
/// record as failed for it would lose the window.
fn about_all<T>(entry: &Entry<T>) -> Option<&Fault> {
    match entry {
        Err(EntryFailure::Fault(fault)) if fault.class() != Class::Record => Some(fault),
        _ => None,
    }
}

fn is_about_a_record(problem: &CallError) -> bool {
    matches!(problem, CallError::Fault(fault) if fault.class() == Class::Record)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bulk_reads_grow_while_the_store_is_quick_and_are_halved_when_it_is_not() {
        let next = |size, asked, seconds| next_size(size, 100, asked, Duration::from_secs_f64(seconds));
        assert_eq!(next(25, 25, 0.3), 50);
        assert_eq!(next(50, 7, 0.1), 50, "a small rest says nothing");
        assert_eq!(next(50, 50, 2.0), 50);
        assert_eq!(next(50, 50, 0.5), 100);
        assert_eq!(next(100, 100, 0.9), 100, "never more than the most");
        assert_eq!(next(100, 100, 4.0), 50);
        assert_eq!(next(FEWEST, FEWEST, 9.0), FEWEST);
    }
}
