//! Texts of the wire become typed values, once (F40). Nothing here guesses: what cannot be read is an error.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use rust_decimal::Decimal;

use super::value::Field;

/// A value that could not be read, for the failed record's cause.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} is {text:?}, which is not {expected}")]
pub struct ParseProblem {
    /// The field's name on the wire.
    pub field: String,
    /// What it held (at most 100 characters).
    pub text: String,
    /// What was expected.
    pub expected: &'static str,
}

/// A whole number; also `1.0000` and ` 7 `. An empty text is nil.
///
/// # Errors
/// [`ParseProblem`] for anything else.
pub fn int(field: &str, text: Field<&str>) -> Result<Field<i64>, ParseProblem> {
    parse(field, text, "a whole number", |text| {
        let (whole, zeros) = text.split_once('.').unwrap_or((text, ""));
        if zeros.bytes().all(|byte| byte == b'0') { whole.parse().ok() } else { None }
    })
}

/// An exact decimal: `177.5100` (orders), `1.25` and `1.0E-5` (the doubles of carts). An empty text is nil. The number's
/// scale is not kept: `0.0000` and `0` are one value, also where they are compared as texts.
///
/// # Errors
/// [`ParseProblem`] for anything else, such as `N/A`, `1,50`, `NAN` and more digits than a decimal holds.
pub fn decimal(field: &str, text: Field<&str>) -> Result<Field<Decimal>, ParseProblem> {
    parse(field, text, "a number", |text| {
        if text.bytes().any(|byte| matches!(byte, b'e' | b'E')) {
            return Decimal::from_scientific(text).ok().map(|number| number.normalize());
        }
        if !text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+')) {
            return None;
        }
        let shortest = match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.'),
            false => text,
        };
        let number = if matches!(shortest, "" | "-" | "+") && text.len() > 1 {
            Decimal::ZERO
        } else {
            Decimal::from_str_exact(shortest).ok()?
        };
        Some(if number.is_zero() { Decimal::ZERO } else { number })
    })
}

/// A boolean: `true false 1 0`. An empty text is nil.
///
/// # Errors
/// [`ParseProblem`] for anything else.
pub fn boolean(field: &str, text: Field<&str>) -> Result<Field<bool>, ParseProblem> {
    parse(field, text, "true or false", |text| match text {
        "1" => Some(true),
        "0" => Some(false),
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    })
}

/// An instant: `YYYY-MM-DD HH:MM:SS` in UTC (lists), or ISO 8601 with an offset (`customerCustomerInfo`, recording
/// rpc/028). `0000-00-00…` and an empty text are nil.
///
/// # Errors
/// [`ParseProblem`] for anything else.
pub fn time(field: &str, text: Field<&str>) -> Result<Field<DateTime<Utc>>, ParseProblem> {
    parse(field, text, "a time", |text| {
        if let Ok(plain) = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S") {
            return Some(plain.and_utc());
        }
        if let Ok(iso) = DateTime::parse_from_rfc3339(text) {
            return Some(iso.with_timezone(&Utc));
        }
        DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%z").ok().map(|iso| iso.with_timezone(&Utc))
    })
}

/// A date without a zone, such as a date of birth: `1976-06-28 00:00:00` or `1976-06-28`; a time of day is ignored.
/// `0000-00-00…` and an empty text are nil.
///
/// # Errors
/// [`ParseProblem`] for anything else.
pub fn date(field: &str, text: Field<&str>) -> Result<Field<NaiveDate>, ParseProblem> {
    parse(field, text, "a date", |text| {
        let day = text.get(..10)?;
        let rest = text.get(10..)?;
        let ends_there = rest.is_empty() || rest.starts_with([' ', 'T']);
        NaiveDate::parse_from_str(day, "%Y-%m-%d").ok().filter(|_| ends_there)
    })
}

fn parse<T>(
    field: &str,
    text: Field<&str>,
    expected: &'static str,
    read: impl FnOnce(&str) -> Option<T>,
) -> Result<Field<T>, ParseProblem> {
    let Field::Is(raw) = text else {
        return Ok(if text == Field::Missing { Field::Missing } else { Field::Nil });
    };
    let trimmed = raw.trim();
    if trimmed.is_empty() || trimmed.starts_with("0000-00-00") {
        return Ok(Field::Nil);
    }
    read(trimmed).map(Field::Is).ok_or_else(|| ParseProblem {
        field: field.to_owned(),
        text: raw.chars().take(100).collect(),
        expected,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers() {
        let check = |text, expected: Option<Field<i64>>| {
            assert_eq!(int("x", Field::Is(text)).ok(), expected, "{text}")
        };
        check("7", Some(Field::Is(7)));
        check(" -7 ", Some(Field::Is(-7)));
        check("1.0000", Some(Field::Is(1)));
        check("", Some(Field::Nil));
        check("1.5", None);
        check("N/A", None);
        check("99999999999999999999", None);
        assert_eq!(int("x", Field::Missing), Ok(Field::Missing));
    }

    #[test]
    fn exact_decimals() {
        let check = |text, expected: Option<&str>| {
            let read = decimal("x", Field::Is(text)).ok().and_then(Field::value);
            assert_eq!(read.map(|number| number.to_string()).as_deref(), expected, "{text}");
        };
        check("177.5100", Some("177.51"));
        check("-82.7400", Some("-82.74"));
        check("0.0000", Some("0"));
        check("-0.0000", Some("0"));
        check(".5", Some("0.5"));
        check("1000", Some("1000"));
        check("1.0E-5", Some("0.00001"));
        check("1.2e+3", Some("1200"));
        check("0.1000000000000000055", Some("0.1000000000000000055"));
        for text in ["N/A", "1,50", "1_000", "NAN", "INF", "-", ".", "--1", "1.2.3", "1e99", "12 EUR"] {
            check(text, None);
            assert!(decimal("x", Field::Is(text)).is_err(), "{text}");
        }
        assert_eq!(decimal("x", Field::Is(" ")), Ok(Field::Nil));
        assert_eq!(decimal("x", Field::Nil), Ok(Field::Nil));
        assert_eq!(decimal("x", Field::Missing), Ok(Field::Missing));
    }

    #[test]
    fn booleans() {
        let check = |text, expected: Option<Field<bool>>| {
            assert_eq!(boolean("x", Field::Is(text)).ok(), expected, "{text}")
        };
        check("true", Some(Field::Is(true)));
        check("0", Some(Field::Is(false)));
        check("", Some(Field::Nil));
        check("yes", None);
    }

    #[test]
    fn times_in_both_forms() {
        let check = |text, expected: &str| {
            let read = time("x", Field::Is(text)).map(|time| time.map(|time| time.to_rfc3339()));
            assert_eq!(read.ok().and_then(Field::value).unwrap_or_default(), expected, "{text}");
        };
        check("2024-02-09 02:05:16", "2024-02-09T02:05:16+00:00");
        check("2024-02-08T18:05:16-08:00", "2024-02-09T02:05:16+00:00");
        check("2024-02-08T18:05:16-0800", "2024-02-09T02:05:16+00:00");
        check("0000-00-00 00:00:00", "");
        assert!(time("x", Field::Is("last week")).is_err());
    }

    #[test]
    fn dates_of_birth() {
        let check = |text, expected: &str| {
            let read = date("x", Field::Is(text)).ok().and_then(Field::value);
            assert_eq!(read.map(|date| date.to_string()).unwrap_or_default(), expected, "{text}");
        };
        check("1976-06-28 00:00:00", "1976-06-28");
        check("1976-06-28", "1976-06-28");
        check("0000-00-00 00:00:00", "");
        check("28.06.1976", "");
        assert!(date("x", Field::Is("1976-06-28x")).is_err());
    }
}
