//! The job that makes a preview.

use std::sync::Arc;

use anyhow::anyhow;
use async_trait::async_trait;

use super::store;
use super::survey::{Overtaken, Survey};
use crate::base::vault::Vault;
use crate::jobs::{ConnectorState, Job, Outcome, Run};
use crate::magento::PrivateAddresses;
use crate::sync::CUSTOMERS;
use crate::sync::opener::Opener;
use crate::sync::patience::Patience;

/// The kind of job that makes a preview.
pub struct PreviewJob {
    opener: Opener,
}

impl PreviewJob {
    /// `vault` opens the integrations' keys.
    #[must_use]
    pub fn new(vault: Arc<Vault>, private_addresses: PrivateAddresses) -> Self {
        Self { opener: Opener { vault, private_addresses, patience: Patience::default() } }
    }

    /// With other waits.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { opener: Opener { patience, ..self.opener } }
    }

    async fn carry_out(&self, run: &Run) -> anyhow::Result<Outcome> {
        let id = run.integration_id.ok_or_else(|| anyhow!("The integration was removed."))?;
        let Some(preview) = store::find(run.pool(), id).await? else { return Ok(Outcome::Completed) };
        run.plan(&[CUSTOMERS]).await?;
        let (visit, _) = self.opener.open(run).await?;
        run.state(CUSTOMERS, ConnectorState::Running, "").await?;
        let found = Survey::new(&visit, preview.id, preview.proposed).carry_out().await?;
        let message = format!("{} looked at, nothing written", found.totals.read);
        run.state(CUSTOMERS, ConnectorState::Completed, &message).await?;
        visit.store.end_session().await;
        visit.tell(None).await?;
        visit.tell_repairs().await?;
        match found.totals.failed {
            0 => Ok(Outcome::Completed),
            n => Ok(Outcome::CompletedWithErrors(format!("{n} customers could not be read."))),
        }
    }
}

#[async_trait]
impl Job for PreviewJob {
    fn kind(&self) -> &'static str {
        super::KIND
    }

    async fn run(&self, run: Run) -> anyhow::Result<Outcome> {
        match self.carry_out(&run).await {
            Err(problem) if problem.is::<Overtaken>() => Ok(Outcome::Completed),
            outcome => outcome,
        }
    }
}
