//! What records that come from a store have in common: whether one is new, changed, as stored, or somebody else's under
//! the same number.

use std::collections::HashMap;
use std::hash::Hash;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};

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

/// A record that arrives, likewise.
#[derive(Debug, Clone)]
pub(super) struct Arriving {
    pub(super) content_hash: Vec<u8>,
    pub(super) row_hash: Option<Vec<u8>>,
    pub(super) read_at: DateTime<Utc>,
    pub(super) created_at: DateTime<Utc>,
}

/// What is to be done with a record that arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
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
pub(super) fn fate(stored: Option<&Stored>, arriving: &Arriving) -> Fate {
    let Some(stored) = stored else { return Fate::New };
    if stored.read_at > arriving.read_at {
        return Fate::Same;
    }
    if stored.created_at != arriving.created_at {
        return if stored.removed { Fate::New } else { Fate::Replaces(stored.id) };
    }
    if stored.removed || stored.content_hash != arriving.content_hash {
        return Fate::Changed(stored.id);
    }
    let told = arriving.row_hash.is_some() || stored.row_hash.is_some();
    if told && stored.row_hash != arriving.row_hash { Fate::Fingerprint(stored.id) } else { Fate::Same }
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

    #[test]
    fn a_record_that_arrives_is_judged_by_what_is_stored_under_its_number() {
        let at = |minute| Utc.with_ymd_and_hms(2026, 5, 12, 9, minute, 0).unwrap();
        let stored = Stored {
            id: 7,
            content_hash: vec![1],
            row_hash: Some(vec![2]),
            read_at: at(5),
            created_at: at(0),
            removed: false,
        };
        let same =
            Arriving { content_hash: vec![1], row_hash: Some(vec![2]), read_at: at(6), created_at: at(0) };
        let check = |stored: Option<Stored>, arriving: Arriving, expected, what: &str| {
            assert_eq!(fate(stored.as_ref(), &arriving), expected, "{what}");
        };
        let some = || Some(stored.clone());
        check(None, same.clone(), Fate::New, "nothing is stored");
        check(some(), same.clone(), Fate::Same, "as stored");
        check(
            some(),
            Arriving { content_hash: vec![9], ..same.clone() },
            Fate::Changed(7),
            "another content",
        );
        check(
            some(),
            Arriving { row_hash: Some(vec![9]), ..same.clone() },
            Fate::Fingerprint(7),
            "another list row",
        );
        check(
            some(),
            Arriving { row_hash: None, ..same.clone() },
            Fate::Fingerprint(7),
            "details not complete",
        );
        let older =
            Arriving { content_hash: vec![9], read_at: at(5) - TimeDelta::seconds(1), ..same.clone() };
        check(some(), older, Fate::Same, "an older answer");
        let another = Arriving { created_at: at(1), ..same.clone() };
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
