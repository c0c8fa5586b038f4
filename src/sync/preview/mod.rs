//! Preview: what a sync would do, before two way sync is switched on, before a rule changes, or whenever it is asked for.
//!
//! A job reads the store's customers that an increment would read, and those whose edits wait here, by the same calls
//! through the same gate; they are merged with what is here, under the terms proposed, by the same merge; and nothing
//! comes of it but totals and examples. Every look at our own records is a transaction that the database keeps from
//! writing; the store is only read. **Owns** `previews`.
//!
//! What was weighed:
//! - *Merging in memory, not a sync that is rolled back*: that would lock customers, queue real work behind it and leave
//!   dead rows. The price is that what an upsert does beside the merge (accounts, figures) is not told.
//! - *A queue key of its own*: a preview holds no sync back. A sync that comes in between makes its numbers older, not wrong:
//!   the terms are put in force only if the present ones are those that it compared with.
//! - *A person may decide without waiting for it*: whoever knows the store need not be made to wait; nothing that a rule
//!   decides is lost, every conflict has a row and can be turned round.
//! - *One preview an integration*: the last one counts. A run that was overtaken finds its row gone, and ends.
//! - *Edits of customers only*: new records and subscriptions that wait are not read ahead. A backfill that is not complete, and the rolling walk, bring what no preview
//!   can know without reading everything; the page says so.

mod found;
mod job;
mod store;
mod survey;

use sqlx::PgConnection;

use crate::crm::channels::{Integration, Terms};
use crate::jobs::{self, NewJob};

pub use found::{Example, Found, Totals};
pub use job::PreviewJob;
pub use store::{Decision, Preview, apply, find, leave};

/// The queue's word for a preview.
pub const KIND: &str = "preview";

/// Asks for a preview of these terms; the last one of the integration gives way. Returns the job.
///
/// # Errors
/// From the database.
pub async fn ask(
    db: &mut PgConnection,
    it: &Integration,
    proposed: &Terms,
    by: i64,
) -> Result<i64, sqlx::Error> {
    let job = NewJob {
        kind: KIND,
        key: format!("preview of integration {}", it.id),
        payload: serde_json::json!({}),
        title: format!("Preview of {}", it.settings.name),
        integration_id: Some(it.id),
        channel_id: None,
        requested_by: Some(by),
        pressed: true,
    };
    let job = jobs::enqueue(db, &job).await?.id();
    store::put(db, it.id, job, by, (&it.settings.terms(), proposed)).await?;
    Ok(job)
}
