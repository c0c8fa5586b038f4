//! Taking carts over, a block at a time. What is as it was is not written, but for when it was looked at.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;

use super::incoming::Incoming;
use super::{items, upkeep};
use crate::crm::arrivals::{self, Taken};
use crate::crm::customers::{self, Buyer, Guests};

/// Takes a batch over.
///
/// # Errors
/// From the database.
pub async fn upsert(
    db: &mut PgConnection,
    channel: i64,
    owner_id: i64,
    guests: &Guests,
    batch: &[Incoming],
) -> Result<Taken, sqlx::Error> {
    let batch = arrivals::once(batch, |cart| cart.remote_id);
    if batch.is_empty() {
        return Ok(Taken::default());
    }
    let kept = upkeep::named_before(db, channel, &batch).await?;
    let kept = |cart: &Incoming| kept.get(&cart.remote_id).copied();
    let buyers: Vec<Buyer> = batch.iter().map(|cart| buyer(cart, kept(cart))).collect();
    let customers = customers::find_buyers(db, channel, owner_id, guests, &buyers).await?;
    let (created, updated) = write(db, channel, owner_id, &batch, &customers).await?;
    let by_remote: HashMap<i64, &Incoming> = batch.iter().map(|cart| (cart.remote_id, *cart)).collect();
    let touched: Vec<(i64, &Incoming)> = created
        .iter()
        .chain(&updated)
        .filter_map(|(remote, id)| Some((*id, *by_remote.get(remote)?)))
        .collect();
    items::write(db, &touched).await?;
    note_looked_at(db, channel, &batch).await?;
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Ok(Taken {
        created: count(created.len()),
        updated: count(updated.len()),
        unchanged: count(batch.len() - created.len() - updated.len()),
        replaced: 0,
        conflicts: 0,
        arrived: created.iter().map(|(remote, _)| *remote).collect(),
    })
}

/// A store that deletes a customer empties their carts: they stay whose they were.
fn buyer(cart: &Incoming, before: Option<i64>) -> Buyer {
    Buyer {
        remote_customer_id: cart.remote_customer_id.or(before),
        store_id: cart.store_id,
        email: cart.email.clone(),
        first_name: cart.first_name.clone(),
        last_name: cart.last_name.clone(),
        store_name: String::new(),
        seen_at: cart.created_at,
    }
}

/// The store's id and the row.
type Ids = Vec<(i64, i64)>;

/// Returns what is new and what is different.
async fn write(
    db: &mut PgConnection,
    channel: i64,
    owner_id: i64,
    batch: &[&Incoming],
    customers: &[Option<i64>],
) -> Result<(Ids, Ids), sqlx::Error> {
    let text =
        |value: fn(&Incoming) -> &str| batch.iter().map(|c| value(c).to_owned()).collect::<Vec<String>>();
    let sum = |value: fn(&Incoming) -> Decimal| batch.iter().map(|c| value(c)).collect::<Vec<Decimal>>();
    let id = |value: fn(&Incoming) -> Option<i64>| batch.iter().map(|c| value(c)).collect::<Vec<_>>();
    let flag = |value: fn(&Incoming) -> bool| batch.iter().map(|c| value(c)).collect::<Vec<bool>>();
    let time = |value: fn(&Incoming) -> DateTime<Utc>| batch.iter().map(|c| value(c)).collect::<Vec<_>>();
    let contents: Vec<Vec<u8>> = batch.iter().map(|cart| arrivals::fingerprint(*cart)).collect();
    let rows = sqlx::query!(
        "insert into carts as c (channel_id, owner_id, customer_id, remote_id, store_id, remote_customer_id, is_active,
            is_guest, email, first_name, last_name, currency, base_currency, items_count, items_qty, subtotal, discount,
            tax, grand_total, payment_method, gift_message, billing_country, billing_state, telephone, remote_created_at,
            remote_updated_at, content_hash, read_at, status)
         select $1, $2, t.*, case
            when exists (select 1 from orders o where o.channel_id = $1 and o.remote_cart_id = t.remote) then 'purchased'
            when t.active then 'open' else 'expired' end
         from unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::boolean[], $8::boolean[], $9::text[],
            $10::text[], $11::text[], $12::text[], $13::text[], $14::numeric[], $15::numeric[], $16::numeric[],
            $17::numeric[], $18::numeric[], $19::numeric[], $20::text[], $21::text[], $22::text[], $23::text[], $24::text[],
            $25::timestamptz[], $26::timestamptz[], $27::bytea[], $28::timestamptz[])
            as t(customer, remote, store, remote_customer, active, guest, email, first, last, currency, base_currency, count,
            qty, subtotal, discount, tax, grand, method, gift, country, region, phone, created, updated, content, read_at)
         on conflict (channel_id, remote_id) where removed_at is null do update set
            customer_id = coalesce(excluded.customer_id, c.customer_id), store_id = excluded.store_id,
            remote_customer_id = coalesce(excluded.remote_customer_id, c.remote_customer_id),
            is_active = excluded.is_active, is_guest = excluded.is_guest, email = excluded.email,
            first_name = excluded.first_name, last_name = excluded.last_name, currency = excluded.currency,
            base_currency = excluded.base_currency, items_count = excluded.items_count, items_qty = excluded.items_qty,
            subtotal = excluded.subtotal, discount = excluded.discount, tax = excluded.tax,
            grand_total = excluded.grand_total, payment_method = excluded.payment_method,
            gift_message = excluded.gift_message, billing_country = excluded.billing_country,
            billing_state = excluded.billing_state, telephone = excluded.telephone,
            remote_updated_at = excluded.remote_updated_at, content_hash = excluded.content_hash,
            read_at = excluded.read_at, synced_at = now(),
            status = case when c.status in ('lost', 'converted') then c.status else excluded.status end
         where c.read_at <= excluded.read_at and (c.content_hash is distinct from excluded.content_hash
            or (c.status not in ('lost', 'converted') and c.status <> excluded.status))
         returning id, remote_id, (xmax = 0) as \"created!\"",
        channel,
        owner_id,
        customers as _,
        &batch.iter().map(|c| c.remote_id).collect::<Vec<i64>>(),
        &id(|c| c.store_id) as _,
        &id(|c| c.remote_customer_id) as _,
        &flag(|c| c.is_active),
        &flag(|c| c.is_guest),
        &text(|c| &c.email),
        &text(|c| &c.first_name),
        &text(|c| &c.last_name),
        &text(|c| &c.currency),
        &text(|c| &c.base_currency),
        &sum(|c| c.items_count),
        &sum(|c| c.items_qty),
        &sum(|c| c.subtotal),
        &sum(|c| c.discount),
        &sum(|c| c.tax),
        &sum(|c| c.grand_total),
        &text(|c| &c.payment_method),
        &text(|c| &c.gift_message),
        &text(|c| &c.billing_country),
        &text(|c| &c.billing_state),
        &text(|c| &c.telephone),
        &time(|c| c.created_at),
        &time(|c| c.updated_at),
        &contents,
        &time(|c| c.read_at),
    )
    .fetch_all(db)
    .await?;
    let of = |created: bool| {
        rows.iter().filter(|row| row.created == created).map(|row| (row.remote_id, row.id)).collect::<Ids>()
    };
    Ok((of(true), of(false)))
}

/// Active carts are looked at in turns: by when they were last seen, also where nothing had changed.
async fn note_looked_at(db: &mut PgConnection, channel: i64, batch: &[&Incoming]) -> Result<(), sqlx::Error> {
    let remote: Vec<i64> = batch.iter().map(|cart| cart.remote_id).collect();
    let latest = batch.iter().map(|cart| cart.read_at).max();
    sqlx::query!(
        "update carts set read_at = $3 where channel_id = $1 and remote_id = any($2) and removed_at is null
            and is_active and read_at < $3",
        channel,
        &remote,
        latest
    )
    .execute(db)
    .await?;
    Ok(())
}
