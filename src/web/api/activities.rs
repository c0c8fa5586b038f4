//! Notes, calls and e-mails that people wrote down about records. Whoever wrote one may change it or take it back.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::Web;
use super::super::desk::said as page;
use super::super::form::{Errors, Posted};
use super::super::grid::Asked;
use super::about::{About, RECORDS};
use super::caller::{Caller, Editor};
use super::input::{self, Body, Id, IfMatch, Typed};
use super::named::Named;
use super::output;
use super::paging::{self, Paging};
use super::problem::{Answer, Kind as ProblemKind, Problem};
use crate::base::clock;
use crate::crm::activities::{self, Activity as Written, Kind, Said};
use crate::crm::records;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::default().routes(routes!(list, add)).routes(routes!(show, change, remove))
}

/// What somebody wrote down.
#[derive(Debug, Serialize, ToSchema)]
struct Activity {
    id: i64,
    /// The address of the record that it is about, below `/api/v1`.
    #[schema(example = "/customers/42")]
    about: String,
    /// note, call or email.
    #[schema(example = "call")]
    kind: &'static str,
    /// When it was; of a note, when it was written.
    at: DateTime<Utc>,
    /// outgoing: we turned to them; incoming: they to us. A note has none.
    direction: Option<&'static str>,
    /// How long a call took.
    minutes: Option<i32>,
    /// Of an e-mail.
    subject: Option<String>,
    text: String,
    author: Option<Named>,
    edited_at: Option<DateTime<Utc>>,
}

/// A page of them, the newest first.
#[derive(Debug, Serialize, ToSchema)]
struct Activities {
    data: Vec<Activity>,
    /// Where the next page is.
    next: Option<String>,
    /// Where the page before is.
    previous: Option<String>,
}

/// What is to be written down, or changed of it; what is left out of a change stays as it is.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct ActivityEdit {
    /// note, call or email; needed for a new one, and stays what it is.
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    kind: Typed,
    /// Of a call or an e-mail; a new one without it is now.
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    at: Typed,
    /// Of a call or an e-mail: outgoing or incoming.
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    direction: Typed,
    /// Of a call.
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<i32>)]
    minutes: Typed,
    /// Of an e-mail.
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    subject: Typed,
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    text: Typed,
}

/// List what was written down about a record
///
/// The newest first.
#[utoipa::path(get, operation_id = "listActivities", path = "/{records}/{id}/activities", tag = "Activities",
    params(("records" = String, Path, description = RECORDS), ("id" = i64, Path),
        ("size" = Option<i64>, Query, description = paging::SIZE), ("from" = Option<String>, Query, description = paging::FROM)),
    responses((status = 200, description = "A page of them", body = Activities)))]
async fn list(State(web): State<Web>, _caller: Caller, about: About, asked: Asked) -> Answer {
    let paging = Paging::read(&asked)?;
    let found = activities::of_record(&web.pool, about.record, paging.from.as_ref(), paging.size).await?;
    let at = format!("/api/v1{}/activities", about.record.path());
    Ok(Json(Activities {
        next: Paging::turn(&at, &asked, found.next),
        previous: Paging::turn(&at, &asked, found.previous),
        data: found.rows.into_iter().map(Activity::of).collect(),
    })
    .into_response())
}

/// Write something down about a record
///
/// A call or an e-mail of ours takes the step of a follow-up that it stands for.
#[utoipa::path(post, operation_id = "addActivity", path = "/{records}/{id}/activities", tag = "Activities",
    params(("records" = String, Path, description = RECORDS), ("id" = i64, Path)), request_body = ActivityEdit,
    responses((status = 201, description = "What was written down", body = Activity)))]
async fn add(
    State(web): State<Web>,
    Editor(caller): Editor,
    about: About,
    Body(given): Body<ActivityEdit>,
) -> Answer {
    let kind = Kind::from_key(given.kind.text()).ok_or_else(|| {
        Problem::with(ProblemKind::Invalid, [("kind".to_owned(), "Use note, call or email.".to_owned())])
    })?;
    let said = read(kind, Posted::default(), &given)?;
    let mut tx = web.pool.begin().await?;
    let id = activities::add(&mut tx, about.record, &said, caller.user.id).await?;
    let id = id.ok_or_else(|| Problem::of(ProblemKind::NotFound))?;
    let made = find(&mut tx, id).await?;
    tx.commit().await?;
    output::created(&format!("/activities/{id}"), &Activity::of(made))
}

/// Read what was written down
#[utoipa::path(get, operation_id = "readActivity", path = "/activities/{id}",
    tag = "Activities", params(("id" = i64, Path)),
    responses((status = 200, description = "What was written down", body = Activity)))]
async fn show(State(web): State<Web>, _caller: Caller, Id(id): Id, headers: HeaderMap) -> Answer {
    let mut db = web.pool.acquire().await?;
    output::record(&headers, &Activity::of(find(&mut db, id).await?))
}

/// Change what one wrote down
#[utoipa::path(patch, operation_id = "editActivity", path = "/activities/{id}",
    tag = "Activities", params(("id" = i64, Path)),
    request_body = ActivityEdit, responses((status = 200, description = "As it is now", body = Activity)))]
async fn change(
    State(web): State<Web>,
    Editor(caller): Editor,
    Id(id): Id,
    condition: IfMatch,
    Body(given): Body<ActivityEdit>,
) -> Answer {
    let mut tx = web.pool.begin().await?;
    let before = own(&mut tx, &caller, id, &condition).await?;
    let kind = before.said.kind();
    if !given.kind.is_absent() && given.kind.text() != kind.key() {
        let problem = ("kind".to_owned(), format!("It stays what it is: {}.", kind.key()));
        return Err(Problem::with(ProblemKind::Invalid, [problem]));
    }
    let as_it_is = page::as_posted(&before.said).with(&field(kind, "at"), before.at.to_rfc3339());
    let said = read(kind, as_it_is, &given)?;
    activities::change(&mut tx, id, &said, caller.user.id).await?;
    let after = find(&mut tx, id).await?;
    tx.commit().await?;
    output::changed(&Activity::of(after))
}

/// Take back what one wrote down
///
/// A step that was taken with it stays.
#[utoipa::path(delete, operation_id = "deleteActivity", path = "/activities/{id}",
    tag = "Activities", params(("id" = i64, Path)),
    responses((status = 204, description = "It is gone")))]
async fn remove(State(web): State<Web>, Editor(caller): Editor, Id(id): Id, condition: IfMatch) -> Answer {
    let mut tx = web.pool.begin().await?;
    let activity = own(&mut tx, &caller, id, &condition).await?;
    let head = records::find(&mut *tx, activity.record).await?;
    let name = head.map(|head| head.name).unwrap_or_default();
    page::take_back(&mut tx, &activity, &name, &caller.actor()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn find(db: &mut PgConnection, id: i64) -> Result<Written, Problem> {
    activities::find(db, id).await?.ok_or_else(|| Problem::of(ProblemKind::NotFound))
}

/// What the caller wrote, held, if it is still what they know.
async fn own(
    db: &mut PgConnection,
    caller: &Caller,
    id: i64,
    condition: &IfMatch,
) -> Result<Written, Problem> {
    activities::hold(db, id).await?;
    let found = find(db, id).await?;
    if found.user_id != Some(caller.user.id) {
        return Err(Problem::of(ProblemKind::Forbidden));
    }
    condition.must_be(&output::tag(&Activity::of(found.clone()))?)?;
    Ok(found)
}

/// What is given over what is there already, as the page's form would hold and judge it.
fn read(kind: Kind, there: Posted, given: &ActivityEdit) -> Result<Said, Problem> {
    let mut errors = Errors::default();
    let known: Vec<_> =
        page::fields(kind, &Posted::default(), &errors).into_iter().map(|it| it.name).collect();
    let given = input::as_posted(given);
    let names: Vec<String> = given.names().filter(|name| *name != "kind").map(str::to_owned).collect();
    let typed = names.into_iter().fold(there, |typed, name| {
        let field = field(kind, &name);
        if !known.iter().any(|known| *known == field) {
            errors.on(field.clone(), "Leave it out: this kind of activity has none.");
        }
        typed.with(&field, given.get(&name))
    });
    match page::parse(&typed, kind, instant, &mut errors) {
        Some(said) if errors.is_empty() => Ok(said),
        _ => Err(Problem::invalid(&errors).without(&field(kind, "").replace('-', "_"))),
    }
}

/// The name of a field in the form of a kind.
fn field(kind: Kind, name: &str) -> String {
    format!("{}-{name}", kind.key())
}

/// A time as programs write it; now, where there is none.
fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    let now = clock::now();
    if text.is_empty() {
        return Ok(now);
    }
    let at = DateTime::parse_from_rfc3339(text)
        .map_err(|_| "Write a time like 2026-05-12T09:30:00Z.".to_owned())?;
    page::past(Some(at.with_timezone(&Utc)), now)
}

impl Activity {
    fn of(it: Written) -> Self {
        let (direction, minutes, subject, text) = match &it.said {
            Said::Note { body } => (None, None, None, body),
            Said::Call { direction, minutes, body, .. } => (Some(direction.key()), *minutes, None, body),
            Said::Email { direction, subject, body, .. } => {
                (Some(direction.key()), None, Some(subject.clone()), body)
            }
        };
        Self {
            id: it.id,
            about: it.record.path(),
            kind: it.said.kind().key(),
            at: it.at,
            direction,
            minutes,
            subject,
            text: text.clone(),
            author: Named::of(it.user_id.zip(it.author)),
            edited_at: it.edited_at,
        }
    }
}
