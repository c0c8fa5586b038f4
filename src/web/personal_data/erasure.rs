//! The erasure of a person: a page that counts what goes and says what stays, and asks for the name.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};

use super::super::access::Administrator;
use super::super::error::PageError;
use super::super::form::{Errors, Field, Kind, Posted};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, session, view};
use super::{Whom, find, here, nameless};
use crate::crm::audit::{self, Act, Changes, Subject, SubjectKind};
use crate::crm::personal_data::{self, Found, Holding, Person};
use crate::crm::records::{Record, RecordKind};

/// The question.
#[derive(Template)]
#[template(path = "personal_data/erasure.html")]
struct Ask {
    shell: Shell,
    record: Record,
    name: String,
    holdings: Vec<Holding>,
    /// What is typed so that nobody erases by accident.
    field: Field,
}

/// `GET /{records}/{id}/erasure`
pub(super) async fn ask(
    State(web): State<Web>,
    admin: Administrator,
    Path(id): Path<i64>,
    Extension(kind): Extension<RecordKind>,
) -> PageResult {
    let record = Record::new(kind, id);
    match find(&web, record).await? {
        (head, Whom::One(person)) => {
            page::show(&question(&web, admin, record, (head.name, &person), "", &Errors::default()).await?)
        }
        // one of them is to be chosen first
        (_, Whom::Several(_)) => page::see(&format!("{}/personal-data", record.path())),
    }
}

/// `POST /{records}/{id}/erasure`
pub(super) async fn erase(
    State(web): State<Web>,
    admin: Administrator,
    Path(id): Path<i64>,
    Extension(kind): Extension<RecordKind>,
    posted: Posted,
) -> PageResult {
    let record = Record::new(kind, id);
    let (head, whom) = find(&web, record).await?;
    let Whom::One(person) = whom else { return page::see(&format!("{}/personal-data", record.path())) };
    let typed = posted.get("name");
    if !is_same(typed, &head.name) {
        let mut errors = Errors::default();
        errors.on("name", format!("Type the name as it is: {}. Nothing was erased.", head.name));
        return page::show_again(&question(&web, admin, record, (head.name, &person), typed, &errors).await?);
    }
    let mut tx = web.pool.begin().await?;
    personal_data::hold_off(&mut tx).await?;
    // as it is now that no sync brings more
    let Some(Found::One(person)) = personal_data::find(&mut tx, record).await? else {
        return Err(PageError::NotFound);
    };
    personal_data::erase(&mut tx, &person, admin.user.id).await?;
    let what = SubjectKind::from_key(kind.key()).unwrap_or(SubjectKind::Customer);
    let subject = Subject::new(what, id, &nameless(record));
    audit::note(&mut tx, &admin.actor(), Act::Erased, &subject, &told(&person)).await?;
    tx.commit().await?;
    session::flash(&admin.session, "The personal data is erased.", None).await?;
    page::see(&record.path())
}

/// A page shows several spaces as one.
fn is_same(typed: &str, name: &str) -> bool {
    typed.split_whitespace().eq(name.split_whitespace())
}

/// How many records it was, and nothing of whom.
fn told(person: &Person) -> Changes {
    let there = person.rows().into_iter().filter(|(_, rows)| !rows.is_empty());
    there.fold(Changes::none(), |told, (kind, rows)| told.told(kind.plural(), &rows.len().to_string()))
}

async fn question(
    web: &Web,
    admin: Administrator,
    record: Record,
    (name, person): (String, &Person),
    typed: &str,
    errors: &Errors,
) -> Result<Ask, PageError> {
    let holdings = personal_data::holdings(&web.pool, person).await?;
    let label = format!("Type the name to confirm: {name}");
    let field = Field::new("name", &label, Kind::Line("text"), typed).required().full().errors(errors);
    let shell = Shell::load(web, &admin.session, admin.user, here(record.kind)).await?;
    Ok(Ask { shell, record, name, holdings, field })
}
