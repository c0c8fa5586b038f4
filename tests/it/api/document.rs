//! The document tells what is answered, and its page can be read.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::App;

/// What a schema names and an answer lacks, or the other way round.
fn differences(document: &Value, schema: &Value, answer: &Value, at: &str) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let named =
            document.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("{name} is missing"));
        return differences(document, named, answer, at);
    }
    if let Some(several) = schema["oneOf"].as_array() {
        let one = several.iter().find(|it| it["type"] != "null").unwrap();
        return if answer.is_null() { Vec::new() } else { differences(document, one, answer, at) };
    }
    match answer {
        Value::Object(members) => {
            let Some(properties) = schema["properties"].as_object() else { return Vec::new() };
            let mut found: Vec<String> = properties
                .keys()
                .filter(|name| !members.contains_key(*name))
                .map(|name| format!("{at}: {name} is not answered"))
                .collect();
            for (name, value) in members {
                match properties.get(name) {
                    Some(schema) => {
                        found.extend(differences(document, schema, value, &format!("{at}/{name}")))
                    }
                    None => found.push(format!("{at}: {name} is not described")),
                }
            }
            found
        }
        Value::Array(items) => {
            let of = |item| differences(document, &schema["items"], item, at);
            items.iter().flat_map(of).collect()
        }
        other => {
            let kinds: Vec<&str> = match &schema["type"] {
                Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
                kind => kind.as_str().into_iter().collect(),
            };
            let kind = match other {
                Value::Null => "null",
                Value::Bool(_) => "boolean",
                Value::Number(_) => "integer",
                _ => "string",
            };
            let fits =
                kinds.is_empty() || kinds.contains(&kind) || (kind == "integer" && kinds.contains(&"number"));
            if fits { Vec::new() } else { vec![format!("{at}: {kind} is answered, {kinds:?} described")] }
        }
    }
}

#[sqlx::test]
async fn every_list_and_record_answers_what_the_document_says(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.add_sales().await;
    app.run_sql("insert into accounts (name) values ('Verhoeven')").await;
    app.run_sql("insert into contacts (account_id, last_name) values (1, 'Verhoeven')").await;
    app.run_sql("insert into customer_addresses (customer_id, remote_id, street) values (1, 7, 'Main 1')")
        .await;
    app.run_sql("update customers set account_id = 1, contact_id = 1, owner_id = 1").await;
    app.run_sql("insert into jobs (kind, key, title, integration_id) values ('sync', 'x', 'Sync', 1)").await;
    app.run_sql("insert into job_connectors (job_id, connector, position) values (1, 'Orders', 1)").await;
    app.run_sql(
        "insert into conflicts (customer_id, unit, base, local, remote, rule)
         values (1, 'last_name', '\"a\"', '\"b\"', '\"c\"', 'ask')",
    )
    .await;
    app.run_sql(
        "insert into activities (record, record_id, channel_id, kind, body, user_id) values ('order', 1, 1, 'note', 'x', 1)",
    )
    .await;
    let mut program = app.program("read").await;
    let document = app.another_visitor().get("/api/v1/openapi.json").await;
    assert_eq!(document.status, StatusCode::OK, "it is open to everybody");
    let document = document.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    let (mut wrong, mut asked) = (Vec::new(), 0);
    for (path, item) in document["paths"].as_object().unwrap() {
        let Some(operation) = item.get("get") else { continue };
        let filled = path.replace("{records}", "orders").replace("{id}", "1").replace("{address}", "1");
        let answer = program.get(&filled).await;
        assert_eq!(answer.status, StatusCode::OK, "{filled}: {}", answer.html);
        let json = answer.json();
        assert!(
            json.get("data").is_none_or(|rows| !rows.as_array().unwrap().is_empty()),
            "{filled} is empty"
        );
        let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{path} is not described");
        wrong.extend(differences(&document, schema, &json, path));
        asked += 1;
        // a list takes every parameter that the document names
        for parameter in operation["parameters"].as_array().unwrap().iter().filter(|it| it["in"] == "query") {
            let schema = parameter["schema"].get("items").unwrap_or(&parameter["schema"]);
            let value = match (&schema["enum"][0], parameter["name"].as_str(), schema["type"].as_str()) {
                (Value::String(word), ..) => word.clone(),
                (Value::Number(number), ..) => number.to_string(),
                (
                    _,
                    Some("from" | "channel" | "owner" | "field" | "rule" | "integration" | "connector"),
                    _,
                ) => continue,
                (_, _, Some("integer")) => "1".to_owned(),
                (_, _, _) if schema["format"] == "date" => "2026-05-12".to_owned(),
                _ => "1".to_owned(),
            };
            let query = format!("{filled}?{}={value}", parameter["name"].as_str().unwrap());
            let answer = program.get(&query).await;
            assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.html);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(asked >= 29, "{asked}");
    let text = document.to_string();
    for (at, _) in text.match_indices("\"$ref\":\"#") {
        let name = text[at + 9..].split('"').next().unwrap();
        assert!(document.pointer(name).is_some(), "{name} leads nowhere");
    }
}

#[sqlx::test]
async fn the_page_explains_every_address_shape_and_problem(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let document = app.get("/api/v1/openapi.json").await.json();
    let mut viewer = app.colleague(Role::Viewer).await;
    let page = viewer.get("/help/api").await;
    let text = page.text();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let said = format!("{} {path} {}", method.to_uppercase(), operation["summary"].as_str().unwrap());
            assert!(text.contains(&said), "{said}");
        }
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(page.html.contains(&format!("id=\"shape-{name}\"")), "{name}");
    }
    for problem in ["token", "scope", "parameters", "stale", "unconditional", "too-many"] {
        assert!(page.html.contains(&format!("id=\"problem-{problem}\"")), "{problem}");
    }
}

#[sqlx::test]
async fn a_client_can_be_made_of_the_document(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let document = app.get("/api/v1/openapi.json").await.json();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(name.chars().all(|letter| letter.is_ascii_alphabetic()), "{method} {path}: {name}");
            assert!(name.chars().any(|letter| letter.is_ascii_uppercase()), "{method} {path}: {name}");
            assert!(names.insert(name.to_owned()), "{method} {path}: {name} is there twice");
            let parameters = operation.get("parameters");
            assert!(parameters.is_none_or(Value::is_array), "{method} {path}: {parameters:?}");
            let has = |header: &str| {
                let all = operation["parameters"].as_array().into_iter().flatten();
                all.filter(|it| it["in"] == "header").any(|it| it["name"] == header)
            };
            let is_told = operation["responses"].get("304").is_some();
            assert_eq!(
                (has("If-None-Match"), is_told),
                (name.starts_with("read"), name.starts_with("read")),
                "{name}"
            );
        }
    }
    assert!(names.contains("listCustomers") && names.contains("readCustomer"), "{names:?}");
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for (name, schema) in schemas {
        for (property, is) in schema["properties"].as_object().into_iter().flatten() {
            // a client that filled it in would empty what was to stay
            assert_ne!(is.get("default"), Some(&Value::Null), "{name}.{property}");
        }
    }
    assert_eq!(schemas["NewOwner"]["required"], json!(["owner"]));
    assert_eq!(schemas["NewStep"]["required"], json!(["action"]));
    let account = &schemas["CustomerEdit"]["properties"]["account"];
    assert_eq!(account["oneOf"][1]["enum"], json!(["own"]), "{account}");
}
