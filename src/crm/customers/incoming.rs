//! Customers as a store sends them, and the base snapshots made of them.
//!
//! A value that the call never returns is *missing*: it is not in the snapshot and overwrites nothing.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value, json};

use super::Gender;
use crate::crm::accounts::Person;
use crate::crm::merge::Values;

/// A customer as the store has them now.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The store's id.
    pub remote_id: i64,
    /// The website they registered on.
    pub website_id: Option<i64>,
    /// The store view they registered in.
    pub store_id: Option<i64>,
    /// Their customer group.
    pub group_id: Option<i64>,
    /// Their address; may be empty.
    pub email: String,
    /// Mr, Mrs, …
    pub prefix: String,
    /// First name.
    pub first_name: String,
    /// Middle name or initial.
    pub middle_name: String,
    /// Last name.
    pub last_name: String,
    /// Jr, PhD, …
    pub suffix: String,
    /// Date of birth.
    pub birthday: Option<NaiveDate>,
    /// Outer `None` = the call does not tell.
    pub gender: Option<Option<Gender>>,
    /// Tax/Vat number.
    pub taxvat: String,
    /// Name of the store view they registered in.
    pub created_in: String,
    /// `None` = the call does not tell.
    pub confirmed: Option<bool>,
    /// When they registered.
    pub created_at: DateTime<Utc>,
    /// When the store last saved them.
    pub updated_at: DateTime<Utc>,
    /// Fingerprint of the list row; `None` when the details are not complete, so that they are fetched again.
    pub row_hash: Option<Vec<u8>>,
    /// The complete list of their addresses; `None` = not read.
    pub addresses: Option<Vec<IncomingAddress>>,
    /// When the earliest request behind this was sent, by the database's clock.
    pub read_at: DateTime<Utc>,
    /// What both sides had last, where a merge came to something else than what the store has.
    pub agreed: Option<Values>,
}

/// An address as the store has it now.
#[derive(Debug, Clone)]
pub struct IncomingAddress {
    /// The store's id.
    pub remote_id: i64,
    /// Mr, Mrs, …
    pub prefix: String,
    /// First name.
    pub first_name: String,
    /// Middle name or initial.
    pub middle_name: String,
    /// Last name.
    pub last_name: String,
    /// Jr, PhD, …
    pub suffix: String,
    /// Company.
    pub company: String,
    /// Lines, joined by line feeds.
    pub street: String,
    /// City.
    pub city: String,
    /// Zip or postal code.
    pub postcode: String,
    /// ISO 3166 alpha-2.
    pub country_id: String,
    /// The store's number of the region.
    pub region_id: Option<i64>,
    /// The region's name as the store has it.
    pub region: String,
    /// Phone.
    pub telephone: String,
    /// Fax.
    pub fax: String,
    /// The customer's default billing address.
    pub default_billing: bool,
    /// The customer's default shipping address.
    pub default_shipping: bool,
    /// What both sides had last, where a merge came to something else than what the store has.
    pub agreed: Option<Values>,
}

impl Incoming {
    /// First and last name in one text.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name.trim(), self.last_name.trim()).trim().to_owned()
    }

    /// Who they are.
    pub(super) fn person(&self) -> Person {
        Person {
            email: self.email.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
        }
    }

    /// The default billing address, else the first one.
    pub(super) fn billing_address(&self) -> Option<&IncomingAddress> {
        let list = self.addresses.as_ref()?;
        list.iter().find(|address| address.default_billing).or_else(|| list.first())
    }

    /// The base snapshot: the value of every unit that both sides now have. A unit that the call does not tell is not in it.
    pub(super) fn base(&self) -> String {
        self.agreed.as_ref().map_or_else(|| self.told(), Values::to_json).to_string()
    }

    /// What the store tells, per unit.
    pub(super) fn told(&self) -> Value {
        let mut units = Map::new();
        let mut put = |unit: &str, value: Value| drop(units.insert(unit.to_owned(), value));
        put("email", json!(self.email));
        put("prefix", json!(self.prefix));
        put("first_name", json!(self.first_name));
        put("middle_name", json!(self.middle_name));
        put("last_name", json!(self.last_name));
        put("suffix", json!(self.suffix));
        put("birthday", json!(self.birthday));
        put("taxvat", json!(self.taxvat));
        put("group_id", json!(self.group_id));
        if let Some(gender) = self.gender {
            put("gender", json!(gender.map(Gender::key)));
        }
        if let Some(list) = &self.addresses {
            let id_of = |wanted: fn(&&IncomingAddress) -> bool| {
                list.iter().find(wanted).map(|address| address.remote_id)
            };
            put("default_billing", json!(id_of(|address| address.default_billing)));
            put("default_shipping", json!(id_of(|address| address.default_shipping)));
        }
        Value::Object(units)
    }
}

impl IncomingAddress {
    /// The base snapshot. Street, city, postcode, region and country make sense only together and are one unit.
    pub(super) fn base(&self) -> String {
        self.agreed.as_ref().map_or_else(|| self.told(), Values::to_json).to_string()
    }

    /// What the store tells, per unit.
    pub(super) fn told(&self) -> Value {
        json!({
            "prefix": self.prefix, "first_name": self.first_name, "middle_name": self.middle_name,
            "last_name": self.last_name, "suffix": self.suffix, "company": self.company,
            "telephone": self.telephone, "fax": self.fax,
            "place": {
                "street": self.street, "city": self.city, "postcode": self.postcode, "country_id": self.country_id,
                "region_id": self.region_id, "region": self.region,
            },
        })
    }
}
