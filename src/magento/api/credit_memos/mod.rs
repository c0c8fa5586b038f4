//! Credit memos: their lists, which tell everything but items and comments, and their details. The bridge has none.

mod memo;

pub use memo::{CreditMemo, CreditMemoComment, CreditMemoItem, CreditMemoTotals, MemoState};

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::digest::{Digest, digest};
use super::filter::Filters;
use super::row::{self, RowExt, RowProblem};
use super::{Between, Bulk, Entry, IdFilter, Listing, bulk};
use crate::magento::soap::value::{Field, Row};
use crate::magento::soap::write::Arg;
use crate::magento::store::Call;
use crate::magento::{CallError, Store};

/// What a credit memo is known by: its details are asked for with no other id.
const ID: &str = "increment_id";
/// What a row of a list is known by, also one that cannot be read.
const ROW_ID: &str = "creditmemo_id";

/// Which credit memos to list. Everything set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreditMemoFilter {
    /// `updated_at` between these two instants.
    pub updated: Option<Between>,
    /// `creditmemo_id`.
    pub ids: Option<IdFilter>,
    /// `store_id` is one of these.
    pub store_ids: Option<Vec<i64>>,
}

/// A credit memo as a list tells it. Its fingerprint says whether the details are worth fetching.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditMemoHead {
    /// `creditmemo_id`.
    pub creditmemo_id: i64,
    /// `increment_id`, the number that people see and that details are asked for with.
    pub increment_id: String,
    /// The order by id; its number is only in SOAP v1's details.
    pub order_id: Field<i64>,
    /// Store view.
    pub store_id: Field<i64>,
    /// How far it is.
    pub state: Field<MemoState>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last saved.
    pub updated_at: DateTime<Utc>,
    /// What is refunded in all, in the order's currency.
    pub grand_total: Field<Decimal>,
    /// Fingerprint over all columns, also those that are no field here.
    pub digest: Digest,
}

/// Credit memos by SOAP v2 `salesOrderCreditmemoList` (recordings rpc/099, wsi/099).
///
/// # Errors
/// Any [`CallError`].
pub async fn list(store: &Store, filter: &CreditMemoFilter) -> Result<Listing<CreditMemoHead>, CallError> {
    let call = Call::V2("salesOrderCreditmemoList", vec![("filters", filter.filters().v2())]);
    row::list_with(store, call, ROW_ID, read_head).await
}

/// Credit memos by SOAP v1 `order_creditmemo.list`, which has the columns of recording v1/008 but items and comments.
///
/// # Errors
/// Any [`CallError`].
pub async fn list_bulk(
    store: &Store,
    filter: &CreditMemoFilter,
) -> Result<Listing<CreditMemoHead>, CallError> {
    let call = Call::V1("order_creditmemo.list", vec![filter.filters().v1()]);
    row::list_with(store, call, ROW_ID, read_head).await
}

/// One credit memo by SOAP v2 `salesOrderCreditmemoInfo`: the columns of recording rpc/099 with items and comments.
///
/// # Errors
/// Any [`CallError`] that is not about this credit memo alone; the entry's is a fault when it does not exist.
pub async fn info(store: &Store, increment_id: &str) -> Result<Entry<CreditMemo>, CallError> {
    let params = vec![("creditmemoIncrementId", Arg::Text(increment_id.to_owned()))];
    let call = Call::V2("salesOrderCreditmemoInfo", params);
    bulk::single(store, call, |value| row::record(value, ID, memo::read)).await
}

/// Many credit memos in one request, in the order asked (recording v1/008).
///
/// # Errors
/// Any [`CallError`] of the request as a whole; entries fail one by one.
pub async fn infos_bulk(store: &Store, increment_ids: &[String]) -> Result<Bulk<CreditMemo>, CallError> {
    let arguments = increment_ids.iter().cloned().map(Arg::Text).collect();
    let read = |value: &_| row::record(value, ID, memo::read);
    bulk::multi_call(store, "order_creditmemo.info", arguments, read).await
}

impl CreditMemoFilter {
    fn filters(&self) -> Filters {
        Filters::default()
            .between("updated_at", self.updated)
            .ids("creditmemo_id", self.ids.as_ref())
            .one_of("store_id", self.store_ids.as_deref())
    }
}

fn read_head(row: &Row) -> Result<CreditMemoHead, RowProblem> {
    Ok(CreditMemoHead {
        creditmemo_id: row.required_id("creditmemo_id")?,
        increment_id: row.required_text(ID)?,
        order_id: row.id("order_id")?,
        store_id: row.int("store_id")?,
        state: memo::state(row)?,
        created_at: row.required_time("created_at")?,
        updated_at: row.required_time("updated_at")?,
        grand_total: row.decimal("grand_total")?,
        digest: digest(row),
    })
}
