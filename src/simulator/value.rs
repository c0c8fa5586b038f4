//! A column's value, between a record and whoever reads it: the filters and the writers.
//!
//! Owns: what values compare as and how each looks as the type that a WSDL declares for it. Refuses: tags and NULLs on
//! the wire ([`super::reply`]).

use std::cmp::Ordering;

use super::amount::Amount;
use super::clock;
use super::escape::{escape, push_int};
use super::records::Text;

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Null,
    Int(i64),
    Amount(Amount),
    /// Seconds since 1970.
    Time(i64),
    Text(&'a str),
    /// Text that is stored nowhere.
    Made(String),
}

/// The plain types of the WSDLs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Int,
    Double,
    Boolean,
}

impl Kind {
    /// The kind of a declared type; `None` for a record or a list.
    pub(super) fn of(declared: &str) -> Option<Self> {
        Some(match declared {
            "string" => Self::Text,
            "int" => Self::Int,
            "double" => Self::Double,
            "boolean" => Self::Boolean,
            _ => return None,
        })
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Text => "xsd:string",
            Self::Int => "xsd:int",
            Self::Double => "xsd:double",
            Self::Boolean => "xsd:boolean",
        }
    }
}

impl Value<'_> {
    /// The type that SOAP v1, which declares none, gives it.
    pub(super) fn kind(&self) -> Kind {
        if matches!(self, Self::Int(_)) { Kind::Int } else { Kind::Text }
    }

    /// Writes it as PHP casts it to a type.
    pub(super) fn write(&self, out: &mut Vec<u8>, kind: Kind) {
        match self {
            Self::Null => {}
            Self::Int(number) if kind == Kind::Boolean => {
                out.extend_from_slice(if *number == 0 { b"false" } else { b"true" });
            }
            Self::Int(number) => {
                if *number < 0 {
                    out.push(b'-');
                }
                push_int(out, number.unsigned_abs());
            }
            Self::Amount(amount) if kind == Kind::Double => amount.write_double(out),
            Self::Amount(amount) if kind == Kind::Int => push_int(out, amount.0.unsigned_abs() / 10_000),
            Self::Amount(amount) => amount.write(out),
            Self::Time(seconds) => out.extend_from_slice(clock::utc(*seconds).as_bytes()),
            Self::Text(text) => write_text(out, text, kind),
            Self::Made(text) => write_text(out, text, kind),
        }
    }

    /// How it compares with what a filter says; `None` for NULL, which no comparison lets through. A date that is none
    /// equals everything.
    pub(super) fn compare(&self, other: &str) -> Option<Ordering> {
        match self {
            Self::Null => None,
            Self::Int(own) => Some(own.cmp(&number(other))),
            Self::Amount(own) => {
                let other = Amount::parse(other.trim()).unwrap_or(Amount::whole(number(other)));
                Some(own.cmp(&other))
            }
            Self::Time(own) => Some(clock::parse(other).map_or(Ordering::Equal, |other| own.cmp(&other))),
            Self::Text(own) => Some(own.to_lowercase().cmp(&other.to_lowercase())),
            Self::Made(own) => Some(own.to_lowercase().cmp(&other.to_lowercase())),
        }
    }

    /// In lower case, for patterns.
    pub(super) fn text(&self) -> String {
        let mut out = Vec::new();
        match self {
            Self::Text(text) => return text.to_lowercase(),
            Self::Made(text) => return text.to_lowercase(),
            other => other.write(&mut out, Kind::Text),
        }
        String::from_utf8_lossy(&out).into_owned()
    }
}

/// Text that is declared a number is cast: of `a:0:{}` only 0 remains.
fn write_text(out: &mut Vec<u8>, text: &str, kind: Kind) {
    match kind {
        Kind::Text => escape(out, text),
        Kind::Int | Kind::Double => {
            if text.as_bytes().first() == Some(&b'-') {
                out.push(b'-');
            }
            push_int(out, number(text).unsigned_abs());
        }
        Kind::Boolean => {
            out.extend_from_slice(if text.is_empty() || text == "0" { b"false" } else { b"true" })
        }
    }
}

/// As MySQL reads a number: the digits in front, or 0.
pub(super) fn number(text: &str) -> i64 {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(text.len());
    text[..digits].parse().unwrap_or(0)
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Int(number.into())
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::Int(flag.into())
    }
}

impl From<Amount> for Value<'_> {
    fn from(amount: Amount) -> Self {
        Self::Amount(amount)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a Text> for Value<'a> {
    fn from(text: &'a Text) -> Self {
        Self::Text(text)
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Made(text)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<'a> From<&'a Option<Text>> for Value<'a> {
    fn from(text: &'a Option<Text>) -> Self {
        text.as_ref().into()
    }
}
