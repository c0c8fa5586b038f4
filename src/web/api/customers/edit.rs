//! A customer is edited: what is given is judged as if it had been typed into their form, and kept in the same way.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};

use super::super::super::Web;
use super::super::super::customers as pages;
use super::super::super::form::{Errors, Posted};
use super::super::caller::{Caller, Editor};
use super::super::input::{self, Body, Id, IfMatch, Typed};
use super::super::output;
use super::super::problem::{Answer, Kind, Problem};
use super::told::{Customer, Whole};
use crate::crm::changes;

/// Where a customer belongs: kept here, told to no store.
const LOCAL: [&str; 3] = ["account", "contact", "owner"];

/// What is to be changed of a customer; what is left out stays as it is.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::web::api) struct CustomerEdit {
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    email: Typed,
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
    /// Like 1815-12-10.
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    birthday: Typed,
    /// male or female.
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    gender: Typed,
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<String>)]
    tax_vat: Typed,
    /// The id of a group of the store.
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<i64>)]
    customer_group: Typed,
    /// The id of one of the addresses that the store has.
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<i64>)]
    default_billing_address: Typed,
    /// The id of one of the addresses that the store has.
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<i64>)]
    default_shipping_address: Typed,
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(schema_with = account_or_own)]
    account: Typed,
    /// The id of a contact of the account. Kept here only.
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<i64>)]
    contact: Typed,
    /// The id of a user, or null. Kept here only.
    #[serde(skip_serializing_if = "Typed::is_absent")]
    #[schema(value_type = Option<i64>)]
    owner: Typed,
}

fn account_or_own() -> Schema {
    let own = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["own"]));
    let kinds = OneOfBuilder::new()
        .item(ObjectBuilder::new().schema_type(Type::Integer))
        .item(own)
        .item(ObjectBuilder::new().schema_type(Type::Null));
    let text = "The id of an account, or “own” for one of their own. Kept here only.";
    Schema::OneOf(kinds.description(Some(text)).build())
}

/// Edit a customer
///
/// What is given is judged as on the page. It shows here at once, and a sync brings it to the store where two way sync is on.
#[utoipa::path(patch, operation_id = "editCustomer", path = "/customers/{id}",
    tag = "Customers", params(("id" = i64, Path)), request_body = CustomerEdit,
    responses((status = 200, description = "The customer as they are now", body = Customer)))]
pub(super) async fn change(
    State(web): State<Web>,
    Editor(caller): Editor,
    Id(id): Id,
    condition: IfMatch,
    Body(edit): Body<CustomerEdit>,
) -> Answer {
    let before = load(&web, id).await?;
    condition.must_be(&output::tag(&before.told)?)?;
    let given = input::as_posted(&edit);
    let is_local = given.names().all(|name| LOCAL.contains(&name));
    if let Some(why) = before.record.why_not_edited().filter(|_| !is_local) {
        return Err(Problem::new(Kind::Refused, why));
    }
    let typed = by_the_stores_ids(&before, given);
    let after =
        save(&web, &caller, &before, typed, &|told| condition.must_be(&output::tag(&told.told)?)).await?;
    output::changed(&after.told)
}

/// A form knows the default addresses by the store's ids.
fn by_the_stores_ids(whole: &Whole, given: Posted) -> Posted {
    let known = ["default-billing-address", "default-shipping-address"];
    known.into_iter().fold(given, |given, field| {
        let id: Option<i64> = given.get(field).parse().ok();
        let Some(id) = id else { return given };
        let address = whole.book.addresses.iter().find(|address| address.id == id);
        let remote = address.and_then(|address| address.remote_id);
        given.with(field, remote.map_or_else(|| "none".to_owned(), |id| id.to_string()))
    })
}

/// Judges what is given, and keeps it if the customer is still what the caller knows; the sync that brings it to the store is
/// queued.
pub(in crate::web::api) async fn save(
    web: &Web,
    caller: &Caller,
    before: &Whole,
    given: Posted,
    is_known: &(dyn Fn(&Whole) -> Result<(), Problem> + Sync),
) -> Result<Whole, Problem> {
    let (record, book) = (&before.record, &before.book);
    let typed = pages::as_posted(record, book).with_all(given);
    let mut errors = Errors::default();
    let (mut judged, again) = pages::judge(web, record, book, typed, &mut errors).await?;
    if !errors.is_empty() && !again.get(pages::UNASKED).is_empty() {
        // the store could not be asked whether the address is free: it is asked again when it is sent
        errors = Errors::default();
        (judged, _) = pages::judge(web, record, book, again, &mut errors).await?;
    }
    if !errors.is_empty() {
        return Err(Problem::invalid(&errors));
    }
    let mut tx = web.pool.begin().await?;
    let now = locked(&mut tx, record.channel_id, record.id).await?;
    is_known(&now)?;
    let (sent, _) = pages::keep(&mut tx, record, &judged, &caller.actor()).await?;
    let after = Whole::load(&mut tx, record.id).await?;
    tx.commit().await?;
    if sent > 0 {
        let integration = record.integration.as_ref().map(|(id, _)| *id);
        pages::push(web, caller.user.id, integration).await?;
    }
    Ok(after)
}

/// The customer as they are, whom nobody else edits until the transaction ends.
pub(in crate::web::api) async fn locked(
    db: &mut PgConnection,
    channel: i64,
    id: i64,
) -> Result<Whole, Problem> {
    changes::lock(db, channel).await?;
    crate::crm::customers::books(db, &[id]).await?;
    Whole::load(db, id).await
}

/// The customer, for who only looks.
pub(in crate::web::api) async fn load(web: &Web, id: i64) -> Result<Whole, Problem> {
    let mut db = web.pool.acquire().await?;
    Whole::load(&mut db, id).await
}
