//! The addresses of a customer. They are part of the customer's form, and are edited through it.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::Web;
use super::super::customers as pages;
use super::super::form::Posted;
use super::caller::{Caller, Editor};
use super::customers::edit;
use super::customers::told::{Address, Whole};
use super::input::{self, Body, Id, IfMatch, Typed};
use super::output;
use super::problem::{Answer, Kind, Problem};

/// What stands for the row id of the address that is added.
const NEW: &str = "new1";

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::default().routes(routes!(list, add)).routes(routes!(show, change))
}

/// All addresses of a customer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CustomerAddresses)]
struct Addresses {
    data: Vec<Address>,
}

/// What is to be changed of an address; what is left out stays as it is.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = CustomerAddressEdit)]
struct AddressEdit {
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    name_prefix: Typed,
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    first_name: Typed,
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    middle_name: Typed,
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    last_name: Typed,
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    name_suffix: Typed,
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    company: Typed,
    /// Lines of the street, with line breaks between.
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    street: Typed,
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    city: Typed,
    /// By its name or code, where the country has any.
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    state: Typed,
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    zip_postal_code: Typed,
    /// Its code of two letters.
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    country: Typed,
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    phone: Typed,
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    fax: Typed,
}

/// List the addresses of a customer
#[utoipa::path(get, operation_id = "listAddresses", path = "/customers/{id}/addresses",
    tag = "Addresses", params(("id" = i64, Path)),
    responses((status = 200, description = "All addresses", body = Addresses)))]
async fn list(State(web): State<Web>, _caller: Caller, Id(id): Id) -> Answer {
    let whole = edit::load(&web, id).await?;
    Ok(Json(Addresses { data: whole.into_addresses() }).into_response())
}

/// Read an address
#[utoipa::path(get, operation_id = "readAddress", path = "/customers/{id}/addresses/{address}", tag = "Addresses",
    params(("id" = i64, Path), ("address" = i64, Path)),
    responses((status = 200, description = "The address", body = Address)))]
async fn show(
    State(web): State<Web>,
    _caller: Caller,
    Id((id, address)): Id<(i64, i64)>,
    headers: HeaderMap,
) -> Answer {
    let whole = edit::load(&web, id).await?;
    output::record(&headers, whole.address(address)?)
}

/// Edit an address
///
/// It shows here at once, and a sync brings it to the store where two way sync is on.
#[utoipa::path(patch, operation_id = "editAddress", path = "/customers/{id}/addresses/{address}", tag = "Addresses",
    params(("id" = i64, Path), ("address" = i64, Path)), request_body = AddressEdit,
    responses((status = 200, description = "The address as it is now", body = Address)))]
async fn change(
    State(web): State<Web>,
    Editor(caller): Editor,
    Id((id, address)): Id<(i64, i64)>,
    condition: IfMatch,
    Body(given): Body<AddressEdit>,
) -> Answer {
    let before = edit::load(&web, id).await?;
    condition.must_be(&output::tag(before.address(address)?)?)?;
    must_be_edited(&before)?;
    if before.address(address)?.removed {
        return Err(Problem::new(
            Kind::Refused,
            "The store no longer has this address, so an edit could not reach it.",
        ));
    }
    let given = below(&address.to_string(), &given);
    let is_known = |now: &Whole| condition.must_be(&output::tag(now.address(address)?)?);
    let after = edit::save(&web, &caller, &before, given, &is_known).await;
    let after = after.map_err(|problem| problem.without(&format!("address_{address}_")))?;
    output::changed(after.address(address)?)
}

/// Add an address
///
/// It shows here at once, and a sync creates it in the store where two way sync is on.
#[utoipa::path(post, operation_id = "addAddress", path = "/customers/{id}/addresses",
    tag = "Addresses", params(("id" = i64, Path)),
    request_body = AddressEdit, responses((status = 201, description = "The address", body = Address)))]
async fn add(
    State(web): State<Web>,
    Editor(caller): Editor,
    Id(id): Id,
    Body(given): Body<AddressEdit>,
) -> Answer {
    let before = edit::load(&web, id).await?;
    must_be_edited(&before)?;
    let given =
        below(NEW, &given).with("new-addresses", "1").with(&pages::of_address(NEW, pages::WANTED), "1");
    let after = edit::save(&web, &caller, &before, given, &|_| Ok(())).await;
    let after = after.map_err(|problem| problem.without(&format!("address_{NEW}_")))?;
    let made = after.last_address().ok_or_else(|| Problem::of(Kind::Internal))?;
    output::created(&format!("/customers/{id}/addresses/{}", made.id), made)
}

fn must_be_edited(whole: &Whole) -> Result<(), Problem> {
    match whole.record.why_not_edited() {
        Some(why) => Err(Problem::new(Kind::Refused, why)),
        None => Ok(()),
    }
}

/// What is given, as the customer's form calls the fields of this address.
fn below(address: &str, given: &AddressEdit) -> Posted {
    let given = input::as_posted(given);
    let fields: Vec<String> = given.names().map(str::to_owned).collect();
    fields.into_iter().fold(Posted::default(), |all, field| {
        let value = given.get(&field).to_owned();
        all.with(&pages::of_address(address, &field), value)
    })
}
