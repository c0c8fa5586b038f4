//! A sync job from its start to its end.

use std::sync::Arc;

use async_trait::async_trait;

use super::identity::Stranger;
use super::opener::Opener;
use super::patience::Patience;
use super::round::Round;
use crate::base::vault::Vault;
use crate::crm::channels::{self, Trouble};
use crate::crm::dashboard;
use crate::jobs::{Job, LeaseLost, Outcome, Run};
use crate::magento::{CallError, Class, PrivateAddresses};

/// The kind of job that synchronizes one integration.
pub struct SyncJob {
    opener: Opener,
}

impl SyncJob {
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
}

#[async_trait]
impl Job for SyncJob {
    fn kind(&self) -> &'static str {
        super::KIND
    }

    async fn run(&self, run: Run) -> anyhow::Result<Outcome> {
        let outcome = self.carry_out(&run).await;
        let Some(id) = run.integration_id else { return outcome };
        let mut db = run.pool().acquire().await?;
        match &outcome {
            Ok(_) => channels::went_well(&mut db, id).await?,
            Err(problem) if problem.is::<LeaseLost>() => {}
            Err(problem) => channels::went_wrong(&mut db, id, &trouble(problem)).await?,
        }
        outcome
    }
}

impl SyncJob {
    async fn carry_out(&self, run: &Run) -> anyhow::Result<Outcome> {
        run.plan(&super::CONNECTORS).await?;
        let (visit, news) = self.opener.open(run).await?;
        if news {
            let mut db = run.pool().acquire().await?;
            channels::save_facts(&mut db, visit.it.id, &visit.it.store).await?;
        }
        Round::new(&visit).carry_out().await?;
        visit.store.end_session().await;
        dashboard::settle(run.pool(), visit.it.channel_id).await?;
        visit.tell(None).await?;
        visit.tell_repairs().await?;
        let errors = visit.errors();
        if errors.is_empty() {
            return Ok(Outcome::Completed);
        }
        Ok(Outcome::CompletedWithErrors(errors.join(" ")))
    }
}

/// Is it something that an administrator has to look at before the store can be asked again, or may trying later help?
fn trouble(problem: &anyhow::Error) -> Trouble {
    if problem.is::<Stranger>() {
        return Trouble::Stranger(format!("{problem:#}"));
    }
    let call = problem.chain().find_map(|cause| cause.downcast_ref::<CallError>());
    match call.map(CallError::class) {
        Some(Class::Configuration) => Trouble::Refused(format!("{problem:#}")),
        _ => Trouble::Passing,
    }
}
