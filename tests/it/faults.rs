//! What stores and networks do wrong while records are read: no window is lost, the job says what happened and what to do,
//! and once the trouble is over the next sync brings everything.
//!
//! The numbers are the rows of the list of faults. Not here but nearby: F1, F4, F20 to F32, F36, F37 on the wire in
//! `magento/trouble.rs`, F2 in `magento/tls.rs`, F3 there and here, F5 to F8 and F11 in `magento/checks.rs` and beside
//! `magento::wsdl_url`, F9 beside `magento::wsdl`, F16 in `magento/sessions.rs`, F35 and F39 in `magento/shop.rs` and beside
//! `magento::soap`, F40 beside `magento::api`, F45 in `magento/requests.rs`; F18, F55, F60 in `histories/poison.rs`, F19 and
//! F47 in `histories/removals.rs`, F27, F28, F32 in `histories/rich.rs`, F41, F42 in `histories/clocks.rs` and `import.rs`,
//! F43 in `histories/walks.rs`, F44 in `histories/late.rs`, F46 in `histories/poison.rs`, F48 in `histories/buyers.rs`, F54 in
//! `import.rs`, F56 in `kills.rs` and `queue.rs`, F57 in `queue.rs`, F59 in `histories/reused.rs`.

mod answers;
mod full;
mod hostile;
mod records;
mod rights;

use std::time::Duration;

use cartwright::magento::Limits;
use cartwright::simulator::{Customer, Fault, Options, When};
use cartwright::sync::Patience;
use sqlx::PgPool;

use crate::support::{Pair, in_a_hurry, only_customers, ours};

/// A list of customers, by SOAP v1.
const LIST: &str = "call";
/// Address lists in bulk.
const DETAILS: &str = "multiCall";

async fn pair(pool: PgPool) -> Pair {
    Pair::synced(pool, Options { customers: 30, ..only_customers() }).await
}

impl Pair {
    /// Something to be missed by a sync that goes wrong.
    fn change(&self, name: &str) {
        let ids = self.store.customer_ids();
        for id in ids.iter().step_by(7) {
            self.store.edit_customer(*id, |customer| customer.lastname = Some(name.to_owned().into()));
        }
        self.store.add_customer(Customer::new(format!("{}@example.org", ids.len())));
    }

    /// Trouble that passes while a sync runs: it completes, and everything is there.
    async fn assert_survives(&self, fault: Fault, when: When) {
        let what = format!("{fault:?} {when:?}");
        self.change(&what);
        self.store.script(fault, when);
        let job = self.sync().await;
        assert_eq!((job.status.word(), job.message.as_deref()), ("Completed", None), "{what}");
        self.assert_equal().await;
        self.store.clear_scripts();
    }

    /// Trouble that stays: the job says so; after it the next sync brings everything.
    async fn assert_told(&self, fault: Fault, when: When, says: &str) {
        let what = format!("{fault:?} {when:?}");
        self.change(&what);
        self.store.script(fault, when);
        let job = self.sync().await;
        let message = job.message.clone().unwrap_or_default();
        assert!(matches!(job.status.word(), "Failed" | "Completed with errors"), "{what}: {:?}", job.status);
        assert!(message.contains(says), "{what} should say \"{says}\": {message}");
        assert!(!message.contains("cartwright-demo-key"), "{message}");
        self.store.clear_scripts();
        self.sync_well().await;
        self.assert_equal().await;
    }
}

/// F1, F20, F21, F23 to F26, F29 to F31: trouble that passes by itself.
#[sqlx::test]
async fn trouble_that_passes_costs_a_moment_and_nothing_else(pool: PgPool) {
    let pair = pair(pool).await;
    for at in [LIST, DETAILS, "login", "storeList"] {
        for fault in [
            Fault::Maintenance,
            Fault::TooManyRequests(0),
            Fault::Close,
            Fault::PlainText(
                "Application is not installed yet, please complete install wizard first.".to_owned(),
            ),
        ] {
            pair.assert_survives(fault, When::method(at).times(1)).await;
        }
    }
    for at in [LIST, DETAILS] {
        for fault in [
            Fault::BadGateway,
            Fault::Status(504, "<h1>Gateway Time-out</h1>".to_owned(), Vec::new()),
            Fault::Status(520, String::new(), Vec::new()),
            Fault::Status(413, "<h1>Request Entity Too Large</h1>".to_owned(), Vec::new()),
            Fault::Cut,
            Fault::Empty,
            Fault::LoseAnswer,
            Fault::ExpireSessions,
            Fault::Soap("5".to_owned(), "Session expired. Try to relogin.".to_owned(), 200),
            Fault::Slow(Duration::from_millis(50)),
            Fault::Gzip,
            Fault::NoDate,
        ] {
            pair.assert_survives(fault, When::method(at).times(1)).await;
        }
    }
}

/// F24: the pause that a store asks for is kept.
#[sqlx::test]
async fn a_store_that_asks_for_a_pause_gets_it(pool: PgPool) {
    let pair = pair(pool).await;
    let began = std::time::Instant::now();
    pair.assert_survives(Fault::TooManyRequests(1), When::method(LIST).times(1)).await;
    assert!(began.elapsed() >= Duration::from_secs(1), "{:?}", began.elapsed());
    pair.change("always too many");
    pair.store.script(Fault::TooManyRequests(0), When::method(LIST));
    let job = pair.sync().await;
    assert!(job.message.unwrap().contains("fewer requests (HTTP 429)"));
}

/// F27: a read that takes too long is asked for in parts, and then left.
#[sqlx::test]
async fn a_store_that_never_answers_is_left_after_a_while(pool: PgPool) {
    let pair = pair(pool).await;
    pair.change("hang");
    pair.store.script(Fault::Hang, When::method(LIST));
    let limits = Limits { first_byte: Duration::from_millis(150), ..Limits::default() };
    let workers = pair.app.workers_over(pair.app.pool.clone(), "worker", Patience { limits, ..in_a_hurry() });
    let id = pair.schedule().await;
    workers.drain().await.unwrap();
    let job = pair.job(id).await;
    assert_eq!(job.status.word(), "Completed with errors");
    assert!(job.message.unwrap().contains("did not answer in time"));
    assert!(pair.log(id).await.contains("asked for in parts"), "less was asked for");
    pair.store.clear_scripts();
    pair.sync_well().await;
    pair.assert_equal().await;
}

/// F1, F3, F4, F8, F12 to F16, F20 to F25, F29, F30, F37, F46: trouble that stays has words for the admin.
#[sqlx::test]
async fn trouble_that_stays_is_told_and_no_window_is_lost(pool: PgPool) {
    let pair = pair(pool).await;
    let soap = |code: &str, text: &str, status| Fault::Soap(code.to_owned(), text.to_owned(), status);
    let bare = |code: &str, text: &str| Fault::BareFault(code.to_owned(), text.to_owned());
    let list = || When::method(LIST);
    pair.assert_told(Fault::Maintenance, list(), "maintenance mode").await;
    pair.assert_told(Fault::BadGateway, list(), "HTTP 502").await;
    pair.assert_told(Fault::Close, list(), "No connection").await;
    pair.assert_told(Fault::Cut, list(), "cut off").await;
    pair.assert_told(Fault::Empty, list(), "empty answer").await;
    pair.assert_told(Fault::BillionLaughs, list(), "refused").await;
    pair.assert_told(Fault::DeepNesting(5_000), list(), "refused").await;
    pair.assert_told(Fault::Html, list(), "firewall").await;
    pair.assert_told(Fault::NotFound, list(), "usually /index.php/api/v2_soap/?wsdl=1").await;
    pair.assert_told(Fault::PlainText("Application is not installed yet".to_owned()), list(), "plain text")
        .await;
    pair.assert_told(soap("1", "Internal Error. Please see log for details.", 200), list(), "fault 1").await;
    pair.assert_told(soap("1", "Internal Error. Please see log for details.", 500), list(), "fault 1").await;
    pair.assert_told(soap("2", "Access denied.", 500), list(), "Give its role this resource").await;
    pair.assert_told(soap("5", "Session expired. Try to relogin.", 200), list(), "ended the session again")
        .await;
    pair.assert_told(
        bare("SOAP-ENV:Server", "SOAP-ERROR: Parsing WSDL: Couldn't load from 'x'"),
        list(),
        "its own WSDL",
    )
    .await;
    pair.assert_told(bare("SOAP-ENV:Server", "Procedure 'call' not present"), list(), "/tmp/wsdl-*").await;
    pair.assert_told(Fault::IgnoreFilters, list(), "ignores the filter").await;
    let elsewhere = "http://elsewhere.example/api".to_owned();
    pair.assert_told(Fault::Redirect(302, elsewhere), list(), "http://elsewhere.example/api").await;
    pair.assert_told(Fault::BasicAuth("u".to_owned(), "p".to_owned()), list(), "HTTP authentication").await;
    // where nothing can be asked the job fails as a whole
    pair.assert_told(Fault::Maintenance, When::always(), "maintenance mode").await;
    pair.assert_told(Fault::BasicAuth("u".to_owned(), "p".to_owned()), When::always(), "HTTP authentication")
        .await;
    pair.assert_told(soap("2", "Access denied.", 200), When::method("login"), "refused user and key").await;
    pair.assert_told(Fault::Close, When::method(DETAILS), "No connection").await;
    pair.assert_told(soap("2", "Access denied.", 500), When::method(DETAILS), "may not call").await;
}

/// F15: the others go on.
#[sqlx::test]
async fn one_connector_that_fails_does_not_stop_the_others(pool: PgPool) {
    let pair = pair(pool).await;
    pair.change("groups fail");
    pair.store.script(
        Fault::Soap("2".to_owned(), "Access denied.".to_owned(), 500),
        When::method("customerGroupList"),
    );
    let job = pair.sync().await;
    assert_eq!(job.status.word(), "Completed with errors");
    assert!(job.message.unwrap().contains("Customer groups"));
    pair.assert_equal().await;
}

/// F4: a POST is sent again to the same server.
#[sqlx::test]
async fn a_redirect_on_the_same_server_is_followed(pool: PgPool) {
    let pair = pair(pool).await;
    for status in [301, 302, 307, 308] {
        let to = format!("{}/index.php/api/soap/index/", pair.store.url());
        pair.assert_survives(Fault::Redirect(status, to), When::method(LIST).times(1)).await;
    }
}

/// F33: text around an answer is passed over, counted and told.
#[sqlx::test]
async fn what_php_leaves_around_an_answer_is_passed_over_and_told(pool: PgPool) {
    let pair = pair(pool).await;
    pair.assert_survives(Fault::ByteOrderMark, When::method(LIST)).await;
    for (fault, says) in [
        (Fault::Notice, "For example: "),
        (Fault::Trailing("<br />Warning: Unknown: open(/tmp/sess) failed".to_owned()), "For example: "),
    ] {
        let what = format!("{fault:?}");
        pair.change("Müller");
        pair.store.script(fault, When::method(LIST));
        let job = pair.sync_well().await;
        pair.store.clear_scripts();
        pair.assert_equal().await;
        let log = pair.log(job.id).await;
        assert!(log.contains(says), "{what}: {log}");
    }
}

/// F35: bytes in another encoding than declared.
#[sqlx::test]
async fn latin_1_under_the_name_of_utf_8_is_read_as_it_was_meant(pool: PgPool) {
    let pair = pair(pool).await;
    let id = pair.store.add_customer(Customer {
        firstname: Some("Jörg".into()),
        lastname: Some("Müller-Lüdenscheidt".into()),
        ..Customer::new("joerg@example.org")
    });
    pair.store.script(Fault::Latin1, When::method(LIST));
    let job = pair.sync_well().await;
    pair.assert_equal_customer(id).await;
    let log = pair.log(job.id).await;
    assert!(log.contains("For example: "), "{log}");
}

/// F34 to F36: raw control characters, bytes of no encoding, entities that XML does not know.
#[sqlx::test]
async fn bytes_that_are_no_text_cost_their_own_record_at_most(pool: PgPool) {
    let pair = Pair::synced(pool, Options { customers: 30, bulk: false, ..only_customers() }).await;
    for fault in [Fault::RawControl, Fault::InvalidUtf8, Fault::UnknownEntity] {
        let what = format!("{fault:?}");
        pair.change(&what);
        // the store spoils the first text of the list: the id of its first customer
        pair.store.script(fault, When::method("customerCustomerList"));
        let job = pair.sync().await;
        assert_eq!(job.status.word(), "Completed with errors", "{what}");
        assert!(job.message.unwrap().contains("1 records of one window are kept as failed"), "{what}");
        let first = pair.store.customer_ids()[0];
        for id in pair.store.customer_ids().into_iter().filter(|id| *id != first) {
            pair.assert_equal_customer(id).await;
        }
        pair.store.clear_scripts();
        pair.sync_well().await;
        pair.assert_equal().await;
    }
}

/// F40: a field of the wrong type.
#[sqlx::test]
async fn garbage_in_one_row_costs_that_record_alone_until_the_store_mends_it(pool: PgPool) {
    for_garbage(pool, Options { customers: 30, ..only_customers() }, LIST).await;
}

/// F40: the same by SOAP v2.
#[sqlx::test]
async fn garbage_in_one_row_costs_that_record_alone_without_bulk_reads(pool: PgPool) {
    for_garbage(pool, Options { customers: 30, bulk: false, ..only_customers() }, "customerCustomerList")
        .await;
}

async fn for_garbage(pool: PgPool, options: Options, list: &str) {
    let pair = Pair::new(pool, options).await;
    for field in ["updated_at", "dob", "group_id"] {
        let spoilt = 7;
        pair.store.script(Fault::Garbage(spoilt, field.to_owned(), "N/A".to_owned()), When::method(list));
        pair.store.edit_customer(spoilt, |customer| {
            customer.middlename = Some(field.to_owned().into());
            customer.dob = Some("1980-02-29 00:00:00".into());
        });
        pair.store.edit_customer(8, |customer| customer.middlename = Some(field.to_owned().into()));
        let job = pair.sync().await;
        assert_eq!(job.status.word(), "Completed with errors", "{field}");
        for id in pair.store.customer_ids().into_iter().filter(|id| *id != spoilt) {
            pair.assert_equal_customer(id).await;
        }
        let cause = pair.app.text("select cause from failed_records where remote_id = '7'").await;
        assert!(cause.contains(field) && cause.contains("N/A"), "{cause}");
        let raw = pair.app.text("select raw_xml from failed_records").await;
        assert!(raw.contains("N/A") && !raw.contains("password_hash"), "{raw}");
        pair.store.clear_scripts();
        pair.store.edit_customer(spoilt, |_| {});
        pair.sync_well().await;
        pair.assert_equal().await;
        assert_eq!(pair.app.count("select count(*) from failed_records").await, 0, "{field}");
    }
}

/// F18: one entry of a bulk read.
#[sqlx::test]
async fn one_address_list_that_fails_is_no_empty_list(pool: PgPool) {
    let pair = pair(pool).await;
    let ids = pair.store.customer_ids();
    let rich: Vec<u32> = ids
        .into_iter()
        .filter(|id| !pair.store.customer(*id).unwrap().addresses.is_empty())
        .take(5)
        .collect();
    for id in &rich {
        pair.store.edit_customer(*id, |customer| customer.lastname = Some("Edited".into()));
    }
    let fault = Fault::Soap("1".to_owned(), "Internal Error.".to_owned(), 500);
    pair.store.script(fault, When::method("customer_address.list").times(1));
    let job = pair.sync().await;
    assert_eq!(job.status.word(), "Completed with errors");
    assert!(job.message.unwrap().contains("1 records of one window are kept as failed"));
    // the name came, the addresses that were there still are, and nothing says that they are complete
    for id in &rich {
        pair.assert_equal_customer(*id).await;
    }
    assert_eq!(pair.app.count("select count(*) from customers where row_hash is null").await, 1);
    assert_eq!(pair.app.count("select count(*) from failed_records").await, 1);
    let cause = pair.app.text("select cause from failed_records").await;
    assert!(cause.contains("addresses could not be read") && cause.contains("fault 1"), "{cause}");
    pair.sync_well().await;
    pair.assert_equal().await;
    assert_eq!(pair.app.count("select count(*) from customers where row_hash is null").await, 0);
    assert_eq!(pair.app.count("select count(*) from failed_records").await, 0);
}

/// F23, F25, F28, F29, F16: all at once, in the first backfill.
#[sqlx::test]
async fn a_first_backfill_through_bad_weather_brings_everything(pool: PgPool) {
    let pair = Pair::new(pool, Options { customers: 150, ..only_customers() }).await;
    for (nr, fault) in
        [Fault::BadGateway, Fault::Cut, Fault::Empty, Fault::ExpireSessions, Fault::Maintenance]
            .into_iter()
            .enumerate()
    {
        let skip = u32::try_from(nr).unwrap();
        pair.store.script(fault.clone(), When::method(LIST).after(skip).times(1));
        pair.store.script(fault, When::method(DETAILS).after(skip).times(1));
    }
    let mut syncs = 0;
    while pair.sync().await.status.word() != "Completed" {
        syncs += 1;
        assert!(syncs < 5, "it goes on where it stopped");
        // one trouble after the other may look like a record's own
        pair.failed_records_are_due().await;
    }
    pair.assert_equal().await;
    assert!(ours(&pair.app.pool, 1).await.is_some());
}
