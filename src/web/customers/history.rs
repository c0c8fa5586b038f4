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
    let list = Lister::new(&web, &who.user, asked, &orders::PURCHASES);
    let list = list.only("customer", id, format!("/customers/{id}/purchases")).load().await?;
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
    let list = Lister::new(&web, &who.user, asked, &orders::NOTES);
    let list = list.only("customer", id, format!("/customers/{id}/order-notes")).load().await?;
    let shell = Shell::load(&web, &who.session, who.user, "/customers").await?;
    page::show(&Notes { shell, customer, list })
}
