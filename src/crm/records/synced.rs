//! What Sync Data leaves on a record, and what it finds there.

use sqlx::{PgConnection, PgPool};

use super::{Record, RecordKind};

/// A sync has looked at this record by itself just now.
///
/// # Errors
/// From the database.
pub async fn note_synced(db: &mut PgConnection, record: Record) -> Result<(), sqlx::Error> {
    match record.kind {
        RecordKind::Customer => {
            sqlx::query!("update customers set synced_at = now() where id = $1", record.id)
                .execute(db)
                .await?
        }
        RecordKind::Order => {
            sqlx::query!("update orders set synced_at = now() where id = $1", record.id).execute(db).await?
        }
        RecordKind::Cart => {
            sqlx::query!("update carts set synced_at = now() where id = $1", record.id).execute(db).await?
        }
        _ => return Ok(()),
    };
    Ok(())
}

/// Was it found to be gone in its store?
///
/// # Errors
/// From the database.
pub async fn is_removed(pool: &PgPool, record: Record) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        "select exists (select 1 from customers where $1 = 'customer' and id = $2 and removed_at is not null
            union all select 1 from orders where $1 = 'order' and id = $2 and removed_at is not null
            union all select 1 from carts where $1 = 'cart' and id = $2 and removed_at is not null) as \"removed!\"",
        record.kind.key(),
        record.id
    )
    .fetch_one(pool)
    .await
}
