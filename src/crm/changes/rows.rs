//! Rows of edits and conflicts, as the rules of this module look at them and move them on.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use crate::crm::audit::Actor;
use crate::crm::merge::{Conflict, Side, Unit};

/// A record: a customer, or one of their addresses.
pub(super) type Key = (i64, Option<i64>);

/// An edit that is not settled.
#[derive(Debug, Clone)]
pub(super) struct Open {
    pub(super) id: i64,
    pub(super) unit: Unit,
    pub(super) from: Value,
    pub(super) to: Value,
    pub(super) rejected: bool,
    /// A call with it was begun, and no read has shown since that it never arrived.
    pub(super) sent: bool,
    pub(super) accepted: bool,
}

/// What becomes of an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// The store has it.
    Sent,
    /// It counts no more.
    Discarded,
}

/// Nobody else decides over edits of this channel until the transaction ends.
///
/// # Errors
/// From the database.
pub async fn lock(db: &mut PgConnection, channel: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('changes', $1))", channel)
        .execute(db)
        .await?;
    Ok(())
}

/// Edits of these customers that are not settled, oldest first.
pub(super) async fn open_changes(
    db: &mut PgConnection,
    customers: &[i64],
) -> Result<HashMap<Key, Vec<Open>>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, customer_id, address_id, unit, from_value, to_value, state = 'rejected' as \"rejected!\",
            sent_at is not null as \"sent!\", accepted_at is not null as \"accepted!\"
         from changes where customer_id = any($1) and state in ('pending', 'rejected') order by id",
        customers
    )
    .fetch_all(db)
    .await?;
    let mut open: HashMap<Key, Vec<Open>> = HashMap::new();
    for row in rows {
        let Some(unit) = Unit::from_key(&row.unit) else { continue };
        let change = Open {
            id: row.id,
            unit,
            from: row.from_value,
            to: row.to_value,
            rejected: row.rejected,
            sent: row.sent,
            accepted: row.accepted,
        };
        open.entry((row.customer_id, row.address_id)).or_default().push(change);
    }
    Ok(open)
}

/// Units of these customers that wait for a person's answer.
pub(super) async fn open_conflicts(
    db: &mut PgConnection,
    customers: &[i64],
) -> Result<HashMap<Key, Vec<Unit>>, sqlx::Error> {
    let rows = sqlx::query!(
        "select customer_id, address_id, unit from conflicts where customer_id = any($1) and decided_at is null",
        customers
    )
    .fetch_all(db)
    .await?;
    let mut open: HashMap<Key, Vec<Unit>> = HashMap::new();
    for row in rows {
        open.entry((row.customer_id, row.address_id)).or_default().extend(Unit::from_key(&row.unit));
    }
    Ok(open)
}

/// What the store had where a person is asked about a unit.
pub(super) async fn asked(
    db: &mut PgConnection,
    (customer, address): Key,
    unit: Unit,
) -> Result<Option<Value>, sqlx::Error> {
    sqlx::query_scalar!(
        "select remote from conflicts
         where customer_id = $1 and address_id is not distinct from $2 and unit = $3 and decided_at is null",
        customer,
        address,
        unit.key()
    )
    .fetch_optional(db)
    .await
}

/// Answers what a person is asked about a unit, by what they did to it.
pub(super) async fn answer_by_edit(
    db: &mut PgConnection,
    (customer, address): Key,
    unit: Unit,
    side: Side,
    by: &Actor,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update conflicts set chosen = $4, decided_at = now(), decided_by = $5
         where customer_id = $1 and address_id is not distinct from $2 and unit = $3 and decided_at is null",
        customer,
        address,
        unit.key(),
        side.key(),
        by.id()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Settles edits.
pub(super) async fn settle(
    db: &mut PgConnection,
    ids: &[i64],
    fate: Fate,
    why: &str,
) -> Result<(), sqlx::Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let state = match fate {
        Fate::Sent => "sent",
        Fate::Discarded => "discarded",
    };
    sqlx::query!(
        "update changes set state = $2, message = nullif($3, ''), state_at = now() where id = any($1)",
        ids,
        state,
        why
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A read that began at this moment shows that the store does not have these, which were sent. It may finish a call late, but
/// not after an hour: what it shows from then on is its own.
pub(super) async fn not_arrived(
    db: &mut PgConnection,
    ids: &[i64],
    read_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "update changes set sent_at = null, accepted_at = null where id = any($1) and sent_at < $2::timestamptz - interval '1 hour'",
        ids,
        read_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Discards edits because a person said so.
pub(super) async fn discard(
    db: &mut PgConnection,
    ids: &[i64],
    why: &str,
    by: &Actor,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update changes set state = 'discarded', message = $2, state_at = now(), settled_by = $3 where id = any($1)",
        ids,
        why,
        by.id()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps a conflict; an open one of the same unit is brought up to date. Tells whether there is something new in it.
pub(super) async fn keep(
    db: &mut PgConnection,
    (customer, address): Key,
    conflict: &Conflict,
    job: i64,
) -> Result<bool, sqlx::Error> {
    let kept = sqlx::query!(
        "insert into conflicts as c (customer_id, address_id, unit, base, local, remote, chosen, rule, job_id, decided_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, case when $7::text is null then null else now() end)
         on conflict (customer_id, coalesce(address_id, 0), unit) where decided_at is null do update set
            base = excluded.base, local = excluded.local, remote = excluded.remote, job_id = excluded.job_id
         where (c.base, c.local, c.remote) is distinct from (excluded.base, excluded.local, excluded.remote)",
        customer,
        address,
        conflict.unit.key(),
        conflict.base,
        conflict.local,
        conflict.remote,
        conflict.chosen.map(Side::key),
        conflict.rule.key(),
        job,
    )
    .execute(db)
    .await?;
    Ok(kept.rows_affected() > 0)
}

/// Closes the open conflict of a unit: both sides differ no more.
pub(super) async fn close(
    db: &mut PgConnection,
    (customer, address): Key,
    unit: Unit,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update conflicts set decided_at = now()
         where customer_id = $1 and address_id is not distinct from $2 and unit = $3 and decided_at is null",
        customer,
        address,
        unit.key(),
    )
    .execute(db)
    .await?;
    Ok(())
}
