//! From a saved integration, or from a form, to a store that can be asked.

use std::sync::Arc;

use secrecy::SecretString;
use sqlx::PgPool;

use super::gate::PgGate;
use super::patience::Patience;
use crate::crm::channels::{Secrets, Settings as Saved, StoreFacts};
use crate::magento::{BasicAuth, Gate, Mode, PrivateAddresses, Settings, UrlProblem, WsdlUrl};

/// How a store is reached: the client's settings, and the gate that all calls to it pass.
pub struct Reach {
    /// For the client.
    pub settings: Settings,
    /// For the client.
    pub gate: Arc<dyn Gate>,
}

/// The address of a store is no longer one.
#[derive(Debug, thiserror::Error)]
#[error("The integration's SOAP WSDL URL cannot be used: {0}")]
pub struct StoreUnknown(#[from] UrlProblem);

/// How the store of these settings is reached.
///
/// # Errors
/// [`StoreUnknown`] when the address is not one of a store.
pub fn reach(
    pool: &PgPool,
    saved: &Saved,
    secrets: &Secrets,
    facts: &StoreFacts,
    private_addresses: PrivateAddresses,
) -> Result<Reach, StoreUnknown> {
    reach_with(pool, saved, secrets, facts, private_addresses, Patience::default())
}

/// The same with other waits.
pub(super) fn reach_with(
    pool: &PgPool,
    saved: &Saved,
    secrets: &Secrets,
    facts: &StoreFacts,
    private_addresses: PrivateAddresses,
    patience: Patience,
) -> Result<Reach, StoreUnknown> {
    let (url, _) = WsdlUrl::parse(&saved.wsdl_url)?;
    // a store is one server: scheme, host and port, whatever paths and websites it has
    let place = url.origin();
    let mode = if saved.wsi { Mode::Wsi } else { Mode::Rpc };
    let mut settings = Settings::new(url, &saved.api_user, secrets.api_key.clone(), mode);
    settings.namespace.clone_from(&facts.namespace);
    settings.ca_pem.clone_from(&saved.ca_certificate);
    settings.private_addresses = private_addresses;
    settings.limits = patience.limits;
    settings.basic_auth = saved.basic_auth_user.clone().map(|user| BasicAuth {
        user,
        password: secrets.basic_auth_password.clone().unwrap_or_else(|| SecretString::from("")),
    });
    let gate = PgGate::new(pool.clone(), place, saved.calls_at_once, saved.requests_per_minute)
        .with_patience(patience);
    Ok(Reach { settings, gate: Arc::new(gate) })
}
