//! Subscribe and Unsubscribe, and what can be done about a change that waits.

use axum::extract::{Path, State};
use sqlx::PgConnection;

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::form::Posted;
use super::super::page::{self, PageResult};
use super::super::{Web, customers as pages, session};
use super::news::{why_not, why_not_of_customer};
use crate::crm::audit::{self, Act, Changes, Subject, SubjectKind};
use crate::crm::customers;
use crate::crm::newsletter::{self, ChangeRow, Changed, Status};

/// `POST /newsletter-subscribers/{id}/changes`
pub(super) async fn of_subscriber(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    let to = wanted(&who, &posted)?;
    let subscriber = newsletter::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    let page = format!("/newsletter-subscribers/{id}");
    if let Some(why) = why_not(&subscriber) {
        return said(&who, why, &page).await;
    }
    let mut tx = web.pool.begin().await?;
    let changed = newsletter::change(&mut tx, subscriber.channel_id, id, to, who.user.id).await?;
    let subject = Subject::new(SubjectKind::Subscriber, id, &subscriber.email);
    note(&mut tx, &who, &subject, changed, to).await?;
    tx.commit().await?;
    answer(&web, &who, changed, (subscriber.integration_id, to), &page).await
}

/// `POST /customers/{id}/subscriptions`
pub(super) async fn of_customer(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    let to = wanted(&who, &posted)?;
    let customer = customers::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    let page = format!("/customers/{id}");
    if let Some(why) = why_not_of_customer(&customer) {
        return said(&who, why, &page).await;
    }
    let mut tx = web.pool.begin().await?;
    let channel = customer.channel_id;
    let changed = newsletter::change_of_customer(&mut tx, channel, id, to, who.user.id).await?;
    let subject = Subject::new(SubjectKind::Customer, id, &customer.full_name());
    note(&mut tx, &who, &subject, changed, to).await?;
    tx.commit().await?;
    let integration = customer.integration.map(|(id, _)| id);
    answer(&web, &who, changed, (integration, to), &page).await
}

/// `POST /subscription-changes/{id}/discard`
pub(super) async fn discard(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    let row = editable(&web, &who, id).await?;
    let mut tx = web.pool.begin().await?;
    let done = newsletter::discard(&mut tx, row.channel_id, id).await?;
    if done {
        let told = Changes::none().told("Newsletter", "The change is taken back");
        audit::note(&mut tx, &who.actor(), Act::Discarded, &whose(&row), &told).await?;
    }
    tx.commit().await?;
    let note = if done {
        "The change is discarded: the status that both sides had is back."
    } else {
        "Nothing waits there any more."
    };
    said(&who, note, &back(&row, &posted)).await
}

/// `POST /subscription-changes/{id}/retries`
pub(super) async fn try_again(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    let row = editable(&web, &who, id).await?;
    let mut tx = web.pool.begin().await?;
    let done = newsletter::try_again(&mut tx, row.channel_id, id).await?;
    if done {
        let taken = row.to.map_or("", Status::word);
        let told = Changes::none().told("Newsletter", taken).told("To the store", "Tried again");
        audit::note(&mut tx, &who.actor(), Act::Decided, &whose(&row), &told).await?;
    }
    tx.commit().await?;
    let page = back(&row, &posted);
    if !done {
        return said(&who, "There is nothing that could be tried again.", &page).await;
    }
    pages::ask_for_push_of(&web, &who, row.integration_id, "It is tried again.").await?;
    page::see(&page)
}

/// Whom a change is about: the customer, where the store is still to make a subscriber of them.
fn whose(row: &ChangeRow) -> Subject {
    match (row.subscriber_id, row.customer_id) {
        (Some(id), _) => Subject::new(SubjectKind::Subscriber, id, &row.email),
        (None, Some(id)) => Subject::new(SubjectKind::Customer, id, &row.email),
        (None, None) => Subject::named(SubjectKind::Subscriber, &row.email),
    }
}

/// Tells the audit trail what somebody was made.
pub(super) async fn note(
    db: &mut PgConnection,
    who: &SignedIn,
    subject: &Subject,
    changed: Changed,
    to: Status,
) -> Result<(), sqlx::Error> {
    if changed == Changed::Nothing {
        return Ok(());
    }
    audit::note(db, &who.actor(), Act::Changed, subject, &Changes::none().told("Newsletter", to.word())).await
}

/// What a button asks for, of somebody who may.
fn wanted(who: &SignedIn, posted: &Posted) -> Result<Status, PageError> {
    if !who.user.may_edit() {
        return Err(PageError::Forbidden);
    }
    let status = posted.get("status").parse().ok().and_then(Status::from_number);
    let offered = [Status::Subscribed, Status::Unsubscribed];
    status.filter(|status| offered.contains(status)).ok_or(PageError::NotFound)
}

async fn editable(web: &Web, who: &SignedIn, id: i64) -> Result<ChangeRow, PageError> {
    if !who.user.may_edit() {
        return Err(PageError::Forbidden);
    }
    newsletter::find_change(&web.pool, id).await?.ok_or(PageError::NotFound)
}

/// Queues the sync where there is something to send, and says what was done.
async fn answer(
    web: &Web,
    who: &SignedIn,
    changed: Changed,
    (integration, to): (Option<i64>, Status),
    page: &str,
) -> PageResult {
    let done = if to == Status::Subscribed { "Subscribed here." } else { "Unsubscribed here." };
    match changed {
        Changed::Nothing => said(who, "Nothing was changed: it is so already.", page).await,
        Changed::TakenBack => {
            said(who, &format!("{done} The store has it so already: the change is taken back."), page).await
        }
        Changed::Waits => {
            pages::ask_for_push_of(web, who, integration, done).await?;
            page::see(page)
        }
    }
}

async fn said(who: &SignedIn, note: &str, page: &str) -> PageResult {
    session::flash(&who.session, note, None).await?;
    page::see(page)
}

/// The page that the button was on.
fn back(row: &ChangeRow, posted: &Posted) -> String {
    if posted.get("back") == "inbox" {
        return "/conflicts/subscriptions".to_owned();
    }
    match (posted.get("customer").parse::<i64>(), row.subscriber_id) {
        (Ok(customer), _) => format!("/customers/{customer}"),
        (_, Some(subscriber)) => format!("/newsletter-subscribers/{subscriber}"),
        _ => "/newsletter-subscribers".to_owned(),
    }
}
