//! Orders: the list; an order's page is in [`show`].

mod show;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::get;

use super::access::SignedIn;
use super::desk::acts_on_many;
use super::error::PageError;
use super::grid::{self, Asked, Grid, Lister};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, view};
use crate::crm::orders;
use crate::crm::records::RecordKind;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/orders", get(list))
        .route("/orders/export", get(export))
        .route("/orders/{id}", get(show::show))
}

#[derive(Template)]
#[template(path = "orders/list.html")]
struct List {
    shell: Shell,
    list: Grid,
    /// Whose records alone are listed.
    whose: Option<(String, String)>,
}

async fn list(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let whose = grid::whose(&web, &asked).await?;
    let acts = if who.user.may_edit() { acts_on_many(RecordKind::Order).to_vec() } else { Vec::new() };
    let list = lister(&web, &who, asked).await?.bulk(acts).load().await?;
    let shell = Shell::load(&web, &who.session, who.user, "/orders").await?;
    page::show(&List { shell, list, whose })
}

async fn export(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    lister(&web, &who, asked).await?.csv(&who.actor()).await
}

async fn lister<'a>(web: &'a Web, who: &'a SignedIn, asked: Asked) -> Result<Lister<'a>, PageError> {
    let (channels, owners) = (grid::channels(web).await?, grid::owners(web).await?);
    Ok(Lister::new(web, &who.user, asked, &orders::LISTING)
        .choices("channel", channels)
        .choices("owner", owners))
}
