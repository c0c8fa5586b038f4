//! Failed records: what could not be taken over, tried again or let go.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::grid::Asked;
use super::super::{Web, audited, failed_records};
use super::caller::Operator;
use super::input::{Id, IfMatch};
use super::jobs::accepted_as;
use super::list::Asking;
use super::named::Named;
use super::output;
use super::problem::{Answer, Kind, Problem};
use crate::crm::audit::{self, Act, Changes};
use crate::crm::channels;
use crate::sync::failed::{self, FailedRecord as Record};
use crate::sync::{self, Wish};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::default().routes(routes!(list)).routes(routes!(show, dismiss)).routes(routes!(retry))
}

/// A record that could not be taken over.
#[derive(Debug, Serialize, ToSchema)]
struct FailedRecord {
    id: i64,
    integration: Named,
    connector: String,
    /// The store’s id, or what stands for it.
    record: String,
    cause: String,
    /// As the store sent it; in lists only the beginning.
    xml: String,
    attempts: i32,
    last_failed_at: DateTime<Utc>,
    /// None: not by itself.
    next_try_at: Option<DateTime<Utc>>,
}

/// List failed records
///
/// For managers and administrators.
#[utoipa::path(get, operation_id = "listFailedRecords", path = "/failed-records", tag = "Failed Records",
    responses((status = 200, description = "A page of them", body = Vec<FailedRecord>)))]
async fn list(State(web): State<Web>, _operator: Operator, asked: Asked) -> Answer {
    let (integrations, connectors) = failed::choices(&web.pool).await?;
    let integrations = integrations.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let connectors = connectors.into_iter().map(|name| (name.clone(), name)).collect();
    let list = Asking::of(&failed::LISTING, asked).choices("integration", integrations);
    list.choices("connector", connectors).load_own(&web, FailedRecord::of).await
}

/// Read a failed record
///
/// For managers and administrators. With all of its XML.
#[utoipa::path(get, operation_id = "readFailedRecord", path = "/failed-records/{id}",
    tag = "Failed Records", params(("id" = i64, Path)),
    responses((status = 200, description = "The failed record", body = FailedRecord)))]
async fn show(State(web): State<Web>, _operator: Operator, Id(id): Id, headers: HeaderMap) -> Answer {
    let record = failed::find(&web.pool, id).await?.ok_or_else(|| Problem::of(Kind::NotFound))?;
    output::record(&headers, &FailedRecord::of(record))
}

/// Try a failed record again
///
/// For whoever may manage its integration. The sync that tries it is queued.
#[utoipa::path(post, operation_id = "retryFailedRecord", path = "/failed-records/{id}/retries",
    tag = "Failed Records", params(("id" = i64, Path)),
    responses((status = 202, description = "The failed record", body = FailedRecord)))]
async fn retry(State(web): State<Web>, Operator(caller): Operator, Id(id): Id) -> Answer {
    let missing = || Problem::of(Kind::NotFound);
    let record = failed::find(&web.pool, id).await?.ok_or_else(missing)?;
    caller.must_manage(Some(record.owner_id))?;
    let it = channels::find_integration(&web.pool, record.integration_id).await?.ok_or_else(missing)?;
    if !it.active {
        return Err(Problem::new(Kind::Refused, "The channel is inactive, so nothing can be synchronized."));
    }
    let mut tx = web.pool.begin().await?;
    failed::retry(&mut tx, id).await?;
    let asked = sync::enqueue(&mut tx, it.id, &it.settings.name, Some(caller.user.id), Wish::Changes).await?;
    let told = Changes::none().told("Job", &asked.id().to_string()).told("What", Wish::Changes.word());
    audit::note(&mut tx, &caller.actor(), Act::Started, &audited::integration(&it), &told).await?;
    tx.commit().await?;
    let record = failed::find(&web.pool, id).await?.ok_or_else(missing)?;
    accepted_as(asked.id(), &FailedRecord::of(record))
}

/// Dismiss a failed record
///
/// For whoever may manage its integration. Nothing changes in the store; when the record is saved there, it is read anew.
#[utoipa::path(delete, operation_id = "dismissFailedRecord", path = "/failed-records/{id}",
    tag = "Failed Records", params(("id" = i64, Path)),
    responses((status = 204, description = "It is gone")))]
async fn dismiss(
    State(web): State<Web>,
    Operator(caller): Operator,
    Id(id): Id,
    condition: IfMatch,
) -> Answer {
    let mut tx = web.pool.begin().await?;
    let record = failed::find(&mut *tx, id).await?.ok_or_else(|| Problem::of(Kind::NotFound))?;
    caller.must_manage(Some(record.owner_id))?;
    condition.must_be(&output::tag(&FailedRecord::of(record.clone()))?)?;
    failed_records::dismiss_one(&mut tx, &record, &caller.actor()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

impl FailedRecord {
    fn of(it: Record) -> Self {
        Self {
            id: it.id,
            integration: Named::new(it.integration_id, it.integration),
            connector: it.connector,
            record: it.remote_id,
            cause: it.cause,
            xml: it.raw_xml,
            attempts: it.attempts,
            last_failed_at: it.last_failed_at,
            next_try_at: it.next_try_at,
        }
    }
}
