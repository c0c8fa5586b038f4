//! No call of a worker that another one has replaced: whoever waited long at a store's gate proves first that the job is
//! still theirs. A process that stood still may have lost it meanwhile, and does not know.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use crate::jobs::Run;
use crate::magento::{Gate, GateClosed, Ticket};

/// A lease is never shorter than twice this: so long nobody else can have taken the job over.
const PROVED_FOR: Duration = Duration::from_secs(5);

/// The gate of a store, for one run of a job.
pub struct Fence {
    gate: Arc<dyn Gate>,
    run: Run,
    proved_for: Duration,
}

impl Fence {
    /// Around this gate.
    #[must_use]
    pub fn new(gate: Arc<dyn Gate>, run: Run) -> Self {
        Self { gate, run, proved_for: PROVED_FOR }
    }

    /// With another time after which the job has to be proved anew.
    #[must_use]
    pub fn proved_for(self, proved_for: Duration) -> Self {
        Self { proved_for, ..self }
    }

    async fn is_held(&self) -> anyhow::Result<()> {
        let mut db = self.run.pool().acquire().await?;
        self.run.hold(&mut db).await
    }
}

#[async_trait]
impl Gate for Fence {
    async fn enter(&self) -> Result<Box<dyn Ticket>, GateClosed> {
        let began = Instant::now();
        let ticket = self.gate.enter().await?;
        if began.elapsed() >= self.proved_for
            && let Err(problem) = self.is_held().await
        {
            return Err(GateClosed {
                reason: format!("this job is not ours any more: {problem}."),
                retry_after: None,
            });
        }
        Ok(ticket)
    }
}
