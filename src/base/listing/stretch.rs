//! Stretches of a list in its order: where a page begins, and where the rows without a value stand.

use chrono::{DateTime, Datelike, Utc};
use rust_decimal::Decimal;
use sqlx::{Postgres, QueryBuilder};

use super::{Listing, Sort, SortKind};
use crate::base::keyset::{Cursor, Way};

/// A stretch of the list in its order. Nulls come last whichever way it goes.
pub(super) enum Part<'a> {
    All,
    Beyond(&'a str, i64),
    /// Beyond a row whose value is too long for a link: how it begins.
    BeyondRow(&'a str, i64),
    Nulls(Option<i64>),
    Filled,
}

impl Part<'_> {
    /// Adds the condition that a row is in it.
    pub(super) fn push(&self, query: &mut QueryBuilder<Postgres>, listing: &Listing, sort: Sort, up: bool) {
        let (id, by, beyond) = (listing.id, sort.by, if up { ">" } else { "<" });
        match self {
            Part::All => {}
            Part::Beyond(value, last) => {
                query.push(format!(" and ({by}, {id}) {beyond} ("));
                match sort.kind {
                    SortKind::Text => query.push_bind((*value).to_owned()),
                    SortKind::Time => query.push_bind(moment(value)),
                    SortKind::Number => query.push_bind(value.parse::<Decimal>().ok()),
                };
                query.push(", ").push_bind(*last).push(")");
            }
            Part::BeyondRow(begins, last) => {
                // where the row is gone meanwhile, or has another value, some of those before it come once more, and none is lost
                query.push(format!(
                    " and ({by}, {id}) {beyond} (coalesce((select {by} from {} k where {id} = ",
                    listing.table
                ));
                query
                    .push_bind(*last)
                    .push(format!(" and starts_with({by}, "))
                    .push_bind((*begins).to_owned());
                query.push(")), ").push_bind((*begins).to_owned()).push("), ").push_bind(*last).push(")");
            }
            Part::Nulls(None) => {
                query.push(format!(" and {by} is null"));
            }
            Part::Nulls(Some(last)) => {
                query.push(format!(" and {by} is null and {id} {beyond} ")).push_bind(*last);
            }
            Part::Filled => {
                query.push(format!(" and {by} is not null"));
            }
        }
    }
}

/// What is read, one after the other, until the page is full.
pub(super) fn parts(kind: SortKind, from: Option<&Cursor>) -> Vec<Part<'_>> {
    let never_null = kind == SortKind::Text;
    match from.map(|cursor| (&cursor.value, cursor.id, cursor.way)) {
        None if never_null => vec![Part::All],
        None => vec![Part::Filled, Part::Nulls(None)],
        Some((Some(value), id, _)) if from.is_some_and(|cursor| cursor.is_cut) => {
            vec![Part::BeyondRow(value, id)]
        }
        Some((Some(value), id, Way::After)) if !never_null => {
            vec![Part::Beyond(value, id), Part::Nulls(None)]
        }
        Some((Some(value), id, _)) => vec![Part::Beyond(value, id)],
        Some((None, id, Way::After)) => vec![Part::Nulls(Some(id))],
        Some((None, id, Way::Before)) => vec![Part::Nulls(Some(id)), Part::Filled],
    }
}

impl Sort {
    /// Can a page in this order start there?
    #[must_use]
    pub fn takes(self, cursor: &Cursor) -> bool {
        fits(self.kind, cursor)
    }
}

/// Can a page that is sorted by such values start there?
pub(super) fn fits(kind: SortKind, cursor: &Cursor) -> bool {
    match (&cursor.value, kind) {
        (None, kind) => kind != SortKind::Text,
        (Some(_), SortKind::Text) => true,
        _ if cursor.is_cut => false,
        (Some(value), SortKind::Time) => moment(value).is_some(),
        (Some(value), SortKind::Number) => value.parse::<Decimal>().is_ok(),
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
    use super::{Part, SortKind, parts};
    use crate::base::keyset::{Cursor, Way};

    #[test]
    fn nulls_come_last_whichever_way_one_turns() {
        let words = |from: Option<(Way, Option<&str>)>| {
            let from = from.map(|(way, value)| Cursor::new(way, value.map(str::to_owned), 7));
            let word = |part: &Part<'_>| match part {
                Part::All => "all",
                Part::Beyond(..) => "beyond",
                Part::BeyondRow(..) => "beyond the row",
                Part::Nulls(None) => "nulls",
                Part::Nulls(Some(_)) => "nulls beyond",
                Part::Filled => "filled",
            };
            parts(SortKind::Time, from.as_ref()).iter().map(word).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(words(None), "filled, nulls");
        assert_eq!(words(Some((Way::After, Some("2020")))), "beyond, nulls");
        assert_eq!(words(Some((Way::Before, Some("2020")))), "beyond");
        assert_eq!(words(Some((Way::After, None))), "nulls beyond");
        assert_eq!(words(Some((Way::Before, None))), "nulls beyond, filled");
    }
}
