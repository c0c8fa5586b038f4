//! Newsletter subscribers: the list; a subscriber's page is in [`show`], what is done about subscriptions in [`change`].

mod change;
mod news;
mod show;

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
use super::{Web, assets, sale, view};
use crate::crm::newsletter::{self, Status, SubscriberRow};
pub(super) use news::News;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/newsletter-subscribers", get(list))
        .route("/newsletter-subscribers/{id}", get(show::show))
        .route("/newsletter-subscribers/{id}/changes", post(change::of_subscriber))
        .route("/customers/{id}/subscriptions", post(change::of_customer))
        .route("/subscription-changes/{id}/discard", post(change::discard))
        .route("/subscription-changes/{id}/retries", post(change::try_again))
}

const COLUMNS: [Column; 8] = [
    Column::sorted("Email", "email"),
    Column::plain("Customer"),
    Column::plain("Customer Email"),
    Column::plain("Status"),
    Column::sorted("Created At", "created-at"),
    Column::sorted("Updated At", "updated-at"),
    Column::plain("Channel"),
    Column::plain("Website"),
];

#[derive(Template)]
#[template(path = "newsletter/list.html")]
struct List {
    shell: Shell,
    list: Grid<SubscriberRow>,
    /// A store tells who subscribed.
    has_bridge: bool,
}

async fn list(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let numbers = Status::ALL.map(|status| status.number().to_string());
    let states: Vec<(&str, &str)> =
        numbers.iter().map(String::as_str).zip(Status::ALL.map(Status::word)).collect();
    let filters = vec![
        listed::channel(&web, &asked).await?,
        Filter::text(&asked, "email", "Email"),
        Filter::text(&asked, "customer", "Customer"),
        Filter::text(&asked, "customer-email", "Customer Email"),
        Filter::words(&asked, "status", "Status", &states),
    ];
    let list = Grid::load(&web.pool, &asked, &newsletter::LISTING, &COLUMNS, filters).await?;
    let has_bridge = newsletter::any_bridge(&web.pool).await?;
    let shell = Shell::load(&web, &who.session, who.user, "/newsletter-subscribers").await?;
    page::show(&List { shell, list, has_bridge })
}
