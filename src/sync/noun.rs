//! What a noun is to a sync: how it is listed, completed with its details, taken over, and found to be gone.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::failed::NewFailure;
use super::visit::Visit;
use super::window::Span;
use crate::crm::arrivals::Taken;
use crate::crm::personal_data::Trace;
use crate::crm::records::RecordKind;
use crate::magento::CallError;
use crate::magento::api::{Between, IdFilter, Listing};

/// A noun that is listed by when its records were saved, and by id.
#[async_trait]
pub(super) trait Noun: Send + Sync {
    /// A row of the list.
    type Listed: Send + Sync;
    /// A record with its details.
    type Whole: Clone + Send + Sync;

    /// As the pages call its connector.
    const NAME: &'static str;

    /// What its records are here.
    const KIND: RecordKind;

    /// Has Postgres look at what is written, so that it plans for what is there: at the columns by which rows are looked up,
    /// which is quick.
    const ANALYZE: &'static str;

    /// Rows in a window that are still handled well in one transaction, and held in memory several windows at a time.
    const MOST_ROWS: usize = 700;

    /// Must the rolling walk look at the details, because they change without the row?
    const DETAILS_CHANGE_ALONE: bool = false;

    /// May the next connector begin its backfill while the last windows of this one are still completed?
    const NEXT_MAY_BEGIN: bool = false;

    /// The rows that were asked for.
    async fn list(&self, visit: &Visit, ask: &Ask) -> Result<Listing<Self::Listed>, CallError>;

    /// Of a row: the store's id, and when it was last saved.
    fn mark(row: &Self::Listed) -> (i64, DateTime<Utc>);

    /// Fetches the details of the rows that need them.
    async fn complete(
        &self,
        visit: &Visit,
        rows: Vec<Self::Listed>,
        fresh: Freshness,
        sent_at: DateTime<Utc>,
    ) -> anyhow::Result<Completed<Self::Whole>>;

    /// The store's id of a record.
    fn id(whole: &Self::Whole) -> i64;

    /// What a record tells of the person behind it, so that whoever was erased here is known again.
    fn trace(whole: &Self::Whole) -> Trace;

    /// What is kept of a record whose person was erased. `known`: the store's customer has a row here.
    fn without_person(whole: Self::Whole, known: bool) -> Option<Self::Whole>;

    /// Takes records over.
    async fn write(
        &self,
        visit: &Visit,
        db: &mut PgConnection,
        records: &[Self::Whole],
    ) -> Result<Taken, sqlx::Error>;

    /// A record as text, for one that cannot be taken over.
    fn raw(whole: &Self::Whole) -> String;

    /// Which of these ids are stored.
    async fn stored(&self, visit: &Visit, ids: &[i64]) -> Result<HashMap<i64, Known>, sqlx::Error>;

    /// The greatest id stored.
    async fn highest(&self, visit: &Visit) -> Result<i64, sqlx::Error>;

    /// Stored records of a range that a list of it, asked for at `read_at`, did not hold, and that the store does not have
    /// when it is asked for each of them. Returns their rows.
    async fn gone(
        &self,
        visit: &Visit,
        range: (i64, i64),
        listed: &[i64],
        read_at: DateTime<Utc>,
    ) -> anyhow::Result<Vec<i64>>;

    /// Marks rows as removed in the store.
    async fn remove(&self, db: &mut PgConnection, rows: &[i64]) -> Result<i64, sqlx::Error>;
}

/// What a list is asked for. Everything set must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ask {
    /// Saved in these seconds.
    pub(super) span: Option<Span>,
    /// With these ids.
    pub(super) ids: Option<IdFilter>,
}

impl Ask {
    /// Everything saved in these seconds.
    pub(super) fn span(span: Span) -> Self {
        Self { span: Some(span), ids: None }
    }

    /// These ids, whenever they were saved.
    pub(super) fn ids(ids: IdFilter) -> Self {
        Self { span: None, ids: Some(ids) }
    }

    /// As the client takes it.
    pub(super) fn between(&self) -> Option<Between> {
        self.span.map(|span| (span.from, span.to))
    }
}

/// A stored record, as far as it decides whether details are worth fetching.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// Fingerprint of the list row whose details are stored.
    pub(super) row_hash: Option<Vec<u8>>,
    /// When it was last read.
    pub(super) read_at: DateTime<Utc>,
}

/// Whose details are fetched although the row is as stored.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Freshness {
    /// Everybody's.
    pub(super) all: bool,
    /// Of rows saved since then: their details may have been changed in the same second or be on their way.
    pub(super) saved_since: Option<DateTime<Utc>>,
    /// Of rows that were read before then: a Full re-sync reads everything again.
    pub(super) read_before: Option<DateTime<Utc>>,
}

impl Freshness {
    /// For reads whose rows are wanted in any case.
    pub(super) fn everything() -> Self {
        Self { all: true, ..Self::default() }
    }

    fn wants(&self, updated_at: DateTime<Utc>, hash: &[u8], known: Option<&Known>) -> bool {
        let Some(known) = known else { return true };
        self.all
            || known.row_hash.as_deref() != Some(hash)
            || self.saved_since.is_some_and(|since| updated_at >= since)
            || self.read_before.is_some_and(|before| known.read_at < before)
    }
}

/// A window with its details.
pub(super) struct Completed<W> {
    /// To be taken over.
    pub(super) records: Vec<W>,
    /// Rows that are stored already just so.
    pub(super) known: i64,
    /// What could not be read.
    pub(super) failures: Vec<NewFailure>,
}

/// The rows that are worth fetching details for, each once, with their fingerprints; and how many are not.
pub(super) async fn worth_fetching<N: Noun>(
    noun: &N,
    visit: &Visit,
    rows: Vec<N::Listed>,
    fresh: Freshness,
    fingerprint: impl Fn(&N::Listed) -> Vec<u8>,
) -> anyhow::Result<(Vec<(N::Listed, Vec<u8>)>, i64)> {
    if rows.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let ids: Vec<i64> = rows.iter().map(|row| N::mark(row).0).collect();
    let stored = noun.stored(visit, &ids).await?;
    let (mut seen, mut known) = (HashSet::with_capacity(rows.len()), 0);
    let mut wanted = Vec::new();
    for row in rows {
        let (id, updated_at) = N::mark(&row);
        if !seen.insert(id) {
            continue;
        }
        let hash = fingerprint(&row);
        if fresh.wants(updated_at, &hash, stored.get(&id)) {
            wanted.push((row, hash));
        } else {
            known += 1;
        }
    }
    Ok((wanted, known))
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn details_are_fetched_for_what_is_new_changed_or_asked_for_in_any_case() {
        let at = |minute| Utc.with_ymd_and_hms(2026, 5, 12, 9, minute, 0).unwrap();
        let known = Known { row_hash: Some(vec![1]), read_at: at(5) };
        let usual = Freshness::default();
        let check = |fresh: Freshness, hash: &[u8], known: Option<&Known>, wanted, what: &str| {
            assert_eq!(fresh.wants(at(3), hash, known), wanted, "{what}");
        };
        check(usual, &[1], None, true, "nothing is stored");
        check(usual, &[1], Some(&known), false, "as stored");
        check(usual, &[2], Some(&known), true, "another row");
        let incomplete = Known { row_hash: None, ..known.clone() };
        check(usual, &[1], Some(&incomplete), true, "its details never came");
        check(Freshness { saved_since: Some(at(3)), ..usual }, &[1], Some(&known), true, "saved just now");
        check(Freshness { saved_since: Some(at(4)), ..usual }, &[1], Some(&known), false, "saved before");
        check(Freshness { read_before: Some(at(6)), ..usual }, &[1], Some(&known), true, "a Full re-sync");
        check(
            Freshness { read_before: Some(at(5)), ..usual },
            &[1],
            Some(&known),
            false,
            "read by it already",
        );
        check(Freshness::everything(), &[1], Some(&known), true, "everybody's");
    }
}
