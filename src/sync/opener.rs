//! From a job of an integration to a store that has let us in.

use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;

use super::connect::reach_with;
use super::fence::Fence;
use super::identity;
use super::patience::Patience;
use super::visit::{Visit, patiently};
use crate::base::clock;
use crate::base::vault::Vault;
use crate::crm::channels::{self, StoreFacts};
use crate::jobs::{self, Level, Run};
use crate::magento::api::{info, session};
use crate::magento::{CallError, PrivateAddresses, Store};

/// What a store can do is asked again after this long.
const FACTS_ARE_GOOD_FOR: TimeDelta = TimeDelta::hours(1);

/// Opens the stores that jobs go to.
#[derive(Clone)]
pub(super) struct Opener {
    /// Opens the integrations' keys.
    pub(super) vault: Arc<Vault>,
    pub(super) private_addresses: PrivateAddresses,
    pub(super) patience: Patience,
}

impl Opener {
    /// Signs in. What was found out about the store is in the visit; `true` = it is news, and worth keeping.
    pub(super) async fn open(&self, run: &Run) -> anyhow::Result<(Visit, bool)> {
        let id = run.integration_id.ok_or_else(|| anyhow!("The integration was removed."))?;
        let mut it = channels::find_integration(run.pool(), id)
            .await?
            .ok_or_else(|| anyhow!("The integration was removed."))?;
        if !it.active {
            bail!("The channel is inactive. Activate it to synchronize.");
        }
        if it.clearing {
            bail!(
                "What was loaded before is still being deleted. The next sync begins by itself after that."
            );
        }
        let secrets = channels::secrets(run.pool(), &self.vault, id).await.context(
            "The SOAP API key cannot be opened: it was sealed with another secret key. Enter it again",
        )?;
        let allowed = self.private_addresses;
        let mut way = reach_with(run.pool(), &it.settings, &secrets, &it.store, allowed, self.patience)?;
        way.gate = Arc::new(Fence::new(way.gate, run.clone()));
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
        let before = jobs::find(run.pool(), run.id).await?.map(|job| job.progress).unwrap_or_default();
        let mut visit =
            Visit::new(run.clone(), it, store, Arc::clone(&self.vault), db_ahead, self.patience, before);
        sign_in(&visit).await?;
        if !known {
            visit.it.store = ask(&visit).await?;
        }
        visit.bulk = visit.it.store.bulk.unwrap_or(false);
        identity::check(&visit).await?;
        visit.bridge = visit.it.store.bridge_version.as_deref().is_some_and(has_lists);
        Ok((visit, !known))
    }
}

/// A wrong key is found out here, and not by every connector. A store whose database stumbles refuses a right one for a
/// moment: it is asked once more, and never a third time, lest it locks the user out (F14).
async fn sign_in(visit: &Visit) -> anyhow::Result<()> {
    let sign_in = || patiently(visit, "Connecting", || session::login(&visit.store));
    let refused = match sign_in().await {
        Err(CallError::Fault(fault)) if fault.is_access_denied() => fault,
        answer => return Ok(answer?),
    };
    visit.rest_before("Connecting", 1, &CallError::Fault(refused)).await;
    Ok(sign_in().await?)
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

/// Bridges before 1.2.0 lack the lists.
fn has_lists(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= (1, 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bridges_have_lists_from_1_2_on() {
        let check = |version, expected| assert_eq!(has_lists(version), expected, "{version}");
        check("1.2.19", true);
        check("1.2", true);
        check("1.10.0", true);
        check("2.0", true);
        check("1.1.9", false);
        check("", false);
        check("garbage", false);
    }
}
