//! PHP workers: why a few calls too many stop a whole shop.
//!
//! For every SOAP call Magento downloads its own WSDL from its own web server, so a call holds one worker and waits for
//! a second. As many calls at once as there are workers, and all wait for each other until PHP gives up.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long PHP takes to get from the request to the download.
const BOOT: Duration = Duration::from_millis(20);

/// The pool; without a limit it never waits.
#[derive(Debug)]
pub(super) struct Workers {
    pool: Option<Arc<Semaphore>>,
    stuck: Duration,
}

/// The store could not load its own WSDL in time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stuck;

impl Workers {
    pub(super) fn new(count: Option<usize>, stuck: Duration) -> Self {
        Self { pool: count.map(|count| Arc::new(Semaphore::new(count))), stuck }
    }

    /// A worker for a page or a WSDL.
    pub(super) async fn one(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(self.pool.as_ref()?).acquire_owned().await.ok()
    }

    /// A worker for a SOAP call, once a second one has served it the WSDL.
    pub(super) async fn for_call(&self) -> Result<Option<OwnedSemaphorePermit>, Stuck> {
        let own = self.one().await;
        if own.is_some() {
            tokio::time::sleep(BOOT).await;
            let second = tokio::time::timeout(self.stuck, self.one()).await;
            drop(second.map_err(|_| Stuck)?);
        }
        Ok(own)
    }
}
