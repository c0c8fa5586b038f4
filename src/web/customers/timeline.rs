//! A customer's history: what was loaded, edited, sent, refused, discarded and disputed, the newest first.

use askama::Template;
use axum::extract::{Path, State};

use super::super::access::SignedIn;
use super::super::conflicts::words;
use super::super::error::PageError;
use super::super::grid::{Asked, Grid, Lister};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, view};
use super::{timeline, waiting};
use crate::crm::changes::{Answered, Event, HISTORY, HistoryRow};
use crate::crm::customers::{self, CustomerRecord};

#[derive(Template)]
#[template(path = "customers/history.html")]
struct History {
    shell: Shell,
    customer: CustomerRecord,
    list: Grid<HistoryRow>,
}

/// `GET /customers/{id}/history`
pub(super) async fn history(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<i64>,
    asked: Asked,
) -> PageResult {
    let customer = customers::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    let list = Lister::new(&web, &who.user, asked, &HISTORY);
    let list = list.only("customer", id, format!("/customers/{id}/history")).load_own().await?;
    let shell = Shell::load(&web, &who.session, who.user, "/customers").await?;
    page::show(&History { shell, customer, list })
}

/// What happened, in a word or two, and how grave it is.
pub(in crate::web) fn what(row: &HistoryRow) -> (&'static str, &'static str) {
    match row.event() {
        Event::Imported => ("Imported", ""),
        Event::Synced => ("Last synced", ""),
        Event::Removed => ("Removed in Magento", "warn"),
        Event::Made => ("Made here", "info"),
        Event::NotCreated { .. } => ("Refused", "bad"),
        Event::Edited { .. } => ("Edited", "info"),
        Event::Discarded { .. } => ("Discarded", ""),
        Event::Rejected { .. } => ("Rejected", "bad"),
        Event::Sent { answer, .. } => match answer {
            Answered::NotYet => ("Sent, no answer yet", "warn"),
            Answered::Accepted => ("Sent", "ok"),
            Answered::Refused(_) => ("Refused", "bad"),
            Answered::Lost(_) => ("Sent, no answer", "warn"),
        },
        Event::Conflict { waits: true, .. } => ("Conflict", "warn"),
        Event::Conflict { .. } => ("Conflict", ""),
    }
}

/// The values, and why.
pub(in crate::web) fn details(row: &HistoryRow) -> Vec<String> {
    let field = words::field(row.unit(), row.address_id.as_ref());
    let shown = waiting::shown;
    match row.event() {
        Event::Imported | Event::Synced | Event::Removed => Vec::new(),
        Event::Made => vec![made_of(row).to_owned()],
        Event::NotCreated { why } => vec![made_of(row).to_owned(), why],
        Event::Edited { from, to } => vec![format!("{field}: {} → {}", shown(&from), shown(&to))],
        Event::Discarded { value, why } | Event::Rejected { value, why } => {
            vec![format!("{field}: {}", shown(&value)), why]
        }
        Event::Sent { store, value, answer } => {
            let sent = format!("{field}: {} to {store}", shown(&value));
            match answer {
                Answered::Refused(words) | Answered::Lost(words) => vec![sent, words],
                Answered::Accepted | Answered::NotYet => vec![sent],
            }
        }
        Event::Conflict { local, remote, chosen, rule, waits } => {
            let unit = row.unit();
            let (here, there) = (words::local(unit, &local), words::remote(unit, &remote));
            let ended = words::outcome(waits, chosen, unit, &rule);
            vec![format!("{field}: here {here}, there {there}"), format!("{}: {ended}", words::rule(&rule))]
        }
    }
}

fn made_of(row: &HistoryRow) -> &'static str {
    if row.address_id.is_some() { "New address" } else { "New customer" }
}

/// The picture of what happened.
pub(in crate::web) fn icon(row: &HistoryRow) -> &'static str {
    match row.event() {
        Event::Imported => "download",
        Event::Synced => "sync",
        Event::Removed => "remove",
        Event::Made => "plus",
        Event::Edited { .. } | Event::Discarded { .. } => "edit",
        Event::NotCreated { .. } | Event::Rejected { .. } => "failed",
        Event::Sent { .. } => "integration",
        Event::Conflict { .. } => "conflict",
    }
}
