//! One question to a store while somebody fills in a form.

use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use sqlx::PgPool;

use super::connect::reach;
use crate::base::vault::Vault;
use crate::crm::channels::{self, Integration};
use crate::magento::api::customers::{self, CustomerFilter};
use crate::magento::{PrivateAddresses, Store};

/// Nobody waits longer for a form.
const PATIENCE: Duration = Duration::from_secs(8);

/// Who has this e-mail in a website of the store: the store's id.
///
/// # Errors
/// Why the store could not be asked, in words for the person at the form.
pub async fn holder_of_email(
    pool: &PgPool,
    vault: &Vault,
    private_addresses: PrivateAddresses,
    it: &Integration,
    (email, website_id): (&str, Option<i64>),
) -> anyhow::Result<Option<i64>> {
    let secrets = channels::secrets(pool, vault, it.id).await?;
    let way = reach(pool, &it.settings, &secrets, &it.store, private_addresses)?;
    let store = Store::new(way.settings, Arc::clone(&way.gate))?;
    let filter = CustomerFilter { email: Some(email.to_owned()), website_id, ..CustomerFilter::default() };
    let asked = tokio::time::timeout(PATIENCE, customers::list(&store, &filter)).await;
    let Ok(asked) = asked else { bail!("it did not answer within {} s", PATIENCE.as_secs()) };
    tokio::spawn(async move { store.end_session().await });
    Ok(customers::with_email(&asked?.rows, email).map(|customer| customer.customer_id))
}
