//! A channel, or only what it brought, is deleted in the background: in pieces that commit one by one, each within moments, so
//! that nobody waits for it and a killed process goes on where it was. Nothing is deleted in a store.

use async_trait::async_trait;
use serde_json::json;
use sqlx::PgConnection;

use crate::crm::channels::clearing::{self, Piece};
use crate::crm::channels::{self, Clearing};
use crate::crm::dashboard;
use crate::jobs::{self, Asked, ConnectorState, Counts, Job, Level, NewJob, Outcome, Run};

/// The queue's word for it.
pub const KIND: &str = "clearing";

/// Rows that go together: few enough that nobody notices.
const AT_ONCE: i64 = 1_000;

/// Asks for it. The integration is removed in the same transaction; what still runs for it comes first.
///
/// # Errors
/// From the database.
pub async fn ask(
    db: &mut PgConnection,
    (channel, name): (i64, &str),
    integration: Option<i64>,
    what: Clearing,
    by: i64,
) -> Result<Asked, sqlx::Error> {
    if !clearing::begin(db, channel, what).await?
        && let Some(job) = under_way(db, channel).await?
    {
        return Ok(Asked::Waiting(job));
    }
    if let Some(integration) = integration {
        jobs::cancel_all_of(db, integration, by).await?;
        channels::delete_integration(db, integration).await?;
    }
    let title = match what {
        Clearing::Channel => format!("Delete {name}"),
        Clearing::Records => format!("Delete what {name} loaded"),
    };
    let job = NewJob {
        kind: KIND,
        // a sync of it that is still to stop has the same key, and is waited for
        key: integration.map_or_else(|| format!("channel {channel}"), super::key),
        payload: json!({ "channel": channel }),
        title,
        integration_id: None,
        channel_id: Some(channel),
        requested_by: Some(by),
        pressed: true,
    };
    jobs::enqueue(db, &job).await
}

/// The job that does it already.
async fn under_way(db: &mut PgConnection, channel: i64) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select max(id) from jobs where channel_id = $1 and kind = $2 and finished_at is null",
        channel,
        KIND
    )
    .fetch_one(db)
    .await
}

/// The kind of job that deletes what a channel brought.
#[derive(Debug, Clone, Copy, Default)]
pub struct ClearingJob;

#[async_trait]
impl Job for ClearingJob {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, run: Run) -> anyhow::Result<Outcome> {
        let channel = run.payload.get("channel").and_then(serde_json::Value::as_i64).unwrap_or_default();
        let Some(what) = clearing::of(run.pool(), channel).await? else { return Ok(Outcome::Completed) };
        run.plan(&Piece::ALL.map(Piece::word)).await?;
        for piece in Piece::ALL {
            clear(&run, channel, piece).await?;
        }
        if what == Clearing::Records {
            dashboard::settle(run.pool(), channel).await?;
        }
        let mut tx = run.pool().begin().await?;
        run.hold(&mut tx).await?;
        clearing::finish(&mut tx, channel, what).await?;
        tx.commit().await?;
        let text = match what {
            Clearing::Channel => "The channel is gone, with all that it brought. Accounts and contacts stay.",
            Clearing::Records => {
                "All that was loaded is gone; the channel stays. So do accounts and contacts."
            }
        };
        run.log(Level::Info, "Job", text).await?;
        Ok(Outcome::Completed)
    }
}

/// All of a piece, part by part.
async fn clear(run: &Run, channel: i64, piece: Piece) -> anyhow::Result<()> {
    let name = piece.word();
    run.state(name, ConnectorState::Running, "").await?;
    let all = clearing::count(run.pool(), channel, piece).await?;
    let mut gone = 0_i64;
    loop {
        let mut tx = run.pool().begin().await?;
        run.hold(&mut tx).await?;
        let part = clearing::clear(&mut tx, channel, piece, AT_ONCE).await?;
        let part = i64::try_from(part).unwrap_or(i64::MAX);
        gone += part;
        let share = i16::try_from(gone.saturating_mul(1000) / all.max(1)).unwrap_or(1000).min(1000);
        run.count(&mut tx, name, Counts { removed: part, ..Counts::default() }).await?;
        run.window(&mut tx, name, &format!("{} to go", (all - gone).max(0)), Some(share)).await?;
        tx.commit().await?;
        // what another job took meanwhile is gone as well, but what it still has to take is not
        if part == 0 && clearing::count(run.pool(), channel, piece).await? == 0 {
            break;
        }
    }
    run.state(name, ConnectorState::Completed, "deleted").await
}
