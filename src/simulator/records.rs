//! What a customer and an address are in the store's database, before anybody writes them on a wire.
//!
//! Owns: the two record types and their NULLs (`None`; an empty string is `Some("")`). Refuses: to know how records
//! come about ([`super::seeded`]), where they are kept ([`super::shop`]), or how they are written.

use std::borrow::Cow;
use std::ops::Deref;

/// Text of a column; the generated names are static, edited ones owned.
pub type Text = Cow<'static, str>;

/// A row of the store's customers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Customer {
    /// `entity_id`.
    pub id: u32,
    /// Seconds since 1970, UTC.
    pub created_at: i64,
    /// Seconds since 1970, UTC.
    pub updated_at: i64,
    /// 1 base, 2 eu, 0 admin.
    pub website_id: u32,
    /// The store view the account was made in; 0 for the admin panel.
    pub store_id: u32,
    /// 0 to 6 in a fresh store; the API takes any number.
    pub group_id: u32,
    /// Unique within one website, whatever its case.
    pub email: Text,
    /// First name.
    pub firstname: Option<Text>,
    /// Middle name.
    pub middlename: Option<Text>,
    /// Last name.
    pub lastname: Option<Text>,
    /// "Mrs.", "Dr.".
    pub prefix: Option<Text>,
    /// "Jr.", "PhD".
    pub suffix: Option<Text>,
    /// `1976-06-28 00:00:00`.
    pub dob: Option<Text>,
    /// Tax or VAT number.
    pub taxvat: Option<Text>,
    /// 1 male, 2 female; v2 takes it and never gives it back.
    pub gender: Option<u32>,
    /// Whether the customer has not yet confirmed the e-mail (`confirmation` holds a key).
    pub unconfirmed: bool,
    /// Leaks on every read, as in the real store.
    pub password_hash: Option<Text>,
    /// Id of the default billing address.
    pub default_billing: Option<u32>,
    /// Id of the default shipping address.
    pub default_shipping: Option<u32>,
}

impl Customer {
    /// A new customer of website 1 and its first store view, in the group "General".
    pub fn new(email: impl Into<Text>) -> Self {
        Self { website_id: 1, store_id: 1, group_id: 1, email: email.into(), ..Self::default() }
    }
}

/// A row of a customer's address book.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// `entity_id`.
    pub id: u32,
    /// Seconds since 1970, UTC.
    pub created_at: i64,
    /// Seconds since 1970, UTC.
    pub updated_at: i64,
    /// First name.
    pub firstname: Option<Text>,
    /// Middle name.
    pub middlename: Option<Text>,
    /// Last name.
    pub lastname: Option<Text>,
    /// "Mrs.", "Dr.".
    pub prefix: Option<Text>,
    /// "Jr.", "PhD".
    pub suffix: Option<Text>,
    /// Company.
    pub company: Option<Text>,
    /// Lines joined by a newline.
    pub street: Option<Text>,
    /// City.
    pub city: Option<Text>,
    /// Two-letter code.
    pub country_id: Option<Text>,
    /// Name of the region, free text where the country has no list.
    pub region: Option<Text>,
    /// Id in the region directory.
    pub region_id: Option<u32>,
    /// Postcode.
    pub postcode: Option<Text>,
    /// Telephone.
    pub telephone: Option<Text>,
    /// Fax.
    pub fax: Option<Text>,
}

/// A customer with the address book: what a store admin sees on one page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerView {
    /// The account.
    pub customer: Customer,
    /// The address book, newest first, as the API lists it.
    pub addresses: Vec<Address>,
}

impl Deref for CustomerView {
    type Target = Customer;

    fn deref(&self) -> &Customer {
        &self.customer
    }
}
