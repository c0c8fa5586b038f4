//! Records that a store no longer has though they were edited here: a person decides what becomes of the edits.
//!
//! Such a decision is a conflict over the whole record, with the rule `removed`: its local side is the list of edits, its
//! remote side nothing. Chosen `remote` accepts the removal, chosen `local` makes the record one that was made here.

use sqlx::{PgConnection, PgPool};

use super::edit::back_to_base;
use super::grid::CONFLICTS;
use super::inbox::{self, ConflictRow};
use super::noted;
use super::rows::{self, Key};
use crate::base::listing::Wanted;
use crate::crm::audit::{Act, Actor, Changes};
use crate::crm::customers;
use crate::crm::merge::Side;

/// Asks a person about edits of records of a channel that the store no longer has. What was asked of a single field of
/// such a record is part of that question from now on. Returns how many questions are new.
///
/// # Errors
/// From the database.
pub async fn gone(db: &mut PgConnection, channel: i64, job: i64) -> Result<u64, sqlx::Error> {
    rows::lock(db, channel).await?;
    let asked = sqlx::query!(
        "with last as (
            select distinct on (c.customer_id, c.address_id, c.unit) c.customer_id, c.address_id, c.unit, c.to_value,
                k.removed_at is not null as whole
            from changes c join customers k on k.id = c.customer_id
            left join customer_addresses a on a.id = c.address_id
            where k.channel_id = $1 and c.state in ('pending', 'rejected')
                and (k.removed_at is not null or a.removed_at is not null)
            order by c.customer_id, c.address_id, c.unit, c.id desc
         )
         insert into conflicts (customer_id, address_id, unit, base, local, remote, rule, job_id)
         select customer_id, case when whole then null else address_id end, 'record', 'null',
            jsonb_agg(jsonb_build_object('address', address_id, 'unit', unit, 'value', to_value)
                order by address_id nulls first, unit), 'null', 'removed', $2
         from last group by 1, 2
         on conflict (customer_id, coalesce(address_id, 0), unit) where decided_at is null do nothing",
        channel,
        job
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update conflicts c set decided_at = now(), rule = 'removed'
         from customers k
         where c.decided_at is null and k.id = c.customer_id and k.channel_id = $1
            and (c.unit <> 'record' or c.address_id is not null) and (k.removed_at is not null or c.unit <> 'record'
                and exists (select 1 from customer_addresses a where a.id = c.address_id and a.removed_at is not null))",
        channel
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update creations c set state = 'rejected', state_at = now(), message = 'The store no longer has this customer.'
         from customers k where k.id = c.customer_id and k.channel_id = $1 and k.removed_at is not null
            and c.address_id is not null and c.state = 'pending'",
        channel
    )
    .execute(db)
    .await?;
    Ok(asked.rows_affected())
}

/// The store has the record again: there is nothing to decide any more, and the edits go their way.
pub(super) async fn is_back(db: &mut PgConnection, (customer, address): Key) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update conflicts set decided_at = now() where customer_id = $1 and address_id is not distinct from $2
            and unit = 'record' and decided_at is null",
        customer,
        address
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The questions about removals of a customer and their addresses that wait.
///
/// # Errors
/// From the database.
pub async fn removals_of(pool: &PgPool, customer: i64) -> Result<Vec<ConflictRow>, sqlx::Error> {
    let wanted = Wanted::only("customer", customer).and("field", "record").and("state", "waiting");
    Ok(CONFLICTS.page(pool, &wanted, CONFLICTS.first(50)).await?.rows)
}

/// Accepts a removal: the edits that wait are discarded, and say by whom. False if the question is not what was shown.
///
/// # Errors
/// From the database.
pub async fn accept_removal(
    db: &mut PgConnection,
    conflict: &ConflictRow,
    by: &Actor,
) -> Result<bool, sqlx::Error> {
    rows::lock(db, conflict.channel_id).await?;
    let accepted = sqlx::query!(
        "update conflicts set chosen = 'remote', decided_at = now(), decided_by = $2
         where id = $1 and decided_at is null and unit = 'record' and local = $3",
        conflict.id,
        by.id(),
        conflict.local
    )
    .execute(&mut *db)
    .await?;
    if accepted.rows_affected() == 0 {
        return Ok(false);
    }
    let ids = take_back(db, (conflict.customer_id, conflict.address_id)).await?;
    rows::discard(db, &ids, "The removal in Magento was accepted.", by).await?;
    inbox::decided(db, by, conflict, Side::Remote).await?;
    Ok(true)
}

/// The CRM holds again what both sides had last; returns the edits that count no more.
async fn take_back(db: &mut PgConnection, (customer, only): Key) -> Result<Vec<i64>, sqlx::Error> {
    let Some(mut book) = customers::books(db, &[customer]).await?.remove(&customer) else {
        return Ok(Vec::new());
    };
    let mut ids = Vec::new();
    for ((_, address), changes) in rows::open_changes(db, &[customer]).await? {
        if only.is_some() && only != address {
            continue;
        }
        let sides = match address {
            None => Some(&mut book.customer),
            Some(id) => book.addresses.iter_mut().find(|address| address.id == id),
        };
        let Some(sides) = sides else { continue };
        changes.iter().for_each(|change| back_to_base(sides, change.unit));
        match address {
            None => customers::save_customer(db, sides).await?,
            Some(_) => customers::save_address(db, sides).await?,
        }
        ids.extend(changes.iter().map(|change| change.id));
    }
    Ok(ids)
}

/// Makes a customer who is gone in the store one that was made here and waits to be created there, with their addresses
/// and whatever was edited. False if nobody asked about them.
///
/// # Errors
/// From the database.
pub async fn create_again(db: &mut PgConnection, customer: i64, by: &Actor) -> Result<bool, sqlx::Error> {
    let channel = sqlx::query_scalar!("select channel_id from customers where id = $1", customer)
        .fetch_optional(&mut *db);
    let Some(channel) = channel.await? else { return Ok(false) };
    rows::lock(db, channel).await?;
    if !keep_local(db, (customer, None), by).await? {
        return Ok(false);
    }
    sqlx::query!(
        // as with guests: the first answer that tells of them is news, whenever it was asked for
        "update customers set remote_id = null, removed_at = null, row_hash = null, base = '{}',
            base_read_at = to_timestamp(0)
         where id = $1",
        customer
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "with again as (
            update customer_addresses set remote_id = null, base = '{}', base_read_at = to_timestamp(0)
            where customer_id = $1 and removed_at is null returning id, default_billing, default_shipping
         )
         insert into creations (customer_id, address_id, user_id, default_billing, default_shipping)
         select $1::bigint, null::bigint, $2::bigint, false, false union all
         select $1, id, $2, default_billing, default_shipping from again
         on conflict (customer_id, coalesce(address_id, 0)) where state <> 'created'
            do update set state = 'pending', message = null, next_try_at = now()",
        customer,
        by.id()
    )
    .execute(&mut *db)
    .await?;
    again(db, by, customer, "The customer").await?;
    Ok(true)
}

/// The same for an address that is gone, of a customer whom the store has.
///
/// # Errors
/// From the database.
pub async fn create_address_again(
    db: &mut PgConnection,
    (channel, customer): (i64, i64),
    address: i64,
    by: &Actor,
) -> Result<bool, sqlx::Error> {
    rows::lock(db, channel).await?;
    if !keep_local(db, (customer, Some(address)), by).await? {
        return Ok(false);
    }
    sqlx::query!(
        "with again as (
            update customer_addresses set remote_id = null, removed_at = null, base = '{}', base_read_at = to_timestamp(0)
            where id = $1 returning default_billing, default_shipping
         )
         insert into creations (customer_id, address_id, user_id, default_billing, default_shipping)
         select $2, $1, $3, default_billing, default_shipping from again
         on conflict (customer_id, coalesce(address_id, 0)) where state <> 'created'
            do update set state = 'pending', message = null, next_try_at = now()",
        address,
        customer,
        by.id()
    )
    .execute(&mut *db)
    .await?;
    again(db, by, customer, "The customer").await?;
    Ok(true)
}

async fn again(db: &mut PgConnection, by: &Actor, customer: i64, what: &str) -> Result<(), sqlx::Error> {
    let changes =
        Changes::none().told("Removal in Magento", &format!("Not accepted. {what} is created again"));
    noted::note(db, by, Act::Decided, customer, &changes).await
}

async fn keep_local(
    db: &mut PgConnection,
    (customer, address): Key,
    by: &Actor,
) -> Result<bool, sqlx::Error> {
    let kept = sqlx::query!(
        "update conflicts set chosen = $4, decided_at = now(), decided_by = $3
         where customer_id = $1 and address_id is not distinct from $2 and unit = 'record' and decided_at is null",
        customer,
        address,
        by.id(),
        Side::Local.key()
    )
    .execute(db)
    .await?;
    Ok(kept.rows_affected() > 0)
}
