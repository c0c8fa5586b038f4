//! What a call brings: the id in its address, the JSON in its body, the ETag that it was written for.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::header::{CONTENT_TYPE, IF_MATCH};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::super::error::PageError;
use super::super::form::Posted;
use super::problem::{Kind, Problem};

/// The ids in an address. What is no number is the id of nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Id<T = i64>(pub(super) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(id) =
            Path::<T>::from_request_parts(parts, state).await.map_err(|_| Problem::of(Kind::NotFound))?;
        Ok(Self(id))
    }
}

/// The JSON of a body.
#[derive(Debug, Clone)]
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind =
            request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if kind != "application/json" && kind != "application/merge-patch+json" {
            return Err(Problem::of(Kind::NotJson));
        }
        let bytes = Bytes::from_request(request, state).await;
        let bytes = bytes.map_err(|why| Problem::from(PageError::of_body(&why)))?;
        read(&bytes).map(Self)
    }
}

/// An object, and nothing else: a list would be taken for the fields in their order.
fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let wrong = |problem: serde_json::Error| Problem::new(Kind::Unreadable, format!("{problem}."));
    let body: Value = serde_json::from_slice(bytes).map_err(wrong)?;
    if !body.is_object() {
        return Err(Problem::new(Kind::Unreadable, "An object is expected."));
    }
    serde_json::from_value(body).map_err(wrong)
}

/// The ETags that a change was written for.
#[derive(Debug, Clone)]
pub(super) struct IfMatch(String);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let tags = parts.headers.get(IF_MATCH).and_then(|tags| tags.to_str().ok());
        tags.map(|tags| Self(tags.to_owned())).ok_or_else(|| Problem::of(Kind::Unconditional))
    }
}

impl IfMatch {
    /// Is it still what the change was written for?
    pub(super) fn must_be(&self, tag: &str) -> Result<(), Problem> {
        // a proxy that compresses makes a strong tag a weak one
        let mut names = self.0.split(',').map(|name| name.trim().trim_start_matches("W/"));
        let named = names.any(|known| known == "*" || known == tag);
        if named { Ok(()) } else { Err(Problem::of(Kind::Stale)) }
    }
}

/// A value as a field of a form would hold it: absent, or a text; null is the empty one.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed(Option<String>);

impl Typed {
    /// The text; of what was not given, an empty one.
    pub(super) fn text(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// It was not given.
    pub(super) fn is_absent(&self) -> bool {
        self.0.is_none()
    }
}

impl Serialize for Typed {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Typed {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(Some(match Value::deserialize(from)? {
            Value::Null => String::new(),
            Value::String(text) => text,
            // others lost digits before they came here
            Value::Number(number) if !number.is_f64() => number.to_string(),
            _ => return Err(serde::de::Error::custom("a text, a whole number or null is expected")),
        })))
    }
}

/// What was given, as if it had been typed into a form's fields.
pub(super) fn as_posted(given: &impl Serialize) -> Posted {
    let Ok(Value::Object(given)) = serde_json::to_value(given) else { return Posted::default() };
    given.into_iter().fold(Posted::default(), |posted, (name, value)| match value {
        Value::String(text) => posted.with(&name.replace('_', "-"), text),
        _ => posted,
    })
}
