//! What orders and carts have in common: the buyer, addresses, the payment, currencies.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::customers::{self, Gender};
use super::row::{RowExt, RowProblem};
use crate::magento::soap::value::{Field, Row};

/// Who bought, as the order or cart itself tells. SOAP v2's order infos tell no middle name, prefix, suffix, gender,
/// date of birth and tax number; their lists do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buyer {
    /// The customer; nil for a guest, and after the customer was deleted in the store.
    pub customer_id: Field<i64>,
    /// Did somebody without a customer account buy? The store's word, or that no customer is named.
    pub is_guest: bool,
    /// E-mail.
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
    /// Customer group at that time; 0 is "not logged in".
    pub group_id: Field<i64>,
    /// Gender.
    pub gender: Field<Gender>,
    /// Date of birth.
    pub dob: Field<NaiveDate>,
    /// Tax/VAT number.
    pub taxvat: Field<String>,
}

/// An address of an order or cart: a copy made at that time, not one of the customer's book.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleAddress {
    /// `address_id` among orders or carts; nil in SOAP v1's carts.
    pub address_id: Field<i64>,
    /// The address of the customer's book that it was copied from.
    pub customer_address_id: Field<i64>,
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
    /// Region as text: its name where `region_id` is set, else free text.
    pub region: Field<String>,
    /// Region by id; nil for free text.
    pub region_id: Field<i64>,
    /// Postal code.
    pub postcode: Field<String>,
    /// Country, two letters.
    pub country_id: Field<String>,
    /// Telephone.
    pub telephone: Field<String>,
    /// Fax.
    pub fax: Field<String>,
    /// E-mail.
    pub email: Field<String>,
    /// VAT number.
    pub vat_id: Field<String>,
}

/// How it is paid. Card numbers stay in the store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Code of the payment method, such as `checkmo`.
    pub method: Field<String>,
    /// Amount ordered, in the order's currency.
    pub amount_ordered: Field<Decimal>,
    /// Amount paid; only SOAP v1 tells it.
    pub amount_paid: Field<Decimal>,
    /// Amount refunded; only SOAP v1 tells it.
    pub amount_refunded: Field<Decimal>,
    /// Purchase order number.
    pub po_number: Field<String>,
    /// Kind of card, such as `VI`.
    pub cc_type: Field<String>,
    /// The last four characters of the card number, whatever a module wrote there.
    pub cc_last4: Field<String>,
    /// Name on the card.
    pub cc_owner: Field<String>,
    /// The card's last month.
    pub cc_exp_month: Field<i64>,
    /// The card's last year.
    pub cc_exp_year: Field<i64>,
    /// The gateway's number of the last transaction; only SOAP v1 tells it.
    pub last_transaction_id: Field<String>,
}

/// The currencies in play.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Currencies {
    /// That of the amounts: the order's or cart's.
    pub own: Field<String>,
    /// That of the base amounts: the website's.
    pub base: Field<String>,
    /// One unit of the base currency in the own one.
    pub base_to_own: Field<Decimal>,
}

/// The buyer of an order or cart.
pub(super) fn buyer(row: &Row) -> Result<Buyer, RowProblem> {
    let customer_id = row.id("customer_id")?;
    Ok(Buyer {
        customer_id,
        is_guest: row.flag("customer_is_guest")?.value().unwrap_or(false) || !customer_id.is(),
        email: row.string("customer_email"),
        prefix: row.string_if_told("customer_prefix"),
        first_name: row.string("customer_firstname"),
        middle_name: row.string_if_told("customer_middlename"),
        last_name: row.string("customer_lastname"),
        suffix: row.string_if_told("customer_suffix"),
        group_id: row.int("customer_group_id")?,
        gender: customers::gender("customer_gender", row.text("customer_gender"))?,
        dob: row.date_if_told("customer_dob")?,
        taxvat: row.string_if_told("customer_taxvat"),
    })
}

impl Buyer {
    /// The same for calls that declare all of it: what they omit is nil.
    pub(super) fn all_declared(self) -> Self {
        Self {
            prefix: self.prefix.declared(),
            middle_name: self.middle_name.declared(),
            suffix: self.suffix.declared(),
            gender: self.gender.declared(),
            dob: self.dob.declared(),
            taxvat: self.taxvat.declared(),
            ..self
        }
    }
}

/// An address; `None` where there is none, as in a virtual order (recording rpc/088).
pub(super) fn address(row: &Row, name: &str) -> Result<Option<SaleAddress>, RowProblem> {
    row.part(name).map(read_address).transpose()
}

/// The payment; `None` where nothing has been chosen yet.
pub(super) fn payment(row: &Row) -> Result<Option<Payment>, RowProblem> {
    row.part("payment").map(read_payment).transpose()
}

fn read_address(row: &Row) -> Result<SaleAddress, RowProblem> {
    Ok(SaleAddress {
        address_id: row.id("address_id")?,
        customer_address_id: row.id_if_told("customer_address_id")?,
        prefix: row.string_if_told("prefix"),
        first_name: row.string("firstname"),
        middle_name: row.string("middlename"),
        last_name: row.string("lastname"),
        suffix: row.string_if_told("suffix"),
        company: row.string("company"),
        street: row.string("street").map(|street| street.replace("\r\n", "\n")),
        city: row.string("city"),
        region: row.string("region"),
        region_id: row.id("region_id")?,
        postcode: row.string("postcode"),
        country_id: row.string("country_id"),
        telephone: row.string("telephone"),
        fax: row.string("fax"),
        email: row.string_if_told("email"),
        vat_id: row.string_if_told("vat_id"),
    })
}

fn read_payment(row: &Row) -> Result<Payment, RowProblem> {
    Ok(Payment {
        method: row.string("method"),
        amount_ordered: row.decimal_if_told("amount_ordered")?,
        amount_paid: row.decimal_if_told("amount_paid")?,
        amount_refunded: row.decimal_if_told("amount_refunded")?,
        po_number: row.string("po_number"),
        cc_type: row.string("cc_type"),
        cc_last4: row.text("cc_last4").declared().map(last_four),
        cc_owner: row.string("cc_owner"),
        cc_exp_month: row.id("cc_exp_month")?,
        cc_exp_year: row.id("cc_exp_year")?,
        last_transaction_id: row.string_if_told("last_trans_id"),
    })
}

fn last_four(text: &str) -> String {
    let from = text.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
    text.get(from..).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_number_is_never_kept_whole() {
        let check = |text, expected| assert_eq!(last_four(text), expected);
        check("4111111111111111", "1111");
        check("1881", "1881");
        check("é1", "é1");
        check("", "");
    }
}
