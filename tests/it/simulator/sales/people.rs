//! Recorded customers and subscribers, laid into the store.

use cartwright::simulator::{Address, Customer, CustomerView, Subscriber};

use super::super::bench::*;
use super::person;
use super::row::each_with;

/// Lays the subscribers of a recorded answer into the store.
pub(in super::super) fn lay_in_subscribers(bench: &Bench, number: &str) {
    each_with(bench, number, "subscriber_id", |row| {
        bench.store.put_subscriber(Subscriber {
            id: row.id("subscriber_id"),
            store_id: row.id("store_id"),
            change_status_at: row.text("change_status_at").map(|text| seconds(&text)),
            customer_id: row.id("customer_id"),
            email: row.text("subscriber_email").unwrap(),
            status: row.id("subscriber_status"),
            confirm_code: row.text("subscriber_confirm_code"),
        });
    });
}

/// Lays the customers of one of the bridge's answers into the store, with their address books.
pub(in super::super) fn lay_in_people(bench: &Bench, number: &str) {
    each_with(bench, number, "created_in", |row| {
        let addresses = row.rows("addresses");
        let default = |which: &str| {
            let found = addresses.iter().find(|book| book.text(which).as_deref() == Some("true"));
            found.map(|book| book.id("customer_address_id"))
        };
        let customer = Customer {
            id: row.id("customer_id"),
            created_at: row.time("created_at"),
            updated_at: row.time("updated_at"),
            website_id: row.id("website_id"),
            store_id: row.id("store_id"),
            group_id: row.id("group_id"),
            email: row.text("email").unwrap(),
            firstname: row.value("firstname"),
            middlename: row.value("middlename"),
            lastname: row.value("lastname"),
            prefix: row.value("prefix"),
            suffix: row.value("suffix"),
            dob: row.value("dob"),
            taxvat: row.value("taxvat"),
            gender: row.value("gender").map(|gender| if gender == "Male" { 1 } else { 2 }),
            unconfirmed: row.value("confirmation").is_some(),
            password_hash: row.value("password_hash"),
            default_billing: default("is_default_billing"),
            default_shipping: default("is_default_shipping"),
        };
        let book = addresses.iter().map(|book| Address {
            id: book.id("customer_address_id"),
            created_at: book.time("created_at"),
            updated_at: book.time("updated_at"),
            ..person(*book)
        });
        bench.store.put_customer(CustomerView { customer, addresses: book.collect() });
    });
}
