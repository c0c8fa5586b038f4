//! Random histories of a store, its shoppers, its clock and its troubles, with syncs in between: whatever happens, once the
//! trouble is over both sides are equal, and a further sync writes nothing.
//!
//! A few histories here; `CARTWRIGHT_HISTORIES=200` for more. One that fails is made as short as it can be and told.

mod deed;
mod story;

use std::panic::AssertUnwindSafe;
use std::sync::mpsc;

use futures_util::FutureExt;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use sqlx::PgPool;

use crate::support::App;
use story::{Story, stories};

/// The outcome of a story that was told.
type Outcome = Result<(), String>;

fn histories() -> u32 {
    #[expect(clippy::disallowed_methods, reason = "how long the test takes is up to whoever runs it")]
    let told = std::env::var("CARTWRIGHT_HISTORIES");
    told.ok().and_then(|histories| histories.parse().ok()).unwrap_or(6)
}

#[sqlx::test]
async fn whatever_happens_both_sides_are_equal_in_the_end(pool: PgPool) {
    let mut app = Some(App::as_administrator(pool).await);
    let (ask, mut asked) = tokio::sync::mpsc::unbounded_channel::<(Story, mpsc::Sender<Outcome>)>();
    // proptest knows no async: it asks from a thread of its own
    let runner = std::thread::spawn(move || {
        let config = Config {
            cases: histories(),
            failure_persistence: None,
            max_shrink_iters: 60,
            ..Config::default()
        };
        TestRunner::new(config).run(&stories(), |story| {
            let (answer, told) = mpsc::channel();
            ask.send((story, answer)).map_err(|_| TestCaseError::fail("nobody listens"))?;
            told.recv().map_err(|_| TestCaseError::fail("nobody answers"))?.map_err(TestCaseError::fail)
        })
    });
    while let Some((story, answer)) = asked.recv().await {
        let outcome = match app.take() {
            Some(it) => {
                let pool = it.pool.clone();
                let outcome = AssertUnwindSafe(story.tell(it)).catch_unwind().await;
                app = Some(forgetting(pool).await);
                outcome.map_err(|panic| words(panic.as_ref()))
            }
            None => Ok(()),
        };
        answer.send(outcome).unwrap();
    }
    if let Err(problem) = runner.join().unwrap() {
        panic!("{problem}");
    }
}

/// The same application with nothing in it that a story left behind.
async fn forgetting(pool: PgPool) -> App {
    for table in ["channels", "jobs", "store_calls", "store_pace", "contacts", "accounts"] {
        let sql = format!("delete from {table}");
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&pool).await.unwrap();
    }
    let mut app = App::new(pool).await;
    app.sign_in("ada@example.org").await;
    app
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without words").to_owned()
}
