//! What a list can be narrowed down by, and the condition that this makes.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use sqlx::{Postgres, QueryBuilder};

use super::super::range::Range;

/// What a filter asks of a row. Where a condition has a `{}`, the comparison stands there.
#[derive(Debug, Clone, Copy)]
pub enum Test {
    /// The expression holds the text, in any case.
    Contains(&'static str, &'static str),
    /// The expression, a `search_words(…)`, has all of the words, or words that begin so.
    Words(&'static str),
    /// The expression, a number, is within [`Range`].
    Amount(&'static str, &'static str),
    /// The expression is this number.
    Is(&'static str, &'static str),
    /// The expression is this word.
    Word(&'static str),
    /// The expression, a time, is on this day or after it (UTC).
    Since(&'static str),
    /// The expression, a time, is on this day or before it (UTC).
    Until(&'static str),
    /// One of several words, each a condition.
    OneOf(&'static [(&'static str, &'static str)]),
    /// `k.billing_country` is this code, or its name in `k.channel_id` holds the text.
    Country,
}

impl Test {
    /// How long ago a record was made in its store, `k.remote_created_at`.
    pub const CREATED: Self = Self::OneOf(&[
        ("day", "k.remote_created_at >= now() - interval '1 day'"),
        ("week", "k.remote_created_at >= now() - interval '7 days'"),
        ("month", "k.remote_created_at >= now() - interval '30 days'"),
        ("quarter", "k.remote_created_at >= now() - interval '90 days'"),
        ("year", "k.remote_created_at >= now() - interval '365 days'"),
    ]);
    /// `k.is_guest`.
    pub const GUEST: Self = Self::OneOf(&[("yes", "k.is_guest"), ("no", "not k.is_guest")]);

    /// `k.customer_id` is one of an account's customers: few, and found before anything else.
    pub const OF_ACCOUNT: Self =
        Self::Is("a.account_id", "k.customer_id = any(array(select a.id from customers a where {}))");

    /// The expression holds the text.
    #[must_use]
    pub const fn contains(what: &'static str) -> Self {
        Self::Contains(what, "{}")
    }

    /// The expression is this number.
    #[must_use]
    pub const fn is(what: &'static str) -> Self {
        Self::Is(what, "{}")
    }

    /// The expression is within the range.
    #[must_use]
    pub const fn amount(what: &'static str) -> Self {
        Self::Amount(what, "{}")
    }
}

impl Test {
    /// Adds the condition. What cannot be understood lets nothing through; forms refuse it before.
    pub(super) fn ask(self, query: &mut QueryBuilder<Postgres>, value: &str) {
        match self {
            Self::Contains(what, within) => around(query, within, |query| {
                query.push(format!("{what} ilike ")).push_bind(containing(value));
            }),
            Self::Words(what) => {
                query.push(format!("{what} @@ search_query(")).push_bind(value.to_owned()).push(")");
            }
            Self::Amount(what, within) => around(query, within, |query| match Range::parse(value) {
                Some(range) => range.ask(query, what),
                None => drop(query.push("false")),
            }),
            Self::Is(what, within) => around(query, within, |query| {
                query.push(format!("{what} = ")).push_bind(value.parse::<i64>().ok());
            }),
            Self::Word(what) => {
                query.push(format!("{what} = ")).push_bind(value.to_owned());
            }
            Self::Since(what) => {
                query.push(format!("{what} >= ")).push_bind(midnight(value, Days::new(0)));
            }
            Self::Until(what) => {
                query.push(format!("{what} < ")).push_bind(midnight(value, Days::new(1)));
            }
            Self::OneOf(words) => {
                let condition = words.iter().find(|(word, _)| *word == value).map(|(_, condition)| condition);
                query.push(format!("({})", condition.unwrap_or(&"false")));
            }
            Self::Country => {
                query.push("(lower(k.billing_country) = lower(").push_bind(value.to_owned()).push(
                    ") or exists (select 1 from countries n where n.channel_id = k.channel_id
                        and n.country_id = k.billing_country and n.name ilike ",
                );
                query.push_bind(containing(value)).push("))");
            }
        }
    }
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

/// A pattern that finds the text anywhere, whatever is in it.
fn containing(text: &str) -> String {
    let literal = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{literal}%")
}

/// The beginning of a day, so many days later; `None`, which compares with nothing, for what is no day.
fn midnight(day: &str, later: Days) -> Option<DateTime<Utc>> {
    let day = day.parse::<NaiveDate>().ok()?.checked_add_days(later)?;
    Some(day.and_time(NaiveTime::MIN).and_utc())
}
