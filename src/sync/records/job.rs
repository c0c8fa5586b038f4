//! The job that reads single records.

use std::sync::Arc;

use async_trait::async_trait;

use super::{read, records_of, store};
use crate::base::vault::Vault;
use crate::crm::channels;
use crate::crm::records::{Record, RecordKind};
use crate::jobs::{ConnectorState, Job, LeaseLost, Level, Outcome, Run};
use crate::magento::PrivateAddresses;
use crate::sync::connectors::{CARTS, CUSTOMERS, ORDERS};
use crate::sync::opener::Opener;
use crate::sync::patience::Patience;
use crate::sync::visit::Visit;

/// The kind of job that synchronizes single records.
pub struct RecordJob {
    opener: Opener,
}

impl RecordJob {
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

    async fn carry_out(&self, run: &Run, records: &[Record]) -> anyhow::Result<Outcome> {
        run.plan(&connectors_of(records)).await?;
        let (visit, news) = self.opener.open(run).await?;
        if news {
            let mut db = run.pool().acquire().await?;
            channels::save_facts(&mut db, visit.it.id, &visit.it.store).await?;
        }
        visit.know_the_stores().await?;
        let mut troubles = Vec::new();
        for record in records {
            if let Some(trouble) = one(&visit, *record).await? {
                run.log(Level::Warning, connector(record.kind), &trouble).await?;
                troubles.push(trouble);
            }
        }
        for name in connectors_of(records) {
            run.state(name, ConnectorState::Completed, "").await?;
        }
        visit.store.end_session().await;
        visit.tell(None).await?;
        visit.tell_repairs().await?;
        if troubles.is_empty() {
            return Ok(Outcome::Completed);
        }
        Ok(Outcome::CompletedWithErrors(troubles.join(" ")))
    }
}

#[async_trait]
impl Job for RecordJob {
    fn kind(&self) -> &'static str {
        super::KIND
    }

    async fn run(&self, run: Run) -> anyhow::Result<Outcome> {
        let records = records_of(&run.payload);
        let outcome = self.carry_out(&run, &records).await;
        if let Err(problem) = &outcome
            && !problem.is::<LeaseLost>()
        {
            // whoever asked is told on the record's page, not only on the job's
            let trouble = format!("{problem:#}");
            for record in records {
                finish(&run, record, Some(&trouble)).await?;
            }
        }
        outcome
    }
}

/// One record: what went wrong with it, if something did.
async fn one(visit: &Visit, record: Record) -> anyhow::Result<Option<String>> {
    visit.run.state(connector(record.kind), ConnectorState::Running, "").await?;
    let trouble = match read::record(visit, record).await {
        Ok(trouble) => trouble,
        Err(problem) if problem.is::<LeaseLost>() => return Err(problem),
        Err(problem) => Some(format!("{problem:#}")),
    };
    finish(&visit.run, record, trouble.as_deref()).await?;
    Ok(trouble)
}

async fn finish(run: &Run, record: Record, trouble: Option<&str>) -> anyhow::Result<()> {
    let mut tx = run.pool().begin().await?;
    run.hold(&mut tx).await?;
    if trouble.is_none() {
        crate::crm::records::note_synced(&mut tx, record).await?;
    }
    store::finish(&mut tx, record, run.id, trouble).await?;
    tx.commit().await?;
    Ok(())
}

fn connector(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Order => ORDERS,
        RecordKind::Cart => CARTS,
        _ => CUSTOMERS,
    }
}

fn connectors_of(records: &[Record]) -> Vec<&'static str> {
    let mut names: Vec<&str> = records.iter().map(|record| connector(record.kind)).collect();
    names.dedup();
    names
}
