//! A table of the store's database: seeded rows that are computed when they are read, and over them what was changed,
//! added and deleted since.
//!
//! Owns: the overlay, the order by last change, ids that rise. Refuses: what a row is, and what a change of one does to
//! another table ([`super::shop`]). A million seeded rows cost eight bytes each.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::OnceLock;

use super::filter::Filter;
use super::value::Value;

/// Rows that need no room: each follows from its id.
pub(super) trait Seeds {
    type Row: Row;

    /// The greatest id; there may be gaps below it.
    fn last(&self) -> u32;

    /// When a row last changed, 0 for NULL; `None` where there is no such row. Cheap: it is asked for every row when a
    /// window is.
    fn stamp(&self, id: u32) -> Option<i64>;

    /// The row with an id for which [`Seeds::stamp`] knows a time.
    fn row(&self, id: u32) -> Self::Row;
}

/// A row as its table needs to know it.
pub(super) trait Row: Clone {
    fn id(&self) -> u32;

    /// When it last changed.
    fn stamp(&self) -> i64;

    /// A column by its name in the API; `None` where there is none.
    fn column(&self, name: &str) -> Option<Value<'_>>;
}

/// Seeded rows and what became of them.
#[derive(Debug)]
pub(super) struct Table<S: Seeds> {
    seeds: S,
    /// The seeded rows by (last change, id), sorted when a window is first asked for.
    by_stamp: OnceLock<Vec<(u32, u32)>>,
    /// Changed and added rows, `None` for deleted ones; these hide the seeded row of the same id.
    changed: BTreeMap<u32, Option<S::Row>>,
    next: u32,
}

impl<S: Seeds> Table<S> {
    pub(super) fn new(seeds: S) -> Self {
        Self { next: seeds.last() + 1, by_stamp: OnceLock::new(), changed: BTreeMap::new(), seeds }
    }

    pub(super) fn seeds(&self) -> &S {
        &self.seeds
    }

    pub(super) fn get(&self, id: u32) -> Option<S::Row> {
        match self.changed.get(&id) {
            Some(changed) => changed.clone(),
            None => self.is_seeded(id).then(|| self.seeds.row(id)),
        }
    }

    pub(super) fn contains(&self, id: u32) -> bool {
        self.changed.get(&id).map_or_else(|| self.is_seeded(id), Option::is_some)
    }

    /// When a row last changed.
    pub(super) fn stamp(&self, id: u32) -> Option<i64> {
        match self.changed.get(&id) {
            Some(changed) => changed.as_ref().map(Row::stamp),
            None if self.is_seeded(id) => self.seeds.stamp(id),
            None => None,
        }
    }

    /// Ids of all rows, rising.
    pub(super) fn ids(&self) -> impl Iterator<Item = u32> + '_ {
        (1..self.next).filter(|id| self.contains(*id))
    }

    /// Ids of the rows a filter lets through, rising; computed as they are taken, so that a page costs no more than it
    /// holds.
    pub(super) fn select<'a>(&'a self, filter: &'a Filter) -> impl DoubleEndedIterator<Item = u32> + 'a {
        let cheap = filter.reads_only_keys();
        let fits = |row: &S::Row| filter.lets_through(|name| row.column(name));
        self.candidates(filter).filter(move |id| match self.changed.get(id) {
            Some(changed) => changed.as_ref().is_some_and(fits),
            None if !self.is_seeded(*id) => false,
            None if cheap => filter.lets_through_keys(*id, self.seeds.stamp(*id).filter(|stamp| *stamp != 0)),
            None => fits(&self.seeds.row(*id)),
        })
    }

    /// Rows that are not as they were seeded.
    pub(super) fn changed(&self) -> impl Iterator<Item = &S::Row> {
        self.changed.values().flatten()
    }

    /// An id that nothing had before.
    pub(super) fn take_id(&mut self) -> u32 {
        self.next += 1;
        self.next - 1
    }

    /// Puts a row in place of whatever has its id.
    pub(super) fn put(&mut self, row: S::Row) {
        self.next = self.next.max(row.id() + 1);
        self.changed.insert(row.id(), Some(row));
    }

    /// False if there was none.
    pub(super) fn delete(&mut self, id: u32) -> bool {
        let found = self.contains(id);
        if found {
            self.changed.insert(id, None);
        }
        found
    }

    fn is_seeded(&self, id: u32) -> bool {
        (1..=self.seeds.last()).contains(&id) && self.seeds.stamp(id).is_some()
    }

    /// Ids worth testing, rising: neither a look-up nor a window reads a million rows.
    fn candidates(&self, filter: &Filter) -> Box<dyn DoubleEndedIterator<Item = u32>> {
        if let Some(ids) = filter.ids() {
            return Box::new(ids.into_iter());
        }
        let range = filter.id_range(self.next);
        match filter.stamp_bounds() {
            Some((from, to)) => Box::new(self.stamped_between(from, to, &range).into_iter()),
            None => Box::new(range),
        }
    }

    fn sorted(&self) -> Vec<(u32, u32)> {
        let all = 1..=self.seeds.last();
        let stamped = all.filter_map(|id| Some((seconds(self.seeds.stamp(id)?), id)));
        let mut by_stamp: Vec<_> = stamped.collect();
        by_stamp.sort_unstable();
        by_stamp
    }

    fn stamped_between(&self, from: i64, to: i64, range: &RangeInclusive<u32>) -> Vec<u32> {
        let by_stamp = self.by_stamp.get_or_init(|| self.sorted());
        let start = by_stamp.partition_point(|entry| entry.0 < seconds(from));
        let end = by_stamp.partition_point(|entry| entry.0 <= seconds(to)).max(start);
        let seeded = by_stamp[start..end].iter().map(|entry| entry.1);
        let mut ids: Vec<u32> =
            seeded.chain(self.changed.keys().copied()).filter(|id| range.contains(id)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

fn seconds(time: i64) -> u32 {
    u32::try_from(time.clamp(0, u32::MAX.into())).unwrap_or(u32::MAX)
}
