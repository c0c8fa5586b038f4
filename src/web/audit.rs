//! The audit trail, for administrators: the list, and an entry with everything that it holds.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use serde_json::Value;

use super::access::Administrator;
use super::error::PageError;
use super::grid::{self, Asked, Grid, Lister};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, view};
use crate::crm::audit::{self, Act, Entry, SubjectKind};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/audit", get(list))
        .route("/audit/export", get(export))
        .route("/audit/{id}", get(show))
}

#[derive(Template)]
#[template(path = "audit/list.html")]
struct List {
    shell: Shell,
    list: Grid,
}

/// `GET /audit`
async fn list(State(web): State<Web>, who: Administrator, asked: Asked) -> PageResult {
    let list = lister(&web, &who, asked).await?.load().await?;
    let shell = Shell::load(&web, &who.session, who.user, "/audit").await?;
    page::show(&List { shell, list })
}

/// `GET /audit/export`
async fn export(State(web): State<Web>, who: Administrator, asked: Asked) -> PageResult {
    lister(&web, &who, asked).await?.csv(&who.actor()).await
}

async fn lister<'a>(web: &'a Web, who: &'a Administrator, asked: Asked) -> Result<Lister<'a>, PageError> {
    let choice = |key: &str, word: &str| (key.to_owned(), word.to_owned());
    let acts = Act::ALL.iter().map(|act| choice(act.key(), act.word())).collect();
    let kinds = SubjectKind::ALL.iter().map(|kind| choice(kind.key(), kind.word())).collect();
    Ok(Lister::new(web, &who.user, asked, &audit::LISTING)
        .choices("who", grid::owners(web).await?)
        .choices("act", acts)
        .choices("kind", kinds))
}

#[derive(Template)]
#[template(path = "audit/show.html")]
struct Show {
    shell: Shell,
    entry: Entry,
    rows: Vec<Row>,
}

/// What became what.
struct Row {
    field: String,
    old: Option<String>,
    new: String,
    secret: bool,
}

impl Show {
    fn act(&self) -> String {
        Act::from_key(&self.entry.act).map_or_else(|| self.entry.act.clone(), |act| act.word().to_owned())
    }

    fn kind(&self) -> String {
        let kind = SubjectKind::from_key(&self.entry.subject);
        kind.map_or_else(|| self.entry.subject.clone(), |kind| kind.word().to_owned())
    }

    /// Where its subject is, if it has a page and is still there for all that an entry knows.
    fn to(&self) -> Option<String> {
        let at = SubjectKind::from_key(&self.entry.subject)?.at();
        let id = self.entry.subject_id?;
        (!at.is_empty() && self.entry.act != Act::Deleted.key()).then(|| format!("{at}{id}"))
    }

    /// The rest of the story: the values that were sent, where the trail of deliveries has them.
    fn trail(&self) -> Option<String> {
        let id = self.entry.subject_id?;
        let sent = self.entry.act == Act::Pushed.key() && self.entry.subject == SubjectKind::Customer.key();
        sent.then(|| format!("/customers/{id}/history"))
    }

    /// Everything else that was done to the same.
    fn alike(&self) -> Option<String> {
        let id = self.entry.subject_id?;
        Some(format!("/audit?kind={}&id={id}", self.entry.subject.replace(' ', "+")))
    }

    fn exact(&self) -> String {
        self.entry.at.format("%-d %b %Y %H:%M:%S UTC").to_string()
    }

    fn changes(&self) -> bool {
        self.rows.iter().any(|row| row.old.is_some())
    }
}

/// `GET /audit/{id}`
async fn show(State(web): State<Web>, who: Administrator, Path(id): Path<i64>) -> PageResult {
    let entry = audit::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    let shell = Shell::load(&web, &who.session, who.user, "/audit").await?;
    let rows = entry.changes.as_array().into_iter().flatten().map(row).collect();
    page::show(&Show { shell, entry, rows })
}

fn row(change: &Value) -> Row {
    let text = |key: &str| change.get(key).and_then(Value::as_str).map(str::to_owned);
    Row {
        field: text("field").unwrap_or_default(),
        old: text("old"),
        new: text("new").unwrap_or_default(),
        secret: change.get("secret").is_some(),
    }
}
