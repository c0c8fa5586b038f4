//! Orders: their lists, which tell everything but the details, and their details one by one, in bulk, or from the
//! bridge's pages.

mod head;
mod item;
mod order;
mod totals;

pub use head::OrderHead;
pub use item::OrderItem;
pub use order::{Order, OrderComment};
pub use totals::OrderTotals;

use super::filter::{Filters, first_page};
use super::{Between, Bulk, Entry, IdFilter, Listing, bulk, row};
use crate::magento::soap::write::Arg;
use crate::magento::store::Call;
use crate::magento::{CallError, Store};

/// What an order is known by: `order.info` and `salesOrderInfo` take no other id (recording rpc/925).
const ID: &str = "increment_id";
/// What a row of a list is known by, also one that cannot be read: a list of just it is asked for with this.
const ROW_ID: &str = "order_id";

/// Which orders to list. Everything set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderFilter {
    /// `updated_at` between these two instants.
    pub updated: Option<Between>,
    /// `order_id` (the bridge calls it `entity_id`).
    pub ids: Option<IdFilter>,
    /// `store_id` is one of these.
    pub store_ids: Option<Vec<i64>>,
}

/// Orders by SOAP v2 `salesOrderList` (recordings rpc/071-079, wsi likewise).
///
/// # Errors
/// Any [`CallError`].
pub async fn list(store: &Store, filter: &OrderFilter) -> Result<Listing<OrderHead>, CallError> {
    let call = Call::V2("salesOrderList", vec![("filters", filter.on("order_id").v2())]);
    row::list_with(store, call, ROW_ID, head::read).await
}

/// Orders by SOAP v1 `order.list` (recording v1/006).
///
/// # Errors
/// Any [`CallError`].
pub async fn list_bulk(store: &Store, filter: &OrderFilter) -> Result<Listing<OrderHead>, CallError> {
    let call = Call::V1("order.list", vec![filter.on("order_id").v1()]);
    row::list_with(store, call, ROW_ID, head::read).await
}

/// One order by SOAP v2 `salesOrderInfo` (recordings rpc/081-093, rpc/901; wsi likewise; stock/007).
///
/// # Errors
/// Any [`CallError`] that is not about this order alone; the entry's is fault 100 when it does not exist.
pub async fn info(store: &Store, increment_id: &str) -> Result<Entry<Order>, CallError> {
    let params = vec![("orderIncrementId", Arg::Text(increment_id.to_owned()))];
    bulk::single(store, Call::V2("salesOrderInfo", params), |value| row::record(value, ID, order::read)).await
}

/// Many orders in one request, in the order asked (recording v1/007).
///
/// # Errors
/// Any [`CallError`] of the request as a whole; entries fail one by one.
pub async fn infos_bulk(store: &Store, increment_ids: &[String]) -> Result<Bulk<Order>, CallError> {
    let arguments = increment_ids.iter().cloned().map(Arg::Text).collect();
    let read = |value: &_| row::record(value, ID, order::read);
    bulk::multi_call(store, "order.info", arguments, read).await
}

/// The first orders that match, whole and by rising `entity_id`, from the bridge (recordings rpc/135, rpc/137, rpc/922;
/// wsi likewise). The next page is asked for with [`IdFilter::After`] the greatest id seen; fewer rows than `size` are
/// the last page.
///
/// # Errors
/// Any [`CallError`]; a fault "not present" when the bridge is not installed.
pub async fn bridge_page(
    store: &Store,
    filter: &OrderFilter,
    size: u32,
) -> Result<Listing<Order>, CallError> {
    let params = vec![("filters", filter.on("entity_id").v2()), ("pager", first_page(size))];
    row::list_with(store, Call::V2("oroOrderList", params), ROW_ID, order::read).await
}

impl OrderFilter {
    fn on(&self, id: &'static str) -> Filters {
        Filters::default()
            .between("updated_at", self.updated)
            .ids(id, self.ids.as_ref())
            .one_of("store_id", self.store_ids.as_deref())
    }
}
