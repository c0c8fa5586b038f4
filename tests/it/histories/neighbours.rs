//! Connectors and integrations side by side: what happens to one is no matter of the others.

use cartwright::simulator::{Fault, Options, Simulator};
use chrono::{DateTime, Utc};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

use crate::support::{App, Pair, access_denied, little};

async fn cursor(pair: &Pair, connector: &str) -> DateTime<Utc> {
    sqlx::query_scalar("select cursor from sync_cursors where connector = $1")
        .bind(connector)
        .fetch_one(&pair.app.pool)
        .await
        .unwrap()
}

#[sqlx::test]
async fn a_connector_that_fails_leaves_its_cursor_and_the_others_move_theirs(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, true).await;
    let begin = [cursor(&pair, "Customers").await, cursor(&pair, "Orders").await];
    pair.store.move_clock(600);
    pair.store.place_order(3);
    pair.break_method(access_denied(), "oroCustomerList");
    let asked = pair.store.now();
    pair.sync_badly("Customers").await;
    assert_eq!(cursor(&pair, "Customers").await, begin[0], "it goes on where it was");
    let orders = cursor(&pair, "Orders").await;
    assert!(
        orders > begin[1] && (orders.timestamp() - asked).abs() <= 2,
        "exactly the bound that was asked for, not when it was done: {orders}"
    );
    pair.store.clear_scripts();
    pair.sync_well().await;
    pair.assert_all_equal(true).await;
}

#[sqlx::test]
async fn each_connector_that_fails_stops_none_of_the_others(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, true).await;
    let ways = [
        ("storeList", "Websites and stores"),
        ("customerGroupList", "Customer groups"),
        ("directoryCountryList", "Regions"),
        ("oroCustomerList", "Customers"),
        ("oroOrderList", "Orders"),
        ("oroQuoteList", "Carts"),
        ("call", "Credit memos"),
        ("newsletterSubscriberList", "Newsletter subscribers"),
    ];
    for (method, connector) in ways {
        pair.app.run_sql("update sync_cursors set read_at = null").await;
        pair.store.place_order(5);
        pair.store.subscribe(format!("{method}@example.org"));
        pair.break_method(access_denied(), method);
        let job = pair.sync_badly(connector).await;
        let states: Vec<(String, String)> = sqlx::query_as(
            "select connector, state from job_connectors where job_id = $1 and state = 'failed'",
        )
        .bind(job.id)
        .fetch_all(&pair.app.pool)
        .await
        .unwrap();
        assert_eq!(states.len(), 1, "{connector}: {states:?}");
        pair.store.clear_scripts();
    }
    pair.sync_well().await;
    pair.assert_all_equal(true).await;
}

#[sqlx::test]
async fn a_store_that_answers_nothing_is_not_asked_by_one_connector_after_the_other(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, true).await;
    for method in ["storeList", "magentoInfo", "customerGroupList", "oroCustomerList", "oroOrderList", "call"]
    {
        pair.break_method(Fault::Close, method);
    }
    pair.store.reset_counters();
    let job = pair.sync_badly("Websites and stores").await;
    assert!(pair.log(job.id).await.contains("answers nothing at all"));
    assert_eq!(pair.store.requests_of("oroOrderList"), 0);
    pair.store.clear_scripts();
    pair.sync_well().await;
    pair.assert_all_equal(true).await;
}

/// A job needs one connection at a time: what waits for one while another part of the same job keeps it waits for ever.
#[sqlx::test]
async fn a_job_gets_along_with_one_connection(pool: PgPool) {
    let few = PgPoolOptions::new().max_connections(1).connect_with((*pool.connect_options()).clone());
    let few = few.await.unwrap();
    let pair = Pair::new(few.clone(), Options { bulk: false, ..little(true) }).await;
    pair.app.run_sql("update integrations set calls_at_once = 4").await;
    pair.sync_well().await;
    pair.assert_all_equal(true).await;
    few.close().await;
}

#[sqlx::test]
async fn an_entity_that_is_switched_off_rests_and_catches_up_when_it_is_switched_on(pool: PgPool) {
    let pair = Pair::new(pool, little(true)).await;
    pair.app.run_sql("update channels set entities = '{credit-memo}'").await;
    pair.sync_well().await;
    assert_eq!(pair.app.count("select count(*) from orders").await, 0);
    assert_eq!(pair.store.requests_of("oroOrderList"), 0, "nobody asks for them");
    pair.assert_equal().await;
    pair.app.run_sql("update channels set entities = '{order,cart,credit-memo,newsletter-subscriber}'").await;
    pair.store.place_order(3);
    pair.sync_well().await;
    pair.assert_all_equal(true).await;
}

#[sqlx::test]
async fn two_stores_with_the_same_numbers_do_not_disturb_one_another(pool: PgPool) {
    let options = little(false);
    let one = Simulator::start(Options { seed: 3, ..options.clone() }).await.unwrap();
    let two = Simulator::start(Options { seed: 4, ..options.clone() }).await.unwrap();
    let mut app = App::as_administrator(pool).await;
    app.connect(&one, &options, "One").await;
    app.connect(&two, &options, "Two").await;
    for round in 0..2 {
        app.run_sql("update integrations set next_sync_at = now()").await;
        app.drain_jobs().await;
        for (name, store) in [("One", &one), ("Two", &two)] {
            let theirs: Vec<(i64, String)> = store
                .order_ids()
                .into_iter()
                .map(|id| (i64::from(id), store.order(id).unwrap().status.to_string()))
                .collect();
            let ours: Vec<(i64, String)> = sqlx::query_as(
                "select o.remote_id, o.status from orders o join channels c on c.id = o.channel_id
                 where c.name = $1 and o.removed_at is null order by 1",
            )
            .bind(name)
            .fetch_all(&app.pool)
            .await
            .unwrap();
            assert_eq!(ours, theirs, "{name} in round {round}");
        }
        let mixed = "select count(*) from orders o join customers k on k.id = o.customer_id
            where k.channel_id <> o.channel_id";
        assert_eq!(app.count(mixed).await, 0);
        // in one of them something happens, in the other nothing
        one.place_order(5);
        one.cancel_order(2);
    }
}
