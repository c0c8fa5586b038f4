//! Customers: the list of SOAP v2, the richer list of SOAP v1, the bridge's pages with addresses, and single customers.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

pub use super::IdFilter;
use super::addresses::Address;
use super::filter::{Filters, first_page};
use super::row::{self, Record, RowExt, RowProblem};
use super::{Between, Bulk, Listing, bulk};
use crate::magento::soap::parse::ParseProblem;
use crate::magento::soap::value::{Field, Row};
use crate::magento::soap::write::Arg;
use crate::magento::store::Call;
use crate::magento::{CallError, Store};

/// Which customers to list. Everything set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerFilter {
    /// `updated_at` between these two instants, both inclusive, in whole seconds.
    pub updated: Option<Between>,
    /// `customer_id`.
    pub ids: Option<IdFilter>,
    /// `website_id`.
    pub website_id: Option<i64>,
    /// `email`, in whatever case.
    pub email: Option<String>,
}

/// A customer. `Missing` fields are those that the call never returns: `gender`, `default_billing` and
/// `default_shipping` in SOAP v2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// `customer_id`.
    pub customer_id: i64,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last saved; address edits do not move it.
    pub updated_at: DateTime<Utc>,
    /// E-mail, unique in a website (or the shop).
    pub email: Field<String>,
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
    /// Customer group.
    pub group_id: Field<i64>,
    /// Store view it was created in.
    pub store_id: Field<i64>,
    /// Website; nil when shared by all.
    pub website_id: Field<i64>,
    /// Name of the store view it was created in.
    pub created_in: Field<String>,
    /// Tax/VAT number.
    pub taxvat: Field<String>,
    /// `increment_id`, practically never set.
    pub increment_id: Field<String>,
    /// Date of birth.
    pub dob: Field<NaiveDate>,
    /// Gender.
    pub gender: Field<Gender>,
    /// Has the e-mail been confirmed, or need not be? The wire's `confirmation` says the opposite: a pending key.
    pub confirmed: Field<bool>,
    /// The default billing address.
    pub default_billing: Field<i64>,
    /// The default shipping address.
    pub default_shipping: Field<i64>,
}

/// Magento's two genders (1 and 2 in SOAP v1 and writes; words with the bridge), and what shops add.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Gender {
    /// 1.
    Male,
    /// 2.
    Female,
    /// Another option that the shop has defined.
    Other(i64),
}

/// A customer with the whole address book, as the bridge tells them. A customer with an address that cannot be read is
/// a bad row: half a book would look like removed addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerWithAddresses {
    /// The customer, with gender and default addresses.
    pub customer: Customer,
    /// All addresses, in no particular order.
    pub addresses: Vec<Address>,
}

/// Customers by SOAP v2 `customerCustomerList` (recordings rpc/012-021, wsi likewise).
///
/// # Errors
/// Any [`CallError`].
pub async fn list(store: &Store, filter: &CustomerFilter) -> Result<Listing<Customer>, CallError> {
    let call = Call::V2("customerCustomerList", vec![("filters", filter.filters().v2())]);
    row::list(store, call).await
}

/// Customers by SOAP v1 `customer.list`, with gender and default addresses (recordings v1/002, v1/003).
///
/// # Errors
/// Any [`CallError`].
pub async fn list_bulk(store: &Store, filter: &CustomerFilter) -> Result<Listing<Customer>, CallError> {
    let call = Call::V1("customer.list", vec![filter.filters().v1()]);
    row::list_with(store, call, Customer::ID, |row| read(row, Returns::Everything)).await
}

/// Many customers in one request, in the order asked (recording v1/004).
///
/// # Errors
/// Any [`CallError`] of the request as a whole; entries fail one by one (fault 102: no such customer).
pub async fn infos_bulk(store: &Store, customer_ids: &[i64]) -> Result<Bulk<Customer>, CallError> {
    let arguments = customer_ids.iter().copied().map(Arg::Int).collect();
    let read = |value: &_| row::record(value, Customer::ID, |row| read(row, Returns::Everything));
    bulk::multi_call(store, "customer.info", arguments, read).await
}

/// The first customers that match, with their addresses and by rising `customer_id`, from the bridge (recordings
/// rpc/123-128, rpc/924; wsi likewise). The next page is asked for with [`IdFilter::After`] the greatest id seen.
///
/// # Errors
/// Any [`CallError`]; a fault "not present" when the bridge is not installed.
pub async fn bridge_page(
    store: &Store,
    filter: &CustomerFilter,
    size: u32,
) -> Result<Listing<CustomerWithAddresses>, CallError> {
    let params = vec![("filters", filter.filters().v2()), ("pager", first_page(size))];
    row::list(store, Call::V2("oroCustomerList", params)).await
}

/// Who of a list has this e-mail. A store that does not know a filter answers with everybody.
#[must_use]
pub fn with_email<'a>(rows: &'a [Customer], email: &str) -> Option<&'a Customer> {
    rows.iter().find(|row| match &row.email {
        Field::Is(theirs) => theirs.trim().to_lowercase() == email.trim().to_lowercase(),
        Field::Missing | Field::Nil => false,
    })
}

/// One customer by SOAP v2 `customerCustomerInfo` (recordings rpc/028-030, wsi likewise).
///
/// # Errors
/// Fault 102 when it does not exist; [`CallError::Malformed`] when it cannot be read; any other [`CallError`].
pub async fn info(store: &Store, customer_id: i64) -> Result<Customer, CallError> {
    let params = vec![("customerId", Arg::Int(customer_id)), ("attributes", Arg::Nil("ArrayOfString"))];
    let told = store.call_one(Call::V2("customerCustomerInfo", params)).await?;
    row::record(&told.value, Customer::ID, Customer::read).map_err(|bad| CallError::malformed(bad.cause))
}

impl CustomerFilter {
    pub(super) fn filters(&self) -> Filters {
        Filters::default()
            .equal("website_id", self.website_id)
            .equal_text("email", self.email.as_deref())
            .between("updated_at", self.updated)
            .ids("customer_id", self.ids.as_ref())
    }
}

#[derive(Clone, Copy)]
enum Returns {
    /// What SOAP v2 declares.
    V2,
    /// What SOAP v1 declares: all attributes.
    Everything,
}

impl Record for Customer {
    const ID: &'static str = "customer_id";

    fn read(row: &Row) -> Result<Self, RowProblem> {
        read(row, Returns::V2)
    }
}

impl Record for CustomerWithAddresses {
    const ID: &'static str = Customer::ID;

    fn read(row: &Row) -> Result<Self, RowProblem> {
        let addresses = row.parts("addresses", Address::read)?;
        let default = |is: fn(&Address) -> bool| {
            addresses
                .iter()
                .find(|address| is(address))
                .map_or(Field::Nil, |found| Field::Is(found.address_id))
        };
        let customer = Customer {
            gender: gender("gender", row.text("gender").declared())?,
            default_billing: default(|address| address.is_default_billing),
            default_shipping: default(|address| address.is_default_shipping),
            ..Customer::read(row)?
        };
        Ok(Self { customer, addresses })
    }
}

fn read(row: &Row, returns: Returns) -> Result<Customer, RowProblem> {
    let only_v1 = |name: &str| match returns {
        Returns::V2 if row.get(name).is_none() => Ok(Field::Missing),
        _ => row.int(name),
    };
    Ok(Customer {
        customer_id: row.required_id(Customer::ID)?,
        created_at: row.required_time("created_at")?,
        updated_at: row.required_time("updated_at")?,
        email: row.string("email"),
        prefix: row.string("prefix"),
        first_name: row.string("firstname"),
        middle_name: row.string("middlename"),
        last_name: row.string("lastname"),
        suffix: row.string("suffix"),
        group_id: row.int("group_id")?,
        store_id: row.int("store_id")?,
        website_id: row.int("website_id")?,
        created_in: row.string("created_in"),
        taxvat: row.string("taxvat"),
        increment_id: row.string("increment_id"),
        dob: row.date("dob")?,
        gender: gender(
            "gender",
            match returns {
                Returns::V2 => row.text("gender"),
                Returns::Everything => row.text("gender").declared(),
            },
        )?,
        confirmed: Field::Is(confirmed(row)),
        default_billing: only_v1("default_billing")?,
        default_shipping: only_v1("default_shipping")?,
    })
}

/// `confirmation` is `true` (v2) or a key (v1) while the customer has not confirmed, else false, nil or absent.
fn confirmed(row: &Row) -> bool {
    match row.text("confirmation") {
        Field::Is(text) => text.trim().is_empty() || matches!(text.trim(), "0" | "false"),
        Field::Missing | Field::Nil => true,
    }
}

/// A gender in whatever way it is told; also that of an order's buyer.
pub(super) fn gender(name: &str, text: Field<&str>) -> Result<Field<Gender>, RowProblem> {
    let text = text.filter(|text| !matches!(text.trim(), "" | "0"));
    text.try_map(|text| match text.trim() {
        "1" | "Male" => Ok(Gender::Male),
        "2" | "Female" => Ok(Gender::Female),
        other => other.parse().map(Gender::Other).map_err(|_| unknown_gender(name, other)),
    })
}

fn unknown_gender(name: &str, text: &str) -> RowProblem {
    ParseProblem { field: name.to_owned(), text: text.chars().take(100).collect(), expected: "a gender" }
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::magento::soap::value::Value;

    fn row(members: &[(&'static str, &str)]) -> Row {
        let always = [
            ("customer_id", "7"),
            ("created_at", "2024-02-09 02:05:16"),
            ("updated_at", "2025-06-19 22:09:00"),
        ];
        let members = always.iter().chain(members);
        Row(members.map(|(name, text)| ((*name).into(), Value::Text((*text).to_owned()))).collect())
    }

    #[test]
    fn what_a_call_never_returns_is_missing_and_what_it_omits_is_nil() {
        let v2 = read(&row(&[]), Returns::V2).expect("a customer");
        assert_eq!(
            (v2.gender, v2.default_billing, v2.middle_name),
            (Field::Missing, Field::Missing, Field::Nil)
        );
        let v1 = read(&row(&[]), Returns::Everything).expect("a customer");
        assert_eq!((v1.gender, v1.default_billing), (Field::Nil, Field::Nil));
    }

    #[test]
    fn genders() {
        let check = |text: &str, expected: Option<Field<Gender>>| {
            let customer = read(&row(&[("gender", text)]), Returns::Everything);
            assert_eq!(customer.ok().map(|customer| customer.gender), expected, "{text}");
        };
        check("1", Some(Field::Is(Gender::Male)));
        check("Female", Some(Field::Is(Gender::Female)));
        check("", Some(Field::Nil));
        check("123", Some(Field::Is(Gender::Other(123))));
        check("unclear", None);
    }

    #[test]
    fn confirmation_means_the_opposite() {
        let check = |text: &str, expected| {
            let customer = read(&row(&[("confirmation", text)]), Returns::V2).expect("a customer");
            assert_eq!(customer.confirmed, Field::Is(expected), "{text}");
        };
        check("true", false);
        check("0c83f57c786a0b4a39efab23731c7ebc", false);
        check("", true);
        check("false", true);
    }

    #[test]
    fn a_date_that_is_none_spoils_the_row_and_zeros_do_not() {
        let check = |text: &str, good: bool| {
            assert_eq!(read(&row(&[("dob", text)]), Returns::V2).is_ok(), good, "{text}")
        };
        check("0000-00-00 00:00:00", true);
        check("1963-08-09 00:00:00", true);
        check("garbage", false);
    }
}
