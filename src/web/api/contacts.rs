//! Contacts: the people of an account.

use axum::extract::State;
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::Web;
use super::super::contacts::edit as page;
use super::super::form::Errors;
use super::super::grid::Asked;
use super::caller::{Caller, Editor};
use super::input::{self, Body, Id, IfMatch, Typed};
use super::list::Asking;
use super::named::Named;
use super::output;
use super::problem::{Answer, Kind, Problem};
use crate::crm::accounts::{self, ContactRecord};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::default().routes(routes!(list)).routes(routes!(show, change))
}

/// A contact.
#[derive(Debug, Serialize, ToSchema)]
struct Contact {
    id: i64,
    first_name: String,
    last_name: String,
    email: String,
    phone: String,
    description: String,
    account: Named,
    /// Whom to talk to first there.
    is_default: bool,
    created_at: DateTime<Utc>,
}

/// What is to be changed of a contact; what is left out stays as it is.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct ContactEdit {
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    first_name: Typed,
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    last_name: Typed,
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    email: Typed,
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    phone: Typed,
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    description: Typed,
}

/// List contacts
#[utoipa::path(get, operation_id = "listContacts", path = "/contacts", tag = "Contacts")]
async fn list(State(web): State<Web>, _caller: Caller, asked: Asked) -> Answer {
    Asking::of(&accounts::CONTACTS, asked).load(&web).await
}

/// Read a contact
#[utoipa::path(get, operation_id = "readContact", path = "/contacts/{id}",
    tag = "Contacts", params(("id" = i64, Path)),
    responses((status = 200, description = "The contact", body = Contact)))]
async fn show(State(web): State<Web>, _caller: Caller, Id(id): Id, headers: HeaderMap) -> Answer {
    let contact = accounts::find_contact(&web.pool, id).await?.ok_or_else(|| Problem::of(Kind::NotFound))?;
    output::record(&headers, &Contact::of(&contact))
}

/// Edit a contact
#[utoipa::path(patch, operation_id = "editContact", path = "/contacts/{id}",
    tag = "Contacts", params(("id" = i64, Path)), request_body = ContactEdit,
    responses((status = 200, description = "The contact as they are now", body = Contact)))]
async fn change(
    State(web): State<Web>,
    Editor(caller): Editor,
    Id(id): Id,
    condition: IfMatch,
    Body(given): Body<ContactEdit>,
) -> Answer {
    let missing = || Problem::of(Kind::NotFound);
    let mut tx = web.pool.begin().await?;
    accounts::hold_contact(&mut tx, id).await?;
    let before = accounts::find_contact(&mut *tx, id).await?.ok_or_else(missing)?;
    condition.must_be(&output::tag(&Contact::of(&before))?)?;
    let typed = page::as_posted(&before).with_all(input::as_posted(&given));
    let mut errors = Errors::default();
    let Some(edit) = page::parse(&before, &typed, &mut errors) else {
        return Err(Problem::invalid(&errors));
    };
    page::keep(&mut tx, &before, &edit, &caller.actor()).await?;
    let after = accounts::find_contact(&mut *tx, id).await?.ok_or_else(missing)?;
    tx.commit().await?;
    output::changed(&Contact::of(&after))
}

impl Contact {
    fn of(it: &ContactRecord) -> Self {
        Self {
            id: it.id,
            first_name: it.first_name.clone(),
            last_name: it.last_name.clone(),
            email: it.email.clone(),
            phone: it.phone.clone(),
            description: it.description.clone(),
            account: Named::new(it.account_id, &it.account),
            is_default: it.is_default,
            created_at: it.created_at,
        }
    }
}
