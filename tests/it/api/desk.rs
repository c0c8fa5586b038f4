//! What people do at a record, by programs: notes, calls and e-mails, tags, owners, follow-ups; accounts that become one.

use axum::http::{Method, StatusCode};
use cartwright::crm::users::Role;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::{App, Page, Program};

async fn shop(pool: PgPool) -> (App, Program) {
    let mut app = App::as_administrator(pool).await;
    app.add_sales().await;
    let program = app.program("write").await;
    (app, program)
}

async fn post(program: &mut Program, path: &str, body: Value) -> Page {
    program.send(Method::POST, path, Some(body), None).await
}

fn names(page: &Page) -> Vec<String> {
    page.blamed().into_iter().map(|(name, _)| name).collect()
}

#[sqlx::test]
async fn notes_calls_and_emails_are_written_read_changed_and_taken_back(pool: PgPool) {
    let (mut app, mut program) = shop(pool).await;
    let page = app.path_of("orders", "orders", "increment_id", "100088005").await;
    let path = format!("/api/v1{page}/activities");
    for (body, blamed) in [
        (json!({}), vec!["kind"]),
        (json!({"kind": "letter", "text": "x"}), vec!["kind"]),
        (json!({"kind": "note", "text": " "}), vec!["text"]),
        (json!({"kind": "note", "text": "x", "minutes": 3}), vec!["minutes"]),
        (json!({"kind": "call", "at": "yesterday", "minutes": 2000}), vec!["at", "direction", "minutes"]),
        (json!({"kind": "call", "direction": "outgoing", "at": "2999-01-01T00:00:00Z"}), vec!["at"]),
        (json!({"kind": "email", "direction": "incoming"}), vec!["subject"]),
    ] {
        let wrong = post(&mut program, &path, body).await;
        assert_eq!(
            (wrong.status, names(&wrong)),
            (StatusCode::UNPROCESSABLE_ENTITY, blamed.into_iter().map(str::to_owned).collect())
        );
    }
    let call = json!({"kind": "call", "direction": "outgoing", "at": "2026-05-12T11:30:05+02:00", "minutes": 7,
        "text": "Wants it on Friday"});
    let made = post(&mut program, &path, call).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.html);
    let told = made.json();
    assert_eq!((&told["about"], &told["at"]), (&json!(page), &json!("2026-05-12T09:30:05Z")), "{told}");
    assert_eq!(told["author"]["name"], "Ada Lovelace");
    let follow_up = program.get(&format!("/api/v1{page}/follow-up")).await.json();
    assert_eq!(follow_up["step"], "called", "the call took its step: {follow_up}");
    let note = post(&mut program, &path, json!({"kind": "note", "text": "Ring twice <b>"})).await;
    let mail = json!({"kind": "email", "direction": "incoming", "subject": "Where is it?"});
    assert_eq!(post(&mut program, &path, mail).await.status, StatusCode::CREATED);
    assert!(app.get(&page).await.text().contains("Ring twice <b>"), "the page shows it");

    let call = made.location().to_owned();
    let changed = program.change(Method::PATCH, &call, &call, Some(json!({"minutes": null}))).await.json();
    assert_eq!(
        (&changed["minutes"], &changed["at"]),
        (&Value::Null, &json!("2026-05-12T09:30:05Z")),
        "{changed}"
    );
    assert_eq!((&changed["text"], changed["edited_at"].is_string()), (&json!("Wants it on Friday"), true));
    let other = program.change(Method::PATCH, &call, &call, Some(json!({"kind": "note"}))).await;
    assert_eq!(names(&other), ["kind"]);
    let mut stranger = app.colleague(Role::Sales).await.program("write").await;
    let strange = stranger.change(Method::PATCH, &call, &call, Some(json!({"text": "mine"}))).await;
    assert_eq!(strange.status, StatusCode::FORBIDDEN, "whoever wrote it, nobody else");
    assert_eq!(stranger.change(Method::DELETE, &call, &call, None).await.status, StatusCode::FORBIDDEN);
    let stale = program.send(Method::DELETE, &call, None, Some("\"old\"")).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(program.change(Method::DELETE, &call, &call, None).await.status, StatusCode::NO_CONTENT);
    let told =
        "select count(*) from audit_entries where act = 'changed' and changes::text like '%UTC, deleted%'";
    assert_eq!(app.count(told).await, 1);
    assert_eq!(program.get(&call).await.status, StatusCode::NOT_FOUND);
    let left = program.get(&path).await.json();
    let kinds: Vec<&str> =
        left["data"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["email", "note"], "the newest first");
    assert_eq!(program.get(note.location()).await.status, StatusCode::OK);
}

#[sqlx::test]
async fn what_was_written_down_is_paged_and_what_is_not_understood_is_named(pool: PgPool) {
    let (app, mut program) = shop(pool).await;
    let page = app.path_of("customers", "customers", "email", "zoe@verhoeven.example").await;
    app.run_sql(
        "insert into activities (record, record_id, channel_id, kind, body, user_id)
         select 'customer', k.id, k.channel_id, 'note', 'Note ' || n, 1
         from customers k, generate_series(1, 60) n where k.email = 'zoe@verhoeven.example'",
    )
    .await;
    let (mut at, mut seen) = (format!("/api/v1{page}/activities"), Vec::new());
    loop {
        let told = program.get(&at).await.json();
        seen.extend(
            told["data"].as_array().unwrap().iter().map(|it| it["text"].as_str().unwrap().to_owned()),
        );
        let Some(next) = told["next"].as_str() else { break };
        let back = program.get(next).await.json()["previous"].as_str().unwrap().to_owned();
        assert_eq!(program.get(&back).await.json()["data"], told["data"], "back from {next}");
        at = next.to_owned();
    }
    assert_eq!(seen, (1..=60).rev().map(|n| format!("Note {n}")).collect::<Vec<_>>());
    let strange = program.get(&format!("/api/v1{page}/activities?size=7&from=x&colour=red")).await;
    assert_eq!(
        (strange.status, names(&strange)),
        (StatusCode::BAD_REQUEST, vec!["colour".into(), "size".into(), "from".into()])
    );
    for nothing in [
        "/customers/999/activities",
        "/letters/1/activities",
        "/customers/x/tags",
        "/customers/1/owner",
        "/contacts/1/follow-up",
        "/activities/999",
    ] {
        assert_eq!(
            program.get(&format!("/api/v1{nothing}")).await.status,
            StatusCode::NOT_FOUND,
            "{nothing}"
        );
    }
}

#[sqlx::test]
async fn a_record_has_the_tags_that_are_put_and_no_others(pool: PgPool) {
    let (mut app, mut program) = shop(pool).await;
    let page = app.path_of("customers", "customers", "email", "zoe@verhoeven.example").await;
    let path = format!("/api/v1{page}/tags");
    let put = |tags: Value| Some(json!({"tags": tags}));
    let first = program.change(Method::PUT, &path, &path, put(json!(["Wholesale", "VIP", " vip "]))).await;
    assert_eq!(first.json()["tags"], json!(["VIP", "Wholesale"]), "{}", first.html);
    let stale = program.get(&path).await.tag_of();
    app.post(&format!("{page}/tags"), &[("tag", "Complaint")]).await;
    let late = program.send(Method::PUT, &path, put(json!([])), Some(&stale)).await;
    assert_eq!(late.status, StatusCode::PRECONDITION_FAILED, "the page was quicker");
    let next = program.change(Method::PUT, &path, &path, put(json!(["wholesale", "New"]))).await;
    assert_eq!(next.json()["tags"], json!(["New", "Wholesale"]), "{}", next.html);
    let many: Vec<String> = (0..31).map(|n| format!("tag {n}")).collect();
    for wrong in [json!(many), json!([""]), json!(["x".repeat(51)]), json!(["a\u{0}"])] {
        let wrong = program.change(Method::PUT, &path, &path, put(wrong)).await;
        assert_eq!((wrong.status, names(&wrong)), (StatusCode::UNPROCESSABLE_ENTITY, vec!["tags".into()]));
    }
    let none = program.change(Method::PUT, &path, &path, put(json!([]))).await;
    assert_eq!(none.json()["tags"], json!([]));
    assert_eq!(app.count("select count(*) from tags").await, 0, "their last use took them along");
    let told =
        "select string_agg(changes->0->>'new', '; ' order by id) from audit_entries where act = 'changed'";
    assert_eq!(app.text(told).await, "Complaint, VIP; New, Wholesale");
}

#[sqlx::test]
async fn an_order_gets_its_owner_and_its_steps(pool: PgPool) {
    let (mut app, mut program) = shop(pool).await;
    let grace = app.add_user("Grace Hopper", "grace@example.org", Role::Sales).await;
    let viewer = app.add_user("Vera Only", "vera@example.org", Role::Viewer).await;
    let page = app.path_of("orders", "orders", "increment_id", "100088005").await;
    let path = format!("/api/v1{page}/owner");
    let owned = program.change(Method::PUT, &path, &path, Some(json!({"owner": grace}))).await;
    assert_eq!(owned.json()["owner"]["name"], "Grace Hopper", "{}", owned.html);
    for wrong in [viewer, 999] {
        let wrong = program.change(Method::PUT, &path, &path, Some(json!({"owner": wrong}))).await;
        assert_eq!(names(&wrong), ["owner"]);
    }
    let empty = program.change(Method::PUT, &path, &path, Some(json!({}))).await;
    assert_eq!(empty.status, StatusCode::BAD_REQUEST, "nobody is said by null");
    let nobody = program.change(Method::PUT, &path, &path, Some(json!({"owner": null}))).await;
    assert!(nobody.json()["owner"].is_null(), "{}", nobody.html);
    assert!(app.get("/audit").await.text().contains("Grace Hopper"));

    let path = format!("/api/v1{page}/steps");
    for (body, blamed) in [(json!({"action": "call"}), "action"), (json!({"action": "feedback"}), "feedback")]
    {
        let wrong = post(&mut program, &path, body).await;
        assert_eq!(names(&wrong), [blamed]);
    }
    let early = post(&mut program, &path, json!({"action": "reopen"})).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "{}", early.html);
    let said = json!({"action": "feedback", "feedback": "Happy", "notes": "asks for more"});
    let taken = post(&mut program, &path, said).await;
    assert_eq!(taken.status, StatusCode::CREATED, "{}", taken.html);
    let told = program.get(taken.location()).await.json();
    assert_eq!(
        (&told["step"], &told["feedback"], &told["actions"]),
        (&json!("contacted"), &json!("Happy"), &json!(["feedback", "reopen"])),
        "{told}"
    );
    assert!(app.get(&page).await.text().contains("asks for more"));
}

#[sqlx::test]
async fn accounts_become_one_and_two_again(pool: PgPool) {
    let (mut app, mut program) = shop(pool).await;
    app.run_sql("insert into accounts (name) values ('Verhoeven'), ('Haddad')").await;
    app.run_sql("insert into contacts (account_id, first_name, last_name) values (1, 'Zoë', 'Verhoeven'), (2, 'Amir', 'Haddad')").await;
    app.run_sql("update customers set account_id = 1, contact_id = 1 where email = 'zoe@verhoeven.example'")
        .await;
    app.run_sql("update customers set account_id = 2, contact_id = 2 where email = 'amir@haddad.example'")
        .await;
    let (one, other) = ("/api/v1/accounts/1", "/api/v1/accounts/2");
    let merges = format!("{one}/merges");
    for with in [1, 99] {
        let wrong = program.change(Method::POST, &merges, one, Some(json!({"with": with}))).await;
        assert_eq!(names(&wrong), ["with"], "{}", wrong.html);
    }
    let blind = post(&mut program, &merges, json!({"with": 2})).await;
    assert_eq!(blind.status, StatusCode::PRECONDITION_REQUIRED);
    let wish = json!({"with": 2, "keep_other_name": true});
    let merged = program.change(Method::POST, &merges, one, Some(wish)).await;
    assert_eq!(merged.json()["account_name"], "Haddad", "{}", merged.html);
    assert_eq!(program.get(other).await.status, StatusCode::NOT_FOUND);

    let splits = format!("{one}/splits");
    for (body, blamed) in [
        (json!({}), "customer"),
        (json!({"customer": 1, "contact": 1}), "customer"),
        (json!({"customer": 99}), "customer"),
        (json!({"contact": 99}), "contact"),
    ] {
        assert_eq!(names(&post(&mut program, &splits, body).await), [blamed]);
    }
    let own = post(&mut program, &splits, json!({"contact": 2})).await;
    assert_eq!((own.status, own.json()["account_name"].as_str()), (StatusCode::CREATED, Some("Amir Haddad")));
    let zoe = app.count("select id from customers where email = 'zoe@verhoeven.example'").await;
    let alone = post(&mut program, &splits, json!({"customer": zoe})).await;
    assert_eq!(alone.status, StatusCode::CONFLICT, "{}", alone.html);
    let trail = app.get("/audit").await.text();
    assert!(trail.contains("Merged with") && trail.contains("Split off"), "{trail}");
}
