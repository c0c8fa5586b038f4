//! Secrets are sealed anew after a change of keys: those of `cartwright key rotate`, and those of an operator who has set another
//! key and named the former one.

use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use async_trait::async_trait;
use serde_json::json;
use sqlx::PgPool;

use crate::base::vault::Vault;
use crate::crm::secrets::{self, COLUMNS, Tally};
use crate::jobs::{self, ConnectorState, Counts, Job, NEEDS, NewJob, Outcome, Run, Workers};

/// The queue's word for it.
const KIND: &str = "reseal";
/// What the job's page calls its only part.
const SECRETS: &str = "Secrets";

/// The job that does it.
pub struct ResealJob {
    vault: Arc<Vault>,
}

impl ResealJob {
    /// `vault` seals with the new key and opens with both.
    #[must_use]
    pub fn new(vault: Arc<Vault>) -> Self {
        Self { vault }
    }
}

#[async_trait]
impl Job for ResealJob {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn holds(&self) -> Option<String> {
        key(&self.vault)
    }

    async fn run(&self, run: Run) -> anyhow::Result<Outcome> {
        run.plan(&[SECRETS]).await?;
        run.state(SECRETS, ConnectorState::Running, "").await?;
        let mut lost = 0;
        for column in COLUMNS {
            let mut last = Some(String::new());
            while let Some(after) = last {
                let mut tx = run.pool().begin().await?;
                run.hold(&mut tx).await?;
                let stretch = secrets::reseal(&mut tx, &self.vault, column, &after).await?;
                let (renewed, failed) = (stretch.renewed, stretch.lost);
                let counts = Counts { read: renewed + failed, updated: renewed, failed, ..Counts::default() };
                run.count(&mut tx, SECRETS, counts).await?;
                tx.commit().await?;
                lost += failed;
                last = stretch.last;
            }
        }
        run.state(SECRETS, ConnectorState::Completed, "").await?;
        Ok(match lost {
            0 => Outcome::Completed,
            n => Outcome::CompletedWithErrors(format!(
                "{} The pages that need them ask for them again.",
                lost_for_good(n)
            )),
        })
    }
}

/// Has what another key sealed sealed anew, and forgets the former key once nothing is and nobody seals with it.
///
/// # Errors
/// From the database, and when the former key's file cannot be removed.
pub async fn follow_the_key(pool: &PgPool, vault: &Vault) -> anyhow::Result<()> {
    if vault.former_version().is_none() {
        return Ok(());
    }
    if secrets::are_old(pool, vault).await? {
        return queue(pool, vault).await;
    }
    if vault.forget_former(false)? {
        tracing::info!("nothing is sealed with the former secret key any more; its file is removed");
    } else {
        tracing::info!("nothing is sealed with the former secret key any more");
    }
    Ok(())
}

/// Changes the key in the file and seals everything anew, here and now, while others may be at work.
///
/// # Errors
/// When the key is in no file, when it is not that of the secrets, when a former change is not over, when a secret is not sealed
/// with the new key in the end, and from the database.
pub async fn rotate(pool: &PgPool, vault: Arc<Vault>) -> anyhow::Result<()> {
    let before = secrets::tally(pool, &vault).await?;
    if before.is_of_other_keys() {
        bail!(
            "The key was not changed: none of the {} secrets in the database opens with it. Name the data directory and the \
             DATABASE_URL that Cartwright runs with",
            before.lost
        );
    }
    vault.rotate()?;
    queue(pool, &vault).await?;
    let job: Arc<dyn Job> = Arc::new(ResealJob::new(Arc::clone(&vault)));
    let name = format!("key rotate {}", std::process::id());
    let workers = Workers::new(pool.clone(), vec![job], &name, 1, Duration::from_secs(15));
    // another process may be quicker to take the job
    while jobs::waiting_or_running(pool, KIND).await?.is_some() {
        workers.drain().await?;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let alone = jobs::nobody_works(pool).await?;
    let gone = !secrets::are_old(pool, &vault).await? && vault.forget_former(alone)?;
    conclude(&secrets::tally(pool, &vault).await?, gone)
}

/// Says what was sealed anew, and complains of what was not.
fn conclude(after: &Tally, former_is_gone: bool) -> anyhow::Result<()> {
    let current = after.current;
    if after.former > 0 {
        bail!(
            "{current} secrets are sealed with the new key, and {} still with the former one, which stays: look at the job \
             \"{TITLE}\", which is done again once an hour while Cartwright runs",
            after.former
        );
    }
    if after.lost > 0 {
        bail!("{current} secrets are sealed with the new key. {}", lost_for_good(after.lost));
    }
    if former_is_gone {
        tracing::info!("all {current} secrets are sealed with the new key; the former one is gone");
    } else {
        tracing::info!(
            "all {current} secrets are sealed with the new key; the former one stays beside it for an hour, for what is being \
             sealed right now"
        );
    }
    Ok(())
}

fn lost_for_good(secrets: impl std::fmt::Display) -> String {
    format!(
        "{secrets} secrets open with none of the keys: they were sealed with one that is not here, or altered."
    )
}

/// What people call the job.
const TITLE: &str = "Seal the secrets with the new key";

/// What a process has to hold to do it: one that still seals with the former key would find nothing to do, and say that all is done.
fn key(vault: &Vault) -> Option<String> {
    vault.version().ok().map(|mark| format!("secret key {mark:02x}"))
}

async fn queue(pool: &PgPool, vault: &Vault) -> anyhow::Result<()> {
    let mut db = pool.acquire().await?;
    let job = NewJob {
        kind: KIND,
        key: KIND.to_owned(),
        payload: json!({ NEEDS: key(vault) }),
        title: TITLE.to_owned(),
        channel_id: None,
        integration_id: None,
        requested_by: None,
        pressed: false,
    };
    jobs::enqueue(&mut db, &job).await?;
    Ok(())
}
