//! What arrives, as values unit by unit, and what a merge made of it, as what is taken over.

use chrono::NaiveDate;
use serde_json::Value;

use super::Gender;
use super::incoming::{Incoming, IncomingAddress};
use crate::crm::merge::{Unit, Values};

impl Incoming {
    /// What the store has, per unit.
    #[must_use]
    pub fn values(&self) -> Values {
        Values::from_json(&self.told())
    }

    /// From now on this is what the CRM takes over, and what both sides had last.
    pub fn settle(&mut self, local: &Values, base: &Values) {
        let text = |unit| text_of(&local.value(unit));
        self.email = text(Unit::Email);
        self.prefix = text(Unit::Prefix);
        self.first_name = text(Unit::FirstName);
        self.middle_name = text(Unit::MiddleName);
        self.last_name = text(Unit::LastName);
        self.suffix = text(Unit::Suffix);
        self.taxvat = text(Unit::Taxvat);
        self.birthday = NaiveDate::parse_from_str(&text(Unit::Birthday), "%Y-%m-%d").ok();
        self.gender = Some(Gender::from_key(&text(Unit::Gender)));
        self.group_id = local.value(Unit::Group).as_i64();
        let (billing, shipping) = (local.value(Unit::DefaultBilling), local.value(Unit::DefaultShipping));
        for address in self.addresses.iter_mut().flatten() {
            address.default_billing = billing.as_i64() == Some(address.remote_id);
            address.default_shipping = shipping.as_i64() == Some(address.remote_id);
        }
        let mut base = base.clone();
        if base.get(Unit::Gender).is_none() {
            // told by nobody: the row's own value stays
            self.gender = None;
        }
        if self.addresses.is_none() {
            base = without_defaults(&base);
        }
        self.agreed = Some(base);
    }
}

impl IncomingAddress {
    /// What the store has, per unit.
    #[must_use]
    pub fn values(&self) -> Values {
        Values::from_json(&self.told())
    }

    /// From now on this is what the CRM takes over, and what both sides had last.
    pub fn settle(&mut self, local: &Values, base: &Values) {
        let text = |unit| text_of(&local.value(unit));
        self.prefix = text(Unit::Prefix);
        self.first_name = text(Unit::FirstName);
        self.middle_name = text(Unit::MiddleName);
        self.last_name = text(Unit::LastName);
        self.suffix = text(Unit::Suffix);
        self.company = text(Unit::Company);
        self.telephone = text(Unit::Telephone);
        self.fax = text(Unit::Fax);
        let place = local.value(Unit::Place);
        let part = |name: &str| place.get(name).map(text_of).unwrap_or_default();
        self.street = part("street");
        self.city = part("city");
        self.postcode = part("postcode");
        self.country_id = part("country_id");
        self.region_id = place.get("region_id").and_then(Value::as_i64);
        self.region = part("region");
        self.agreed = Some(base.clone());
    }
}

/// Defaults are told with the address book only.
fn without_defaults(base: &Values) -> Values {
    let mut kept = Values::default();
    let told = base.units().filter(|unit| !matches!(unit, Unit::DefaultBilling | Unit::DefaultShipping));
    told.for_each(|unit| kept.set(unit, base.value(unit)));
    kept
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
