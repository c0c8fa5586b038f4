//! Edits that a person makes here, and takes back.

use serde_json::Value;
use sqlx::PgConnection;

use super::create::{self, open_creation};
use super::noted::{self, Edited};
use super::outbox::can_be_sent;
use super::rows::{self, Key, Open};
use crate::crm::audit::{Act, Actor, Changes};
use crate::crm::customers::{self, Book, Sides};
use crate::crm::merge::{Side, Unit, Values};

/// What a person changed: only the units that they touched.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    /// Of the customer.
    pub customer: Values,
    /// Of addresses, by row id.
    pub addresses: Vec<(i64, Values)>,
    /// Addresses that are new.
    pub added: Vec<Added>,
}

/// An address that is made here.
#[derive(Debug, Clone, Default)]
pub struct Added {
    /// Every unit.
    pub values: Values,
    /// It is to be the default billing address.
    pub default_billing: bool,
    /// It is to be the default shipping address.
    pub default_shipping: bool,
}

/// Changes a record and leaves a row for each unit, in the caller's transaction; returns how many units changed.
///
/// # Errors
/// From the database.
pub async fn edit(
    db: &mut PgConnection,
    (channel, customer): (i64, i64),
    by: &Actor,
    edit: &Edit,
) -> Result<usize, sqlx::Error> {
    let Some(mut book) = locked(db, channel, customer).await? else { return Ok(0) };
    let mut edited = change(db, (customer, None), &mut book.customer, &edit.customer, by).await?;
    if !edited.is_empty() {
        customers::save_customer(db, &book.customer).await?;
    }
    for (id, values) in &edit.addresses {
        let Some(address) = book.addresses.iter_mut().find(|address| address.id == *id) else { continue };
        let units = change(db, (customer, Some(*id)), address, values, by).await?;
        if !units.is_empty() {
            customers::save_address(db, address).await?;
        }
        edited.extend(units);
    }
    create::add(db, customer, by, &edit.added).await?;
    noted::edited(db, by, (channel, customer), &edited, edit.added.len()).await?;
    Ok(edited.len() + edit.added.len())
}

/// Takes back what waits of a unit: the CRM holds again what both sides had last, or what the store has where a person is
/// asked about it. What the store may have got already is taken back there, too, by an edit of its own; where it cannot be
/// told so, what it has counts as soon as it is read. False if nothing waits.
///
/// # Errors
/// From the database.
pub async fn discard(
    db: &mut PgConnection,
    (channel, customer): (i64, i64),
    change: i64,
    by: &Actor,
) -> Result<bool, sqlx::Error> {
    let Some(mut book) = locked(db, channel, customer).await? else { return Ok(false) };
    let open = rows::open_changes(db, &[customer]).await?;
    let found = open.into_iter().find_map(|(key, mut changes)| {
        let unit = changes.iter().find(|open| open.id == change)?.unit;
        changes.retain(|open| open.unit == unit);
        Some((key, unit, changes))
    });
    let Some((key, unit, changes)) = found else { return Ok(false) };
    let sides = match key.1 {
        None => Some(&mut book.customer),
        Some(id) => book.addresses.iter_mut().find(|address| address.id == id),
    };
    let (Some(sides), Some(first)) = (sides, changes.first()) else { return Ok(false) };
    let held = sides.local.value(unit);
    let asked = rows::asked(db, key, unit).await?;
    match &asked {
        // what the store has is known: it is the answer
        Some(remote) => {
            sides.base.set(unit, remote.clone());
            sides.local.set(unit, remote.clone());
        }
        None => go_back(sides, first),
    }
    let back = sides.local.value(unit);
    match key.1 {
        None => customers::save_customer(db, sides).await?,
        Some(_) => customers::save_address(db, sides).await?,
    }
    let (from, to) = noted::words(db, channel, unit, (&held, &back)).await?;
    let told = Changes::none().field(&noted::field(unit, key.1), &from, &to);
    noted::note(db, by, Act::Discarded, customer, &told).await?;
    if asked.is_some() {
        rows::answer_by_edit(db, key, unit, Side::Remote, by).await?;
    } else if changes.iter().any(|change| change.sent) && can_be_sent(unit, &back) {
        supersede(db, key, unit).await?;
        insert(db, key, unit, (&held, &back), by).await?;
        return Ok(true);
    }
    let ids: Vec<i64> = changes.iter().map(|change| change.id).collect();
    rows::discard(db, &ids, "Discarded here.", by).await?;
    Ok(true)
}

/// To what both sides had last; where the store does not have the record yet, to what was there before the first edit.
fn go_back(sides: &mut Sides, first: &Open) {
    if sides.remote_id.is_some() {
        back_to_base(sides, first.unit);
    } else {
        sides.local.set(first.unit, first.from.clone());
    }
}

pub(super) fn back_to_base(sides: &mut Sides, unit: Unit) {
    let base = sides.base.value(unit);
    sides.local.set(unit, base);
}

pub(super) async fn locked(
    db: &mut PgConnection,
    channel: i64,
    customer: i64,
) -> Result<Option<Book>, sqlx::Error> {
    rows::lock(db, channel).await?;
    let book = customers::books(db, &[customer]).await?.remove(&customer);
    let Some(book) = book.filter(|book| !book.customer.removed) else { return Ok(None) };
    // whom the store neither has nor is to get: a guest
    let is_known = book.customer.remote_id.is_some() || open_creation(db, (customer, None)).await?.is_some();
    Ok(is_known.then_some(book))
}

/// Notes what differs; returns which units do. Of a record that the store does not have nothing is noted: it is sent as it
/// stands, unless a call with it is on its way.
async fn change(
    db: &mut PgConnection,
    key: Key,
    sides: &mut Sides,
    typed: &Values,
    by: &Actor,
) -> Result<Vec<Edited>, sqlx::Error> {
    let units = typed.differing(&sides.local);
    if units.is_empty() {
        return Ok(Vec::new());
    }
    if sides.remote_id.is_none() {
        create::try_again(db, key).await?;
        if open_creation(db, key).await? != Some(true) {
            let told = units.iter().map(|unit| told(sides, key.1, *unit, typed.value(*unit))).collect();
            units.iter().for_each(|unit| sides.local.set(*unit, typed.value(*unit)));
            return Ok(told);
        }
    }
    let mut edited = Vec::with_capacity(units.len());
    let waiting = rows::open_conflicts(db, &[key.0]).await?;
    let waiting = waiting.get(&key).map_or(&[][..], Vec::as_slice);
    for unit in &units {
        let (from, mut to) = (sides.local.value(*unit), typed.value(*unit));
        supersede(db, key, *unit).await?;
        let id = insert(db, key, *unit, (&from, &to), by).await?;
        if waiting.contains(unit) {
            to = settle_asked(db, key, sides, (*unit, to), (id, by)).await?;
        } else if let Some(base) = sides.base.get(*unit).filter(|base| unit.same(base, &to)) {
            take_back(db, key, *unit, id).await?;
            // in the form that the store has
            to.clone_from(base);
        }
        edited.push(told(sides, key.1, *unit, to.clone()));
        sides.local.set(*unit, to);
    }
    Ok(edited)
}

/// What the audit trail is told of a unit that is about to change.
fn told(sides: &Sides, address: Option<i64>, unit: Unit, to: Value) -> Edited {
    Edited { address, unit, from: sides.local.value(unit), to }
}

/// A person is asked about this unit, and edits it instead: with the store's value there is no difference any more, and with
/// the value that both had they have chosen it. Anything else is what they are asked about from now on.
async fn settle_asked(
    db: &mut PgConnection,
    key: Key,
    sides: &mut Sides,
    (unit, to): (Unit, Value),
    (id, by): (i64, &Actor),
) -> Result<Value, sqlx::Error> {
    let Some(remote) = rows::asked(db, key, unit).await? else { return Ok(to) };
    if unit.same(&remote, &to) {
        rows::answer_by_edit(db, key, unit, Side::Remote, by).await?;
        take_back(db, key, unit, id).await?;
        sides.base.set(unit, remote.clone());
        return Ok(remote);
    }
    if sides.base.get(unit).is_some_and(|base| unit.same(base, &to)) {
        rows::answer_by_edit(db, key, unit, Side::Local, by).await?;
        sides.base.set(unit, remote);
    } else {
        refresh(db, key, unit, &to).await?;
    }
    Ok(to)
}

async fn insert(
    db: &mut PgConnection,
    (customer, address): Key,
    unit: Unit,
    (from, to): (&Value, &Value),
    by: &Actor,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "insert into changes (customer_id, address_id, unit, from_value, to_value, user_id)
         values ($1, $2, $3, $4, $5, $6) returning id",
        customer,
        address,
        unit.key(),
        from,
        to,
        by.id()
    )
    .fetch_one(db)
    .await
}

/// What the store refused counts no more once it is edited.
async fn supersede(db: &mut PgConnection, (customer, address): Key, unit: Unit) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update changes set state = 'discarded', message = 'Edited again.', state_at = now()
         where customer_id = $1 and address_id is not distinct from $2 and unit = $3 and state = 'rejected'",
        customer,
        address,
        unit.key()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The store has this value: there is nothing to send, unless a call is under way that says otherwise.
async fn take_back(
    db: &mut PgConnection,
    (customer, address): Key,
    unit: Unit,
    last: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update changes set state = 'discarded', message = 'Taken back: the store has the present value.',
            state_at = now()
         where customer_id = $1 and address_id is not distinct from $2 and unit = $3 and state = 'pending'
            and not exists (select 1 from changes s where s.customer_id = $1 and s.address_id is not distinct from $2
                and s.unit = $3 and s.state = 'pending' and s.id <> $4 and s.sent_at is not null)",
        customer,
        address,
        unit.key(),
        last
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A conflict that waits shows the value that is here now.
async fn refresh(
    db: &mut PgConnection,
    (customer, address): Key,
    unit: Unit,
    local: &Value,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update conflicts set local = $4
         where customer_id = $1 and address_id is not distinct from $2 and unit = $3 and decided_at is null",
        customer,
        address,
        unit.key(),
        local
    )
    .execute(db)
    .await?;
    Ok(())
}
