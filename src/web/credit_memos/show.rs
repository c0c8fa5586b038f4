//! A credit memo's page.

use askama::Template;
use axum::extract::{Path, State};

use super::super::access::SignedIn;
use super::super::desk::Desk;
use super::super::error::PageError;
use super::super::page::{self, PageResult};
use super::super::sale::{self, Buyer};
use super::super::shell::Shell;
use super::super::{Web, assets, money, view};
use crate::crm::credit_memos::{self, CreditMemoItem, CreditMemoRecord};
use crate::crm::orders::{self, OrderRecord};
use crate::crm::records::{Record, RecordKind};

#[derive(Template)]
#[template(path = "credit_memos/show.html")]
struct Show {
    shell: Shell,
    desk: Desk,
    memo: CreditMemoRecord,
    items: Vec<CreditMemoItem>,
    /// Once it has come.
    order: Option<(OrderRecord, Buyer)>,
}

pub(super) async fn show(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let memo = credit_memos::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    let items = credit_memos::items(&web.pool, id).await?;
    let order = match memo.order_id {
        Some(order) => orders::find(&web.pool, order).await?,
        None => None,
    };
    let order = match order {
        Some(order) => {
            let name = sale::full_name(&order.first_name, &order.last_name);
            let buyer = Buyer::load(&web, order.customer_id, name, &order.email).await?;
            Some((order, buyer))
        }
        None => None,
    };
    let shell = Shell::load(&web, &who.session, who.user, "/credit-memos").await?;
    let desk = Desk::load(&web, &shell.user, Record::new(RecordKind::CreditMemo, id)).await?;
    page::show(&Show { shell, desk, memo, items, order })
}
