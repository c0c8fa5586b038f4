//! The parts of orders: items, addresses, status history. They are replaced as a whole whenever their order changed.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;

use super::incoming::{Incoming, IncomingAddress, IncomingItem, IncomingNote};
use crate::crm::arrivals::Writing;

/// Replaces the parts of these orders; `ids` are their rows.
pub(super) async fn replace(
    db: &mut PgConnection,
    write: &[Writing<'_, Incoming>],
    ids: &[i64],
) -> Result<(), sqlx::Error> {
    let known: Vec<i64> = write.iter().filter_map(|writing| writing.id).collect();
    if !known.is_empty() {
        forget(db, &known).await?;
    }
    let all = || write.iter().map(|writing| writing.record).zip(ids.iter().copied());
    let items: Vec<_> = all().flat_map(|(order, id)| numbered(id, &order.items)).collect();
    let addresses: Vec<_> = all().flat_map(|(order, id)| numbered(id, &order.addresses)).collect();
    let notes: Vec<_> = all().flat_map(|(order, id)| numbered(id, &order.notes)).collect();
    write_items(db, &items).await?;
    write_addresses(db, &addresses).await?;
    write_notes(db, &notes).await
}

/// A part, its order and its position.
type Part<'a, T> = (i64, i16, &'a T);

fn numbered<T>(order: i64, parts: &[T]) -> impl Iterator<Item = Part<'_, T>> {
    (0_i16..).zip(parts).map(move |(position, part)| (order, position, part))
}

async fn forget(db: &mut PgConnection, orders: &[i64]) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from order_items where order_id = any($1)", orders).execute(&mut *db).await?;
    sqlx::query!("delete from order_addresses where order_id = any($1)", orders).execute(&mut *db).await?;
    sqlx::query!("delete from order_notes where order_id = any($1)", orders).execute(&mut *db).await?;
    Ok(())
}

async fn write_items(db: &mut PgConnection, items: &[Part<'_, IncomingItem>]) -> Result<(), sqlx::Error> {
    let text = |value: fn(&IncomingItem) -> &str| {
        items.iter().map(|i| value(i.2).to_owned()).collect::<Vec<String>>()
    };
    let sum =
        |value: fn(&IncomingItem) -> Decimal| items.iter().map(|i| value(i.2)).collect::<Vec<Decimal>>();
    let told =
        |value: fn(&IncomingItem) -> Option<Decimal>| items.iter().map(|i| value(i.2)).collect::<Vec<_>>();
    let id = |value: fn(&IncomingItem) -> Option<i64>| items.iter().map(|i| value(i.2)).collect::<Vec<_>>();
    sqlx::query!(
        "insert into order_items (order_id, position, remote_id, parent_position, product_id, product_type, sku, name, qty,
            qty_refunded, qty_canceled, weight, price, original_price, discount_percent, discount, tax_percent, tax,
            row_total)
         select * from unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::smallint[], $5::bigint[], $6::text[],
            $7::text[], $8::text[], $9::numeric[], $10::numeric[], $11::numeric[], $12::numeric[], $13::numeric[],
            $14::numeric[], $15::numeric[], $16::numeric[], $17::numeric[], $18::numeric[], $19::numeric[])",
        &items.iter().map(|i| i.0).collect::<Vec<i64>>(),
        &items.iter().map(|i| i.1).collect::<Vec<i16>>(),
        &id(|i| i.remote_id) as _,
        &items.iter().map(|i| i.2.parent).collect::<Vec<Option<i16>>>() as _,
        &id(|i| i.product_id) as _,
        &text(|i| &i.product_type),
        &text(|i| &i.sku),
        &text(|i| &i.name),
        &sum(|i| i.qty),
        &told(|i| i.qty_refunded) as _,
        &told(|i| i.qty_canceled) as _,
        &told(|i| i.weight) as _,
        &sum(|i| i.price),
        &told(|i| i.original_price) as _,
        &told(|i| i.discount_percent) as _,
        &sum(|i| i.discount),
        &told(|i| i.tax_percent) as _,
        &sum(|i| i.tax),
        &sum(|i| i.row_total),
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn write_addresses(
    db: &mut PgConnection,
    addresses: &[Part<'_, IncomingAddress>],
) -> Result<(), sqlx::Error> {
    let text = |value: fn(&IncomingAddress) -> &str| {
        addresses.iter().map(|a| value(a.2).to_owned()).collect::<Vec<String>>()
    };
    sqlx::query!(
        "insert into order_addresses (order_id, kind, name, company, street, city, postcode, country_id, region_id, region,
            telephone)
         select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
            $8::text[], $9::bigint[], $10::text[], $11::text[]) on conflict do nothing",
        &addresses.iter().map(|a| a.0).collect::<Vec<i64>>(),
        &text(|a| a.kind.key()),
        &text(|a| &a.name),
        &text(|a| &a.company),
        &text(|a| &a.street),
        &text(|a| &a.city),
        &text(|a| &a.postcode),
        &text(|a| &a.country_id),
        &addresses.iter().map(|a| a.2.region_id).collect::<Vec<Option<i64>>>() as _,
        &text(|a| &a.region),
        &text(|a| &a.telephone),
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn write_notes(db: &mut PgConnection, notes: &[Part<'_, IncomingNote>]) -> Result<(), sqlx::Error> {
    let text = |value: fn(&IncomingNote) -> &str| {
        notes.iter().map(|n| value(n.2).to_owned()).collect::<Vec<String>>()
    };
    sqlx::query!(
        "insert into order_notes (order_id, position, remote_id, status, message, customer_notified, created_at)
         select * from unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::text[], $5::text[], $6::boolean[],
            $7::timestamptz[])",
        &notes.iter().map(|n| n.0).collect::<Vec<i64>>(),
        &notes.iter().map(|n| n.1).collect::<Vec<i16>>(),
        &notes.iter().map(|n| n.2.remote_id).collect::<Vec<Option<i64>>>() as _,
        &text(|n| &n.status),
        &text(|n| &n.message),
        &notes.iter().map(|n| n.2.customer_notified).collect::<Vec<bool>>(),
        &notes.iter().map(|n| n.2.created_at).collect::<Vec<DateTime<Utc>>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}
