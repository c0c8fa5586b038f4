//! Recorded records, laid into the store.

use cartwright::simulator::{Address, Customer, Text};

use super::bench::*;
use super::texts::*;

/// Recorded address rows become the address book of a customer, with their defaults.
pub(super) fn lay_in_addresses(bench: &Bench, number: &str, customer: u32) {
    for address in bench.store.customer(customer).unwrap().addresses {
        bench.store.delete_address(address.id);
    }
    let recorded = fixture(bench.recordings, number, "response");
    let document = roxmltree::Document::parse(&recorded).unwrap();
    let rows = document
        .descendants()
        .filter(|node| node.children().any(|child| child.has_tag_name("customer_address_id")));
    for row in rows.collect::<Vec<_>>().into_iter().rev() {
        let raw = |name: &str| {
            row.children()
                .find(|child| child.has_tag_name(name))
                .map(|child| child.text().unwrap_or_default().to_owned())
        };
        let text =
            |name: &str| raw(name).map(|text| Text::Owned(if text == "\n" { String::new() } else { text }));
        let id = bench.store.add_address(
            customer,
            Address {
                firstname: text("firstname"),
                lastname: text("lastname"),
                company: text("company"),
                street: text("street"),
                city: text("city"),
                country_id: text("country_id"),
                region: text("region"),
                region_id: raw("region_id").map(|id| id.parse().unwrap()),
                postcode: text("postcode"),
                telephone: text("telephone"),
                fax: text("fax"),
                ..Address::default()
            },
        );
        bench
            .store
            .edit_address(id.unwrap(), |address| address.created_at = seconds(&raw("created_at").unwrap()));
        bench.store.edit_customer(customer, |customer| {
            if raw("is_default_billing").as_deref() == Some("true") {
                customer.default_billing = id;
            }
            if raw("is_default_shipping").as_deref() == Some("true") {
                customer.default_shipping = id;
            }
        });
    }
}

/// The three people of `v1/004`.
pub(super) fn lay_in_v1_customers(bench: &Bench) {
    let person =
        |first: &'static str, last: &'static str, email: &'static str, hash: &'static str| Customer {
            firstname: Some(first.into()),
            lastname: Some(last.into()),
            password_hash: Some(hash.into()),
            default_billing: Some(1),
            default_shipping: Some(1),
            ..Customer::new(email)
        };
    let people = [
        Customer {
            created_at: seconds("2024-02-09 02:05:16"),
            group_id: 5,
            prefix: Some("Mrs.".into()),
            gender: Some(1),
            ..person("محمد", "الأحمد", "customer2@example.com", "446b6e55323a6faeaff10847c47d9bff:Salt")
        },
        Customer {
            created_at: seconds("2024-07-28 01:08:33"),
            store_id: 2,
            group_id: 4,
            dob: Some("1976-06-28 00:00:00".into()),
            gender: Some(2),
            ..person("Mary", "Johnson", "customer1@example.com", "20cda32e552e027b00de1ae01cc794f2:Salt")
        },
        Customer {
            created_at: seconds("2024-02-06 23:48:02"),
            website_id: 2,
            store_id: 4,
            group_id: 3,
            gender: Some(1),
            ..person("Jürgen", "Müßig", "customer3@example.com", "a87a9ebd15a9380694fc5811e331b1b9:Salt")
        },
    ];
    for (id, person) in (1..).zip(people) {
        bench.store.edit_customer(id, |customer| *customer = person);
    }
}
