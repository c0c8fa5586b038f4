//! Syncs are asked for and cancelled, failed records tried again and let go.

use axum::http::{Method, StatusCode};
use cartwright::crm::users::Role;
use serde_json::json;
use sqlx::PgPool;

use crate::support::{App, Pair};
use crate::two_way::desk::small;

#[sqlx::test]
async fn a_sync_is_asked_for_by_whoever_may_manage_it(pool: PgPool) {
    let mut pair = Pair::synced(pool, small()).await;
    let mut program = pair.app.program("write").await;
    let wrong = program.send(Method::POST, "/api/v1/jobs", Some(json!({"integration": 99})), None).await;
    assert_eq!(wrong.blamed()[0].0, "integration");
    let asked = program.send(Method::POST, "/api/v1/jobs", Some(json!({"integration": 1})), None).await;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.html);
    let job = asked.location().to_owned();
    assert_eq!(asked.json()["status"], "queued");
    let again = json!({"integration": 1, "what": "everything"});
    let again = program.send(Method::POST, "/api/v1/jobs", Some(again), None).await;
    assert_eq!(again.location(), job, "the one that waits does both");
    pair.app.drain_jobs().await;
    let done = program.get(&job).await.json();
    assert_eq!((&done["status"], &done["kind"]), (&json!("completed"), &json!("sync")), "{done}");
    assert!(done["connectors"].as_array().unwrap().iter().any(|it| it["connector"] == "Customers"), "{done}");
    let over = program.send(Method::POST, &format!("{job}/cancellation"), None, None).await;
    assert_eq!(over.status, StatusCode::CONFLICT);
    let asked = program.send(Method::POST, "/api/v1/jobs", Some(json!({"integration": 1})), None).await;
    let cancelled =
        program.send(Method::POST, &format!("{}/cancellation", asked.location()), None, None).await;
    assert_eq!(cancelled.json()["status"], "cancelled", "{}", cancelled.html);

    // a manager's own are others
    let mut stranger = pair.app.colleague(Role::Manager).await;
    let mut theirs = stranger.program("write").await;
    let refused = theirs.send(Method::POST, "/api/v1/jobs", Some(json!({"integration": 1})), None).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    pair.app.run_sql("update channels set active = false").await;
    let refused = program.send(Method::POST, "/api/v1/jobs", Some(json!({"integration": 1})), None).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
}

#[sqlx::test]
async fn a_failed_record_is_tried_again_or_let_go(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.add_sales().await;
    let mut program = app.program("write").await;
    let list = program.get("/api/v1/failed-records?connector=Orders").await.json();
    assert_eq!(list["total"]["count"], 2, "{list}");
    let path = format!("/api/v1/failed-records/{}", list["data"][0]["id"]);
    let asked = program.send(Method::POST, &format!("{path}/retries"), None, None).await;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.html);
    assert_eq!(program.get(asked.location()).await.json()["status"], "queued");
    let missing = program.send(Method::DELETE, &path, None, None).await;
    assert_eq!(missing.status, StatusCode::PRECONDITION_REQUIRED);
    let gone = program.change(Method::DELETE, &path, &path, None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(program.get(&path).await.status, StatusCode::NOT_FOUND);
    app.run_sql("delete from jobs").await;
}
