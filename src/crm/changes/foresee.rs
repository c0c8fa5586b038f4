//! What a sync would do with what a store sends: merged as [`super::rebase()`] does it, and nothing is written.
//!
//! It is told unit by unit what would become of it. **Refuses** locks and writes: the caller may hand over a transaction
//! that the database keeps from writing.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgConnection;

use super::arrive::{Waiting, gone_defaults, merge_one};
use super::outbox::sendable;
use super::rows::Key;
use crate::crm::channels::Terms;
use crate::crm::customers::{self, Book, Incoming, Sides};
use crate::crm::merge::{Field, Merged, Owner, Policy, Side, Unit, Values};

/// What would become of a unit; what matters most to a person comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Becomes {
    /// Both changed it: the CRM's value wins.
    LocalWins,
    /// Both changed it: the store's value wins.
    RemoteWins,
    /// Both changed it: a person is asked.
    Asked,
    /// A person is asked already.
    Waits,
    /// It is sent.
    Sent,
    /// It stays here and is not sent: two way sync is off.
    Kept,
    /// The store refused it: it stays here until it is edited or discarded.
    Rejected,
    /// The store no longer has the record that was edited here.
    Lost,
    /// The store's value is taken over.
    Taken,
    /// The store's record is new here.
    Created,
    /// The store's record is gone.
    Removed,
}

/// A unit and what would become of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// What it is, and whose.
    pub field: Field,
    /// What both had last.
    pub base: Value,
    /// What the CRM has.
    pub local: Value,
    /// What the store has.
    pub remote: Value,
    /// What would become of it.
    pub becomes: Becomes,
}

/// A customer with their addresses, as a sync would leave them.
#[derive(Debug, Clone, Default)]
pub struct Foreseen {
    /// The row; `None` = the customer would be made.
    pub customer: Option<i64>,
    /// Their name, or their e-mail address.
    pub name: String,
    /// What would become of what; what stays as it is, is not in it.
    pub units: Vec<Outlook>,
    /// Units that would be sent, those that win a conflict among them.
    pub sent: usize,
}

/// What a sync under these terms would do with a batch.
///
/// # Errors
/// From the database.
pub async fn foresee(
    db: &mut PgConnection,
    channel: i64,
    terms: &Terms,
    batch: &[Incoming],
) -> Result<Vec<Foreseen>, sqlx::Error> {
    let stored = stored(db, channel, batch).await?;
    let ids: Vec<i64> = stored.values().copied().collect();
    let books = customers::look_at(db, &ids).await?;
    let waiting = Waiting::of(db, &ids).await?;
    let eyes = Eyes { held: waiting.held(), waiting, policy: Policy::of(terms), two_way: terms.two_way };
    let outlook = |record: &Incoming| {
        let book = stored.get(&record.remote_id).and_then(|id| books.get(id));
        book.map_or_else(|| created(record), |book| eyes.book(book, record))
    };
    Ok(batch.iter().map(outlook).collect())
}

/// What becomes of edits of customers whom the store no longer has.
///
/// # Errors
/// From the database.
pub async fn foresee_gone(db: &mut PgConnection, customers: &[i64]) -> Result<Vec<Foreseen>, sqlx::Error> {
    let books = customers::look_at(db, customers).await?;
    let waiting = Waiting::of(db, customers).await?;
    let mut gone: Vec<Foreseen> = books
        .into_values()
        .map(|book| {
            let own = lost(&book.customer, (book.customer.id, None), &waiting);
            let theirs =
                book.addresses.iter().flat_map(|it| lost(it, (book.customer.id, Some(it.id)), &waiting));
            let units = own.into_iter().chain(theirs).collect();
            let name = name(&book.customer.local);
            Foreseen { customer: Some(book.customer.id), name, units, sent: 0 }
        })
        .collect();
    gone.sort_by_key(|foreseen| foreseen.customer);
    Ok(gone)
}

/// Rows of the customers of a batch, by the store's id. A number that belongs to somebody else now is not theirs.
async fn stored(
    db: &mut PgConnection,
    channel: i64,
    batch: &[Incoming],
) -> Result<HashMap<i64, i64>, sqlx::Error> {
    let rows = sqlx::query!(
        "select distinct on (k.remote_id) k.id, k.remote_id as \"remote_id!\" from customers k
         join unnest($2::bigint[], $3::timestamptz[], $4::text[]) as t(remote, created, email) on t.remote = k.remote_id
         where k.channel_id = $1 and not (k.remote_created_at <> t.created and lower(k.email) <> lower(t.email)
            and k.base_read_at > to_timestamp(0))
         order by k.remote_id, (k.removed_at is not null), k.id desc",
        channel,
        &batch.iter().map(|record| record.remote_id).collect::<Vec<i64>>(),
        &batch.iter().map(|record| record.created_at).collect::<Vec<DateTime<Utc>>>(),
        &batch.iter().map(|record| record.email.clone()).collect::<Vec<String>>(),
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.remote_id, row.id)).collect())
}

/// What is looked at a batch with.
struct Eyes {
    /// Customers with edits or questions.
    held: HashSet<i64>,
    waiting: Waiting,
    policy: Policy,
    two_way: bool,
}

impl Eyes {
    fn book(&self, book: &Book, record: &Incoming) -> Foreseen {
        let id = book.customer.id;
        let mut foreseen =
            Foreseen { customer: Some(id), name: name(&book.customer.local), ..Foreseen::default() };
        let is_news = |sides: &Sides| sides.read_at <= Some(record.read_at);
        if is_news(&book.customer) {
            let gone = gone_defaults(&book.customer, record);
            self.record(&mut foreseen, &book.customer, &record.values(), (id, None), &gone);
        }
        let Some(list) = &record.addresses else { return foreseen };
        for address in list {
            let stored = book.addresses.iter().find(|stored| stored.remote_id == Some(address.remote_id));
            match stored {
                Some(stored) if is_news(stored) => {
                    self.record(&mut foreseen, stored, &address.values(), (id, Some(stored.id)), &[]);
                }
                Some(_) => {}
                None => foreseen.units.push(place(&Values::default(), &address.values(), Becomes::Created)),
            }
        }
        let listed = |id| list.iter().any(|address| Some(address.remote_id) == id);
        let known = book.addresses.iter().filter(|it| !it.removed && it.remote_id.is_some() && is_news(it));
        for gone in known.filter(|stored| !listed(stored.remote_id)) {
            foreseen.units.push(place(&gone.local, &Values::default(), Becomes::Removed));
            foreseen.units.extend(lost(gone, (id, Some(gone.id)), &self.waiting));
        }
        foreseen
    }

    /// A customer or an address.
    fn record(&self, foreseen: &mut Foreseen, sides: &Sides, remote: &Values, key: Key, gone: &[Unit]) {
        let merged = if self.held.contains(&key.0) {
            merge_one(sides, remote, key, &self.waiting, &self.policy, gone)
        } else {
            overwritten(sides, remote)
        };
        let asked = merged.conflicts.iter().filter(|conflict| conflict.chosen.is_none());
        let asked: Vec<Unit> = asked.map(|conflict| conflict.unit).collect();
        let after = Sides { local: merged.local.clone(), base: merged.base.clone(), ..sides.clone() };
        let sendable: Vec<Unit> =
            sendable(&after, self.waiting.changes(key), &asked).into_iter().map(|it| it.unit).collect();
        if self.two_way {
            foreseen.sent += sendable.len();
        }
        for unit in merged.local.units() {
            let Some(becomes) = self.unit(unit, sides, &merged, &sendable, key) else { continue };
            let (local, remote) = (sides.local.value(unit), remote.value(unit));
            let field = Field { owner: owner(key), unit };
            foreseen.units.push(Outlook { field, base: sides.base.value(unit), local, remote, becomes });
        }
    }

    fn unit(
        &self,
        unit: Unit,
        before: &Sides,
        merged: &Merged,
        sendable: &[Unit],
        key: Key,
    ) -> Option<Becomes> {
        let conflict = merged.conflicts.iter().find(|conflict| conflict.unit == unit);
        if let Some(conflict) = conflict {
            return Some(match conflict.chosen {
                Some(Side::Local) => Becomes::LocalWins,
                Some(Side::Remote) => Becomes::RemoteWins,
                None if self.waiting.conflicts(key).contains(&unit) => Becomes::Waits,
                None => Becomes::Asked,
            });
        }
        if sendable.contains(&unit) {
            return Some(if self.two_way { Becomes::Sent } else { Becomes::Kept });
        }
        if merged.push.contains(&unit) {
            let mut open = self.waiting.changes(key).iter().filter(|change| change.unit == unit);
            return open.any(|change| change.rejected).then_some(Becomes::Rejected);
        }
        (!unit.same(&before.local.value(unit), &merged.local.value(unit))).then_some(Becomes::Taken)
    }
}

/// Without edits nothing is merged: what the store tells is taken over.
fn overwritten(sides: &Sides, remote: &Values) -> Merged {
    let mut merged = Merged { local: sides.local.clone(), base: sides.base.clone(), ..Merged::default() };
    for unit in remote.units() {
        merged.local.set(unit, remote.value(unit));
        merged.base.set(unit, remote.value(unit));
    }
    merged
}

fn created(record: &Incoming) -> Foreseen {
    let values = record.values();
    let field = Field { owner: Owner::Customer, unit: Unit::Email };
    let outlook = Outlook {
        field,
        base: Value::Null,
        local: Value::Null,
        remote: values.value(Unit::Email),
        becomes: Becomes::Created,
    };
    Foreseen { customer: None, name: name(&values), units: vec![outlook], sent: 0 }
}

/// An address that comes or goes, shown by its place.
fn place(local: &Values, remote: &Values, becomes: Becomes) -> Outlook {
    let field = Field { owner: Owner::Address, unit: Unit::Place };
    let (local, remote) = (local.value(Unit::Place), remote.value(Unit::Place));
    Outlook { field, base: local.clone(), local, remote, becomes }
}

/// The edits of a record that is gone.
fn lost(sides: &Sides, key: Key, waiting: &Waiting) -> Vec<Outlook> {
    let mut units: Vec<Unit> =
        waiting.changes(key).iter().filter(|change| !change.rejected).map(|change| change.unit).collect();
    units.sort_unstable();
    units.dedup();
    let outlook = |unit| Outlook {
        field: Field { owner: owner(key), unit },
        base: sides.base.value(unit),
        local: sides.local.value(unit),
        remote: Value::Null,
        becomes: Becomes::Lost,
    };
    units.into_iter().map(outlook).collect()
}

fn owner(key: Key) -> Owner {
    if key.1.is_some() { Owner::Address } else { Owner::Customer }
}

fn name(values: &Values) -> String {
    let text = |unit| values.value(unit).as_str().unwrap_or_default().trim().to_owned();
    let whole = format!("{} {}", text(Unit::FirstName), text(Unit::LastName)).trim().to_owned();
    if whole.is_empty() { text(Unit::Email) } else { whole }
}
