//! The filters of a list, with Magento's oddities.
//!
//! Owns: reading v2 filters (`filter`, `complex_filter`) and v1 maps into one form, and testing a customer against it.
//! The oddities are the real store's: a simple filter beats a complex one on the same field; `from` and `to` together
//! are a range; of several other operators on one field only the first known one counts; an unknown operator and a
//! date that is none are no limit; an unknown field is fault 101. Refuses: to find rows ([`super::shop`]).

use super::clock;
use super::fault::Refusal;
use super::records::Customer;
use super::request::Element;

const OPERATORS: &[&str] = &[
    "eq", "neq", "like", "nlike", "in", "nin", "is", "notnull", "null", "gt", "lt", "gteq", "lteq", "finset",
    "regexp", "seq", "sneq",
];

/// The columns that have an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Id,
    UpdatedAt,
}

/// What a list is asked for; all conditions must hold.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
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

/// A column's value in the form it compares in.
enum Cell<'a> {
    Null,
    Number(i64),
    Time(i64),
    Text(&'a str),
}

impl Filter {
    /// Reads the `filters` of a v2 call, or the map of a v1 call.
    pub(super) fn read(filters: Option<&Element>) -> Result<Self, Refusal> {
        let mut given: Vec<(String, Vec<(String, String)>)> = Vec::new();
        let Some(filters) = filters else {
            return Ok(Self::default());
        };
        if filters.child("filter").is_some() || filters.child("complex_filter").is_some() {
            read_v2(filters, &mut given);
        } else {
            read_map(filters, &mut given);
        }
        let mut conditions = Vec::new();
        for (field, operators) in given {
            if cell(&Customer::default(), &field).is_none() {
                return Err(Refusal::new("101", format!("Invalid attribute name: {field}")));
            }
            conditions.extend(test(&operators).map(|test| Condition { field, test }));
        }
        Ok(Self { conditions })
    }

    pub(super) fn lets_through(&self, customer: &Customer) -> bool {
        self.conditions
            .iter()
            .all(|condition| cell(customer, &condition.field).is_some_and(|cell| condition.test.holds(&cell)))
    }

    pub(super) fn reads_only(&self, fields: &[&str]) -> bool {
        self.conditions.iter().all(|condition| fields.contains(&condition.field.as_str()))
    }

    /// The ids of an `eq` or `in` on the id, sorted.
    pub(super) fn ids(&self) -> Option<Vec<u32>> {
        let mut ids: Vec<u32> = match self.on(Column::Id)? {
            Test::Operator("eq", value) => value.trim().parse().into_iter().collect(),
            Test::Operator("in", value) => value.split(',').filter_map(|id| id.trim().parse().ok()).collect(),
            _ => return None,
        };
        ids.sort_unstable();
        ids.dedup();
        Some(ids)
    }

    /// The value a text field must have.
    pub(super) fn equals(&self, field: &str) -> Option<&str> {
        let condition = self.conditions.iter().find(|condition| condition.field == field)?;
        match &condition.test {
            Test::Operator("eq", value) => Some(value),
            _ => None,
        }
    }

    /// Inclusive bounds that contain everything the filter lets through; wider than the filter where `gt` or `lt` is.
    pub(super) fn bounds(&self, column: Column) -> Option<(i64, i64)> {
        let value = |text: &str| match column {
            Column::Id => Some(number(text)),
            Column::UpdatedAt => clock::parse(text),
        };
        let (from, to) = match self.on(column)? {
            Test::Range { from, to } => (from.as_deref().and_then(value), to.as_deref().and_then(value)),
            Test::Operator("gt" | "gteq", text) => (value(text), None),
            Test::Operator("lt" | "lteq", text) => (None, value(text)),
            Test::Operator("eq", text) => (value(text), value(text)),
            Test::Operator(..) => return None,
        };
        Some((from.unwrap_or(0), to.unwrap_or(i64::MAX)))
    }

    fn on(&self, column: Column) -> Option<&Test> {
        let names: &[&str] = match column {
            Column::Id => &["customer_id", "entity_id"],
            Column::UpdatedAt => &["updated_at"],
        };
        let found = self.conditions.iter().find(|condition| names.contains(&condition.field.as_str()));
        found.map(|condition| &condition.test)
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

/// The value of a field as the API names it; `None` where the customer has no such attribute.
fn cell<'a>(customer: &'a Customer, field: &str) -> Option<Cell<'a>> {
    fn optional(text: Option<&super::records::Text>) -> Cell<'_> {
        text.map_or(Cell::Null, |text| Cell::Text(text))
    }
    fn id(id: Option<u32>) -> Cell<'static> {
        id.map_or(Cell::Null, |id| Cell::Number(id.into()))
    }
    Some(match field {
        "customer_id" | "entity_id" => Cell::Number(customer.id.into()),
        "created_at" => Cell::Time(customer.created_at),
        "updated_at" => Cell::Time(customer.updated_at),
        "website_id" => Cell::Number(customer.website_id.into()),
        "store_id" => Cell::Number(customer.store_id.into()),
        "group_id" => Cell::Number(customer.group_id.into()),
        "email" => Cell::Text(&customer.email),
        "firstname" => optional(customer.firstname.as_ref()),
        "middlename" => optional(customer.middlename.as_ref()),
        "lastname" => optional(customer.lastname.as_ref()),
        "prefix" => optional(customer.prefix.as_ref()),
        "suffix" => optional(customer.suffix.as_ref()),
        "dob" => optional(customer.dob.as_ref()),
        "taxvat" => optional(customer.taxvat.as_ref()),
        "password_hash" => optional(customer.password_hash.as_ref()),
        "gender" => id(customer.gender),
        "default_billing" => id(customer.default_billing),
        "default_shipping" => id(customer.default_shipping),
        "is_active" => Cell::Number(1),
        "increment_id" | "confirmation" | "created_in" | "rp_token" => Cell::Null,
        _ => return None,
    })
}

impl Test {
    fn holds(&self, cell: &Cell<'_>) -> bool {
        match self {
            Self::Range { from, to } => {
                from.as_deref().is_none_or(|from| cell.compare(from).is_some_and(std::cmp::Ordering::is_ge))
                    && to.as_deref().is_none_or(|to| cell.compare(to).is_some_and(std::cmp::Ordering::is_le))
            }
            Self::Operator(operator, value) => cell.passes(operator, value),
        }
    }
}

impl Cell<'_> {
    /// `None` for NULL, which no comparison lets through; a date that is none equals everything.
    fn compare(&self, value: &str) -> Option<std::cmp::Ordering> {
        match self {
            Self::Null => None,
            Self::Number(own) => Some(own.cmp(&number(value))),
            Self::Time(own) => {
                Some(clock::parse(value).map_or(std::cmp::Ordering::Equal, |value| own.cmp(&value)))
            }
            Self::Text(own) => Some(own.to_lowercase().cmp(&value.to_lowercase())),
        }
    }

    fn passes(&self, operator: &str, value: &str) -> bool {
        use std::cmp::Ordering;
        let order = self.compare(value);
        let among = |list: &str| {
            list.split(',').any(|one| !list.is_empty() && self.compare(one.trim()) == Some(Ordering::Equal))
        };
        match operator {
            "eq" | "seq" => order == Some(Ordering::Equal),
            "neq" | "sneq" => order.is_some_and(Ordering::is_ne),
            "gt" => order.is_some_and(Ordering::is_gt),
            "gteq" => order.is_some_and(Ordering::is_ge),
            "lt" => order.is_some_and(Ordering::is_lt),
            "lteq" => order.is_some_and(Ordering::is_le),
            "in" | "finset" => among(value),
            "nin" => order.is_some() && !among(value),
            "like" => like(&self.text(), &value.to_lowercase()),
            "nlike" => order.is_some() && !like(&self.text(), &value.to_lowercase()),
            "regexp" => self.text().contains(value.trim_matches(['^', '$']).to_lowercase().as_str()),
            "notnull" => order.is_some(),
            // An attribute without a value has no row to be null (recorded as 907).
            _ => false,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Number(number) => number.to_string(),
            Self::Time(seconds) => clock::utc(*seconds),
            Self::Text(text) => text.to_lowercase(),
        }
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

/// As MySQL reads a number: the digits in front, or 0.
fn number(text: &str) -> i64 {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(text.len());
    text[..digits].parse().unwrap_or(0)
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
