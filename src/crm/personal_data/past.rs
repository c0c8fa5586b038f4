//! Erasures that were made: what a page tells of them, and how one is lifted.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use crate::crm::records::Record;

/// An erasure.
#[derive(Debug, Clone)]
pub struct Erasure {
    /// Row id.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it, while they are known.
    pub by: Option<String>,
    /// When it was lifted: from then on syncs may bring the person in again.
    pub lifted_at: Option<DateTime<Utc>>,
    /// Who lifted it.
    pub lifted_by: Option<String>,
    /// The orders that stay, without a name.
    pub orders: i64,
}

/// The erasure that took a record's person.
///
/// # Errors
/// From the database.
pub async fn erasure_of(pool: &PgPool, record: Record) -> Result<Option<Erasure>, sqlx::Error> {
    let id = sqlx::query_scalar!(
        "select erasure_id from erased_records where record = $1 and record_id = $2",
        record.kind.key(),
        record.id
    );
    match id.fetch_optional(pool).await? {
        Some(id) => find_erasure(pool, id).await,
        None => Ok(None),
    }
}

/// One erasure.
///
/// # Errors
/// From the database.
pub async fn find_erasure(pool: &PgPool, id: i64) -> Result<Option<Erasure>, sqlx::Error> {
    sqlx::query_as!(
        Erasure,
        "select e.id, e.at, b.name as \"by?\", e.lifted_at, l.name as \"lifted_by?\",
            (select count(*) from erased_records r where r.erasure_id = e.id and r.record = 'order') as \"orders!\"
         from erasures e left join users b on b.id = e.by_id left join users l on l.id = e.lifted_by where e.id = $1",
        id
    )
    .fetch_optional(pool)
    .await
}

/// Lifts an erasure: syncs may bring the person in again, as somebody new. `false`: it was lifted already, or is not there.
///
/// The nameless rows of customers go, so that whoever comes finds no row that they would have to fill: what was bought is linked
/// again as it arrives.
///
/// # Errors
/// From the database.
pub async fn lift(db: &mut PgConnection, id: i64, by: i64) -> Result<bool, sqlx::Error> {
    let lifted = sqlx::query!(
        "update erasures set lifted_at = now(), lifted_by = $2 where id = $1 and lifted_at is null",
        id,
        by
    );
    if lifted.execute(&mut *db).await?.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!("delete from erased_emails where erasure_id = $1", id).execute(&mut *db).await?;
    sqlx::query!(
        "delete from customers k using erased_records r
         where r.erasure_id = $1 and r.record = 'customer' and r.record_id = k.id and k.erased_at is not null",
        id
    )
    .execute(&mut *db)
    .await?;
    // their rows are as a list has them, but for what was taken: the next read fetches them whole
    sqlx::query!(
        "update orders o set row_hash = null from erased_records r
         where r.erasure_id = $1 and r.record = 'order' and r.record_id = o.id",
        id
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update credit_memos m set row_hash = null from erased_records r
         where r.erasure_id = $1 and r.record = 'credit memo' and r.record_id = m.id",
        id
    )
    .execute(db)
    .await?;
    Ok(true)
}
