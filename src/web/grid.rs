//! Lists in the address bar: what is filtered, sorted and turned to, so that a link can be sent.

use std::collections::BTreeMap;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use url::form_urlencoded;

use super::error::PageError;
use crate::base::keyset::{Cursor, PAGE_SIZES, Page};

/// The query of a list's address.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    values: BTreeMap<String, String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = PageError;

    /// Anything is let in: what is not understood filters nothing.
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageError> {
        let query = Query::<BTreeMap<String, String>>::from_request_parts(parts, state).await;
        let mut values = query.map(|Query(values)| values).unwrap_or_default();
        values.retain(|_, value| !value.trim().is_empty() && !value.contains('\0') && value.len() <= 1000);
        Ok(Self { values })
    }
}

impl Asked {
    /// A value; empty when it was not asked for.
    pub(super) fn get(&self, name: &str) -> String {
        self.values.get(name).map(|value| value.trim().to_owned()).unwrap_or_default()
    }

    /// A number, if it is one.
    pub(super) fn id(&self, name: &str) -> Option<i64> {
        self.get(name).parse().ok()
    }

    /// Where the page starts.
    pub(super) fn from(&self) -> Option<Cursor> {
        Cursor::parse(self.values.get("from")?)
    }

    /// Rows on the page.
    pub(super) fn size(&self) -> i64 {
        self.id("size").filter(|size| PAGE_SIZES.contains(size)).unwrap_or(PAGE_SIZES[0])
    }

    /// Sorted downwards?
    pub(super) fn descending(&self, by_itself: &str) -> bool {
        match self.values.get("way").map(String::as_str) {
            Some(way) => way == "down",
            None => by_itself == "down",
        }
    }

    /// The address with these values changed (an empty one is taken out) and the page turned to the first.
    pub(super) fn with(&self, changes: &[(&str, &str)]) -> String {
        let mut values = self.values.clone();
        values.remove("from");
        for (name, value) in changes {
            values.remove(*name);
            if !value.is_empty() {
                values.insert((*name).to_owned(), (*value).to_owned());
            }
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(values).finish();
        format!("?{query}")
    }

    /// What a form of one filter has to carry along.
    pub(super) fn others<'a>(&'a self, own: &[&str]) -> Vec<(&'a str, &'a str)> {
        let carried = |name: &&String| name.as_str() != "from" && !own.contains(&name.as_str());
        self.values
            .keys()
            .filter(carried)
            .filter_map(|name| Some((name.as_str(), self.values.get(name)?.as_str())))
            .collect()
    }
}

/// A column's head.
pub(super) struct Head {
    pub(super) word: &'static str,
    /// Where a click leads; `None` = not sortable.
    pub(super) link: Option<String>,
    /// `ascending`, `descending`, or nothing.
    pub(super) sorted: Option<&'static str>,
    pub(super) numeric: bool,
}

impl Head {
    /// A column that cannot be sorted.
    pub(super) fn plain(word: &'static str) -> Self {
        Self { word, link: None, sorted: None, numeric: false }
    }

    /// The same for numbers.
    pub(super) fn number(word: &'static str) -> Self {
        Self { numeric: true, ..Self::plain(word) }
    }

    /// A column that can be sorted: `key` is its word in the address, `now` the column sorted by, and how.
    pub(super) fn sortable(
        asked: &Asked,
        word: &'static str,
        key: &str,
        now: &str,
        descending: bool,
    ) -> Self {
        let is_it = key == now;
        let way = if is_it && !descending { "down" } else { "up" };
        let sorted = is_it.then_some(if descending { "descending" } else { "ascending" });
        Self { word, link: Some(asked.with(&[("sort", key), ("way", way)])), sorted, numeric: false }
    }
}

/// The foot of a list: how many, how many a page, where to.
pub(super) struct Foot {
    pub(super) total: String,
    pub(super) sizes: Vec<(i64, bool)>,
    pub(super) carried: Vec<(String, String)>,
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
}

impl Foot {
    /// The foot of this page.
    pub(super) fn of<T>(asked: &Asked, page: &Page<T>, total: String) -> Self {
        let turn = |cursor: &Option<Cursor>| {
            cursor.as_ref().map(|cursor| asked.with(&[("from", &cursor.to_text())]))
        };
        let carried =
            asked.others(&["size"]).into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self {
            total,
            sizes: PAGE_SIZES.into_iter().map(|size| (size, size == asked.size())).collect(),
            carried: carried.collect(),
            previous: turn(&page.previous),
            next: turn(&page.next),
        }
    }
}
