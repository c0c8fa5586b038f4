//! Customers: the list of their page, one with their addresses, and what a person may do with one there. An edit goes the pages'
//! way: it is judged alike, recorded as a change, and a sync brings it to the store.

pub(super) mod act;
pub(super) mod create;
pub(super) mod edit;
pub(super) mod told;

use axum::extract::State;
use axum::http::HeaderMap;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::Web;
use super::super::grid::{self, Asked};
use super::caller::Caller;
use super::input::Id;
use super::list::Asking;
use super::output;
use super::problem::Answer;
use crate::crm::customers;
use told::{Customer, Whole};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::default()
        .routes(routes!(list, create::create))
        .routes(routes!(show, edit::change))
        .routes(routes!(act::hide, act::unhide))
        .routes(routes!(act::subscribe))
}

/// List customers
///
/// Those who are hidden are left out until `hidden` asks for them.
#[utoipa::path(get, operation_id = "listCustomers", path = "/customers", tag = "Customers")]
async fn list(State(web): State<Web>, _caller: Caller, asked: Asked) -> Answer {
    let (channels, owners) = (grid::channels(&web).await?, grid::owners(&web).await?);
    let list = Asking::of(&customers::LISTING, asked).choices("channel", channels);
    list.choices("owner", owners).load(&web).await
}

/// Read a customer
///
/// With all addresses, also those that are gone in the store.
#[utoipa::path(get, operation_id = "readCustomer", path = "/customers/{id}",
    tag = "Customers", params(("id" = i64, Path)),
    responses((status = 200, description = "The customer", body = Customer)))]
async fn show(State(web): State<Web>, _caller: Caller, Id(id): Id, headers: HeaderMap) -> Answer {
    let mut db = web.pool.acquire().await?;
    let whole = Whole::load(&mut db, id).await?;
    output::record(&headers, &whole.told)
}
