//! A sync job from its start to its end.

use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;

use super::connect::reach_with;
use super::connectors::{self, Connector};
use super::patience::Patience;
use super::visit::{Visit, patiently};
use crate::base::clock;
use crate::base::vault::Vault;
use crate::crm::channels::{self, StoreFacts};
use crate::jobs::{ConnectorState, Job, Level, Outcome, Run};
use crate::magento::api::{info, session};
use crate::magento::{PrivateAddresses, Store};

/// What a store can do is asked again after this long.
const FACTS_ARE_GOOD_FOR: TimeDelta = TimeDelta::hours(1);

/// The kind of job that synchronizes one integration.
pub struct SyncJob {
    vault: Arc<Vault>,
    private_addresses: PrivateAddresses,
    patience: Patience,
}

impl SyncJob {
    /// `vault` opens the integrations' keys.
    #[must_use]
    pub fn new(vault: Arc<Vault>, private_addresses: PrivateAddresses) -> Self {
        Self { vault, private_addresses, patience: Patience::default() }
    }

    /// With other waits.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    async fn connect(&self, run: &Run) -> anyhow::Result<Visit> {
        let id = run.integration_id.ok_or_else(|| anyhow!("The integration was removed."))?;
        let mut it = channels::find_integration(run.pool(), id)
            .await?
            .ok_or_else(|| anyhow!("The integration was removed."))?;
        if !it.active {
            bail!("The channel is inactive. Activate it to synchronize.");
        }
        let secrets = channels::secrets(run.pool(), &self.vault, id).await.context(
            "The SOAP API key cannot be opened: it was sealed with another secret key. Enter it again",
        )?;
        let allowed = self.private_addresses;
        let mut way = reach_with(run.pool(), &it.settings, &secrets, &it.store, allowed, self.patience)?;
        let fresh = |at: DateTime<Utc>| clock::now() - at < FACTS_ARE_GOOD_FOR;
        let known = it.store.measured_at.is_some_and(fresh)
            && it.store.namespace.is_some()
            && it.store.bulk.is_some();
        if it.store.namespace.is_none() {
            let wsdl = Store::new(way.settings.clone(), Arc::clone(&way.gate))?.describe().await?;
            it.store.namespace = Some(wsdl.namespace.clone());
            way.settings.namespace = Some(wsdl.namespace);
        }
        let store = Store::new(way.settings, way.gate)?;
        let db_ahead = db_now(run.pool()).await? - clock::now();
        let mut visit = Visit::new(run.clone(), it, store, db_ahead, self.patience);
        // a wrong key is found out here, once, and not by every connector
        patiently(&visit, "Connecting", || session::login(&visit.store)).await?;
        if !known {
            visit.it.store = ask(&visit).await?;
            let mut db = run.pool().acquire().await?;
            channels::save_facts(&mut db, id, &visit.it.store).await?;
        }
        visit.bulk = visit.it.store.bulk.unwrap_or(false);
        Ok(visit)
    }
}

#[async_trait]
impl Job for SyncJob {
    fn kind(&self) -> &'static str {
        super::KIND
    }

    async fn run(&self, run: Run) -> anyhow::Result<Outcome> {
        run.plan(&super::CONNECTORS).await?;
        let visit = self.connect(&run).await?;
        for connector in connectors::all() {
            carry_out(&visit, connector.as_ref()).await?;
        }
        visit.store.end_session().await;
        visit.tell(None).await?;
        visit.tell_repairs().await?;
        let errors = visit.errors();
        if errors.is_empty() {
            return Ok(Outcome::Completed);
        }
        Ok(Outcome::CompletedWithErrors(errors.join(" ")))
    }
}

/// Runs a connector. An error of it does not stop those that do not need it; a lost lease stops everything.
async fn carry_out(visit: &Visit, connector: &dyn Connector) -> anyhow::Result<()> {
    let name = connector.name();
    visit.run.state(name, ConnectorState::Running, "").await?;
    match connector.run(visit).await {
        Ok(done) => {
            let state = if done.skipped { ConnectorState::Skipped } else { ConnectorState::Completed };
            visit.run.state(name, state, &done.message).await?;
        }
        Err(problem) if problem.is::<crate::jobs::LeaseLost>() => return Err(problem),
        Err(problem) => {
            let text = format!("{problem:#}");
            visit.run.state(name, ConnectorState::Failed, &text).await?;
            visit.run.log(Level::Error, name, &text).await?;
            visit.note_error(format!("{name}: {text}"));
        }
    }
    visit.tell(None).await
}

/// Asks what the store is and can do.
async fn ask(visit: &Visit) -> anyhow::Result<StoreFacts> {
    let began = std::time::Instant::now();
    let about = patiently(visit, "Connecting", || info::magento_info(&visit.store)).await?;
    let round_trip = began.elapsed();
    let able = patiently(visit, "Connecting", || info::capabilities(&visit.store)).await?;
    let ahead = visit.store.clock().map(|reading| reading.offset());
    if let Some(ahead) = ahead.filter(|ahead| ahead.num_seconds().abs() >= 5) {
        let word = if ahead > TimeDelta::zero() { "ahead" } else { "behind" };
        let text = format!(
            "The clock of the store is {} s {word}; bounds are taken by its clock.",
            ahead.num_seconds().abs()
        );
        visit.run.log(Level::Info, "Store", &text).await?;
    }
    Ok(StoreFacts {
        magento_version: Some(about.version).filter(|text| !text.is_empty()),
        magento_edition: Some(about.edition).filter(|text| !text.is_empty()),
        bridge_version: able.bridge.map(|bridge| bridge.version),
        bulk: Some(able.bulk),
        clock_ahead_ms: ahead.map(|ahead| ahead.num_milliseconds()),
        round_trip_ms: i64::try_from(round_trip.as_millis()).ok(),
        measured_at: Some(clock::now()),
        ..visit.it.store.clone()
    })
}

async fn db_now(pool: &PgPool) -> Result<DateTime<Utc>, sqlx::Error> {
    sqlx::query_scalar!("select clock_timestamp() as \"now!\"").fetch_one(pool).await
}
