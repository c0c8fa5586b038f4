//! The fields that histories play with: their units, how both sides write them, and what a store makes of them.

use cartwright::crm::merge::{Unit, Values};
use cartwright::simulator::{Address, Customer, CustomerView, Simulator, Text};
use serde_json::Value;

/// An e-mail that somebody else gets once it is typed here: it was free while the form was open.
pub(super) fn taken(nr: usize, customer: u32) -> String {
    format!("Taken{nr}.{customer}@Example.org")
}

/// A unit of a customer, or of their first address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) unit: Unit,
    pub(super) of_address: bool,
}

impl Field {
    /// All of them.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let address =
            [Unit::Company, Unit::Place, Unit::Telephone, Unit::Fax, Unit::FirstName, Unit::LastName];
        let customer = Unit::CUSTOMER.into_iter().map(|unit| Self { unit, of_address: false });
        customer.chain(address.into_iter().map(|unit| Self { unit, of_address: true }))
    }

    /// As people call it.
    pub(super) fn word(self) -> String {
        format!("{}{}", self.unit.word(), if self.of_address { " of the address" } else { "" })
    }

    /// One line of text, which may be anything.
    pub(super) fn is_text(self) -> bool {
        !matches!(
            self.unit,
            Unit::Email
                | Unit::Birthday
                | Unit::Gender
                | Unit::Group
                | Unit::DefaultBilling
                | Unit::DefaultShipping
                | Unit::Place
        )
    }

    pub(super) fn is_gender(self) -> bool {
        self.unit == Unit::Gender
    }

    pub(super) fn is_default(self) -> bool {
        matches!(self.unit, Unit::DefaultBilling | Unit::DefaultShipping)
    }

    /// May it be empty, for the form and for the store?
    pub(super) fn may_be_empty(self) -> bool {
        let required = matches!(self.unit, Unit::FirstName | Unit::LastName | Unit::Telephone | Unit::Email);
        !required && !matches!(self.unit, Unit::Group | Unit::Place) && !self.is_default()
    }

    /// A value without what a store changes in it by itself.
    pub(super) fn normal(self, value: &str) -> String {
        let trimmed = value.trim();
        if self.unit == Unit::Email { trimmed.to_lowercase() } else { trimmed.to_owned() }
    }

    pub(super) fn same(self, one: &str, other: &str) -> bool {
        self.normal(one) == self.normal(other)
    }

    /// The store ignores "none".
    pub(super) fn cannot_be_sent(self, value: &str) -> bool {
        self.is_default() && value.is_empty()
    }

    pub(super) fn is_refused(self, value: &str) -> bool {
        self.unit == Unit::Email && value.trim().to_lowercase().starts_with("taken")
    }

    /// What a store keeps of it: three bytes a character.
    pub(super) fn kept(self, value: &str) -> String {
        value.chars().map(|c| if c.len_utf8() > 3 { "????".to_owned() } else { c.to_string() }).collect()
    }

    /// A value that nobody had before.
    pub(super) fn value(self, nr: usize, customer: &CustomerView) -> String {
        let addresses: Vec<u32> = customer.addresses.iter().map(|address| address.id).collect();
        match self.unit {
            Unit::Email => format!("Nr{nr}.{}@Example.org", customer.id),
            Unit::Birthday => format!("19{:02}-{:02}-{:02}", nr / 336 % 100, nr / 28 % 12 + 1, nr % 28 + 1),
            Unit::Gender => ["male", "female"][nr % 2].to_owned(),
            Unit::Group => (nr % 6 + 1).to_string(),
            Unit::DefaultBilling | Unit::DefaultShipping => addresses[nr % addresses.len()].to_string(),
            Unit::Place if nr.is_multiple_of(2) => format!("{nr} Road|Los Angeles {nr}|9{nr}|US|12"),
            Unit::Place => format!("{nr} Weg|Wien {nr}|1{nr}|AT|"),
            _ => format!("{} {nr}", self.unit.word()),
        }
    }

    /// What the CRM holds.
    pub(super) fn of_values(self, values: &Values) -> String {
        match values.value(self.unit) {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Object(place) => {
                let part = |name: &str| match place.get(name) {
                    Some(Value::String(text)) => text.clone(),
                    Some(Value::Number(number)) => number.to_string(),
                    _ => String::new(),
                };
                ["street", "city", "postcode", "country_id", "region_id"].map(part).join("|")
            }
            _ => String::new(),
        }
    }

    /// What the store holds.
    pub(super) fn of_store(self, view: &CustomerView, address: u32) -> String {
        let told = |text: &Option<Text>| text.as_deref().unwrap_or_default().to_owned();
        let id = |id: Option<u32>| id.map(|id| id.to_string()).unwrap_or_default();
        let c = &view.customer;
        if self.of_address {
            let found = view.addresses.iter().find(|it| it.id == address);
            return found.map(|it| self.of_address_there(it)).unwrap_or_default();
        }
        match self.unit {
            Unit::Email => c.email.to_string(),
            Unit::Birthday => told(&c.dob).chars().take(10).collect(),
            Unit::Gender => ["", "male", "female"][c.gender.unwrap_or(0).min(2) as usize].to_owned(),
            Unit::Group => c.group_id.to_string(),
            Unit::DefaultBilling => id(c.default_billing),
            Unit::DefaultShipping => id(c.default_shipping),
            Unit::Prefix => told(&c.prefix),
            Unit::FirstName => told(&c.firstname),
            Unit::MiddleName => told(&c.middlename),
            Unit::LastName => told(&c.lastname),
            Unit::Suffix => told(&c.suffix),
            _ => told(&c.taxvat),
        }
    }

    fn of_address_there(self, a: &Address) -> String {
        let told = |text: &Option<Text>| text.as_deref().unwrap_or_default().to_owned();
        match self.unit {
            Unit::Company => told(&a.company),
            Unit::Telephone => told(&a.telephone),
            Unit::Fax => told(&a.fax),
            Unit::FirstName => told(&a.firstname),
            Unit::LastName => told(&a.lastname),
            _ => {
                let region = a.region_id.map(|id| id.to_string()).unwrap_or_default();
                [told(&a.street), told(&a.city), told(&a.postcode), told(&a.country_id), region].join("|")
            }
        }
    }

    /// Somebody writes it in the store.
    pub(super) fn set_there(self, store: &Simulator, customer: u32, address: u32, value: &str) {
        if self.of_address {
            assert!(store.edit_address(address, |it| self.set_address(it, value)));
        } else {
            assert!(store.edit_customer(customer, |it| self.set_customer(it, value)));
        }
    }

    fn set_customer(self, c: &mut Customer, value: &str) {
        let text = || Some(Text::from(value.to_owned())).filter(|text| !text.is_empty());
        match self.unit {
            Unit::Email => c.email = value.to_owned().into(),
            Unit::Birthday => c.dob = text().map(|day| format!("{day} 00:00:00").into()),
            Unit::Gender => {
                c.gender = ["", "male", "female"].iter().position(|it| *it == value).map(|it| it as u32)
            }
            Unit::Group => c.group_id = value.parse().unwrap(),
            Unit::DefaultBilling => c.default_billing = value.parse().ok(),
            Unit::DefaultShipping => c.default_shipping = value.parse().ok(),
            Unit::Prefix => c.prefix = text(),
            Unit::FirstName => c.firstname = text(),
            Unit::MiddleName => c.middlename = text(),
            Unit::LastName => c.lastname = text(),
            Unit::Suffix => c.suffix = text(),
            _ => c.taxvat = text(),
        }
    }

    fn set_address(self, a: &mut Address, value: &str) {
        let text = || Some(Text::from(value.to_owned())).filter(|text| !text.is_empty());
        match self.unit {
            Unit::Company => a.company = text(),
            Unit::Telephone => a.telephone = text(),
            Unit::Fax => a.fax = text(),
            Unit::FirstName => a.firstname = text(),
            Unit::LastName => a.lastname = text(),
            _ => {
                let parts: Vec<Text> = value.split('|').map(|part| part.to_owned().into()).collect();
                a.region_id = parts[4].parse().ok();
                a.region = a.region_id.map(|_| "California".into());
                (a.street, a.city) = (Some(parts[0].clone()), Some(parts[1].clone()));
                (a.postcode, a.country_id) = (Some(parts[2].clone()), Some(parts[3].clone()));
            }
        }
    }

    /// The fields of the form in which somebody types it; `row` is the address's.
    pub(super) fn typed(self, row: i64, value: &str) -> Vec<(String, String)> {
        let own =
            |name: &str| if self.of_address { format!("address-{row}-{name}") } else { name.to_owned() };
        if self.unit == Unit::Place {
            let parts: Vec<&str> = value.split('|').collect();
            let state = if parts[4].is_empty() { "" } else { "California" };
            let names = ["street", "city", "zip-postal-code", "country", "state"];
            let values = [parts[0], parts[1], parts[2], parts[3], state];
            return names
                .into_iter()
                .zip(values)
                .map(|(name, value)| (own(name), value.to_owned()))
                .collect();
        }
        let name = match self.unit {
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
            _ => "fax",
        };
        vec![(own(name), value.to_owned())]
    }
}
