//! What went wrong with a call, as RFC 9457 has it: `application/problem+json`.

use std::any::Any;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tracing::error;

use super::super::error::PageError;
use super::super::form::Errors;
use crate::base::db;

/// Seconds after which a database that was away may be back.
const SOON: i32 = 5;

/// What a handler of the API gives back.
pub(super) type Answer = Result<Response, Problem>;

/// Declares the kinds once: variant, status, word in `type`, title, what it means.
macro_rules! kinds {
    ($($kind:ident $status:ident $key:literal $title:literal $text:literal),+ $(,)?) => {
        /// A kind of problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(in crate::web) enum Kind {
            $(#[doc = $title] $kind,)+
        }

        impl Kind {
            /// All, for the page that explains them.
            pub(in crate::web) const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// The status of the answer.
            pub(in crate::web) fn status(self) -> StatusCode {
                match self { $(Self::$kind => StatusCode::$status),+ }
            }

            /// The last part of its `type`.
            pub(in crate::web) fn key(self) -> &'static str {
                match self { $(Self::$kind => $key),+ }
            }

            /// What it is called.
            pub(in crate::web) fn title(self) -> &'static str {
                match self { $(Self::$kind => $title),+ }
            }

            /// What to make of it.
            pub(in crate::web) fn text(self) -> &'static str {
                match self { $(Self::$kind => $text),+ }
            }
        }
    };
}

kinds! {
    Parameters BAD_REQUEST "parameters" "A parameter is not understood"
        "The address asks something that this resource does not have. Each parameter is named; nothing was done.",
    Unreadable BAD_REQUEST "unreadable" "The body cannot be read"
        "The body is no JSON of the shape that is described here. Nothing was done.",
    Token UNAUTHORIZED "token" "No good token"
        "Send a token as “Authorization: Bearer …”. It is missing, unknown, expired or revoked, or its user is disabled.",
    Scope FORBIDDEN "scope" "The token does not reach so far"
        "The token reads only. Make one that may write, too.",
    Forbidden FORBIDDEN "forbidden" "Not yours to do"
        "The role of the token’s user does not allow it, here as on the pages.",
    NotFound NOT_FOUND "not-found" "Nothing at this address"
        "There is no such record, or no such resource.",
    Method METHOD_NOT_ALLOWED "method" "Not with this method"
        "The resource is there, but does not know the method.",
    Refused CONFLICT "refused" "It cannot be done as things stand"
        "What was asked does not fit the state of the record; why, stands in the detail.",
    Stale PRECONDITION_FAILED "stale" "It has changed meanwhile"
        "The ETag in If-Match is not the record’s any more. Read it again and decide anew; nothing was changed.",
    TooLarge PAYLOAD_TOO_LARGE "too-large" "The body is too large"
        "A body may have 256 KB.",
    NotJson UNSUPPORTED_MEDIA_TYPE "not-json" "The body is not JSON"
        "Send the body as application/json.",
    Invalid UNPROCESSABLE_ENTITY "invalid" "Something is wrong with the values"
        "Each field is named with what to do about it. Nothing was saved.",
    Unconditional PRECONDITION_REQUIRED "unconditional" "If-Match is missing"
        "A change names the ETag of what it changes, so that nobody’s work is overwritten unseen.",
    TooMany TOO_MANY_REQUESTS "too-many" "Too many calls"
        "Wait as many seconds as Retry-After says. A token has 600 calls a minute.",
    Internal INTERNAL_SERVER_ERROR "internal" "Something went wrong on our side"
        "It is recorded in the server’s log under the X-Request-Id of the answer.",
    Unavailable SERVICE_UNAVAILABLE "unavailable" "The database is away"
        "Nothing can be read or changed at the moment. Wait as many seconds as Retry-After says, and try again.",
}

/// Why a call was not answered.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    kind: Kind,
    detail: String,
    errors: Vec<Fault>,
    /// Seconds after which it can be tried again.
    again_in: Option<i32>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Fault {
    /// The parameter or field.
    name: String,
    /// What is wrong with it.
    message: String,
}

/// What an answer says that is no success.
#[derive(Debug, Serialize)]
struct Told {
    /// The kind of problem: an address of the page that explains it.
    r#type: String,
    /// What it is called.
    title: &'static str,
    /// The status of the answer.
    status: u16,
    /// What it means here.
    detail: String,
    /// What is wrong, parameter by parameter or field by field.
    errors: Vec<Fault>,
}

impl Problem {
    /// A problem of a kind that says enough.
    pub(super) fn of(kind: Kind) -> Self {
        Self::new(kind, kind.text())
    }

    /// A problem with words of its own.
    pub(super) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), errors: Vec::new(), again_in: None }
    }

    /// It can be tried again after so many seconds.
    pub(super) fn too_many(seconds: i32) -> Self {
        Self { again_in: Some(seconds), ..Self::of(Kind::TooMany) }
    }

    /// The database does not answer: that is over soon, and no defect.
    fn unavailable() -> Self {
        Self { again_in: Some(SOON), ..Self::of(Kind::Unavailable) }
    }

    /// These names are wrong, each for its reason.
    pub(super) fn with(kind: Kind, errors: impl IntoIterator<Item = (String, String)>) -> Self {
        let errors = errors.into_iter().map(|(name, message)| Fault { name, message }).collect();
        Self { errors, ..Self::of(kind) }
    }

    /// What is wrong with a form, by the API's names of its fields.
    pub(super) fn invalid(errors: &Errors) -> Self {
        let errors = errors.all().map(|(field, problem)| (field.replace('-', "_"), problem.to_owned()));
        Self::with(Kind::Invalid, errors)
    }

    /// The same with names that do not begin so.
    pub(super) fn without(mut self, beginning: &str) -> Self {
        for fault in &mut self.errors {
            if let Some(name) = fault.name.strip_prefix(beginning) {
                fault.name = name.to_owned();
            }
        }
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let told = Told {
            r#type: format!("/help/api#problem-{}", self.kind.key()),
            title: self.kind.title(),
            status: self.kind.status().as_u16(),
            detail: self.detail,
            errors: self.errors,
        };
        let mut answer = (self.kind.status(), Json(told)).into_response();
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.kind == Kind::Token {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.again_in {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        answer
    }
}

impl<E: Into<PageError>> From<E> for Problem {
    fn from(error: E) -> Self {
        match error.into() {
            PageError::NotFound => Self::of(Kind::NotFound),
            PageError::Forbidden | PageError::SecondFactor => Self::of(Kind::Forbidden),
            PageError::SignIn => Self::of(Kind::Token),
            PageError::TooLarge => Self::of(Kind::TooLarge),
            PageError::TooSlow => Self::of(Kind::Unreadable),
            PageError::NotAForm => Self::of(Kind::NotJson),
            PageError::Busy => Self::unavailable(),
            PageError::Internal(cause) => {
                error!("{cause:#}");
                if db::is_away(&cause) { Self::unavailable() } else { Self::of(Kind::Internal) }
            }
        }
    }
}

/// A handler panicked: a defect of ours; the answer says so and the process goes on.
pub(super) fn panicked(_what: Box<dyn Any + Send + 'static>) -> Response {
    error!("a handler of the API panicked");
    Problem::of(Kind::Internal).into_response()
}
