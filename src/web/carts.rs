//! Shopping carts: the list; a cart's page is in [`show`].

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
use crate::crm::carts::{self, CartRow, Status};

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/carts", get(list)).route("/carts/{id}", get(show::show))
}

const COLUMNS: [Column; 13] = [
    Column::sorted("Cart ID", "cart-id"),
    Column::sorted("First Name", "first-name"),
    Column::sorted("Last Name", "last-name"),
    Column::plain("Email"),
    Column::sorted("Qty", "qty").number(),
    Column::sorted("Grand Total", "grand-total").number(),
    Column::sorted("Created At", "created-at"),
    Column::sorted("Updated At", "updated-at"),
    Column::plain("Billing Country"),
    Column::plain("Billing State"),
    Column::plain("Status"),
    Column::plain("Channel"),
    Column::plain("Website"),
];

#[derive(Template)]
#[template(path = "carts/list.html")]
struct List {
    shell: Shell,
    list: Grid<CartRow>,
    whose: Option<(String, String)>,
}

async fn list(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let quantities = [("more-than-0", "more than 0"), ("0", "0")];
    let states = Status::ALL.map(|status| (status.key(), status.word()));
    let filters = vec![
        listed::channel(&web, &asked).await?,
        Filter::number(&asked, "cart-id", "Cart ID"),
        Filter::text(&asked, "first-name", "First Name"),
        Filter::text(&asked, "last-name", "Last Name"),
        Filter::text(&asked, "email", "Email"),
        Filter::words(&asked, "qty", "Qty", &quantities).by_itself(&asked, "more-than-0"),
        Filter::amount(&asked, "grand-total", "Grand Total"),
        Filter::words(&asked, "status", "Status", &states),
        Filter::created(&asked),
        Filter::text(&asked, "billing-country", "Billing Country"),
        Filter::text(&asked, "billing-state", "Billing State"),
    ];
    let list = Grid::load(&web.pool, &asked, &carts::LISTING, &COLUMNS, filters).await?;
    let whose = listed::whose(&web, &asked).await?;
    let shell = Shell::load(&web, &who.session, who.user, "/carts").await?;
    page::show(&List { shell, list, whose })
}
