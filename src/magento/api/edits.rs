//! Customers and addresses that are edited or made by SOAP v2: `customerCustomerUpdate`, `customerAddressUpdate`,
//! `customerCustomerCreate`, `customerAddressCreate` (recordings rpc/039-054, rpc/061-068, rpc/909-919; wsi likewise).
//!
//! A member that is not sent is kept by the store, and so is nil: a field is cleared by an empty text, and only by that.

use chrono::NaiveDate;
use secrecy::{ExposeSecret, SecretString};

use super::customers::Gender;
use crate::magento::soap::value::Value;
use crate::magento::soap::write::Arg;
use crate::magento::store::Call;
use crate::magento::{CallError, Store};

/// What of a customer is to change; `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerUpdate {
    /// E-mail.
    pub email: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Middle name.
    pub middle_name: Option<String>,
    /// Customer group.
    pub group_id: Option<i64>,
    /// Name prefix.
    pub prefix: Option<String>,
    /// Name suffix.
    pub suffix: Option<String>,
    /// Date of birth; inner `None` = none.
    pub dob: Option<Option<NaiveDate>>,
    /// Tax/VAT number.
    pub taxvat: Option<String>,
    /// Gender; inner `None` = none.
    pub gender: Option<Option<Gender>>,
}

/// What of an address is to change; `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressUpdate {
    /// Where it is.
    pub place: Option<Place>,
    /// Company.
    pub company: Option<String>,
    /// Fax.
    pub fax: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Middle name.
    pub middle_name: Option<String>,
    /// Name prefix.
    pub prefix: Option<String>,
    /// Name suffix.
    pub suffix: Option<String>,
    /// Telephone.
    pub telephone: Option<String>,
    /// Make it the default billing address. The store ignores `false`.
    pub default_billing: bool,
    /// Make it the default shipping address.
    pub default_shipping: bool,
}

/// The parts of an address that only make sense together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Lines of the street.
    pub street: Vec<String>,
    /// City.
    pub city: String,
    /// Postal code.
    pub postcode: String,
    /// Country, two letters.
    pub country_id: String,
    /// Region by id.
    pub region_id: Option<i64>,
    /// Region as text, where it has no id.
    pub region: String,
}

/// A customer who is to be made.
#[derive(Clone, Debug, Default)]
pub struct NewCustomer {
    /// Where they belong: without it the store would take the administrator's website (recordings rpc/044, rpc/045).
    pub website_id: Option<i64>,
    /// Their store view.
    pub store_id: Option<i64>,
    /// What they sign in with; without one they ask the store for it.
    pub password: Option<SecretString>,
    /// Everything else.
    pub fields: CustomerUpdate,
}

/// Makes a customer; returns the store's id.
///
/// # Errors
/// Fault 100 when the e-mail is taken or a field is refused; any other [`CallError`].
pub async fn create_customer(store: &Store, customer: NewCustomer) -> Result<i64, CallError> {
    let data = Arg::Struct("customerCustomerEntityToCreate", customer.members());
    let told = store.call_one(Call::V2("customerCustomerCreate", vec![("customerData", data)])).await?;
    new_id(&told.value)
}

/// Makes an address of a customer; returns the store's id.
///
/// # Errors
/// Fault 101 when there is no such customer, 100 with a line for each field that is refused; any other [`CallError`].
pub async fn create_address(
    store: &Store,
    customer_id: i64,
    address: AddressUpdate,
) -> Result<i64, CallError> {
    let data = Arg::Struct("customerAddressEntityCreate", address.members());
    let params = vec![("customerId", Arg::Int(customer_id)), ("addressData", data)];
    new_id(&store.call_one(Call::V2("customerAddressCreate", params)).await?.value)
}

fn new_id(value: &Value) -> Result<i64, CallError> {
    let id = value.as_text().and_then(|text| text.trim().parse().ok()).filter(|id| *id > 0);
    id.ok_or_else(|| CallError::malformed("the store did not say which number the new record has"))
}

/// Changes a customer.
///
/// # Errors
/// Fault 102 when there is no such customer, 1 when the e-mail is taken; any other [`CallError`].
pub async fn update_customer(
    store: &Store,
    customer_id: i64,
    update: CustomerUpdate,
) -> Result<(), CallError> {
    let data = Arg::Struct("customerCustomerEntityToCreate", update.members());
    let params = vec![("customerId", Arg::Int(customer_id)), ("customerData", data)];
    store.call_one(Call::V2("customerCustomerUpdate", params)).await.map(drop)
}

/// Changes an address.
///
/// # Errors
/// Fault 102 when there is no such address, 100 when a required field would be empty; any other [`CallError`].
pub async fn update_address(store: &Store, address_id: i64, update: AddressUpdate) -> Result<(), CallError> {
    let data = Arg::Struct("customerAddressEntityCreate", update.members());
    let params = vec![("addressId", Arg::Int(address_id)), ("addressData", data)];
    store.call_one(Call::V2("customerAddressUpdate", params)).await.map(drop)
}

type Members = Vec<(&'static str, Arg)>;

impl NewCustomer {
    /// In the WSDL's order.
    fn members(self) -> Members {
        const ORDER: [&str; 8] = [
            "email",
            "firstname",
            "lastname",
            "middlename",
            "password",
            "website_id",
            "store_id",
            "group_id",
        ];
        let password = self.password.map(|secret| Arg::Text(secret.expose_secret().to_owned()));
        let own = told([
            ("password", password),
            ("website_id", self.website_id.map(Arg::Int)),
            ("store_id", self.store_id.map(Arg::Int)),
        ]);
        let mut members: Members = self.fields.members().into_iter().chain(own).collect();
        members.sort_by_key(|(name, _)| ORDER.iter().position(|known| known == name).unwrap_or(ORDER.len()));
        members
    }
}

impl CustomerUpdate {
    /// In the WSDL's order.
    fn members(self) -> Members {
        // a number of the WSDL cannot be an empty text: no option has the number 0
        let gender = |gender| match gender {
            None => 0,
            Some(Gender::Male) => 1,
            Some(Gender::Female) => 2,
            Some(Gender::Other(option)) => option,
        };
        let dob = |dob: Option<NaiveDate>| dob.map(|day| day.to_string()).unwrap_or_default();
        told([
            ("email", self.email.map(Arg::Text)),
            ("firstname", self.first_name.map(Arg::Text)),
            ("lastname", self.last_name.map(Arg::Text)),
            ("middlename", self.middle_name.map(Arg::Text)),
            ("group_id", self.group_id.map(Arg::Int)),
            ("prefix", self.prefix.map(Arg::Text)),
            ("suffix", self.suffix.map(Arg::Text)),
            ("dob", self.dob.map(|it| Arg::Text(dob(it)))),
            ("taxvat", self.taxvat.map(Arg::Text)),
            ("gender", self.gender.map(|it| Arg::Int(gender(it)))),
        ])
    }
}

impl AddressUpdate {
    /// In the WSDL's order.
    fn members(self) -> Members {
        let place = self.place.as_ref();
        let part = |value: fn(&Place) -> &String| place.map(|place| Arg::Text(value(place).clone()));
        // a number of the old country would stay: without an id it is set to none
        let region_id = place.map(|place| Arg::Int(place.region_id.unwrap_or(0)));
        told([
            ("city", part(|place| &place.city)),
            ("company", self.company.map(Arg::Text)),
            ("country_id", part(|place| &place.country_id)),
            ("fax", self.fax.map(Arg::Text)),
            ("firstname", self.first_name.map(Arg::Text)),
            ("lastname", self.last_name.map(Arg::Text)),
            ("middlename", self.middle_name.map(Arg::Text)),
            ("postcode", part(|place| &place.postcode)),
            ("prefix", self.prefix.map(Arg::Text)),
            ("region_id", region_id),
            ("region", part(|place| &place.region)),
            ("street", place.map(|place| Arg::Strings(place.street.clone()))),
            ("suffix", self.suffix.map(Arg::Text)),
            ("telephone", self.telephone.map(Arg::Text)),
            ("is_default_billing", self.default_billing.then_some(Arg::Bool(true))),
            ("is_default_shipping", self.default_shipping.then_some(Arg::Bool(true))),
        ])
    }
}

fn told<const N: usize>(members: [(&'static str, Option<Arg>); N]) -> Members {
    members.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changes_is_sent_and_an_empty_text_clears() {
        let update = CustomerUpdate {
            middle_name: Some(String::new()),
            dob: Some(None),
            gender: Some(Some(Gender::Female)),
            ..CustomerUpdate::default()
        };
        let sent = [
            ("middlename", Arg::Text(String::new())),
            ("dob", Arg::Text(String::new())),
            ("gender", Arg::Int(2)),
        ];
        assert_eq!(update.members(), sent);
    }

    #[test]
    fn who_is_made_belongs_to_a_website_and_the_password_does_not_print() {
        let customer = NewCustomer {
            website_id: Some(1),
            store_id: Some(2),
            password: Some(SecretString::from("very secret")),
            fields: CustomerUpdate {
                email: Some("a@example.org".into()),
                suffix: Some("PhD".into()),
                ..CustomerUpdate::default()
            },
        };
        assert!(!format!("{customer:?}").contains("very secret"));
        let names: Vec<&str> = customer.members().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["email", "password", "website_id", "store_id", "suffix"]);
    }

    #[test]
    fn a_place_is_sent_whole_and_a_default_is_never_taken_away() {
        let place = Place { street: vec!["1".into(), "2".into()], city: "X".into(), ..Place::default() };
        let update = AddressUpdate { place: Some(place), default_billing: true, ..AddressUpdate::default() };
        let names: Vec<&str> = update.members().into_iter().map(|(name, _)| name).collect();
        let whole = ["city", "country_id", "postcode", "region_id", "region", "street", "is_default_billing"];
        assert_eq!(names, whole);
    }
}
