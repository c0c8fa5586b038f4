//! `/help/api`: the document as a page, for people who write against the API.

use std::collections::BTreeMap;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::Value;

use super::super::access::SignedIn;
use super::super::page::{self, PageResult};
use super::super::reached::Reached;
use super::super::shell::Shell;
use super::super::{Web, assets, view};
use super::doc;
use super::problem::Kind;

pub(in crate::web) fn routes() -> Router<Web> {
    Router::new().route("/help/api", get(show))
}

#[derive(Template)]
#[template(path = "help/api.html")]
struct Help {
    shell: Shell,
    home: String,
    nouns: Vec<Noun>,
    shapes: Vec<Shape>,
    problems: &'static [Kind],
}

/// A noun with what can be asked of it.
struct Noun {
    name: String,
    /// Its place on the page.
    anchor: String,
    operations: Vec<Operation>,
}

/// A method of an address.
struct Operation {
    method: String,
    path: String,
    title: String,
    text: String,
    parameters: Vec<Part>,
    /// The shape of its body.
    body: Option<String>,
    /// Statuses with what they mean, and the shape of the answer.
    answers: Vec<(String, String, Option<String>)>,
}

/// A parameter, or a field of a shape.
struct Part {
    name: String,
    kind: String,
    text: String,
    required: bool,
}

/// An object that goes to and fro.
struct Shape {
    name: String,
    text: String,
    fields: Vec<Part>,
}

/// `GET /help/api`
async fn show(State(web): State<Web>, who: SignedIn, reached: Reached) -> PageResult {
    let document = doc::document();
    let shell = Shell::load(&web, &who.session, who.user, "/help").await?;
    page::show(&Help {
        shell,
        home: reached.link("/api/v1"),
        nouns: nouns(document),
        shapes: shapes(document),
        problems: Kind::ALL,
    })
}

/// By their tags, in the order of the document.
fn nouns(document: &Value) -> Vec<Noun> {
    let mut nouns: BTreeMap<String, Vec<Operation>> = BTreeMap::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let tag = operation.pointer("/tags/0").map(word).unwrap_or_default();
            nouns.entry(tag).or_default().push(Operation::of(method, path, operation));
        }
    }
    let noun = |(name, operations): (String, _)| {
        let anchor = name.to_lowercase().replace(' ', "-");
        Noun { name, anchor, operations }
    };
    nouns.into_iter().map(noun).collect()
}

fn shapes(document: &Value) -> Vec<Shape> {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let shape = |(name, schema): (&String, &Value)| Shape {
        name: name.clone(),
        text: word(&schema["description"]),
        fields: fields(schema),
    };
    schemas.into_iter().flatten().map(shape).collect()
}

fn fields(schema: &Value) -> Vec<Part> {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let field = |(name, schema): (&String, &Value)| Part {
        name: name.clone(),
        kind: kind(schema),
        text: word(&schema["description"]),
        required: required.iter().any(|it| it == name),
    };
    schema["properties"].as_object().into_iter().flatten().map(field).collect()
}

impl Operation {
    fn of(method: &str, path: &str, operation: &Value) -> Self {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let parameter = |it: &Value| Part {
            name: word(&it["name"]),
            kind: kind(&it["schema"]),
            text: word(&it["description"]),
            required: it["required"] == true,
        };
        let answers = operation["responses"].as_object().into_iter().flatten();
        let answer = |(status, it): (&String, &Value)| {
            let schema = it.pointer("/content/application~1json/schema");
            (status.clone(), word(&it["description"]), schema.map(kind))
        };
        let body = operation.pointer("/requestBody/content/application~1json/schema");
        Self {
            method: method.to_uppercase(),
            path: path.to_owned(),
            title: word(&operation["summary"]),
            text: word(&operation["description"]),
            parameters: parameters.map(parameter).collect(),
            body: body.map(kind),
            answers: answers.map(answer).collect(),
        }
    }
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().trim().to_owned()
}

/// What kind of value a schema describes, in words.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|to| to.rsplit('/').next()) {
        return name.to_owned();
    }
    if let Some(several) = schema["oneOf"].as_array() {
        let words: Vec<String> = several.iter().map(kind).filter(|word| !word.is_empty()).collect();
        return words.join(" or ");
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<String> =
            words.iter().map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned)).collect();
        return words.join(", ");
    }
    if let Some(data) = schema.pointer("/properties/data") {
        return format!("a page: {}", kind(data));
    }
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(word).collect(),
        one => vec![word(one)],
    };
    let words = kinds.iter().map(|one| match one.as_str() {
        "string" => match schema["format"].as_str() {
            Some("date-time") => "time".to_owned(),
            Some("date") => "date".to_owned(),
            _ => "text".to_owned(),
        },
        "integer" | "number" => "number".to_owned(),
        "boolean" => "true or false".to_owned(),
        "array" => format!("list of {}", kind(&schema["items"])),
        other => other.to_owned(),
    });
    words.collect::<Vec<_>>().join(" or ")
}
