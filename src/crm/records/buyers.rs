//! Who would buy, when an order is made in the store's admin for a customer, or out of a cart.

use sqlx::PgPool;

use super::{Record, RecordKind};

/// A customer of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreBuyer {
    /// The store's number of the customer.
    pub customer: i64,
    /// The store view to order in, if it is known.
    pub store: Option<i64>,
}

/// The customer of the store whom a customer's or a cart's page is about; `None` where the store has none, or a cart is none
/// any more that an order could be made of.
///
/// # Errors
/// From the database.
pub async fn store_buyer(pool: &PgPool, record: Record) -> Result<Option<StoreBuyer>, sqlx::Error> {
    match record.kind {
        RecordKind::Customer => {
            sqlx::query_as!(
                StoreBuyer,
                "select remote_id as \"customer!\", store_id as store from customers
                 where id = $1 and remote_id is not null and removed_at is null",
                record.id
            )
            .fetch_optional(pool)
            .await
        }
        RecordKind::Cart => {
            sqlx::query_as!(
                StoreBuyer,
                "select k.remote_id as \"customer!\", coalesce(c.store_id, k.store_id) as store
                 from carts c join customers k on k.id = c.customer_id
                 where c.id = $1 and c.status = 'open' and c.removed_at is null and k.remote_id is not null
                    and k.removed_at is null",
                record.id
            )
            .fetch_optional(pool)
            .await
        }
        _ => Ok(None),
    }
}
