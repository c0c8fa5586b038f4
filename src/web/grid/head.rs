//! What stands above and below a list's rows: the heads of its columns, and its foot.

use askama::Template;
use askama::filters::HtmlSafe;

use super::super::view;
use super::Asked;
use crate::base::keyset::{Cursor, PAGE_SIZES, Page};
use crate::base::listing::{Column, Sort};

/// A column's head.
pub(in crate::web) struct Head {
    pub(super) word: String,
    /// Where a click leads; `None` = not sortable.
    pub(super) link: Option<String>,
    /// `ascending`, `descending`, or nothing.
    pub(super) sorted: Option<&'static str>,
    pub(super) numeric: bool,
}

impl Head {
    /// One that is not sorted by.
    pub(super) fn plain(word: &str, numeric: bool) -> Self {
        Self { word: word.to_owned(), link: None, sorted: None, numeric }
    }

    /// The head of a column in a list that is sorted like this.
    pub(super) fn of(asked: &Asked, column: &Column, now: Sort, descending: bool) -> Self {
        let plain = Self::plain(column.word, column.is_numeric());
        let Some(sort) = column.sort else { return plain };
        let is_it = sort.key == now.key;
        let way = if is_it && !descending { "down" } else { "up" };
        let sorted = is_it.then_some(if descending { "descending" } else { "ascending" });
        Self { link: Some(asked.with(&[("sort", sort.key), ("way", way)])), sorted, ..plain }
    }
}

/// The heads of a table.
#[derive(Template)]
#[template(path = "grid/heads.html")]
pub(in crate::web) struct Heads<'a> {
    pub(super) heads: &'a [Head],
    /// A box to tick stands before each row.
    pub(super) ticks: bool,
    /// What stands behind each row; empty = nothing.
    pub(super) last: &'static str,
}

impl HtmlSafe for Heads<'_> {}

/// The foot of a list: how many, how many a page, where to.
#[derive(Template)]
#[template(path = "grid/foot.html")]
pub(in crate::web) struct Foot {
    total: String,
    sizes: Vec<(i64, bool)>,
    carried: Vec<(String, String)>,
    previous: Option<String>,
    next: Option<String>,
}

impl HtmlSafe for Foot {}

impl Foot {
    /// The foot of this page.
    pub(super) fn of<T>(asked: &Asked, page: &Page<T>, total: String) -> Self {
        let turn = |cursor: &Option<Cursor>| {
            cursor.as_ref().map(|cursor| asked.with(&[("from", &cursor.to_text())]))
        };
        Self {
            total,
            sizes: PAGE_SIZES.into_iter().map(|size| (size, size == asked.size())).collect(),
            carried: asked.others(&["size"]),
            previous: turn(&page.previous),
            next: turn(&page.next),
        }
    }
}
