//! Details of many records: in bulk reads where the store has them, else one by one, in the order asked.
//!
//! A bulk read is as large as the store answers briskly. One that is too much, or that fails as a whole, is asked for in
//! halves, down to the one record that is to blame (F18, F27). A record about which the store gives no answer at all is that
//! record's failure, too, as long as the store answers about others (F28, F60): it must not hold its window back for ever.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::parts::{BEYOND, splits};
use super::visit::{Visit, patiently};
use crate::magento::api::{BadRow, Bulk, Entry, EntryFailure};
use crate::magento::{CallError, Class, Fault, Store};

/// What has details that are asked for by a key.
#[async_trait]
pub(super) trait Detailed: Send + Sync + 'static {
    /// What a record is asked for by.
    type Key: Key;
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

/// What a record is asked for by.
pub(super) trait Key: Clone + Send + Sync + 'static {
    /// One that no store has a record under.
    fn nobody() -> Self;
}

impl Key for i64 {
    fn nobody() -> Self {
        BEYOND
    }
}

impl Key for String {
    fn nobody() -> Self {
        "0".to_owned()
    }
}

/// What the reads of a run have taught, by what they read.
#[derive(Debug, Default)]
pub(super) struct Taught(Mutex<HashMap<TypeId, Lesson>>);

#[derive(Debug, Clone, Copy, Default)]
struct Lesson {
    /// How many records a bulk read asks for: grown while the store answers quickly, halved when it does not.
    size: Option<usize>,
    /// Records on which the store ran out of time since it last answered.
    too_slow: usize,
}

impl Taught {
    fn size<D: Detailed>(&self) -> usize {
        self.lessons().get(&TypeId::of::<D>()).and_then(|lesson| lesson.size).unwrap_or(D::FIRST)
    }

    fn learn<D: Detailed>(&self, asked: usize, took: Duration) {
        let next = next_size(self.size::<D>(), D::MOST, asked, took);
        self.lessons().entry(TypeId::of::<D>()).or_default().size = Some(next);
    }

    /// Changes how many records the store was too slow for; gives how many they are now.
    fn too_slow<D: Detailed>(&self, change: impl FnOnce(usize) -> usize) -> usize {
        let mut lessons = self.lessons();
        let lesson = lessons.entry(TypeId::of::<D>()).or_default();
        lesson.too_slow = change(lesson.too_slow);
        lesson.too_slow
    }

    fn lessons(&self) -> MutexGuard<'_, HashMap<TypeId, Lesson>> {
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

/// Records on which a store may run out of time one after the other: with more of them it is overloaded, and left alone.
const MOST_TOO_SLOW: usize = 10;

/// Fetches the details of all keys. An entry that the store answers with a fault of its own fails alone.
pub(super) async fn fetch<D: Detailed>(
    visit: &Visit,
    name: &str,
    source: &D,
    mut keys: Vec<D::Key>,
) -> Result<Vec<Entry<D::Detail>>, CallError> {
    let reading = &Reading { visit, name, source };
    // cut when a read may begin, and not before: what the reads until then have taught counts
    let cut = std::iter::from_fn(|| {
        let rest = keys.split_off(next_part::<D>(visit, keys.len())?);
        Some(std::mem::replace(&mut keys, rest))
    });
    let parts: Vec<Vec<Entry<D::Detail>>> = stream::iter(cut)
        .map(|some| async move { reading.ask(&some).await })
        .buffered(visit.calls_at_once())
        .try_collect()
        .await?;
    Ok(parts.into_iter().flatten().collect())
}

/// How many of those that are left to ask for next: as few reads as can be, and none of them a small rest, so that the last
/// ones end together.
fn next_part<D: Detailed>(visit: &Visit, left: usize) -> Option<usize> {
    let most = if visit.bulk { visit.taught.size::<D>() } else { 1 };
    let reads = left.div_ceil(most);
    (reads > 0).then(|| left.div_ceil(reads))
}

/// What the calls of one fetch share.
struct Reading<'a, D> {
    visit: &'a Visit,
    name: &'a str,
    source: &'a D,
}

impl<D: Detailed> Reading<'_, D> {
    async fn ask(&self, keys: &[D::Key]) -> Result<Vec<Entry<D::Detail>>, CallError> {
        let problem = match self.call(keys).await {
            Ok(entries) => return Ok(self.answered(entries)),
            Err(problem) => problem,
        };
        if keys.len() > 1 && splits(&problem) {
            self.visit.taught.learn::<D>(keys.len(), SLOW * 2);
            let (left, right) = keys.split_at(keys.len() / 2);
            let mut entries = Box::pin(self.ask(left)).await?;
            entries.extend(Box::pin(self.ask(right)).await?);
            return Ok(entries);
        }
        if problem.asks_for_less() { self.ask_again(keys, problem).await } else { blame(problem) }
    }

    /// The only record that was asked for got no answer. It is to blame when the store answers about nobody, and fails on it
    /// once more: trouble of a moment makes no failed record.
    async fn ask_again(
        &self,
        only: &[D::Key],
        problem: CallError,
    ) -> Result<Vec<Entry<D::Detail>>, CallError> {
        if self.visit.taught.too_slow::<D>(|records| records) >= MOST_TOO_SLOW {
            return Err(problem);
        }
        match self.call(&[D::Key::nobody()]).await {
            Err(other) if !is_about_a_record(&other) => return Err(problem),
            _ => {}
        }
        let problem = match self.call(only).await {
            Ok(entries) => return Ok(self.answered(entries)),
            Err(problem) if problem.asks_for_less() => problem,
            Err(problem) => return blame(problem),
        };
        if is_too_slow(&problem) {
            self.visit.taught.too_slow::<D>(|records| records + 1);
        }
        let cause = format!("The store fails whenever it is asked for this record: {problem}");
        Ok(vec![Err(EntryFailure::Bad(BadRow { remote_id: None, cause, raw_xml: String::new() }))])
    }

    fn answered<T>(&self, entries: T) -> T {
        self.visit.taught.too_slow::<D>(|_| 0);
        entries
    }

    /// One request.
    async fn call(&self, keys: &[D::Key]) -> Result<Vec<Entry<D::Detail>>, CallError> {
        let Self { visit, name, source, .. } = *self;
        if let ([key], false) = (keys, visit.bulk) {
            return Ok(vec![patiently(visit, name, || source.single(&visit.store, key)).await?]);
        }
        let Bulk { entries, took } = patiently(visit, name, || source.bulk(&visit.store, keys)).await?;
        if let Some(fault) = entries.iter().find_map(about_all) {
            return Err(CallError::Fault(fault.clone()));
        }
        visit.taught.learn::<D>(keys.len(), took);
        Ok(entries)
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

/// Did the store, or what stands before it, give up waiting?
fn is_too_slow(problem: &CallError) -> bool {
    matches!(problem, CallError::Timeout { .. } | CallError::Http { status: 504 | 522 | 524, .. })
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
