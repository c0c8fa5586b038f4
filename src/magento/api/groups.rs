//! Customer groups.

use serde::Serialize;

use super::Listing;
use super::row::{self, Record, RowExt, RowProblem};
use crate::magento::soap::value::Row;
use crate::magento::store::Call;
use crate::magento::{CallError, Store};

/// A customer group; 0 is "NOT LOGGED IN".
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// `customer_group_id`.
    pub group_id: i64,
    /// `customer_group_code`: its name.
    pub name: String,
}

/// All customer groups (recordings rpc/011, wsi/011).
///
/// # Errors
/// Any [`CallError`].
pub async fn list(store: &Store) -> Result<Listing<Group>, CallError> {
    row::list(store, Call::V2("customerGroupList", Vec::new())).await
}

impl Record for Group {
    const ID: &'static str = "customer_group_id";

    fn read(row: &Row) -> Result<Self, RowProblem> {
        Ok(Self { group_id: row.required_id(Self::ID)?, name: row.required_text("customer_group_code")? })
    }
}
