//! Newsletter subscribers: the list; a subscriber's page is in [`show`], what is done about subscriptions in [`change`].

mod change;
mod many;
mod news;
mod show;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};

use super::access::SignedIn;
use super::error::PageError;
use super::grid::{self, Asked, Grid, Lister};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, view};
use crate::crm::newsletter;
pub(super) use news::{News, why_not, why_not_of_customer};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/newsletter-subscribers", get(list))
        .route("/newsletter-subscribers/subscribed", post(many::subscribe))
        .route("/newsletter-subscribers/unsubscribed", post(many::unsubscribe))
        .route("/newsletter-subscribers/export", get(export))
        .route("/newsletter-subscribers/{id}", get(show::show))
        .route("/newsletter-subscribers/{id}/changes", post(change::of_subscriber))
        .route("/customers/{id}/subscriptions", post(change::of_customer))
        .route("/subscription-changes/{id}/discard", post(change::discard))
        .route("/subscription-changes/{id}/retries", post(change::try_again))
}

#[derive(Template)]
#[template(path = "newsletter/list.html")]
struct List {
    shell: Shell,
    list: Grid,
    /// A store tells who subscribed.
    has_bridge: bool,
    /// There is a store to have one.
    has_store: bool,
}

async fn list(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let acts = if who.user.may_edit() { many::ACTS.to_vec() } else { Vec::new() };
    let list = lister(&web, &who, asked).await?.bulk(acts).load().await?;
    let has_bridge = newsletter::any_bridge(&web.pool).await?;
    let shell = Shell::load(&web, &who.session, who.user, "/newsletter-subscribers").await?;
    let has_store = shell.has_store();
    page::show(&List { shell, list, has_bridge, has_store })
}

async fn export(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    lister(&web, &who, asked).await?.csv(&who.actor()).await
}

async fn lister<'a>(web: &'a Web, who: &'a SignedIn, asked: Asked) -> Result<Lister<'a>, PageError> {
    let channels = grid::channels(web).await?;
    Ok(Lister::new(web, &who.user, asked, &newsletter::LISTING).choices("channel", channels))
}
