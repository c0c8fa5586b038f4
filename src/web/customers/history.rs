//! Everything that a customer bought, and every note on their orders: what their page shows the newest of.

use askama::Template;
use axum::extract::{Path, State};

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::grid::Asked;
use super::super::listed::{Column, Grid};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::view::Lines;
use super::super::{Web, assets, money, view};
use crate::crm::customers::{self, CustomerRecord};
use crate::crm::orders::{self, NoteRow, PurchaseRow};

const PURCHASES: [Column; 12] = [
    Column::plain("Order #"),
    Column::sorted("Created At", "created-at"),
    Column::plain("SKU"),
    Column::plain("Name"),
    Column::plain("Qty").number(),
    Column::plain("Price").number(),
    Column::plain("Original Price").number(),
    Column::plain("Discount Percent").number(),
    Column::plain("Discount Amount").number(),
    Column::plain("Tax Percent").number(),
    Column::plain("Tax Amount").number(),
    Column::plain("Row Total").number(),
];

const NOTES: [Column; 3] =
    [Column::plain("Order #"), Column::plain("Message"), Column::sorted("Created At", "created-at")];

#[derive(Template)]
#[template(path = "customers/purchases.html")]
struct Purchases {
    shell: Shell,
    customer: CustomerRecord,
    list: Grid<PurchaseRow>,
}

#[derive(Template)]
#[template(path = "customers/order_notes.html")]
struct Notes {
    shell: Shell,
    customer: CustomerRecord,
    list: Grid<NoteRow>,
}

pub(super) async fn purchases(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<i64>,
    asked: Asked,
) -> PageResult {
    let customer = customers::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    let list = Grid::of(&web.pool, &asked, &orders::PURCHASES, &PURCHASES, ("customer", id)).await?;
    let shell = Shell::load(&web, &who.session, who.user, "/customers").await?;
    page::show(&Purchases { shell, customer, list })
}

pub(super) async fn notes(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<i64>,
    asked: Asked,
) -> PageResult {
    let customer = customers::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    if !customer.order_notes {
        return Err(PageError::NotFound);
    }
    let list = Grid::of(&web.pool, &asked, &orders::NOTES, &NOTES, ("customer", id)).await?;
    let shell = Shell::load(&web, &who.session, who.user, "/customers").await?;
    page::show(&Notes { shell, customer, list })
}
