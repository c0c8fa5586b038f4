//! Sync Data: one record is brought to agree by itself, because somebody looks at it now and does not want to wait.
//!
//! A job of the integration's own key, so it never runs beside a sync of the same store, and takes its calls through the same
//! gate. A customer's edits are sent first; then the record is read as every read is, and merged with what waits. Records that
//! are asked for while one waits are read by the same job. **Owns** `record_syncs`: what came of the last time, per record.

mod job;
mod read;
mod store;

use serde_json::json;
use sqlx::PgConnection;

use crate::crm::channels::Integration;
use crate::crm::records::{Record, RecordKind};
use crate::jobs::{self, Asked, NewJob};

pub use job::RecordJob;
pub use store::{RecordSync, last};

/// The queue's word for it.
pub const KIND: &str = "record";

/// Asks for a record; asking while it waits or runs gives the job that will do it.
///
/// # Errors
/// From the database.
pub async fn ask(
    db: &mut PgConnection,
    it: &Integration,
    record: Record,
    name: &str,
    by: i64,
) -> Result<Asked, sqlx::Error> {
    let job = NewJob {
        kind: KIND,
        key: super::key(it.id),
        payload: json!({ word(record): true }),
        title: format!("Sync Data of {name}"),
        integration_id: Some(it.id),
        channel_id: None,
        requested_by: Some(by),
        pressed: true,
    };
    let asked = jobs::enqueue(db, &job).await?;
    store::put(db, record, it.channel_id, asked.id(), by).await?;
    Ok(asked)
}

/// A record as a job carries it: one key each, so that what is asked for meanwhile is added.
fn word(record: Record) -> String {
    format!("{} {}", record.kind.key(), record.id)
}

/// The records that a job carries, in the order in which they refer to one another.
fn records_of(payload: &serde_json::Value) -> Vec<Record> {
    let keys = payload.as_object().into_iter().flat_map(|words| words.keys());
    let mut records: Vec<Record> = keys.filter_map(|word| read_word(word)).collect();
    let order = [RecordKind::Customer, RecordKind::Order, RecordKind::Cart];
    records.sort_by_key(|record| (order.iter().position(|kind| *kind == record.kind), record.id));
    records
}

fn read_word(word: &str) -> Option<Record> {
    let (kind, id) = word.rsplit_once(' ')?;
    Some(Record::new(RecordKind::from_key(kind)?, id.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_carries_records_whoever_else_asked_meanwhile() {
        let records = [
            Record::new(RecordKind::Order, 7),
            Record::new(RecordKind::Customer, 12),
            Record::new(RecordKind::Order, 5),
        ];
        let mut payload = serde_json::Map::new();
        for record in records {
            payload.insert(word(record), json!(true));
        }
        payload.insert("full".to_owned(), json!(true));
        let found: Vec<String> =
            records_of(&serde_json::Value::Object(payload)).into_iter().map(word).collect();
        assert_eq!(found, ["customer 12", "order 5", "order 7"]);
        assert_eq!(read_word("credit memo 3"), Some(Record::new(RecordKind::CreditMemo, 3)));
        assert_eq!(records_of(&json!(null)), []);
    }
}
