//! One value that was typed, or what to do about it.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::super::form::{line, optional_line};
use super::fields::living;
use crate::base::email::Email;
use crate::crm::customers::Book;
use crate::crm::merge::Unit;

/// What people may write into one field; the store's columns hold no more.
pub(super) const LONGEST: usize = 255;

pub(super) fn customer_value(unit: Unit, text: &str, book: &Book) -> Result<Value, String> {
    match unit {
        Unit::Email => Email::parse(text).map(|email| json!(email.as_str())).map_err(|it| it.to_string()),
        Unit::FirstName => line(text, "a first name", LONGEST).map(Value::from),
        Unit::LastName => line(text, "a last name", LONGEST).map(Value::from),
        Unit::Birthday => birthday(text),
        Unit::Gender => match text {
            "" => Ok(Value::Null),
            "male" | "female" => Ok(json!(text)),
            _ => Err("Choose a gender.".to_owned()),
        },
        Unit::Group => {
            text.parse::<i64>().map(Value::from).map_err(|_| "Choose a customer group.".to_owned())
        }
        Unit::DefaultBilling | Unit::DefaultShipping => {
            let id = text.parse::<i64>().ok();
            let known = id.filter(|id| living(book).any(|address| address.remote_id == Some(*id)));
            known.map(Value::from).ok_or_else(|| "Choose one of the addresses.".to_owned())
        }
        _ => optional_line(text, LONGEST).map(|text| json!(text.unwrap_or_default())),
    }
}

pub(super) fn address_value(unit: Unit, text: &str) -> Result<Value, String> {
    match unit {
        Unit::FirstName => line(text, "a first name", LONGEST).map(Value::from),
        Unit::LastName => line(text, "a last name", LONGEST).map(Value::from),
        Unit::Telephone => line(text, "a phone number: the store asks for one", LONGEST).map(Value::from),
        _ => optional_line(text, LONGEST).map(|text| json!(text.unwrap_or_default())),
    }
}

fn birthday(text: &str) -> Result<Value, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Value::Null);
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let first = NaiveDate::from_ymd_opt(1800, 1, 1);
    let today = crate::base::clock::now().date_naive();
    let day = day.filter(|day| Some(*day) >= first && *day <= today);
    day.map(|day| json!(day))
        .ok_or_else(|| "Enter a date of birth that has been, like 1815-12-10.".to_owned())
}

pub(super) fn street(text: &str) -> Result<String, String> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    for one in &lines {
        line(one, "a street", LONGEST)?;
    }
    if lines.is_empty() { Err("Enter a street.".to_owned()) } else { Ok(lines.join("\n")) }
}

/// A state by its name or code, where the country has any; else whatever was written.
pub(super) fn state(text: &str, regions: &[(i64, String, String)]) -> Result<(Option<i64>, String), String> {
    if regions.is_empty() || text.is_empty() {
        return optional_line(text, LONGEST).map(|text| (None, text.unwrap_or_default()));
    }
    let wanted = text.to_lowercase();
    let found = regions.iter().find(|(_, code, name)| {
        name.to_lowercase() == wanted || (!code.is_empty() && code.to_lowercase() == wanted)
    });
    let found = found.map(|(id, _, name)| (Some(*id), name.clone()));
    let example = regions.first().map(|(_, _, name)| name.as_str()).unwrap_or_default();
    found.ok_or_else(|| format!("The store knows no such state of this country. Write it like {example}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_one_of_the_country() {
        let regions = [(12, "CA".to_owned(), "California".to_owned())];
        let check = |text: &str, regions: &[_], expected: Option<(Option<i64>, &str)>| {
            let expected = expected.map(|(id, name)| (id, name.to_owned()));
            assert_eq!(state(text, regions).ok(), expected, "{text}");
        };
        check("california", &regions, Some((Some(12), "California")));
        check("ca", &regions, Some((Some(12), "California")));
        check("", &regions, Some((None, "")));
        check("Kent", &regions, None);
        check("Kent", &[], Some((None, "Kent")));
    }

    #[test]
    fn a_birthday_has_been() {
        assert_eq!(birthday("1815-12-10"), Ok(json!("1815-12-10")));
        assert_eq!(birthday(" "), Ok(Value::Null));
        for bad in ["2999-01-01", "1815-13-10", "10.12.1815", "0000-00-00"] {
            assert!(birthday(bad).is_err(), "{bad}");
        }
    }
}
