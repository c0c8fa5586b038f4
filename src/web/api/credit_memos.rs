//! Credit memos, as their store has them: read only.

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
use crate::crm::credit_memos::{self, CreditMemoItem, CreditMemoRecord};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::default().routes(routes!(list)).routes(routes!(show))
}

/// A credit memo.
#[derive(Debug, Serialize, ToSchema)]
struct CreditMemo {
    id: i64,
    /// The number that people know it by.
    #[schema(example = "100000004")]
    credit_memo: String,
    status: &'static str,
    channel: Named,
    website: Option<String>,
    store: Option<String>,
    /// The id of the order, once it has come.
    order: Option<i64>,
    /// Of all amounts.
    #[schema(example = "EUR")]
    currency: String,
    sub_total: Decimal,
    discount: Decimal,
    tax: Decimal,
    shipping: Decimal,
    grand_total: Decimal,
    /// Paid back on top.
    adjustment_positive: Option<Decimal>,
    /// Kept as a fee.
    adjustment_negative: Option<Decimal>,
    customer_balance_refunded: Option<Decimal>,
    reward_points_refunded: Option<Decimal>,
    transaction_id: String,
    items: Vec<Item>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    imported_at: DateTime<Utc>,
    synced_at: DateTime<Utc>,
    /// Since when the store has it no more.
    removed_at: Option<DateTime<Utc>>,
}

/// A row of a credit memo.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreditMemoItem)]
struct Item {
    sku: String,
    name: String,
    qty: Decimal,
    price: Decimal,
    tax: Decimal,
    discount: Decimal,
    row_total: Decimal,
}

/// List credit memos
#[utoipa::path(get, operation_id = "listCreditMemos", path = "/credit-memos", tag = "Credit Memos")]
async fn list(State(web): State<Web>, _caller: Caller, asked: Asked) -> Answer {
    let list = Asking::of(&credit_memos::LISTING, asked).choices("channel", grid::channels(&web).await?);
    list.load(&web).await
}

/// Read a credit memo
#[utoipa::path(get, operation_id = "readCreditMemo", path = "/credit-memos/{id}",
    tag = "Credit Memos", params(("id" = i64, Path)),
    responses((status = 200, description = "The credit memo", body = CreditMemo)))]
async fn show(State(web): State<Web>, _caller: Caller, Id(id): Id, headers: HeaderMap) -> Answer {
    let memo = credit_memos::find(&web.pool, id).await?.ok_or_else(|| Problem::of(Kind::NotFound))?;
    let items = credit_memos::items(&web.pool, id).await?;
    output::record(&headers, &CreditMemo::of(memo, items))
}

impl CreditMemo {
    fn of(it: CreditMemoRecord, items: Vec<CreditMemoItem>) -> Self {
        Self {
            status: it.status(),
            id: it.id,
            credit_memo: it.increment_id,
            channel: Named::new(it.channel_id, it.channel),
            website: it.website,
            store: it.store,
            order: it.order_id,
            currency: it.currency,
            sub_total: it.subtotal,
            discount: it.discount,
            tax: it.tax,
            shipping: it.shipping,
            grand_total: it.grand_total,
            adjustment_positive: it.adjustment_positive,
            adjustment_negative: it.adjustment_negative,
            customer_balance_refunded: it.customer_balance_refunded,
            reward_points_refunded: it.reward_points_refunded,
            transaction_id: it.transaction_id,
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
    fn of(it: CreditMemoItem) -> Self {
        Self {
            sku: it.sku,
            name: it.name,
            qty: it.qty,
            price: it.price,
            tax: it.tax,
            discount: it.discount,
            row_total: it.row_total,
        }
    }
}
