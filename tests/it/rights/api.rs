//! The same for the REST API: every operation of its document × every role × whose it is × what the token reaches.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::table::Who;
use super::world;
use crate::support::Program;
use Who::{Author, Editor, Manager, Operator, SignedIn};

/// Every operation, and who may. What takes something away comes last.
const OPERATIONS: &[(&str, Who)] = &[
    ("GET /activities/{id}", SignedIn),
    ("GET /{records}/{id}/activities", SignedIn),
    ("GET /{records}/{id}/follow-up", SignedIn),
    ("GET /{records}/{id}/owner", SignedIn),
    ("GET /{records}/{id}/tags", SignedIn),
    ("GET /accounts", SignedIn),
    ("GET /accounts/{id}", SignedIn),
    ("GET /carts", SignedIn),
    ("GET /carts/{id}", SignedIn),
    ("GET /conflicts", SignedIn),
    ("GET /conflicts/{id}", SignedIn),
    ("GET /contacts", SignedIn),
    ("GET /contacts/{id}", SignedIn),
    ("GET /credit-memos", SignedIn),
    ("GET /credit-memos/{id}", SignedIn),
    ("GET /customers", SignedIn),
    ("GET /customers/{id}", SignedIn),
    ("GET /customers/{id}/addresses", SignedIn),
    ("GET /customers/{id}/addresses/{address}", SignedIn),
    ("GET /newsletter-subscribers", SignedIn),
    ("GET /newsletter-subscribers/{id}", SignedIn),
    ("GET /orders", SignedIn),
    ("GET /orders/{id}", SignedIn),
    ("GET /failed-records", Operator),
    ("GET /failed-records/{id}", Operator),
    ("GET /integrations", Operator),
    ("GET /integrations/{id}", Operator),
    ("GET /jobs", Operator),
    ("GET /jobs/{id}", Operator),
    ("POST /{records}/{id}/activities", Editor),
    ("POST /{records}/{id}/steps", Editor),
    ("PUT /{records}/{id}/owner", Editor),
    ("PUT /{records}/{id}/tags", Editor),
    ("POST /accounts", Editor),
    ("POST /accounts/{id}/merges", Editor),
    ("POST /accounts/{id}/splits", Editor),
    ("POST /customers", Editor),
    ("PATCH /accounts/{id}", Editor),
    ("PATCH /contacts/{id}", Editor),
    ("PATCH /customers/{id}", Editor),
    ("PATCH /customers/{id}/addresses/{address}", Editor),
    ("POST /customers/{id}/addresses", Editor),
    ("PUT /conflicts/{id}/decision", Editor),
    ("PUT /customers/{id}/hidden", Editor),
    ("DELETE /customers/{id}/hidden", Editor),
    ("PUT /customers/{id}/subscription", Editor),
    ("PUT /newsletter-subscribers/{id}/subscription", Editor),
    ("DELETE /accounts/{id}", Editor),
    ("PATCH /activities/{id}", Author),
    ("DELETE /activities/{id}", Author),
    ("POST /jobs", Manager),
    ("POST /jobs/{id}/cancellation", Manager),
    ("POST /failed-records/{id}/retries", Manager),
    ("DELETE /failed-records/{id}", Manager),
];

/// What is there beside the world of the pages.
const MORE: &str = "
    insert into customer_addresses (customer_id, remote_id) values (1, 7);
    insert into conflicts (customer_id, unit, base, local, remote, rule) values (1, 'last_name', '1', '2', '3', 'ask')";

/// Asks for an operation as somebody who knows the record and sends what it takes.
async fn ask(program: &mut Program, operation: &str) -> StatusCode {
    let (method, path) = operation.split_once(' ').unwrap();
    let path = path.replace("{records}", "orders").replace("{id}", "1").replace("{address}", "1");
    let path = format!("/api/v1{path}");
    let body = match path.rsplit('/').next().unwrap() {
        "jobs" => json!({"integration": 1}),
        "decision" => json!({"use": "local"}),
        "subscription" => json!({"subscribed": true}),
        "tags" => json!({"tags": ["VIP"]}),
        "owner" => json!({"owner": null}),
        "merges" => json!({"with": 2}),
        "customers" => json!({"channel": 1, "customer": {}}),
        _ => json!({}),
    };
    let body = Some(body).filter(|_| method != "GET");
    let method: Method = method.parse().unwrap();
    program.send(method, &path, body, Some("*")).await.status
}

#[sqlx::test]
async fn every_operation_lets_in_whom_the_table_says_as_far_as_the_token_reaches(pool: PgPool) {
    let mut visitors = world(pool).await;
    sqlx::raw_sql(MORE).execute(&visitors[0].app.pool).await.unwrap();
    let document = visitors[0].app.get("/api/v1/openapi.json").await.json();
    let described: BTreeSet<String> =
        document["paths"].as_object().unwrap().iter().flat_map(operations).collect();
    let listed: BTreeSet<String> = OPERATIONS.iter().map(|(operation, _)| (*operation).to_owned()).collect();
    assert_eq!(described, listed);

    let mut wrong = Vec::new();
    let mut nobody = visitors[0].app.program_with(None);
    for (operation, _) in OPERATIONS {
        let status = ask(&mut nobody, operation).await;
        if status != StatusCode::UNAUTHORIZED {
            wrong.push(format!("{operation} answers nobody: {status}"));
        }
    }
    let mut programs = Vec::new();
    for visitor in visitors.iter_mut().filter(|visitor| visitor.name != "nobody") {
        let (read, write) = (visitor.app.program("read").await, visitor.app.program("write").await);
        programs.push((visitor.name, visitor.who.clone(), read, write));
    }
    // first whoever may not: nothing is changed by it
    for (operation, who) in OPERATIONS {
        for (name, are, read, write) in &mut programs {
            let may = are.contains(who);
            let refused = StatusCode::FORBIDDEN;
            if !may && ask(write, operation).await != refused {
                wrong.push(format!("{operation} lets {name} in"));
            }
            let reads = operation.starts_with("GET ");
            if !(may && reads) && ask(read, operation).await != refused {
                wrong.push(format!("{operation} lets {name} in with a token that reads"));
            }
        }
    }
    for (operation, who) in OPERATIONS {
        for (name, are, read, write) in &mut programs {
            let program = if operation.starts_with("GET ") { read } else { write };
            if are.contains(who) {
                let status = ask(program, operation).await;
                let kept_out = matches!(status, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED);
                let reads = operation.starts_with("GET ") && status != StatusCode::OK;
                if kept_out || status.is_server_error() || reads {
                    wrong.push(format!("{operation} keeps {name} out: {status}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The operations of an address: "GET /customers/{id}".
fn operations((path, item): (&String, &Value)) -> Vec<String> {
    let path = path.trim_start_matches("/api/v1");
    item.as_object().unwrap().keys().map(|method| format!("{} {path}", method.to_uppercase())).collect()
}
