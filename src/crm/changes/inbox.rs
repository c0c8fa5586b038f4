//! The inbox of conflicts: what both sides changed, and what a person decides.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, PgPool};

use super::edit::{self, Edit};
use super::grid::CONFLICTS;
use super::noted;
use super::outbox::can_be_sent;
use super::rows::{self, Key};
use crate::base::listing::Wanted;
use crate::crm::audit::{self, Act, Actor, Changes, Subject, SubjectKind, shown};
use crate::crm::customers::{self, Book, Sides};
use crate::crm::merge::{Rule, Side, Unit, Values};

/// A conflict as the inbox shows it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ConflictRow {
    /// Row id.
    pub id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// Their name, or what stands for it.
    pub customer: String,
    /// The channel.
    pub channel_id: i64,
    /// The channel's name.
    pub channel: String,
    /// `None` = of the customer themselves.
    pub address_id: Option<i64>,
    unit: String,
    /// What the CRM had.
    pub local: Value,
    /// What the store had.
    pub remote: Value,
    /// What both had, as people know it.
    pub base_shown: Value,
    /// What the CRM had, as people know it.
    pub local_shown: Value,
    /// What the store had, as people know it.
    pub remote_shown: Value,
    chosen: Option<String>,
    /// What decided: a priority's word, `store` or `removed`.
    pub rule: String,
    /// The job that met it.
    pub job_id: Option<i64>,
    /// When it was met.
    pub opened_at: DateTime<Utc>,
    /// When it was decided; `None` = it waits.
    pub decided_at: Option<DateTime<Utc>>,
    /// Who decided; `None` = a rule.
    pub decided_by: Option<String>,
    /// Who last made an edit of the value that lost.
    pub turned_by: Option<String>,
}

impl ConflictRow {
    /// What both changed; `None` = the whole record, which the store no longer has.
    #[must_use]
    pub fn unit(&self) -> Option<Unit> {
        Unit::from_key(&self.unit)
    }

    /// Whose value was taken; `None` = it waits, or there is nothing to decide any more.
    #[must_use]
    pub fn chosen(&self) -> Option<Side> {
        self.chosen.as_deref().and_then(Side::from_key)
    }

    /// It waits for a person.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.decided_at.is_none()
    }

    /// Has it another value that could be used? Of what is gone in the store there is none.
    #[must_use]
    pub fn can_be_turned(&self) -> bool {
        self.chosen.is_some() && self.unit().is_some() && self.rule != Rule::Removed.key()
    }
}

/// What of a channel's edits waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Conflicts that wait for a person.
    pub conflicts: i64,
    /// Edits and new records that wait for a person because the store does not take them.
    pub rejected: i64,
    /// Edits and new records that wait for the store.
    pub pending: i64,
    /// Subscriptions that wait for a person.
    pub subscriptions: i64,
}

/// How much waits for a person, over all channels.
///
/// # Errors
/// From the database.
pub async fn attention(pool: &PgPool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "select (select count(*) from conflicts where decided_at is null) + (select count(*) from rejected_edits)
            + (select count(*) from creations where state = 'rejected')
            + (select count(*) from subscription_changes where state = 'rejected') as \"count!\""
    )
    .fetch_one(pool)
    .await
}

/// What waits; `None` = of all channels.
///
/// # Errors
/// From the database.
pub async fn standing(pool: &PgPool, channel: Option<i64>) -> Result<Standing, sqlx::Error> {
    sqlx::query_as!(
        Standing,
        "select (select count(*) from conflicts c join customers k on k.id = c.customer_id
                where c.decided_at is null and ($1::bigint is null or k.channel_id = $1)) as \"conflicts!\",
            (select count(*) from rejected_edits where $1::bigint is null or channel_id = $1)
                + (select count(*) from creations c join customers k on k.id = c.customer_id
                    where c.state = 'rejected' and ($1::bigint is null or k.channel_id = $1)) as \"rejected!\",
            (select count(*) from changes c join customers k on k.id = c.customer_id
                where c.state = 'pending' and ($1::bigint is null or k.channel_id = $1))
                + (select count(*) from creations c join customers k on k.id = c.customer_id
                    where c.state = 'pending' and ($1::bigint is null or k.channel_id = $1)) as \"pending!\",
            (select count(*) from subscription_changes
                where state = 'rejected' and ($1::bigint is null or channel_id = $1)) as \"subscriptions!\"",
        channel
    )
    .fetch_one(pool)
    .await
}

/// One conflict.
///
/// # Errors
/// From the database.
pub async fn find(pool: &PgPool, id: i64) -> Result<Option<ConflictRow>, sqlx::Error> {
    let wanted = Wanted::only("id", id);
    Ok(CONFLICTS.page(pool, &wanted, CONFLICTS.first(1)).await?.rows.pop())
}

/// Conflicts that wait and pass these filters, the newest first.
///
/// # Errors
/// From the database.
pub async fn waiting_like(
    pool: &PgPool,
    filters: &Wanted,
    most: i64,
) -> Result<Vec<ConflictRow>, sqlx::Error> {
    let wanted = filters.clone().and("state", "waiting");
    Ok(CONFLICTS.page(pool, &wanted, CONFLICTS.first(most)).await?.rows)
}

/// Answers many conflicts alike, each only if it is what was shown; returns how many.
///
/// # Errors
/// From the database.
pub async fn answer_all(
    db: &mut PgConnection,
    conflicts: &[ConflictRow],
    side: Side,
    by: &Actor,
) -> Result<usize, sqlx::Error> {
    // always in this order, so that two who answer never wait for each other
    let channels: BTreeSet<i64> = conflicts.iter().map(|conflict| conflict.channel_id).collect();
    for channel in channels {
        rows::lock(db, channel).await?;
    }
    let mut answered = 0;
    for conflict in conflicts {
        answered += usize::from(answer(db, conflict, side, by).await?);
    }
    Ok(answered)
}

/// Answers a conflict that waits. The answer holds only for the values that were shown: false if they are others by now.
///
/// # Errors
/// From the database.
pub async fn answer(
    db: &mut PgConnection,
    conflict: &ConflictRow,
    side: Side,
    by: &Actor,
) -> Result<bool, sqlx::Error> {
    let Some(unit) = conflict.unit() else { return Ok(false) };
    let Some(mut book) = edit::locked(db, conflict.channel_id, conflict.customer_id).await? else {
        return Ok(false);
    };
    let answered = sqlx::query!(
        "update conflicts set chosen = $2, decided_at = now(), decided_by = $3
         where id = $1 and decided_at is null and local = $4 and remote = $5",
        conflict.id,
        side.key(),
        by.id(),
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
        sides.base.set(unit, conflict.remote.clone());
        if side == Side::Remote {
            sides.local.set(unit, conflict.remote.clone());
        }
    };
    write(db, &mut book, conflict.address_id, decide).await?;
    if side == Side::Remote {
        let key: Key = (conflict.customer_id, conflict.address_id);
        let open = rows::open_changes(db, &[conflict.customer_id]).await?;
        let of_unit = open.get(&key).into_iter().flatten().filter(|change| change.unit == unit);
        let ids: Vec<i64> = of_unit.map(|change| change.id).collect();
        rows::discard(db, &ids, "Magento’s value was chosen.", by).await?;
    }
    decided(db, by, conflict, side).await?;
    Ok(true)
}

/// Tells the audit trail whose value a person took, and both values.
pub(super) async fn decided(
    db: &mut PgConnection,
    by: &Actor,
    conflict: &ConflictRow,
    side: Side,
) -> Result<(), sqlx::Error> {
    let subject = Subject::new(SubjectKind::Customer, conflict.customer_id, &conflict.customer);
    let changes = match conflict.unit() {
        Some(unit) => {
            let (local, remote) = (shown(&conflict.local_shown), shown(&conflict.remote_shown));
            let (taken, word, other) = match side {
                Side::Local => (&local, "Value in Magento, not taken", &remote),
                Side::Remote => (&remote, "Value here, not taken", &local),
            };
            let field = noted::field(unit, conflict.address_id);
            Changes::none().told("Field", &field).told("Value taken", taken).told(word, other)
        }
        None => Changes::none().told("Removal in Magento", "Accepted"),
    };
    audit::note(db, by, Act::Decided, &subject, &changes).await
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

/// Makes an ordinary edit of the value that lost; from then on it is the one that was chosen, and can be turned round again.
/// False if it is there already, or cannot be sent, or names what the store no longer has.
///
/// # Errors
/// From the database.
pub async fn use_other(
    db: &mut PgConnection,
    conflict: &ConflictRow,
    by: &Actor,
) -> Result<bool, sqlx::Error> {
    let Some(unit) = conflict.unit().filter(|_| conflict.can_be_turned()) else {
        return Ok(false);
    };
    let (turned, other) = match conflict.chosen() {
        Some(Side::Local) => (Side::Remote, conflict.remote.clone()),
        Some(Side::Remote) => (Side::Local, conflict.local.clone()),
        None => return Ok(false),
    };
    if !can_be_sent(unit, &other) {
        return Ok(false);
    }
    let mut values = Values::default();
    values.set(unit, other);
    let made = match conflict.address_id {
        None => Edit { customer: values, ..Edit::default() },
        Some(id) => Edit { addresses: vec![(id, values)], ..Edit::default() },
    };
    let key = (conflict.channel_id, conflict.customer_id);
    if edit::edit(db, key, by, &made).await? == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "update conflicts set chosen = $3, turned_at = now(), turned_by = $2 where id = $1",
        conflict.id,
        by.id(),
        turned.key()
    )
    .execute(db)
    .await?;
    Ok(true)
}
