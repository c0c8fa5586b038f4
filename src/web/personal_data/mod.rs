//! The personal data of one person, from the page of a customer, a contact or an account: what is held, as a page and as a file
//! ([`show`]), its erasure ([`erasure`]), and the page that stands in the place of what was erased ([`erased`]).

mod erased;
mod erasure;
mod show;

use axum::routing::get;
use axum::{Extension, Router};

use super::Web;
use super::error::PageError;
use crate::crm::personal_data::{self, Choice, Found, Person, SUBJECTS};
use crate::crm::records::{self, Head, Record, RecordKind};

pub(super) use erased::instead;

pub(super) fn routes() -> Router<Web> {
    let all = SUBJECTS.into_iter().fold(Router::new(), |router, kind| router.merge(routes_of(kind)));
    all.route("/erasures/{id}/lifting", get(erased::ask_lift).post(erased::lift))
}

/// The nouns below a customer, a contact, an account.
fn routes_of(kind: RecordKind) -> Router<Web> {
    let at = |rest: &str| format!("/{}/{{id}}/{rest}", kind.noun());
    Router::new()
        .route(&at("personal-data"), get(show::show))
        .route(&at("personal-data/export"), get(show::export))
        .route(&at("erasure"), get(erasure::ask).post(erasure::erase))
        .layer(Extension(kind))
}

/// Who was found from a record.
enum Whom {
    One(Box<Person>),
    Several(Vec<Choice>),
}

/// The record's head, and the person behind it.
async fn find(web: &Web, record: Record) -> Result<(Head, Whom), PageError> {
    let head = records::find(&web.pool, record).await?.ok_or(PageError::NotFound)?;
    let mut db = web.pool.acquire().await?;
    match personal_data::find(&mut db, record).await?.ok_or(PageError::NotFound)? {
        Found::One(person) => Ok((head, Whom::One(person))),
        Found::Several(choices) => Ok((head, Whom::Several(choices))),
    }
}

/// The navigation's entry of a kind.
fn here(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Account => "/accounts",
        RecordKind::Contact => "/contacts",
        _ => "/customers",
    }
}

/// What the audit trail calls a record: a word and a number, and nothing of the person.
fn nameless(record: Record) -> String {
    format!("{} {}", record.kind.word(), record.id)
}
