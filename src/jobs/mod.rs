//! The durable queue: what is to be done in the background, who is doing it, how far it is, and what became of it.
//!
//! **Owns** the tables `jobs`, `job_connectors`, `job_log`, `workers`. **Refuses** to know what a job does: kinds are given to
//! [`Workers`] by the composition root.
//!
//! Invariants, each held by the database:
//! - one running job per key (`jobs_one_running`), one waiting per kind and key (`jobs_one_queued`);
//! - a job is leased: its worker renews the lease, and after it another process takes over with a higher token;
//! - every transaction of a worker calls [`Run::hold`], which locks the job's row and compares the token, so that a
//!   worker that was taken over commits nothing any more.
//!
//! A lost notification costs at most one poll: workers read state, they are not told it.

mod depth;
mod grid;
mod past;
mod retention;
mod run;
mod store;
mod worker;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use depth::{Depth, at_work, depth};
pub use grid::{LISTING, LOG, state};
pub use past::{LastWord, PastRun, last_words, past_runs};
pub use retention::{Kept, purge};
pub use run::{LeaseLost, Run};
pub use store::{
    Asked, ConnectorRow, JobRow, LogRow, ask_again, cancel, cancel_all_of, connectors, enqueue, find,
    last_of, log_page, loud_lines, newest, percent, waiting_or_running,
};
pub use worker::{Job, NEEDS, Workers, nobody_works};

/// How a job stands. The words are the ones on the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Waits for a worker.
    Queued,
    /// A worker holds its lease.
    Running,
    /// Everything was done.
    Completed,
    /// It ended, and something in it failed; what, is in its log.
    CompletedWithErrors,
    /// It could not do its work.
    Failed,
    /// A person stopped it.
    Cancelled,
}

impl Status {
    /// All, in the order of a job's life.
    pub const ALL: [Self; 6] = [
        Self::Queued,
        Self::Running,
        Self::Completed,
        Self::CompletedWithErrors,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The word on the pages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "Queued",
            Self::Running => "Running",
            Self::Completed => "Completed",
            Self::CompletedWithErrors => "Completed with errors",
            Self::Failed => "Failed",
            Self::Cancelled => "Cancelled",
        }
    }

    /// The word in the database.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::CompletedWithErrors => "completed with errors",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the database's word. The table's check allows no other.
    #[must_use]
    pub fn from_key(key: &str) -> Self {
        Self::ALL.into_iter().find(|status| status.key() == key).unwrap_or(Self::Failed)
    }

    /// Nothing more will happen to it.
    #[must_use]
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }
}

/// What is asked of the queue.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Which [`Job`] does it.
    pub kind: &'static str,
    /// What may run only once at a time.
    pub key: String,
    /// For the job alone.
    pub payload: Value,
    /// What people call it.
    pub title: String,
    /// The integration it serves.
    pub integration_id: Option<i64>,
    /// The channel it serves; that of the integration goes without saying.
    pub channel_id: Option<i64>,
    /// Who asked; nobody when the schedule did.
    pub requested_by: Option<i64>,
    /// They pressed a button for it, so it does at once what it would hold back by rule.
    pub pressed: bool,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// All was done.
    Completed,
    /// It went on to its end, and this failed on the way.
    CompletedWithErrors(String),
}

/// What a connector did, to be added to its row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records read from the store.
    pub read: i64,
    /// New here.
    pub created: i64,
    /// Different from what was stored.
    pub updated: i64,
    /// As stored.
    pub unchanged: i64,
    /// Found to be gone in the store.
    pub removed: i64,
    /// Changed on both sides.
    pub conflicts: i64,
    /// Kept as failed records.
    pub failed: i64,
}

/// How a connector of a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectorState {
    /// Its turn has not come.
    Waiting,
    /// At work.
    Running,
    /// Done.
    Completed,
    /// Stopped by an error; the others go on.
    Failed,
    /// Not needed in this run.
    Skipped,
}

impl ConnectorState {
    /// The word in the database.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }

    /// Reads the database's word.
    #[must_use]
    pub fn from_key(key: &str) -> Self {
        [Self::Running, Self::Completed, Self::Failed, Self::Skipped]
            .into_iter()
            .find(|state| state.key() == key)
            .unwrap_or(Self::Waiting)
    }
}

/// How loud a line of the log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// What happened.
    Info,
    /// Something to look at; nothing was lost.
    Warning,
    /// Something failed.
    Error,
}

impl Level {
    /// The word in the database.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// The traffic of a job with its store so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// HTTP requests made to the store.
    pub requests: u64,
    /// Bytes of answers read, decompressed.
    pub bytes: u64,
    /// How long the store takes for an answer, in milliseconds, lately.
    pub answer_ms: u64,
    /// When it was measured.
    pub at: Option<DateTime<Utc>>,
}
