//! Units: what can be edited on both sides, and when two values of one are the same.

use serde_json::Value;

/// A field, or a group of fields that only makes sense together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Mr, Mrs, …
    Prefix,
    /// First name.
    FirstName,
    /// Middle name.
    MiddleName,
    /// Last name.
    LastName,
    /// Jr, PhD, …
    Suffix,
    /// E-mail address.
    Email,
    /// Date of birth.
    Birthday,
    /// Gender.
    Gender,
    /// Tax/Vat number.
    Taxvat,
    /// Customer group, by the store's id.
    Group,
    /// The customer's default billing address, by the store's id.
    DefaultBilling,
    /// The customer's default shipping address, by the store's id.
    DefaultShipping,
    /// Company.
    Company,
    /// Phone.
    Telephone,
    /// Fax.
    Fax,
    /// Street, city, postcode, region and country: half of a new place and half of an old one is no place.
    Place,
}

impl Unit {
    /// The units of a customer, in the order of the pages.
    pub const CUSTOMER: [Self; 12] = [
        Self::Email,
        Self::Group,
        Self::Prefix,
        Self::FirstName,
        Self::MiddleName,
        Self::LastName,
        Self::Suffix,
        Self::Birthday,
        Self::Gender,
        Self::Taxvat,
        Self::DefaultBilling,
        Self::DefaultShipping,
    ];

    /// The units of an address, in the order of the pages.
    pub const ADDRESS: [Self; 9] = [
        Self::Prefix,
        Self::FirstName,
        Self::MiddleName,
        Self::LastName,
        Self::Suffix,
        Self::Company,
        Self::Place,
        Self::Telephone,
        Self::Fax,
    ];

    /// The word in the database.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Prefix => "prefix",
            Self::FirstName => "first_name",
            Self::MiddleName => "middle_name",
            Self::LastName => "last_name",
            Self::Suffix => "suffix",
            Self::Email => "email",
            Self::Birthday => "birthday",
            Self::Gender => "gender",
            Self::Taxvat => "taxvat",
            Self::Group => "group_id",
            Self::DefaultBilling => "default_billing",
            Self::DefaultShipping => "default_shipping",
            Self::Company => "company",
            Self::Telephone => "telephone",
            Self::Fax => "fax",
            Self::Place => "place",
        }
    }

    /// The word on the pages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Prefix => "Name Prefix",
            Self::FirstName => "First Name",
            Self::MiddleName => "Middle Name",
            Self::LastName => "Last Name",
            Self::Suffix => "Name Suffix",
            Self::Email => "Email",
            Self::Birthday => "Birthday",
            Self::Gender => "Gender",
            Self::Taxvat => "Tax/Vat",
            Self::Group => "Customer Group",
            Self::DefaultBilling => "Default billing address",
            Self::DefaultShipping => "Default shipping address",
            Self::Company => "Company",
            Self::Telephone => "Phone",
            Self::Fax => "Fax",
            Self::Place => "Street, City, State, Zip/Postal Code, Country",
        }
    }

    /// Reads the database's word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::CUSTOMER.into_iter().chain(Self::ADDRESS).find(|unit| unit.key() == key)
    }

    /// Are these the same, whatever white space, case or form a store gives them?
    #[must_use]
    pub fn same(self, one: &Value, other: &Value) -> bool {
        self.normal(one) == self.normal(other)
    }

    /// A value without what a store may change in it by itself: nothing and empty are one.
    fn normal(self, value: &Value) -> Value {
        match value {
            Value::Null => Value::String(String::new()),
            Value::String(text) if self == Self::Email => Value::String(text.trim().to_lowercase()),
            Value::String(text) => Value::String(lines(text)),
            Value::Object(members) if self == Self::Place => {
                let numbered = members.get("region_id").and_then(Value::as_i64).is_some_and(|id| id != 0);
                let parts = ["street", "city", "postcode", "country_id", "region_id", "region"];
                let told = |part: &str| members.get(part).cloned().unwrap_or_default();
                // the store writes a numbered region's name by itself
                let kept = parts.into_iter().filter(|part| !(numbered && *part == "region"));
                Value::Array(kept.map(|part| Self::Company.normal(&told(part))).collect())
            }
            other => other.clone(),
        }
    }
}

/// Without white space around the lines, and without empty lines around the text.
fn lines(text: &str) -> String {
    let lines: Vec<&str> = text.trim().lines().map(str::trim).collect();
    lines.join("\n")
}
