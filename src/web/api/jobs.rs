//! Jobs: how they stand, a sync that is asked for, one that is stopped.

use axum::Json;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::grid::{self, Asked};
use super::super::{Web, audited, jobs as pages};
use super::caller::Operator;
use super::input::{Body, Id};
use super::list::Asking;
use super::output;
use super::problem::{Answer, Kind, Problem};
use crate::crm::audit::{self, Act, Changes};
use crate::crm::channels;
use crate::jobs::{self, ConnectorRow, JobRow};
use crate::sync::{self, Wish};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::default().routes(routes!(list, schedule)).routes(routes!(show)).routes(routes!(cancel))
}

/// A job.
#[derive(Debug, Serialize, ToSchema)]
struct Job {
    id: i64,
    /// What it does: sync, record, preview, …
    kind: String,
    name: String,
    /// queued, running, completed, completed with errors, failed or cancelled.
    status: &'static str,
    integration: Option<i64>,
    channel: Option<i64>,
    /// Who asked for it; none: the schedule.
    started_by: Option<String>,
    /// The cause of trouble.
    message: Option<String>,
    /// Asked to stop, not yet stopped.
    is_cancelling: bool,
    connectors: Vec<Connector>,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    stopped_at: Option<DateTime<Utc>>,
}

/// What a job did with one kind of record.
#[derive(Debug, Serialize, ToSchema)]
struct Connector {
    connector: String,
    /// waiting, running, completed, failed or skipped.
    status: &'static str,
    read: i64,
    created: i64,
    updated: i64,
    unchanged: i64,
    removed: i64,
    conflicts: i64,
    failed: i64,
    message: Option<String>,
}

/// A sync that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewJob {
    /// The id of an integration.
    integration: i64,
    #[serde(default)]
    what: What,
}

/// What a sync is to do.
#[derive(Debug, Default, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum What {
    /// Read what has changed, and send what waits.
    #[default]
    Changes,
    /// Read everything again.
    Everything,
    /// Find what is gone in the store.
    Removed,
}

impl What {
    fn wish(self) -> Wish {
        match self {
            Self::Changes => Wish::Changes,
            Self::Everything => Wish::FullResync,
            Self::Removed => Wish::FindRemoved,
        }
    }
}

/// List jobs
///
/// For managers and administrators.
#[utoipa::path(get, operation_id = "listJobs", path = "/jobs", tag = "Jobs")]
async fn list(State(web): State<Web>, _operator: Operator, asked: Asked) -> Answer {
    let list = Asking::of(&jobs::LISTING, asked).choices("channel", grid::channels(&web).await?);
    list.load(&web).await
}

/// Read a job
///
/// For managers and administrators.
#[utoipa::path(get, operation_id = "readJob", path = "/jobs/{id}", tag = "Jobs", params(("id" = i64, Path)),
    responses((status = 200, description = "The job", body = Job)))]
async fn show(State(web): State<Web>, _operator: Operator, Id(id): Id, headers: HeaderMap) -> Answer {
    output::record(&headers, &load(&web, id).await?)
}

/// Schedule a sync
///
/// For whoever may manage the integration. Asking while one waits or runs gives the job that will do it.
#[utoipa::path(post, operation_id = "scheduleSync", path = "/jobs", tag = "Jobs", request_body = NewJob,
    responses((status = 202, description = "The job that will do it", body = Job)))]
async fn schedule(State(web): State<Web>, Operator(caller): Operator, Body(new): Body<NewJob>) -> Answer {
    let it = channels::find_integration(&web.pool, new.integration).await?;
    let Some(it) = it else {
        let message = "There is no such integration.".to_owned();
        return Err(Problem::with(Kind::Invalid, [("integration".to_owned(), message)]));
    };
    caller.must_manage(Some(it.settings.owner_id))?;
    if !it.active {
        return Err(Problem::new(Kind::Refused, "The channel is inactive, so nothing can be synchronized."));
    }
    let wish = new.what.wish();
    let mut tx = web.pool.begin().await?;
    let asked = sync::enqueue(&mut tx, it.id, &it.settings.name, Some(caller.user.id), wish).await?;
    let told = Changes::none().told("Job", &asked.id().to_string()).told("What", wish.word());
    audit::note(&mut tx, &caller.actor(), Act::Started, &audited::integration(&it), &told).await?;
    tx.commit().await?;
    accepted(&load(&web, asked.id()).await?)
}

/// Cancel a job
///
/// For whoever may manage its integration. What was committed stays.
#[utoipa::path(post, operation_id = "cancelJob", path = "/jobs/{id}/cancellation",
    tag = "Jobs", params(("id" = i64, Path)),
    responses((status = 202, description = "The job, asked to stop", body = Job)))]
async fn cancel(State(web): State<Web>, Operator(caller): Operator, Id(id): Id) -> Answer {
    let job = jobs::find(&web.pool, id).await?.ok_or_else(|| Problem::of(Kind::NotFound))?;
    if !pages::may_manage(&web, &caller.user, &job).await? {
        return Err(Problem::of(Kind::Forbidden));
    }
    let mut tx = web.pool.begin().await?;
    if !jobs::cancel(&mut tx, id, caller.user.id).await? {
        return Err(Problem::new(Kind::Refused, "The job was over already."));
    }
    audit::note(&mut tx, &caller.actor(), Act::Cancelled, &audited::job(&job), &Changes::none()).await?;
    tx.commit().await?;
    accepted(&load(&web, id).await?)
}

/// It will be done; where, can be asked.
pub(super) fn accepted_as(job: i64, told: &impl Serialize) -> Answer {
    let mut answer = (StatusCode::ACCEPTED, Json(told)).into_response();
    let to = HeaderValue::from_str(&format!("/api/v1/jobs/{job}")).map_err(anyhow::Error::from)?;
    answer.headers_mut().insert(LOCATION, to);
    Ok(answer)
}

fn accepted(job: &Job) -> Answer {
    accepted_as(job.id, job)
}

async fn load(web: &Web, id: i64) -> Result<Job, Problem> {
    let job = jobs::find(&web.pool, id).await?.ok_or_else(|| Problem::of(Kind::NotFound))?;
    Ok(Job::of(job, jobs::connectors(&web.pool, id).await?))
}

impl Job {
    fn of(it: JobRow, connectors: Vec<ConnectorRow>) -> Self {
        Self {
            id: it.id,
            kind: it.kind,
            name: it.title,
            status: it.status.key(),
            integration: it.integration_id,
            channel: it.channel_id,
            started_by: it.requested_by,
            message: it.message,
            is_cancelling: it.cancelling,
            connectors: connectors.into_iter().map(Connector::of).collect(),
            created_at: it.queued_at,
            started_at: it.started_at,
            stopped_at: it.finished_at,
        }
    }
}

impl Connector {
    fn of(it: ConnectorRow) -> Self {
        let counts = it.counts;
        Self {
            connector: it.connector,
            status: it.state.key(),
            read: counts.read,
            created: counts.created,
            updated: counts.updated,
            unchanged: counts.unchanged,
            removed: counts.removed,
            conflicts: counts.conflicts,
            failed: counts.failed,
            message: it.message,
        }
    }
}
