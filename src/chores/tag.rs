//! Tagging all records that a list's filters let through.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::PgConnection;

use super::stretches::{self, Deed};
use crate::base::listing::Chosen;
use crate::crm::records::RecordKind;
use crate::crm::tags::Tagging;
use crate::jobs::{self, ConnectorState, Job, NewJob, Outcome, Run};

/// The queue's word for it. Assignments have another: a program that is older than this must not take it for one.
const KIND: &str = "tag";

/// What waits in the queue.
#[derive(Serialize, Deserialize)]
struct Wish {
    kind: String,
    chosen: Chosen,
    tagging: Tagging,
}

/// Puts it into the queue; gives the job.
///
/// # Errors
/// From the database.
pub async fn ask_for_tag(
    db: &mut PgConnection,
    kind: RecordKind,
    chosen: Chosen,
    tagging: Tagging,
    title: String,
) -> anyhow::Result<i64> {
    let by = tagging.by;
    let wish = Wish { kind: kind.key().to_owned(), chosen, tagging };
    let job = NewJob {
        kind: KIND,
        // one for each wish: two that wait must not become one
        key: format!("tag {by} {}", crate::base::clock::now().timestamp_micros()),
        payload: json!({ "tagging": serde_json::to_value(wish)? }),
        title,
        channel_id: None,
        integration_id: None,
        requested_by: Some(by),
        pressed: true,
    };
    Ok(jobs::enqueue(db, &job).await?.id())
}

/// The job that does it.
pub struct TagJob;

#[async_trait]
impl Job for TagJob {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, run: Run) -> anyhow::Result<Outcome> {
        let wish = run.payload.get("tagging").cloned().unwrap_or_default();
        let Wish { kind, chosen, tagging } = serde_json::from_value(wish)?;
        let Some(kind) = RecordKind::from_key(&kind) else { return Ok(Outcome::Completed) };
        run.plan(&[kind.plural()]).await?;
        run.state(kind.plural(), ConnectorState::Running, "").await?;
        stretches::each(&run, kind, &chosen, &Deed::Tag(&tagging)).await?;
        run.state(kind.plural(), ConnectorState::Completed, "").await?;
        Ok(Outcome::Completed)
    }
}
