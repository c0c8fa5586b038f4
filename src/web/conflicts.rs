//! Conflicts: the inbox of what both sides changed, and what can be decided about each.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};

use super::access::SignedIn;
use super::customers::waiting;
use super::error::PageError;
use super::form::Posted;
use super::grid::Asked;
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, customers as pages, session, view};
use crate::crm::changes::{self, ConflictRow, Which};
use crate::crm::customers;
use crate::crm::merge::Side;

/// Conflicts on one page: those that wait come first.
const MOST: i64 = 200;

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/conflicts", get(list)).route("/conflicts/{id}", post(decide))
}

#[derive(Template)]
#[template(path = "conflicts/list.html")]
struct List {
    shell: Shell,
    which: Which,
    rows: Vec<ConflictRow>,
    waiting: i64,
}

impl List {
    fn may_decide(&self) -> bool {
        self.shell.user.may_edit()
    }

    fn is(&self, state: &str) -> bool {
        self.which == which(state)
    }

    fn chosen(&self, row: &ConflictRow) -> &'static str {
        match (row.chosen, row.decided_at) {
            (Some(Side::Local), _) => "Local",
            (Some(Side::Remote), _) => "Remote",
            (None, Some(_)) => "No difference any more",
            (None, None) => "Waiting",
        }
    }

    fn rule(&self, row: &ConflictRow) -> String {
        if let Some(name) = &row.decided_by {
            return format!("Answered by {name}");
        }
        match row.rule.as_str() {
            "remote" => "Remote wins",
            "local" => "Local wins",
            "ask" => "Ask me",
            _ => "The store changed it",
        }
        .to_owned()
    }

    fn field(&self, row: &ConflictRow) -> String {
        let of = if row.address_id.is_some() { " of an address" } else { "" };
        format!("{}{of}", row.unit.word())
    }
}

fn which(state: &str) -> Which {
    match state {
        "waiting" => Which::Waiting,
        "decided" => Which::Decided,
        _ => Which::All,
    }
}

async fn list(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let which = which(&asked.get("state"));
    let rows = changes::list(&web.pool, which, MOST).await?;
    let waiting = changes::waiting(&web.pool).await?;
    let shell = Shell::load(&web, &who.session, who.user, "/conflicts").await?;
    page::show(&List { shell, which, rows, waiting })
}

/// `POST /conflicts/{id}`: Use local, Use remote, or Use the other value.
async fn decide(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>, posted: Posted) -> PageResult {
    if !who.user.may_edit() {
        return Err(PageError::Forbidden);
    }
    let mut conflict = changes::find_conflict(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    let side = match posted.get("use") {
        "local" => Some(Side::Local),
        "remote" => Some(Side::Remote),
        _ => None,
    };
    let mut tx = web.pool.begin().await?;
    let (done, otherwise) = match side {
        Some(side) => {
            // what was shown, whatever it has become
            conflict.local = serde_json::from_str(posted.get("local")).unwrap_or_default();
            conflict.remote = serde_json::from_str(posted.get("remote")).unwrap_or_default();
            let done = changes::answer(&mut tx, &conflict, side, who.user.id).await?;
            (done, "The values have changed since this page was opened: nothing was decided. Look again.")
        }
        None => {
            let done = changes::use_other(&mut tx, &conflict, who.user.id).await?;
            (done, "Nothing was changed: this value is there already, or a store cannot be told it.")
        }
    };
    tx.commit().await?;
    if !done {
        session::flash(&who.session, otherwise, None).await?;
        return page::see("/conflicts");
    }
    let customer = customers::find(&web.pool, conflict.customer_id).await?.ok_or(PageError::NotFound)?;
    pages::ask_for_push(&web, &who, &customer, "Decided.").await?;
    page::see("/conflicts")
}
