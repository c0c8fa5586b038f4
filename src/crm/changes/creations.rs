//! The outbox of records that were made here: what a store is to create, and what became of it.
//!
//! What was sent is kept before any call begins. After an answer that was lost the store may have the record: it is
//! looked for first, and whatever arrives and is that record is taken for it ([`super::adopt()`]).

use std::collections::HashSet;

use serde_json::Value;
use sqlx::{PgConnection, PgPool};

use super::noted;
use super::outbox::Sending;
use super::{rows, trail};
use crate::base::vault::Sealed;
use crate::crm::customers::{self, Book, Sides};
use crate::crm::merge::{Unit, Values};

/// A record that a store is to create.
#[derive(Debug, Clone)]
pub struct Creation {
    /// Row id.
    pub id: i64,
    /// The customer, or whose address it is.
    pub customer_id: i64,
    /// `None` = the customer.
    pub address_id: Option<i64>,
    /// The store's id of the customer, once they have one.
    pub remote_customer: Option<i64>,
    /// Their website.
    pub website_id: Option<i64>,
    /// What they are looked up by.
    pub email: String,
    /// A call was begun before whose answer never came.
    pub was_sent: bool,
}

/// What the call that creates it is to carry.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Every unit.
    pub values: Values,
    /// The customer's website.
    pub website_id: Option<i64>,
    /// The customer's store view.
    pub store_id: Option<i64>,
    /// An address that is to be the default billing one.
    pub default_billing: bool,
    /// An address that is to be the default shipping one.
    pub default_shipping: bool,
}

/// Records of a channel that are to be created and whose time has come: customers before addresses, the oldest first, but for
/// those that had their turn. `only` = those of one customer.
///
/// A store may finish a call late whose answer was lost: an address that may be on its way is left alone for ten minutes,
/// for it cannot be looked up as a customer can.
///
/// # Errors
/// From the database.
pub async fn to_create(
    pool: &PgPool,
    channel: i64,
    at_once: bool,
    only: Option<i64>,
    had_a_turn: &HashSet<i64>,
    most: i64,
) -> Result<Vec<Creation>, sqlx::Error> {
    let had_a_turn: Vec<i64> = had_a_turn.iter().copied().collect();
    sqlx::query_as!(
        Creation,
        "select c.id, c.customer_id, c.address_id, k.remote_id as remote_customer, k.website_id,
            coalesce(c.sent ->> 'email', k.email) as \"email!\",
            (c.sent_at is not null) as \"was_sent!\"
         from creations c join customers k on k.id = c.customer_id
         where k.channel_id = $1 and c.state = 'pending' and k.removed_at is null and (c.next_try_at <= now() or $2)
            and ($5::bigint is null or c.customer_id = $5) and c.id <> all($4)
            and (c.address_id is null
                or (k.remote_id is not null and coalesce(c.sent_at < now() - interval '10 minutes', true)))
         order by c.address_id is not null, c.id limit $3",
        channel,
        at_once,
        most,
        &had_a_turn,
        only
    )
    .fetch_all(pool)
    .await
}

/// Records of a channel that wait to be created in its store.
#[derive(Debug, Clone, Default)]
pub struct Awaited {
    /// How many customers.
    pub customers: i64,
    /// How many addresses, those of new customers among them.
    pub addresses: i64,
    /// Some of the customers: row ids and names, or what stands for a name.
    pub some: Vec<(i64, String)>,
}

/// What waits to be created, with the first few customers.
///
/// # Errors
/// From the database.
pub async fn awaited(pool: &PgPool, channel: i64, few: i64) -> Result<Awaited, sqlx::Error> {
    let rows = sqlx::query!(
        "select count(*) filter (where c.address_id is null) over () as \"customers!\",
            count(*) filter (where c.address_id is not null) over () as \"addresses!\",
            c.address_id, k.id, coalesce(nullif(trim(k.first_name || ' ' || k.last_name), ''), k.email) as \"name!\"
         from creations c join customers k on k.id = c.customer_id
         where k.channel_id = $1 and c.state = 'pending' and k.removed_at is null
         order by c.address_id is not null, c.id limit $2",
        channel,
        few
    )
    .fetch_all(pool)
    .await?;
    let (customers, addresses) = rows.first().map_or((0, 0), |row| (row.customers, row.addresses));
    let some =
        rows.into_iter().filter(|row| row.address_id.is_none()).map(|row| (row.id, row.name)).collect();
    Ok(Awaited { customers, addresses, some })
}

/// Notes that a call begins, and what it carries. `None` if there is nothing to create any more.
///
/// # Errors
/// From the database.
pub async fn begin_creation(
    db: &mut PgConnection,
    channel: i64,
    creation: &Creation,
) -> Result<Option<Attempt>, sqlx::Error> {
    rows::lock(db, channel).await?;
    let Some(book) = customers::books(db, &[creation.customer_id]).await?.remove(&creation.customer_id)
    else {
        return Ok(None);
    };
    let Some(sides) = sides_of(&book, creation.address_id).filter(|sides| sides.remote_id.is_none()) else {
        return Ok(None);
    };
    let values = sides.local.clone();
    let row = sqlx::query!(
        // what a customer's first call carried stays: should it come through late, that is what the store has
        "update creations c set sent_at = now(), sent = case when c.address_id is null then coalesce(c.sent, $2) else $2 end
         from customers k where c.id = $1 and c.state = 'pending' and k.id = c.customer_id
         returning c.user_id, c.default_billing, c.default_shipping, k.website_id, k.store_id",
        creation.id,
        values.to_json()
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    noted::created(db, channel, (creation.customer_id, creation.address_id), row.user_id).await?;
    Ok(Some(Attempt {
        values,
        website_id: row.website_id,
        store_id: row.store_id,
        default_billing: row.default_billing,
        default_shipping: row.default_shipping,
    }))
}

fn sides_of(book: &Book, address: Option<i64>) -> Option<&Sides> {
    match address {
        None => Some(&book.customer),
        Some(id) => book.addresses.iter().find(|address| address.id == id),
    }
}

/// What somebody who is to be created signs in with.
///
/// # Errors
/// From the database.
pub async fn password_of(pool: &PgPool, creation: i64) -> Result<Option<Sealed>, sqlx::Error> {
    let row = sqlx::query!("select password as \"password: Sealed\" from creations where id = $1", creation);
    Ok(row.fetch_optional(pool).await?.and_then(|row| row.password))
}

/// The store's customer is known here already, because they registered there themselves: nothing is left to create.
///
/// # Errors
/// From the database.
pub async fn already_there(db: &mut PgConnection, creation: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update creations set state = 'created', state_at = now(), message = null, password = null
         where id = $1 and state = 'pending'",
        creation
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The store has the record, under this number: with the values of the call that it answered, or with those of a call whose
/// answer was lost. They are kept as edits on their way: what the store made of them is seen when it is read back. False if
/// another row has the number: then it is rejected.
///
/// # Errors
/// From the database.
pub async fn created(
    db: &mut PgConnection,
    channel: i64,
    creation: &Creation,
    remote_id: i64,
    answered: Option<&Values>,
) -> Result<bool, sqlx::Error> {
    rows::lock(db, channel).await?;
    let sent = sqlx::query_scalar!(
        "update creations set sent = coalesce($2, sent) where id = $1 and state = 'pending' returning sent",
        creation.id,
        answered.map(Values::to_json)
    );
    let Some(sent) = sent.fetch_optional(&mut *db).await? else { return Ok(false) };
    let sent = Values::from_json(&sent.unwrap_or_default());
    let linked = match creation.address_id {
        None => customers::link(db, creation.customer_id, remote_id, &sent).await?,
        Some(address) => customers::link_address(db, address, remote_id, &sent).await?,
    };
    if !linked {
        let words = format!("The store's number {remote_id} belongs to another record here.");
        creation_rejected(db, creation.id, &words).await?;
        return Ok(false);
    }
    keep_as_edits(db, channel, creation, &sent, answered.is_some()).await?;
    sqlx::query!(
        "update creations set state = 'created', state_at = now(), message = null, password = null where id = $1",
        creation.id
    )
    .execute(db)
    .await?;
    Ok(true)
}

/// What was sent becomes edits on their way, and the trail tells of them.
async fn keep_as_edits(
    db: &mut PgConnection,
    channel: i64,
    creation: &Creation,
    sent: &Values,
    answered: bool,
) -> Result<(), sqlx::Error> {
    let told = |unit: &Unit| !unit.same(&sent.value(*unit), &Value::Null);
    let units: Vec<Unit> = sent.units().filter(told).collect();
    let kept = sqlx::query!(
        "insert into changes (customer_id, address_id, unit, from_value, to_value, user_id, at, sent_at, accepted_at)
         select c.customer_id, c.address_id, u, 'null', c.sent -> u, c.user_id, c.at, c.sent_at,
            case when $3 then now() end
         from creations c cross join unnest($2::text[]) as u where c.id = $1
         returning id, unit, to_value",
        creation.id,
        &units.iter().map(|unit| unit.key().to_owned()).collect::<Vec<String>>(),
        answered
    )
    .fetch_all(&mut *db)
    .await?;
    let sent: Vec<Sending> = kept
        .into_iter()
        .filter_map(|row| Some(Sending::of(Unit::from_key(&row.unit)?, row.to_value, row.id)))
        .collect();
    trail::begun(db, channel, &sent).await?;
    if answered {
        trail::answered(db, &sent, trail::Answer::Accepted, "").await
    } else {
        trail::unanswered(db, creation.customer_id, "No answer came; the store has it.").await
    }
}

/// The store refused it, with these words. It waits until it is edited or taken back.
///
/// # Errors
/// From the database.
pub async fn creation_rejected(db: &mut PgConnection, creation: i64, words: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update creations set state = 'rejected', message = left($2, 500), state_at = now(), sent_at = null, sent = null
         where id = $1 and state = 'pending'",
        creation,
        words
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The store has another customer, under this number, with the e-mail: rejected, too.
///
/// # Errors
/// From the database.
pub async fn creation_held(db: &mut PgConnection, creation: i64, holder: i64) -> Result<(), sqlx::Error> {
    let words = format!("The store has another customer with this e-mail: number {holder} in Magento.");
    creation_rejected(db, creation, &words).await?;
    sqlx::query!("update creations set holder_id = $2 where id = $1", creation, holder).execute(db).await?;
    Ok(())
}

/// The store gave no answer: it is tried again, later each time.
///
/// # Errors
/// From the database.
pub async fn creation_put_off(db: &mut PgConnection, creation: i64, words: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update creations set attempts = attempts + 1, message = left($2, 500),
            next_try_at = next_try(attempts)
         where id = $1 and state = 'pending'",
        creation,
        words
    )
    .execute(db)
    .await?;
    Ok(())
}
