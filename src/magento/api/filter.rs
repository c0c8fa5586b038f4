//! Filters as stores understand them: one operator per field, but for `from` with `to` (F45); times as UTC texts.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::magento::CallError;
use crate::magento::soap::write::Arg;

/// Which ids to list. Only one operator per field counts for a store (F45), so there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdFilter {
    /// Exactly these. Up to 1,500 are known to work.
    In(Vec<i64>),
    /// All greater than this one: how the bridge's lists are paged.
    After(i64),
    /// All less than this one: how subscribers, which come newest first, are paged.
    Before(i64),
    /// From the first to the second, both inclusive.
    Range(i64, i64),
}

impl IdFilter {
    /// Is this one of them?
    #[must_use]
    pub fn holds(&self, id: i64) -> bool {
        match self {
            Self::In(ids) => ids.contains(&id),
            Self::After(after) => id > *after,
            Self::Before(before) => id < *before,
            Self::Range(from, to) => (*from..=*to).contains(&id),
        }
    }

    /// That a list by this filter holds no other ids: to page on through one that does would never end.
    ///
    /// # Errors
    /// [`CallError::IgnoresFilter`].
    pub fn check(&self, ids: impl IntoIterator<Item = i64>) -> Result<(), CallError> {
        let Some(stray) = ids.into_iter().find(|id| !self.holds(*id)) else { return Ok(()) };
        Err(CallError::IgnoresFilter { asked: self.to_string(), sent: stray.to_string() })
    }
}

impl fmt::Display for IdFilter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::In(ids) => write!(out, "{} ids", ids.len()),
            Self::After(id) => write!(out, "ids above {id}"),
            Self::Before(id) => write!(out, "ids below {id}"),
            Self::Range(from, to) => write!(out, "ids {from} to {to}"),
        }
    }
}

/// Two instants, both inclusive, in whole seconds.
pub type Between = (DateTime<Utc>, DateTime<Utc>);

/// The filters of one call, gathered field by field.
#[derive(Default)]
pub(super) struct Filters {
    equal: Vec<(&'static str, String)>,
    conditions: Vec<(&'static str, Operators)>,
}

type Operators = Vec<(&'static str, String)>;

impl Filters {
    /// A field that must have this value.
    pub(super) fn equal(mut self, field: &'static str, value: Option<i64>) -> Self {
        self.equal.extend(value.map(|value| (field, value.to_string())));
        self
    }

    /// A text field that must have this value.
    pub(super) fn equal_text(mut self, field: &'static str, value: Option<&str>) -> Self {
        self.equal.extend(value.map(|value| (field, value.to_owned())));
        self
    }

    /// A time between two instants.
    pub(super) fn between(self, field: &'static str, times: Option<Between>) -> Self {
        self.on(field, times.map(|(from, to)| vec![("from", time(from)), ("to", time(to))]))
    }

    /// An id.
    pub(super) fn ids(self, field: &'static str, ids: Option<&IdFilter>) -> Self {
        self.on(field, ids.map(id_operators))
    }

    /// A field that must have one of these values. No value at all matches no record, as in the store.
    pub(super) fn one_of(self, field: &'static str, values: Option<&[i64]>) -> Self {
        self.on(field, values.map(|values| vec![("in", comma_list(values))]))
    }

    /// The `filters` parameter of SOAP v2 and of the bridge (recordings rpc/014, rpc/021, rpc/128).
    pub(super) fn v2(self) -> Arg {
        let mut members = Vec::new();
        if !self.equal.is_empty() {
            let pairs = self.equal.into_iter().map(|(field, value)| associative(field, value)).collect();
            members.push(("filter", Arg::Array("associativeArray", "associativeEntity", pairs)));
        }
        let complex = self.conditions.into_iter().flat_map(|(field, operators)| {
            operators.into_iter().map(move |(operator, operand)| {
                key_and_value("complexFilter", field, associative(operator, operand))
            })
        });
        let complex: Vec<Arg> = complex.collect();
        if !complex.is_empty() {
            members.push(("complex_filter", Arg::Array("complexFilterArray", "complexFilter", complex)));
        }
        Arg::Struct("filters", members)
    }

    /// The first argument of SOAP v1 lists (recording v1/006).
    pub(super) fn v1(self) -> Arg {
        let equal = self.equal.into_iter().map(|(field, value)| (field.to_owned(), Arg::Text(value)));
        let conditions = self.conditions.into_iter().map(|(field, operators)| {
            let operators =
                operators.into_iter().map(|(name, operand)| (name.to_owned(), Arg::Text(operand)));
            (field.to_owned(), Arg::Map(operators.collect()))
        });
        Arg::Map(equal.chain(conditions).collect())
    }

    fn on(mut self, field: &'static str, operators: Option<Operators>) -> Self {
        self.conditions.extend(operators.map(|operators| (field, operators)));
        self
    }
}

/// The first records of what a filter matches, for the bridge's lists. Going on is always by id
/// ([`IdFilter::After`]) and never by a page's number: over a set that moves, a number skips records.
pub(super) fn first_page(size: u32) -> Arg {
    Arg::Struct(
        "pager",
        vec![("page", Arg::Text("1".to_owned())), ("pageSize", Arg::Text(size.max(1).to_string()))],
    )
}

fn id_operators(ids: &IdFilter) -> Operators {
    match ids {
        IdFilter::In(ids) => vec![("in", comma_list(ids))],
        IdFilter::After(id) => vec![("gt", id.to_string())],
        IdFilter::Before(id) => vec![("lt", id.to_string())],
        IdFilter::Range(from, to) => vec![("from", from.to_string()), ("to", to.to_string())],
    }
}

fn comma_list(values: &[i64]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

fn time(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d %H:%M:%S").to_string()
}

fn associative(key: &str, value: String) -> Arg {
    key_and_value("associativeEntity", key, Arg::Text(value))
}

fn key_and_value(kind: &'static str, key: &str, value: Arg) -> Arg {
    Arg::Struct(kind, vec![("key", Arg::Text(key.to_owned())), ("value", value)])
}
