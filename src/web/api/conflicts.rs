//! Conflicts: what both sides changed, and whose value is to be taken.

use axum::extract::State;
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::conflicts::{self as pages, words};
use super::super::grid::{self, Asked};
use super::super::{Web, customers};
use super::caller::{Caller, Editor};
use super::input::{Body, Id, IfMatch};
use super::list::Asking;
use super::named::Named;
use super::output;
use super::problem::{Answer, Kind, Problem};
use crate::crm::changes::{self, CONFLICTS, ConflictRow};
use crate::crm::customers as domain;
use crate::crm::merge::{Side, Unit};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::default().routes(routes!(list)).routes(routes!(show)).routes(routes!(decide))
}

/// A conflict.
#[derive(Debug, Serialize, ToSchema)]
struct Conflict {
    id: i64,
    customer: Named,
    channel: Named,
    /// The id of the address; none: of the customer themselves.
    address: Option<i64>,
    /// What both changed; record: the store has the whole record no more.
    #[schema(example = "first_name")]
    field: &'static str,
    /// What both had.
    base: Value,
    /// What this CRM has.
    local: Value,
    /// What the store has.
    remote: Value,
    /// It waits for a decision.
    is_waiting: bool,
    /// local or remote, once it is decided.
    chosen: Option<&'static str>,
    /// What decides: local, remote, ask, store or removed.
    rule: String,
    decided_by: Option<String>,
    job: Option<i64>,
    opened_at: DateTime<Utc>,
    decided_at: Option<DateTime<Utc>>,
}

/// Whose value is to be taken.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Decision {
    r#use: Chosen,
}

/// A side.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Side)]
enum Chosen {
    /// What this CRM has; where the store has the record no more: create it again.
    Local,
    /// What the store has; where it has the record no more: accept that.
    Remote,
}

impl Chosen {
    fn side(self) -> Side {
        match self {
            Self::Local => Side::Local,
            Self::Remote => Side::Remote,
        }
    }
}

/// List conflicts
#[utoipa::path(get, operation_id = "listConflicts", path = "/conflicts", tag = "Conflicts",
    responses((status = 200, description = "A page of them", body = Vec<Conflict>)))]
async fn list(State(web): State<Web>, _caller: Caller, asked: Asked) -> Answer {
    let owned = |words: &[(&str, &str)]| {
        words.iter().map(|(key, word)| ((*key).to_owned(), (*word).to_owned())).collect()
    };
    let list = Asking::of(&CONFLICTS, asked).choices("channel", grid::channels(&web).await?);
    let list = list.choices("field", owned(&words::fields())).choices("rule", owned(&words::RULES));
    list.load_own(&web, |row: ConflictRow| Conflict::of(&row)).await
}

/// Read a conflict
#[utoipa::path(get, operation_id = "readConflict", path = "/conflicts/{id}",
    tag = "Conflicts", params(("id" = i64, Path)),
    responses((status = 200, description = "The conflict", body = Conflict)))]
async fn show(State(web): State<Web>, _caller: Caller, Id(id): Id, headers: HeaderMap) -> Answer {
    output::record(&headers, &Conflict::of(&find(&web, id).await?))
}

/// Decide a conflict
///
/// One that is decided can be turned round. A sync brings the decision to the store.
#[utoipa::path(put, operation_id = "decideConflict", path = "/conflicts/{id}/decision",
    tag = "Conflicts", params(("id" = i64, Path)),
    request_body = Decision, responses((status = 200, description = "The conflict as it is now", body = Conflict)))]
async fn decide(
    State(web): State<Web>,
    Editor(caller): Editor,
    Id(id): Id,
    condition: IfMatch,
    Body(decision): Body<Decision>,
) -> Answer {
    let conflict = find(&web, id).await?;
    condition.must_be(&output::tag(&Conflict::of(&conflict))?)?;
    let side = decision.r#use.side();
    if conflict.chosen() == Some(side) {
        return output::changed(&Conflict::of(&conflict));
    }
    let mut tx = web.pool.begin().await?;
    // of one that is decided the other value is taken
    let wanted = Some(side).filter(|_| conflict.waits());
    if !pages::carry_out(&mut tx, &conflict, wanted, &caller.actor()).await? {
        return Err(match conflict.waits() {
            true => Problem::new(Kind::Stale, pages::LOOK_AGAIN),
            false => {
                Problem::new(Kind::Refused, "This value is there already, or a store cannot be told it.")
            }
        });
    }
    tx.commit().await?;
    if let Some(customer) = domain::find(&web.pool, conflict.customer_id).await? {
        let integration = customer.integration.map(|(id, _)| id);
        customers::push(&web, caller.user.id, integration).await?;
    }
    output::changed(&Conflict::of(&find(&web, id).await?))
}

async fn find(web: &Web, id: i64) -> Result<ConflictRow, Problem> {
    changes::find_conflict(&web.pool, id).await?.ok_or_else(|| Problem::of(Kind::NotFound))
}

impl Conflict {
    fn of(it: &ConflictRow) -> Self {
        Self {
            id: it.id,
            customer: Named::new(it.customer_id, &it.customer),
            channel: Named::new(it.channel_id, &it.channel),
            address: it.address_id,
            field: it.unit().map_or("record", Unit::key),
            base: it.base_shown.clone(),
            local: it.local_shown.clone(),
            remote: it.remote_shown.clone(),
            is_waiting: it.waits(),
            chosen: it.chosen().map(Side::key),
            rule: it.rule.clone(),
            decided_by: it.decided_by.clone(),
            job: it.job_id,
            opened_at: it.opened_at,
            decided_at: it.decided_at,
        }
    }
}
