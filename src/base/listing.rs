//! Lists over a table: what can be filtered and sorted is declared once per list, and this makes the query: a keyset
//! page at a time, exact while columns are null, with a count that stays quick.
//!
//! **Invariant:** what a visitor typed is always bound, never part of the statement.

mod narrow;

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Utc};
use rust_decimal::Decimal;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgPool, Postgres, QueryBuilder, Row};

pub use narrow::Test;

use super::keyset::{Cursor, Page, Total, Way};

/// Above this many, a list says "about".
const COUNT_EXACTLY: i64 = 10_000;

/// A list. The table's alias is `k` in every expression.
#[derive(Debug)]
pub struct Listing {
    /// The columns of a row.
    pub select: &'static str,
    /// The table, without the alias.
    pub table: &'static str,
    /// What the columns need beside it.
    pub joins: &'static str,
    /// A number that tells the rows apart.
    pub id: &'static str,
    /// What it can be sorted by; the first is the default.
    pub sorts: &'static [Sort],
    /// What it can be narrowed down by.
    pub filters: &'static [(&'static str, Test)],
}

/// An order of a list.
#[derive(Debug, Clone, Copy)]
pub struct Sort {
    /// The word in a link.
    pub key: &'static str,
    /// What is sorted by; best what an index has.
    pub by: &'static str,
    /// What kind of value that is.
    pub kind: Kind,
    /// Which way it goes by itself.
    pub down: bool,
}

impl Sort {
    /// A text, from A on.
    #[must_use]
    pub const fn text(key: &'static str, by: &'static str) -> Self {
        Self { key, by, kind: Kind::Text, down: false }
    }

    /// A time, the newest first.
    #[must_use]
    pub const fn time(key: &'static str, by: &'static str) -> Self {
        Self { key, by, kind: Kind::Time, down: true }
    }

    /// An amount, the greatest first.
    #[must_use]
    pub const fn amount(key: &'static str, by: &'static str) -> Self {
        Self { key, by, kind: Kind::Amount, down: true }
    }
}

/// A kind of value that is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Never null.
    Text,
    /// May be null: then after all others.
    Time,
    /// May be null: then after all others.
    Amount,
}

/// The values of a list's filters by their words.
pub type Wanted = BTreeMap<&'static str, String>;

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

/// A row with what its place in the order is.
struct Placed<T> {
    row: T,
    value: Option<String>,
    id: i64,
}

impl<'r, T: FromRow<'r, PgRow>> FromRow<'r, PgRow> for Placed<T> {
    fn from_row(row: &'r PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self { row: T::from_row(row)?, value: row.try_get("sort_value")?, id: row.try_get("sort_id")? })
    }
}

impl Listing {
    /// The order that a link asks for, or the default.
    #[must_use]
    pub fn sort(&self, key: &str) -> Sort {
        self.sorts.iter().find(|sort| sort.key == key).copied().unwrap_or(self.sorts[0])
    }

    /// The default order, to look at the first `size` rows.
    #[must_use]
    pub fn first(&self, size: i64) -> Turn<'static> {
        let sort = self.sorts[0];
        Turn { sort, descending: sort.down, from: None, size }
    }

    /// A page of rows. A cursor that does not fit the order is as good as none.
    ///
    /// # Errors
    /// From the database.
    pub async fn page<T>(
        &self,
        pool: &PgPool,
        wanted: &Wanted,
        turn: Turn<'_>,
    ) -> Result<Page<T>, sqlx::Error>
    where
        T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let from = turn.from.filter(|cursor| fits(turn.sort.kind, cursor));
        let backwards = from.is_some_and(|cursor| cursor.way == Way::Before);
        let up = turn.descending == backwards;
        let mut rows: Vec<Placed<T>> = Vec::new();
        for part in parts(turn.sort.kind, from) {
            let left = turn.size + 1 - i64::try_from(rows.len()).unwrap_or(i64::MAX);
            if left > 0 {
                let mut query = self.query(wanted, turn.sort, part, up, left);
                rows.extend(query.build_query_as::<Placed<T>>().fetch_all(pool).await?);
            }
        }
        let page = Page::cut(rows, turn.size, from, |placed| (placed.value.clone(), placed.id));
        let rows = page.rows.into_iter().map(|placed| placed.row).collect();
        Ok(Page { rows, previous: page.previous, next: page.next })
    }

    /// How many rows the filters let through.
    ///
    /// # Errors
    /// From the database.
    pub async fn count(&self, pool: &PgPool, wanted: &Wanted) -> Result<Total, sqlx::Error> {
        let mut query =
            QueryBuilder::new(format!("select count(*) from (select 1 from {} k where true", self.table));
        self.narrow(&mut query, wanted);
        query.push(" limit ").push_bind(COUNT_EXACTLY + 1).push(") as found");
        let counted: i64 = query.build_query_scalar().fetch_one(pool).await?;
        if counted <= COUNT_EXACTLY {
            return Ok(Total::Exactly(counted));
        }
        let mut plan =
            QueryBuilder::new(format!("explain (format json) select 1 from {} k where true", self.table));
        self.narrow(&mut plan, wanted);
        let plan: serde_json::Value = plan.build().fetch_one(pool).await?.try_get(0)?;
        let estimate = plan.pointer("/0/Plan/Plan Rows").and_then(serde_json::Value::as_f64).unwrap_or(0.0);
        #[expect(clippy::cast_possible_truncation, reason = "a planner's estimate of rows is far below 2^53")]
        Ok(Total::About((estimate as i64).max(counted)))
    }

    fn query(
        &self,
        wanted: &Wanted,
        sort: Sort,
        part: Part<'_>,
        up: bool,
        limit: i64,
    ) -> QueryBuilder<Postgres> {
        let (by, id) = (sort.by, self.id);
        let mut query = QueryBuilder::new(format!(
            "select {}, {by}::text as sort_value, {id} as sort_id from {} k {} where true",
            self.select, self.table, self.joins
        ));
        self.narrow(&mut query, wanted);
        let beyond = if up { ">" } else { "<" };
        match part {
            Part::All => {}
            Part::Beyond(value, last) => {
                query.push(format!(" and ({by}, {id}) {beyond} ("));
                match sort.kind {
                    Kind::Text => query.push_bind(value.to_owned()),
                    Kind::Time => query.push_bind(moment(value)),
                    Kind::Amount => query.push_bind(value.parse::<Decimal>().ok()),
                };
                query.push(", ").push_bind(last).push(")");
            }
            Part::Nulls(None) => {
                query.push(format!(" and {by} is null"));
            }
            Part::Nulls(Some(last)) => {
                query.push(format!(" and {by} is null and {id} {beyond} ")).push_bind(last);
            }
            Part::Filled => {
                query.push(format!(" and {by} is not null"));
            }
        }
        let way = if up { "asc" } else { "desc" };
        query.push(format!(" order by {by} {way}, {id} {way} limit ")).push_bind(limit);
        query
    }

    fn narrow(&self, query: &mut QueryBuilder<Postgres>, wanted: &Wanted) {
        for (key, test) in self.filters {
            if let Some(value) = wanted.get(key).filter(|value| !value.is_empty()) {
                query.push(" and ");
                test.ask(query, value);
            }
        }
    }
}

/// A stretch of the list in its order. Nulls come last whichever way it goes.
enum Part<'a> {
    All,
    Beyond(&'a str, i64),
    Nulls(Option<i64>),
    Filled,
}

/// What is read, one after the other, until the page is full.
fn parts(kind: Kind, from: Option<&Cursor>) -> Vec<Part<'_>> {
    let never_null = kind == Kind::Text;
    match from.map(|cursor| (&cursor.value, cursor.id, cursor.way)) {
        None if never_null => vec![Part::All],
        None => vec![Part::Filled, Part::Nulls(None)],
        Some((Some(value), id, Way::After)) if !never_null => {
            vec![Part::Beyond(value, id), Part::Nulls(None)]
        }
        Some((Some(value), id, _)) => vec![Part::Beyond(value, id)],
        Some((None, id, Way::After)) => vec![Part::Nulls(Some(id))],
        Some((None, id, Way::Before)) => vec![Part::Nulls(Some(id)), Part::Filled],
    }
}

fn fits(kind: Kind, cursor: &Cursor) -> bool {
    match (&cursor.value, kind) {
        (None, kind) => kind != Kind::Text,
        (Some(_), Kind::Text) => true,
        (Some(value), Kind::Time) => moment(value).is_some(),
        (Some(value), Kind::Amount) => value.parse::<Decimal>().is_ok(),
    }
}

/// A time as Postgres writes it. Years that it cannot read back are none.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let iso = text.replacen(' ', "T", 1);
    let at = DateTime::parse_from_rfc3339(&iso)
        .or_else(|_| DateTime::parse_from_str(&iso, "%Y-%m-%dT%H:%M:%S%.f%#z"))
        .ok()?
        .to_utc();
    (1..=9999).contains(&at.year()).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::{Kind, Part, parts};
    use crate::base::keyset::{Cursor, Way};

    #[test]
    fn nulls_come_last_whichever_way_one_turns() {
        let words = |from: Option<(Way, Option<&str>)>| {
            let from = from.map(|(way, value)| Cursor { way, value: value.map(str::to_owned), id: 7 });
            let word = |part: &Part<'_>| match part {
                Part::All => "all",
                Part::Beyond(..) => "beyond",
                Part::Nulls(None) => "nulls",
                Part::Nulls(Some(_)) => "nulls beyond",
                Part::Filled => "filled",
            };
            parts(Kind::Time, from.as_ref()).iter().map(word).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(words(None), "filled, nulls");
        assert_eq!(words(Some((Way::After, Some("2020")))), "beyond, nulls");
        assert_eq!(words(Some((Way::Before, Some("2020")))), "beyond");
        assert_eq!(words(Some((Way::After, None))), "nulls beyond");
        assert_eq!(words(Some((Way::Before, None))), "nulls beyond, filled");
    }
}
