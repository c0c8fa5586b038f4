//! Accounts: the list; an account's page is in [`show`], its form in [`edit`], what makes one of two in [`merge`], two of one in
//! [`split`], and none of an empty one in [`deletion`].

pub(super) mod deletion;
pub(super) mod edit;
pub(super) mod merge;
mod show;
pub(super) mod split;

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
use crate::crm::accounts::{self, AccountRecord};
use crate::crm::records::RecordKind;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/accounts", get(list).post(edit::create))
        .route("/accounts/new", get(edit::new))
        .route("/accounts/export", get(export))
        .route("/accounts/{id}", get(show::show).post(edit::update))
        .route("/accounts/{id}/edit", get(edit::edit))
        .route("/accounts/{id}/deletion", get(deletion::ask).post(deletion::delete))
        .route("/accounts/{id}/merge", get(merge::choose))
        .route("/accounts/{id}/merges", post(merge::merge))
        .route("/accounts/{id}/customers/{customer}/split", get(split::ask_customer).post(split::customer))
        .route("/accounts/{id}/contacts/{contact}/split", get(split::ask_contact).post(split::contact))
}

#[derive(Template)]
#[template(path = "accounts/list.html")]
struct List {
    shell: Shell,
    text: String,
    list: Grid,
}

async fn list(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let text = asked.get("q");
    let acts = if who.user.may_edit() { acts_on_many(RecordKind::Account).to_vec() } else { Vec::new() };
    let list = lister(&web, &who, asked).await?.bulk(acts).load().await?;
    let shell = Shell::load(&web, &who.session, who.user, "/accounts").await?;
    page::show(&List { shell, text, list })
}

async fn export(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    lister(&web, &who, asked).await?.csv(&who.actor()).await
}

async fn lister<'a>(web: &'a Web, who: &'a SignedIn, asked: Asked) -> Result<Lister<'a>, PageError> {
    let owners = grid::owners(web).await?;
    Ok(Lister::new(web, &who.user, asked, &accounts::ACCOUNTS).choices("owner", owners))
}

/// An account that somebody who may edit wants to change.
async fn editable(web: &Web, who: &SignedIn, id: i64) -> Result<AccountRecord, PageError> {
    must_edit(who)?;
    accounts::find(&web.pool, id).await?.ok_or(PageError::NotFound)
}

fn must_edit(who: &SignedIn) -> Result<(), PageError> {
    if who.user.may_edit() { Ok(()) } else { Err(PageError::Forbidden) }
}
