//! Everything that a customer bought, and every note on their orders: what their page shows the newest of.

use askama::Template;
use axum::extract::{Path, State};

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::grid::{Asked, Grid, Lister};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, view};
use crate::crm::customers::{self, CustomerRecord};
use crate::crm::orders;

#[derive(Template)]
#[template(path = "customers/purchases.html")]
struct Purchases {
    shell: Shell,
    customer: CustomerRecord,
    list: Grid,
}

#[derive(Template)]
#[template(path = "customers/order_notes.html")]
struct Notes {
    shell: Shell,
    customer: CustomerRecord,
    list: Grid,
}

pub(super) async fn purchases(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<i64>,
    asked: Asked,
) -> PageResult {
    let customer = customers::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    let list = purchases_of(&web, &who, id, asked).load().await?;
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
    let list = notes_of(&web, &who, id, asked).load().await?;
    let shell = Shell::load(&web, &who.session, who.user, "/customers").await?;
    page::show(&Notes { shell, customer, list })
}

/// `GET /customers/{id}/purchases/export`
pub(super) async fn export_purchases(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<i64>,
    asked: Asked,
) -> PageResult {
    customers::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    purchases_of(&web, &who, id, asked).csv(&who.actor()).await
}

/// `GET /customers/{id}/order-notes/export`
pub(super) async fn export_notes(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<i64>,
    asked: Asked,
) -> PageResult {
    let customer = customers::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    if !customer.order_notes {
        return Err(PageError::NotFound);
    }
    notes_of(&web, &who, id, asked).csv(&who.actor()).await
}

fn purchases_of<'a>(web: &'a Web, who: &'a SignedIn, id: i64, asked: Asked) -> Lister<'a> {
    let path = format!("/customers/{id}/purchases");
    Lister::new(web, &who.user, asked, &orders::PURCHASES).only("customer", id, path)
}

fn notes_of<'a>(web: &'a Web, who: &'a SignedIn, id: i64, asked: Asked) -> Lister<'a> {
    let path = format!("/customers/{id}/order-notes");
    Lister::new(web, &who.user, asked, &orders::NOTES).only("customer", id, path)
}
