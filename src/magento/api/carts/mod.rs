//! Carts. Without the bridge a store has no list of them, but tells a cart by its id; with it they come by the page.

mod cart;
mod item;

pub use cart::{Cart, CartTotals};
pub use item::CartItem;

use super::filter::{Filters, first_page};
use super::{Between, Bulk, Entry, IdFilter, Listing, bulk, row};
use crate::magento::soap::write::Arg;
use crate::magento::store::Call;
use crate::magento::{CallError, Store};

/// The id's name in `cart.info` and `shoppingCartInfo`.
const ID: &str = "quote_id";
/// The id's name in the bridge's list.
const BRIDGE_ID: &str = "entity_id";

/// Which carts to list. Everything set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CartFilter {
    /// `updated_at` between these two instants.
    pub updated: Option<Between>,
    /// `entity_id`.
    pub ids: Option<IdFilter>,
    /// `store_id` is one of these.
    pub store_ids: Option<Vec<i64>>,
}

/// One cart, open or ordered, by SOAP v2 `shoppingCartInfo` (recordings rpc/107, rpc/109, rpc/110; wsi likewise).
///
/// # Errors
/// Any [`CallError`] that is not about this cart alone; the entry's is fault 1002 when it does not exist.
pub async fn info(store: &Store, quote_id: i64) -> Result<Entry<Cart>, CallError> {
    let params = vec![("quoteId", Arg::Int(quote_id)), ("storeId", Arg::Nil(""))];
    let call = Call::V2("shoppingCartInfo", params);
    bulk::single(store, call, |value| row::record(value, ID, |row| cart::read(row, ID))).await
}

/// Many carts in one request, in the order asked (recordings v1/019, v1/020). Fault 1002 is a cart that is not there.
///
/// # Errors
/// Any [`CallError`] of the request as a whole; entries fail one by one.
pub async fn infos_bulk(store: &Store, quote_ids: &[i64]) -> Result<Bulk<Cart>, CallError> {
    let arguments = quote_ids.iter().copied().map(Arg::Int).collect();
    let read = |value: &_| row::record(value, ID, |row| cart::read(row, ID));
    bulk::multi_call(store, "cart.info", arguments, read).await
}

/// The first carts that match, whole and by rising `entity_id`, from the bridge (recordings rpc/144, rpc/145; wsi
/// likewise). The next page is asked for with [`IdFilter::After`] the greatest id seen.
///
/// # Errors
/// Any [`CallError`]; a fault "not present" when the bridge is not installed.
pub async fn bridge_page(store: &Store, filter: &CartFilter, size: u32) -> Result<Listing<Cart>, CallError> {
    let params = vec![("filters", filter.filters().v2()), ("pager", first_page(size))];
    let call = Call::V2("oroQuoteList", params);
    row::list_with(store, call, BRIDGE_ID, |row| cart::read(row, BRIDGE_ID)).await
}

impl CartFilter {
    fn filters(&self) -> Filters {
        Filters::default()
            .between("updated_at", self.updated)
            .ids(BRIDGE_ID, self.ids.as_ref())
            .one_of("store_id", self.store_ids.as_deref())
    }
}
