//! What was typed into a customer's form, parsed into an edit of the units that were touched, or told what is wrong with it.
//!
//! What nobody touched is no edit, and is not judged: a store may hold what this form would not accept, and may have changed
//! while the form was open.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::super::Web;
use super::super::form::{Errors, Posted, line, optional_line};
use super::fields::{self, living, name, of_address, was};
use crate::base::email::Email;
use crate::crm::changes::Edit;
use crate::crm::customers::{self, Book};
use crate::crm::merge::{Unit, Values};

/// What people may write into one field; the store's columns hold no more.
const LONGEST: usize = 255;

/// The edit that was typed; what is wrong is noted in `errors`.
pub(super) async fn parse(
    web: &Web,
    channel: i64,
    book: &Book,
    typed: &Posted,
    errors: &mut Errors,
) -> Result<Edit, sqlx::Error> {
    let shown: Value = serde_json::from_str(typed.get("shown")).unwrap_or_default();
    let before = was(&shown, None);
    let mut edit = Edit::default();
    for unit in Unit::CUSTOMER {
        let field = name(unit);
        if typed.has(field) && touched(typed.get(field), &before, unit) {
            let value = errors.take(field, customer_value(unit, typed.get(field), book));
            value.into_iter().for_each(|value| edit.customer.set(unit, value));
        }
    }
    for address in living(book) {
        let before = was(&shown, Some(address.id));
        let mut values = Values::default();
        for unit in Unit::ADDRESS.into_iter().filter(|unit| *unit != Unit::Place) {
            let field = of_address(address.id, name(unit));
            let text = typed.get(&field).to_owned();
            if typed.has(&field) && touched(&text, &before, unit) {
                let value = errors.take(field, address_value(unit, &text));
                value.into_iter().for_each(|value| values.set(unit, value));
            }
        }
        if let Some(place) = place(web, (channel, address.id), typed, &before, errors).await? {
            values.set(Unit::Place, place);
        }
        edit.addresses.push((address.id, values));
    }
    Ok(edit)
}

fn touched(text: &str, before: &Values, unit: Unit) -> bool {
    !unit.same(&json!(text), &json!(fields::text(&before.value(unit))))
}

fn customer_value(unit: Unit, text: &str, book: &Book) -> Result<Value, String> {
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

fn address_value(unit: Unit, text: &str) -> Result<Value, String> {
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

/// A place that was touched, whole.
async fn place(
    web: &Web,
    (channel, address): (i64, i64),
    typed: &Posted,
    before: &Values,
    errors: &mut Errors,
) -> Result<Option<Value>, sqlx::Error> {
    let before = before.value(Unit::Place);
    let field = |name: &str| of_address(address, name);
    let was_touched = |(name, _, part): &(&str, &str, &str)| {
        let shown = before.get(*part).map(fields::text).unwrap_or_default();
        typed.has(&field(name)) && !Unit::Company.same(&json!(typed.get(&field(name))), &json!(shown))
    };
    if !fields::PLACE.iter().any(was_touched) {
        return Ok(None);
    }
    let get = |name: &str| typed.get(&field(name)).trim();
    let street = errors.take(field("street"), street(get("street")));
    let city = errors.take(field("city"), line(get("city"), "a city", LONGEST));
    let zip = "a zip or postal code";
    let postcode = errors.take(field("zip-postal-code"), line(get("zip-postal-code"), zip, LONGEST));
    let country = get("country");
    let is_code = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !is_code {
        errors.on(field("country"), "Choose a country.");
        return Ok(None);
    }
    let regions = customers::regions_of(&web.pool, channel, country).await?;
    let region = errors.take(field("state"), state(get("state"), &regions));
    let (Some(street), Some(city), Some(postcode), Some((id, region))) = (street, city, postcode, region)
    else {
        return Ok(None);
    };
    Ok(Some(customers::place((&street, &city, &postcode), country, id, &region)))
}

fn street(text: &str) -> Result<String, String> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    for one in &lines {
        line(one, "a street", LONGEST)?;
    }
    if lines.is_empty() { Err("Enter a street.".to_owned()) } else { Ok(lines.join("\n")) }
}

/// A state by its name or code, where the country has any; else whatever was written.
fn state(text: &str, regions: &[(i64, String, String)]) -> Result<(Option<i64>, String), String> {
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
