//! The filters of a list, with Magento's oddities.
//!
//! Owns: reading v2 filters (`filter`, `complex_filter`) and v1 maps into one form, and testing a record against it.
//! The oddities are the real store's: a simple filter beats a complex one on the same field; `from` and `to` together
//! are a range; of several other operators on one field only the first known one counts; an unknown operator and a
//! date that is none are no limit. What an unknown field does, each noun says itself ([`Keys`]). Refuses: to find rows
//! ([`super::shop`], [`super::table`]).

use std::cmp::Ordering;
use std::ops::RangeInclusive;

use super::clock;
use super::fault::Refusal;
use super::request::Element;
use super::value::{Value, number};

const OPERATORS: &[&str] = &[
    "eq", "neq", "like", "nlike", "in", "nin", "is", "notnull", "null", "gt", "lt", "gteq", "lteq", "finset",
    "regexp", "seq", "sneq",
];

/// How a table is filtered.
#[derive(Debug)]
pub(super) struct Keys {
    /// The names its id goes by.
    pub(super) id: &'static [&'static str],
    /// The column of its last change.
    pub(super) stamp: &'static str,
    /// Attributes live in tables of their own: one without a value has no row to be null (recorded as 907).
    pub(super) attributes: bool,
    /// Whether there is such a field.
    pub(super) knows: fn(&str) -> bool,
    /// What happens where there is none.
    pub(super) unknown: fn(&str) -> Refusal,
}

/// What a list is asked for; all conditions must hold.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    keys: &'static Keys,
    conditions: Vec<Condition>,
}

#[derive(Debug, Clone)]
struct Condition {
    field: String,
    test: Test,
}

#[derive(Debug, Clone)]
enum Test {
    Range { from: Option<String>, to: Option<String> },
    Operator(&'static str, String),
}

impl Filter {
    /// Lets everything through.
    pub(super) fn none(keys: &'static Keys) -> Self {
        Self { keys, conditions: Vec::new() }
    }

    /// Reads the `filters` of a v2 call, or the map of a v1 call.
    pub(super) fn read(filters: Option<&Element>, keys: &'static Keys) -> Result<Self, Refusal> {
        let mut given: Vec<(String, Vec<(String, String)>)> = Vec::new();
        let Some(filters) = filters else {
            return Ok(Self::none(keys));
        };
        if filters.child("filter").is_some() || filters.child("complex_filter").is_some() {
            read_v2(filters, &mut given);
        } else {
            read_map(filters, &mut given);
        }
        let mut conditions = Vec::new();
        for (field, operators) in given {
            if !(keys.knows)(&field) {
                return Err((keys.unknown)(&field));
            }
            conditions.extend(test(&operators).map(|test| Condition { field, test }));
        }
        Ok(Self { keys, conditions })
    }

    /// Tests a record, given a way to read its fields.
    pub(super) fn lets_through<'a>(&self, field: impl Fn(&str) -> Option<Value<'a>>) -> bool {
        self.conditions.iter().all(|condition| {
            field(&condition.field).is_some_and(|value| condition.test.holds(&value, self.keys.attributes))
        })
    }

    /// Whether id and stamp are all it needs to know.
    pub(super) fn reads_only_keys(&self) -> bool {
        self.conditions.iter().all(|condition| self.is_id(condition) || condition.field == self.keys.stamp)
    }

    /// Tests a record by id and stamp, where these are all it needs.
    pub(super) fn lets_through_keys(&self, id: u32, stamp: Option<i64>) -> bool {
        let stamp = || stamp.map_or(Value::Null, Value::Time);
        self.lets_through(|field| Some(if field == self.keys.stamp { stamp() } else { id.into() }))
    }

    /// The ids of an `eq` or `in` on the id, sorted.
    pub(super) fn ids(&self) -> Option<Vec<u32>> {
        let condition = self.conditions.iter().find(|condition| self.is_id(condition))?;
        let mut ids: Vec<u32> = condition.test.listed()?.filter_map(|id| id.parse().ok()).collect();
        ids.sort_unstable();
        ids.dedup();
        Some(ids)
    }

    /// The values a field may have, from an `eq` or `in`.
    pub(super) fn listed(&self, field: &str) -> Option<Vec<&str>> {
        let condition = self.conditions.iter().find(|condition| condition.field == field)?;
        Some(condition.test.listed()?.collect())
    }

    /// A range of ids that contains all the filter lets through; wider where `gt` or `lt` is, and never beyond `last`.
    pub(super) fn id_range(&self, last: u32) -> RangeInclusive<u32> {
        let condition = self.conditions.iter().find(|condition| self.is_id(condition));
        let bounds = condition.and_then(|condition| condition.test.bounds(|text| Some(number(text))));
        let (from, to) = bounds.unwrap_or((0, i64::MAX));
        let clamp = |id: i64| u32::try_from(id.clamp(0, last.into())).unwrap_or(0);
        clamp(from)..=clamp(to)
    }

    /// Inclusive bounds of the last change that contain all the filter lets through.
    pub(super) fn stamp_bounds(&self) -> Option<(i64, i64)> {
        let condition = self.conditions.iter().find(|condition| condition.field == self.keys.stamp)?;
        condition.test.bounds(clock::parse)
    }

    fn is_id(&self, condition: &Condition) -> bool {
        self.keys.id.contains(&condition.field.as_str())
    }
}

fn read_v2(filters: &Element, given: &mut Vec<(String, Vec<(String, String)>)>) {
    for entry in filters.child("filter").into_iter().flat_map(|filter| &filter.children) {
        let (field, value) = (entry.text_of("key"), entry.text_of("value"));
        given.retain(|(known, _)| *known != field);
        given.push((field, vec![("eq".into(), value)]));
    }
    let simple: Vec<String> = given.iter().map(|(field, _)| field.clone()).collect();
    for entry in filters.child("complex_filter").into_iter().flat_map(|filter| &filter.children) {
        let field = entry.text_of("key");
        let Some(value) = entry.child("value").filter(|_| !simple.contains(&field)) else {
            continue;
        };
        let operator = (value.text_of("key"), value.text_of("value"));
        match given.iter_mut().find(|(known, _)| *known == field) {
            Some((_, operators)) => operators.push(operator),
            None => given.push((field, vec![operator])),
        }
    }
}

fn read_map(filters: &Element, given: &mut Vec<(String, Vec<(String, String)>)>) {
    for entry in &filters.children {
        let operators = if entry.children.is_empty() {
            vec![("eq".to_owned(), entry.text.clone())]
        } else {
            entry.children.iter().map(|operator| (operator.name.clone(), operator.text.clone())).collect()
        };
        given.push((entry.name.clone(), operators));
    }
}

/// `from`/`to` beat all others; of those the first known one counts, and nothing known is no condition.
fn test(operators: &[(String, String)]) -> Option<Test> {
    let first =
        |name: &str| operators.iter().find(|operator| operator.0 == name).map(|operator| operator.1.clone());
    let (from, to) = (first("from"), first("to"));
    if from.is_some() || to.is_some() {
        return Some(Test::Range { from, to });
    }
    operators.iter().find_map(|(name, value)| {
        let known = OPERATORS.iter().find(|known| *known == name)?;
        Some(Test::Operator(known, value.clone()))
    })
}

impl Test {
    fn holds(&self, value: &Value<'_>, attributes: bool) -> bool {
        match self {
            Self::Range { from, to } => {
                from.as_deref().is_none_or(|from| value.compare(from).is_some_and(Ordering::is_ge))
                    && to.as_deref().is_none_or(|to| value.compare(to).is_some_and(Ordering::is_le))
            }
            Self::Operator("null", _) => !attributes && *value == Value::Null,
            Self::Operator(operator, operand) => passes(value, operator, operand),
        }
    }

    fn listed(&self) -> Option<impl Iterator<Item = &str>> {
        let all = match self {
            Self::Operator("eq" | "in", value) => value.split(','),
            _ => return None,
        };
        Some(all.map(str::trim))
    }

    fn bounds(&self, value: impl Fn(&str) -> Option<i64>) -> Option<(i64, i64)> {
        let (from, to) = match self {
            Self::Range { from, to } => (from.as_deref().and_then(&value), to.as_deref().and_then(&value)),
            Self::Operator("gt" | "gteq", text) => (value(text), None),
            Self::Operator("lt" | "lteq", text) => (None, value(text)),
            Self::Operator("eq", text) => (value(text), value(text)),
            Self::Operator(..) => return None,
        };
        Some((from.unwrap_or(0), to.unwrap_or(i64::MAX)))
    }
}

fn passes(value: &Value<'_>, operator: &str, operand: &str) -> bool {
    let order = value.compare(operand);
    let among = |list: &str| {
        list.split(',').any(|one| !list.is_empty() && value.compare(one.trim()) == Some(Ordering::Equal))
    };
    match operator {
        "eq" | "seq" => order == Some(Ordering::Equal),
        "neq" | "sneq" => order.is_some_and(Ordering::is_ne),
        "gt" => order.is_some_and(Ordering::is_gt),
        "gteq" => order.is_some_and(Ordering::is_ge),
        "lt" => order.is_some_and(Ordering::is_lt),
        "lteq" => order.is_some_and(Ordering::is_le),
        "in" | "finset" => among(operand),
        "nin" => order.is_some() && !among(operand),
        "like" => like(&value.text(), &operand.to_lowercase()),
        "nlike" => order.is_some() && !like(&value.text(), &operand.to_lowercase()),
        "regexp" => value.text().contains(operand.trim_matches(['^', '$']).to_lowercase().as_str()),
        "notnull" => order.is_some(),
        _ => false,
    }
}

/// SQL's LIKE with `%` alone; both sides in lower case.
fn like(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('%');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        let Some(found) = rest.find(part) else {
            return false;
        };
        rest = &rest[found + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::like;

    #[test]
    fn like_is_mysqls() {
        for (text, pattern, expected) in [
            ("customer12@example.com", "customer1%", true),
            ("customer12@example.com", "%@example.com", true),
            ("customer12@example.com", "%1%example%", true),
            ("customer12@example.com", "customer", false),
            ("abc", "%", true),
        ] {
            assert_eq!(like(text, pattern), expected, "{text} like {pattern}");
        }
    }
}
