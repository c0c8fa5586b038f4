//! How far the follow-up of an order or a cart has come, and the next step of it.

use axum::extract::State;
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::Web;
use super::super::desk::steps as page;
use super::super::form::{Errors, Posted};
use super::about::{About, SALES};
use super::caller::{Caller, Editor};
use super::input::{self, Body, Typed};
use super::output;
use super::problem::{Answer, Kind, Problem};
use crate::crm::records::Record;
use crate::crm::steps::{self, Action, Taken};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::default().routes(routes!(show)).routes(routes!(take))
}

/// Where a follow-up stands.
#[derive(Debug, Serialize, ToSchema)]
struct FollowUp {
    #[schema(example = "not contacted")]
    step: &'static str,
    /// What the buyer said.
    feedback: String,
    notes: String,
    /// Since when; null: nobody has taken a step.
    at: Option<DateTime<Utc>>,
    /// Who took it.
    by: Option<String>,
    /// What can be done next, here. Calls and e-mails are written down as activities, which takes their steps.
    #[schema(example = json!(["no-reply", "feedback"]))]
    actions: Vec<&'static str>,
}

/// A step.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct NewStep {
    /// no-reply, feedback, abandon or reopen.
    #[schema(value_type = String, required)]
    action: Typed,
    /// What the buyer said; needed with feedback.
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    feedback: Typed,
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    notes: Typed,
}

/// Read how far a follow-up has come
#[utoipa::path(get, operation_id = "readFollowUp", path = "/{records}/{id}/follow-up", tag = "Follow-up",
    params(("records" = String, Path, description = SALES), ("id" = i64, Path)),
    responses((status = 200, description = "Where it stands", body = FollowUp)))]
async fn show(State(web): State<Web>, _caller: Caller, about: About, headers: HeaderMap) -> Answer {
    output::record(&headers, &FollowUp::load(&web, about.record).await?)
}

/// Take a step of a follow-up
#[utoipa::path(post, operation_id = "takeStep", path = "/{records}/{id}/steps", tag = "Follow-up",
    params(("records" = String, Path, description = SALES), ("id" = i64, Path)), request_body = NewStep,
    responses((status = 201, description = "Where it stands now", body = FollowUp)))]
async fn take(
    State(web): State<Web>,
    Editor(caller): Editor,
    about: About,
    Body(given): Body<NewStep>,
) -> Answer {
    let About { record, .. } = about.of_kind(page::has_steps)?;
    let mut errors = Errors::default();
    let action = Action::from_key(given.action.text()).filter(|action| page::is_taken_here(*action));
    let action = errors.take("step-action", action.ok_or("Use no-reply, feedback, abandon or reopen."));
    let typed = input::as_posted(&given);
    let typed = ["feedback", "notes"]
        .iter()
        .fold(Posted::default(), |all, name| all.with(&format!("step-{name}"), typed.get(name)));
    let change = action.and_then(|action| page::parse(action, &typed, &mut errors));
    let change = change.ok_or_else(|| Problem::invalid(&errors).without("step_"))?;
    let mut tx = web.pool.begin().await?;
    match steps::take(&mut tx, record, &change, caller.user.id).await? {
        Taken::Now(_) => tx.commit().await?,
        Taken::NoRecord => return Err(Problem::of(Kind::NotFound)),
        Taken::NotOffered(step) => {
            let why =
                format!("It stands at “{}”, where this is not offered. Nothing was changed.", step.word());
            return Err(Problem::new(Kind::Refused, why));
        }
    }
    let path = format!("{}/follow-up", record.path());
    output::created(&path, &FollowUp::load(&web, record).await?)
}

impl FollowUp {
    async fn load(web: &Web, record: Record) -> Result<Self, Problem> {
        let standing =
            steps::standing(&web.pool, record).await?.ok_or_else(|| Problem::of(Kind::NotFound))?;
        let offered = |action: &Action| {
            page::is_taken_here(*action) && steps::next(record.kind, standing.step, *action).is_some()
        };
        Ok(Self {
            step: standing.step.key(),
            actions: Action::ALL.into_iter().filter(offered).map(Action::key).collect(),
            feedback: standing.feedback,
            notes: standing.notes,
            at: standing.at,
            by: standing.by,
        })
    }
}
