//! Taking customers over, a whole window at a time.
//!
//! A few statements a window, whatever its size: rows, their base snapshots and their addresses. What is as it was is
//! not written.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use super::incoming::{Incoming, IncomingAddress};
use super::removal;
use crate::crm::accounts::{self, Person, Renamed};
use crate::crm::arrivals::Taken;

/// What is stored of these, by the store's id: the fingerprint of the list row whose details are, and when it was read.
///
/// # Errors
/// From the database.
pub async fn known_hashes(
    db: &mut PgConnection,
    channel: i64,
    remote_ids: &[i64],
) -> Result<HashMap<i64, (Option<Vec<u8>>, DateTime<Utc>)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select remote_id as \"remote_id!\", row_hash, base_read_at as \"read_at!\" from customers
         where channel_id = $1 and remote_id = any($2)
            and base_read_at is not null and removed_at is null",
        channel,
        remote_ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.remote_id, (row.row_hash, row.read_at))).collect())
}

/// Takes a batch over. Each remote id may occur once. An answer older than what is stored changes nothing.
///
/// # Errors
/// From the database.
pub async fn upsert(
    db: &mut PgConnection,
    channel: i64,
    owner_id: Option<i64>,
    batch: &[Incoming],
) -> Result<Taken, sqlx::Error> {
    let replaced = removal::give_way(db, channel, batch).await?;
    removal::find_again(db, channel, batch).await?;
    let known = known_ids(db, channel, batch).await?;
    let people = people_of_new(db, (channel, owner_id), batch, &known).await?;
    let (created, mut updated) = write_customers(db, channel, owner_id, batch, &people).await?;
    accounts::follow(db, &renamed(batch, &known, &updated)).await?;
    let current =
        batch.iter().filter_map(|c| known.get(&c.remote_id).filter(|k| k.read_at <= Some(c.read_at)));
    let ids: HashMap<i64, i64> =
        current.map(|k| (k.remote_id, k.id)).chain(created.iter().copied()).collect();
    let fresh: HashSet<i64> = created.iter().map(|(_, id)| *id).collect();
    let touched = write_addresses(db, batch, &ids).await?;
    updated.extend(touched);
    updated.extend(remove_addresses(db, batch, &ids, &fresh).await?);
    let updated = i64::try_from(updated.difference(&fresh).count()).unwrap_or(i64::MAX);
    let new = i64::try_from(fresh.len()).unwrap_or(i64::MAX);
    let all = i64::try_from(batch.len()).unwrap_or(i64::MAX);
    let guests = known.values().filter(|customer| customer.read_at == Some(DateTime::UNIX_EPOCH));
    let arrived =
        created.iter().map(|(remote, _)| *remote).chain(guests.map(|guest| guest.remote_id)).collect();
    Ok(Taken { created: new, updated, unchanged: all - new - updated, replaced, arrived, conflicts: 0 })
}

/// A customer that is stored already.
struct Stored {
    remote_id: i64,
    id: i64,
    read_at: Option<DateTime<Utc>>,
    contact_id: Option<i64>,
    account_id: Option<i64>,
    email: String,
    first_name: String,
    last_name: String,
}

async fn known_ids(
    db: &mut PgConnection,
    channel: i64,
    batch: &[Incoming],
) -> Result<HashMap<i64, Stored>, sqlx::Error> {
    let remote: Vec<i64> = batch.iter().map(|customer| customer.remote_id).collect();
    let rows = sqlx::query_as!(
        Stored,
        "select remote_id as \"remote_id!\", id, base_read_at as read_at, contact_id, account_id, email, first_name, last_name
         from customers
         where channel_id = $1 and remote_id = any($2) and removed_at is null",
        channel,
        &remote
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.remote_id, row)).collect())
}

/// Those whom the store calls something else now.
fn renamed(batch: &[Incoming], known: &HashMap<i64, Stored>, updated: &HashSet<i64>) -> Vec<Renamed> {
    let stored = batch.iter().filter_map(|customer| Some((customer, known.get(&customer.remote_id)?)));
    let written = stored.filter(|(_, was)| updated.contains(&was.id));
    let both = written.map(|(customer, was)| Renamed {
        contact_id: was.contact_id,
        account_id: was.account_id,
        was: Person {
            email: was.email.clone(),
            first_name: was.first_name.clone(),
            last_name: was.last_name.clone(),
        },
        now: customer.person(),
    });
    both.filter(|renamed| renamed.was != renamed.now).collect()
}

async fn people_of_new(
    db: &mut PgConnection,
    (channel, owner_id): (i64, Option<i64>),
    batch: &[Incoming],
    known: &HashMap<i64, Stored>,
) -> Result<HashMap<i64, accounts::Known>, sqlx::Error> {
    let new: Vec<&Incoming> =
        batch.iter().filter(|customer| !known.contains_key(&customer.remote_id)).collect();
    let people: Vec<Person> = new.iter().map(|customer| customer.person()).collect();
    let found = accounts::match_or_make(db, channel, owner_id, &people).await?;
    Ok(new.iter().map(|customer| customer.remote_id).zip(found).collect())
}

/// Returns (remote id, id) of what is new and the ids of what is different.
async fn write_customers(
    db: &mut PgConnection,
    channel: i64,
    owner_id: Option<i64>,
    batch: &[Incoming],
    people: &HashMap<i64, accounts::Known>,
) -> Result<(Vec<(i64, i64)>, HashSet<i64>), sqlx::Error> {
    let column =
        |value: fn(&Incoming) -> &String| batch.iter().map(|c| value(c).clone()).collect::<Vec<String>>();
    let remote: Vec<i64> = batch.iter().map(|c| c.remote_id).collect();
    let websites: Vec<Option<i64>> = batch.iter().map(|c| c.website_id).collect();
    let stores: Vec<Option<i64>> = batch.iter().map(|c| c.store_id).collect();
    let groups: Vec<Option<i64>> = batch.iter().map(|c| c.group_id).collect();
    let birthdays: Vec<Option<NaiveDate>> = batch.iter().map(|c| c.birthday).collect();
    let genders: Vec<Option<String>> =
        batch.iter().map(|c| c.gender.flatten().map(|g| g.key().to_owned())).collect();
    let confirmed: Vec<Option<bool>> = batch.iter().map(|c| c.confirmed).collect();
    let billing: Vec<Option<&IncomingAddress>> = batch.iter().map(Incoming::billing_address).collect();
    let countries: Vec<Option<String>> = billing.iter().map(|a| a.map(|a| a.country_id.clone())).collect();
    let states: Vec<Option<String>> = billing.iter().map(|a| a.map(|a| a.region.clone())).collect();
    let contacts: Vec<Option<i64>> =
        batch.iter().map(|c| people.get(&c.remote_id).map(|p| p.contact_id)).collect();
    let accounts: Vec<Option<i64>> =
        batch.iter().map(|c| people.get(&c.remote_id).map(|p| p.account_id)).collect();
    let created: Vec<DateTime<Utc>> = batch.iter().map(|c| c.created_at).collect();
    let updated: Vec<DateTime<Utc>> = batch.iter().map(|c| c.updated_at).collect();
    let hashes: Vec<Option<Vec<u8>>> = batch.iter().map(|c| c.row_hash.clone()).collect();
    let bases: Vec<String> = batch.iter().map(Incoming::base).collect();
    let read_at: Vec<DateTime<Utc>> = batch.iter().map(|c| c.read_at).collect();
    let rows = sqlx::query!(
        "insert into customers as k (channel_id, owner_id, remote_id, website_id, store_id, group_id, email, prefix,
            first_name, middle_name, last_name, suffix, birthday, gender, taxvat, created_in, confirmed, billing_country,
            billing_state, contact_id, account_id, remote_created_at, remote_updated_at, row_hash, base, base_read_at)
         select $1, $2, t.remote, t.website, t.store, t.grp, t.email, t.prefix, t.first, t.middle, t.last, t.suffix,
            t.birthday, t.gender, t.taxvat, t.created_in, t.confirmed, coalesce(t.country, ''), coalesce(t.state, ''),
            t.contact, t.account, t.created, t.updated, t.hash, t.base::jsonb, t.read_at
         from unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::text[],
            $10::text[], $11::text[], $12::text[], $13::date[], $14::text[], $15::text[], $16::text[], $17::boolean[],
            $18::text[], $19::text[], $20::bigint[], $21::bigint[], $22::timestamptz[], $23::timestamptz[], $24::bytea[],
            $25::text[], $26::timestamptz[]) as t(remote, website, store, grp, email, prefix, first, middle, last, suffix,
            birthday, gender, taxvat, created_in, confirmed, country, state, contact, account, created, updated, hash,
            base, read_at)
         on conflict (channel_id, remote_id) where removed_at is null do update set
            website_id = excluded.website_id, store_id = excluded.store_id, group_id = excluded.group_id,
            email = excluded.email, prefix = excluded.prefix, first_name = excluded.first_name,
            middle_name = excluded.middle_name, last_name = excluded.last_name, suffix = excluded.suffix,
            birthday = excluded.birthday, taxvat = excluded.taxvat, created_in = excluded.created_in,
            gender = case when excluded.base ? 'gender' then excluded.gender else k.gender end,
            confirmed = coalesce(excluded.confirmed, k.confirmed),
            billing_country = case when excluded.base ? 'default_billing' then excluded.billing_country
                else k.billing_country end,
            billing_state = case when excluded.base ? 'default_billing' then excluded.billing_state
                else k.billing_state end,
            remote_created_at = excluded.remote_created_at, remote_updated_at = excluded.remote_updated_at,
            row_hash = excluded.row_hash, base = k.base || excluded.base, base_read_at = excluded.base_read_at,
            synced_at = now()
         where k.base_read_at <= excluded.base_read_at
            and (k.row_hash is distinct from excluded.row_hash or k.base is distinct from k.base || excluded.base
                or (k.website_id, k.store_id, k.created_in, k.remote_created_at, k.remote_updated_at)
                    is distinct from (excluded.website_id, excluded.store_id, excluded.created_in,
                        excluded.remote_created_at, excluded.remote_updated_at)
                or (excluded.base ? 'default_billing' and (k.billing_country, k.billing_state)
                    is distinct from (excluded.billing_country, excluded.billing_state))
                -- the store made of an edit what both had before, within a second: all else is as it was, the edit is not
                or (k.email, k.prefix, k.first_name, k.middle_name, k.last_name, k.suffix, k.group_id, k.birthday, k.taxvat)
                    is distinct from (excluded.email, excluded.prefix, excluded.first_name, excluded.middle_name,
                        excluded.last_name, excluded.suffix, excluded.group_id, excluded.birthday, excluded.taxvat)
                or (excluded.base ? 'gender' and k.gender is distinct from excluded.gender))
         returning id, remote_id as \"remote_id!\", (xmax = 0) as \"created!\"",
        channel,
        owner_id,
        &remote,
        &websites as _,
        &stores as _,
        &groups as _,
        &column(|c| &c.email),
        &column(|c| &c.prefix),
        &column(|c| &c.first_name),
        &column(|c| &c.middle_name),
        &column(|c| &c.last_name),
        &column(|c| &c.suffix),
        &birthdays as _,
        &genders as _,
        &column(|c| &c.taxvat),
        &column(|c| &c.created_in),
        &confirmed as _,
        &countries as _,
        &states as _,
        &contacts as _,
        &accounts as _,
        &created,
        &updated,
        &hashes as _,
        &bases,
        &read_at,
    )
    .fetch_all(db)
    .await?;
    let new = rows.iter().filter(|row| row.created).map(|row| (row.remote_id, row.id)).collect();
    let different = rows.iter().filter(|row| !row.created).map(|row| row.id).collect();
    Ok((new, different))
}

/// Returns the customers of which an address is new or different.
async fn write_addresses(
    db: &mut PgConnection,
    batch: &[Incoming],
    ids: &HashMap<i64, i64>,
) -> Result<HashSet<i64>, sqlx::Error> {
    let rows: Vec<(i64, i16, DateTime<Utc>, &IncomingAddress)> = batch
        .iter()
        .filter_map(|c| Some((*ids.get(&c.remote_id)?, c.read_at, c.addresses.as_ref()?)))
        .flat_map(|(id, at, list)| (0_i16..).zip(list).map(move |(nr, address)| (id, nr, at, address)))
        .collect();
    if rows.is_empty() {
        return Ok(HashSet::new());
    }
    let column = |value: fn(&IncomingAddress) -> &String| {
        rows.iter().map(|r| value(r.3).clone()).collect::<Vec<String>>()
    };
    let customers: Vec<i64> = rows.iter().map(|r| r.0).collect();
    let positions: Vec<i16> = rows.iter().map(|r| r.1).collect();
    let read_at: Vec<DateTime<Utc>> = rows.iter().map(|r| r.2).collect();
    let remote: Vec<i64> = rows.iter().map(|r| r.3.remote_id).collect();
    let regions: Vec<Option<i64>> = rows.iter().map(|r| r.3.region_id).collect();
    let billing: Vec<bool> = rows.iter().map(|r| r.3.default_billing).collect();
    let shipping: Vec<bool> = rows.iter().map(|r| r.3.default_shipping).collect();
    let bases: Vec<String> = rows.iter().map(|r| r.3.base()).collect();
    let touched = sqlx::query_scalar!(
        "insert into customer_addresses as a (customer_id, position, remote_id, prefix, first_name, middle_name, last_name,
            suffix, company, street, city, postcode, country_id, region_id, region, telephone, fax, default_billing,
            default_shipping, base, base_read_at)
         select t.customer, t.nr, t.remote, t.prefix, t.first, t.middle, t.last, t.suffix, t.company, t.street, t.city,
            t.postcode, t.country, t.region_id, t.region, t.phone, t.fax, t.billing, t.shipping, t.base::jsonb, t.read_at
         from unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
            $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::bigint[], $15::text[], $16::text[],
            $17::text[], $18::boolean[], $19::boolean[], $20::text[], $21::timestamptz[]) as t(customer, nr, remote, prefix,
            first, middle, last, suffix, company, street, city, postcode, country, region_id, region, phone, fax, billing,
            shipping, base, read_at)
         on conflict (customer_id, remote_id) do update set
            position = excluded.position, prefix = excluded.prefix, first_name = excluded.first_name,
            middle_name = excluded.middle_name, last_name = excluded.last_name, suffix = excluded.suffix,
            company = excluded.company, street = excluded.street, city = excluded.city, postcode = excluded.postcode,
            country_id = excluded.country_id, region_id = excluded.region_id, region = excluded.region,
            telephone = excluded.telephone, fax = excluded.fax, default_billing = excluded.default_billing,
            default_shipping = excluded.default_shipping, base = excluded.base, base_read_at = excluded.base_read_at,
            removed_at = null
         where a.base_read_at <= excluded.base_read_at
            and ((a.base, a.default_billing, a.default_shipping, a.position)
                    is distinct from (excluded.base, excluded.default_billing, excluded.default_shipping, excluded.position)
                or a.removed_at is not null
                -- the store made of an edit what both had before: the base is as it was, the edit is not
                or (a.prefix, a.first_name, a.middle_name, a.last_name, a.suffix, a.company, a.street, a.city, a.postcode,
                        a.country_id, a.region_id, a.region, a.telephone, a.fax)
                    is distinct from (excluded.prefix, excluded.first_name, excluded.middle_name, excluded.last_name,
                        excluded.suffix, excluded.company, excluded.street, excluded.city, excluded.postcode,
                        excluded.country_id, excluded.region_id, excluded.region, excluded.telephone, excluded.fax))
         returning customer_id",
        &customers,
        &positions,
        &remote,
        &column(|a| &a.prefix),
        &column(|a| &a.first_name),
        &column(|a| &a.middle_name),
        &column(|a| &a.last_name),
        &column(|a| &a.suffix),
        &column(|a| &a.company),
        &column(|a| &a.street),
        &column(|a| &a.city),
        &column(|a| &a.postcode),
        &column(|a| &a.country_id),
        &regions as _,
        &column(|a| &a.region),
        &column(|a| &a.telephone),
        &column(|a| &a.fax),
        &billing,
        &shipping,
        &bases,
        &read_at,
    )
    .fetch_all(db)
    .await?;
    Ok(touched.into_iter().collect())
}

/// An address that its customer's complete list does not hold is gone in the store.
async fn remove_addresses(
    db: &mut PgConnection,
    batch: &[Incoming],
    ids: &HashMap<i64, i64>,
    fresh: &HashSet<i64>,
) -> Result<HashSet<i64>, sqlx::Error> {
    let complete: Vec<(i64, DateTime<Utc>, &Vec<IncomingAddress>)> = batch
        .iter()
        .filter_map(|c| Some((*ids.get(&c.remote_id)?, c.read_at, c.addresses.as_ref()?)))
        .filter(|(id, ..)| !fresh.contains(id))
        .collect();
    if complete.is_empty() {
        return Ok(HashSet::new());
    }
    let customers: Vec<i64> = complete.iter().map(|(id, ..)| *id).collect();
    let read_at: Vec<DateTime<Utc>> = complete.iter().map(|(_, at, _)| *at).collect();
    let listed: Vec<(i64, i64)> = complete
        .iter()
        .flat_map(|(id, _, list)| list.iter().map(|address| (*id, address.remote_id)))
        .collect();
    let (owners, addresses): (Vec<i64>, Vec<i64>) = listed.into_iter().unzip();
    let gone = sqlx::query_scalar!(
        "update customer_addresses a set removed_at = now(), base_read_at = c.read_at
         from unnest($1::bigint[], $2::timestamptz[]) as c(customer, read_at)
         where a.customer_id = c.customer and a.base_read_at <= c.read_at
            and a.remote_id is not null and a.removed_at is null
            and not exists (select 1 from unnest($3::bigint[], $4::bigint[]) as t(customer, remote)
                where t.customer = a.customer_id and t.remote = a.remote_id)
         returning customer_id",
        &customers,
        &read_at,
        &owners,
        &addresses,
    )
    .fetch_all(db)
    .await?;
    Ok(gone.into_iter().collect())
}
