//! What a customer and their addresses hold, unit by unit, and what both sides had last: what a merge works on.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::crm::accounts::{self, Person, Renamed};
use crate::crm::merge::{Unit, Values};

/// Both sides of a customer or an address, as far as they are known here.
#[derive(Debug, Clone)]
pub struct Sides {
    /// Row id.
    pub id: i64,
    /// The store's id.
    pub remote_id: Option<i64>,
    /// What the CRM holds.
    pub local: Values,
    /// What both had last.
    pub base: Values,
    /// When the request behind the base was sent.
    pub read_at: Option<DateTime<Utc>>,
    /// Gone in the store.
    pub removed: bool,
}

/// A customer with the addresses.
#[derive(Debug, Clone)]
pub struct Book {
    /// The customer.
    pub customer: Sides,
    /// Their addresses.
    pub addresses: Vec<Sides>,
}

impl Book {
    /// Of somebody who is not here yet.
    #[must_use]
    pub fn empty() -> Self {
        let customer = Sides {
            id: 0,
            remote_id: None,
            local: Values::default(),
            base: Values::default(),
            read_at: None,
            removed: false,
        };
        Self { customer, addresses: Vec::new() }
    }
}

/// Nobody else edits this customer until the transaction ends.
///
/// # Errors
/// From the database.
pub async fn hold(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    hold_all(db, &[id]).await
}

async fn hold_all(db: &mut PgConnection, ids: &[i64]) -> Result<(), sqlx::Error> {
    sqlx::query!("select id from customers where id = any($1) order by id for update", ids)
        .fetch_all(db)
        .await?;
    Ok(())
}

/// Locks customers until the transaction ends, and tells what is known of them, by row id.
///
/// # Errors
/// From the database.
pub async fn books(db: &mut PgConnection, ids: &[i64]) -> Result<HashMap<i64, Book>, sqlx::Error> {
    hold_all(db, ids).await?;
    look_at(db, ids).await
}

/// The same without a lock, for who only looks.
///
/// # Errors
/// From the database.
pub async fn look_at(db: &mut PgConnection, ids: &[i64]) -> Result<HashMap<i64, Book>, sqlx::Error> {
    let rows = sqlx::query!(
        "select k.id, k.remote_id, k.base, k.base_read_at, k.removed_at,
            jsonb_build_object('email', k.email, 'group_id', k.group_id, 'prefix', k.prefix, 'first_name', k.first_name,
                'middle_name', k.middle_name, 'last_name', k.last_name, 'suffix', k.suffix, 'birthday', k.birthday,
                'gender', k.gender, 'taxvat', k.taxvat,
                'default_billing', (select min(a.remote_id) from customer_addresses a
                    where a.customer_id = k.id and a.default_billing and a.removed_at is null),
                'default_shipping', (select min(a.remote_id) from customer_addresses a
                    where a.customer_id = k.id and a.default_shipping and a.removed_at is null)) as \"local!\"
         from customers k where k.id = any($1)",
        ids
    )
    .fetch_all(&mut *db)
    .await?;
    let mut books: HashMap<i64, Book> = rows
        .into_iter()
        .map(|row| {
            let customer = Sides {
                id: row.id,
                remote_id: row.remote_id,
                local: Values::from_json(&row.local),
                base: Values::from_json(&row.base.unwrap_or_default()),
                read_at: row.base_read_at,
                removed: row.removed_at.is_some(),
            };
            (row.id, Book { customer, addresses: Vec::new() })
        })
        .collect();
    for (customer, address) in addresses(db, ids).await? {
        if let Some(book) = books.get_mut(&customer) {
            book.addresses.push(address);
        }
    }
    Ok(books)
}

async fn addresses(db: &mut PgConnection, customers: &[i64]) -> Result<Vec<(i64, Sides)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select a.customer_id, a.id, a.remote_id, a.base, a.base_read_at, a.removed_at,
            jsonb_build_object('prefix', a.prefix, 'first_name', a.first_name, 'middle_name', a.middle_name,
                'last_name', a.last_name, 'suffix', a.suffix, 'company', a.company, 'telephone', a.telephone, 'fax', a.fax,
                'place', jsonb_build_object('street', a.street, 'city', a.city, 'postcode', a.postcode,
                    'country_id', a.country_id, 'region_id', a.region_id, 'region', a.region)) as \"local!\"
         from customer_addresses a where a.customer_id = any($1)
         order by (a.removed_at is not null), a.position, a.id",
        customers
    )
    .fetch_all(db)
    .await?;
    let sides = rows.into_iter().map(|row| {
        let address = Sides {
            id: row.id,
            remote_id: row.remote_id,
            local: Values::from_json(&row.local),
            base: Values::from_json(&row.base.unwrap_or_default()),
            read_at: row.base_read_at,
            removed: row.removed_at.is_some(),
        };
        (row.customer_id, address)
    });
    Ok(sides.collect())
}

/// Writes what the CRM holds of a customer, and what both sides had last.
///
/// # Errors
/// From the database.
pub async fn save_customer(db: &mut PgConnection, sides: &Sides) -> Result<(), sqlx::Error> {
    let local = sides.local.to_json();
    let was = sqlx::query!(
        "update customers k set email = coalesce($2::jsonb ->> 'email', ''), group_id = ($2 ->> 'group_id')::bigint,
            prefix = coalesce($2 ->> 'prefix', ''), first_name = coalesce($2 ->> 'first_name', ''),
            middle_name = coalesce($2 ->> 'middle_name', ''), last_name = coalesce($2 ->> 'last_name', ''),
            suffix = coalesce($2 ->> 'suffix', ''), birthday = ($2 ->> 'birthday')::date, gender = $2 ->> 'gender',
            taxvat = coalesce($2 ->> 'taxvat', ''), base = base || $3
         from (select id, email, first_name, last_name from customers where id = $1) was
         where k.id = was.id
         returning k.contact_id, k.account_id, was.email, was.first_name, was.last_name, k.email as email_now,
            k.first_name as first_now, k.last_name as last_now",
        sides.id,
        local,
        sides.base.to_json(),
    )
    .fetch_optional(&mut *db)
    .await?;
    let renamed = was.map(|row| Renamed {
        contact_id: row.contact_id,
        account_id: row.account_id,
        was: Person { email: row.email, first_name: row.first_name, last_name: row.last_name },
        now: Person { email: row.email_now, first_name: row.first_now, last_name: row.last_now },
    });
    accounts::follow(db, renamed.as_slice()).await?;
    let default = |unit| sides.local.value(unit).as_i64();
    sqlx::query!(
        "update customer_addresses set default_billing = coalesce(remote_id = $2, false),
            default_shipping = coalesce(remote_id = $3, false)
         where customer_id = $1 and (default_billing <> coalesce(remote_id = $2, false)
            or default_shipping <> coalesce(remote_id = $3, false))",
        sides.id,
        default(Unit::DefaultBilling),
        default(Unit::DefaultShipping),
    )
    .execute(&mut *db)
    .await?;
    show_billing(db, sides.id).await
}

/// Writes what the CRM holds of an address, and what both sides had last.
///
/// # Errors
/// From the database.
pub async fn save_address(db: &mut PgConnection, sides: &Sides) -> Result<(), sqlx::Error> {
    let customer = sqlx::query_scalar!(
        "update customer_addresses set prefix = coalesce($2::jsonb ->> 'prefix', ''),
            first_name = coalesce($2 ->> 'first_name', ''), middle_name = coalesce($2 ->> 'middle_name', ''),
            last_name = coalesce($2 ->> 'last_name', ''), suffix = coalesce($2 ->> 'suffix', ''),
            company = coalesce($2 ->> 'company', ''), telephone = coalesce($2 ->> 'telephone', ''),
            fax = coalesce($2 ->> 'fax', ''), street = coalesce($2 #>> '{place,street}', ''),
            city = coalesce($2 #>> '{place,city}', ''), postcode = coalesce($2 #>> '{place,postcode}', ''),
            country_id = coalesce($2 #>> '{place,country_id}', ''), region_id = ($2 #>> '{place,region_id}')::bigint,
            region = coalesce($2 #>> '{place,region}', ''), base = $3
         where id = $1 returning customer_id",
        sides.id,
        sides.local.to_json(),
        sides.base.to_json(),
    )
    .fetch_one(&mut *db)
    .await?;
    show_billing(db, customer).await
}

/// The grid shows country and state of the default billing address, else of the first one.
async fn show_billing(db: &mut PgConnection, customer: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update customers k set billing_country = a.country_id, billing_state = a.region
         from (select country_id, region from customer_addresses where customer_id = $1 and removed_at is null
            order by default_billing desc, position, id limit 1) a
         where k.id = $1 and (k.billing_country, k.billing_state) is distinct from (a.country_id, a.region)",
        customer
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A place as a unit's value.
#[must_use]
pub fn place(
    (street, city, postcode): (&str, &str, &str),
    country_id: &str,
    region_id: Option<i64>,
    region: &str,
) -> Value {
    json!({
        "street": street, "city": city, "postcode": postcode, "country_id": country_id, "region_id": region_id,
        "region": region,
    })
}
