//! Who is responsible for an order or a cart; customers and accounts have their owner among their fields.

use axum::extract::State;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use sqlx::PgExecutor;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::Web;
use super::super::desk::owner as page;
use super::about::{About, SALES};
use super::caller::{Caller, Editor};
use super::input::{Body, IfMatch};
use super::named::Named;
use super::output;
use super::problem::{Answer, Kind, Problem};
use crate::crm::records::{self, Record};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::default().routes(routes!(show, change))
}

/// Who is responsible.
#[derive(Debug, Serialize, ToSchema)]
struct Owner {
    /// Null: nobody.
    owner: Option<Named>,
}

/// Who is to be responsible.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOwner {
    /// The id of a user who may edit, or null.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required)]
    owner: Option<i64>,
}

/// Read who is responsible
#[utoipa::path(get, operation_id = "readOwner", path = "/{records}/{id}/owner", tag = "Owners",
    params(("records" = String, Path, description = SALES), ("id" = i64, Path)),
    responses((status = 200, description = "Who is responsible", body = Owner)))]
async fn show(State(web): State<Web>, _caller: Caller, about: About, headers: HeaderMap) -> Answer {
    let about = about.of_kind(page::has_owner)?;
    output::record(&headers, &Owner::load(&web.pool, about.record).await?)
}

/// Make somebody responsible
#[utoipa::path(put, operation_id = "setOwner", path = "/{records}/{id}/owner", tag = "Owners",
    params(("records" = String, Path, description = SALES), ("id" = i64, Path)), request_body = NewOwner,
    responses((status = 200, description = "Who is responsible now", body = Owner)))]
async fn change(
    State(web): State<Web>,
    Editor(caller): Editor,
    about: About,
    condition: IfMatch,
    Body(wanted): Body<NewOwner>,
) -> Answer {
    let about = about.of_kind(page::has_owner)?;
    let owner = match wanted.owner {
        None => None,
        Some(id) => {
            let found = page::possible(&web).await?.into_iter().find(|user| user.id == id);
            let problem = ("owner".to_owned(), "Choose a user who is still here and may edit.".to_owned());
            Some(found.ok_or_else(|| Problem::with(Kind::Invalid, [problem]))?)
        }
    };
    let mut tx = web.pool.begin().await?;
    records::hold(&mut tx, about.record).await?;
    condition.must_be(&output::tag(&Owner::load(&mut *tx, about.record).await?)?)?;
    page::give(&mut tx, (about.record, &about.head), owner.as_ref(), &caller.actor()).await?;
    let after = Owner::load(&mut *tx, about.record).await?;
    tx.commit().await?;
    output::changed(&after)
}

impl Owner {
    async fn load(db: impl PgExecutor<'_>, record: Record) -> Result<Self, Problem> {
        let owner = records::owner_of(db, record).await?;
        Ok(Self { owner: owner.map(|owner| Named::new(owner.id, owner.name)) })
    }
}
