//! The OpenAPI document: what the routes say of themselves, with what lists have in common added from their declarations.

use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use super::list::{PAGING, columns, name, sorts};
use super::paging;
use super::problem::Kind as ProblemKind;
use crate::base::keyset::PAGE_SIZES;
use crate::base::listing::{Choice, Column, Filter, Kind, Listing, Test};
use crate::crm::{accounts, carts, changes, credit_memos, customers, newsletter, orders};
use crate::jobs;
use crate::sync;

/// What is to be known before anything else.
const ABOUT: &str = "Records of Cartwright as JSON. A token works as the user who made it, with the same rights as on the \
    pages. Times are in UTC, amounts are exact texts. A change names the ETag of what it changes in If-Match.";

/// The lists of the pages that the API has, too.
static LISTS: [&Listing; 11] = [
    &customers::LISTING,
    &orders::LISTING,
    &carts::LISTING,
    &credit_memos::LISTING,
    &newsletter::LISTING,
    &accounts::ACCOUNTS,
    &accounts::CONTACTS,
    &sync::INTEGRATIONS,
    &jobs::LISTING,
    &changes::CONFLICTS,
    &sync::failed::LISTING,
];

/// The document, OpenAPI 3.1.
pub(super) fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let (_, declared) = super::nouns().split_for_parts();
        complete(serde_json::to_value(declared).unwrap_or_default())
    })
}

fn complete(mut document: Value) -> Value {
    document["info"] = json!({
        "title": "Cartwright",
        "version": env!("CARGO_PKG_VERSION"),
        "description": ABOUT,
    });
    let mut paths = Map::new();
    if let Some(declared) = document["paths"].as_object() {
        for (path, item) in declared {
            let mut item = item.clone();
            let listing = LISTS.iter().find(|listing| listing.at == path);
            if let Some(listing) = listing {
                list(&mut item["get"], listing);
            }
            for (method, operation) in item.as_object_mut().into_iter().flatten() {
                name_the_sizes(operation);
                what_all_may_answer(method, operation);
                if operation["operationId"].as_str().is_some_and(|id| id.starts_with("read")) {
                    what_a_record_may_answer(operation);
                }
            }
            paths.insert(format!("/api/v1{path}"), item);
        }
    }
    document["paths"] = Value::Object(paths);
    let schemas = &mut document["components"]["schemas"];
    left_out_is_not_null(schemas);
    schemas["Total"] = json!({
        "type": "object",
        "required": ["count", "is_exact"],
        "properties": {
            "count": {"type": "integer", "description": "Rows that pass the filters."},
            "is_exact": {"type": "boolean", "description": "False: an estimate, because counting would take too long."},
        },
    });
    schemas["Problem"] = problem();
    for listing in LISTS.iter().filter(|listing| columns(listing).next().is_some()) {
        schemas[row_name(listing)] = row(listing);
    }
    document["components"]["securitySchemes"] = json!({
        "token": {"type": "http", "scheme": "bearer", "description": "A token made under Profile, API tokens."},
    });
    document["security"] = json!([{"token": []}]);
    document
}

/// What a change leaves out stays as it is, and null empties it: a client that fills in a default of null would empty all.
fn left_out_is_not_null(schemas: &mut Value) {
    let properties = schemas.as_object_mut().into_iter().flat_map(Map::values_mut);
    let properties = properties.filter_map(|schema| schema.get_mut("properties")?.as_object_mut());
    for property in properties.flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
        if property.get("default").is_some_and(Value::is_null) {
            property.remove("default");
        }
    }
}

/// Parameters and answer of a list.
fn list(operation: &mut Value, listing: &'static Listing) {
    let mut parameters = Vec::new();
    for filter in listing.all_filters() {
        parameters.extend(of_filter(filter));
    }
    for (key, test) in listing.scopes {
        parameters.extend(of_filter(Filter { key, word: scope(key), test: *test, usual: "" }));
    }
    parameters.extend(words_that_page(listing));
    operation["parameters"] = Value::Array(parameters);
    let declared = operation.pointer("/responses/200/content/application~1json/schema").cloned();
    let data = declared.unwrap_or_else(|| json!({"type": "array", "items": reference(&row_name(listing))}));
    let turned = |text: &str| json!({"type": ["string", "null"], "description": text});
    operation["responses"] = json!({"200": {
        "description": "A page of them",
        "content": {"application/json": {"schema": {
            "type": "object",
            "required": ["data", "total", "next", "previous"],
            "properties": {
                "data": data,
                "total": reference("Total"),
                "next": turned("Where the next page is."),
                "previous": turned("Where the page before is."),
            },
        }}},
    }});
}

fn words_that_page(listing: &'static Listing) -> Vec<Value> {
    let [sort, way, size, from] = PAGING;
    let sorted = sorts(listing).collect::<Vec<_>>();
    vec![
        query(
            sort,
            &format!("The order; by itself {}.", listing.sort),
            json!({"type": "string", "enum": sorted}),
        ),
        query(way, "Which way it goes.", json!({"type": "string", "enum": ["up", "down"]})),
        query(size, paging::SIZE, json!({"type": "integer"})),
        query(from, paging::FROM, json!({"type": "string"})),
    ]
}

fn query(name: &str, text: &str, schema: Value) -> Value {
    json!({"name": name, "in": "query", "required": false, "description": text, "schema": schema})
}

/// What a scope of a list asks for, in words.
fn scope(key: &str) -> &'static str {
    match key {
        "q" => "Words, or how they begin",
        "account" => "Id of the account",
        "contact" => "Id of the contact",
        "customer" | "of" => "Id of the customer",
        "integration" => "Id of the integration",
        _ => "Id",
    }
}

/// The words of a filter, as parameters.
fn of_filter(filter: Filter) -> Vec<Value> {
    let Filter { key, word, test, usual } = filter;
    let text = json!({"type": "string"});
    let several = |items: Value| json!({"type": "array", "items": items});
    let own = match test {
        Test::OneOf(choices) => {
            let words: Vec<&str> = choices.iter().map(|Choice(key, ..)| *key).collect();
            several(json!({"type": "string", "enum": words}))
        }
        Test::Is { .. } => several(json!({"type": "integer"})),
        Test::Word(_) => several(text.clone()),
        Test::Since(_) | Test::Until(_) => json!({"type": "string", "format": "date"}),
        Test::Time(_) | Test::TimeWithin { .. } => {
            let words: Vec<&str> = Test::recent().into_iter().map(|(key, _)| key).collect();
            json!({"type": "string", "enum": words})
        }
        _ => text.clone(),
    };
    let hint = match (usual, test) {
        ("", Test::Amount { .. }) => format!("{word}, like 100, >100 or 50-100."),
        ("", Test::OneOf(choices)) if choices.iter().all(|Choice(key, ..)| key.parse::<i64>().is_ok()) => {
            let words: Vec<String> =
                choices.iter().map(|Choice(key, word, _)| format!("{key} {word}")).collect();
            format!("{word}: {}.", words.join(", "))
        }
        ("", _) => format!("{word}."),
        (usual, _) => format!("{word}; by itself {usual}."),
    };
    let mut all = vec![query(key, &hint, own)];
    for other in test.words(key).into_iter().skip(1) {
        let (hint, schema) = match other.rsplit('-').next() {
            Some("how") => (
                format!("How {key} is asked for; by itself contains."),
                json!({"type": "string", "enum": ["contains", "equals", "starts", "empty", "filled"]}),
            ),
            Some("from") => (format!("{word}: the first day."), json!({"type": "string", "format": "date"})),
            _ => (format!("{word}: the last day."), json!({"type": "string", "format": "date"})),
        };
        all.push(query(&other, &hint, schema));
    }
    all
}

/// The row of a list of declared columns.
fn row(listing: &'static Listing) -> Value {
    let mut properties = Map::new();
    for column in columns(listing) {
        properties.insert(name(column.key), cell(&column));
    }
    properties.insert("id".to_owned(), json!({"type": "integer"}));
    let gone = "Gone in the store.";
    properties.insert("removed".to_owned(), json!({"type": "boolean", "description": gone}));
    let required: Vec<&String> = properties.keys().collect();
    let text = format!("One of the {} in their list.", listing.many);
    json!({"type": "object", "description": text, "required": required, "properties": properties})
}

fn cell(column: &Column) -> Value {
    let money = json!({"type": "object", "properties": {
        "amount": {"type": "string", "example": "12.50"},
        "currency": {"type": "string", "example": "EUR"},
    }});
    let or_null = |kind: &str| json!({"type": [kind, "null"], "description": column.word});
    match column.kind {
        Kind::Text | Kind::Lines | Kind::Tag | Kind::State(..) | Kind::Own => {
            json!({"type": "string", "description": column.word})
        }
        Kind::Key(choices) => {
            let words: Vec<&str> = choices.iter().map(|Choice(key, ..)| *key).collect();
            json!({"type": "string", "enum": words, "description": column.word})
        }
        Kind::Many => json!({"type": "array", "items": {"type": "string"}, "description": column.word}),
        Kind::Moneys => json!({"type": "array", "items": money, "description": column.word}),
        Kind::Money(_) => json!({"oneOf": [money, {"type": "null"}], "description": column.word}),
        Kind::Quantity | Kind::Percent => or_null("string"),
        Kind::Count => or_null("integer"),
        Kind::Done => json!({"type": "integer", "description": column.word}),
        Kind::Span => or_null("number"),
        Kind::YesNo => or_null("boolean"),
        Kind::Day | Kind::Ago | Kind::Clock => {
            json!({"type": ["string", "null"], "format": "date-time", "description": column.word})
        }
        Kind::Link(..) => {
            json!({"oneOf": [reference("Named"), {"type": "null"}], "description": column.word})
        }
    }
}

/// Wherever rows are paged, these are the sizes of a page.
fn name_the_sizes(operation: &mut Value) {
    let all = operation.get_mut("parameters").and_then(Value::as_array_mut);
    for parameter in all.into_iter().flatten().filter(|it| it["in"] == "query" && it["name"] == "size") {
        parameter["schema"] = json!({"type": "integer", "enum": PAGE_SIZES});
    }
}

/// What every call may be answered.
fn what_all_may_answer(method: &str, operation: &mut Value) {
    let writes = method != "get";
    let has_body = operation.get("requestBody").is_some();
    let is_new = operation.pointer("/responses/201").or(operation.pointer("/responses/202")).is_some();
    if writes && !is_new {
        let text = "The ETag of what is changed.";
        add_header(operation, "If-Match", text);
    }
    let has = |place: &str| {
        operation["parameters"].as_array().is_some_and(|all| all.iter().any(|it| it["in"] == place))
    };
    let (is_one, is_asked) = (has("path"), has("query"));
    let is_told = |kind: &ProblemKind| match kind {
        ProblemKind::Parameters => is_asked,
        ProblemKind::NotFound => is_one,
        ProblemKind::Stale | ProblemKind::Unconditional => writes && !is_new,
        ProblemKind::Unreadable | ProblemKind::TooLarge | ProblemKind::NotJson | ProblemKind::Invalid => {
            has_body
        }
        ProblemKind::Refused => writes,
        ProblemKind::Scope | ProblemKind::Method => false,
        _ => true,
    };
    for kind in ProblemKind::ALL.iter().filter(|kind| is_told(kind)) {
        let content = json!({"application/problem+json": {"schema": reference("Problem")}});
        operation["responses"][kind.status().as_str()] =
            json!({"description": kind.title(), "content": content});
    }
}

/// A record is not told again to who has it as it is.
fn what_a_record_may_answer(operation: &mut Value) {
    let text = "The ETag of the record as it is known; told is only what is new.";
    add_header(operation, "If-None-Match", text);
    let tag = json!({"ETag": {"description": "Its tag.", "schema": {"type": "string"}}});
    operation["responses"]["200"]["headers"] = tag;
    operation["responses"]["304"] = json!({"description": "It is as it is known"});
}

/// A condition; a change cannot do without its own.
fn add_header(operation: &mut Value, name: &str, text: &str) {
    let header = json!({"name": name, "in": "header", "required": name == "If-Match", "description": text,
        "schema": {"type": "string"}});
    match operation.get_mut("parameters").and_then(Value::as_array_mut) {
        Some(parameters) => parameters.push(header),
        None => operation["parameters"] = json!([header]),
    }
}

fn problem() -> Value {
    let text = |text: &str| json!({"type": "string", "description": text});
    json!({
        "type": "object",
        "description": "What went wrong, as RFC 9457 has it.",
        "required": ["type", "title", "status", "detail", "errors"],
        "properties": {
            "type": text("The kind of problem: an address of the page that explains it."),
            "title": text("What it is called."),
            "status": {"type": "integer"},
            "detail": text("What it means here."),
            "errors": {"type": "array", "description": "Parameter by parameter, or field by field.", "items": {
                "type": "object",
                "required": ["name", "message"],
                "properties": {"name": {"type": "string"}, "message": {"type": "string"}},
            }},
        },
    })
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// "CustomerRow".
fn row_name(listing: &Listing) -> String {
    let words = listing.one.split(' ').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(char::to_uppercase).into_iter().flatten();
        first.chain(letters).collect::<String>()
    });
    format!("{}Row", words.collect::<String>())
}
