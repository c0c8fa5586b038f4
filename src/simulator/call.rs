//! One call in progress: its arguments, the store it reads and writes, and what tests want spoilt.
//!
//! Owns: finding an argument (by name in v2, by position in v1) and the lock on the shop. Refuses: bytes.

use std::cell::Cell;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::clock::Clock;
use super::fault::Refusal;
use super::filter::{Filter, Keys};
use super::method::Method;
use super::reply::Style;
use super::request::Element;
use super::shop::Shop;
use super::trouble::{Garbage, Record};

/// What scripted trouble changes in the data of an answer.
#[derive(Debug, Default, Clone)]
pub(super) struct Quirks {
    /// Lists return everything.
    pub(super) ignore_filters: bool,
    /// The path of a `multiCall`'s entries it is meant for (`None` for any), and what is written there.
    pub(super) garbage: Vec<(Option<String>, Garbage)>,
    /// By how many entries the answer of a `multiCall` is too long, or too short.
    pub(super) miscount: isize,
    /// Texts are kept without white space around them, e-mails in lower case.
    pub(super) tidy: bool,
    /// Records some script waits for.
    pub(super) watched: Vec<Record>,
}

/// The arguments of a method and everything it needs to answer.
pub(super) struct Call<'a> {
    pub(super) method: &'static Method,
    pub(super) style: Style,
    pub(super) arguments: &'a [Element],
    pub(super) shop: &'a RwLock<Shop>,
    pub(super) clock: &'a Clock,
    /// The store's own address, without a slash at the end.
    pub(super) base_url: &'a str,
    pub(super) bridge: Option<&'a str>,
    pub(super) quirks: &'a Quirks,
    /// The watched record that this call met.
    pub(super) met: Cell<Option<Record>>,
}

impl Call<'_> {
    /// An argument that was given and is not nil.
    pub(super) fn argument(&self, name: &str) -> Option<&Element> {
        let found = if self.style == Style::V1 {
            let position = self.method.parts.iter().position(|part| part.0 == name)?;
            self.arguments.get(position)
        } else {
            self.arguments.iter().find(|argument| argument.name == name)
        };
        found.filter(|argument| !argument.nil)
    }

    /// An id argument; 0, which nothing has, when it is missing or no number.
    pub(super) fn id(&self, name: &str) -> u32 {
        self.argument(name).and_then(|argument| argument.text.trim().parse().ok()).unwrap_or(0)
    }

    /// The filter of a list; nothing where a script has the store ignore it.
    pub(super) fn filter(&self, keys: &'static Keys) -> Result<Filter, Refusal> {
        if self.quirks.ignore_filters {
            Ok(Filter::none(keys))
        } else {
            Filter::read(self.argument("filters"), keys)
        }
    }

    /// The rows of a bridge's page; everything where page or size is 0 or the pager nil.
    pub(super) fn page<T>(&self, rows: impl Iterator<Item = T>) -> Vec<T> {
        let number =
            |name: &str| self.argument("pager").and_then(|pager| pager.text_of(name).trim().parse().ok());
        match (number("page").unwrap_or(0usize), number("pageSize").unwrap_or(0usize)) {
            (0, _) | (_, 0) => rows.collect(),
            (page, size) => rows.skip((page - 1).saturating_mul(size)).take(size).collect(),
        }
    }

    pub(super) fn now(&self) -> i64 {
        self.clock.now()
    }

    pub(super) fn shop(&self) -> RwLockReadGuard<'_, Shop> {
        self.shop.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn shop_mut(&self) -> RwLockWriteGuard<'_, Shop> {
        self.shop.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that the answer is about a record, for scripts that wait for it; gives the garbage meant for it.
    pub(super) fn meet(&self, record: Record) -> Option<(String, String)> {
        if self.quirks.watched.contains(&record) {
            self.met.set(Some(record));
        }
        let here = |path: &Option<String>| {
            path.as_deref().is_none_or(|path| path == self.method.path || path == self.method.alias)
        };
        let mut all = self.quirks.garbage.iter();
        let (_, garbage) = all.find(|(path, garbage)| garbage.record == record && here(path))?;
        Some((garbage.field.clone(), garbage.text.clone()))
    }
}
