//! Orders: the list; an order's page is in [`show`].

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
use crate::crm::orders::{self, OrderRow};

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/orders", get(list)).route("/orders/{id}", get(show::show))
}

const COLUMNS: [Column; 14] = [
    Column::sorted("Order #", "order"),
    Column::sorted("First Name", "first-name"),
    Column::sorted("Last Name", "last-name"),
    Column::plain("Email"),
    Column::sorted("Created At", "created-at"),
    Column::sorted("Updated At", "updated-at"),
    Column::sorted("Total Paid", "total-paid").number(),
    Column::sorted("Grand Total", "grand-total").number(),
    Column::plain("Sub Total").number(),
    Column::plain("Billing Country"),
    Column::plain("Billing State"),
    Column::sorted("Status", "status"),
    Column::plain("Channel"),
    Column::plain("Website"),
];

#[derive(Template)]
#[template(path = "orders/list.html")]
struct List {
    shell: Shell,
    list: Grid<OrderRow>,
    whose: Option<(String, String)>,
}

async fn list(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let filters = vec![
        listed::channel(&web, &asked).await?,
        Filter::text(&asked, "order", "Order #"),
        Filter::text(&asked, "first-name", "First Name"),
        Filter::text(&asked, "last-name", "Last Name"),
        Filter::text(&asked, "email", "Email"),
        Filter::created(&asked),
        Filter::amount(&asked, "total-paid", "Total Paid"),
        Filter::amount(&asked, "grand-total", "Grand Total"),
        Filter::amount(&asked, "sub-total", "Sub Total"),
        Filter::text(&asked, "status", "Status"),
        Filter::yes_no(&asked, "is-guest", "Is Guest"),
        Filter::text(&asked, "billing-country", "Billing Country"),
        Filter::text(&asked, "billing-state", "Billing State"),
    ];
    let list = Grid::load(&web.pool, &asked, &orders::LISTING, &COLUMNS, filters).await?;
    let whose = listed::whose(&web, &asked).await?;
    let shell = Shell::load(&web, &who.session, who.user, "/orders").await?;
    page::show(&List { shell, list, whose })
}
