//! A customer is made: what is given is judged as if it had been typed into the page's form, and a sync creates them in the store.

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::super::Web;
use super::super::super::customers::{self as pages, Making, Target};
use super::super::super::error::PageError;
use super::super::super::form::{Errors, Posted};
use super::super::caller::{Caller, Editor};
use super::super::input::{self, Body, Typed};
use super::super::output;
use super::super::problem::{Answer, Problem};
use super::edit::{self, CustomerEdit};
use super::told::Customer;

/// Somebody who is to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web::api) struct NewCustomer {
    /// The id of a channel with two way sync.
    channel: i64,
    /// The store’s id of a store view; may be left out where there is only one.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    store: Typed,
    /// For signing in to the store, at least 6 characters; without one they ask the store for one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    password: Typed,
    /// Without default addresses: addresses are added to the customer. The owner is you, and the group the store’s first, unless
    /// they are given.
    customer: CustomerEdit,
}

/// Create a customer
///
/// What is given is judged as on the page. They show here at once, and a sync creates them in the store.
#[utoipa::path(post, operation_id = "createCustomer", path = "/customers",
    tag = "Customers", request_body = NewCustomer,
    responses((status = 201, description = "The customer", body = Customer)))]
pub(in crate::web::api) async fn create(
    State(web): State<Web>,
    Editor(caller): Editor,
    Body(new): Body<NewCustomer>,
) -> Answer {
    let target = match pages::target(&web, new.channel).await {
        Err(PageError::NotFound) => return Err(wrong("channel", "No channel with this id takes customers.")),
        target => target?,
    };
    let typed = typed(&web, &caller, &target, new).await?;
    let id = make(&web, &caller, &target, typed).await?;
    pages::push(&web, caller.user.id, Some(target.it.id)).await?;
    output::created(&format!("/customers/{id}"), &edit::load(&web, id).await?.told)
}

/// What is given, as the page's form would have it.
async fn typed(web: &Web, caller: &Caller, target: &Target, new: NewCustomer) -> Result<Posted, Problem> {
    let given = input::as_posted(&new.customer);
    let defaults = ["default-billing-address", "default-shipping-address"];
    if let Some(field) = defaults.into_iter().find(|field| given.has(field)) {
        return Err(wrong(field, "There are no addresses yet. Add them to the customer first."));
    }
    let store = match (new.store.text(), target.views.as_slice()) {
        ("", [only]) => only.store_id.to_string(),
        (store, views) if views.iter().any(|view| view.store_id.to_string() == store) => store.to_owned(),
        (_, views) => {
            let views: Vec<String> =
                views.iter().map(|view| format!("{} ({})", view.store_id, view.name)).collect();
            return Err(wrong("store", &format!("Give one of {}.", views.join(", "))));
        }
    };
    let usual = Posted::default()
        .with("customer-group", pages::first_group(web, target.channel).await?)
        .with("owner", caller.user.id.to_string());
    let all = usual.with_all(given).with("channel", target.channel.to_string()).with("store", store);
    Ok(all.with("password", new.password.text()))
}

async fn make(web: &Web, caller: &Caller, target: &Target, typed: Posted) -> Result<i64, Problem> {
    let mut made = pages::make(web, target, &caller.actor(), typed).await?;
    if let Making::Again(again, _) = &made
        && !again.get(pages::UNASKED).is_empty()
    {
        // the store could not be asked whether the address is free: it is asked again when they are sent
        made = pages::make(web, target, &caller.actor(), again.clone()).await?;
    }
    match made {
        Making::Saved(id) => Ok(id),
        Making::Again(_, errors) => Err(Problem::invalid(&errors)),
    }
}

fn wrong(field: &'static str, why: &str) -> Problem {
    let mut errors = Errors::default();
    errors.on(field, why);
    Problem::invalid(&errors)
}
