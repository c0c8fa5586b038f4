//! Accounts that become one, with all that was written about both.

use sqlx::PgConnection;

use super::store::move_all;
use crate::crm::accounts::{self, Kept};
use crate::crm::customers::{self, Into};
use crate::crm::records::{Record, RecordKind};

/// One account becomes part of another; false if one of them is not there (any more): then nothing of it is to be kept.
///
/// # Errors
/// From the database.
pub async fn merge_accounts(
    db: &mut PgConnection,
    (account, other): (i64, i64),
    kept: Kept,
    user: i64,
) -> Result<bool, sqlx::Error> {
    accounts::lock(db).await?;
    // before the other one goes, which would take along what was written about it
    bring(db, (account, other)).await?;
    customers::merge_accounts(db, (account, other), kept, user).await
}

/// Moves a customer to another account; returns that, or nothing where there is nothing to move. An account that nobody is left
/// in becomes part of the other one.
///
/// # Errors
/// From the database.
pub async fn move_customer(
    db: &mut PgConnection,
    customer: i64,
    into: Into,
    user: i64,
) -> Result<Option<i64>, sqlx::Error> {
    let Some(moved) = customers::move_to(db, customer, into, user).await? else { return Ok(None) };
    if let Some(emptied) = moved.emptied {
        bring(db, (moved.account, emptied)).await?;
        accounts::merge(db, (moved.account, emptied), Kept::Name, Some(user), &moved.name).await?;
    }
    Ok(Some(moved.account))
}

async fn bring(db: &mut PgConnection, (account, other): (i64, i64)) -> Result<(), sqlx::Error> {
    move_all(db, Record::new(RecordKind::Account, other), account).await
}
