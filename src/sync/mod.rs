//! How both sides come to agree: one job per integration reads what has changed in its store and takes it over.
//!
//! The algorithms, in short:
//! - **Two reads per connector**, both over `updated_at`: the *backfill*, newest first, from T0 (the store's clock at the
//!   first window) down to the Sync start date; and the *increment*, from T0 on ([`window`], [`cursor`]).
//! - **A window commits alone**: rows, base snapshots, counters, failed records and cursor in one transaction; no
//!   transaction is open while a store is asked. What is done is kept as ranges, so a crash loses what was in flight.
//! - **Bounds are what was asked for**, by the store's clock; they are inclusive, and rows seen twice are no-ops.
//! - **One bad record stops nothing.** A window that the store fails on is halved, then split by id, down to the one record
//!   to blame ([`parts`]); it is kept with its cause ([`failed`]) and tried again.
//! - **A rolling walk** over ids meets every record within a week: it finds what is gone in the store, and what changed without
//!   a trace ([`walk`]). Records that wait for another one are healed at the end of a job ([`heal`]).
//! - **Edits that wait here are sent** before what has changed is read, and merged with whatever arrives ([`push`]).
//! - **A preview** reads and merges without writing anything ([`preview`]).
//! - **Never more calls in flight than a store can bear** ([`gate`]), over all integrations and processes, and none of a
//!   worker that another one has replaced ([`fence`]).
//! - **Another store behind the same address** is noticed before anything is read or sent ([`identity`]).
//! - **What a channel brought** is deleted in pieces, and the channel after it ([`clearing`]).
//! - **Whoever was erased here** does not come back: windows are looked at before they are written ([`erased`]).
//! - **A single record** is brought to agree by itself when somebody asks for it ([`records`]).
//!
//! **Owns** `sync_cursors`, `failed_records`, `store_calls`, `store_pace`, `previews`, `record_syncs`. **Refuses** HTTP pages and SOAP details.

pub mod clearing;
mod commit;
mod connect;
mod connectors;
mod create;
mod cursor;
mod details;
mod erased;
mod exporters;
pub mod failed;
mod fence;
mod gate;
mod grid;
mod heal;
mod identity;
mod look_up;
mod noun;
mod opener;
mod pages;
mod parts;
mod patience;
mod pipeline;
mod plan;
pub mod preview;
mod push;
pub mod records;
mod round;
mod run;
mod statistics;
mod subscribe;
mod turn;
mod visit;
mod walk;
mod window;
mod windowed;

use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool};

use crate::crm::channels;
use crate::jobs::{self, Asked, NewJob};

pub use connect::{Reach, StoreUnknown, reach};
pub use fence::Fence;
pub use gate::PgGate;
pub use grid::{INTEGRATIONS, STATUSES, connector as connector_state, health};
pub use look_up::holder_of_email;
pub use patience::Patience;
pub use run::SyncJob;

/// The queue's word for a sync job.
pub const KIND: &str = "sync";

/// What a sync is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Read what has changed, and go on with the backfill.
    Changes,
    /// The same, because somebody edited a record and not because they want it now: backoffs and quiet hours hold.
    Edits,
    /// Read everything again from the Sync start date, and delete nothing.
    FullResync,
    /// Walk over all records at once and find those that are gone in the store.
    FindRemoved,
    /// The same, and believe the store whatever it says: a person has confirmed that it is right.
    BelieveRemoved,
}

impl Wish {
    /// What it is called.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Changes | Self::Edits => "Sync",
            Self::FullResync => "Full re-sync",
            Self::FindRemoved => "Find removed records",
            Self::BelieveRemoved => "Find removed records, believing the store",
        }
    }

    fn payload(self) -> Value {
        match self {
            Self::Changes | Self::Edits => json!({}),
            Self::FullResync => json!({ "full": true }),
            Self::FindRemoved => json!({ "walk": true }),
            Self::BelieveRemoved => json!({ "walk": true, "believe": true }),
        }
    }

    fn title(self, name: &str) -> String {
        match self {
            Self::Changes | Self::Edits => format!("Sync of {name}"),
            Self::FullResync => format!("Full re-sync of {name}"),
            Self::FindRemoved | Self::BelieveRemoved => format!("Find removed records of {name}"),
        }
    }
}

/// Asks for a sync of an integration; asking while one waits or runs gives the one that will do it.
///
/// # Errors
/// From the database.
pub async fn enqueue(
    db: &mut PgConnection,
    integration: i64,
    name: &str,
    requested_by: Option<i64>,
    wish: Wish,
) -> Result<Asked, sqlx::Error> {
    let job = NewJob {
        kind: KIND,
        key: key(integration),
        payload: wish.payload(),
        title: wish.title(name),
        integration_id: Some(integration),
        channel_id: None,
        requested_by,
        pressed: requested_by.is_some() && wish != Wish::Edits,
    };
    jobs::enqueue(db, &job).await
}

/// What may run only once at a time: whatever goes to the store of an integration and writes here.
fn key(integration: i64) -> String {
    format!("integration {integration}")
}

/// Queues a sync of every integration whose interval has passed. Any number of processes may do this at once.
///
/// # Errors
/// From the database.
pub async fn queue_what_is_due(pool: &PgPool, default_seconds: i32) -> Result<usize, sqlx::Error> {
    let mut tx = pool.begin().await?;
    let due = channels::due_integrations(&mut tx, default_seconds).await?;
    for (id, name) in &due {
        enqueue(&mut tx, *id, name, None, Wish::Changes).await?;
    }
    tx.commit().await?;
    Ok(due.len())
}

/// The connector of customers, as its pages call it.
pub const CUSTOMERS: &str = connectors::CUSTOMERS;

/// The connectors as their pages call them, in the order of a run.
pub const CONNECTORS: [&str; 8] = [
    connectors::WEBSITES,
    connectors::GROUPS,
    connectors::REGIONS,
    connectors::CUSTOMERS,
    connectors::ORDERS,
    connectors::CARTS,
    connectors::CREDIT_MEMOS,
    connectors::SUBSCRIBERS,
];

/// Those among them that are dictionaries: small, read whole.
pub const DICTIONARIES: [&str; 3] = [connectors::WEBSITES, connectors::GROUPS, connectors::REGIONS];
