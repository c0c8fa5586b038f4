//! Customers and addresses that are made here and that no store has yet.

use sqlx::PgConnection;

use super::units::{Sides, save_address, save_customer};
use crate::crm::accounts::{self, Person};
use crate::crm::merge::{Unit, Values};

/// A store view, with the website that it belongs to.
#[derive(Debug, Clone)]
pub struct StoreView {
    /// The store's id.
    pub store_id: i64,
    /// Its website.
    pub website_id: Option<i64>,
    /// Its name, with that of the website.
    pub name: String,
}

/// The store views in which customers of a channel may be made: those of its website, or all.
///
/// # Errors
/// From the database.
pub async fn store_views(
    db: &mut PgConnection,
    channel: i64,
    website: Option<i64>,
) -> Result<Vec<StoreView>, sqlx::Error> {
    sqlx::query_as!(
        StoreView,
        "select s.store_id, s.website_id, concat_ws(' / ', w.name, s.name) as \"name!\"
         from stores s left join websites w on w.channel_id = s.channel_id and w.website_id = s.website_id
         where s.channel_id = $1 and s.store_id <> 0 and ($2::bigint is null or s.website_id = $2)
         order by w.website_id, s.store_id",
        channel,
        website
    )
    .fetch_all(db)
    .await
}

/// Makes a customer who is in this CRM alone; returns the row's id.
///
/// # Errors
/// From the database.
pub async fn make(
    db: &mut PgConnection,
    channel: i64,
    view: &StoreView,
    owner: Option<i64>,
    values: &Values,
) -> Result<i64, sqlx::Error> {
    let text = |unit| values.value(unit).as_str().unwrap_or_default().to_owned();
    let person = Person {
        email: text(Unit::Email),
        first_name: text(Unit::FirstName),
        last_name: text(Unit::LastName),
    };
    let known = accounts::match_or_make(db, channel, owner, &[person]).await?;
    let known = known.first().ok_or(sqlx::Error::RowNotFound)?;
    let id = sqlx::query_scalar!(
        "insert into customers (channel_id, owner_id, website_id, store_id, created_in, account_id, contact_id, base,
            remote_created_at, remote_updated_at)
         select $1, $2, $3, $4, coalesce((select name from stores where channel_id = $1 and store_id = $4), ''), $5, $6, '{}',
            now(), now()
         returning id",
        channel,
        owner,
        view.website_id,
        view.store_id,
        known.account_id,
        known.contact_id,
    )
    .fetch_one(&mut *db)
    .await?;
    save_customer(db, &alone(id, values)).await?;
    Ok(id)
}

/// Adds an address that is in this CRM alone; returns the row's id.
///
/// # Errors
/// From the database.
pub async fn add_address(db: &mut PgConnection, customer: i64, values: &Values) -> Result<i64, sqlx::Error> {
    let id = sqlx::query_scalar!(
        "insert into customer_addresses (customer_id, position)
         select $1, coalesce(max(position) + 1, 0)::smallint from customer_addresses where customer_id = $1 returning id",
        customer
    )
    .fetch_one(&mut *db)
    .await?;
    save_address(db, &alone(id, values)).await?;
    Ok(id)
}

fn alone(id: i64, values: &Values) -> Sides {
    Sides {
        id,
        remote_id: None,
        local: values.clone(),
        base: Values::default(),
        read_at: None,
        removed: false,
    }
}

/// From now on this row is the store's customer. False, and nothing done, if another row is.
///
/// # Errors
/// From the database.
pub async fn link(
    db: &mut PgConnection,
    customer: i64,
    remote_id: i64,
    base: &Values,
) -> Result<bool, sqlx::Error> {
    // read at no time yet: whatever comes is newer
    let linked = sqlx::query!(
        "update customers k set remote_id = $2, is_guest = false, guest_name = '', base = $3,
            base_read_at = to_timestamp(0), row_hash = null
         where k.id = $1 and k.remote_id is null
            and not exists (select 1 from customers o where o.channel_id = k.channel_id and o.remote_id = $2
                and o.removed_at is null)",
        customer,
        remote_id,
        base.to_json()
    )
    .execute(db)
    .await?;
    Ok(linked.rows_affected() > 0)
}

/// The same for an address.
///
/// # Errors
/// From the database.
pub async fn link_address(
    db: &mut PgConnection,
    address: i64,
    remote_id: i64,
    base: &Values,
) -> Result<bool, sqlx::Error> {
    let linked = sqlx::query!(
        "update customer_addresses a set remote_id = $2, base = $3, base_read_at = to_timestamp(0)
         where a.id = $1 and a.remote_id is null
            and not exists (select 1 from customer_addresses o where o.customer_id = a.customer_id and o.remote_id = $2)",
        address,
        remote_id,
        base.to_json()
    )
    .execute(db)
    .await?;
    Ok(linked.rows_affected() > 0)
}

/// Takes back a customer who was made here and is in no store.
///
/// # Errors
/// From the database.
pub async fn unmake(db: &mut PgConnection, customer: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from customers where id = $1 and remote_id is null and not is_guest", customer)
        .execute(db)
        .await?;
    Ok(())
}

/// Takes back an address that was made here and is in no store.
///
/// # Errors
/// From the database.
pub async fn unmake_address(db: &mut PgConnection, address: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from customer_addresses where id = $1 and remote_id is null", address)
        .execute(db)
        .await?;
    Ok(())
}

/// Who else has this e-mail in a website of the channel, as far as is known here: row id and name. Guests count where a guest
/// is asked about: there is one of an address.
///
/// # Errors
/// From the database.
pub async fn holder_of(
    db: &mut PgConnection,
    channel: i64,
    website: Option<i64>,
    email: &str,
    (but, guests): (Option<i64>, bool),
) -> Result<Option<(i64, String)>, sqlx::Error> {
    let row = sqlx::query!(
        "select id, coalesce(nullif(trim(first_name || ' ' || last_name), ''), email) as \"name!\" from customers
         where channel_id = $1 and lower(email) = lower($2) and website_id is not distinct from $3 and removed_at is null
            and (not is_guest or $5) and id is distinct from $4 order by id limit 1",
        channel,
        email,
        website,
        but,
        guests
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.id, row.name)))
}
