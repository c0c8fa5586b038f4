//! Accounts: the list; an account's page is in [`show`], its form in [`edit`], what makes one of two in [`merge`], and two of one in
//! [`split`].

mod edit;
mod merge;
mod show;
mod split;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};

use super::access::SignedIn;
use super::error::PageError;
use super::filter::Filter;
use super::grid::Asked;
use super::listed::{self, Column, Grid};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, money, view};
use crate::crm::accounts::{self, AccountRecord, AccountRow};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/accounts", get(list))
        .route("/accounts/{id}", get(show::show).post(edit::update))
        .route("/accounts/{id}/edit", get(edit::edit))
        .route("/accounts/{id}/merge", get(merge::choose))
        .route("/accounts/{id}/merges", post(merge::merge))
        .route("/accounts/{id}/customers/{customer}/split", get(split::ask_customer).post(split::customer))
        .route("/accounts/{id}/contacts/{contact}/split", get(split::ask_contact).post(split::contact))
}

const COLUMNS: [Column; 7] = [
    Column::sorted("Account Name", "account-name"),
    Column::plain("Default Contact"),
    Column::plain("Email"),
    Column::plain("Lifetime Sales Value").number(),
    Column::plain("Channels"),
    Column::plain("Owner"),
    Column::sorted("Created At", "created-at"),
];

#[derive(Template)]
#[template(path = "accounts/list.html")]
struct List {
    shell: Shell,
    text: String,
    list: Grid<AccountRow>,
}

async fn list(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let filters =
        vec![Filter::text(&asked, "account-name", "Account Name"), listed::owner(&web, &asked).await?];
    let list = Grid::load(&web.pool, &asked, &accounts::ACCOUNTS, &COLUMNS, filters).await?;
    let shell = Shell::load(&web, &who.session, who.user, "/accounts").await?;
    page::show(&List { shell, text: asked.get("q"), list })
}

/// An account that somebody who may edit wants to change.
async fn editable(web: &Web, who: &SignedIn, id: i64) -> Result<AccountRecord, PageError> {
    if !who.user.may_edit() {
        return Err(PageError::Forbidden);
    }
    accounts::find(&web.pool, id).await?.ok_or(PageError::NotFound)
}
