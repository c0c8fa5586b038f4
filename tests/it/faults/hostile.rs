//! A store that has been taken over: five hundred answers in a row that mean harm, and a store of few workers that we must not do
//! harm to.

use std::time::Duration;

use cartwright::simulator::{Fault, Options, When};
use cartwright::sync::Wish;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::{Pair, in_a_hurry, little, pool_of, settings, with};

/// Answers that nobody may believe.
fn harm(nr: usize) -> Fault {
    let answers = [
        Fault::BillionLaughs,
        Fault::DeepNesting(2_000),
        Fault::GzipBomb(2 << 20),
        Fault::Cut,
        Fault::CutShort,
        Fault::Html,
        Fault::InvalidUtf8,
        Fault::Miscount(-1),
        Fault::Miscount(3),
        Fault::IgnoreFilters,
        Fault::Redirect(302, "http://169.254.169.254/latest/meta-data/".to_owned()),
        Fault::PlainText(
            "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>"
                .to_owned(),
        ),
        Fault::Soap("1".to_owned(), "x".repeat(100_000), 200),
        Fault::Status(200, "\0".repeat(10_000), Vec::new()),
        Fault::Status(999, String::new(), Vec::new()),
        Fault::Empty,
    ];
    answers[nr % answers.len()].clone()
}

/// A hundred here; `CARTWRIGHT_HOSTILE_ANSWERS=500` for the full size.
fn many() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "how long the test takes is up to whoever runs it")]
    let told = std::env::var("CARTWRIGHT_HOSTILE_ANSWERS");
    told.ok().and_then(|many| many.parse().ok()).unwrap_or(100)
}

#[sqlx::test]
async fn hundreds_of_hostile_answers_in_a_row_change_nothing_and_stop_nothing(pool: PgPool) {
    let mut pair = Pair::on_a_little_shop(pool, false).await;
    let before = pair.traces().await;
    pair.store.reset_counters();
    let answered = |pair: &Pair| pair.store.requests().values().sum::<u64>();
    let mut nr = 0;
    while answered(&pair) < many() {
        assert!(nr < 500, "a sync that asks for nothing");
        // now whoever asks first, now who asks in the middle
        for after in 0..4 {
            pair.store.script(
                harm(nr + after),
                When::method(["login", "call", "multiCall", "customerGroupList"][nr % 4]),
            );
        }
        let job = pair.sync().await;
        assert!(job.status.is_over(), "{job:?}");
        pair.store.clear_scripts();
        pair.app.run_sql("update integrations set paused_why = null, failed_runs = 0").await;
        nr += 1;
    }
    assert_eq!(pair.traces().await, before, "somebody believed it");
    assert_eq!(pair.app.get("/customers").await.status, 200);
    pair.app.run_sql("update store_pace set not_before = null").await;
    pair.failed_records_are_due().await;
    pair.store.place_order(3);
    pair.sync_well().await;
    pair.assert_all_equal(false).await;
}

/// As many calls at once as a shop has PHP workers stop it for minutes: it waits for its own WSDL. Two integrations, two
/// processes, a check of the connection and an impatient person together never make as many.
#[sqlx::test]
async fn a_shop_of_three_workers_is_never_dead_locked_by_us(_: PgPoolOptions, connect: PgConnectOptions) {
    let (here, there) = (pool_of(&connect).await, pool_of(&connect).await);
    let options =
        Options { workers: Some(3), stuck: Duration::from_millis(300), customers: 60, ..little(false) };
    let mut pair = Pair::new(here.clone(), options.clone()).await;
    let second = pair.app.connect_with(&settings(&pair.store, &options, "Second"), "1", "Second").await;
    let form = settings(&pair.store, &options, "Third");
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let form = with(&form, "action", "check");
    pair.store.reset_counters();
    for wish in [Wish::FullResync, Wish::FindRemoved] {
        let first = pair.ask(wish).await;
        let mut db = here.acquire().await.unwrap();
        cartwright::sync::enqueue(&mut db, second, "Second Store", None, wish).await.unwrap();
        drop(db);
        let one = pair.app.workers("one");
        let two = pair.app.workers_over(there.clone(), "two", in_a_hurry());
        let mut somebody = pair.app.another_visitor();
        somebody.sign_in("ada@example.org").await;
        let checks = async {
            for _ in 0..3 {
                let page = somebody.post("/channels/new/integration", &form).await;
                assert!(page.text().contains("Connected."), "{}", page.text());
            }
        };
        let (a, b, ()) = tokio::join!(one.drain(), two.drain(), checks);
        a.and(b).unwrap();
        assert_eq!(pair.job(first).await.status.word(), "Completed", "{:?}", pair.job(first).await.message);
    }
    assert!(pair.store.max_in_flight() <= 2, "{} calls at once", pair.store.max_in_flight());
    let troubled = "select count(*) from jobs where status <> 'completed'";
    assert_eq!(pair.app.count(troubled).await, 0);
    for pool in [here, there] {
        pool.close().await;
    }
}
