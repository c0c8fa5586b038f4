//! The job that tells a webhook what has happened since it was last told.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;
use sqlx::PgPool;
use url::Url;

use super::hook::{HookError, post};
use crate::base::guard::PrivateAddresses;
use crate::base::vault::Vault;
use crate::crm::hooks::{self, Due};
use crate::jobs::{self, Job, NewJob, Outcome, Run};

/// The queue's word for a job that sends deliveries.
pub const KIND: &str = "delivery";

/// Deliveries that a job sends before it lets another webhook have its turn.
const IN_A_ROW: usize = 50;

/// Queues a job for every webhook for which something waits that can be sent. Any number of processes may do this at once.
///
/// # Errors
/// From the database.
pub async fn queue_deliveries(pool: &PgPool) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin().await?;
    for (id, name) in hooks::due(&mut tx).await? {
        let job = NewJob {
            kind: KIND,
            key: format!("webhook {id}"),
            payload: json!({ "webhook": id }),
            title: format!("Webhook {name}"),
            integration_id: None,
            channel_id: None,
            requested_by: None,
            pressed: false,
        };
        jobs::enqueue(&mut tx, &job).await?;
    }
    tx.commit().await
}

/// Sends what waits for a webhook, one delivery after the other.
pub struct DeliveryJob {
    vault: Arc<Vault>,
    addresses: PrivateAddresses,
}

impl DeliveryJob {
    /// `vault` opens what deliveries are signed with; `addresses`: where a webhook may be.
    #[must_use]
    pub fn new(vault: Arc<Vault>, addresses: PrivateAddresses) -> Self {
        Self { vault, addresses }
    }

    async fn send(&self, pool: &PgPool, webhook: i64, due: &Due) -> Result<(), HookError> {
        let url = Url::parse(&due.url).map_err(|_| HookError::NotSet)?;
        let secret = hooks::secret(pool, &self.vault, webhook).await.map_err(HookError::Inside)?;
        let body = json!({ "delivery": due.id, "events": due.events }).to_string();
        post(&url, &secret, self.addresses, &body).await
    }
}

#[async_trait]
impl Job for DeliveryJob {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, run: Run) -> anyhow::Result<Outcome> {
        let webhook = run.payload.get("webhook").and_then(serde_json::Value::as_i64).unwrap_or_default();
        for _ in 0..IN_A_ROW {
            let due = match hooks::claim(run.pool(), webhook).await? {
                Some(due) => Some(due),
                None if hooks::gather(run.pool(), webhook).await? => {
                    hooks::claim(run.pool(), webhook).await?
                }
                None => None,
            };
            let Some(due) = due else { return Ok(Outcome::Completed) };
            let Err(problem) = self.send(run.pool(), webhook, &due).await else {
                hooks::sent(run.pool(), due.id).await?;
                continue;
            };
            let (why, status) =
                (format!("{problem:#}"), problem.status().and_then(|it| i16::try_from(it).ok()));
            return match hooks::failed(run.pool(), due.id, status, &why).await? {
                Some(at) => Ok(Outcome::CompletedWithErrors(format!(
                    "{why} It is tried again at {} UTC.",
                    at.format("%H:%M")
                ))),
                None => {
                    anyhow::bail!("{why} It was tried {} times, and is given up.", hooks::MOST_TRIES)
                }
            };
        }
        Ok(Outcome::Completed)
    }
}
