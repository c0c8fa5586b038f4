//! Accounts: who customers are over all channels; two that become one, and one that becomes two, in [`gather`].

mod gather;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::Web;
use super::super::accounts::{deletion, edit as page};
use super::super::form::{Errors, Posted};
use super::super::grid::{self, Asked};
use super::caller::{Caller, Editor};
use super::input::{self, Body, Id, IfMatch, Typed};
use super::list::Asking;
use super::named::Named;
use super::output;
use super::problem::{Answer, Kind, Problem};
use crate::crm::accounts::{self, AccountRecord};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::default()
        .routes(routes!(list, create))
        .routes(routes!(show, change, delete))
        .routes(routes!(gather::merge))
        .routes(routes!(gather::split))
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
struct Account {
    id: i64,
    account_name: String,
    description: String,
    /// The id of whom to talk to first.
    default_contact: Option<i64>,
    owner: Option<Named>,
    created_at: DateTime<Utc>,
}

/// What is to be changed of an account; what is left out stays as it is.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct AccountEdit {
    /// A name that is given here stays, whatever a store calls the customer.
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    account_name: Typed,
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    description: Typed,
    /// The id of a contact of the account, or null.
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<i64>)]
    default_contact: Typed,
    /// The id of a user, or null.
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<i64>)]
    owner: Typed,
}

/// List accounts
#[utoipa::path(get, operation_id = "listAccounts", path = "/accounts", tag = "Accounts")]
async fn list(State(web): State<Web>, _caller: Caller, asked: Asked) -> Answer {
    let list = Asking::of(&accounts::ACCOUNTS, asked).choices("owner", grid::owners(&web).await?);
    list.load(&web).await
}

/// Read an account
#[utoipa::path(get, operation_id = "readAccount", path = "/accounts/{id}",
    tag = "Accounts", params(("id" = i64, Path)),
    responses((status = 200, description = "The account", body = Account)))]
async fn show(State(web): State<Web>, _caller: Caller, Id(id): Id, headers: HeaderMap) -> Answer {
    let account = accounts::find(&web.pool, id).await?.ok_or_else(|| Problem::of(Kind::NotFound))?;
    output::record(&headers, &Account::of(&account))
}

/// Edit an account
#[utoipa::path(patch, operation_id = "editAccount", path = "/accounts/{id}",
    tag = "Accounts", params(("id" = i64, Path)), request_body = AccountEdit,
    responses((status = 200, description = "The account as it is now", body = Account)))]
async fn change(
    State(web): State<Web>,
    Editor(caller): Editor,
    Id(id): Id,
    condition: IfMatch,
    Body(given): Body<AccountEdit>,
) -> Answer {
    let missing = || Problem::of(Kind::NotFound);
    let mut tx = web.pool.begin().await?;
    accounts::hold(&mut tx, id).await?;
    let before = accounts::find(&mut *tx, id).await?.ok_or_else(missing)?;
    condition.must_be(&output::tag(&Account::of(&before))?)?;
    let typed = page::as_posted(&before).with_all(input::as_posted(&given));
    let mut errors = Errors::default();
    let Some(edit) = page::parse(&mut tx, Some(&before), &typed, &mut errors).await? else {
        return Err(Problem::invalid(&errors));
    };
    let told = page::told(&mut tx, &before, &edit).await?;
    page::keep(&mut tx, id, (&edit, &told), (caller.user.id, &caller.actor())).await?;
    let after = accounts::find(&mut *tx, id).await?.ok_or_else(missing)?;
    tx.commit().await?;
    output::changed(&Account::of(&after))
}

/// Create an account
///
/// Customers are given to it by their `account`.
#[utoipa::path(post, operation_id = "createAccount", path = "/accounts", tag = "Accounts", request_body = AccountEdit,
    responses((status = 201, description = "The account", body = Account)))]
async fn create(State(web): State<Web>, Editor(caller): Editor, Body(given): Body<AccountEdit>) -> Answer {
    let usual = Posted::default().with("owner", caller.user.id.to_string());
    let mut errors = Errors::default();
    let typed = usual.with_all(input::as_posted(&given));
    let mut tx = web.pool.begin().await?;
    let Some(edit) = page::parse(&mut tx, None, &typed, &mut errors).await? else {
        return Err(Problem::invalid(&errors));
    };
    let id = page::add(&mut tx, &edit, &caller.actor()).await?;
    let made = accounts::find(&mut *tx, id).await?.ok_or_else(|| Problem::of(Kind::Internal))?;
    tx.commit().await?;
    output::created(&format!("/accounts/{id}"), &Account::of(&made))
}

/// Delete an account
///
/// With its contacts. One that a customer has stays.
#[utoipa::path(delete, operation_id = "deleteAccount", path = "/accounts/{id}",
    tag = "Accounts", params(("id" = i64, Path)),
    responses((status = 204, description = "It is gone")))]
async fn delete(State(web): State<Web>, Editor(caller): Editor, Id(id): Id, condition: IfMatch) -> Answer {
    let mut tx = web.pool.begin().await?;
    // before the row: so do syncs
    accounts::lock(&mut tx).await?;
    accounts::hold(&mut tx, id).await?;
    let account = accounts::find(&mut *tx, id).await?.ok_or_else(|| Problem::of(Kind::NotFound))?;
    condition.must_be(&output::tag(&Account::of(&account))?)?;
    if !deletion::remove(&mut tx, &account, &caller.actor()).await? {
        return Err(Problem::new(Kind::Refused, deletion::STAYS));
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

impl Account {
    fn of(it: &AccountRecord) -> Self {
        Self {
            id: it.id,
            account_name: it.name.clone(),
            description: it.description.clone(),
            default_contact: it.default_contact_id,
            owner: Named::of(it.owner_id.zip(it.owner.clone())),
            created_at: it.created_at,
        }
    }
}
