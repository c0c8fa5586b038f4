//! Taking orders over, a whole window at a time: a few statements, whatever its size. What is as it was is not written.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;

use super::incoming::Incoming;
use super::{lifetimes, parts, removal};
use crate::crm::arrivals::{self, Stored, Taken, Writing};
use crate::crm::customers::{self, Buyer, Guests};

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
        "select remote_id, row_hash, read_at from orders
         where channel_id = $1 and remote_id = any($2)
            and removed_at is null",
        channel,
        remote_ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.remote_id, (row.row_hash, row.read_at))).collect())
}

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
    let batch = arrivals::once(batch, |order| order.increment_id.clone());
    let stored = stored(db, channel, &batch).await?;
    let sorted = arrivals::sort_out(&batch, &stored);
    for (id, order) in &sorted.fingerprints {
        note_fingerprint(db, *id, order).await?;
    }
    let mut replaced = removal::others_with_these_ids(db, channel, &batch).await?;
    replaced.extend(&sorted.replaced);
    let replaced = removal::remove(db, &replaced).await?;
    write_all(db, channel, owner_id, guests, &sorted.write).await?;
    Ok(Taken { replaced, ..sorted.taken })
}

async fn stored(
    db: &mut PgConnection,
    channel: i64,
    batch: &[&Incoming],
) -> Result<HashMap<String, Stored>, sqlx::Error> {
    let numbers: Vec<String> = batch.iter().map(|order| order.increment_id.clone()).collect();
    // one that is there counts more than a removed one with its number, a later one more than an earlier one
    let rows = sqlx::query!(
        "select id as \"id!\", increment_id as \"increment_id!\", content_hash as \"content_hash!\", row_hash,
            read_at as \"read_at!\", remote_created_at as \"remote_created_at!\", removed as \"removed!\"
         from (
            select id, increment_id, content_hash, row_hash, read_at, remote_created_at, true as removed
            from orders where channel_id = $1 and increment_id = any($2) and removed_at is not null
            union all
            select id, increment_id, content_hash, row_hash, read_at, remote_created_at, false
            from orders where channel_id = $1 and increment_id = any($2) and removed_at is null
         ) both_kinds order by removed desc, id",
        channel,
        &numbers
    )
    .fetch_all(db)
    .await?;
    let stored = rows.into_iter().map(|row| {
        let stored = Stored {
            id: row.id,
            content_hash: row.content_hash,
            row_hash: row.row_hash,
            read_at: row.read_at,
            created_at: row.remote_created_at,
            removed: row.removed,
        };
        (row.increment_id, stored)
    });
    Ok(stored.collect())
}

async fn note_fingerprint(db: &mut PgConnection, id: i64, order: &Incoming) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update orders set row_hash = $2, read_at = $3 where id = $1",
        id,
        order.row_hash.as_deref(),
        order.read_at
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn write_all(
    db: &mut PgConnection,
    channel: i64,
    owner_id: i64,
    guests: &Guests,
    write: &[Writing<'_, Incoming>],
) -> Result<(), sqlx::Error> {
    if write.is_empty() {
        return Ok(());
    }
    let kept = removal::named_before(db, write.iter().filter_map(|writing| writing.id)).await?;
    let kept = |writing: &Writing<'_, Incoming>| kept.get(&writing.id?).copied();
    let buyers: Vec<Buyer> = write.iter().map(|writing| buyer(writing.record, kept(writing))).collect();
    let customers = customers::find_buyers(db, channel, owner_id, guests, &buyers).await?;
    let before = removal::customers_of(db, write.iter().filter_map(|writing| writing.id)).await?;
    let ids = write_rows(db, channel, owner_id, write, &customers).await?;
    parts::replace(db, write, &ids).await?;
    let touched: Vec<i64> = before.into_iter().chain(customers.into_iter().flatten()).collect();
    lifetimes::recompute(db, &touched).await
}

/// A store that deletes a customer empties their orders: they stay whose they were.
fn buyer(order: &Incoming, before: Option<i64>) -> Buyer {
    Buyer {
        remote_customer_id: order.remote_customer_id.or(before),
        store_id: order.store_id,
        email: order.email.clone(),
        first_name: order.first_name.clone(),
        last_name: order.last_name.clone(),
        store_name: order.store_name.lines().last().unwrap_or_default().trim().to_owned(),
        seen_at: order.created_at,
    }
}

/// Returns the row of each.
async fn write_rows(
    db: &mut PgConnection,
    channel: i64,
    owner_id: i64,
    write: &[Writing<'_, Incoming>],
    customers: &[Option<i64>],
) -> Result<Vec<i64>, sqlx::Error> {
    let text = |value: fn(&Incoming) -> &str| {
        write.iter().map(|w| value(w.record).to_owned()).collect::<Vec<String>>()
    };
    let sum =
        |value: fn(&Incoming) -> Decimal| write.iter().map(|w| value(w.record)).collect::<Vec<Decimal>>();
    let told =
        |value: fn(&Incoming) -> Option<Decimal>| write.iter().map(|w| value(w.record)).collect::<Vec<_>>();
    let id = |value: fn(&Incoming) -> Option<i64>| write.iter().map(|w| value(w.record)).collect::<Vec<_>>();
    let flag = |value: fn(&Incoming) -> bool| write.iter().map(|w| value(w.record)).collect::<Vec<bool>>();
    let time =
        |value: fn(&Incoming) -> DateTime<Utc>| write.iter().map(|w| value(w.record)).collect::<Vec<_>>();
    let rows: Vec<i64> = arrivals::rows_of(db, "orders_id_seq", write).await?;
    let hashes: Vec<Option<Vec<u8>>> = write.iter().map(|w| w.record.row_hash.clone()).collect();
    let contents: Vec<Vec<u8>> = write.iter().map(|w| w.content_hash.clone()).collect();
    let details: Vec<String> = write.iter().map(|w| w.record.payment_details.to_string()).collect();
    sqlx::query!(
        "insert into orders as o (channel_id, owner_id, id, customer_id, remote_id, increment_id, store_id,
            remote_customer_id, remote_cart_id, status, state, email, first_name, last_name, is_guest, is_virtual, currency,
            base_currency, subtotal, discount, tax, shipping, grand_total, total_paid, total_invoiced, total_refunded,
            total_canceled, total_due, subtotal_refunded, items_qty, coupon_code, discount_description, payment_method,
            payment_details, shipping_method, shipping_description, remote_ip, gift_message, store_name, billing_country,
            billing_state, remote_created_at, remote_updated_at, row_hash, content_hash, read_at)
         overriding system value
         select $1, $2, t.id, t.customer, t.remote, t.increment, t.store, t.remote_customer, t.cart, t.status, t.state,
            t.email, t.first, t.last, t.guest, t.virtual, t.currency, t.base_currency, t.subtotal, t.discount, t.tax,
            t.shipping, t.grand, t.paid, t.invoiced, t.refunded, t.canceled, t.due, t.sub_refunded, t.qty, t.coupon,
            t.discount_text, t.method, t.details::jsonb, t.ship_method, t.ship_text, t.ip, t.gift, t.store_name, t.country,
            t.region, t.created, t.updated, t.hash, t.content, t.read_at
         from unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[],
            $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::boolean[], $16::boolean[], $17::text[],
            $18::text[], $19::numeric[], $20::numeric[], $21::numeric[], $22::numeric[], $23::numeric[], $24::numeric[],
            $25::numeric[], $26::numeric[], $27::numeric[], $28::numeric[], $29::numeric[], $30::numeric[], $31::text[],
            $32::text[], $33::text[], $34::text[], $35::text[], $36::text[], $37::text[], $38::text[], $39::text[],
            $40::text[], $41::text[], $42::timestamptz[], $43::timestamptz[], $44::bytea[], $45::bytea[], $46::timestamptz[])
            as t(id, customer, remote, increment, store, remote_customer, cart, status, state, email, first, last, guest,
            virtual, currency, base_currency, subtotal, discount, tax, shipping, grand, paid, invoiced, refunded, canceled,
            due, sub_refunded, qty, coupon, discount_text, method, details, ship_method, ship_text, ip, gift, store_name,
            country, region, created, updated, hash, content, read_at)
         on conflict (id) do update set remote_id = excluded.remote_id, store_id = excluded.store_id,
            customer_id = coalesce(excluded.customer_id, o.customer_id),
            remote_customer_id = coalesce(excluded.remote_customer_id, o.remote_customer_id),
            remote_cart_id = excluded.remote_cart_id, status = excluded.status, state = excluded.state,
            email = excluded.email, first_name = excluded.first_name, last_name = excluded.last_name,
            is_guest = excluded.is_guest, is_virtual = excluded.is_virtual, currency = excluded.currency,
            base_currency = excluded.base_currency, subtotal = excluded.subtotal, discount = excluded.discount,
            tax = excluded.tax, shipping = excluded.shipping, grand_total = excluded.grand_total,
            total_paid = excluded.total_paid, total_invoiced = excluded.total_invoiced,
            total_refunded = excluded.total_refunded, total_canceled = excluded.total_canceled,
            total_due = excluded.total_due, subtotal_refunded = excluded.subtotal_refunded,
            items_qty = excluded.items_qty, coupon_code = excluded.coupon_code,
            discount_description = excluded.discount_description, payment_method = excluded.payment_method,
            payment_details = excluded.payment_details, shipping_method = excluded.shipping_method,
            shipping_description = excluded.shipping_description, remote_ip = excluded.remote_ip,
            gift_message = excluded.gift_message, store_name = excluded.store_name,
            billing_country = excluded.billing_country, billing_state = excluded.billing_state,
            remote_updated_at = excluded.remote_updated_at, row_hash = excluded.row_hash,
            content_hash = excluded.content_hash, read_at = excluded.read_at, removed_at = null, synced_at = now()",
        channel,
        owner_id,
        &rows,
        customers as _,
        &write.iter().map(|w| w.record.remote_id).collect::<Vec<i64>>(),
        &text(|o| &o.increment_id),
        &id(|o| o.store_id) as _,
        &id(|o| o.remote_customer_id) as _,
        &id(|o| o.remote_cart_id) as _,
        &text(|o| &o.status),
        &text(|o| &o.state),
        &text(|o| &o.email),
        &text(|o| &o.first_name),
        &text(|o| &o.last_name),
        &flag(|o| o.is_guest),
        &flag(|o| o.is_virtual),
        &text(|o| &o.currency),
        &text(|o| &o.base_currency),
        &sum(|o| o.sums.subtotal),
        &sum(|o| o.sums.discount),
        &sum(|o| o.sums.tax),
        &sum(|o| o.sums.shipping),
        &sum(|o| o.sums.grand_total),
        &told(|o| o.sums.paid) as _,
        &told(|o| o.sums.invoiced) as _,
        &told(|o| o.sums.refunded) as _,
        &told(|o| o.sums.canceled) as _,
        &told(|o| o.sums.due) as _,
        &told(|o| o.sums.subtotal_refunded) as _,
        &told(|o| o.items_qty) as _,
        &text(|o| &o.coupon_code),
        &text(|o| &o.discount_description),
        &text(|o| &o.payment_method),
        &details,
        &text(|o| &o.shipping_method),
        &text(|o| &o.shipping_description),
        &text(|o| &o.remote_ip),
        &text(|o| &o.gift_message),
        &text(|o| &o.store_name),
        &text(|o| o.billing().map_or("", |address| &address.country_id)),
        &text(|o| o.billing().map_or("", |address| &address.region)),
        &time(|o| o.created_at),
        &time(|o| o.updated_at),
        &hashes as _,
        &contents,
        &time(|o| o.read_at),
    )
    .execute(db)
    .await?;
    Ok(rows)
}
