//! Writing a note, logging a call or an e-mail; changing it, and taking it back.

use askama::Template;
use axum::extract::{Path, State};
use chrono::{DateTime, Utc};

use super::super::access::SignedIn;
use super::super::channels::Confirm;
use super::super::error::PageError;
use super::super::form::{Errors, Field, Posted};
use super::super::grid::Asked;
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, view};
use super::said;
use super::{Editing, find};
use crate::base::clock;
use crate::crm::activities::{self, Activity, Kind};
use crate::crm::records::Record;

/// The form of an activity as a page of its own.
#[derive(Template)]
#[template(path = "desk/form.html")]
struct Form {
    shell: Shell,
    heading: &'static str,
    kind: Kind,
    record: Record,
    /// The record's name.
    name: String,
    action: String,
    fields: Vec<Field>,
    /// What the browser's clock is behind UTC, when it said so.
    zone: String,
    errors: Errors,
}

/// `GET /{records}/{id}/activities/new`
pub(super) async fn new(
    State(web): State<Web>,
    Editing { who, record, .. }: Editing,
    asked: Asked,
) -> PageResult {
    let kind = Kind::from_key(&asked.get("kind")).unwrap_or(Kind::Note);
    let action = format!("{}/activities", record.path());
    let typed = Posted::default();
    page::show(
        &form(&web, who, record, (said::heading(kind), kind, action), &typed, Errors::default()).await?,
    )
}

/// `POST /{records}/{id}/activities`
pub(super) async fn create(
    State(web): State<Web>,
    Editing { who, record, .. }: Editing,
    posted: Posted,
) -> PageResult {
    let kind = Kind::from_key(posted.get("kind")).ok_or(PageError::NotFound)?;
    let mut errors = Errors::default();
    let Some(written) = said::parse(&posted, kind, typed_when(&posted), &mut errors) else {
        let action = format!("{}/activities", record.path());
        let form = form(&web, who, record, (said::heading(kind), kind, action), &posted, errors).await?;
        return page::show_again(&form);
    };
    let mut tx = web.pool.begin().await?;
    if activities::add(&mut tx, record, &written, who.user.id).await?.is_none() {
        return Err(PageError::NotFound);
    }
    tx.commit().await?;
    let note = match kind {
        Kind::Note => "Note added.",
        Kind::Call => "Call logged.",
        Kind::Email => "E-mail logged.",
    };
    super::said(&who, note, record).await
}

/// `GET /activities/{id}/edit`
pub(super) async fn edit(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let activity = own(&web, &who, id).await?;
    let typed = said::as_posted(&activity.said);
    page::show(&form_of(&web, who, &activity, &typed, Errors::default()).await?)
}

/// `POST /activities/{id}`
pub(super) async fn update(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    let activity = own(&web, &who, id).await?;
    let mut errors = Errors::default();
    let Some(written) = said::parse(&posted, activity.said.kind(), typed_when(&posted), &mut errors) else {
        return page::show_again(&form_of(&web, who, &activity, &posted, errors).await?);
    };
    let mut db = web.pool.acquire().await?;
    activities::change(&mut db, id, &written, who.user.id).await?;
    super::said(&who, "Saved.", activity.record).await
}

/// `GET /activities/{id}/deletion`
pub(super) async fn ask_delete(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let activity = own(&web, &who, id).await?;
    let what = match activity.said.kind() {
        Kind::Note => "note",
        Kind::Call => "call",
        Kind::Email => "e-mail",
    };
    let head = find(&web, activity.record).await?;
    page::show(&Confirm {
        shell: Shell::load(&web, &who.session, who.user, "").await?,
        title: format!("Delete this {what}?"),
        text: format!(
            "What you wrote down about {} is deleted for good. A step that was taken with it stays.",
            head.name
        ),
        action: format!("/activities/{id}/deletion"),
        word: "Delete",
        grave: true,
        back: activity.record.path(),
    })
}

/// `POST /activities/{id}/deletion`
pub(super) async fn delete(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let activity = own(&web, &who, id).await?;
    let head = find(&web, activity.record).await?;
    let mut tx = web.pool.begin().await?;
    said::take_back(&mut tx, &activity, &head.name, &who.actor()).await?;
    tx.commit().await?;
    super::said(&who, "Deleted.", activity.record).await
}

/// Times as forms have them.
fn typed_when(posted: &Posted) -> impl FnOnce(&str) -> Result<DateTime<Utc>, String> {
    |text| said::moment(text, posted.get("zone"), clock::now())
}

/// An activity that the visitor wrote.
async fn own(web: &Web, who: &SignedIn, id: i64) -> Result<Activity, PageError> {
    let activity = activities::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    let is_own = activity.user_id == Some(who.user.id) && who.user.may_edit();
    if is_own { Ok(activity) } else { Err(PageError::Forbidden) }
}

async fn form_of(
    web: &Web,
    who: SignedIn,
    activity: &Activity,
    typed: &Posted,
    errors: Errors,
) -> Result<Form, PageError> {
    let kind = activity.said.kind();
    let heading = match kind {
        Kind::Note => "Edit Note",
        Kind::Call => "Edit Call",
        Kind::Email => "Edit Email",
    };
    let action = format!("/activities/{}", activity.id);
    form(web, who, activity.record, (heading, kind, action), typed, errors).await
}

async fn form(
    web: &Web,
    who: SignedIn,
    record: Record,
    (heading, kind, action): (&'static str, Kind, String),
    typed: &Posted,
    errors: Errors,
) -> Result<Form, PageError> {
    let head = find(web, record).await?;
    Ok(Form {
        shell: Shell::load(web, &who.session, who.user, super::here(record.kind)).await?,
        heading,
        kind,
        record,
        name: head.name,
        action,
        fields: said::fields(kind, typed, &errors),
        zone: typed.get("zone").to_owned(),
        errors,
    })
}
