//! What one row holds before it is typed, and the three kinds of "nothing" (F38).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The content of an element.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `xsi:nil="true"`, or `<x/>` without a type.
    Nil,
    /// Text; `"\n"` alone has become the empty text (recording rpc/901).
    Text(String),
    /// An array.
    List(Vec<Value>),
    /// A struct, or a SOAP v1 map.
    Row(Row),
}

/// The members of a struct in the order of the wire. Secrets (`password_hash`,
/// `rp_token`, card numbers) are not among them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row(pub(crate) Vec<(Arc<str>, Value)>);

/// A field of a record as a call returned it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field<T> {
    /// The call never returns this field: it says nothing, and overwrites nothing.
    #[default]
    Missing,
    /// The store has no value.
    Nil,
    /// The store's value.
    Is(T),
}

impl<T> Field<T> {
    /// The value, if there is one.
    pub fn as_ref(&self) -> Field<&T> {
        match self {
            Self::Missing => Field::Missing,
            Self::Nil => Field::Nil,
            Self::Is(value) => Field::Is(value),
        }
    }

    /// The value; `None` for both nil and missing.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Missing | Self::Nil => None,
        }
    }

    /// `None` when the call says nothing about the field, else the value or its absence.
    pub fn known(self) -> Option<Option<T>> {
        match self {
            Self::Missing => None,
            Self::Nil => Some(None),
            Self::Is(value) => Some(Some(value)),
        }
    }

    /// The same kind of nothing, or the mapped value.
    pub fn map<U>(self, map: impl FnOnce(T) -> U) -> Field<U> {
        match self {
            Self::Missing => Field::Missing,
            Self::Nil => Field::Nil,
            Self::Is(value) => Field::Is(map(value)),
        }
    }

    /// The same with a mapping that may fail.
    ///
    /// # Errors
    /// Those of the mapping.
    pub fn try_map<U, E>(self, map: impl FnOnce(T) -> Result<U, E>) -> Result<Field<U>, E> {
        Ok(match self {
            Self::Missing => Field::Missing,
            Self::Nil => Field::Nil,
            Self::Is(value) => Field::Is(map(value)?),
        })
    }

    /// For a field that the call declares: a row that omits it means nil (`spec/magento-soap.md` chapter 3).
    #[must_use]
    pub fn declared(self) -> Self {
        match self {
            Self::Missing => Self::Nil,
            other => other,
        }
    }

    /// This, or what another call told of the same field when this one never returns it.
    #[must_use]
    pub fn or_told_by(self, other: Self) -> Self {
        match self {
            Self::Missing => other,
            told => told,
        }
    }

    /// A value that passes stays; one that does not is nil.
    #[must_use]
    pub fn filter(self, passes: impl FnOnce(&T) -> bool) -> Self {
        match self {
            Self::Is(value) if !passes(&value) => Self::Nil,
            other => other,
        }
    }

    /// Is there a value?
    pub const fn is(&self) -> bool {
        matches!(self, Self::Is(_))
    }
}

impl Value {
    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The struct, if it is one.
    #[must_use]
    pub fn as_row(&self) -> Option<&Row> {
        match self {
            Self::Row(row) => Some(row),
            _ => None,
        }
    }

    /// The array's elements. An empty array may arrive as nil or empty text (WS-I); anything else is `None`.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(values) => Some(values),
            Self::Nil => Some(&[]),
            Self::Text(text) if text.trim().is_empty() => Some(&[]),
            Self::Row(row) if row.0.is_empty() => Some(&[]),
            _ => None,
        }
    }

    /// XML of the value, for people to read beside a failed record.
    #[must_use]
    pub fn to_xml(&self, name: &str) -> String {
        let mut xml = String::new();
        self.write_xml(name, &mut xml);
        xml
    }

    fn write_xml(&self, name: &str, xml: &mut String) {
        let name = if is_name(name) { name } else { "value" };
        match self {
            Self::Nil => xml.push_str(&format!("<{name} nil=\"true\"/>")),
            Self::Text(text) => {
                xml.push_str(&format!("<{name}>"));
                super::write::escape_into(text, xml);
                xml.push_str(&format!("</{name}>"));
            }
            Self::List(values) => {
                xml.push_str(&format!("<{name}>\n"));
                values.iter().for_each(|value| value.write_xml("item", xml));
                xml.push_str(&format!("</{name}>"));
            }
            Self::Row(row) => {
                xml.push_str(&format!("<{name}>\n"));
                row.0.iter().for_each(|(member, value)| value.write_xml(member, xml));
                xml.push_str(&format!("</{name}>"));
            }
        }
        xml.push('\n');
    }
}

impl Row {
    /// The first member with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(member, _)| &**member == name).map(|(_, value)| value)
    }

    /// The member's text: missing, nil, or the text (empty text included).
    #[must_use]
    pub fn text(&self, name: &str) -> Field<&str> {
        match self.get(name) {
            None => Field::Missing,
            Some(Value::Text(text)) => Field::Is(text),
            Some(_) => Field::Nil,
        }
    }

    /// The member's array: missing, nil when it is not an array, or its elements.
    #[must_use]
    pub fn list(&self, name: &str) -> Field<&[Value]> {
        match self.get(name) {
            None => Field::Missing,
            Some(value) => value.as_list().map_or(Field::Nil, Field::Is),
        }
    }

    /// Names and values in the order of the wire.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    /// Is there no member at all?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Members whose value never gets further than the parser: passwords, card numbers, a gateway's dealings, and the
/// codes that show an order, or confirm a subscription, to whoever has them.
pub(crate) fn is_secret(name: &str) -> bool {
    match name.as_bytes().first() {
        Some(b'a') => name == "additional_information",
        Some(b'c') => matches!(
            name,
            "cc_number"
                | "cc_number_enc"
                | "cc_cid"
                | "cc_cid_enc"
                | "cc_debug_request_body"
                | "cc_debug_response_body"
                | "cc_debug_response_serialized"
        ),
        Some(b'e') => matches!(name, "echeck_routing_number" | "echeck_account_number"),
        Some(b'p') => matches!(name, "password_hash" | "protect_code"),
        Some(b'r') => name == "rp_token",
        Some(b's') => name == "subscriber_confirm_code",
        _ => false,
    }
}

fn is_name(name: &str) -> bool {
    name.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && name.chars().all(|char| char.is_alphanumeric() || matches!(char, '_' | '-' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_kinds_of_nothing_stay_apart() {
        let row = Row(vec![("a".into(), Value::Nil), ("b".into(), Value::Text(String::new()))]);
        assert_eq!(row.text("a"), Field::Nil);
        assert_eq!(row.text("b"), Field::Is(""));
        assert_eq!(row.text("c"), Field::Missing);
        assert_eq!(row.text("c").declared(), Field::Nil);
        assert_eq!(Field::<u8>::Missing.known(), None);
        assert_eq!(Field::<u8>::Nil.known(), Some(None));
    }

    #[test]
    fn only_what_was_never_told_is_filled_in() {
        assert_eq!(Field::Missing.or_told_by(Field::Is(1)), Field::Is(1));
        assert_eq!(Field::Nil.or_told_by(Field::Is(1)), Field::Nil);
        assert_eq!(Field::Is(0).filter(|id| *id != 0), Field::Nil);
        assert_eq!(Field::<i64>::Missing.filter(|id| *id != 0), Field::Missing);
    }

    #[test]
    fn a_value_is_shown_as_xml() {
        let row = Row(vec![("name".into(), Value::Text("a & b".into())), ("1x".into(), Value::Nil)]);
        assert_eq!(
            Value::Row(row).to_xml("item"),
            "<item>\n<name>a &amp; b</name>\n<value nil=\"true\"/>\n</item>\n"
        );
    }
}
