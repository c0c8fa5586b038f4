//! The log of a whole run: every line says to which request or job it belongs, and none of them says who anybody is.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use cartwright::simulator::{Fault, When};
use serde_json::Value;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::{Pair, Process, Visitor, little, pool_of, until};

#[sqlx::test]
async fn lines_are_objects_that_say_what_they_belong_to_and_name_nobody(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let pool = pool_of(&connect).await;
    let pair = Pair::new(pool.clone(), little(false)).await;
    // a store that repeats what it was sent, and one that fails altogether
    let fault = Fault::Soap("1".to_owned(), "No: ada.personal@example.org".to_owned(), 500);
    pair.store.script(fault, When::method("customerGroupList"));
    let process = Process::with(&connect, &["--sync-interval", "0", "--log-format", "json"]);
    let home = process.url().await;
    let mut visitor = Visitor::signed_in(&home, "ada@example.org").await;
    let first = pair.schedule().await;
    until("the sync has ended", async || pair.job(first).await.status.is_over()).await;
    pair.store.clear_scripts();
    let fault = Fault::Status(403, "<h1>ada.personal@example.org may not</h1>".to_owned(), Vec::new());
    pair.store.script(fault, When::always());
    let second = pair.schedule().await;
    until("the second sync has failed", async || pair.job(second).await.status.is_over()).await;
    for path in
        ["/customers?email=ada.personal", "/search?q=ada.personal", "/customers/1", "/orders", "/accounts"]
    {
        visitor.get(&home, path).await.unwrap();
    }
    let wrong = [("email", "ada.personal@example.org"), ("password", "ada.personal word")];
    visitor.post(&home, "/login", &wrong).await.unwrap();
    // a defect: the page's line in the log has the id that the page shows
    sqlx::query("alter table customers rename column taxvat to broken").execute(&pool).await.unwrap();
    let broken = visitor.get(&home, "/customers/1").await.unwrap();
    assert_eq!(broken.status, StatusCode::INTERNAL_SERVER_ERROR);
    sqlx::query("alter table customers rename column broken to taxvat").execute(&pool).await.unwrap();

    let id = broken.headers["x-request-id"].to_str().unwrap();
    until("the lines are written", async || process.log().contains(id)).await;
    let log = process.log();
    let lines: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();
    let of_request = lines.iter().find(|line| line["span"]["request_id"] == id).unwrap();
    assert_eq!(
        (&of_request["level"], &of_request["span"]["path"]),
        (&"ERROR".into(), &"/customers/1".into())
    );
    let of_job: Vec<&Value> = lines.iter().filter(|line| line["span"]["job"] == first).collect();
    assert!(of_job.len() >= 2, "a job begins and ends: {log}");
    assert!(
        of_job.iter().all(|line| line["span"]["kind"] == "sync" && line["span"]["integration"] == 1),
        "{log}"
    );
    assert_eq!(of_job.last().unwrap()["outcome"], "completed_with_errors");
    let of_failed = lines.iter().filter(|line| line["span"]["job"] == second).collect::<Vec<_>>();
    assert!(of_failed.iter().any(|line| line["level"] == "WARN"), "{log}");
    for private in private_words(&pair).await {
        assert!(!log.contains(&private), "\"{private}\" stands in the log:\n{log}");
    }
    drop(process);
    pool.close().await;
}

/// What the log must not hold: whoever works or buys here, by name, e-mail, telephone, street.
async fn private_words(pair: &Pair) -> BTreeSet<String> {
    let sql = "select distinct word from (
        select email as word from customers union all select last_name from customers
        union all select email from users union all select name from users
        union all select telephone from customer_addresses union all select street from customer_addresses
        union all select email from newsletter_subscribers union all select email from orders) w
        where length(word) > 4";
    let words: Vec<String> = sqlx::query_scalar(sql).fetch_all(&pair.app.pool).await.unwrap();
    assert!(words.len() > 30, "{words:?}");
    words.into_iter().chain(["ada.personal".to_owned(), "cartwright-demo-key".to_owned()]).collect()
}
