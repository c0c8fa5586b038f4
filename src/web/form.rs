//! Forms: what was posted, what is wrong with it, and the fields that show both.
//!
//! A field keeps what was typed, whatever it is; its error stands beside it and says what to do.

mod typed;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Display;

use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::Response;
use axum::{Extension, Router};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::error::PageError;
use super::{LARGEST_FORM, Web, view};
pub(super) use typed::{clean_line, line, number, optional_line, text};

/// What a form without files is sent as.
const FORM: &str = "application/x-www-form-urlencoded";

/// Nobody who is not signed in yet has more to say.
const LARGEST_OF_STRANGERS: usize = 64 * 1024;
/// No form of ours has so many fields; each of them takes more room here than on its way.
const MOST_FIELDS: usize = 20_000;

/// How large a form may be at an address that says so; elsewhere [`LARGEST_FORM`].
#[derive(Debug, Clone, Copy)]
struct Largest(usize);

/// Addresses that strangers post to take small forms alone.
pub(super) fn of_strangers(routes: Router<Web>) -> Router<Web> {
    routes.layer(Extension(Largest(LARGEST_OF_STRANGERS))).layer(DefaultBodyLimit::max(LARGEST_OF_STRANGERS))
}

/// A posted form, as it came: every value is a text.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Posted(Vec<(String, String)>);

impl Posted {
    /// The value of a field; empty when it was not posted.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Was the box checked, the button pressed?
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// All values of a repeated field.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// As the query of an address would have it.
    pub(super) fn as_query(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }

    /// Reads it back.
    pub(super) fn of_query(text: &str) -> Self {
        Self(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    /// The names of the fields of addresses that the form adds.
    pub(super) fn of_new_addresses(&self) -> impl Iterator<Item = &str> {
        let names = self.0.iter().map(|(name, _)| name.as_str());
        names.filter(|name| name.starts_with("address-new") || *name == "new-addresses")
    }

    /// A secret: never kept in a page again.
    pub(super) fn secret(&self, name: &str) -> SecretString {
        SecretString::from(self.get(name))
    }

    /// The same without what must not be kept.
    pub(super) fn without(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(key, _)| !names.contains(&key.as_str())).cloned().collect())
    }

    /// The same without the one character that Postgres cannot keep.
    pub(super) fn storable(&self) -> Self {
        let clean = |text: &String| text.replace('\0', "");
        Self(self.0.iter().map(|(name, value)| (clean(name), clean(value))).collect())
    }

    /// With one more value of a repeated field.
    pub(super) fn and(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }

    /// With all of another form.
    pub(super) fn and_all(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// With the values of another form in place of its own.
    pub(super) fn with_all(self, other: Self) -> Self {
        other.0.into_iter().fold(self, |all, (name, value)| all.with(&name, value))
    }

    /// The names of its fields.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// With one value set.
    pub(super) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.retain(|(key, _)| key != name);
        self.0.push((name.to_owned(), value.into()));
        self
    }
}

fn length(request: &Request) -> Option<usize> {
    request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        use axum::response::IntoResponse;
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or(FORM);
        // what says by itself that it is too large is not waited for
        let largest = request.extensions().get::<Largest>().map_or(LARGEST_FORM, |Largest(bytes)| *bytes);
        if length(&request).is_some_and(|length| length > largest) {
            return Err(PageError::TooLarge.into_response());
        }
        let kind = kind.split(';').next().unwrap_or_default();
        if !kind.trim().eq_ignore_ascii_case(FORM) {
            return Err(PageError::NotAForm.into_response());
        }
        let body = axum::body::Bytes::from_request(request, state).await;
        let body = body.map_err(|why| PageError::of_body(&why).into_response())?;
        let fields: Vec<_> = form_urlencoded::parse(&body).into_owned().take(MOST_FIELDS + 1).collect();
        if fields.len() > MOST_FIELDS {
            return Err(PageError::TooLarge.into_response());
        }
        Ok(Self(fields))
    }
}

/// What is wrong with a form, per field.
#[derive(Debug, Clone, Default)]
pub(super) struct Errors(BTreeMap<Cow<'static, str>, String>);

impl Errors {
    /// Notes what is wrong with a field; the first word stands.
    pub(super) fn on(&mut self, field: impl Into<Cow<'static, str>>, problem: impl Display) {
        self.0.entry(field.into()).or_insert_with(|| problem.to_string());
    }

    /// Takes the value, or notes the problem.
    pub(super) fn take<T, E: Display>(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        value: Result<T, E>,
    ) -> Option<T> {
        value.map_err(|problem| self.on(field, problem)).ok()
    }

    /// What is wrong with the field.
    pub(super) fn get(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }

    /// Nothing is wrong.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All that is wrong: each field with its problem.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, problem)| (field.as_ref(), problem.as_str()))
    }

    /// Does one of these fields have an error?
    pub(super) fn any_of(&self, fields: &[&str]) -> bool {
        fields.iter().any(|field| self.0.contains_key(*field))
    }
}

/// How a field is typed into.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// A line; the text is the HTML type: text, email, url, date, number.
    Line(&'static str),
    /// A secret.
    Secret,
    /// A text of several lines.
    Area,
    /// One of several: (value, word).
    Choice(Vec<(String, String)>),
    /// On or off.
    Check,
}

/// A labelled field of a form.
#[derive(Debug, Clone, Template)]
#[template(path = "form/field.html")]
pub(super) struct Field {
    pub(super) name: Cow<'static, str>,
    pub(super) label: String,
    pub(super) value: String,
    pub(super) kind: Kind,
    pub(super) required: bool,
    pub(super) locked: bool,
    pub(super) hint: String,
    pub(super) error: Option<String>,
    pub(super) autocomplete: &'static str,
    pub(super) focus: bool,
    pub(super) full: bool,
    /// Where the handbook says more; empty = nowhere.
    pub(super) help: &'static str,
    /// What a line offers while somebody types.
    pub(super) offers: Vec<String>,
}

impl HtmlSafe for Field {}

impl Field {
    /// A field of a kind; its name in the form is the label in kebab-case.
    pub(super) fn new(
        name: impl Into<Cow<'static, str>>,
        label: &str,
        kind: Kind,
        value: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            label: label.to_owned(),
            // a page cannot hold the character
            value: value.into().replace('\0', "\u{fffd}"),
            kind,
            required: false,
            locked: false,
            hint: String::new(),
            error: None,
            autocomplete: "off",
            focus: false,
            full: false,
            help: "",
            offers: Vec::new(),
        }
    }

    /// Must be filled in.
    pub(super) fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Cannot be changed, and the hint says why.
    pub(super) fn locked_if(mut self, locked: bool, why: &str) -> Self {
        if locked {
            self.locked = true;
            self.hint = why.to_owned();
        }
        self
    }

    /// A word below it.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// What is wrong with it.
    pub(super) fn errors(mut self, errors: &Errors) -> Self {
        self.error = errors.get(&self.name).map(str::to_owned);
        self
    }

    /// What a browser may fill in by itself.
    pub(super) fn autocomplete(mut self, what: &'static str) -> Self {
        self.autocomplete = what;
        self
    }

    /// Has the focus when the page opens.
    pub(super) fn focus(mut self) -> Self {
        self.focus = true;
        self
    }

    /// Takes the whole width.
    pub(super) fn full(mut self) -> Self {
        self.full = true;
        self
    }

    /// The handbook says more there.
    pub(super) fn help(mut self, to: &'static str) -> Self {
        self.help = to;
        self
    }

    /// Offered while somebody types.
    pub(super) fn offers(mut self, offers: Vec<String>) -> Self {
        self.offers = offers;
        self
    }

    fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if self.error.is_some() {
            ids.push(format!("{}-error", self.name));
        }
        if !self.hint.is_empty() {
            ids.push(format!("{}-hint", self.name));
        }
        ids.join(" ")
    }

    fn chosen(&self, value: &str) -> bool {
        self.value == value
    }

    fn checked(&self) -> bool {
        !self.value.is_empty()
    }
}
