//! Calls about customers and addresses against their recordings, in both modes.

use cartwright::magento::api::customers::{self, Customer, CustomerFilter, Gender};
use cartwright::magento::api::{EntryFailure, addresses};
use cartwright::magento::{CallError, Field, Mode};

use super::shop::{Shop, response};

pub(super) const BOTH: [(Mode, &str); 2] = [(Mode::Rpc, "rpc"), (Mode::Wsi, "wsi")];

pub(super) async fn shop(mode: Mode, dir: &str, called: &str, file: &str) -> Shop {
    Shop::recorded(mode, &[(called, &format!("{dir}/{file}"))]).await
}

fn is(text: &str) -> Field<String> {
    Field::Is(text.to_owned())
}

#[tokio::test]
async fn customers_are_listed() {
    for (mode, dir) in BOTH {
        let shop = shop(mode, dir, "customerCustomerList", "012-customerCustomerList-in-5").await;
        let listing = customers::list(&shop.store(mode), &CustomerFilter::default()).await.expect("a list");
        assert_eq!(listing.rows.iter().map(|row| row.customer_id).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        assert!(listing.bad.is_empty() && listing.bytes > 1_000);
        let second = &listing.rows[1];
        assert_eq!(second.created_in, is("German & Swiss"));
        assert_eq!(second.created_at.to_rfc3339(), "2024-07-28T01:08:33+00:00");
        assert_eq!(second.dob.value().map(|dob| dob.to_string()).as_deref(), Some("1976-06-28"));
        assert_eq!((second.group_id, second.website_id), (Field::Is(4), Field::Is(1)));
        assert_eq!(
            (second.prefix.clone(), second.gender, second.default_billing),
            (Field::Nil, Field::Missing, Field::Missing)
        );
        assert!(
            !serde_json::to_string(&listing).expect("JSON").contains("Salt"),
            "password hashes stay outside"
        );
    }
}

#[tokio::test]
async fn a_list_is_empty_when_the_store_says_so() {
    for (mode, dir) in BOTH {
        let shop = shop(mode, dir, "customerCustomerList", "019-customerCustomerList-empty-result").await;
        let listing = customers::list(&shop.store(mode), &CustomerFilter::default()).await.expect("a list");
        assert_eq!((listing.rows.len(), listing.bad.len()), (0, 0));
    }
    let shop = Shop::recorded(Mode::Rpc, &[("customer.list", "v1/003-call-customer.list-empty")]).await;
    let listing =
        customers::list_bulk(&shop.store(Mode::Rpc), &CustomerFilter::default()).await.expect("a list");
    assert!(listing.rows.is_empty());
}

#[tokio::test]
async fn the_bulk_list_knows_more_than_the_other() {
    let shop = Shop::recorded(Mode::Wsi, &[("customer.list", "v1/002-call-customer.list-2")]).await;
    let listing =
        customers::list_bulk(&shop.store(Mode::Wsi), &CustomerFilter::default()).await.expect("a list");
    let first = &listing.rows[0];
    assert_eq!((first.customer_id, first.gender), (2, Field::Is(Gender::Female)));
    assert_eq!((first.default_billing, first.default_shipping), (Field::Is(2), Field::Is(2)));
    assert_eq!(first.created_in, is("German & Swiss"));
}

#[tokio::test]
async fn one_customer_is_read() {
    for (mode, dir) in BOTH {
        let read = async |file: &str| -> Customer {
            let shop = shop(mode, dir, "customerCustomerInfo", file).await;
            customers::info(&shop.store(mode), 1).await.expect("a customer")
        };
        let full = read("028-customerCustomerInfo-full").await;
        assert_eq!((full.first_name, full.prefix), (is("Nguyễn"), is("Dr.")));
        assert_eq!(full.created_at.to_rfc3339(), "2026-10-10T17:19:29+00:00", "told in the store's zone");
        assert_eq!(full.confirmed, Field::Is(true));
        assert_eq!(read("029-customerCustomerInfo-unconfirmed").await.confirmed, Field::Is(false));
        let minimal = read("030-customerCustomerInfo-minimal").await;
        assert_eq!((minimal.middle_name, minimal.dob, minimal.taxvat), (Field::Nil, Field::Nil, Field::Nil));
        let control = read("037-customerCustomerInfo-control-chars-in-lastname").await;
        assert_eq!(control.last_name, is("Vertical\u{fffd}Tab\u{fffd}End"));
    }
}

#[tokio::test]
async fn a_customer_that_is_gone_is_a_fault_of_its_method() {
    for (mode, dir) in BOTH {
        let shop = shop(mode, dir, "customerCustomerInfo", "032-customerCustomerInfo-missing").await;
        let problem = customers::info(&shop.store(mode), 9_999_999).await.expect_err("a fault");
        let fault = problem.fault().expect("a fault");
        assert_eq!(
            (fault.method.as_str(), fault.code.as_str(), fault.text.as_str()),
            ("customerCustomerInfo", "102", "Customer not exists.")
        );
    }
}

#[tokio::test]
async fn addresses_of_a_customer() {
    for (mode, dir) in BOTH {
        let two = shop(mode, dir, "customerAddressList", "055-customerAddressList-two").await;
        let listing = addresses::addresses(&two.store(mode), 3).await.expect("a list");
        let [first, second] = listing.rows.as_slice() else { panic!("two addresses: {listing:?}") };
        assert_eq!((first.address_id, second.address_id), (6, 5));
        assert_eq!((&first.company, &second.company), (&is("Acme & Sons <Ltd>"), &Field::Nil));
        assert_eq!((&first.region, first.region_id), (&is("Illinois"), Field::Is(23)));
        assert_eq!((first.is_default_billing, first.is_default_shipping), (false, true));
        assert_eq!(second.street, is("12 Rue de l'Église"));
        let none = shop(mode, dir, "customerAddressList", "056-customerAddressList-none-empty-array").await;
        assert!(addresses::addresses(&none.store(mode), 4).await.expect("a list").rows.is_empty());
        let gone = shop(mode, dir, "customerAddressList", "057-customerAddressList-missing-customer").await;
        let problem = addresses::addresses(&gone.store(mode), 9).await.expect_err("a fault");
        assert_eq!(problem.fault().map(|fault| fault.code.as_str()), Some("101"));
    }
}

#[tokio::test]
async fn addresses_of_many_customers() {
    let file = "v1/005-multiCall-customer_address.list-4-one-missing-one-empty";
    let shop = Shop::recorded(Mode::Rpc, &[("multiCall", file)]).await;
    let entries = addresses::addresses_bulk(&shop.store(Mode::Rpc), &[1, 2, 99_999_999, 7])
        .await
        .expect("entries")
        .entries;
    let counts: Vec<_> = entries.iter().map(|entry| entry.as_ref().map(Vec::len).ok()).collect();
    assert_eq!((counts[0], counts[2]), (Some(3), None));
    let Err(EntryFailure::Fault(fault)) = &entries[2] else { panic!("a fault: {:?}", entries[2]) };
    assert_eq!((fault.method.as_str(), fault.code.as_str()), ("customer_address.list", "101"));
    let first = &entries[0].as_ref().expect("addresses")[0];
    assert_eq!((first.address_id, &first.city, first.is_default_billing), (4, &is("New York"), false));
}

#[tokio::test]
async fn an_answer_with_fewer_entries_than_asked_is_refused() {
    let file = "v1/005-multiCall-customer_address.list-4-one-missing-one-empty";
    let shop = Shop::recorded(Mode::Rpc, &[("multiCall", file)]).await;
    let problem =
        addresses::addresses_bulk(&shop.store(Mode::Rpc), &[1, 2, 3, 4, 5]).await.expect_err("a refusal");
    assert!(matches!(problem, CallError::Malformed { .. }), "{problem}");
}

#[tokio::test]
async fn a_row_that_cannot_be_read_does_not_spoil_the_others() {
    let good = response("rpc/012-customerCustomerList-in-5");
    let bad = good.replacen("<group_id xsi:type=\"xsd:int\">4<", "<group_id xsi:type=\"xsd:int\">four<", 1);
    assert_ne!(good, bad);
    let shop = Shop::start(move |hit| match hit.called.as_str() {
        "login" => super::shop::Reply::xml(&response("rpc/001-login-ok")),
        _ => super::shop::Reply::xml(&bad),
    })
    .await;
    let listing = customers::list(&shop.store(Mode::Rpc), &CustomerFilter::default()).await.expect("a list");
    assert_eq!(listing.rows.len(), 4);
    let [bad] = listing.bad.as_slice() else { panic!("one bad row: {:?}", listing.bad) };
    assert_eq!(bad.remote_id.as_deref(), Some("2"));
    assert_eq!(bad.cause, "group_id is \"four\", which is not a whole number");
    assert!(
        bad.raw_xml.contains("customer1@example.com") && !bad.raw_xml.contains("Salt"),
        "{}",
        bad.raw_xml
    );
}
