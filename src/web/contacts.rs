//! Contacts: the list; a contact's page and form are in [`show`] and [`edit`].

pub(super) mod edit;
mod show;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::get;

use super::access::SignedIn;
use super::grid::{self, Asked, Grid, Lister};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, view};
use crate::crm::accounts;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/contacts", get(list))
        .route("/contacts/export", get(export))
        .route("/contacts/{id}", get(show::show).post(edit::update))
        .route("/contacts/{id}/edit", get(edit::edit))
}

#[derive(Template)]
#[template(path = "contacts/list.html")]
struct List {
    shell: Shell,
    text: String,
    list: Grid,
    whose: Option<(String, String)>,
}

async fn list(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let (text, whose) = (asked.get("q"), grid::whose(&web, &asked).await?);
    let list = Lister::new(&web, &who.user, asked, &accounts::CONTACTS).load().await?;
    let shell = Shell::load(&web, &who.session, who.user, "/contacts").await?;
    page::show(&List { shell, text, list, whose })
}

async fn export(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    Lister::new(&web, &who.user, asked, &accounts::CONTACTS).csv(&who.actor()).await
}
