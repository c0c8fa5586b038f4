//! An order's page: the whole story of one order.

use askama::Template;
use axum::extract::{Path, State};

use super::super::access::SignedIn;
use super::super::desk::Desk;
use super::super::error::PageError;
use super::super::grid::Few;
use super::super::page::{self, PageResult};
use super::super::sale::Buyer;
use super::super::shell::Shell;
use super::super::view::Lines;
use super::super::{Web, assets, money, sale, view};
use crate::crm::carts;
use crate::crm::credit_memos;
use crate::crm::orders::{self, OrderAddress, OrderItem, OrderNote, OrderRecord};
use crate::crm::records::{Record, RecordKind};

/// The most facts of a payment that are worth a line.
const PAYMENT_FACTS: usize = 12;

#[derive(Template)]
#[template(path = "orders/show.html")]
struct Show {
    shell: Shell,
    desk: Desk,
    order: OrderRecord,
    items: Vec<OrderItem>,
    addresses: Vec<OrderAddress>,
    notes: Vec<OrderNote>,
    memos: Few,
    buyer: Buyer,
    cart: Option<i64>,
}

impl Show {
    fn shipping(&self) -> &str {
        let described = self.order.shipping_description.trim();
        if described.is_empty() { self.order.shipping_method.trim() } else { described }
    }

    /// What the store tells of the payment beside its method, one fact a line.
    fn payment_details(&self) -> String {
        let Some(facts) = self.order.payment_details.as_object() else { return String::new() };
        let words = facts.iter().filter_map(|(name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let told = !text.trim().is_empty() && !matches!(text.as_str(), "null" | "{}" | "[]");
            told.then(|| format!("{}: {text}", name.replace('_', " ")))
        });
        words.take(PAYMENT_FACTS).collect::<Vec<_>>().join("\n")
    }

    fn address_word(&self, address: &OrderAddress) -> &'static str {
        if address.kind == "billing" { "Billing Address" } else { "Shipping Address" }
    }

    fn city_line(&self, address: &OrderAddress) -> String {
        let parts = [address.postcode.trim(), address.city.trim()];
        let line = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        if address.region.trim().is_empty() { line } else { format!("{line}, {}", address.region.trim()) }
    }

    /// Comments that somebody wrote; the other entries only tell how the status went.
    fn comments(&self) -> usize {
        self.notes.iter().filter(|note| !note.message.trim().is_empty()).count()
    }
}

pub(super) async fn show(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let order = orders::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    let items = orders::items(&web.pool, id).await?;
    let addresses = orders::addresses(&web.pool, id).await?;
    let notes = orders::notes(&web.pool, id).await?;
    let memos = Few::of(&web.pool, &credit_memos::LISTING, ("order", id), &credit_memos::ON_ORDER).await?;
    let name = sale::full_name(&order.first_name, &order.last_name);
    let buyer = Buyer::load(&web, order.customer_id, name, &order.email).await?;
    let cart = match order.remote_cart_id {
        Some(remote) => carts::known_as(&web.pool, order.channel_id, remote).await?,
        None => None,
    };
    let shell = Shell::load(&web, &who.session, who.user, "/orders").await?;
    let desk = Desk::load(&web, &shell.user, Record::new(RecordKind::Order, id)).await?;
    page::show(&Show { shell, desk, order, items, addresses, notes, memos, buyer, cart })
}
