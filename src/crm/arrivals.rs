//! What records that come from a store have in common: whether one is new, changed, as stored, or somebody else's under
//! the same number.

use std::collections::HashMap;
use std::hash::Hash;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;

/// What taking a batch over did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// New here.
    pub created: i64,
    /// Different from what was stored, in themselves or in a part.
    pub updated: i64,
    /// As stored.
    pub unchanged: i64,
    /// Records that were removed, because their number belongs to another one now.
    pub replaced: i64,
    /// What both sides changed.
    pub conflicts: i64,
    /// The store's ids of what is new here.
    pub arrived: Vec<i64>,
}

/// A stored record, as far as it decides about one that arrives.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) id: i64,
    pub(super) content_hash: Vec<u8>,
    pub(super) row_hash: Option<Vec<u8>>,
    pub(super) read_at: DateTime<Utc>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) removed: bool,
}

/// A record that arrives with a number that people know it by. What of it serializes is its content.
pub(super) trait Arrives: Serialize {
    /// The number.
    fn number(&self) -> &str;
    /// The store's id.
    fn remote_id(&self) -> i64;
    /// Fingerprint of the list row; `None` when the details are not complete.
    fn row_hash(&self) -> Option<&[u8]>;
    /// When the request behind it was sent.
    fn read_at(&self) -> DateTime<Utc>;
    /// When it was made in the store.
    fn created_at(&self) -> DateTime<Utc>;
}

/// A record that is to be written.
pub(super) struct Writing<'a, T> {
    pub(super) record: &'a T,
    pub(super) content_hash: Vec<u8>,
    /// The row that it has already.
    pub(super) id: Option<i64>,
}

/// A batch, sorted by what is to be done with each.
pub(super) struct Sorted<'a, T> {
    pub(super) taken: Taken,
    pub(super) write: Vec<Writing<'a, T>>,
    /// Rows of which only the fingerprint of the list row changed.
    pub(super) fingerprints: Vec<(i64, &'a T)>,
    /// Rows whose number belongs to another record now.
    pub(super) replaced: Vec<i64>,
}

/// Sorts a batch by what is stored under the same numbers.
pub(super) fn sort_out<'a, T: Arrives>(batch: &[&'a T], stored: &HashMap<String, Stored>) -> Sorted<'a, T> {
    let mut sorted =
        Sorted { taken: Taken::default(), write: Vec::new(), fingerprints: Vec::new(), replaced: Vec::new() };
    for record in batch.iter().copied() {
        let content_hash = fingerprint(record);
        let id = match fate(stored.get(record.number()), record, &content_hash) {
            Fate::Same => {
                sorted.taken.unchanged += 1;
                continue;
            }
            Fate::Fingerprint(id) => {
                sorted.taken.unchanged += 1;
                sorted.fingerprints.push((id, record));
                continue;
            }
            Fate::Changed(id) => Some(id),
            Fate::Replaces(id) => {
                sorted.replaced.push(id);
                None
            }
            Fate::New => None,
        };
        if id.is_some() {
            sorted.taken.updated += 1;
        } else {
            sorted.taken.created += 1;
            sorted.taken.arrived.push(record.remote_id());
        }
        sorted.write.push(Writing { record, content_hash, id });
    }
    sorted
}

/// The row that each has or will have: numbers are drawn from the sequence before, so that a row and its parts can be
/// written in any order.
pub(super) async fn rows_of<T>(
    db: &mut PgConnection,
    sequence: &str,
    write: &[Writing<'_, T>],
) -> Result<Vec<i64>, sqlx::Error> {
    let missing =
        i32::try_from(write.iter().filter(|writing| writing.id.is_none()).count()).unwrap_or(i32::MAX);
    let drawn = sqlx::query_scalar!(
        "select nextval($1::text::regclass) as \"id!\" from generate_series(1, $2)",
        sequence,
        missing
    )
    .fetch_all(db)
    .await?;
    let mut drawn = drawn.into_iter();
    Ok(write.iter().filter_map(|writing| writing.id.or_else(|| drawn.next())).collect())
}

/// What is to be done with a record that arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Nothing like it is stored.
    New,
    /// What is stored under its number is another record: that one is removed, this one new.
    Replaces(i64),
    /// It and its parts are written.
    Changed(i64),
    /// Only the fingerprint of its list row is written.
    Fingerprint(i64),
    /// Nothing is written.
    Same,
}

/// Decides about one. An answer older than what is stored changes nothing.
fn fate<T: Arrives>(stored: Option<&Stored>, arriving: &T, content_hash: &[u8]) -> Fate {
    let Some(stored) = stored else { return Fate::New };
    if stored.read_at > arriving.read_at() {
        return Fate::Same;
    }
    if stored.created_at != arriving.created_at() {
        return if stored.removed { Fate::New } else { Fate::Replaces(stored.id) };
    }
    if stored.removed || stored.content_hash != content_hash {
        return Fate::Changed(stored.id);
    }
    if stored.row_hash.as_deref() != arriving.row_hash() { Fate::Fingerprint(stored.id) } else { Fate::Same }
}

/// A fingerprint of everything in a record that serializes.
pub(super) fn fingerprint(record: &impl Serialize) -> Vec<u8> {
    let bytes = serde_json::to_vec(record).unwrap_or_default();
    Sha256::digest(&bytes).iter().take(16).copied().collect()
}

/// Each record of a batch once; of two with one number the later counts.
pub(super) fn once<T, K: Eq + Hash>(batch: &[T], key: impl Fn(&T) -> K) -> Vec<&T> {
    let mut last: HashMap<K, usize> = HashMap::with_capacity(batch.len());
    for (place, record) in batch.iter().enumerate() {
        last.insert(key(record), place);
    }
    batch
        .iter()
        .enumerate()
        .filter(|(place, record)| last.get(&key(record)) == Some(place))
        .map(|(_, r)| r)
        .collect()
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone};

    use super::*;

    /// An order, as far as it is judged.
    #[derive(Clone, Serialize)]
    struct Order {
        content: u8,
        #[serde(skip)]
        row_hash: Option<Vec<u8>>,
        #[serde(skip)]
        read_at: DateTime<Utc>,
        #[serde(skip)]
        created_at: DateTime<Utc>,
    }

    impl Arrives for Order {
        fn number(&self) -> &str {
            "100000001"
        }

        fn remote_id(&self) -> i64 {
            1
        }

        fn row_hash(&self) -> Option<&[u8]> {
            self.row_hash.as_deref()
        }

        fn read_at(&self) -> DateTime<Utc> {
            self.read_at
        }

        fn created_at(&self) -> DateTime<Utc> {
            self.created_at
        }
    }

    #[test]
    fn a_record_that_arrives_is_judged_by_what_is_stored_under_its_number() {
        let at = |minute| Utc.with_ymd_and_hms(2026, 5, 12, 9, minute, 0).unwrap();
        let same = Order { content: 1, row_hash: Some(vec![2]), read_at: at(6), created_at: at(0) };
        let stored = Stored {
            id: 7,
            content_hash: fingerprint(&same),
            row_hash: Some(vec![2]),
            read_at: at(5),
            created_at: at(0),
            removed: false,
        };
        let check = |stored: Option<Stored>, arriving: Order, expected, what: &str| {
            assert_eq!(fate(stored.as_ref(), &arriving, &fingerprint(&arriving)), expected, "{what}");
        };
        let some = || Some(stored.clone());
        check(None, same.clone(), Fate::New, "nothing is stored");
        check(some(), same.clone(), Fate::Same, "as stored");
        check(some(), Order { content: 9, ..same.clone() }, Fate::Changed(7), "another content");
        check(
            some(),
            Order { row_hash: Some(vec![9]), ..same.clone() },
            Fate::Fingerprint(7),
            "another list row",
        );
        check(some(), Order { row_hash: None, ..same.clone() }, Fate::Fingerprint(7), "details not complete");
        let older = Order { content: 9, read_at: at(5) - TimeDelta::seconds(1), ..same.clone() };
        check(some(), older, Fate::Same, "an older answer");
        let another = Order { created_at: at(1), ..same.clone() };
        check(some(), another.clone(), Fate::Replaces(7), "the number belongs to another record now");
        let removed = Stored { removed: true, ..stored.clone() };
        check(Some(removed.clone()), same, Fate::Changed(7), "it is listed again");
        check(Some(removed), another, Fate::New, "the number of a removed one is free");
    }

    #[test]
    fn of_two_with_one_number_the_later_counts() {
        let batch = [(1, 'a'), (2, 'b'), (1, 'c')];
        let kept: Vec<char> = once(&batch, |record| record.0).into_iter().map(|record| record.1).collect();
        assert_eq!(kept, ['b', 'c']);
    }
}
