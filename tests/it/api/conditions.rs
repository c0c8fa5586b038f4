//! A change is made only of what its caller knows: one ETag, one change, however many come at once.

use axum::http::{Method, StatusCode};
use cartwright::simulator::Options;
use futures_util::future::join_all;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::{Pair, Program};
use crate::two_way::desk::small;

async fn shop(pool: PgPool) -> (Pair, Program) {
    let options = Options { subscribers: Some(4), bridge: Some("1.2.19".to_owned()), ..small() };
    let mut pair = Pair::two_way(pool, options, "ask").await;
    let program = pair.app.program("write").await;
    (pair, program)
}

/// A customer who never subscribed.
async fn without_newsletter(pair: &Pair, program: &mut Program) -> String {
    for remote in pair.store.customer_ids() {
        let path = format!("/api/v1/customers/{}", pair.row_of(remote).await);
        if program.get(&path).await.json()["newsletter"].is_null() {
            return path;
        }
    }
    panic!("all of them subscribed")
}

#[sqlx::test]
async fn a_subscription_is_part_of_the_customer_and_of_their_etag(pool: PgPool) {
    let (pair, mut program) = shop(pool).await;
    let path = without_newsletter(&pair, &mut program).await;
    let news = format!("{path}/subscription");
    let (yes, no) = (json!({"subscribed": true}), json!({"subscribed": false}));
    let tag = program.get(&path).await.tag_of();
    let on = program.send(Method::PUT, &news, Some(yes.clone()), Some(&tag)).await;
    assert_eq!((on.status, &on.json()["newsletter"]), (StatusCode::OK, &json!("Subscribed")), "{}", on.html);
    let stale = program.send(Method::PUT, &news, Some(no.clone()), Some(&tag)).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED, "{}", stale.html);
    let off = program.send(Method::PUT, &news, Some(no.clone()), Some(&on.tag_of())).await;
    assert_eq!(
        (off.status, &off.json()["newsletter"]),
        (StatusCode::OK, &Value::Null),
        "what waited is taken back"
    );
    assert_eq!(off.tag_of(), tag);

    program.change(Method::PUT, &news, &path, Some(yes)).await;
    pair.app.drain_jobs().await;
    let told = program.get(&path).await;
    assert_eq!(told.json()["newsletter"], "Subscribed");
    let off = program.send(Method::PUT, &news, Some(no), Some(&told.tag_of())).await;
    assert_eq!(off.json()["newsletter"], "Unsubscribed", "{}", off.html);
    pair.app.drain_jobs().await;
}

#[sqlx::test]
async fn of_many_changes_that_come_at_once_with_one_etag_one_is_made(pool: PgPool) {
    let (mut pair, mut program) = shop(pool).await;
    let customer = without_newsletter(&pair, &mut program).await;
    let list = program.get("/api/v1/newsletter-subscribers?status=1").await.json();
    let subscriber = format!("/api/v1/newsletter-subscribers/{}", list["data"][0]["id"]);
    let token = pair.app.make_token("write").await;
    let off = Some(json!({"subscribed": false}));
    for (method, of, below, body) in [
        (Method::PUT, &customer, "hidden", None),
        (Method::DELETE, &customer, "hidden", None),
        (Method::PUT, &customer, "subscription", Some(json!({"subscribed": true}))),
        (Method::PUT, &subscriber, "subscription", off),
    ] {
        let tag = program.get(of).await.tag_of();
        let path = format!("{of}/{below}");
        let mut programs: Vec<Program> = (0..8).map(|_| pair.app.program_with(Some(token.clone()))).collect();
        let sent = programs.iter_mut().map(|it| it.send(method.clone(), &path, body.clone(), Some(&tag)));
        let answers = join_all(sent).await;
        let count = |status| answers.iter().filter(|answer| answer.status == status).count();
        assert_eq!(
            (count(StatusCode::OK), count(StatusCode::PRECONDITION_FAILED)),
            (1, 7),
            "{method} {path}: {}",
            answers[0].html
        );
    }
    pair.app.drain_jobs().await;
}

#[sqlx::test]
async fn whoever_was_erased_is_neither_hidden_nor_shown(pool: PgPool) {
    let (pair, mut program) = shop(pool).await;
    let path = format!("/api/v1/customers/{}", pair.row_of(3).await);
    pair.app.run_sql("update customers set erased_at = now() where remote_id = 3").await;
    for method in [Method::PUT, Method::DELETE] {
        let answer = program.change(method, &format!("{path}/hidden"), &path, None).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.html);
    }
    assert!(program.get(&path).await.json()["hidden_at"].is_null());
}
