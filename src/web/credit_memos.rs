//! Credit memos: the list; a credit memo's page is in [`show`].

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
use super::{Web, assets, money, sale, view};
use crate::crm::credit_memos::{self, CreditMemoRow};
use crate::crm::orders;

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/credit-memos", get(list)).route("/credit-memos/{id}", get(show::show))
}

const COLUMNS: [Column; 11] = [
    Column::sorted("Credit Memo #", "credit-memo"),
    Column::plain("Status"),
    Column::plain("First Name"),
    Column::plain("Last Name"),
    Column::sorted("Created At", "created-at"),
    Column::sorted("Updated At", "updated-at"),
    Column::plain("Order #"),
    Column::plain("Order Date"),
    Column::sorted("Refunded", "refunded").number(),
    Column::plain("Channel"),
    Column::plain("Website"),
];

#[derive(Template)]
#[template(path = "credit_memos/list.html")]
struct List {
    shell: Shell,
    list: Grid<CreditMemoRow>,
    /// The customer or the order whose memos alone are listed.
    whose: Option<(String, String)>,
}

async fn list(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let states = [("open", "Open"), ("refunded", "Refunded"), ("canceled", "Canceled")];
    let filters = vec![
        listed::channel(&web, &asked).await?,
        Filter::text(&asked, "credit-memo", "Credit Memo #"),
        Filter::text(&asked, "first-name", "First Name"),
        Filter::text(&asked, "last-name", "Last Name"),
        Filter::created(&asked),
        Filter::text(&asked, "order-number", "Order #"),
        Filter::amount(&asked, "refunded", "Refunded"),
        Filter::words(&asked, "status", "Status", &states),
    ];
    let list = Grid::load(&web.pool, &asked, &credit_memos::LISTING, &COLUMNS, filters).await?;
    let whose = match asked.id("order") {
        Some(id) => orders::find(&web.pool, id)
            .await?
            .map(|order| (format!("order {}", order.increment_id), format!("/orders/{id}"))),
        None => listed::whose(&web, &asked).await?,
    };
    let shell = Shell::load(&web, &who.session, who.user, "/credit-memos").await?;
    page::show(&List { shell, list, whose })
}
