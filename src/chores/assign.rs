//! Giving many records to an owner: what a list's filters mean, or all that somebody had who leaves.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::PgConnection;

use super::stretches::{self, Deed};
use crate::base::listing::{Chosen, Wanted};
use crate::crm::records::{self, RecordKind};
use crate::jobs::{self, ConnectorState, Job, NewJob, Outcome, Run};

/// The queue's word for it.
const KIND: &str = "assign";
/// How often records are come back to that somebody held while they were passed.
const PASSES: usize = 5;

/// Which records are given to whom.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Assignment {
    /// A kind's word, and which of its records.
    parts: Vec<(String, Chosen)>,
    /// The new owner; nobody is one, too.
    to: Option<i64>,
}

impl Assignment {
    /// Records of one kind.
    #[must_use]
    pub fn of(kind: RecordKind, chosen: Chosen, to: Option<i64>) -> Self {
        Self { parts: vec![(kind.key().to_owned(), chosen)], to }
    }

    /// All that a user owns.
    #[must_use]
    pub fn all_of(from: i64, to: i64) -> Self {
        let theirs = |kind: RecordKind| (kind.key().to_owned(), Chosen::All(Wanted::only("owner", from)));
        Self { parts: records::OWNED.map(theirs).to_vec(), to: Some(to) }
    }
}

/// Puts it into the queue; gives the job.
///
/// # Errors
/// From the database.
pub async fn ask(
    db: &mut PgConnection,
    assignment: &Assignment,
    title: String,
    by: i64,
) -> anyhow::Result<i64> {
    let payload = json!({ "assignment": serde_json::to_value(assignment)? });
    // one for each wish: two that wait must not become one
    let key = format!("assign {by} {}", crate::base::clock::now().timestamp_micros());
    let job = NewJob {
        kind: KIND,
        key,
        payload,
        title,
        channel_id: None,
        integration_id: None,
        requested_by: Some(by),
        pressed: true,
    };
    Ok(jobs::enqueue(db, &job).await?.id())
}

/// The job that does it.
pub struct AssignJob;

#[async_trait]
impl Job for AssignJob {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, run: Run) -> anyhow::Result<Outcome> {
        let wish = run.payload.get("assignment").cloned().unwrap_or_default();
        let Assignment { parts, to } = serde_json::from_value(wish)?;
        let parts: Vec<(RecordKind, Chosen)> = parts
            .into_iter()
            .filter_map(|(kind, chosen)| Some((RecordKind::from_key(&kind)?, chosen)))
            .collect();
        run.plan(&parts.iter().map(|(kind, _)| kind.plural()).collect::<Vec<_>>()).await?;
        let mut left = 0;
        for (kind, chosen) in &parts {
            run.state(kind.plural(), ConnectorState::Running, "").await?;
            left += give(&run, *kind, chosen, to).await?;
            run.state(kind.plural(), ConnectorState::Completed, "").await?;
        }
        match left {
            0 => Ok(Outcome::Completed),
            n => Ok(Outcome::CompletedWithErrors(format!(
                "{n} records were in use all the time and keep their owner. Assign them once more."
            ))),
        }
    }
}

/// Gives the chosen of a kind; returns how many were in use whenever they were passed.
async fn give(run: &Run, kind: RecordKind, chosen: &Chosen, to: Option<i64>) -> anyhow::Result<i64> {
    for _ in 0..PASSES {
        stretches::each(run, kind, chosen, &Deed::Owner(to)).await?;
        if records::not_given(run.pool(), kind, chosen, to).await? == 0 {
            return Ok(0);
        }
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    }
    Ok(records::not_given(run.pool(), kind, chosen, to).await?)
}
