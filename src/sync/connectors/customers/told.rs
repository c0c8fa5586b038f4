//! What the wire tells, as customers take it in.

use chrono::{DateTime, Utc};

use super::super::sale::text;
use crate::crm::customers::{Gender, Incoming, IncomingAddress};
use crate::magento::api::addresses::Address;
use crate::magento::api::customers::{self as wire, Customer};

/// A customer with their address book, where it was read.
pub(super) fn incoming(
    row: Customer,
    hash: Option<Vec<u8>>,
    addresses: Option<Vec<Address>>,
    sent_at: DateTime<Utc>,
) -> Incoming {
    Incoming {
        remote_id: row.customer_id,
        website_id: row.website_id.value(),
        store_id: row.store_id.value(),
        group_id: row.group_id.value(),
        email: text(row.email),
        prefix: text(row.prefix),
        first_name: text(row.first_name),
        middle_name: text(row.middle_name),
        last_name: text(row.last_name),
        suffix: text(row.suffix),
        birthday: row.dob.value(),
        gender: row.gender.known().map(|gender| gender.and_then(gender_of)),
        taxvat: text(row.taxvat),
        created_in: text(row.created_in),
        confirmed: row.confirmed.value(),
        created_at: row.created_at,
        updated_at: row.updated_at,
        row_hash: hash,
        addresses: addresses.map(|list| list.into_iter().map(address).collect()),
        read_at: sent_at,
        agreed: None,
    }
}

/// A shop may define genders of its own; we know two, and take the others for "not told".
fn gender_of(gender: wire::Gender) -> Option<Gender> {
    match gender {
        wire::Gender::Male => Some(Gender::Male),
        wire::Gender::Female => Some(Gender::Female),
        wire::Gender::Other(_) => None,
    }
}

fn address(row: Address) -> IncomingAddress {
    IncomingAddress {
        remote_id: row.address_id,
        prefix: text(row.prefix),
        first_name: text(row.first_name),
        middle_name: text(row.middle_name),
        last_name: text(row.last_name),
        suffix: text(row.suffix),
        company: text(row.company),
        street: text(row.street),
        city: text(row.city),
        postcode: text(row.postcode),
        country_id: text(row.country_id),
        region_id: row.region_id.value(),
        region: text(row.region),
        telephone: text(row.telephone),
        fax: text(row.fax),
        default_billing: row.is_default_billing,
        default_shipping: row.is_default_shipping,
        agreed: None,
    }
}
