//! Customers and their addresses, as a store takes edits of them.

use chrono::NaiveDate;
use serde_json::Value;

use crate::crm::changes::Sending;
use crate::crm::merge::Unit;
use crate::magento::api::customers::Gender;
use crate::magento::api::edits::{self, AddressUpdate, CustomerUpdate, Place};
use crate::magento::{CallError, Store};

/// Is it set at an address, though it is the customer's?
pub(super) fn is_default(sending: &Sending) -> bool {
    matches!(sending.unit, Unit::DefaultBilling | Unit::DefaultShipping)
}

pub(super) async fn send_customer(store: &Store, id: i64, units: &[Sending]) -> Result<(), CallError> {
    let mut update = CustomerUpdate::default();
    for Sending { unit, value, .. } in units {
        let words = || Some(text(value));
        match unit {
            Unit::Email => update.email = words(),
            Unit::FirstName => update.first_name = words(),
            Unit::LastName => update.last_name = words(),
            Unit::MiddleName => update.middle_name = words(),
            Unit::Prefix => update.prefix = words(),
            Unit::Suffix => update.suffix = words(),
            Unit::Taxvat => update.taxvat = words(),
            Unit::Group => update.group_id = value.as_i64(),
            Unit::Birthday => update.dob = Some(NaiveDate::parse_from_str(&text(value), "%Y-%m-%d").ok()),
            Unit::Gender => update.gender = Some(gender(value)),
            _ => {}
        }
    }
    edits::update_customer(store, id, update).await
}

pub(super) async fn send_address(store: &Store, id: i64, units: &[Sending]) -> Result<(), CallError> {
    let mut update = AddressUpdate::default();
    for Sending { unit, value, .. } in units {
        let words = || Some(text(value));
        match unit {
            Unit::FirstName => update.first_name = words(),
            Unit::LastName => update.last_name = words(),
            Unit::MiddleName => update.middle_name = words(),
            Unit::Prefix => update.prefix = words(),
            Unit::Suffix => update.suffix = words(),
            Unit::Company => update.company = words(),
            Unit::Telephone => update.telephone = words(),
            Unit::Fax => update.fax = words(),
            Unit::Place => update.place = Some(place(value)),
            Unit::DefaultBilling => update.default_billing = true,
            Unit::DefaultShipping => update.default_shipping = true,
            _ => {}
        }
    }
    edits::update_address(store, id, update).await
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
