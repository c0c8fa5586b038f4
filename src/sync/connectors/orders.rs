//! Orders with items, addresses, payment and status history.
//!
//! A list carries all columns of an order, but no details: they are fetched only for rows whose fingerprint differs from
//! what is stored. The bridge's list carries everything.

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::json;
use sqlx::PgConnection;

use super::ORDERS;
use super::sale::{name_of, store_ids, sum, text};
use crate::crm::arrivals::Taken;
use crate::crm::orders::{self, AddressKind, Incoming, IncomingAddress, IncomingItem, IncomingNote, Sums};
use crate::crm::personal_data::Trace;
use crate::crm::records::RecordKind;
use crate::crm::{carts, credit_memos};
use crate::magento::api::orders::{self as wire, Order, OrderComment, OrderFilter, OrderHead, OrderItem};
use crate::magento::api::sale::{Payment, SaleAddress};
use crate::magento::api::{Bulk, Entry, EntryFailure, Listing};
use crate::magento::{CallError, Field, Store};
use crate::sync::details::{self, Detailed};
use crate::sync::failed::NewFailure;
use crate::sync::noun::{Ask, Completed, Freshness, Known, Noun, worth_fetching};
use crate::sync::pages;
use crate::sync::visit::Visit;

/// The connector.
pub(in crate::sync) struct Orders;

/// A row: a whole order where the bridge tells it, else its head.
pub(in crate::sync) enum Listed {
    Head(Box<OrderHead>),
    Whole(Box<Order>),
}

/// Details of orders, asked for by number.
struct Infos;

#[async_trait]
impl Detailed for Infos {
    type Key = String;
    type Detail = Order;

    async fn bulk(&self, store: &Store, keys: &[String]) -> Result<Bulk<Order>, CallError> {
        wire::infos_bulk(store, keys).await
    }

    async fn single(&self, store: &Store, key: &String) -> Result<Entry<Order>, CallError> {
        wire::info(store, key).await
    }
}

#[async_trait]
impl Noun for Orders {
    type Listed = Listed;
    type Whole = Incoming;

    const NAME: &'static str = ORDERS;
    const KIND: RecordKind = RecordKind::Order;
    const ANALYZE: &'static str = "analyze orders (channel_id, remote_id, increment_id, customer_id, remote_customer_id), order_items (order_id), \
        order_addresses (order_id), order_notes (order_id), customer_lifetimes (customer_id), \
        customers (channel_id, remote_id, email, is_guest, removed_at)";
    /// A comment leaves the row of its order as it is.
    const DETAILS_CHANGE_ALONE: bool = true;

    async fn list(&self, visit: &Visit, ask: &Ask) -> Result<Listing<Listed>, CallError> {
        let filter =
            OrderFilter { updated: ask.between(), ids: ask.ids.clone(), store_ids: store_ids(visit)? };
        if visit.bridge {
            let page = |ids| {
                let filter = OrderFilter { ids, ..filter.clone() };
                async move { wire::bridge_page(&visit.store, &filter, pages::SIZE).await }
            };
            let list = pages::all(ask.ids.as_ref(), page, |order: &Order| order.order_id).await?;
            return Ok(pages::map(list, |order| Listed::Whole(Box::new(order))));
        }
        let list = if visit.bulk {
            wire::list_bulk(&visit.store, &filter).await?
        } else {
            wire::list(&visit.store, &filter).await?
        };
        Ok(pages::map(list, |head| Listed::Head(Box::new(head))))
    }

    fn mark(row: &Listed) -> (i64, DateTime<Utc>) {
        match row {
            Listed::Head(head) => (head.order_id, head.updated_at),
            Listed::Whole(order) => (order.order_id, order.updated_at),
        }
    }

    async fn complete(
        &self,
        visit: &Visit,
        rows: Vec<Listed>,
        fresh: Freshness,
        sent_at: DateTime<Utc>,
    ) -> anyhow::Result<Completed<Incoming>> {
        let (mut heads, mut records) = (Vec::new(), Vec::new());
        for row in rows {
            match row {
                Listed::Head(head) => heads.push(Listed::Head(head)),
                Listed::Whole(order) => records.push(incoming(*order, None, sent_at)),
            }
        }
        let (wanted, known) = worth_fetching(self, visit, heads, fresh, |row| match row {
            Listed::Head(head) => head.digest.to_vec(),
            Listed::Whole(_) => Vec::new(),
        })
        .await?;
        let wanted: Vec<(OrderHead, Vec<u8>)> = wanted
            .into_iter()
            .filter_map(|(row, hash)| match row {
                Listed::Head(head) => Some((*head, hash)),
                Listed::Whole(_) => None,
            })
            .collect();
        let numbers: Vec<String> = wanted.iter().map(|(head, _)| head.increment_id.clone()).collect();
        let entries = details::fetch(visit, ORDERS, &Infos, numbers).await?;
        let mut failures = Vec::new();
        for ((head, hash), entry) in wanted.into_iter().zip(entries) {
            match entry {
                Ok(mut order) => {
                    order.complete_from(&head);
                    records.push(incoming(order, Some(hash), sent_at));
                }
                Err(failure) => failures.push(failed(&head, failure)),
            }
        }
        Ok(Completed { records, known, failures })
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
        let (channel, owner) = (visit.it.channel_id, visit.it.settings.owner_id);
        let taken = orders::upsert(db, channel, owner, &visit.guests(), records).await?;
        let carts: Vec<i64> = records.iter().filter_map(|order| order.remote_cart_id).collect();
        carts::note_purchases(db, channel, &carts).await?;
        credit_memos::link_orders(db, channel, &taken.arrived).await?;
        Ok(taken)
    }

    fn raw(whole: &Incoming) -> String {
        format!("{whole:#?}")
    }

    async fn stored(&self, visit: &Visit, ids: &[i64]) -> Result<HashMap<i64, Known>, sqlx::Error> {
        let mut db = visit.pool().acquire().await?;
        let stored = orders::known_hashes(&mut db, visit.it.channel_id, ids).await?;
        Ok(stored.into_iter().map(|(id, (row_hash, read_at))| (id, Known { row_hash, read_at })).collect())
    }

    async fn highest(&self, visit: &Visit) -> Result<i64, sqlx::Error> {
        orders::highest(visit.pool(), visit.it.channel_id).await
    }

    async fn gone(
        &self,
        visit: &Visit,
        range: (i64, i64),
        listed: &[i64],
        read_at: DateTime<Utc>,
    ) -> anyhow::Result<Vec<i64>> {
        let absent = orders::gaps_in(visit.pool(), visit.it.channel_id, range, listed, read_at).await?;
        let numbers: Vec<String> = absent.iter().map(|(_, number)| number.clone()).collect();
        let entries = details::fetch(visit, ORDERS, &Infos, numbers).await?;
        Ok(pages::not_there(absent.into_iter().map(|(row, _)| row), entries, "100"))
    }

    async fn remove(&self, db: &mut PgConnection, rows: &[i64]) -> Result<i64, sqlx::Error> {
        orders::remove(db, rows).await
    }
}

fn failed(head: &OrderHead, failure: EntryFailure) -> NewFailure {
    let cause = format!("Order {} could not be read: {failure}", head.increment_id);
    NewFailure { remote_id: head.order_id.to_string(), cause, raw_xml: pages::raw_of(failure) }
}

fn incoming(order: Order, row_hash: Option<Vec<u8>>, read_at: DateTime<Utc>) -> Incoming {
    let addresses =
        [(AddressKind::Billing, order.billing_address), (AddressKind::Shipping, order.shipping_address)];
    let payment = order.payment.unwrap_or_default();
    let subtotal_refunded = refunded(order.totals.subtotal_refunded, &order.items);
    Incoming {
        remote_id: order.order_id,
        increment_id: order.increment_id,
        store_id: order.store_id.value(),
        remote_customer_id: order.buyer.customer_id.value(),
        remote_cart_id: order.quote_id.value(),
        status: text(order.status),
        state: text(order.state),
        email: text(order.buyer.email),
        first_name: text(order.buyer.first_name),
        last_name: text(order.buyer.last_name),
        is_guest: order.buyer.is_guest,
        is_virtual: order.is_virtual,
        currency: text(order.currencies.own),
        base_currency: text(order.currencies.base),
        sums: Sums {
            subtotal: sum(order.totals.subtotal),
            discount: sum(order.totals.discount),
            tax: sum(order.totals.tax),
            shipping: sum(order.totals.shipping),
            grand_total: sum(order.totals.grand_total),
            paid: order.totals.paid.value(),
            invoiced: order.totals.invoiced.value(),
            refunded: order.totals.refunded.value(),
            canceled: order.totals.canceled.value(),
            due: order.totals.due.value(),
            subtotal_refunded,
        },
        items_qty: order.qty_ordered.value(),
        coupon_code: text(order.coupon_code),
        discount_description: text(order.discount_description),
        payment_method: payment.method.as_ref().value().cloned().unwrap_or_default(),
        payment_details: payment_details(&payment),
        shipping_method: text(order.shipping_method),
        shipping_description: text(order.shipping_description),
        remote_ip: text(order.remote_ip),
        gift_message: text(order.gift_message),
        store_name: text(order.store_name),
        created_at: order.created_at,
        updated_at: order.updated_at,
        items: order.items.into_iter().map(item).collect(),
        addresses: addresses.into_iter().filter_map(|(kind, it)| Some(address(kind, it?))).collect(),
        notes: order.history.into_iter().map(|comment| note(comment, order.created_at)).collect(),
        row_hash,
        read_at,
    }
}

/// What was refunded of the subtotal. Details of SOAP v2 do not tell it, but for each item (recording rpc/084: together they
/// are the subtotal of the memos).
fn refunded(told: Field<Decimal>, items: &[OrderItem]) -> Option<Decimal> {
    let by_items = || items.iter().filter_map(|item| item.amount_refunded.value()).sum::<Decimal>();
    Some(told.value().unwrap_or_else(by_items)).filter(|amount| !amount.is_zero())
}

/// What is shown beside the method; no card number is known here.
fn payment_details(payment: &Payment) -> serde_json::Value {
    let mut details = serde_json::Map::new();
    let texts = [
        ("card", &payment.cc_type),
        ("last four digits", &payment.cc_last4),
        ("name on the card", &payment.cc_owner),
        ("purchase order", &payment.po_number),
        ("transaction", &payment.last_transaction_id),
    ];
    for (name, field) in texts {
        if let Some(text) = field.as_ref().value().filter(|text| !text.trim().is_empty()) {
            details.insert(name.to_owned(), json!(text));
        }
    }
    serde_json::Value::Object(details)
}

fn item(item: OrderItem) -> IncomingItem {
    IncomingItem {
        remote_id: item.item_id.value(),
        parent: item.parent.and_then(|place| i16::try_from(place).ok()),
        product_id: item.product_id.value(),
        product_type: text(item.product_type),
        sku: text(item.sku),
        name: text(item.name),
        qty: sum(item.qty_ordered),
        qty_refunded: item.qty_refunded.value(),
        qty_canceled: item.qty_canceled.value(),
        weight: item.weight.value(),
        price: sum(item.price),
        original_price: item.original_price.value(),
        discount_percent: item.discount_percent.value(),
        discount: sum(item.discount_amount),
        tax_percent: item.tax_percent.value(),
        tax: sum(item.tax_amount),
        row_total: sum(item.row_total),
    }
}

fn address(kind: AddressKind, address: SaleAddress) -> IncomingAddress {
    IncomingAddress {
        kind,
        name: name_of(&address),
        company: text(address.company),
        street: text(address.street),
        city: text(address.city),
        postcode: text(address.postcode),
        country_id: text(address.country_id),
        region_id: address.region_id.value(),
        region: text(address.region),
        telephone: text(address.telephone),
    }
}

fn note(comment: OrderComment, placed_at: DateTime<Utc>) -> IncomingNote {
    IncomingNote {
        remote_id: comment.entity_id.value(),
        status: text(comment.status),
        message: text(comment.comment),
        customer_notified: comment.customer_notified.value().unwrap_or(false),
        created_at: comment.created_at.value().unwrap_or(placed_at),
    }
}
