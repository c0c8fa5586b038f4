//! Subscribe and Unsubscribe for many subscribers at once.

use std::collections::BTreeSet;

use axum::extract::State;

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::form::Posted;
use super::super::grid::{self, Act, Asked, Lister};
use super::super::page::{self, PageResult};
use super::super::{Web, customers as pages, view};
use super::change::note;
use super::news::why_not;
use crate::crm::audit::{Subject, SubjectKind};
use crate::crm::newsletter::{self, Changed, Status};

/// What can be done with many subscribers.
pub(super) const ACTS: [Act; 2] = [
    Act { word: "Subscribe", to: "/newsletter-subscribers/subscribed", asks: false },
    Act { word: "Unsubscribe", to: "/newsletter-subscribers/unsubscribed", asks: false },
];

/// Subscribers that one press changes: each is a call to its store.
const MOST: i64 = 1000;

/// What came of a press.
struct Done {
    changed: i64,
    /// A further press changes these.
    left: i64,
    refused: i64,
}

/// `POST /newsletter-subscribers/subscribed`
pub(super) async fn subscribe(State(web): State<Web>, who: SignedIn, posted: Posted) -> PageResult {
    change(&web, &who, &posted, Status::Subscribed).await
}

/// `POST /newsletter-subscribers/unsubscribed`
pub(super) async fn unsubscribe(State(web): State<Web>, who: SignedIn, posted: Posted) -> PageResult {
    change(&web, &who, &posted, Status::Unsubscribed).await
}

async fn change(web: &Web, who: &SignedIn, posted: &Posted, to: Status) -> PageResult {
    if !who.user.may_edit() {
        return Err(PageError::Forbidden);
    }
    let posted = Asked::posted(posted);
    let back = grid::back(&newsletter::LISTING, &posted);
    let Some(chosen) = Lister::chosen(web, &who.user, &newsletter::LISTING, &posted) else {
        return grid::unclear(&who.session, &back).await;
    };
    let these = newsletter::to_change(&web.pool, &chosen, to, MOST).await?;
    let mut done = Done { changed: 0, left: these.left, refused: these.refused };
    let mut integrations = BTreeSet::new();
    for id in these.ids {
        let Some(subscriber) = newsletter::find(&web.pool, id).await? else { continue };
        if why_not(&subscriber).is_some() {
            done.refused += 1;
            continue;
        }
        let mut tx = web.pool.begin().await?;
        let changed = newsletter::change(&mut tx, subscriber.channel_id, id, to, who.user.id).await?;
        let subject = Subject::new(SubjectKind::Subscriber, id, &subscriber.email);
        note(&mut tx, who, &subject, changed, to).await?;
        tx.commit().await?;
        done.changed += i64::from(changed != Changed::Nothing);
        if changed == Changed::Waits {
            integrations.insert(subscriber.integration_id);
        }
    }
    pages::ask_for_pushes(web, who, integrations, &said(to, &done)).await?;
    page::see(&back)
}

fn said(to: Status, done: &Done) -> String {
    let (word, button) =
        if to == Status::Subscribed { ("subscribed", "Subscribe") } else { ("unsubscribed", "Unsubscribe") };
    let mut said = match done.changed {
        1 => format!("1 subscriber is {word} here."),
        n => format!("{} subscribers are {word} here.", view::number(n)),
    };
    if done.left > 0 {
        let (n, are) = (view::number(done.left), if done.left == 1 { "is" } else { "are" });
        said.push_str(&format!(
            " {n} more {are} left: tick “All that match” once more and press {button} again."
        ));
    }
    if done.refused > 0 {
        said.push_str(&format!(
            " {} cannot be changed: their store has no bridge, or two way sync is off.",
            view::number(done.refused)
        ));
    }
    said
}
