//! Contacts: the list; a contact's page and form are in [`show`] and [`edit`].

mod edit;
mod show;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::get;

use super::access::SignedIn;
use super::filter::Filter;
use super::grid::Asked;
use super::listed::{self, Column, Grid};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, view};
use crate::crm::accounts::{self, ContactRow};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/contacts", get(list))
        .route("/contacts/{id}", get(show::show).post(edit::update))
        .route("/contacts/{id}/edit", get(edit::edit))
}

const COLUMNS: [Column; 6] = [
    Column::plain("First Name"),
    Column::sorted("Last Name", "last-name"),
    Column::sorted("Email", "email"),
    Column::plain("Phone"),
    Column::plain("Account"),
    Column::sorted("Created At", "created-at"),
];

#[derive(Template)]
#[template(path = "contacts/list.html")]
struct List {
    shell: Shell,
    text: String,
    list: Grid<ContactRow>,
    whose: Option<(String, String)>,
}

async fn list(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let filters = vec![
        Filter::text(&asked, "first-name", "First Name"),
        Filter::text(&asked, "last-name", "Last Name"),
        Filter::text(&asked, "email", "Email"),
    ];
    let list = Grid::load(&web.pool, &asked, &accounts::CONTACTS, &COLUMNS, filters).await?;
    let whose = listed::whose(&web, &asked).await?;
    let shell = Shell::load(&web, &who.session, who.user, "/contacts").await?;
    page::show(&List { shell, text: asked.get("q"), list, whose })
}
