//! Giving many records to an owner, a stretch of ids at a time: short transactions, and no waiting for a sync that holds some
//! of the rows, which would wait for others in turn.

use sqlx::{PgConnection, PgPool, QueryBuilder};

use super::RecordKind;
use crate::base::listing::{Chosen, Listing};
use crate::crm::{accounts, carts, customers, orders};

/// The kinds that have an owner of their own.
pub const OWNED: [RecordKind; 4] =
    [RecordKind::Customer, RecordKind::Order, RecordKind::Cart, RecordKind::Account];

/// How many ids are passed in one statement.
pub const STRETCH: i64 = 5_000;

/// The list of a kind that has owners.
#[must_use]
pub fn owned_list(kind: RecordKind) -> Option<&'static Listing> {
    match kind {
        RecordKind::Customer => Some(&customers::LISTING),
        RecordKind::Order => Some(&orders::LISTING),
        RecordKind::Cart => Some(&carts::LISTING),
        RecordKind::Account => Some(&accounts::ACCOUNTS),
        _ => None,
    }
}

/// The greatest id of a kind.
///
/// # Errors
/// From the database.
pub async fn last_id(pool: &PgPool, kind: RecordKind) -> Result<i64, sqlx::Error> {
    let Some(list) = owned_list(kind) else { return Ok(0) };
    let mut query = QueryBuilder::new(format!("select coalesce(max(id), 0) from {}", list.table));
    query.build_query_scalar().fetch_one(pool).await
}

/// Gives the chosen among the next [`STRETCH`] ids after this one to an owner, or to nobody; those that somebody holds right
/// now are passed by. Returns how many were given.
///
/// # Errors
/// From the database.
pub async fn give(
    db: &mut PgConnection,
    kind: RecordKind,
    chosen: &Chosen,
    to: Option<i64>,
    after: i64,
) -> Result<u64, sqlx::Error> {
    let Some(list) = owned_list(kind) else { return Ok(0) };
    let mut query = QueryBuilder::new(format!("update {} set owner_id = ", list.table));
    query.push_bind(to);
    query.push(format!(" where id in (select p.id from {} p where p.id > ", list.table)).push_bind(after);
    query.push(" and p.id <= ").push_bind(after.saturating_add(STRETCH));
    query.push(" and p.owner_id is distinct from ").push_bind(to).push(" and ");
    list.push_chosen(&mut query, "p.id", chosen);
    query.push(" order by p.id for update skip locked)");
    Ok(query.build().execute(db).await?.rows_affected())
}

/// How many of the chosen do not have this owner.
///
/// # Errors
/// From the database.
pub async fn not_given(
    pool: &PgPool,
    kind: RecordKind,
    chosen: &Chosen,
    to: Option<i64>,
) -> Result<i64, sqlx::Error> {
    let Some(list) = owned_list(kind) else { return Ok(0) };
    let mut query = QueryBuilder::new(format!(
        "select count(*) from (select 1 from {} p where p.owner_id is distinct from ",
        list.table
    ));
    query.push_bind(to).push(" and ");
    list.push_chosen(&mut query, "p.id", chosen);
    query.push(" limit 10000) as found");
    query.build_query_scalar().fetch_one(pool).await
}

/// Does somebody own any record?
///
/// # Errors
/// From the database.
pub async fn owns_any(db: &mut PgConnection, user: i64) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        "select exists (select 1 from customers where owner_id = $1) or exists (select 1 from orders where owner_id = $1)
            or exists (select 1 from carts where owner_id = $1) or exists (select 1 from accounts where owner_id = $1) as \"any!\"",
        user
    )
    .fetch_one(db)
    .await
}

/// Gives a few to an owner at once; returns how many have another one now.
///
/// # Errors
/// From the database.
pub async fn give_these(
    db: &mut PgConnection,
    kind: RecordKind,
    ids: &[i64],
    to: Option<i64>,
) -> Result<u64, sqlx::Error> {
    let Some(list) = owned_list(kind) else { return Ok(0) };
    let mut query = QueryBuilder::new(format!("update {} set owner_id = ", list.table));
    query.push_bind(to).push(format!(" where id in (select id from {} where id = any(", list.table));
    query.push_bind(ids.to_vec()).push(") and owner_id is distinct from ").push_bind(to);
    query.push(" order by id for update)");
    Ok(query.build().execute(db).await?.rows_affected())
}
