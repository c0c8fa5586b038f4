//! The outbox: what is to be sent to a store, and what became of it.

use std::collections::HashSet;

use serde_json::Value;
use sqlx::{PgConnection, PgPool};

use super::rows::{self, Open};
use super::trail::{self, Answer};
use crate::crm::customers::{self, Sides};
use crate::crm::merge::Unit;

/// A unit on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Sending {
    /// The unit.
    pub unit: Unit,
    /// What the store is to have.
    pub value: Value,
    /// The edits behind it.
    changes: Vec<i64>,
}

impl Sending {
    /// A value with the edit behind it.
    pub(super) fn of(unit: Unit, value: Value, change: i64) -> Self {
        Self { unit, value, changes: vec![change] }
    }

    /// Of several edits of a unit the last one travels; the store never sees the others.
    pub(super) fn carried(&self) -> Option<i64> {
        self.changes.last().copied()
    }
}

/// What one record's call is to carry.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The store's id of the customer, or of the address.
    pub remote_id: i64,
    /// Is it an address?
    pub is_address: bool,
    /// What is to change.
    pub units: Vec<Sending>,
}

/// A customer with edits whose time has come.
#[derive(Debug, Clone, Copy)]
pub struct Due {
    /// Row id.
    pub id: i64,
    /// The store's id.
    pub remote_id: i64,
    /// Their address book has a part in it.
    pub book: bool,
}

/// Customers of a channel with edits whose time has come, the longest waiting first, but for those who had their turn. A sync
/// that a person asked for tries at once what a backoff holds back. `only` = this customer alone.
///
/// # Errors
/// From the database.
pub async fn due(
    pool: &PgPool,
    channel: i64,
    at_once: bool,
    only: Option<i64>,
    had_a_turn: &HashSet<i64>,
    most: i64,
) -> Result<Vec<Due>, sqlx::Error> {
    let had_a_turn: Vec<i64> = had_a_turn.iter().copied().collect();
    sqlx::query_as!(
        Due,
        "select k.id, k.remote_id as \"remote_id!\",
            bool_or(c.address_id is not null or c.unit in ('default_billing', 'default_shipping')) as \"book!\"
         from changes c join customers k on k.id = c.customer_id
         where k.channel_id = $1 and k.remote_id is not null and k.removed_at is null and c.state = 'pending'
            and (c.next_try_at <= now() or $2) and ($5::bigint is null or k.id = $5) and k.id <> all($4)
            and not exists (select 1 from conflicts o where o.customer_id = c.customer_id and o.decided_at is null
                and o.address_id is not distinct from c.address_id and o.unit = c.unit)
            and not exists (select 1 from changes r where r.customer_id = c.customer_id and r.state = 'rejected'
                and r.address_id is not distinct from c.address_id and r.unit = c.unit)
            and not exists (select 1 from customer_addresses a where a.id = c.address_id and a.removed_at is not null)
         group by k.id, k.remote_id order by min(c.id) limit $3",
        channel,
        at_once,
        most,
        &had_a_turn,
        only
    )
    .fetch_all(pool)
    .await
}

/// How many edits, new records and subscriptions of a channel the store does not have.
///
/// # Errors
/// From the database.
pub async fn waiting_edits(pool: &PgPool, channel: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "select (select count(*) from changes c join customers k on k.id = c.customer_id
                where k.channel_id = $1 and c.state in ('pending', 'rejected'))
            + (select count(*) from creations c join customers k on k.id = c.customer_id
                where k.channel_id = $1 and c.state <> 'created')
            + (select count(*) from subscription_changes where channel_id = $1 and state in ('pending', 'rejected'))
            as \"count!\"",
        channel
    )
    .fetch_one(pool)
    .await
}

/// Customers of a channel with edits or questions that are open, after this row: rows and the store's ids, in their order.
///
/// # Errors
/// From the database.
pub async fn edited(
    pool: &PgPool,
    channel: i64,
    after: i64,
    most: i64,
) -> Result<Vec<(i64, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        "with held as materialized (
            select customer_id from changes where state in ('pending', 'rejected')
            union select customer_id from conflicts where decided_at is null
         )
         select k.id, k.remote_id as \"remote_id!\" from held h join customers k on k.id = h.customer_id
         where k.channel_id = $1 and k.id > $2 and k.remote_id is not null order by k.id limit $3",
        channel,
        after,
        most
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.remote_id)).collect())
}

/// What of a customer is to be sent now, the customer before the addresses.
///
/// # Errors
/// From the database.
pub async fn outgoing(
    db: &mut PgConnection,
    channel: i64,
    customer: i64,
) -> Result<Vec<Outgoing>, sqlx::Error> {
    rows::lock(db, channel).await?;
    let book = customers::books(db, &[customer]).await?.remove(&customer);
    // what is gone in the store takes no edits: a person is asked about them
    let Some(book) = book.filter(|book| !book.customer.removed) else { return Ok(Vec::new()) };
    let changes = rows::open_changes(db, &[customer]).await?;
    let conflicts = rows::open_conflicts(db, &[customer]).await?;
    let mut outgoing = Vec::new();
    for (sides, address) in std::iter::once((&book.customer, None))
        .chain(book.addresses.iter().filter(|address| !address.removed).map(|a| (a, Some(a.id))))
    {
        let key = (customer, address);
        let empty = (Vec::new(), Vec::new());
        let waiting = conflicts.get(&key).unwrap_or(&empty.1);
        let units = sendable(sides, changes.get(&key).unwrap_or(&empty.0), waiting);
        if let (Some(remote_id), false) = (sides.remote_id, units.is_empty()) {
            outgoing.push(Outgoing { remote_id, is_address: address.is_some(), units });
        }
    }
    Ok(outgoing)
}

/// A call with these is about to be made: it is noted before it begins, so that a lost answer is known for what it is. Returns
/// what still waits of them: an edit may have been taken back since it was looked for.
///
/// # Errors
/// From the database.
pub async fn begin(
    db: &mut PgConnection,
    channel: i64,
    mut units: Vec<Sending>,
) -> Result<Vec<Sending>, sqlx::Error> {
    rows::lock(db, channel).await?;
    let waiting = sqlx::query_scalar!(
        "select id from changes where id = any($1) and state = 'pending'",
        &ids_of(&units)
    );
    let waiting: HashSet<i64> = waiting.fetch_all(&mut *db).await?.into_iter().collect();
    units.retain(|sending| sending.carried().is_some_and(|change| waiting.contains(&change)));
    let carried: Vec<i64> = units.iter().filter_map(Sending::carried).collect();
    sqlx::query!(
        "update changes set sent_at = case when id = any($2) then now() else sent_at end, accepted_at = null
         where id = any($1)",
        &ids_of(&units),
        &carried
    )
    .execute(&mut *db)
    .await?;
    trail::begun(db, channel, &units).await?;
    Ok(units)
}

/// The units of a record that a push would send.
pub(super) fn sendable(sides: &Sides, changes: &[Open], waiting: &[Unit]) -> Vec<Sending> {
    let mut units: Vec<Sending> = Vec::new();
    for unit in sides.local.differing(&sides.base) {
        let of_unit = || changes.iter().filter(move |change| change.unit == unit);
        let held = waiting.contains(&unit) || of_unit().any(|change| change.rejected);
        let value = sides.local.value(unit);
        if held || of_unit().next().is_none() || !can_be_sent(unit, &value) {
            continue;
        }
        units.push(Sending { unit, value, changes: of_unit().map(|change| change.id).collect() });
    }
    units
}

/// The store ignores it when it is told that there is no default address.
pub(super) fn can_be_sent(unit: Unit, value: &Value) -> bool {
    !(matches!(unit, Unit::DefaultBilling | Unit::DefaultShipping) && value.is_null())
}

/// The store said that it took these over; what it made of them is seen when they are read back.
///
/// # Errors
/// From the database.
pub async fn accepted(db: &mut PgConnection, units: &[Sending]) -> Result<(), sqlx::Error> {
    let ids = ids_of(units);
    sqlx::query!("update changes set accepted_at = now(), message = null where id = any($1)", &ids)
        .execute(&mut *db)
        .await?;
    trail::answered(db, units, Answer::Accepted, "").await
}

/// The store refused these, with these words. They wait until they are edited or discarded.
///
/// # Errors
/// From the database.
pub async fn rejected(db: &mut PgConnection, units: &[Sending], words: &str) -> Result<(), sqlx::Error> {
    let ids = ids_of(units);
    sqlx::query!(
        // what was edited again meanwhile holds nothing back
        "with newer as (
            select c.id from changes c where c.id = any($1) and exists (select 1 from changes n
                where n.customer_id = c.customer_id and n.address_id is not distinct from c.address_id and n.unit = c.unit
                    and n.id > c.id and n.state = 'pending' and not n.id = any($1))
         )
         update changes set state = case when id in (select id from newer) then 'discarded' else 'rejected' end,
            message = left($2, 500), state_at = now(), sent_at = null
         where id = any($1) and state = 'pending'",
        &ids,
        words
    )
    .execute(&mut *db)
    .await?;
    trail::answered(db, units, Answer::Refused, words).await
}

/// The store gave no answer: what waits of this customer is tried again, later each time.
///
/// # Errors
/// From the database.
pub async fn put_off(db: &mut PgConnection, customer: i64, words: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update changes set attempts = attempts + 1, message = left($2, 500),
            next_try_at = next_try(attempts)
         where customer_id = $1 and state = 'pending'",
        customer,
        words
    )
    .execute(&mut *db)
    .await?;
    trail::unanswered(db, customer, words).await
}

fn ids_of(units: &[Sending]) -> Vec<i64> {
    units.iter().flat_map(|sending| sending.changes.iter().copied()).collect()
}
