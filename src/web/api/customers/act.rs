//! What else can be done with a customer: hidden, shown again, subscribed, unsubscribed.

use axum::extract::State;
use serde::Deserialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::super::super::{Web, customers as pages, newsletter};
use super::super::caller::{Caller, Editor};
use super::super::input::{Body, Id, IfMatch};
use super::super::output;
use super::super::problem::{Answer, Kind, Problem};
use super::edit::load;
use super::told::{Customer, Whole};
use crate::crm::audit::{self, Act, Changes, Subject, SubjectKind};
use crate::crm::customers;
use crate::crm::newsletter::{self as domain, Changed, Status};

/// Whether somebody gets the newsletter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web::api) struct Subscription {
    /// True: subscribe; false: unsubscribe.
    subscribed: bool,
}

impl Subscription {
    /// The status that is asked for.
    pub(in crate::web::api) fn status(&self) -> Status {
        if self.subscribed { Status::Subscribed } else { Status::Unsubscribed }
    }
}

/// Hide a customer
///
/// The lists leave them out; the store keeps them, and syncs go on.
#[utoipa::path(put, operation_id = "hideCustomer", path = "/customers/{id}/hidden",
    tag = "Customers", params(("id" = i64, Path)),
    responses((status = 200, description = "The customer as they are now", body = Customer)))]
pub(super) async fn hide(
    State(web): State<Web>,
    Editor(caller): Editor,
    Id(id): Id,
    condition: IfMatch,
) -> Answer {
    let mut tx = web.pool.begin().await?;
    let known = known(&mut tx, id, &condition).await?;
    must_be_there(&known)?;
    if customers::hide(&mut tx, id, caller.user.id).await? {
        note(&mut tx, &caller, Act::Hidden, &known, &Changes::none()).await?;
    }
    let now = Whole::load(&mut tx, id).await?;
    tx.commit().await?;
    output::changed(&now.told)
}

/// Show a customer again
#[utoipa::path(delete, operation_id = "showCustomerAgain", path = "/customers/{id}/hidden",
    tag = "Customers", params(("id" = i64, Path)),
    responses((status = 200, description = "The customer as they are now", body = Customer)))]
pub(super) async fn unhide(
    State(web): State<Web>,
    Editor(caller): Editor,
    Id(id): Id,
    condition: IfMatch,
) -> Answer {
    let mut tx = web.pool.begin().await?;
    let known = known(&mut tx, id, &condition).await?;
    must_be_there(&known)?;
    if customers::show_again(&mut tx, id).await? {
        note(&mut tx, &caller, Act::ShownAgain, &known, &Changes::none()).await?;
    }
    let now = Whole::load(&mut tx, id).await?;
    tx.commit().await?;
    output::changed(&now.told)
}

/// Subscribe or unsubscribe a customer
///
/// For whoever has no subscription yet, too. A sync brings it to the store, which needs the bridge.
#[utoipa::path(put, operation_id = "changeCustomerSubscription", path = "/customers/{id}/subscription",
    tag = "Customers", params(("id" = i64, Path)),
    request_body = Subscription, responses((status = 200, description = "The customer", body = Customer)))]
pub(super) async fn subscribe(
    State(web): State<Web>,
    Editor(caller): Editor,
    Id(id): Id,
    condition: IfMatch,
    Body(wanted): Body<Subscription>,
) -> Answer {
    let mut tx = web.pool.begin().await?;
    // in the order of the syncs, which know whose subscriptions they read before they look at the customers
    let channel = Whole::load(&mut tx, id).await?.record.channel_id;
    domain::lock(&mut tx, channel).await?;
    let known = known(&mut tx, id, &condition).await?;
    let record = &known.record;
    if let Some(why) = newsletter::why_not_of_customer(record) {
        return Err(Problem::new(Kind::Refused, why));
    }
    let to = wanted.status();
    let changed = domain::change_of_customer(&mut tx, channel, id, to, caller.user.id).await?;
    if changed != Changed::Nothing {
        let told = Changes::none().told("Newsletter", to.word());
        note(&mut tx, &caller, Act::Changed, &known, &told).await?;
    }
    tx.commit().await?;
    if changed == Changed::Waits {
        let integration = record.integration.as_ref().map(|(id, _)| *id);
        pages::push(&web, caller.user.id, integration).await?;
    }
    output::changed(&load(&web, id).await?.told)
}

/// The customer, if they are still what the caller knows; nobody else edits them until the transaction ends.
async fn known(db: &mut PgConnection, id: i64, condition: &IfMatch) -> Result<Whole, Problem> {
    customers::hold(db, id).await?;
    let whole = Whole::load(db, id).await?;
    condition.must_be(&output::tag(&whole.told)?)?;
    Ok(whole)
}

/// Of somebody who was erased nothing is left to hide, or to show.
fn must_be_there(whole: &Whole) -> Result<(), Problem> {
    let erased = whole.record.why_not_edited().filter(|_| whole.record.erased_at.is_some());
    erased.map_or(Ok(()), |why| Err(Problem::new(Kind::Refused, why)))
}

async fn note(
    db: &mut PgConnection,
    caller: &Caller,
    act: Act,
    whole: &Whole,
    told: &Changes,
) -> Result<(), sqlx::Error> {
    let subject = Subject::new(SubjectKind::Customer, whole.record.id, &whole.record.full_name());
    audit::note(db, &caller.actor(), act, &subject, told).await
}
