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
use super::filter::Filter;
use super::grid::Asked;
use super::listed::{self, Column, Grid};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, money, view};

use crate::crm::customers::{self, CustomerRow};
pub(super) use edit::{ask_for_push, ask_for_push_of};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/customers", get(list).post(create::create))
        .route("/customers/new", get(create::new))
        .route("/customers/{id}/register", get(create::register_form).post(create::register))
        .route("/customers/{id}/creations/{creation}/discard", post(create::take_back))
        .route("/customers/{id}", get(show::show).post(edit::update))
        .route("/customers/{id}/edit", get(edit::edit))
        .route("/customers/{id}/account", get(belonging::edit).post(belonging::update))
        .route("/customers/{id}/hide", post(hide::hide))
        .route("/customers/{id}/unhide", post(hide::unhide))
        .route("/customers/{id}/changes/{change}/discard", post(settle::discard))
        .route("/customers/{id}/changes/{change}/retries", post(settle::retry))
        .route("/customers/{id}/history", get(timeline::history))
        .route("/customers/{id}/purchases", get(history::purchases))
        .route("/customers/{id}/order-notes", get(history::notes))
}

const COLUMNS: [Column; 11] = [
    Column::sorted("First Name", "first-name"),
    Column::sorted("Last Name", "last-name"),
    Column::sorted("Email", "email"),
    Column::plain("Lifetime Sales Value").number(),
    Column::plain("Billing Country"),
    Column::plain("Billing State"),
    Column::plain("Is A Subscriber"),
    Column::plain("Channel"),
    Column::plain("Website"),
    Column::sorted("Created At", "created-at"),
    Column::sorted("Updated At", "updated-at"),
];

#[derive(Template)]
#[template(path = "customers/list.html")]
struct List {
    shell: Shell,
    text: String,
    list: Grid<CustomerRow>,
    whose: Option<(String, String)>,
    /// There is a channel in which somebody can be made, and this visitor may.
    may_create: bool,
}

async fn list(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let subscribed = [("yes", "Yes"), ("no", "No"), ("not-defined", "Not defined")];
    let filters = vec![
        listed::channel(&web, &asked).await?,
        Filter::text(&asked, "first-name", "First Name"),
        Filter::text(&asked, "last-name", "Last Name"),
        Filter::text(&asked, "email", "Email"),
        Filter::text(&asked, "billing-country", "Billing Country"),
        Filter::text(&asked, "billing-state", "Billing State"),
        Filter::amount(&asked, "lifetime-sales-value", "Lifetime Sales Value"),
        Filter::words(&asked, "is-a-subscriber", "Is A Subscriber", &subscribed),
        Filter::yes_no(&asked, "is-guest", "Is Guest"),
        Filter::yes_no(&asked, "hidden", "Hidden").by_itself(&asked, "no"),
    ];
    let list = Grid::load(&web.pool, &asked, &customers::LISTING, &COLUMNS, filters).await?;
    let whose = listed::whose(&web, &asked).await?;
    let may_create = who.user.may_edit() && !customers::open_channels(&web.pool).await?.is_empty();
    let shell = Shell::load(&web, &who.session, who.user, "/customers").await?;
    page::show(&List { shell, text: asked.get("q"), list, whose, may_create })
}
