//! The first rows of a list, on the page of the record that they belong to.

use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgPool};

use super::super::error::PageError;
use super::super::view;
use super::head::{Head, Heads};
use super::table::Table;
use crate::base::keyset::Total;
use crate::base::listing::{Column, Listing, Row, Turn, Wanted};

/// Rows of a short list on a record's page.
const A_FEW: i64 = 10;

/// The first rows of a list.
pub(in crate::web) struct Few<R = Row> {
    pub(in crate::web) rows: Vec<R>,
    listing: &'static Listing,
    columns: Vec<&'static Column>,
    heads: Vec<Head>,
    total: Total,
    /// There are more than these.
    pub(in crate::web) more: bool,
}

impl Few {
    /// Those that belong to the record with this id, by the list's word for it; with these columns, each under its word.
    pub(in crate::web) async fn of(
        pool: &PgPool,
        listing: &'static Listing,
        (key, id): (&str, i64),
        columns: &[(&str, &str)],
    ) -> Result<Self, PageError> {
        Self::narrowed(pool, listing, (&Wanted::only(key, id), A_FEW), columns).await
    }

    /// Up to so many of those that these words let through.
    pub(in crate::web) async fn narrowed(
        pool: &PgPool,
        listing: &'static Listing,
        (wanted, most): (&Wanted, i64),
        columns: &[(&str, &str)],
    ) -> Result<Self, PageError> {
        let (columns, heads) = chosen(listing, columns);
        let page = listing.few(pool, wanted, &columns, listing.first(most)).await?;
        let more = page.next.is_some();
        let total = total(pool, listing, wanted, page.rows.len(), more).await?;
        Ok(Self { rows: page.rows, listing, columns, heads, total, more })
    }

    /// The same with the columns that the list shows by itself.
    pub(in crate::web) async fn usual(
        pool: &PgPool,
        listing: &'static Listing,
        whose: (&str, i64),
    ) -> Result<Self, PageError> {
        Self::of(pool, listing, whose, &usual(listing)).await
    }

    /// The first so many of those that are wanted, in this order.
    pub(in crate::web) async fn newest(
        pool: &PgPool,
        listing: &'static Listing,
        wanted: &Wanted,
        (sort, size): (&str, i64),
        columns: &[(&str, &str)],
    ) -> Result<Self, PageError> {
        let sort = listing.sort(sort).unwrap_or_else(|| listing.usual_sort());
        let turn = Turn { sort, descending: sort.down, from: None, size };
        let (columns, heads) = chosen(listing, columns);
        let page = listing.few(pool, wanted, &columns, turn).await?;
        let total = Total::Exactly(i64::try_from(page.rows.len()).unwrap_or(i64::MAX));
        Ok(Self { rows: page.rows, listing, columns, heads, total, more: page.next.is_some() })
    }

    pub(in crate::web) fn table(&self, caption: &str) -> Table<'_> {
        Table::new(self.listing, &self.columns, &self.heads, &self.rows, false).called(caption)
    }
}

impl<R> Few<R>
where
    R: for<'r> FromRow<'r, PgRow> + Send + Unpin,
{
    /// The same of a list whose rows have a type of their own.
    pub(in crate::web) async fn own(
        pool: &PgPool,
        listing: &'static Listing,
        (key, id): (&str, i64),
    ) -> Result<Self, PageError> {
        let wanted = Wanted::only(key, id);
        let page = listing.page(pool, &wanted, listing.first(A_FEW)).await?;
        let more = page.next.is_some();
        let total = total(pool, listing, &wanted, page.rows.len(), more).await?;
        let columns = listing.usual_columns();
        let heads = columns.iter().map(|column| Head::plain(column.word, column.is_numeric())).collect();
        Ok(Self { rows: page.rows, listing, columns, heads, total, more })
    }
}

impl<R> Few<R> {
    /// How many, short.
    pub(in crate::web) fn count(&self) -> String {
        match self.total {
            Total::Exactly(n) => view::number(n),
            Total::About(n) => format!("{}+", view::number(n)),
        }
    }

    pub(in crate::web) fn heads(&self) -> Heads<'_> {
        Heads { heads: &self.heads, ticks: false, last: "" }
    }
}

/// The columns that a list shows by itself, under their own words.
pub(in crate::web) fn usual(listing: &Listing) -> Vec<(&'static str, &'static str)> {
    listing.usual_columns().iter().map(|column| (column.key, column.word)).collect()
}

fn chosen(listing: &'static Listing, columns: &[(&str, &str)]) -> (Vec<&'static Column>, Vec<Head>) {
    let chosen = columns.iter().filter_map(|(key, word)| {
        let column = listing.column(key)?;
        Some((column, Head::plain(word, column.is_numeric())))
    });
    chosen.unzip()
}

async fn total(
    pool: &PgPool,
    listing: &Listing,
    wanted: &Wanted,
    shown: usize,
    more: bool,
) -> Result<Total, PageError> {
    if more {
        return Ok(listing.count(pool, wanted).await?);
    }
    Ok(Total::Exactly(i64::try_from(shown).unwrap_or(i64::MAX)))
}
