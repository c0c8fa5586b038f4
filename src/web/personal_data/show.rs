//! What is held of a person: counted, with links, and all of it as a file.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;

use super::super::access::Operator;
use super::super::error::PageError;
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, view};
use super::{Whom, find, here, nameless};
use crate::base::clock;
use crate::crm::audit::{self, Act, Changes, Subject, SubjectKind};
use crate::crm::personal_data::{self, Choice, Holding, Person};
use crate::crm::records::{Record, RecordKind};

#[derive(Template)]
#[template(path = "personal_data/show.html")]
struct Show {
    shell: Shell,
    record: Record,
    name: String,
    emails: Vec<String>,
    shared: Vec<String>,
    holdings: Vec<Holding>,
}

/// An account of several people: whose data is meant?
#[derive(Template)]
#[template(path = "personal_data/choose.html")]
struct Choose {
    shell: Shell,
    record: Record,
    name: String,
    choices: Vec<Choice>,
}

/// `GET /{records}/{id}/personal-data`
pub(super) async fn show(
    State(web): State<Web>,
    operator: Operator,
    Path(id): Path<i64>,
    Extension(kind): Extension<RecordKind>,
) -> PageResult {
    let record = Record::new(kind, id);
    let (head, whom) = find(&web, record).await?;
    let shell = Shell::load(&web, &operator.session, operator.user, here(kind)).await?;
    match whom {
        Whom::Several(choices) => page::show(&Choose { shell, record, name: head.name, choices }),
        Whom::One(person) => {
            let holdings = personal_data::holdings(&web.pool, &person).await?;
            let Person { emails, shared, .. } = *person;
            page::show(&Show { shell, record, name: head.name, emails, shared, holdings })
        }
    }
}

/// `GET /{records}/{id}/personal-data/export`
pub(super) async fn export(
    State(web): State<Web>,
    operator: Operator,
    Path(id): Path<i64>,
    Extension(kind): Extension<RecordKind>,
) -> PageResult {
    let record = Record::new(kind, id);
    let (_, Whom::One(person)) = find(&web, record).await? else { return Err(PageError::NotFound) };
    let document = personal_data::export(&web.pool, &person, record, clock::now()).await?;
    let what = SubjectKind::from_key(kind.key()).unwrap_or(SubjectKind::Customer);
    let subject = Subject::new(what, id, &nameless(record));
    let told = Changes::none().told("File", "Personal data, as JSON");
    let mut db = web.pool.acquire().await?;
    audit::note(&mut db, &operator.actor(), Act::Exported, &subject, &told).await?;
    let name = format!("personal-data-{}-{id}.json", kind.key());
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    let text = serde_json::to_string_pretty(&document).map_err(anyhow::Error::from)?;
    Ok((headers, text).into_response())
}
