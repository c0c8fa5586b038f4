//! The conditions that filters make.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use sqlx::{Postgres, QueryBuilder};

use super::test::RECENT;
use super::{Choice, How, Index, Listing, Test, Wanted};
use crate::base::range::Range;

/// Shorter texts have no trigrams and no pieces: an index of them is of no use.
const SHORTEST: usize = 3;
/// How long the pieces are that are indexed.
const PIECES: [usize; 2] = [3, 5];

impl Listing {
    /// Adds `and …` for everything that is wanted. What cannot be understood lets nothing through; pages refuse it before.
    pub(super) fn narrow(&self, query: &mut QueryBuilder<Postgres>, wanted: &Wanted) {
        if wanted.is_nothing() {
            query.push(" and false");
        }
        for ((key, _), test) in self.words() {
            if test.words(key).iter().any(|word| !wanted.all(word).is_empty()) {
                query.push(" and (");
                test.ask(query, key, wanted);
                query.push(")");
            }
        }
    }
}

impl Test {
    fn ask(self, query: &mut QueryBuilder<Postgres>, key: &str, wanted: &Wanted) {
        let value = wanted.get(key);
        match self {
            Self::Text { what, within, index } => {
                around(query, within, |query| text(query, (what, index), How::of(key, wanted), value));
            }
            Self::Few { what, values } => {
                query.push(format!("{what} = any(array(select f.value from ({values}) f(value) where "));
                text(query, ("f.value", Index::Nothing), How::of(key, wanted), value);
                query.push("))");
            }
            Self::Amount { what, within } => {
                around(query, within, |query| amount(query, what, How::of(key, wanted), value));
            }
            Self::Is { what, within } => around(query, within, |query| {
                let numbers: Vec<i64> = wanted.all(key).iter().filter_map(|n| n.parse().ok()).collect();
                match numbers.as_slice() {
                    // of one alone an index has the rows in order
                    [number] => query.push(format!("{what} = ")).push_bind(*number),
                    _ => query.push(format!("{what} = any(")).push_bind(numbers).push(")"),
                };
            }),
            Self::Word(what) => {
                query.push(format!("{what} = any(")).push_bind(wanted.all(key).to_vec()).push(")");
            }
            Self::Words(what) => {
                query.push(format!("{what} @@ search_query(")).push_bind(value.to_owned()).push(")");
            }
            Self::Since(what) => since(query, what, value),
            Self::Until(what) => until(query, what, value),
            Self::Time(what) => time(query, what, key, wanted),
            Self::TimeWithin { what, within } => {
                around(query, within, |query| time(query, what, key, wanted));
            }
            Self::OneOf(choices) => one_of(query, choices, wanted.all(key)),
            Self::Country => country(query, value),
        }
    }
}

fn text(query: &mut QueryBuilder<Postgres>, (what, index): (&str, Index), how: How, value: &str) {
    let length = value.chars().count();
    match index {
        _ if length < SHORTEST || matches!(how, How::Empty | How::Filled) => {}
        Index::Nothing => {}
        Index::Trigrams(all) => {
            query.push(format!("{all} ilike ")).push_bind(format!("%{}%", literal(value))).push(" and ");
        }
        Index::Pieces => {
            let [short, long] = PIECES;
            let size = if length < long { short } else { long };
            query.push(format!("(text_pieces({what}, '{{{short},{long}}}') collate \"C\") @> text_pieces("));
            query.push_bind(value.to_owned()).push(format!(", '{{{size}}}')"));
            // a piece says it all, and the planner knows how many have it
            if how == How::Contains && length == size {
                return;
            }
            query.push(" and ");
        }
    }
    match how {
        How::Contains => query.push(format!("{what} ilike ")).push_bind(format!("%{}%", literal(value))),
        How::Starts => query.push(format!("{what} ilike ")).push_bind(format!("{}%", literal(value))),
        How::Equals => query.push(format!("{what} ilike ")).push_bind(literal(value)),
        How::Empty => query.push(format!("coalesce({what}, '') = ''")),
        How::Filled => query.push(format!("coalesce({what}, '') <> ''")),
    };
}

fn amount(query: &mut QueryBuilder<Postgres>, what: &str, how: How, value: &str) {
    match (how, Range::parse(value)) {
        (How::Empty, _) => drop(query.push(format!("{what} is null"))),
        (How::Filled, _) => drop(query.push(format!("{what} is not null"))),
        (_, Some(range)) => range.ask(query, what),
        (_, None) => drop(query.push("false")),
    }
}

fn time(query: &mut QueryBuilder<Postgres>, what: &str, key: &str, wanted: &Wanted) {
    query.push("true");
    let (preset, from, to) = (wanted.get(key), wanted.get(&Test::from(key)), wanted.get(&Test::to(key)));
    match (preset, RECENT.iter().find(|(known, ..)| *known == preset)) {
        ("", _) => {}
        ("empty", _) => drop(query.push(format!(" and {what} is null"))),
        ("filled", _) => drop(query.push(format!(" and {what} is not null"))),
        (_, Some((_, _, span))) => drop(query.push(format!(" and {what} >= now() - interval '{span}'"))),
        (_, None) => drop(query.push(" and false")),
    }
    if !from.is_empty() {
        query.push(" and ");
        since(query, what, from);
    }
    if !to.is_empty() {
        query.push(" and ");
        until(query, what, to);
    }
}

fn since(query: &mut QueryBuilder<Postgres>, what: &str, day: &str) {
    query.push(format!("{what} >= ")).push_bind(midnight(day, Days::new(0)));
}

fn until(query: &mut QueryBuilder<Postgres>, what: &str, day: &str) {
    query.push(format!("{what} < ")).push_bind(midnight(day, Days::new(1)));
}

/// One choice stands alone: the planner sees through it, as it does not through an "or".
fn one_of(query: &mut QueryBuilder<Postgres>, choices: &[Choice], values: &[String]) {
    let is_chosen = |Choice(key, ..): &&Choice| values.iter().any(|value| value == key);
    let conditions: Vec<&str> = choices.iter().filter(is_chosen).map(|choice| choice.2).collect();
    match conditions.as_slice() {
        [] => query.push("false"),
        [condition] => query.push(condition),
        several => query.push(format!("({})", several.join(") or ("))),
    };
}

/// By the countries' names first: they are few, their codes mean the same in every channel, and an index has them.
fn country(query: &mut QueryBuilder<Postgres>, value: &str) {
    query.push("k.billing_country = any(array(select ").push_bind(value.to_uppercase());
    query.push(" union select ").push_bind(value.to_owned());
    query.push(" union select n.country_id from countries n where n.name ilike ");
    query.push_bind(format!("%{}%", literal(value))).push("))");
}

fn around(
    query: &mut QueryBuilder<Postgres>,
    within: &str,
    comparison: impl FnOnce(&mut QueryBuilder<Postgres>),
) {
    let (before, after) = within.split_once("{}").unwrap_or(("", ""));
    query.push(before);
    comparison(query);
    query.push(after);
}

/// A pattern that means the text itself, whatever is in it.
fn literal(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// The beginning of a day, so many days later; `None`, which compares with nothing, for what is no day.
fn midnight(day: &str, later: Days) -> Option<DateTime<Utc>> {
    let day = day.parse::<NaiveDate>().ok()?.checked_add_days(later)?;
    Some(day.and_time(NaiveTime::MIN).and_utc())
}
