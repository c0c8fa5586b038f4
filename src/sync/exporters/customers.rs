//! Customers and their addresses, as a store takes edits of them, and as it makes them.

use chrono::NaiveDate;
use secrecy::SecretString;
use serde_json::Value;

use crate::crm::changes::{Attempt, Sending};
use crate::crm::merge::{Unit, Values};
use crate::magento::api::customers::Gender;
use crate::magento::api::edits::{self, AddressUpdate, CustomerUpdate, NewCustomer, Place};
use crate::magento::{CallError, Store};

/// Is it set at an address, though it is the customer's?
pub(super) fn is_default(sending: &Sending) -> bool {
    matches!(sending.unit, Unit::DefaultBilling | Unit::DefaultShipping)
}

pub(super) async fn send_customer(store: &Store, id: i64, units: &[Sending]) -> Result<(), CallError> {
    edits::update_customer(store, id, customer(units.iter().map(told))).await
}

pub(super) async fn send_address(store: &Store, id: i64, units: &[Sending]) -> Result<(), CallError> {
    edits::update_address(store, id, address(units.iter().map(told))).await
}

/// Makes a customer; returns the store's id.
pub(in crate::sync) async fn create_customer(
    store: &Store,
    attempt: &Attempt,
    password: Option<SecretString>,
) -> Result<i64, CallError> {
    let (website_id, store_id) = (attempt.website_id, attempt.store_id);
    let fields = customer(whole(&attempt.values));
    edits::create_customer(store, NewCustomer { website_id, store_id, password, fields }).await
}

/// Makes an address; returns the store's id.
pub(in crate::sync) async fn create_address(
    store: &Store,
    customer_id: i64,
    attempt: &Attempt,
) -> Result<i64, CallError> {
    let (default_billing, default_shipping) = (attempt.default_billing, attempt.default_shipping);
    let fields = AddressUpdate { default_billing, default_shipping, ..address(whole(&attempt.values)) };
    edits::create_address(store, customer_id, fields).await
}

fn told(sending: &Sending) -> (Unit, Value) {
    (sending.unit, sending.value.clone())
}

/// Every unit that holds something: what is not told stays empty.
fn whole(values: &Values) -> impl Iterator<Item = (Unit, Value)> {
    let holds = |unit: &Unit| !unit.same(&values.value(*unit), &Value::Null);
    values.units().filter(holds).map(|unit| (unit, values.value(unit)))
}

fn customer(units: impl Iterator<Item = (Unit, Value)>) -> CustomerUpdate {
    let mut update = CustomerUpdate::default();
    for (unit, value) in units {
        let words = || Some(text(&value));
        match unit {
            Unit::Email => update.email = words(),
            Unit::FirstName => update.first_name = words(),
            Unit::LastName => update.last_name = words(),
            Unit::MiddleName => update.middle_name = words(),
            Unit::Prefix => update.prefix = words(),
            Unit::Suffix => update.suffix = words(),
            Unit::Taxvat => update.taxvat = words(),
            Unit::Group => update.group_id = value.as_i64(),
            Unit::Birthday => update.dob = Some(NaiveDate::parse_from_str(&text(&value), "%Y-%m-%d").ok()),
            Unit::Gender => update.gender = Some(gender(&value)),
            _ => {}
        }
    }
    update
}

fn address(units: impl Iterator<Item = (Unit, Value)>) -> AddressUpdate {
    let mut update = AddressUpdate::default();
    for (unit, value) in units {
        let words = || Some(text(&value));
        match unit {
            Unit::FirstName => update.first_name = words(),
            Unit::LastName => update.last_name = words(),
            Unit::MiddleName => update.middle_name = words(),
            Unit::Prefix => update.prefix = words(),
            Unit::Suffix => update.suffix = words(),
            Unit::Company => update.company = words(),
            Unit::Telephone => update.telephone = words(),
            Unit::Fax => update.fax = words(),
            Unit::Place => update.place = Some(place(&value)),
            Unit::DefaultBilling => update.default_billing = true,
            Unit::DefaultShipping => update.default_shipping = true,
            _ => {}
        }
    }
    update
}

fn place(value: &Value) -> Place {
    let part = |name: &str| value.get(name).map(text).unwrap_or_default();
    Place {
        street: part("street").lines().map(str::to_owned).collect(),
        city: part("city"),
        postcode: part("postcode"),
        country_id: part("country_id"),
        region_id: value.get("region_id").and_then(Value::as_i64),
        region: part("region"),
    }
}

fn gender(value: &Value) -> Option<Gender> {
    match value.as_str() {
        Some("male") => Some(Gender::Male),
        Some("female") => Some(Gender::Female),
        _ => None,
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
