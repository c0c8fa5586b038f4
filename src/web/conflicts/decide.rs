//! A decision about one conflict: Use local, Use remote, Use the other value; Accept removal, Create again.

use axum::extract::{Path, State};
use sqlx::PgConnection;

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::form::Posted;
use super::super::page::PageResult;
use super::super::{Web, customers as pages, session};
use super::back;
use crate::crm::audit::Actor;
use crate::crm::changes::{self, ConflictRow};
use crate::crm::customers;
use crate::crm::merge::Side;

/// What is said when the question has become another one.
pub(in crate::web) const LOOK_AGAIN: &str =
    "The values have changed since this page was opened: nothing was decided. Look again.";

/// `POST /conflicts/{id}`
pub(super) async fn decide(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    if !who.user.may_edit() {
        return Err(PageError::Forbidden);
    }
    let mut conflict = changes::find_conflict(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    let side = Side::from_key(posted.get("use"));
    if side.is_some() {
        // what was shown, whatever it has become
        conflict.local = serde_json::from_str(posted.get("local")).unwrap_or_default();
        conflict.remote = serde_json::from_str(posted.get("remote")).unwrap_or_default();
    }
    // pressed twice, or beside somebody else, it is not turned back again
    let shown = Side::from_key(posted.get("shown"));
    if side.is_none() && shown.is_some() && shown != conflict.chosen() {
        session::refuse(&who.session, LOOK_AGAIN, None).await?;
        return back(posted.get("back"), conflict.customer_id);
    }
    let mut tx = web.pool.begin().await?;
    let done = carry_out(&mut tx, &conflict, side, &who.actor()).await?;
    tx.commit().await?;
    let (note, to_send) = match (done, conflict.unit(), side) {
        (false, _, Some(_)) => (LOOK_AGAIN, false),
        (false, _, None) => {
            ("Nothing was changed: this value is there already, or a store cannot be told it.", false)
        }
        (true, None, Some(Side::Remote)) => {
            ("The removal is accepted. The edits are discarded, and stay in the history.", false)
        }
        (true, None, _) => ("It is created again.", true),
        (true, Some(_), _) => ("Decided.", true),
    };
    if to_send {
        let customer = customers::find(&web.pool, conflict.customer_id).await?.ok_or(PageError::NotFound)?;
        pages::ask_for_push(&web, &who, &customer, note).await?;
    } else {
        session::answer(&who.session, done, note, None).await?;
    }
    back(posted.get("back"), conflict.customer_id)
}

/// Carries out a decision; false where there is nothing to decide any more. Without a side, the other value is taken.
pub(in crate::web) async fn carry_out(
    db: &mut PgConnection,
    conflict: &ConflictRow,
    side: Option<Side>,
    by: &Actor,
) -> Result<bool, sqlx::Error> {
    match (conflict.unit(), side) {
        (Some(_), Some(side)) => changes::answer(db, conflict, side, by).await,
        (Some(_), None) => changes::use_other(db, conflict, by).await,
        (None, Some(Side::Remote)) => changes::accept_removal(db, conflict, by).await,
        (None, Some(Side::Local)) => create_again(db, conflict, by).await,
        (None, None) => Ok(false),
    }
}

async fn create_again(
    db: &mut PgConnection,
    conflict: &ConflictRow,
    by: &Actor,
) -> Result<bool, sqlx::Error> {
    let key = (conflict.channel_id, conflict.customer_id);
    match conflict.address_id {
        None => changes::create_again(db, conflict.customer_id, by).await,
        Some(address) => changes::create_address_again(db, key, address, by).await,
    }
}
