//! Addresses of customers: one customer's by SOAP v2, many customers' in one request by SOAP v1.

use serde::{Deserialize, Serialize};

use super::row::{self, Record, RowExt, RowProblem};
use super::{Bulk, Listing, bulk};
use crate::magento::soap::value::{Field, Row, Value};
use crate::magento::soap::write::Arg;
use crate::magento::store::Call;
use crate::magento::{CallError, Store};

/// An address of a customer's book. The customer's id is not in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// `customer_address_id`.
    pub address_id: i64,
    /// Name prefix.
    pub prefix: Field<String>,
    /// First name.
    pub first_name: Field<String>,
    /// Middle name.
    pub middle_name: Field<String>,
    /// Last name.
    pub last_name: Field<String>,
    /// Name suffix.
    pub suffix: Field<String>,
    /// Company.
    pub company: Field<String>,
    /// Street, its lines joined by line feeds.
    pub street: Field<String>,
    /// City.
    pub city: Field<String>,
    /// Postal code.
    pub postcode: Field<String>,
    /// Country, two letters.
    pub country_id: Field<String>,
    /// Region as text: its name where `region_id` is set, else free text.
    pub region: Field<String>,
    /// Region by id; nil for free text (the wire's 0).
    pub region_id: Field<i64>,
    /// Telephone.
    pub telephone: Field<String>,
    /// Fax.
    pub fax: Field<String>,
    /// Is it the customer's default billing address?
    pub is_default_billing: bool,
    /// Is it the customer's default shipping address?
    pub is_default_shipping: bool,
}

/// One customer's addresses by SOAP v2, in no particular order (recordings rpc/055, rpc/056; wsi likewise).
///
/// # Errors
/// Fault 101 when the customer does not exist, or any other [`CallError`].
pub async fn addresses(store: &Store, customer_id: i64) -> Result<Listing<Address>, CallError> {
    row::list(store, Call::V2("customerAddressList", vec![("customerId", Arg::Int(customer_id))])).await
}

/// Many customers' addresses in one request, in the order asked (recording v1/005). An entry with a row that cannot
/// be read fails as a whole: half a list would look like removed addresses.
///
/// # Errors
/// Any [`CallError`] of the request as a whole; entries fail one by one (fault 101: no such customer).
pub async fn addresses_bulk(store: &Store, customer_ids: &[i64]) -> Result<Bulk<Vec<Address>>, CallError> {
    let arguments = customer_ids.iter().copied().map(Arg::Int).collect();
    let read = |value: &Value| row::records::<Address>(value);
    bulk::multi_call(store, "customer_address.list", arguments, read).await
}

impl Record for Address {
    const ID: &'static str = "customer_address_id";

    fn read(row: &Row) -> Result<Self, RowProblem> {
        Ok(Self {
            address_id: row.required_id(Self::ID)?,
            prefix: row.string("prefix"),
            first_name: row.string("firstname"),
            middle_name: row.string("middlename"),
            last_name: row.string("lastname"),
            suffix: row.string("suffix"),
            company: row.string("company"),
            street: street(row),
            city: row.string("city"),
            postcode: row.string("postcode"),
            country_id: row.string("country_id"),
            region: row.string("region"),
            region_id: row.id("region_id")?,
            telephone: row.string("telephone"),
            fax: row.string("fax"),
            is_default_billing: row.flag("is_default_billing")?.value().unwrap_or(false),
            is_default_shipping: row.flag("is_default_shipping")?.value().unwrap_or(false),
        })
    }
}

/// One text with line feeds; some stores send an array of lines.
fn street(row: &Row) -> Field<String> {
    match row.get("street") {
        Some(Value::List(lines)) => {
            Field::Is(lines.iter().filter_map(Value::as_text).collect::<Vec<_>>().join("\n"))
        }
        _ => row.string("street").map(|street| street.replace("\r\n", "\n")),
    }
}
