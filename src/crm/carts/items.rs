//! The items of carts. One that a shopper took out stays, marked.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;

use super::incoming::{Incoming, IncomingItem};

/// Writes the items of these carts; those that are no longer in them are marked.
pub(super) async fn write(db: &mut PgConnection, carts: &[(i64, &Incoming)]) -> Result<(), sqlx::Error> {
    let mut seen = HashSet::new();
    let items: Vec<(i64, &IncomingItem)> = carts
        .iter()
        .flat_map(|(id, cart)| cart.items.iter().map(move |item| (*id, item)))
        .filter(|(id, item)| seen.insert((*id, item.remote_id)))
        .collect();
    let ids: Vec<i64> = carts.iter().map(|(id, _)| *id).collect();
    let of: Vec<i64> = items.iter().map(|(id, _)| *id).collect();
    let remote: Vec<i64> = items.iter().map(|(_, item)| item.remote_id).collect();
    sqlx::query!(
        "update cart_items i set removed_at = now() where i.cart_id = any($1) and i.removed_at is null
            and not exists (select 1 from unnest($2::bigint[], $3::bigint[]) as t(cart, remote)
                where t.cart = i.cart_id and t.remote = i.remote_id)",
        &ids,
        &of,
        &remote
    )
    .execute(&mut *db)
    .await?;
    put(db, &items, &of, &remote).await
}

async fn put(
    db: &mut PgConnection,
    items: &[(i64, &IncomingItem)],
    of: &[i64],
    remote: &[i64],
) -> Result<(), sqlx::Error> {
    let text = |value: fn(&IncomingItem) -> &str| {
        items.iter().map(|i| value(i.1).to_owned()).collect::<Vec<String>>()
    };
    let sum =
        |value: fn(&IncomingItem) -> Decimal| items.iter().map(|i| value(i.1)).collect::<Vec<Decimal>>();
    let told =
        |value: fn(&IncomingItem) -> Option<Decimal>| items.iter().map(|i| value(i.1)).collect::<Vec<_>>();
    let id = |value: fn(&IncomingItem) -> Option<i64>| items.iter().map(|i| value(i.1)).collect::<Vec<_>>();
    let time = |value: fn(&IncomingItem) -> Option<DateTime<Utc>>| {
        items.iter().map(|i| value(i.1)).collect::<Vec<_>>()
    };
    sqlx::query!(
        "insert into cart_items (cart_id, remote_id, parent_remote_id, product_id, product_type, sku, name, qty, price,
            price_with_tax, discount, tax, row_total, weight, gift_message, created_at, updated_at)
         select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[],
            $8::numeric[], $9::numeric[], $10::numeric[], $11::numeric[], $12::numeric[], $13::numeric[], $14::numeric[],
            $15::text[], $16::timestamptz[], $17::timestamptz[])
         on conflict (cart_id, remote_id) do update set parent_remote_id = excluded.parent_remote_id,
            product_id = excluded.product_id, product_type = excluded.product_type, sku = excluded.sku,
            name = excluded.name, qty = excluded.qty, price = excluded.price, price_with_tax = excluded.price_with_tax,
            discount = excluded.discount, tax = excluded.tax, row_total = excluded.row_total, weight = excluded.weight,
            gift_message = excluded.gift_message, created_at = excluded.created_at, updated_at = excluded.updated_at,
            removed_at = null",
        of,
        remote,
        &id(|i| i.parent_remote_id) as _,
        &id(|i| i.product_id) as _,
        &text(|i| &i.product_type),
        &text(|i| &i.sku),
        &text(|i| &i.name),
        &sum(|i| i.qty),
        &sum(|i| i.price),
        &told(|i| i.price_with_tax) as _,
        &sum(|i| i.discount),
        &sum(|i| i.tax),
        &sum(|i| i.row_total),
        &told(|i| i.weight) as _,
        &text(|i| &i.gift_message),
        &time(|i| i.created_at) as _,
        &time(|i| i.updated_at) as _,
    )
    .execute(db)
    .await?;
    Ok(())
}
