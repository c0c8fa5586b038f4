//! The inbox of conflicts: what both sides changed, and what a person decides.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, PgPool};

use super::edit::{self, Edit};
use super::outbox::can_be_sent;
use super::rows::{self, Fate, Key};
use crate::crm::customers::{self, Book, Sides};
use crate::crm::merge::{Side, Unit, Values};

/// A conflict as the inbox shows it.
#[derive(Debug, Clone)]
pub struct ConflictRow {
    /// Row id.
    pub id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// The channel.
    pub channel_id: i64,
    /// Their name, or what stands for it.
    pub customer: String,
    /// `None` = of the customer themselves.
    pub address_id: Option<i64>,
    /// What both changed.
    pub unit: Unit,
    /// What both had.
    pub base: Value,
    /// What the CRM had.
    pub local: Value,
    /// What the store had.
    pub remote: Value,
    /// Whose value was taken; `None` = it waits, or the difference went away.
    pub chosen: Option<Side>,
    /// What decided: a priority's word, or `store`.
    pub rule: String,
    /// When it was met.
    pub opened_at: DateTime<Utc>,
    /// When it was decided; `None` = it waits.
    pub decided_at: Option<DateTime<Utc>>,
    /// Who decided; `None` = a rule.
    pub decided_by: Option<String>,
}

/// Which conflicts are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those that wait for a person.
    Waiting,
    /// Those that are decided.
    Decided,
    /// All.
    All,
}

/// How many conflicts wait for a person.
///
/// # Errors
/// From the database.
pub async fn waiting(pool: &PgPool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!("select count(*) as \"count!\" from conflicts where decided_at is null")
        .fetch_one(pool)
        .await
}

/// Conflicts, those that wait before the others, the newest first.
///
/// # Errors
/// From the database.
pub async fn list(pool: &PgPool, which: Which, most: i64) -> Result<Vec<ConflictRow>, sqlx::Error> {
    let (waiting, decided) = (which != Which::Decided, which != Which::Waiting);
    select(pool, None, (waiting, decided), most).await
}

/// One conflict.
///
/// # Errors
/// From the database.
pub async fn find(pool: &PgPool, id: i64) -> Result<Option<ConflictRow>, sqlx::Error> {
    Ok(select(pool, Some(id), (true, true), 1).await?.pop())
}

async fn select(
    pool: &PgPool,
    id: Option<i64>,
    (waiting, decided): (bool, bool),
    most: i64,
) -> Result<Vec<ConflictRow>, sqlx::Error> {
    let rows = sqlx::query!(
        "select c.id, c.customer_id, k.channel_id, c.address_id, c.unit, c.base, c.local, c.remote, c.chosen, c.rule,
            c.opened_at, c.decided_at, u.name as \"decided_by?\",
            coalesce(nullif(trim(k.first_name || ' ' || k.last_name), ''), nullif(k.email, ''), 'Customer ' || k.id)
                as \"customer!\"
         from conflicts c join customers k on k.id = c.customer_id left join users u on u.id = c.decided_by
         where ($1::bigint is null or c.id = $1) and case when c.decided_at is null then $2::boolean else $3::boolean end
         order by (c.decided_at is not null), c.id desc limit $4",
        id,
        waiting,
        decided,
        most
    )
    .fetch_all(pool)
    .await?;
    let rows = rows.into_iter().filter_map(|row| {
        Some(ConflictRow {
            id: row.id,
            customer_id: row.customer_id,
            channel_id: row.channel_id,
            customer: row.customer,
            address_id: row.address_id,
            unit: Unit::from_key(&row.unit)?,
            base: row.base,
            local: row.local,
            remote: row.remote,
            chosen: [Side::Local, Side::Remote]
                .into_iter()
                .find(|side| Some(side.key()) == row.chosen.as_deref()),
            rule: row.rule,
            opened_at: row.opened_at,
            decided_at: row.decided_at,
            decided_by: row.decided_by,
        })
    });
    Ok(rows.collect())
}

/// Answers a conflict that waits. The answer holds only for the values that were shown: false if they are others by now.
///
/// # Errors
/// From the database.
pub async fn answer(
    db: &mut PgConnection,
    conflict: &ConflictRow,
    side: Side,
    user: i64,
) -> Result<bool, sqlx::Error> {
    let Some(mut book) = edit::locked(db, conflict.channel_id, conflict.customer_id).await? else {
        return Ok(false);
    };
    let answered = sqlx::query!(
        "update conflicts set chosen = $2, decided_at = now(), decided_by = $3
         where id = $1 and decided_at is null and local = $4 and remote = $5",
        conflict.id,
        side.key(),
        user,
        conflict.local,
        conflict.remote
    )
    .execute(&mut *db)
    .await?;
    if answered.rows_affected() == 0 {
        return Ok(false);
    }
    // the store's value is what both sides have seen now: a local winner is an ordinary edit that waits
    let decide = |sides: &mut Sides| {
        sides.base.set(conflict.unit, conflict.remote.clone());
        if side == Side::Remote {
            sides.local.set(conflict.unit, conflict.remote.clone());
        }
    };
    write(db, &mut book, conflict.address_id, decide).await?;
    if side == Side::Remote {
        let key: Key = (conflict.customer_id, conflict.address_id);
        let open = rows::open_changes(db, &[conflict.customer_id]).await?;
        let of_unit = open.get(&key).into_iter().flatten().filter(|change| change.unit == conflict.unit);
        let ids: Vec<i64> = of_unit.map(|change| change.id).collect();
        rows::settle(db, &ids, Fate::Discarded, "Magento’s value was chosen.").await?;
    }
    Ok(true)
}

async fn write(
    db: &mut PgConnection,
    book: &mut Book,
    address: Option<i64>,
    decide: impl Fn(&mut Sides),
) -> Result<(), sqlx::Error> {
    match address {
        None => {
            decide(&mut book.customer);
            customers::save_customer(db, &book.customer).await
        }
        Some(id) => match book.addresses.iter_mut().find(|address| address.id == id) {
            Some(address) => {
                decide(address);
                customers::save_address(db, address).await
            }
            None => Ok(()),
        },
    }
}

/// Makes an ordinary edit of the value that lost. False if it is there already, or cannot be sent.
///
/// # Errors
/// From the database.
pub async fn use_other(
    db: &mut PgConnection,
    conflict: &ConflictRow,
    user: i64,
) -> Result<bool, sqlx::Error> {
    let other = match conflict.chosen {
        Some(Side::Local) => conflict.remote.clone(),
        Some(Side::Remote) => conflict.local.clone(),
        None => return Ok(false),
    };
    if !can_be_sent(conflict.unit, &other) {
        return Ok(false);
    }
    let mut values = Values::default();
    values.set(conflict.unit, other);
    let made = match conflict.address_id {
        None => Edit { customer: values, addresses: Vec::new() },
        Some(id) => Edit { customer: Values::default(), addresses: vec![(id, values)] },
    };
    let key = (conflict.channel_id, conflict.customer_id);
    Ok(edit::edit(db, key, user, &made).await? > 0)
}
