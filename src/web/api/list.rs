//! Lists: the pages' own declarations, asked by the same words, told as JSON. What is not understood is refused, not left out.

use axum::Json;
use axum::response::IntoResponse;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::{Map, Value, json};
use sqlx::FromRow;
use sqlx::postgres::PgRow;

use super::super::Web;
use super::super::grid::{Asked, Choices, Reading};
use super::paging::{self, Paging};
use super::problem::{Answer, Kind, Problem};
use crate::base::keyset::{Cursor, Page, Total};
use crate::base::listing::{self, Cell, Column, Listing, Row, Turn};

/// The words in an address that page and sort.
pub(super) const PAGING: [&str; 4] = ["sort", "way", "size", "from"];
/// What a page says of a filter that it does not understand; nothing is shown instead here.
const INSTEAD: [&str; 3] = [" All are shown instead.", " Nothing is shown.", " The first counts."];

/// A page of a list.
#[derive(Debug, Serialize)]
struct Listed<T> {
    data: Vec<T>,
    total: Counted,
    /// Where the next page is.
    next: Option<String>,
    /// Where the page before is.
    previous: Option<String>,
}

/// How many rows there are.
#[derive(Debug, Serialize)]
struct Counted {
    /// Rows that pass the filters.
    count: i64,
    /// False: an estimate, because counting them would take too long.
    is_exact: bool,
}

/// A list with what only the database knows to choose from in its filters.
pub(super) struct Asking {
    pub(super) listing: &'static Listing,
    pub(super) asked: Asked,
    pub(super) choices: Choices,
}

impl Asking {
    /// A list that knows all that can be chosen.
    pub(super) fn of(listing: &'static Listing, asked: Asked) -> Self {
        Self { listing, asked, choices: Choices::new() }
    }

    /// With what can be chosen from in a filter.
    pub(super) fn choices(mut self, key: &'static str, choices: Vec<(String, String)>) -> Self {
        self.choices.insert(key, choices);
        self
    }

    /// The page of a list of declared columns: every one of them.
    pub(super) async fn load(self, web: &Web) -> Answer {
        let reading = self.read()?;
        let columns: Vec<Column> = columns(self.listing).collect();
        let columns: Vec<&Column> = columns.iter().collect();
        let from = self.asked.from();
        let turn = self.turn(&reading, from.as_ref());
        let (page, total) = self.listing.rows(&web.pool, &reading.wanted, &columns, turn).await?;
        self.tell(page, total, |row| object(&columns, row))
    }

    /// The page of a list whose rows have a type of their own.
    pub(super) async fn load_own<T, V: Serialize>(self, web: &Web, told: impl Fn(T) -> V) -> Answer
    where
        T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let reading = self.read()?;
        let from = self.asked.from();
        let turn = self.turn(&reading, from.as_ref());
        let (page, total) = self.listing.own_rows(&web.pool, &reading.wanted, turn).await?;
        self.tell(page, total, told)
    }

    fn turn<'a>(&self, reading: &Reading, from: Option<&'a Cursor>) -> Turn<'a> {
        Turn { sort: reading.sort, descending: reading.descending, from, size: self.asked.size() }
    }

    fn tell<T, V: Serialize>(&self, page: Page<T>, total: Total, told: impl Fn(T) -> V) -> Answer {
        let at = format!("/api/v1{}", self.listing.at);
        let turned = |cursor: Option<Cursor>| Paging::turn(&at, &self.asked, cursor);
        let (count, is_exact) = match total {
            Total::Exactly(count) => (count, true),
            Total::About(count) => (count, false),
        };
        let (next, previous) = (turned(page.next), turned(page.previous));
        let data = page.rows.into_iter().map(told).collect();
        Ok(Json(Listed { data, total: Counted { count, is_exact }, next, previous }).into_response())
    }

    /// What is asked, or every parameter that cannot be.
    fn read(&self) -> Result<Reading, Problem> {
        let reading = Reading::of(self.listing, &self.asked, &self.choices);
        let mut faults: Vec<(String, String)> = Vec::new();
        for name in self.asked.names().filter(|name| !self.knows(name)) {
            faults.push((name.to_owned(), paging::unknown()));
        }
        for fault in &reading.faults {
            let text =
                INSTEAD.iter().fold(fault.text.as_str(), |text, instead| text.trim_end_matches(instead));
            faults.push((fault.name.clone(), text.to_owned()));
        }
        faults.extend(self.paging_faults(&reading));
        if faults.is_empty() { Ok(reading) } else { Err(Problem::with(Kind::Parameters, faults)) }
    }

    fn knows(&self, name: &str) -> bool {
        let mut words = self.listing.words().flat_map(|((key, _), test)| test.words(key));
        PAGING.contains(&name) || words.any(|word| word == name)
    }

    fn paging_faults(&self, reading: &Reading) -> Vec<(String, String)> {
        let (asked, given) =
            (&self.asked, |name: &str| Some(self.asked.get(name)).filter(|it| !it.is_empty()));
        let mut faults = Vec::new();
        paging::surplus(asked, &PAGING, &mut faults);
        let mut fault = |name: &str, message: String| faults.push((name.to_owned(), message));
        if let Some(key) = given("sort").filter(|key| self.listing.sort(key).is_none()) {
            fault(
                "sort",
                format!("This list cannot be sorted by “{key}”. Use {}.", one_of(sorts(self.listing))),
            );
        }
        if given("way").is_some_and(|way| way != "up" && way != "down") {
            fault("way", "Use up or down.".to_owned());
        }
        paging::faults(asked, |cursor| reading.sort.takes(cursor), &mut faults);
        faults
    }
}

/// The columns that a row tells, by the words that its filters take.
pub(super) fn columns(listing: &'static Listing) -> impl Iterator<Item = Column> {
    let told = listing.columns.iter().filter(|column| !matches!(column.kind, listing::Kind::Own));
    told.map(|column| column.keyed())
}

/// What a list can be sorted by.
pub(super) fn sorts(listing: &'static Listing) -> impl Iterator<Item = String> {
    listing.columns.iter().filter_map(|column| Some(column.sort?.key.to_owned()))
}

/// The API's name of a column or field.
pub(super) fn name(key: &str) -> String {
    key.replace('-', "_")
}

fn one_of(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

fn object(columns: &[&Column], row: Row) -> Value {
    let cells = columns.iter().zip(&row.fields).map(|(column, field)| (name(column.key), value(&field.cell)));
    let mut object: Map<String, Value> = cells.collect();
    object.insert("id".to_owned(), json!(row.id));
    object.insert("removed".to_owned(), json!(row.gone));
    Value::Object(object)
}

/// A cell as programs read it: amounts as exact texts, times in UTC.
fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Text(text) | Cell::Lines(text) | Cell::Tag(text) | Cell::State(text, _) => json!(text),
        Cell::Many(words) => json!(words),
        Cell::Quantity(n) | Cell::Percent(n) => json!(n.map(|n| n.normalize())),
        Cell::Count(n) => json!(n),
        Cell::Done(n) => json!(n),
        Cell::Money(n, currency) => json!(n.map(|n| json!({"amount": n, "currency": currency}))),
        Cell::Moneys(all) => {
            all.iter().map(|(n, currency)| json!({"amount": n, "currency": currency})).collect()
        }
        Cell::Day(at) | Cell::Ago(at) | Cell::Clock(at) => json!(at.map(time)),
        Cell::Span(seconds) => json!(seconds),
        Cell::YesNo(yes) => json!(yes),
        Cell::Link(name, to) => {
            let id = to.as_ref().and_then(|to| to.rsplit('/').next()?.parse::<i64>().ok());
            json!(id.map(|id| json!({"id": id, "name": name})))
        }
    }
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
