//! Alerts: what of an integration needs a hand, since when, and who is told.
//!
//! **Owns** `alerts`, `alerts_seen`, `alert_choices`, `alert_rounds`. An alert per kind and integration is open or closed; whoever
//! looks ([`look()`]) opens what is wrong, closes what no longer is, and tells what has turned: only that is news.
//! **Refuses** to send anything.

mod grid;
mod look;
mod people;
mod store;

use chrono::{DateTime, Utc};

pub use grid::{LISTING, state};
pub use look::{Thresholds, Turned, look, look_is_due};
pub use people::{Choice, Recipient, choice_of, choose, digest_is_due, recipients};
pub use store::{Standing, find, forget_before, mark_seen, open, owners_for, standing};

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertKind {
    /// The last syncs failed, or the store refuses what is set.
    SyncFailing,
    /// Nothing has come in for many intervals.
    SyncLate,
    /// The store answers with a maintenance page.
    Maintenance,
    /// Records fail again and again.
    FailedRecords,
    /// The store refused edits.
    RejectedEdits,
    /// A person has to decide.
    Conflicts,
}

impl AlertKind {
    /// All.
    pub const ALL: [Self; 6] = [
        Self::SyncFailing,
        Self::SyncLate,
        Self::Maintenance,
        Self::FailedRecords,
        Self::RejectedEdits,
        Self::Conflicts,
    ];

    /// The word in the database.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::SyncFailing => "sync failing",
            Self::SyncLate => "sync late",
            Self::Maintenance => "maintenance",
            Self::FailedRecords => "failed records",
            Self::RejectedEdits => "rejected edits",
            Self::Conflicts => "conflicts",
        }
    }

    /// The word on the pages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::SyncFailing => "Sync fails",
            Self::SyncLate => "No sync for long",
            Self::Maintenance => "Store in maintenance",
            Self::FailedRecords => "Records keep failing",
            Self::RejectedEdits => "Rejected edits wait",
            Self::Conflicts => "Conflicts wait",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::SyncFailing => "Look at the integration: its last job says why.",
            Self::SyncLate => "Look at the integration: it may be paused, or no worker may be running.",
            Self::Maintenance => "Nothing is lost: the sync goes on by itself once the store is back.",
            Self::FailedRecords => "Look at the failed records: each has its cause, and can be tried again.",
            Self::RejectedEdits => "Edit them again, or discard them.",
            Self::Conflicts => "Decide whose value is to stay.",
        }
    }

    /// Reads the database's word. The table's check allows no other.
    #[must_use]
    pub fn from_key(key: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.key() == key).unwrap_or(Self::SyncFailing)
    }
}

/// An alert.
#[derive(Debug, Clone)]
pub struct Alert {
    /// Row id.
    pub id: i64,
    /// What is wrong.
    pub kind: AlertKind,
    /// Where.
    pub integration_id: i64,
    /// Its name.
    pub integration: String,
    /// Whose it is.
    pub owner_id: Option<i64>,
    /// What is known of it.
    pub words: String,
    /// Since when.
    pub opened_at: DateTime<Utc>,
    /// Until when; `None` = it is open.
    pub closed_at: Option<DateTime<Utc>>,
}

impl Alert {
    /// Where it is seen to.
    #[must_use]
    pub fn place(&self) -> String {
        match self.kind {
            AlertKind::SyncFailing | AlertKind::SyncLate | AlertKind::Maintenance => {
                format!("/integrations/{}", self.integration_id)
            }
            AlertKind::FailedRecords => format!("/failed-records?integration={}", self.integration_id),
            AlertKind::RejectedEdits => "/conflicts/rejected-edits".to_owned(),
            AlertKind::Conflicts => "/conflicts".to_owned(),
        }
    }
}
