//! What a person does with an edit that the store does not have: discard it, or try again with what was refused.

use axum::extract::{Path, State};

use super::super::access::SignedIn;
use super::super::form::Posted;
use super::super::page::{self, PageResult};
use super::super::{Web, session};
use super::edit::{ask_for_push, editable};
use crate::crm::changes;

/// What is said when somebody was quicker.
const NOTHING_WAITS: &str = "Nothing waits there any more.";

/// `POST /customers/{id}/changes/{change}/discard`
pub(super) async fn discard(
    State(web): State<Web>,
    who: SignedIn,
    Path((id, change)): Path<(i64, i64)>,
    posted: Posted,
) -> PageResult {
    let customer = editable(&web, &who, id).await?;
    let mut tx = web.pool.begin().await?;
    let done = changes::discard(&mut tx, (customer.channel_id, id), change, &who.actor()).await?;
    tx.commit().await?;
    let discarded = "The edit is discarded: what is known of Magento is back.";
    session::answer(&who.session, done, if done { discarded } else { NOTHING_WAITS }, None).await?;
    back(&posted, id)
}

/// `POST /customers/{id}/changes/{change}/retries`
pub(super) async fn retry(
    State(web): State<Web>,
    who: SignedIn,
    Path((id, change)): Path<(i64, i64)>,
    posted: Posted,
) -> PageResult {
    let customer = editable(&web, &who, id).await?;
    let mut tx = web.pool.begin().await?;
    let done = changes::try_again(&mut tx, (customer.channel_id, id), change, &who.actor()).await?;
    tx.commit().await?;
    if !done {
        session::refuse(&who.session, NOTHING_WAITS, None).await?;
    } else if customer.two_way {
        ask_for_push(&web, &who, &customer, "The edit is tried again.").await?;
    } else {
        let note = "The edit is tried again as soon as two way sync is on: until then nothing is sent.";
        session::flash(&who.session, note, None).await?;
    }
    back(&posted, id)
}

/// To where the button was: the inbox, or the customer's page.
fn back(posted: &Posted, customer: i64) -> PageResult {
    match posted.get("back") {
        "inbox" => page::see("/conflicts/rejected-edits"),
        _ => page::see(&format!("/customers/{customer}")),
    }
}
