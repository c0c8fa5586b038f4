//! An edit made here reaches the store, is read back, and comes home as its own echo.

use cartwright::simulator::Options;
use sqlx::PgPool;

use super::desk::small;
use crate::support::Pair;

async fn everything_reaches_the_store(pool: PgPool, options: Options) {
    let mut pair = Pair::two_way(pool, options, "remote").await;
    let (id, _) = pair.with_two_addresses();
    let theirs = pair.store.customer(id).unwrap();
    let address = theirs.addresses.iter().find(|it| theirs.default_billing != Some(it.id)).unwrap().id;
    let row = pair.address_row(address).await;
    let field = |name: &str| format!("address-{row}-{name}");
    let (street, city, state) = (field("street"), field("city"), field("state"));
    let (zip, country, phone) = (field("zip-postal-code"), field("country"), field("phone"));
    let default = address.to_string();
    pair.edit(
        id,
        &[
            ("name-prefix", "Countess"),
            ("first-name", "Augusta Ada"),
            ("middle-name", ""),
            ("last-name", "King & <Lovelace>"),
            ("email", "ada.king@example.org"),
            ("birthday", "1815-12-10"),
            ("gender", "female"),
            ("tax-vat", "GB 123"),
            ("customer-group", "2"),
            ("default-billing-address", &default),
            (&street, "12 St James's Square\nTop floor"),
            (&city, "Los Angeles"),
            (&state, "california"),
            (&zip, "90001"),
            (&country, "US"),
            (&phone, "+44 20 7946 0000"),
        ],
    )
    .await;
    let page = pair.page_of(id).await;
    assert!(page.text().contains("Not yet in Magento"), "{}", page.text());
    assert!(page.text().contains("Augusta Ada pending"), "{}", page.text());
    pair.sync_well().await;

    let there = pair.store.customer(id).unwrap();
    let c = &there.customer;
    assert_eq!((c.prefix.as_deref(), c.firstname.as_deref()), (Some("Countess"), Some("Augusta Ada")));
    assert_eq!((c.middlename.as_deref(), c.lastname.as_deref()), (None, Some("King & <Lovelace>")));
    assert_eq!((&*c.email, c.gender, c.group_id), ("ada.king@example.org", Some(2), 2));
    assert_eq!(c.dob.as_deref(), Some("1815-12-10 00:00:00"));
    assert_eq!(c.taxvat.as_deref(), Some("GB 123"));
    assert_eq!(there.default_billing, Some(address));
    let moved = there.addresses.iter().find(|it| it.id == address).unwrap();
    assert_eq!(moved.street.as_deref(), Some("12 St James's Square\nTop floor"));
    assert_eq!((moved.city.as_deref(), moved.region_id), (Some("Los Angeles"), Some(12)));
    assert_eq!(moved.region.as_deref(), Some("California"));
    assert_eq!(moved.telephone.as_deref(), Some("+44 20 7946 0000"));

    pair.assert_equal_customer(id).await;
    assert!(pair.states().await.iter().all(|state| state.ends_with(" sent")), "{:?}", pair.states().await);
    assert!(pair.conflicts().await.is_empty());
    let page = pair.page_of(id).await;
    assert!(!page.text().contains("Not yet in Magento") && !page.text().contains("pending"));
    pair.sync_well().await;
    pair.assert_at_rest().await;
    pair.assert_equal().await;
}

#[sqlx::test]
async fn every_field_reaches_the_store_with_bulk_reads(pool: PgPool) {
    everything_reaches_the_store(pool, small()).await;
}

#[sqlx::test]
async fn every_field_reaches_a_wsi_store_with_nothing_but_soap_v2(pool: PgPool) {
    everything_reaches_the_store(pool, Options { wsi: true, bulk: false, ..small() }).await;
}

#[sqlx::test]
async fn every_field_reaches_a_store_with_the_bridge(pool: PgPool) {
    everything_reaches_the_store(pool, Options { bridge: Some("1.2.19".to_owned()), ..small() }).await;
}

#[sqlx::test]
async fn only_what_was_changed_is_sent(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "local").await;
    pair.edit(3, &[("tax-vat", "NL 1"), ("first-name", "Grace")]).await;
    pair.edit(4, &[("tax-vat", "NL 2")]).await;
    // both are edited in the store too, before the push: what was not touched here must survive it
    pair.edit_there(3, |it| it.suffix = Some("PhD".into()));
    pair.store.reset_counters();
    pair.sync_well().await;
    assert_eq!(pair.store.requests_of("customerCustomerUpdate"), 2);
    assert_eq!(pair.store.requests_of("customerAddressUpdate"), 0);
    let there = pair.store.customer(3).unwrap().customer;
    let kept = (there.firstname.as_deref(), there.taxvat.as_deref(), there.suffix.as_deref());
    assert_eq!(kept, (Some("Grace"), Some("NL 1"), Some("PhD")));
    pair.assert_equal().await;
}

#[sqlx::test]
async fn an_edit_costs_at_most_three_requests(pool: PgPool) {
    let mut pair = Pair::two_way(pool, Options { customers: 30, ..small() }, "remote").await;
    for id in 1..=20 {
        pair.edit(id, &[("tax-vat", "X 1")]).await;
    }
    pair.sync_well().await;
    pair.sync_well().await;
    let idle = pair.requests_of_a_sync().await;
    for id in 1..=20 {
        pair.edit(id, &[("tax-vat", "X 3")]).await;
    }
    let busy = pair.requests_of_a_sync().await;
    assert!(busy <= idle + 60, "{busy} requests, {idle} of a quiet sync");
    pair.assert_equal().await;
}
