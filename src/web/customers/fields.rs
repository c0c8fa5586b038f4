//! The fields of a customer's form, with what stands in them.

use std::fmt::Display;

use serde_json::Value;

use super::super::form::{Errors, Field, Kind, Posted};
use crate::crm::customers::{Book, Sides};
use crate::crm::merge::{Unit, Values};

/// What the form offers to choose from.
pub(super) struct Choices {
    pub(super) groups: Vec<(i64, String)>,
    pub(super) countries: Vec<(String, String)>,
}

/// An address of the form.
pub(super) struct Group {
    pub(super) title: String,
    pub(super) fields: Vec<Field>,
    /// The last one that was added: the page goes there.
    pub(super) is_last_new: bool,
}

/// Addresses that a form can add at once.
const MOST_NEW: usize = 20;
/// Of an address that is added: is it to be a default one?
pub(super) const DEFAULTS: [(&str, &str); 2] =
    [("default-billing", "Default billing address"), ("default-shipping", "Default shipping address")];

/// Of an address that is added: it is wanted, also while nothing was written into it.
pub(in crate::web) const WANTED: &str = "wanted";

/// The name of a unit's field; a place has several of its own.
pub(super) fn name(unit: Unit) -> &'static str {
    match unit {
        Unit::Prefix => "name-prefix",
        Unit::FirstName => "first-name",
        Unit::MiddleName => "middle-name",
        Unit::LastName => "last-name",
        Unit::Suffix => "name-suffix",
        Unit::Email => "email",
        Unit::Birthday => "birthday",
        Unit::Gender => "gender",
        Unit::Taxvat => "tax-vat",
        Unit::Group => "customer-group",
        Unit::DefaultBilling => "default-billing-address",
        Unit::DefaultShipping => "default-shipping-address",
        Unit::Company => "company",
        Unit::Telephone => "phone",
        Unit::Fax => "fax",
        Unit::Place => "street",
    }
}

/// The fields of a place: name, label, and the part of the unit's value.
pub(super) const PLACE: [(&str, &str, &str); 5] = [
    ("street", "Street", "street"),
    ("city", "City", "city"),
    ("state", "State", "region"),
    ("zip-postal-code", "Zip/Postal Code", "postcode"),
    ("country", "Country", "country_id"),
];

/// The name of a field of an address.
pub(in crate::web) fn of_address(address: impl Display, field: &str) -> String {
    format!("address-{address}-{field}")
}

/// What stands for the row ids of the addresses that the form adds.
pub(super) fn new_addresses(typed: &Posted) -> impl Iterator<Item = String> {
    let many = typed.get("new-addresses").parse::<usize>().unwrap_or(0);
    (1..=many.min(MOST_NEW)).map(|nr| format!("new{nr}"))
}

/// The same form with one more address.
pub(super) fn with_one_more(typed: Posted) -> Posted {
    let many = new_addresses(&typed).count() + 1;
    typed.with("new-addresses", many.min(MOST_NEW).to_string())
}

/// Was anything written into it? An empty one is as good as none.
pub(super) fn is_empty(typed: &Posted, address: &str) -> bool {
    let units = Unit::ADDRESS.into_iter().map(name).chain(PLACE.map(|(field, ..)| field));
    units.chain([WANTED]).all(|field| typed.get(&of_address(address, field)).trim().is_empty())
}

/// What the CRM holds, as if it had just been typed.
pub(super) fn as_posted(book: &Book) -> Posted {
    let mut typed = Posted::default();
    for unit in Unit::CUSTOMER {
        typed = typed.with(name(unit), text(&book.customer.local.value(unit)));
    }
    for address in living(book) {
        for unit in Unit::ADDRESS.into_iter().filter(|unit| *unit != Unit::Place) {
            typed = typed.with(&of_address(address.id, name(unit)), text(&address.local.value(unit)));
        }
        let place = address.local.value(Unit::Place);
        for (field, _, part) in PLACE {
            let value = place.get(part).map(text).unwrap_or_default();
            typed = typed.with(&of_address(address.id, field), value);
        }
    }
    typed
}

/// Addresses that can be edited.
pub(super) fn living(book: &Book) -> impl Iterator<Item = &Sides> {
    book.addresses.iter().filter(|address| !address.removed)
}

/// The customer's own fields.
pub(super) fn customer(typed: &Posted, errors: &Errors, book: &Book, choices: &Choices) -> Vec<Field> {
    let field = |unit: Unit| {
        let value = typed.get(name(unit));
        let kind = match unit {
            Unit::Email => Kind::Line("email"),
            Unit::Birthday => Kind::Line("date"),
            Unit::Gender => Kind::Choice(genders()),
            Unit::Group => Kind::Choice(groups(value, choices)),
            Unit::DefaultBilling | Unit::DefaultShipping => Kind::Choice(addresses(value, book)),
            _ => Kind::Line("text"),
        };
        let field = Field::new(name(unit), unit.word(), kind, value).errors(errors);
        let required = matches!(unit, Unit::Email | Unit::FirstName | Unit::LastName | Unit::Group);
        if required { field.required() } else { field }
    };
    let has_book = living(book).any(|address| address.remote_id.is_some());
    let is_default = |unit: &Unit| matches!(unit, Unit::DefaultBilling | Unit::DefaultShipping);
    Unit::CUSTOMER.into_iter().filter(|unit| has_book || !is_default(unit)).map(field).collect()
}

/// The fields of every address, those that are added last.
pub(super) fn groups_of(typed: &Posted, errors: &Errors, book: &Book, choices: &Choices) -> Vec<Group> {
    let present = living(book).map(|address| Group {
        title: title(address),
        fields: address_fields(typed, errors, &address.id.to_string(), choices),
        is_last_new: false,
    });
    let last = new_addresses(typed).last();
    let added = new_addresses(typed).map(|key| {
        let mut fields = address_fields(typed, errors, &key, choices);
        fields.extend(DEFAULTS.map(|(field, label)| {
            let name = of_address(&key, field);
            let value = typed.get(&name).to_owned();
            Field::new(name, label, Kind::Check, value).full()
        }));
        Group { title: "New address".to_owned(), fields, is_last_new: Some(&key) == last.as_ref() }
    });
    present.chain(added).collect()
}

fn address_fields(typed: &Posted, errors: &Errors, address: &str, choices: &Choices) -> Vec<Field> {
    let mut fields = Vec::new();
    for unit in Unit::ADDRESS {
        if unit == Unit::Place {
            let part = |(field, label, _)| place_field(typed, errors, address, choices, (field, label));
            fields.extend(PLACE.map(part));
            continue;
        }
        let name = of_address(address, name(unit));
        let value = typed.get(&name).to_owned();
        let field = Field::new(name, unit.word(), Kind::Line("text"), value).errors(errors);
        let required = matches!(unit, Unit::FirstName | Unit::LastName | Unit::Telephone);
        fields.push(if required { field.required() } else { field });
    }
    fields
}

fn place_field(
    typed: &Posted,
    errors: &Errors,
    address: &str,
    choices: &Choices,
    (field, label): (&str, &str),
) -> Field {
    let name = of_address(address, field);
    let value = typed.get(&name).to_owned();
    let kind = match field {
        "street" => Kind::Area,
        "country" => Kind::Choice(countries(&value, choices)),
        _ => Kind::Line("text"),
    };
    let made = Field::new(name, label, kind, value).errors(errors);
    if field == "state" { made } else { made.required() }
}

fn title(address: &Sides) -> String {
    let place = address.local.value(Unit::Place);
    let part = |name: &str| place.get(name).map(text).unwrap_or_default();
    let street = part("street").lines().next().unwrap_or_default().to_owned();
    let parts = [street, part("city")];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.trim().is_empty()).collect();
    if parts.is_empty() { "Address".to_owned() } else { format!("Address: {}", parts.join(", ")) }
}

fn genders() -> Vec<(String, String)> {
    [("", "Not told"), ("male", "Male"), ("female", "Female")]
        .map(|(k, w)| (k.to_owned(), w.to_owned()))
        .into()
}

fn groups(value: &str, choices: &Choices) -> Vec<(String, String)> {
    let known = choices.groups.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    with_present(known, value, ("Please, select group", "Group"))
}

fn countries(value: &str, choices: &Choices) -> Vec<(String, String)> {
    with_present(choices.countries.clone(), value, ("Please, select country", "Country"))
}

/// "None" is offered only where it is so: a store cannot be told to have none.
fn addresses(value: &str, book: &Book) -> Vec<(String, String)> {
    let known = living(book)
        .filter_map(|address| Some((address.remote_id?.to_string(), title(address).replace("Address: ", ""))))
        .collect();
    with_present(known, value, ("None", "Address"))
}

/// With what stands there now, whatever it is.
fn with_present(
    mut options: Vec<(String, String)>,
    value: &str,
    (nothing, what): (&str, &str),
) -> Vec<(String, String)> {
    if !options.iter().any(|(key, _)| key == value) {
        let word = if value.is_empty() { nothing.to_owned() } else { format!("{what} {value}") };
        options.insert(0, (value.to_owned(), word));
    }
    options
}

/// A value as a field holds it.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// What the form showed when it was opened, to tell what a person touched.
pub(super) fn shown(book: &Book) -> String {
    let addresses = living(book).map(|address| (address.id.to_string(), address.local.to_json()));
    let addresses: serde_json::Map<String, Value> = addresses.collect();
    serde_json::json!({"customer": book.customer.local.to_json(), "addresses": addresses}).to_string()
}

/// Reads it back: the customer, or an address.
pub(super) fn was(shown: &Value, address: Option<i64>) -> Values {
    let part = match address {
        None => shown.get("customer"),
        Some(id) => shown.get("addresses").and_then(|all| all.get(id.to_string())),
    };
    part.map(Values::from_json).unwrap_or_default()
}
