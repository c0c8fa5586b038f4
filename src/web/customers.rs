//! Customers: the list; a customer's page is in [`show`], their form in [`edit`] and [`create`], what becomes of edits that
//! wait in [`settle`], whom they belong to in [`belonging`], what they bought and the notes on it in [`history`], what happened to them in [`timeline`].

mod belonging;
mod create;
mod edit;
mod fields;
mod hide;
mod history;
mod look_up;
mod made;
mod settle;
mod show;
pub(super) mod timeline;
mod typed;
mod values;
pub(super) mod waiting;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};

use super::access::SignedIn;
use super::desk::acts_on_many;
use super::error::PageError;
use super::grid::{self, Asked, Grid, Lister};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, view};

use crate::crm::customers;
use crate::crm::records::RecordKind;
pub(super) use create::{Making, make};
pub(super) use edit::{as_posted, ask_for_push, ask_for_push_of, ask_for_pushes, judge, keep, push};
pub(super) use fields::{WANTED, of_address};
pub(super) use look_up::UNASKED;
pub(super) use made::{Target, first_group, target};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/customers", get(list).post(create::create))
        .route("/customers/new", get(create::new))
        .route("/customers/{id}/register", get(create::register_form).post(create::register))
        .route("/customers/{id}/creations/{creation}/discard", post(create::take_back))
        .route("/customers/export", get(export))
        .route("/customers/{id}", get(show::show).post(edit::update))
        .route("/customers/{id}/edit", get(edit::edit))
        .route("/customers/{id}/account", get(belonging::edit).post(belonging::update))
        .route("/customers/hidden", post(hide::hide_many))
        .route("/customers/shown", post(hide::unhide_many))
        .route("/customers/{id}/hide", post(hide::hide))
        .route("/customers/{id}/unhide", post(hide::unhide))
        .route("/customers/{id}/changes/{change}/discard", post(settle::discard))
        .route("/customers/{id}/changes/{change}/retries", post(settle::retry))
        .route("/customers/{id}/history", get(timeline::history))
        .route("/customers/{id}/purchases", get(history::purchases))
        .route("/customers/{id}/purchases/export", get(history::export_purchases))
        .route("/customers/{id}/order-notes", get(history::notes))
        .route("/customers/{id}/order-notes/export", get(history::export_notes))
}

#[derive(Template)]
#[template(path = "customers/list.html")]
struct List {
    shell: Shell,
    text: String,
    list: Grid,
    whose: Option<(String, String)>,
    /// There is a channel in which somebody can be made, and this visitor may.
    may_create: bool,
}

async fn list(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let (text, whose) = (asked.get("q"), grid::whose(&web, &asked).await?);
    let acts = hide::ACTS.into_iter().chain(acts_on_many(RecordKind::Customer));
    let acts = if who.user.may_edit() { acts.collect() } else { Vec::new() };
    let list = lister(&web, &who, asked).await?.bulk(acts).load().await?;
    let may_create = who.user.may_edit() && !customers::open_channels(&web.pool).await?.is_empty();
    let shell = Shell::load(&web, &who.session, who.user, "/customers").await?;
    page::show(&List { shell, text, list, whose, may_create })
}

async fn export(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    lister(&web, &who, asked).await?.csv(&who.actor()).await
}

async fn lister<'a>(web: &'a Web, who: &'a SignedIn, asked: Asked) -> Result<Lister<'a>, PageError> {
    let (channels, owners) = (grid::channels(web).await?, grid::owners(web).await?);
    Ok(Lister::new(web, &who.user, asked, &customers::LISTING)
        .choices("channel", channels)
        .choices("owner", owners))
}
