//! A customer and an address as the API tells of them, by the names of the pages' fields.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::super::named::Named;
use super::super::problem::{Kind, Problem};
use crate::crm::customers::{self, Book, CustomerRecord, Sides};
use crate::crm::merge::{Unit, Values};
use crate::crm::newsletter::{self, Status};

/// A customer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::web::api) struct Customer {
    id: i64,
    /// The store’s id; none for a guest, and for whom the store is still to create.
    remote_id: Option<i64>,
    email: String,
    name_prefix: String,
    first_name: String,
    middle_name: String,
    last_name: String,
    name_suffix: String,
    /// Like 1815-12-10.
    birthday: Option<String>,
    #[schema(example = "female")]
    gender: Option<String>,
    tax_vat: String,
    customer_group: Option<Named>,
    /// The id of one of the addresses.
    default_billing_address: Option<i64>,
    /// The id of one of the addresses.
    default_shipping_address: Option<i64>,
    channel: Named,
    website: Option<String>,
    store: Option<String>,
    account: Option<Named>,
    contact: Option<Named>,
    owner: Option<Named>,
    /// Subscribed, Not active, Unsubscribed or Unconfirmed, each once where subscriptions differ; none for whoever never subscribed.
    newsletter: Option<String>,
    /// Made of guest orders.
    is_guest: bool,
    /// False: registered, never confirmed.
    confirmed: Option<bool>,
    /// Edits flow back to the store.
    two_way: bool,
    /// When they registered in the store.
    created_at: Option<DateTime<Utc>>,
    /// When the store last saved them.
    updated_at: Option<DateTime<Utc>>,
    imported_at: DateTime<Utc>,
    synced_at: DateTime<Utc>,
    /// Since when the store has them no more.
    removed_at: Option<DateTime<Utc>>,
    /// Since when the lists leave them out.
    hidden_at: Option<DateTime<Utc>>,
    addresses: Vec<Address>,
}

/// An address of a customer.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CustomerAddress)]
pub(in crate::web::api) struct Address {
    pub(in crate::web::api) id: i64,
    /// The store’s id; none while the store is still to create it.
    remote_id: Option<i64>,
    name_prefix: String,
    first_name: String,
    middle_name: String,
    last_name: String,
    name_suffix: String,
    company: String,
    /// Lines of the street, with line breaks between.
    street: String,
    city: String,
    state: String,
    zip_postal_code: String,
    /// Its code of two letters.
    #[schema(example = "DE")]
    country: String,
    phone: String,
    fax: String,
    is_default_billing: bool,
    is_default_shipping: bool,
    /// Gone in the store.
    pub(in crate::web::api) removed: bool,
}

/// A customer with all that an edit needs to know.
pub(in crate::web::api) struct Whole {
    pub(in crate::web::api) record: CustomerRecord,
    pub(in crate::web::api) book: Book,
    pub(in crate::web::api) told: Customer,
}

impl Whole {
    /// The customer with this id.
    pub(in crate::web::api) async fn load(db: &mut PgConnection, id: i64) -> Result<Self, Problem> {
        let missing = || Problem::of(Kind::NotFound);
        let record = customers::find(&mut *db, id).await?.ok_or_else(missing)?;
        let book = customers::look_at(&mut *db, &[id]).await?.remove(&id).ok_or_else(missing)?;
        let cards = customers::addresses(&mut *db, id).await?;
        let defaults = |of: fn(&customers::Address) -> bool| -> Vec<i64> {
            let living = cards.iter().filter(|card| card.removed_at.is_none() && of(card));
            living.map(|card| card.id).collect()
        };
        let billing = defaults(|card| card.default_billing);
        let shipping = defaults(|card| card.default_shipping);
        let mut told = Customer::of(&record, &book, &billing, &shipping);
        let newsletter: Vec<&str> =
            newsletter::shown_of(&mut *db, id).await?.into_iter().map(Status::word).collect();
        told.newsletter = Some(newsletter.join(", ")).filter(|words| !words.is_empty());
        Ok(Self { record, book, told })
    }

    /// One of the addresses.
    pub(in crate::web::api) fn address(&self, id: i64) -> Result<&Address, Problem> {
        let found = self.told.addresses.iter().find(|address| address.id == id);
        found.ok_or_else(|| Problem::of(Kind::NotFound))
    }

    /// All of them.
    pub(in crate::web::api) fn into_addresses(self) -> Vec<Address> {
        self.told.addresses
    }

    /// The one that was made last.
    pub(in crate::web::api) fn last_address(&self) -> Option<&Address> {
        self.told.addresses.iter().max_by_key(|address| address.id)
    }
}

impl Customer {
    fn of(record: &CustomerRecord, book: &Book, billing: &[i64], shipping: &[i64]) -> Self {
        let of = |unit| text(&book.customer.local, unit);
        let is_told = |unit| Some(text(&book.customer.local, unit)).filter(|text| !text.is_empty());
        let group = book.customer.local.value(Unit::Group).as_i64();
        let addresses = book.addresses.iter().map(|sides| Address::of(sides, billing, shipping)).collect();
        Self {
            id: record.id,
            remote_id: record.remote_id,
            email: of(Unit::Email),
            name_prefix: of(Unit::Prefix),
            first_name: of(Unit::FirstName),
            middle_name: of(Unit::MiddleName),
            last_name: of(Unit::LastName),
            name_suffix: of(Unit::Suffix),
            birthday: is_told(Unit::Birthday),
            gender: is_told(Unit::Gender),
            tax_vat: of(Unit::Taxvat),
            customer_group: group.map(|id| Named::new(id, record.group.clone().unwrap_or_default())),
            default_billing_address: billing.first().copied(),
            default_shipping_address: shipping.first().copied(),
            channel: Named::new(record.channel_id, &record.channel),
            website: record.website.clone(),
            store: record.store.clone(),
            account: Named::of(record.account.clone()),
            contact: Named::of(record.contact.clone()),
            owner: Named::of(record.owner.clone()),
            newsletter: None,
            is_guest: record.is_guest,
            confirmed: record.confirmed,
            two_way: record.two_way,
            created_at: record.created_at,
            updated_at: record.updated_at,
            imported_at: record.imported_at,
            synced_at: record.synced_at,
            removed_at: record.removed_at,
            hidden_at: record.hidden.as_ref().map(|(at, _)| *at),
            addresses,
        }
    }
}

impl Address {
    fn of(sides: &Sides, billing: &[i64], shipping: &[i64]) -> Self {
        let of = |unit| text(&sides.local, unit);
        let place = sides.local.value(Unit::Place);
        let part = |name: &str| place.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Self {
            id: sides.id,
            remote_id: sides.remote_id,
            name_prefix: of(Unit::Prefix),
            first_name: of(Unit::FirstName),
            middle_name: of(Unit::MiddleName),
            last_name: of(Unit::LastName),
            name_suffix: of(Unit::Suffix),
            company: of(Unit::Company),
            street: part("street"),
            city: part("city"),
            state: part("region"),
            zip_postal_code: part("postcode"),
            country: part("country_id"),
            phone: of(Unit::Telephone),
            fax: of(Unit::Fax),
            is_default_billing: billing.contains(&sides.id),
            is_default_shipping: shipping.contains(&sides.id),
            removed: sides.removed,
        }
    }
}

fn text(values: &Values, unit: Unit) -> String {
    values.value(unit).as_str().unwrap_or_default().to_owned()
}
