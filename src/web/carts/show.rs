//! A cart's page: what is in it, and what was taken out again.

use askama::Template;
use axum::extract::{Path, State};

use super::super::access::SignedIn;
use super::super::desk::Desk;
use super::super::error::PageError;
use super::super::page::{self, PageResult};
use super::super::sale::{self, Buyer};
use super::super::shell::Shell;
use super::super::{Web, assets, money, view};
use crate::crm::carts::{self, CartItem, CartRecord, Status};
use crate::crm::records::{Record, RecordKind};

#[derive(Template)]
#[template(path = "carts/show.html")]
struct Show {
    shell: Shell,
    desk: Desk,
    cart: CartRecord,
    active: Vec<CartItem>,
    removed: Vec<CartItem>,
    buyer: Buyer,
}

impl Show {
    /// Items that were put in by themselves: what belongs to a product of several parts is shown below it and not counted.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn whole(&self, items: &[CartItem]) -> usize {
        items.iter().filter(|item| !item.is_child).count()
    }
}

pub(super) async fn show(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let cart = carts::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    let items = carts::items(&web.pool, id).await?;
    let (active, removed) = items.into_iter().partition(|item| item.removed_at.is_none());
    let name = sale::full_name(&cart.first_name, &cart.last_name);
    let buyer = Buyer::load(&web, cart.customer_id, name, &cart.email).await?;
    let shell = Shell::load(&web, &who.session, who.user, "/carts").await?;
    let desk = Desk::load(&web, &shell.user, Record::new(RecordKind::Cart, id)).await?;
    page::show(&Show { shell, desk, cart, active, removed, buyer })
}
