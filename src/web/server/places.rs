//! Who holds a connection, and who of them waits without having asked for anything.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

/// The places for connections.
pub(super) struct Places {
    free: Arc<Semaphore>,
    waiting: Mutex<Waiting>,
    somebody_waits: Notify,
}

/// Those who have a place and ask for nothing at the moment, the one who has waited longest first.
#[derive(Default)]
struct Waiting {
    next: u64,
    all: BTreeMap<u64, CancellationToken>,
}

impl Places {
    pub(super) fn new(most: usize) -> Self {
        let free = Arc::new(Semaphore::new(most));
        Self { free, waiting: Mutex::default(), somebody_waits: Notify::new() }
    }

    /// A place; where none is free whoever has waited longest for nothing loses theirs.
    pub(super) async fn take(self: &Arc<Self>) -> Arc<Place> {
        loop {
            if let Ok(permit) = Arc::clone(&self.free).try_acquire_owned() {
                return Place::at(Arc::clone(self), permit);
            }
            let sent_away = self.send_one_away();
            tokio::select! {
                permit = Arc::clone(&self.free).acquire_owned() => if let Ok(permit) = permit {
                    return Place::at(Arc::clone(self), permit);
                },
                () = self.somebody_waits.notified(), if !sent_away => {}
            }
        }
    }

    fn send_one_away(&self) -> bool {
        let first = self.waiting().all.pop_first();
        first.is_some_and(|(_, lost)| {
            tracing::debug!("all connections are taken; the one that has waited longest is closed");
            lost.cancel();
            true
        })
    }

    fn waits(&self, lost: &CancellationToken) -> u64 {
        let mut waiting = self.waiting();
        waiting.next += 1;
        let number = waiting.next;
        waiting.all.insert(number, lost.clone());
        self.somebody_waits.notify_one();
        number
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of one connection.
pub(super) struct Place {
    places: Arc<Places>,
    lost: CancellationToken,
    /// Its number among those who wait.
    number: Mutex<u64>,
    has_asked: AtomicBool,
    _permit: OwnedSemaphorePermit,
}

impl Place {
    fn at(places: Arc<Places>, permit: OwnedSemaphorePermit) -> Arc<Self> {
        let lost = CancellationToken::new();
        let number = Mutex::new(places.waits(&lost));
        Arc::new(Self { places, lost, number, has_asked: AtomicBool::new(false), _permit: permit })
    }

    /// Something was asked: the place is kept until the answer is out.
    pub(super) fn busy(self: &Arc<Self>) -> Busy {
        self.has_asked.store(true, Ordering::Relaxed);
        self.places.waiting().all.remove(&*self.number());
        Busy(Arc::clone(self))
    }

    /// Returns when the place is lost: to somebody else, or because nothing was asked within `patience`.
    pub(super) async fn lost(&self, patience: Duration) {
        let in_time = async {
            tokio::time::sleep(patience).await;
            if self.has_asked.load(Ordering::Relaxed) {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = self.lost.cancelled() => {}
            () = in_time => {}
        }
    }

    fn number(&self) -> MutexGuard<'_, u64> {
        self.number.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.waiting().all.remove(&*self.number());
    }
}

/// An answer is under way.
pub(super) struct Busy(Arc<Place>);

impl Drop for Busy {
    fn drop(&mut self) {
        *self.0.number() = self.0.places.waits(&self.0.lost);
    }
}
