//! The job that sends one notice.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Mail, try_mail, try_webhook};
use crate::base::guard::PrivateAddresses;
use crate::base::vault::Vault;
use crate::crm::notices::{self, Due, Way};
use crate::jobs::{Job, Outcome, Run};

/// Sends a notice, once it is due.
pub struct NoticeJob {
    vault: Arc<Vault>,
    addresses: PrivateAddresses,
}

impl NoticeJob {
    /// `vault` opens what the notices say; `addresses`: where a webhook may be.
    #[must_use]
    pub fn new(vault: Arc<Vault>, addresses: PrivateAddresses) -> Self {
        Self { vault, addresses }
    }

    async fn send(&self, run: &Run, due: &Due) -> anyhow::Result<()> {
        let Some(content) = notices::content(run.pool(), &self.vault, due.id).await? else { return Ok(()) };
        if due.way == Way::Webhook.key() {
            return Ok(try_webhook(run.pool(), &self.vault, self.addresses, &content).await?);
        }
        let mail = Mail { to: due.recipient.clone(), subject: due.subject.clone(), text: content };
        Ok(try_mail(run.pool(), &self.vault, &mail).await?)
    }
}

#[async_trait]
impl Job for NoticeJob {
    fn kind(&self) -> &'static str {
        super::KIND
    }

    async fn run(&self, run: Run) -> anyhow::Result<Outcome> {
        let id = run.payload.get("notice").and_then(serde_json::Value::as_i64).unwrap_or_default();
        // sent by another job of it, or not yet due again
        let Some(due) = notices::claim(run.pool(), id).await? else { return Ok(Outcome::Completed) };
        let Err(problem) = self.send(&run, &due).await else {
            notices::sent(run.pool(), id).await?;
            return Ok(Outcome::Completed);
        };
        let why = format!("{problem:#}");
        match notices::went_wrong(run.pool(), id, &why).await? {
            Some(at) => Ok(Outcome::CompletedWithErrors(format!(
                "{why} It is tried again at {} UTC.",
                at.format("%H:%M")
            ))),
            None => anyhow::bail!("{why} It was tried {} times, and is given up.", notices::MOST_TRIES),
        }
    }
}
