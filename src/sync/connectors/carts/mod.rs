//! Carts: by the bridge's list where it is installed, else looked for by their ids ([`search`]).

mod plan;
mod search;

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::CARTS;
use super::sale::{store_ids, sum, text};
use crate::crm::arrivals::Taken;
use crate::crm::carts::{self, Incoming, IncomingItem};
use crate::crm::personal_data::Trace;
use crate::crm::records::RecordKind;
use crate::magento::api::carts::{self as wire, Cart, CartFilter, CartItem};
use crate::magento::api::{Bulk, Entry, Listing};
use crate::magento::{CallError, Store};
use crate::sync::details::Detailed;
use crate::sync::noun::{Ask, Completed, Freshness, Known, Noun};
use crate::sync::pages;
use crate::sync::visit::Visit;

pub(super) use search::CartSearch;
pub(in crate::sync) use search::read_cart;

/// The connector where the bridge lists carts.
pub(in crate::sync) struct Carts;

/// Carts, asked for by quote id.
struct Infos;

/// The same where most ids are expected to be nobody's, which costs a store next to nothing.
struct Probes;

#[async_trait]
impl Detailed for Probes {
    type Key = i64;
    type Detail = Cart;

    const FIRST: usize = 100;

    async fn bulk(&self, store: &Store, keys: &[i64]) -> Result<Bulk<Cart>, CallError> {
        Infos.bulk(store, keys).await
    }

    async fn single(&self, store: &Store, key: &i64) -> Result<Entry<Cart>, CallError> {
        Infos.single(store, key).await
    }
}

#[async_trait]
impl Detailed for Infos {
    type Key = i64;
    type Detail = Cart;

    const FIRST: usize = 25;

    async fn bulk(&self, store: &Store, keys: &[i64]) -> Result<Bulk<Cart>, CallError> {
        wire::infos_bulk(store, keys).await
    }

    async fn single(&self, store: &Store, key: &i64) -> Result<Entry<Cart>, CallError> {
        wire::info(store, *key).await
    }
}

#[async_trait]
impl Noun for Carts {
    type Listed = Cart;
    type Whole = Incoming;

    const NAME: &'static str = CARTS;
    const KIND: RecordKind = RecordKind::Cart;
    const ANALYZE: &'static str =
        "analyze carts (channel_id, remote_id, customer_id, remote_customer_id), cart_items (cart_id)";

    async fn list(&self, visit: &Visit, ask: &Ask) -> Result<Listing<Cart>, CallError> {
        let filter =
            CartFilter { updated: ask.between(), ids: ask.ids.clone(), store_ids: store_ids(visit)? };
        let page = |ids| {
            let filter = CartFilter { ids, ..filter.clone() };
            async move { wire::bridge_page(&visit.store, &filter, pages::SIZE).await }
        };
        pages::all(ask.ids.as_ref(), page, |cart: &Cart| cart.quote_id).await
    }

    fn mark(row: &Cart) -> (i64, DateTime<Utc>) {
        (row.quote_id, row.updated_at)
    }

    async fn complete(
        &self,
        _visit: &Visit,
        rows: Vec<Cart>,
        _fresh: Freshness,
        sent_at: DateTime<Utc>,
    ) -> anyhow::Result<Completed<Incoming>> {
        let records = rows.into_iter().map(|cart| incoming(cart, sent_at)).collect();
        Ok(Completed { records, known: 0, failures: Vec::new() })
    }

    fn id(whole: &Incoming) -> i64 {
        whole.remote_id
    }

    fn trace(whole: &Incoming) -> Trace {
        Trace {
            remote_id: whole.remote_id,
            created_at: Some(whole.created_at),
            customer: whole.remote_customer_id,
            order: None,
            email: whole.email.clone(),
            name: whole.name(),
        }
    }

    fn without_person(whole: Incoming, known: bool) -> Option<Incoming> {
        let customer = whole.remote_customer_id.filter(|_| known);
        Some(whole.without_person(customer))
    }

    async fn write(
        &self,
        visit: &Visit,
        db: &mut PgConnection,
        records: &[Incoming],
    ) -> Result<Taken, sqlx::Error> {
        let owner = visit.it.settings.owner_id;
        carts::upsert(db, visit.it.channel_id, owner, &visit.guests(), records).await
    }

    fn raw(whole: &Incoming) -> String {
        format!("{whole:#?}")
    }

    async fn stored(&self, visit: &Visit, ids: &[i64]) -> Result<HashMap<i64, Known>, sqlx::Error> {
        let stored = carts::read_at(visit.pool(), visit.it.channel_id, ids).await?;
        Ok(stored.into_iter().map(|(id, read_at)| (id, Known { row_hash: None, read_at })).collect())
    }

    async fn highest(&self, visit: &Visit) -> Result<i64, sqlx::Error> {
        carts::highest(visit.pool(), visit.it.channel_id).await
    }

    /// Stores clear old carts away by themselves: an open one that is not listed is expired, the others are left as they are.
    async fn gone(
        &self,
        visit: &Visit,
        range: (i64, i64),
        listed: &[i64],
        read_at: DateTime<Utc>,
    ) -> anyhow::Result<Vec<i64>> {
        let absent = carts::active_gaps_in(visit.pool(), visit.it.channel_id, range, listed, read_at).await?;
        let mut tx = visit.pool().begin().await?;
        visit.run.hold(&mut tx).await?;
        carts::expire(&mut tx, visit.it.channel_id, &absent, read_at).await?;
        tx.commit().await?;
        Ok(Vec::new())
    }

    async fn remove(&self, _db: &mut PgConnection, _rows: &[i64]) -> Result<i64, sqlx::Error> {
        Ok(0)
    }
}

fn incoming(cart: Cart, read_at: DateTime<Utc>) -> Incoming {
    let billing = cart.billing_address.unwrap_or_default();
    let subtotal = sum(cart.totals.subtotal);
    let after_discount = cart.totals.subtotal_with_discount.value().unwrap_or(subtotal);
    let payment = cart.payment.unwrap_or_default();
    Incoming {
        remote_id: cart.quote_id,
        store_id: cart.store_id.value(),
        remote_customer_id: cart.buyer.customer_id.value(),
        is_active: cart.is_active,
        is_guest: cart.buyer.is_guest,
        email: text(cart.buyer.email),
        first_name: text(cart.buyer.first_name),
        last_name: text(cart.buyer.last_name),
        currency: text(cart.currencies.own),
        base_currency: text(cart.currencies.base),
        items_count: cart.items_count.value().unwrap_or(0).into(),
        items_qty: sum(cart.items_qty),
        subtotal,
        discount: after_discount - subtotal,
        tax: cart.items.iter().filter_map(|item| item.tax_amount.value()).sum(),
        grand_total: sum(cart.totals.grand_total),
        payment_method: text(payment.method),
        gift_message: text(cart.gift_message),
        billing_country: text(billing.country_id),
        billing_state: text(billing.region),
        telephone: text(billing.telephone),
        created_at: cart.created_at,
        updated_at: cart.updated_at,
        items: cart.items.into_iter().filter_map(item).collect(),
        read_at,
    }
}

/// An item without a number could not be told from another one the next time.
fn item(item: CartItem) -> Option<IncomingItem> {
    Some(IncomingItem {
        remote_id: item.item_id.value()?,
        parent_remote_id: item.parent_item_id.value(),
        product_id: item.product_id.value(),
        product_type: text(item.product_type),
        sku: text(item.sku),
        name: text(item.name),
        qty: sum(item.qty),
        price: sum(item.price),
        price_with_tax: item.price_incl_tax.value(),
        discount: sum(item.discount_amount),
        tax: sum(item.tax_amount),
        row_total: sum(item.row_total),
        weight: item.weight.value(),
        gift_message: text(item.gift_message),
        created_at: item.created_at.value(),
        updated_at: item.updated_at.value(),
    })
}
