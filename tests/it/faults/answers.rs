//! Answers that are too large, cut, spoilt or in another dialect.

use cartwright::magento::Limits;
use cartwright::simulator::{Customer, Fault, Namespace, Options, Record, When};
use cartwright::sync::Patience;
use sqlx::PgPool;

use super::{DETAILS, LIST, pair};
use crate::support::{Pair, in_a_hurry, little, ours};

/// F10: the namespace is read, never assumed.
#[sqlx::test]
async fn stores_of_either_namespace_are_read_in_either_mode(pool: PgPool) {
    let pair = Pair::new(pool, Options { namespace: Namespace::OpenMage, wsi: true, ..little(true) }).await;
    pair.sync_well().await;
    pair.assert_all_equal(true).await;
}

/// F26, F28, F30: a request or an answer that is too much is asked for in parts; what is cut off is no end of a list.
#[sqlx::test]
async fn what_is_too_much_or_cut_off_is_asked_for_in_parts(pool: PgPool) {
    let pair = pair(pool).await;
    let status = |status| Fault::Status(status, String::new(), Vec::new());
    for at in [LIST, DETAILS] {
        for fault in [status(414), status(417), status(500), status(525), Fault::CutShort, Fault::LoseAnswer]
        {
            pair.assert_survives(fault, When::method(at).times(1)).await;
        }
    }
}

/// F31, F32: an answer over the cap is not read to its end, however small it is on the wire.
#[sqlx::test]
async fn an_answer_over_the_cap_is_refused_and_asked_for_in_parts(pool: PgPool) {
    let pair = pair(pool).await;
    let limits = Limits { max_body_bytes: 400_000, ..Limits::default() };
    for fault in [Fault::Huge(1_000_000), Fault::GzipBomb(2_000_000)] {
        let what = format!("{fault:?}");
        pair.change(&what);
        pair.store.script(fault.clone(), When::method(LIST).times(2));
        let job = pair.sync_with(Patience { limits, ..in_a_hurry() }).await;
        assert_eq!((job.status.word(), job.message.as_deref()), ("Completed", None), "{what}");
        assert!(pair.log(job.id).await.contains("asked for in parts"), "{what}");
        pair.assert_equal().await;
        pair.store.clear_scripts();

        pair.change("again");
        pair.store.script(fault, When::method(LIST));
        let job = pair.sync_with(Patience { limits, ..in_a_hurry() }).await;
        assert!(job.message.unwrap().contains("larger than"), "{what}");
        pair.store.clear_scripts();
        pair.sync_well().await;
        pair.assert_equal().await;
    }
}

/// F34: what XML does not allow is shown as a replacement character, and told.
#[sqlx::test]
async fn control_characters_cost_a_character_and_are_told(pool: PgPool) {
    let pair = pair(pool).await;
    let id = pair.store.add_customer(Customer {
        firstname: Some("Bell\u{7}".into()),
        lastname: Some("Vertical\u{b}Tab".into()),
        ..Customer::new("bell@example.org")
    });
    let job = pair.sync_well().await;
    pair.assert_equal_customer(id).await;
    let here = ours(&pair.app.pool, id).await.unwrap();
    assert_eq!(
        (&here["first_name"], &here["last_name"]),
        (&"Bell\u{fffd}".into(), &"Vertical\u{fffd}Tab".into())
    );
    let log = pair.log(job.id).await;
    assert!(log.contains("For example: "), "{log}");
}

/// F38: nil, missing and empty are three values: what a method never tells overwrites nothing.
#[sqlx::test]
async fn what_a_method_never_tells_overwrites_nothing(pool: PgPool) {
    let pair = pair(pool).await;
    let id = pair.store.add_customer(Customer {
        gender: Some(2),
        middlename: Some("Augusta".into()),
        ..Customer::new("ada@example.org")
    });
    pair.sync_well().await;
    assert_eq!(ours(&pair.app.pool, id).await.unwrap()["gender"], "female", "SOAP v1 tells it");
    pair.app.run_sql("update integrations set store = jsonb_set(store, '{bulk}', 'false')").await;
    pair.store.edit_customer(id, |customer| customer.middlename = None);
    pair.sync_well().await;
    let here = ours(&pair.app.pool, id).await.unwrap();
    assert_eq!(here["gender"], "female", "SOAP v2 never does");
    assert_eq!(here["middle_name"], "", "but an empty name is one");
}

/// F55: a defect in the store's own code is the record's, by halving.
#[sqlx::test]
async fn a_property_that_a_stores_object_lacks_costs_that_record_alone(pool: PgPool) {
    let pair = Pair::new(pool, Options { orders: Some(0), carts: Some(0), ..little(false) }).await;
    let text = "SOAP-ERROR: Encoding: object has no 'middlename' property";
    let fault = Fault::BareFault("SOAP-ENV:Server".to_owned(), text.to_owned());
    pair.store.script(fault, When::record(Record::Customer(7)).on(LIST));
    pair.sync_badly("Customers: 1 records").await;
    assert_eq!(pair.failed().await, "Customers 7");
    let cause = pair.app.text("select cause from failed_records").await;
    assert!(cause.contains("object has no 'middlename' property"), "{cause}");
    assert_eq!(pair.app.count("select count(*) from customers").await, 19);
}
