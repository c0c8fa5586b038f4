//! Details of many records: in bulk reads where the store has them, else one by one, in the order asked.
//!
//! A bulk read is as large as the store answers briskly. One that is too much, or that fails as a whole, is asked for in
//! halves, down to the one record that is to blame (F18, F27).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::visit::{Visit, patiently};
use crate::magento::api::{Entry, EntryFailure};
use crate::magento::{CallError, Class, Fault, Store};

/// What has details that are asked for by a key.
#[async_trait]
pub(super) trait Detailed: Send + Sync {
    /// What a record is asked for by.
    type Key: Clone + Send + Sync + 'static;
    /// What comes.
    type Detail: Send;

    /// Most in one bulk read.
    const MOST: usize = 100;

    /// Many in one request, an entry each in the order asked.
    async fn bulk(&self, store: &Store, keys: &[Self::Key]) -> Result<Vec<Entry<Self::Detail>>, CallError>;

    /// One.
    async fn single(&self, store: &Store, key: &Self::Key) -> Result<Entry<Self::Detail>, CallError>;

    /// How large the bulk reads are at present.
    fn size(&self) -> &BatchSize;
}

/// How many records a bulk read asks for: grown while the store answers quickly, halved when it does not.
#[derive(Debug)]
pub(super) struct BatchSize(AtomicUsize);

impl BatchSize {
    pub(super) const fn new(first: usize) -> Self {
        Self(AtomicUsize::new(first))
    }

    fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed).max(1)
    }

    fn learn(&self, asked: usize, took: Duration, most: usize) {
        let size = self.get();
        if took > SLOW {
            self.0.store((size / 2).max(FEWEST), Ordering::Relaxed);
        } else if took < QUICK && asked >= size {
            self.0.store((size * 2).min(most), Ordering::Relaxed);
        }
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
    keys: Vec<D::Key>,
) -> Result<Vec<Entry<D::Detail>>, CallError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let size = if visit.bulk { source.size().get() } else { 1 };
    let some: Vec<Vec<D::Key>> = keys.chunks(size).map(<[D::Key]>::to_vec).collect();
    let parts: Vec<Vec<Entry<D::Detail>>> = stream::iter(some)
        .map(|some| async move { ask(visit, name, source, &some).await })
        .buffered(visit.calls_at_once())
        .try_collect()
        .await?;
    Ok(parts.into_iter().flatten().collect())
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
    let began = Instant::now();
    match patiently(visit, name, || source.bulk(&visit.store, keys)).await {
        Ok(entries) => {
            if let Some(fault) = entries.iter().find_map(about_all) {
                return Err(CallError::Fault(fault.clone()));
            }
            source.size().learn(keys.len(), began.elapsed(), D::MOST);
            Ok(entries)
        }
        Err(problem) if keys.len() > 1 && (problem.asks_for_less() || is_about_a_record(&problem)) => {
            source.size().learn(keys.len(), SLOW * 2, D::MOST);
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
        let size = BatchSize::new(25);
        let learn = |asked, seconds: f64| {
            size.learn(asked, Duration::from_secs_f64(seconds), 100);
            size.get()
        };
        assert_eq!(learn(25, 0.3), 50);
        assert_eq!(learn(7, 0.1), 50, "a small rest says nothing");
        assert_eq!(learn(50, 2.0), 50);
        assert_eq!(learn(50, 0.5), 100);
        assert_eq!(learn(100, 0.9), 100, "never more than the most");
        assert_eq!(learn(100, 4.0), 50);
        for _ in 0..9 {
            learn(50, 9.0);
        }
        assert_eq!(size.get(), FEWEST);
    }
}
