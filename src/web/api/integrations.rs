//! Integrations: how the stores are connected, without their secrets. Read only; a sync is asked for under `/jobs`.

use axum::extract::State;
use axum::http::HeaderMap;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::Web;
use super::super::grid::Asked;
use super::caller::Operator;
use super::input::Id;
use super::list::Asking;
use super::named::Named;
use super::output;
use super::problem::{Answer, Kind, Problem};
use crate::crm::channels::{self, Entity, Integration as Record};
use crate::sync;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::default().routes(routes!(list)).routes(routes!(show))
}

/// An integration.
#[derive(Debug, Serialize, ToSchema)]
struct Integration {
    id: i64,
    name: String,
    channel: Named,
    /// The channel is active.
    is_active: bool,
    owner: Named,
    wsdl_url: String,
    admin_url: Option<String>,
    website: String,
    sync_start_date: NaiveDate,
    two_way: bool,
    /// What the channel takes in beside its customers.
    entities: Vec<&'static str>,
    magento_version: Option<String>,
    /// None: the store has no bridge.
    bridge_version: Option<String>,
    next_sync_at: DateTime<Utc>,
}

/// List integrations
///
/// For managers and administrators.
#[utoipa::path(get, operation_id = "listIntegrations", path = "/integrations", tag = "Integrations")]
async fn list(State(web): State<Web>, _operator: Operator, asked: Asked) -> Answer {
    Asking::of(&sync::INTEGRATIONS, asked).load(&web).await
}

/// Read an integration
///
/// For managers and administrators.
#[utoipa::path(get, operation_id = "readIntegration", path = "/integrations/{id}",
    tag = "Integrations", params(("id" = i64, Path)),
    responses((status = 200, description = "The integration", body = Integration)))]
async fn show(State(web): State<Web>, _operator: Operator, Id(id): Id, headers: HeaderMap) -> Answer {
    let it = channels::find_integration(&web.pool, id).await?.ok_or_else(|| Problem::of(Kind::NotFound))?;
    output::record(&headers, &Integration::of(it))
}

impl Integration {
    fn of(it: Record) -> Self {
        Self {
            id: it.id,
            website: it.store.website_name(it.settings.website_id),
            name: it.settings.name,
            channel: Named::new(it.channel_id, it.channel),
            is_active: it.active,
            owner: Named::new(it.settings.owner_id, it.owner),
            wsdl_url: it.settings.wsdl_url,
            admin_url: it.settings.admin_url,
            sync_start_date: it.settings.sync_start_date,
            two_way: it.settings.two_way,
            entities: it.entities.into_iter().map(Entity::key).collect(),
            magento_version: it.store.magento_version,
            bridge_version: it.store.bridge_version,
            next_sync_at: it.next_sync_at,
        }
    }
}
