//! Who is responsible for an order or a cart; customers and accounts have their owner in their forms. Syncs set an owner when they
//! bring a record, and leave it alone from then on.

use sqlx::{PgConnection, PgExecutor};

use super::{Record, RecordKind};

/// Who is responsible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Row id.
    pub id: i64,
    /// Their name.
    pub name: String,
}

/// Who is responsible for a record, if somebody is.
///
/// # Errors
/// From the database.
pub async fn owner_of(db: impl PgExecutor<'_>, record: Record) -> Result<Option<Owner>, sqlx::Error> {
    sqlx::query_as!(
        Owner,
        "select u.id, u.name from users u where u.id in (
            select owner_id from orders where $1 = 'order' and id = $2
            union all select owner_id from carts where $1 = 'cart' and id = $2)",
        record.kind.key(),
        record.id
    )
    .fetch_optional(db)
    .await
}

/// Nobody else changes who is responsible for this record until the transaction ends.
///
/// # Errors
/// From the database.
pub async fn hold(db: &mut PgConnection, record: Record) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with o as (select id from orders where $1 = 'order' and id = $2 for no key update),
            c as (select id from carts where $1 = 'cart' and id = $2 for no key update)
         select count(*) from (select id from o union all select id from c) as held",
        record.kind.key(),
        record.id
    )
    .fetch_one(db)
    .await
    .map(drop)
}

/// Makes somebody responsible for a record, or nobody. `false` = it has no owner of its own.
///
/// # Errors
/// From the database.
pub async fn change_owner(
    db: &mut PgConnection,
    record: Record,
    owner: Option<i64>,
) -> Result<bool, sqlx::Error> {
    let done = match record.kind {
        RecordKind::Order => {
            sqlx::query!("update orders set owner_id = $2 where id = $1", record.id, owner)
                .execute(db)
                .await?
        }
        RecordKind::Cart => {
            sqlx::query!("update carts set owner_id = $2 where id = $1", record.id, owner).execute(db).await?
        }
        _ => return Ok(false),
    };
    Ok(done.rows_affected() > 0)
}
