//! Whose turn it is to ask for windows: backfills follow one another, but one that has listed all its windows lets the next
//! begin, while the store still answers for the details of its last ones.

use std::sync::{Mutex, PoisonError};

use tokio::sync::oneshot;

/// The turn of one connector. The next one's begins when it is passed on or dropped.
#[derive(Debug)]
pub(super) struct Turn(Mutex<Option<oneshot::Sender<()>>>);

/// What the next one waits for.
#[derive(Debug)]
pub(super) struct Next(oneshot::Receiver<()>);

impl Turn {
    pub(super) fn new() -> (Self, Next) {
        let (over, next) = oneshot::channel();
        (Self(Mutex::new(Some(over))), Next(next))
    }

    /// Lets the next one begin.
    pub(super) fn pass(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl Next {
    /// Waits for the turn.
    pub(super) async fn begin(self) {
        // whoever goes away has no turn any more either
        self.0.await.ok();
    }
}
