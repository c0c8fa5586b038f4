//! Users, keys and rights that are taken away, and methods that a version lacks.

use std::time::Duration;

use cartwright::simulator::{Fault, Options, When};
use sqlx::PgPool;

use crate::support::{Pair, access_denied, little, until};

const USER: &str = "cartwright";
const KEY: &str = "cartwright-demo-key";

/// F15: each right that a role lacks rests its connector alone, and is named.
#[sqlx::test]
async fn a_right_that_is_taken_away_is_named_and_the_others_go_on(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    for (resource, connector) in
        [("customer", "Customers"), ("sales_order", "Orders"), ("sales_order_creditmemo", "Credit memos")]
    {
        pair.store.set_user(USER, KEY, &[resource]);
        pair.store.place_order(3);
        let job = pair.sync_badly(connector).await;
        let message = job.message.unwrap();
        assert!(message.contains("Give its role this resource"), "{resource}: {message}");
        assert_eq!(pair.failed().await, "", "{resource}");
        pair.store.set_user(USER, KEY, &[]);
        pair.sync_well().await;
        pair.assert_all_equal(false).await;
    }
}

/// F17: a method that this version lacks.
#[sqlx::test]
async fn a_method_that_a_version_lacks_stops_its_connector_alone(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    for code in ["3", "4"] {
        let fault = Fault::Soap(code.to_owned(), "Invalid api path.".to_owned(), 200);
        pair.break_method(fault, "customerGroupList");
        pair.store.place_order(4);
        pair.sync_badly("Customer groups: The store does not offer customerGroupList").await;
        pair.store.clear_scripts();
        pair.sync_well().await;
        pair.assert_all_equal(false).await;
    }
}

/// F16, F58: the key is changed, or the user disabled, while a sync runs.
#[sqlx::test]
async fn a_key_that_is_changed_during_a_sync_stops_it_and_says_so(pool: PgPool) {
    let pair = Pair::new(pool, Options { customers: 150, ..little(false) }).await.with_time_for_carts().await;
    for taken_away in [false, true] {
        pair.store.reset_counters();
        pair.store.script(Fault::Slow(Duration::from_millis(60)), When::method("multiCall"));
        pair.store.place_order(5);
        let id = pair.schedule().await;
        let workers = pair.app.workers("worker");
        let running = tokio::spawn(async move { workers.drain().await });
        until("it is at work", async || pair.store.requests_of("multiCall") >= 1).await;
        if taken_away {
            pair.store.remove_user(USER);
        } else {
            pair.store.set_user(USER, "another key", &[]);
        }
        pair.store.expire_sessions();
        running.await.unwrap().unwrap();
        let job = pair.job(id).await;
        let message = job.message.unwrap_or_default();
        assert!(matches!(job.status.word(), "Completed with errors" | "Failed"), "{:?}", job.status);
        assert!(message.contains("refused user and key") && !message.contains(KEY), "{message}");
        assert_eq!(pair.failed().await, "", "no record is to blame");
        pair.store.clear_scripts();
        pair.store.set_user(USER, KEY, &[]);
    }
    pair.carts_age().await;
    pair.sync_well().await;
    pair.assert_all_equal(false).await;
}

/// F14: a refused login is no storm of logins, and nothing is lost. The schedule rests until somebody has looked at it.
#[sqlx::test]
async fn a_refused_login_is_not_tried_again_and_again(pool: PgPool) {
    let mut pair = Pair::on_a_little_shop(pool, false).await;
    pair.store.set_user(USER, "another key", &[]);
    pair.store.place_order(5);
    pair.store.reset_counters();
    let job = pair.sync().await;
    assert_eq!(job.status.word(), "Failed");
    assert!(job.message.unwrap().contains("refused user and key"));
    assert_eq!(
        pair.store.requests_of("login"),
        2,
        "once more, and no third time: {:?}",
        pair.store.requests()
    );
    let its_page = format!("/integrations/{}", pair.integration);
    assert!(pair.app.get(&its_page).await.html.contains("Automatic sync is paused"));
    assert_eq!(pair.queued_when_due().await, 0, "nobody is asked again by the schedule");
    pair.store.set_user(USER, KEY, &[]);
    pair.sync_well().await;
    assert!(!pair.app.get(&its_page).await.html.contains("Automatic sync is paused"));
    assert_eq!(pair.queued_when_due().await, 1);
    pair.assert_all_equal(false).await;
}

/// F14: a store refuses a right key for a moment. That is no reason for the schedule to rest.
#[sqlx::test]
async fn a_login_that_is_refused_once_is_tried_once_more(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    pair.store.place_order(5);
    pair.store.script(access_denied(), When::method("login").times(1));
    let job = pair.sync_well().await;
    assert!(pair.log(job.id).await.contains("refused user and key"), "and it is told");
    assert_eq!(pair.queued_when_due().await, 1, "the schedule goes on");
    pair.assert_all_equal(false).await;
}

/// A store that is away is asked ever more rarely, and as before once it is back.
#[sqlx::test]
async fn a_store_that_fails_is_asked_ever_more_rarely_until_it_answers(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    let wait = "select extract(epoch from next_sync_at - now())::bigint from integrations";
    pair.store.script(Fault::BadGateway, When::always());
    let mut waits = Vec::new();
    for _ in 0..4 {
        pair.app.run_sql("update integrations set next_sync_at = now()").await;
        assert_eq!(pair.sync().await.status.word(), "Failed");
        waits.push(pair.app.count(wait).await);
    }
    assert!(waits.is_sorted() && waits[0] > 500 && waits[3] > 1_700 && waits[3] <= 1_800, "{waits:?}");
    pair.store.clear_scripts();
    pair.sync_well().await;
    assert_eq!(pair.app.count("select failed_runs::bigint from integrations").await, 0);
}
