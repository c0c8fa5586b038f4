//! Orders, as their store has them: read only. What people do about them is below them: [`super::owners`], [`super::follow_ups`].

use axum::extract::State;
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::Web;
use super::super::grid::{self, Asked};
use super::caller::Caller;
use super::input::Id;
use super::list::Asking;
use super::named::Named;
use super::output;
use super::problem::{Answer, Kind, Problem};
use crate::crm::orders::{self, OrderAddress, OrderItem, OrderNote, OrderRecord};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::default().routes(routes!(list)).routes(routes!(show))
}

/// An order.
#[derive(Debug, Serialize, ToSchema)]
struct Order {
    id: i64,
    /// The store’s id.
    remote_id: i64,
    /// The number that people know it by.
    #[schema(example = "100000023")]
    order: String,
    /// A shop may define its own.
    status: String,
    /// Magento’s state behind it.
    state: String,
    channel: Named,
    website: Option<String>,
    store: Option<String>,
    /// The id of the customer, once they have come.
    customer: Option<i64>,
    email: String,
    first_name: String,
    last_name: String,
    is_guest: bool,
    /// Of all amounts.
    #[schema(example = "EUR")]
    currency: String,
    sub_total: Decimal,
    /// Negative or zero.
    discount: Decimal,
    tax: Decimal,
    shipping: Decimal,
    grand_total: Decimal,
    total_paid: Option<Decimal>,
    total_invoiced: Option<Decimal>,
    total_refunded: Option<Decimal>,
    total_canceled: Option<Decimal>,
    coupon: String,
    payment_method: String,
    shipping_method: String,
    shipping_description: String,
    gift_message: String,
    items: Vec<Item>,
    addresses: Vec<Address>,
    notes: Vec<Note>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    imported_at: DateTime<Utc>,
    synced_at: DateTime<Utc>,
    /// Since when the store has it no more.
    removed_at: Option<DateTime<Utc>>,
}

/// A row of an order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderItem)]
struct Item {
    position: i16,
    /// Of what belongs to another row: that row’s position.
    parent_position: Option<i16>,
    product_type: String,
    sku: String,
    name: String,
    qty: Decimal,
    price: Decimal,
    discount: Decimal,
    tax: Decimal,
    row_total: Decimal,
}

/// An address of an order, a copy made at that time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderAddress)]
struct Address {
    /// billing or shipping.
    kind: String,
    name: String,
    company: String,
    street: String,
    city: String,
    zip_postal_code: String,
    state: String,
    country: String,
    phone: String,
}

/// An entry of an order’s history.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderNote)]
struct Note {
    status: String,
    message: String,
    customer_notified: bool,
    created_at: DateTime<Utc>,
}

/// List orders
#[utoipa::path(get, operation_id = "listOrders", path = "/orders", tag = "Orders")]
async fn list(State(web): State<Web>, _caller: Caller, asked: Asked) -> Answer {
    let (channels, owners) = (grid::channels(&web).await?, grid::owners(&web).await?);
    let list = Asking::of(&orders::LISTING, asked).choices("channel", channels);
    list.choices("owner", owners).load(&web).await
}

/// Read an order
#[utoipa::path(get, operation_id = "readOrder", path = "/orders/{id}", tag = "Orders", params(("id" = i64, Path)),
    responses((status = 200, description = "The order", body = Order)))]
async fn show(State(web): State<Web>, _caller: Caller, Id(id): Id, headers: HeaderMap) -> Answer {
    let order = orders::find(&web.pool, id).await?.ok_or_else(|| Problem::of(Kind::NotFound))?;
    let items = orders::items(&web.pool, id).await?;
    let addresses = orders::addresses(&web.pool, id).await?;
    let notes = orders::notes(&web.pool, id).await?;
    output::record(&headers, &Order::of(order, items, addresses, notes))
}

impl Order {
    fn of(
        it: OrderRecord,
        items: Vec<OrderItem>,
        addresses: Vec<OrderAddress>,
        notes: Vec<OrderNote>,
    ) -> Self {
        Self {
            id: it.id,
            remote_id: it.remote_id,
            order: it.increment_id,
            status: it.status,
            state: it.state,
            channel: Named::new(it.channel_id, it.channel),
            website: it.website,
            store: it.store,
            customer: it.customer_id,
            email: it.email,
            first_name: it.first_name,
            last_name: it.last_name,
            is_guest: it.is_guest,
            currency: it.currency,
            sub_total: it.subtotal,
            discount: it.discount,
            tax: it.tax,
            shipping: it.shipping,
            grand_total: it.grand_total,
            total_paid: it.total_paid,
            total_invoiced: it.total_invoiced,
            total_refunded: it.total_refunded,
            total_canceled: it.total_canceled,
            coupon: it.coupon_code,
            payment_method: it.payment_method,
            shipping_method: it.shipping_method,
            shipping_description: it.shipping_description,
            gift_message: it.gift_message,
            items: items.into_iter().map(Item::of).collect(),
            addresses: addresses.into_iter().map(Address::of).collect(),
            notes: notes.into_iter().map(Note::of).collect(),
            created_at: it.created_at,
            updated_at: it.updated_at,
            imported_at: it.imported_at,
            synced_at: it.synced_at,
            removed_at: it.removed_at,
        }
    }
}

impl Item {
    fn of(it: OrderItem) -> Self {
        Self {
            position: it.position,
            parent_position: it.parent_position,
            product_type: it.product_type,
            sku: it.sku,
            name: it.name,
            qty: it.qty,
            price: it.price,
            discount: it.discount,
            tax: it.tax,
            row_total: it.row_total,
        }
    }
}

impl Address {
    fn of(it: OrderAddress) -> Self {
        Self {
            kind: it.kind,
            name: it.name,
            company: it.company,
            street: it.street,
            city: it.city,
            zip_postal_code: it.postcode,
            state: it.region,
            country: it.country,
            phone: it.telephone,
        }
    }
}

impl Note {
    fn of(it: OrderNote) -> Self {
        Self {
            status: it.status,
            message: it.message,
            customer_notified: it.customer_notified,
            created_at: it.created_at,
        }
    }
}
