//! What a credit memo is in the store's database.

use crate::simulator::amount::Amount;
use crate::simulator::orders::desk::GivenBack;
use crate::simulator::orders::record::{Order, OrderItem, Refunded};
use crate::simulator::orders::seeded::{STRIDE, increment};
use crate::simulator::records::Text;

/// A credit memo: money given back for some of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CreditMemo {
    /// `entity_id`, in the API `creditmemo_id`.
    pub id: u32,
    /// What the API's `info` asks for.
    pub increment_id: Text,
    /// The order's `entity_id`.
    pub order_id: u32,
    /// The order's number for people.
    pub order_increment_id: Text,
    /// The order's store view.
    pub store_id: u32,
    /// Seconds since 1970, UTC.
    pub created_at: i64,
    /// Seconds since 1970, UTC.
    pub updated_at: i64,
    /// 1 open, 2 refunded, 3 cancelled.
    pub state: u32,
    /// The invoice it takes back.
    pub invoice_id: Option<u32>,
    /// The order's copy of the address.
    pub billing_address_id: u32,
    /// The order's copy of the address.
    pub shipping_address_id: Option<u32>,
    /// The order's.
    pub currency: Text,
    /// Dollars for a unit of that currency.
    pub rate: Amount,
    /// What is given back.
    pub sums: Refunded,
    /// Rows given back.
    pub items: Vec<MemoItem>,
    /// Newest last.
    pub comments: Vec<MemoComment>,
}

/// A row of a credit memo.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoItem {
    /// `item_id`.
    pub id: u32,
    /// The row of the order.
    pub order_item_id: u32,
    /// Product.
    pub product_id: u32,
    /// As in the order.
    pub sku: Text,
    /// As in the order.
    pub name: Text,
    /// Pieces given back.
    pub qty: Amount,
    /// Of one piece.
    pub price: Amount,
    /// Price times pieces.
    pub row_total: Amount,
    /// NULL where there is none.
    pub tax: Option<Amount>,
    /// NULL where there is none.
    pub discount: Option<Amount>,
}

/// What a merchant wrote on a credit memo.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoComment {
    /// `comment_id`.
    pub id: u32,
    /// Seconds since 1970, UTC.
    pub created_at: i64,
    /// The text.
    pub comment: Text,
}

impl CreditMemo {
    /// The memo that a refund leaves behind.
    pub(in crate::simulator) fn of(order: &Order, given: &GivenBack, id: u32, at: i64) -> Self {
        Self {
            id,
            increment_id: increment(order.store_id, id),
            order_id: order.id,
            order_increment_id: order.increment_id.clone(),
            store_id: order.store_id,
            created_at: at,
            updated_at: at,
            state: 2,
            invoice_id: Some(order.id),
            billing_address_id: order.billing.id,
            shipping_address_id: order.shipping_address.as_ref().map(|address| address.id),
            currency: order.currency.clone(),
            rate: order.rate,
            sums: given.sums,
            items: (1..).zip(&given.items).map(|(place, item)| row(id, place, item)).collect(),
            comments: Vec::new(),
        }
    }
}

fn row(memo: u32, place: u32, item: &OrderItem) -> MemoItem {
    let some = |sum: Amount| (!sum.is_zero()).then_some(sum);
    MemoItem {
        id: (memo - 1) * STRIDE + place,
        order_item_id: item.id,
        product_id: item.product_id,
        sku: item.sku.clone(),
        name: item.name.clone(),
        qty: item.qty_refunded,
        price: item.price,
        row_total: item.row_total,
        tax: some(item.tax),
        discount: some(item.discount),
    }
}
