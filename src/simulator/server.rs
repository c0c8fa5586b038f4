//! What all requests share: the store, the scripts in force, the counters, the workers, and the end of it all.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use super::desk::Desk;
use super::latency::Cores;
use super::options::Options;
use super::trouble::Scripts;
use super::workers::Workers;

/// A running store.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) desk: Desk,
    pub(super) counters: Counters,
    pub(super) workers: Workers,
    pub(super) cores: Cores,
    /// Cancelled when the store closes: hanging requests are let go.
    pub(super) closing: CancellationToken,
    scripts: Mutex<Scripts>,
}

impl Server {
    pub(super) fn new(options: Options) -> Self {
        Self {
            counters: Counters::default(),
            workers: Workers::new(options.workers, options.stuck),
            cores: Cores::new(options.latency),
            closing: CancellationToken::new(),
            scripts: Mutex::default(),
            desk: Desk::new(options),
        }
    }

    pub(super) fn scripts(&self) -> MutexGuard<'_, Scripts> {
        self.scripts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How often what was asked, and how much at once.
#[derive(Debug, Default)]
pub(super) struct Counters(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    by_method: BTreeMap<String, u64>,
    /// Of the answers, by method.
    bytes: BTreeMap<String, u64>,
    /// Of `multiCall`s, by path.
    entries: BTreeMap<String, u64>,
    in_flight: usize,
    max_in_flight: usize,
}

/// A request in flight, until it is dropped.
pub(super) struct Entered<'a>(&'a Counters);

impl Counters {
    pub(super) fn enter(&self, method: &str) -> Entered<'_> {
        let mut counts = self.counts();
        *counts.by_method.entry(method.to_owned()).or_default() += 1;
        counts.in_flight += 1;
        counts.max_in_flight = counts.max_in_flight.max(counts.in_flight);
        Entered(self)
    }

    pub(super) fn by_method(&self) -> BTreeMap<String, u64> {
        self.counts().by_method.clone()
    }

    /// An answer of so many bytes goes out.
    pub(super) fn sent(&self, method: &str, bytes: usize) {
        *self.counts().bytes.entry(method.to_owned()).or_default() += u64::try_from(bytes).unwrap_or(0);
    }

    pub(super) fn bytes(&self) -> BTreeMap<String, u64> {
        self.counts().bytes.clone()
    }

    /// An entry of a `multiCall` was met.
    pub(super) fn entry(&self, path: &str) {
        *self.counts().entries.entry(path.to_owned()).or_default() += 1;
    }

    pub(super) fn entries_of(&self, path: &str) -> u64 {
        self.counts().entries.get(path).copied().unwrap_or(0)
    }

    pub(super) fn max_in_flight(&self) -> usize {
        self.counts().max_in_flight
    }

    pub(super) fn reset(&self) {
        let mut counts = self.counts();
        counts.by_method.clear();
        counts.bytes.clear();
        counts.entries.clear();
        counts.max_in_flight = counts.in_flight;
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.0.counts().in_flight -= 1;
    }
}
