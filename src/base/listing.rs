//! Lists over a table. What a list shows, and how each of it is filtered and sorted, is declared once, in the domain
//! (`crm/<noun>/grid.rs`); this makes the queries: a keyset page at a time, exact while columns are null, with a count
//! that stays quick; and every row of it, for an export.
//!
//! # A new column
//! is one entry in its list's `columns`; heads, filters, sorting, the chooser of columns, saved views and the CSV follow:
//! ```ignore
//! Column::text("step", "Step", "k.step").sorted("k.step").tested(Test::OneOf(&STEPS)).phone(Phone::Labelled),
//! ```
//! `k` is the row of the table. What stands in another table comes by `joins`, which the page's rows alone go through; what
//! is filtered or sorted by is an expression of `k` alone, best one that an index has. Several values of a record (tags)
//! are [`Kind::Many`], an array of texts; their filter is [`Test::Text`] `within` an `exists`. A column that a list does not
//! show by itself is `.extra()`. A list whose cells need words of the pages declares them with [`Column::own`], loads rows
//! of its own type by `select`, and draws them itself: conflicts, rejected edits, history, deliveries, failed records.
//!
//! **Invariant:** what a visitor typed is always bound, never part of the statement.

mod cell;
mod chosen;
mod column;
mod count;
mod declare;
mod export;
mod narrow;
mod page;
mod path;
mod stretch;
mod test;
mod wanted;

pub use cell::{Cell, Field, Row};
pub use chosen::Chosen;
pub use column::{Column, Kind, Meaning, Phone, Sort, SortKind};
pub use test::{Choice, Fault, How, Index, Test};
pub use wanted::Wanted;

use super::keyset::Cursor;

/// A list. The row's alias is `k` in every expression.
#[derive(Debug)]
pub struct Listing {
    /// The list's word in addresses and saved views.
    pub name: &'static str,
    /// What it is called on its page: "Shopping Carts".
    pub title: &'static str,
    /// One of its rows: "cart".
    pub one: &'static str,
    /// Many: "carts".
    pub many: &'static str,
    /// The address of the list; a row's is that with its id.
    pub at: &'static str,
    /// The table, or a query in parentheses, without the alias.
    pub table: &'static str,
    /// What shown columns need beside it.
    pub joins: &'static str,
    /// A number that tells the rows apart.
    pub id: &'static str,
    /// A condition: the row is gone in its store.
    pub gone: &'static str,
    /// An array of words that stand by the row whatever is shown, such as "Guest".
    pub tags: &'static str,
    /// A condition: the record may be edited by whoever may edit at all; empty = there is no form for it.
    pub edited: &'static str,
    /// What it can show, in the order of the page.
    pub columns: &'static [Column],
    /// What it can be narrowed down by beside the columns' own filters.
    pub filters: &'static [Filter],
    /// The words of the filters that are not in the bar until somebody takes them in, or asks for them in an address.
    pub aside: &'static [&'static str],
    /// What narrows it down without a field on its page, such as whose records are meant.
    pub scopes: &'static [(&'static str, Test)],
    /// The column that it is sorted by until another is asked for.
    pub sort: &'static str,
    /// The columns of a row of its own type; empty where the declared columns are all there is.
    pub select: &'static str,
    /// What stands in a CSV of a list that draws its cells itself; empty where it can be had with the declared columns, or not.
    pub file: &'static [Column],
}

impl Listing {
    /// A list of nothing: what a list does not say is as here.
    pub const EMPTY: Self = Self {
        name: "",
        title: "",
        one: "record",
        many: "records",
        at: "",
        table: "",
        joins: "",
        id: "k.id",
        gone: "",
        tags: "",
        edited: "",
        columns: &[],
        filters: &[],
        aside: &[],
        scopes: &[],
        sort: "",
        select: "",
        file: &[],
    };

    /// The column with this word.
    #[must_use]
    pub fn column(&self, key: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.key == key)
    }

    /// The order that a link asks for, if the list has it.
    #[must_use]
    pub fn sort(&self, key: &str) -> Option<Sort> {
        self.column(key)?.sort
    }

    /// The order that it has by itself.
    #[must_use]
    pub fn usual_sort(&self) -> Sort {
        self.sort(self.sort).unwrap_or(Sort { key: "", by: self.id, kind: SortKind::Number, down: true })
    }

    /// The default order, to look at the first `size` rows.
    #[must_use]
    pub fn first(&self, size: i64) -> Turn<'static> {
        let sort = self.usual_sort();
        Turn { sort, descending: sort.down, from: None, size }
    }

    /// What the list shows by itself.
    #[must_use]
    pub fn usual_columns(&self) -> Vec<&'static Column> {
        self.columns.iter().filter(|column| column.shown).collect()
    }

    /// Every filter with a field: those of the columns, then the others.
    pub fn all_filters(&self) -> impl Iterator<Item = Filter> {
        let of_columns = self.columns.iter().filter_map(|column| {
            let test = column.test?;
            Some(Filter { key: column.key, word: column.word, test, usual: column.usual })
        });
        of_columns.chain(self.filters.iter().copied())
    }

    /// Every word that narrows the list down with what it is called, and how.
    pub fn words(&self) -> impl Iterator<Item = ((&'static str, &'static str), Test)> {
        let scopes = self.scopes.iter().map(|(key, test)| ((*key, *key), *test));
        self.all_filters().map(|filter| ((filter.key, filter.word), filter.test)).chain(scopes)
    }
}

/// A filter of a list.
#[derive(Debug, Clone, Copy)]
pub struct Filter {
    /// Its word in the address.
    pub key: &'static str,
    /// Its label.
    pub word: &'static str,
    /// What it asks of a row.
    pub test: Test,
    /// What it lets through by itself; empty = everything.
    pub usual: &'static str,
}

/// From a page of a list to the next: which order, from where, how many.
#[derive(Debug, Clone, Copy)]
pub struct Turn<'a> {
    /// The order.
    pub sort: Sort,
    /// Turned round?
    pub descending: bool,
    /// Where the page starts.
    pub from: Option<&'a Cursor>,
    /// Rows on the page.
    pub size: i64,
}
