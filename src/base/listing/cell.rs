//! Rows of a list as its declared columns make them: generic cells that one template and one CSV writer show.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::Row as _;
use sqlx::postgres::PgRow;

use super::{Column, Kind, Meaning};

/// A row.
#[derive(Debug, Clone)]
pub struct Row {
    /// What tells it apart.
    pub id: i64,
    /// Gone in its store.
    pub gone: bool,
    /// May be edited.
    pub edited: bool,
    /// Words that stand by it.
    pub tags: Vec<String>,
    /// Its cells, a column each.
    pub fields: Vec<Field>,
}

/// A cell in its place.
#[derive(Debug, Clone)]
pub struct Field {
    /// The value.
    pub cell: Cell,
    /// What goes before it on a phone.
    pub before: String,
}

/// A value.
#[derive(Debug, Clone)]
pub enum Cell {
    /// A text, perhaps empty.
    Text(String),
    /// A text of several lines.
    Lines(String),
    /// Several texts.
    Many(Vec<String>),
    /// A word for a kind of thing.
    Tag(String),
    /// How many.
    Quantity(Option<Decimal>),
    /// A whole number.
    Count(Option<i64>),
    /// In percent.
    Percent(Option<Decimal>),
    /// So much of a whole is done, in percent.
    Done(i64),
    /// An amount and its currency.
    Money(Option<Decimal>, String),
    /// Amounts in several currencies.
    Moneys(Vec<(Decimal, String)>),
    /// A time whose day matters.
    Day(Option<DateTime<Utc>>),
    /// A time that is told by how long ago it is.
    Ago(Option<DateTime<Utc>>),
    /// A time of day.
    Clock(Option<DateTime<Utc>>),
    /// A span in seconds.
    Span(Option<f64>),
    /// Yes, no, or nobody knows.
    YesNo(Option<bool>),
    /// How something stands.
    State(String, Meaning),
    /// Another record: its name, and its address if it is there.
    Link(String, Option<String>),
}

impl Row {
    /// What a query brings before the columns: see [`Row::read`].
    pub(super) const FIXED: usize = 4;

    /// Reads a row: id, gone, edited and tags, then the expressions of each column from `start` on.
    pub(super) fn read(row: &PgRow, start: usize, columns: &[&Column]) -> Result<Self, sqlx::Error> {
        let mut at = start + Self::FIXED;
        let mut fields = Vec::with_capacity(columns.len());
        for column in columns {
            let count = column.expressions().count();
            let before = match column.before.is_empty() {
                true => String::new(),
                false => row.try_get::<Option<String>, _>(at + count - 1)?.unwrap_or_default(),
            };
            fields.push(Field { cell: read(row, at, column)?, before });
            at += count;
        }
        Ok(Self {
            id: row.try_get(start)?,
            gone: row.try_get(start + 1)?,
            edited: row.try_get(start + 2)?,
            tags: row.try_get(start + 3)?,
            fields,
        })
    }
}

fn read(row: &PgRow, at: usize, column: &Column) -> Result<Cell, sqlx::Error> {
    let text = |at: usize| row.try_get::<Option<String>, _>(at).map(Option::unwrap_or_default);
    Ok(match column.kind {
        Kind::Text => Cell::Text(text(at)?),
        Kind::Lines => Cell::Lines(text(at)?),
        Kind::Many => Cell::Many(row.try_get(at)?),
        Kind::Tag | Kind::Key(_) => Cell::Tag(text(at)?),
        Kind::Quantity => Cell::Quantity(row.try_get(at)?),
        Kind::Count => Cell::Count(row.try_get(at)?),
        Kind::Percent => Cell::Percent(row.try_get(at)?),
        Kind::Done => Cell::Done(row.try_get(at)?),
        Kind::Money(_) => Cell::Money(row.try_get(at)?, text(at + 1)?),
        Kind::Moneys => {
            Cell::Moneys(row.try_get::<Vec<String>, _>(at)?.iter().filter_map(|text| amount(text)).collect())
        }
        Kind::Day => Cell::Day(row.try_get(at)?),
        Kind::Ago => Cell::Ago(row.try_get(at)?),
        Kind::Clock => Cell::Clock(row.try_get(at)?),
        Kind::Span => Cell::Span(row.try_get(at)?),
        Kind::YesNo => Cell::YesNo(row.try_get(at)?),
        Kind::State(_, told) => {
            let (word, meaning) = told(&text(at)?, &text(at + 1)?);
            Cell::State(word, meaning)
        }
        Kind::Link(list, _) => {
            let id: Option<i64> = row.try_get(at + 1)?;
            Cell::Link(text(at)?, id.map(|id| format!("{list}/{id}")))
        }
        Kind::Own => Cell::Text(String::new()),
    })
}

/// "12.50 EUR".
fn amount(text: &str) -> Option<(Decimal, String)> {
    let (amount, currency) = text.split_once(' ')?;
    Some((amount.parse().ok()?, currency.to_owned()))
}
