//! Shopping carts, as their store has them: read only. What people do about them is below them: [`super::owners`],
//! [`super::follow_ups`].

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
use crate::crm::carts::{self, CartItem, CartRecord};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::default().routes(routes!(list)).routes(routes!(show))
}

/// A shopping cart.
#[derive(Debug, Serialize, ToSchema)]
struct Cart {
    id: i64,
    /// The store’s id.
    remote_id: i64,
    #[schema(example = "open")]
    status: &'static str,
    channel: Named,
    website: Option<String>,
    store: Option<String>,
    /// The id of the customer, once they have come.
    customer: Option<i64>,
    /// The order that was made from it.
    order: Option<Named>,
    email: String,
    first_name: String,
    last_name: String,
    is_guest: bool,
    /// Of all amounts.
    #[schema(example = "EUR")]
    currency: String,
    qty: Decimal,
    sub_total: Decimal,
    discount: Decimal,
    tax: Decimal,
    grand_total: Decimal,
    payment_method: String,
    gift_message: String,
    phone: String,
    items: Vec<Item>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    imported_at: DateTime<Utc>,
    synced_at: DateTime<Utc>,
    /// Since when the store has it no more.
    removed_at: Option<DateTime<Utc>>,
}

/// A row of a cart.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CartItem)]
struct Item {
    /// It belongs to the row before it.
    is_child: bool,
    sku: String,
    name: String,
    qty: Decimal,
    price: Decimal,
    discount: Decimal,
    tax: Decimal,
    row_total: Decimal,
    placed_on: Option<DateTime<Utc>>,
    updated_at: Option<DateTime<Utc>>,
    /// When it was found to be taken out.
    removed_at: Option<DateTime<Utc>>,
}

/// List shopping carts
#[utoipa::path(get, operation_id = "listCarts", path = "/carts", tag = "Shopping Carts")]
async fn list(State(web): State<Web>, _caller: Caller, asked: Asked) -> Answer {
    let (channels, owners) = (grid::channels(&web).await?, grid::owners(&web).await?);
    let list = Asking::of(&carts::LISTING, asked).choices("channel", channels);
    list.choices("owner", owners).load(&web).await
}

/// Read a shopping cart
#[utoipa::path(get, operation_id = "readCart", path = "/carts/{id}",
    tag = "Shopping Carts", params(("id" = i64, Path)),
    responses((status = 200, description = "The cart", body = Cart)))]
async fn show(State(web): State<Web>, _caller: Caller, Id(id): Id, headers: HeaderMap) -> Answer {
    let cart = carts::find(&web.pool, id).await?.ok_or_else(|| Problem::of(Kind::NotFound))?;
    let items = carts::items(&web.pool, id).await?;
    output::record(&headers, &Cart::of(cart, items))
}

impl Cart {
    fn of(it: CartRecord, items: Vec<CartItem>) -> Self {
        Self {
            id: it.id,
            remote_id: it.remote_id,
            status: it.status.key(),
            channel: Named::new(it.channel_id, it.channel),
            website: it.website,
            store: it.store,
            customer: it.customer_id,
            order: Named::of(it.order),
            email: it.email,
            first_name: it.first_name,
            last_name: it.last_name,
            is_guest: it.is_guest,
            currency: it.currency,
            qty: it.items_qty,
            sub_total: it.subtotal,
            discount: it.discount,
            tax: it.tax,
            grand_total: it.grand_total,
            payment_method: it.payment_method,
            gift_message: it.gift_message,
            phone: it.telephone,
            items: items.into_iter().map(Item::of).collect(),
            created_at: it.created_at,
            updated_at: it.updated_at,
            imported_at: it.imported_at,
            synced_at: it.synced_at,
            removed_at: it.removed_at,
        }
    }
}

impl Item {
    fn of(it: CartItem) -> Self {
        Self {
            is_child: it.is_child,
            sku: it.sku,
            name: it.name,
            qty: it.qty,
            price: it.price,
            discount: it.discount,
            tax: it.tax,
            row_total: it.row_total,
            placed_on: it.placed_on,
            updated_at: it.updated_at,
            removed_at: it.removed_at,
        }
    }
}
