//! What is asked for customer by customer: address books, and single customers.

use async_trait::async_trait;

use crate::magento::api::addresses::{self, Address};
use crate::magento::api::customers::{self as wire, Customer};
use crate::magento::api::{Bulk, Entry, EntryFailure};
use crate::magento::{CallError, Class, Store};
use crate::sync::details::Detailed;

/// Address books, asked for by customer.
pub(super) struct Books;

#[async_trait]
impl Detailed for Books {
    type Key = i64;
    type Detail = Vec<Address>;

    const FIRST: usize = 100;
    /// Two hundred books take a store as long as a hundred orders.
    const MOST: usize = 200;

    async fn bulk(&self, store: &Store, keys: &[i64]) -> Result<Bulk<Vec<Address>>, CallError> {
        addresses::addresses_bulk(store, keys).await
    }

    /// Half a book would look like removed addresses: one that holds a bad row is bad.
    async fn single(&self, store: &Store, key: &i64) -> Result<Entry<Vec<Address>>, CallError> {
        let mut list = addresses::addresses(store, *key).await?;
        Ok(match list.bad.pop() {
            Some(bad) => Err(EntryFailure::Bad(bad)),
            None => Ok(list.rows),
        })
    }
}

/// Single customers, asked for by id.
pub(super) struct Infos;

#[async_trait]
impl Detailed for Infos {
    type Key = i64;
    type Detail = Customer;

    async fn bulk(&self, store: &Store, keys: &[i64]) -> Result<Bulk<Customer>, CallError> {
        wire::infos_bulk(store, keys).await
    }

    async fn single(&self, store: &Store, key: &i64) -> Result<Entry<Customer>, CallError> {
        match wire::info(store, *key).await {
            Ok(customer) => Ok(Ok(customer)),
            Err(CallError::Fault(fault)) if fault.class() == Class::Record => {
                Ok(Err(EntryFailure::Fault(fault)))
            }
            Err(problem) => Err(problem),
        }
    }
}
