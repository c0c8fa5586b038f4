//! Taking credit memos over, a whole window at a time. What is as it was is not written.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;

use super::incoming::{Incoming, IncomingItem};
use super::removal;
use crate::crm::arrivals::{self, Stored, Taken, Writing};

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
        "select remote_id, row_hash, read_at from credit_memos
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
pub async fn upsert(db: &mut PgConnection, channel: i64, batch: &[Incoming]) -> Result<Taken, sqlx::Error> {
    let batch = arrivals::once(batch, |memo| memo.increment_id.clone());
    let stored = stored(db, channel, &batch).await?;
    let sorted = arrivals::sort_out(&batch, &stored);
    for (id, memo) in &sorted.fingerprints {
        note_fingerprint(db, *id, memo).await?;
    }
    let mut replaced = removal::others_with_these_ids(db, channel, &batch).await?;
    replaced.extend(&sorted.replaced);
    let replaced = removal::remove(db, &replaced).await?;
    if !sorted.write.is_empty() {
        let ids = write_rows(db, channel, &sorted.write).await?;
        replace_items(db, &sorted.write, &ids).await?;
    }
    Ok(Taken { replaced, ..sorted.taken })
}

async fn stored(
    db: &mut PgConnection,
    channel: i64,
    batch: &[&Incoming],
) -> Result<HashMap<String, Stored>, sqlx::Error> {
    let numbers: Vec<String> = batch.iter().map(|memo| memo.increment_id.clone()).collect();
    // one that is there counts more than a removed one with its number, a later one more than an earlier one
    let rows = sqlx::query!(
        "select id as \"id!\", increment_id as \"increment_id!\", content_hash as \"content_hash!\", row_hash,
            read_at as \"read_at!\", remote_created_at as \"remote_created_at!\", removed as \"removed!\"
         from (
            select id, increment_id, content_hash, row_hash, read_at, remote_created_at, true as removed
            from credit_memos where channel_id = $1 and increment_id = any($2) and removed_at is not null
            union all
            select id, increment_id, content_hash, row_hash, read_at, remote_created_at, false
            from credit_memos where channel_id = $1 and increment_id = any($2) and removed_at is null
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

async fn note_fingerprint(db: &mut PgConnection, id: i64, memo: &Incoming) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update credit_memos set row_hash = $2, read_at = $3 where id = $1",
        id,
        memo.row_hash.as_deref(),
        memo.read_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Returns the row of each.
async fn write_rows(
    db: &mut PgConnection,
    channel: i64,
    write: &[Writing<'_, Incoming>],
) -> Result<Vec<i64>, sqlx::Error> {
    let text = |value: fn(&Incoming) -> &str| {
        write.iter().map(|w| value(w.record).to_owned()).collect::<Vec<String>>()
    };
    let sum =
        |value: fn(&Incoming) -> Decimal| write.iter().map(|w| value(w.record)).collect::<Vec<Decimal>>();
    let told =
        |value: fn(&Incoming) -> Option<Decimal>| write.iter().map(|w| value(w.record)).collect::<Vec<_>>();
    let id = |value: fn(&Incoming) -> Option<i64>| write.iter().map(|w| value(w.record)).collect::<Vec<_>>();
    let time =
        |value: fn(&Incoming) -> DateTime<Utc>| write.iter().map(|w| value(w.record)).collect::<Vec<_>>();
    let rows = arrivals::rows_of(db, "credit_memos_id_seq", write).await?;
    sqlx::query!(
        "insert into credit_memos (channel_id, id, order_id, remote_id, increment_id, remote_order_id, store_id, state,
            currency, subtotal, discount, tax, shipping, grand_total, adjustment, adjustment_positive, adjustment_negative,
            customer_balance_refunded, reward_points_refunded, transaction_id, remote_created_at, remote_updated_at,
            row_hash, content_hash, read_at)
         overriding system value
         select $1, t.id, o.id, t.remote, t.increment, t.remote_order, t.store, t.state, coalesce(nullif(t.currency, ''), o.currency, ''),
            t.subtotal, t.discount, t.tax, t.shipping, t.grand, t.adjustment, t.positive, t.negative, t.balance, t.points,
            t.transaction, t.created, t.updated, t.hash, t.content, t.read_at
         from unnest($2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::smallint[], $8::text[],
            $9::numeric[], $10::numeric[], $11::numeric[], $12::numeric[], $13::numeric[], $14::numeric[], $15::numeric[],
            $16::numeric[], $17::numeric[], $18::numeric[], $19::text[], $20::timestamptz[], $21::timestamptz[],
            $22::bytea[], $23::bytea[], $24::timestamptz[])
            as t(id, remote, increment, remote_order, store, state, currency, subtotal, discount, tax, shipping, grand,
            adjustment, positive, negative, balance, points, transaction, created, updated, hash, content, read_at)
         left join orders o on o.channel_id = $1 and o.remote_id = t.remote_order and o.removed_at is null
         on conflict (id) do update set order_id = coalesce(excluded.order_id, credit_memos.order_id),
            remote_id = excluded.remote_id, remote_order_id = excluded.remote_order_id, store_id = excluded.store_id,
            state = excluded.state, currency = excluded.currency, subtotal = excluded.subtotal,
            discount = excluded.discount, tax = excluded.tax, shipping = excluded.shipping,
            grand_total = excluded.grand_total, adjustment = excluded.adjustment,
            adjustment_positive = excluded.adjustment_positive, adjustment_negative = excluded.adjustment_negative,
            customer_balance_refunded = excluded.customer_balance_refunded,
            reward_points_refunded = excluded.reward_points_refunded, transaction_id = excluded.transaction_id,
            remote_updated_at = excluded.remote_updated_at, row_hash = excluded.row_hash,
            content_hash = excluded.content_hash, read_at = excluded.read_at, removed_at = null, synced_at = now()",
        channel,
        &rows,
        &write.iter().map(|w| w.record.remote_id).collect::<Vec<i64>>(),
        &text(|m| &m.increment_id),
        &id(|m| m.remote_order_id) as _,
        &id(|m| m.store_id) as _,
        &write.iter().map(|w| w.record.state).collect::<Vec<Option<i16>>>() as _,
        &text(|m| &m.currency),
        &sum(|m| m.subtotal),
        &sum(|m| m.discount),
        &sum(|m| m.tax),
        &sum(|m| m.shipping),
        &sum(|m| m.grand_total),
        &told(|m| m.adjustment) as _,
        &told(|m| m.adjustment_positive) as _,
        &told(|m| m.adjustment_negative) as _,
        &told(|m| m.customer_balance_refunded) as _,
        &told(|m| m.reward_points_refunded) as _,
        &text(|m| &m.transaction_id),
        &time(|m| m.created_at),
        &time(|m| m.updated_at),
        &write.iter().map(|w| w.record.row_hash.clone()).collect::<Vec<Option<Vec<u8>>>>() as _,
        &write.iter().map(|w| w.content_hash.clone()).collect::<Vec<Vec<u8>>>(),
        &time(|m| m.read_at),
    )
    .execute(db)
    .await?;
    Ok(rows)
}

async fn replace_items(
    db: &mut PgConnection,
    write: &[Writing<'_, Incoming>],
    ids: &[i64],
) -> Result<(), sqlx::Error> {
    let known: Vec<i64> = write.iter().filter_map(|writing| writing.id).collect();
    sqlx::query!("delete from credit_memo_items where credit_memo_id = any($1)", &known)
        .execute(&mut *db)
        .await?;
    let items: Vec<(i64, i16, &IncomingItem)> = write
        .iter()
        .zip(ids)
        .flat_map(|(writing, id)| (0_i16..).zip(&writing.record.items).map(move |(nr, item)| (*id, nr, item)))
        .collect();
    let text = |value: fn(&IncomingItem) -> &str| {
        items.iter().map(|i| value(i.2).to_owned()).collect::<Vec<String>>()
    };
    let sum =
        |value: fn(&IncomingItem) -> Decimal| items.iter().map(|i| value(i.2)).collect::<Vec<Decimal>>();
    sqlx::query!(
        "insert into credit_memo_items (credit_memo_id, position, remote_order_item_id, sku, name, qty, price, tax, discount,
            row_total)
         select * from unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::text[], $5::text[], $6::numeric[],
            $7::numeric[], $8::numeric[], $9::numeric[], $10::numeric[])",
        &items.iter().map(|i| i.0).collect::<Vec<i64>>(),
        &items.iter().map(|i| i.1).collect::<Vec<i16>>(),
        &items.iter().map(|i| i.2.remote_order_item_id).collect::<Vec<Option<i64>>>() as _,
        &text(|i| &i.sku),
        &text(|i| &i.name),
        &sum(|i| i.qty),
        &sum(|i| i.price),
        &sum(|i| i.tax),
        &sum(|i| i.discount),
        &sum(|i| i.row_total),
    )
    .execute(db)
    .await?;
    Ok(())
}
