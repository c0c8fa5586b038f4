//! What customers brought: the table `customer_lifetimes`, computed anew from the orders whenever one of them changes.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::{PgConnection, PgPool};

/// What a customer brought in one currency.
#[derive(Debug, Clone)]
pub struct Lifetime {
    /// ISO 4217.
    pub currency: String,
    /// Subtotal less discount less what was refunded of the subtotal, of orders not cancelled.
    pub amount: Decimal,
    /// How many orders.
    pub orders: i32,
    /// The first of them.
    pub first_order_at: DateTime<Utc>,
    /// The last of them.
    pub last_order_at: DateTime<Utc>,
}

/// Computes the figures of these customers.
///
/// # Errors
/// From the database.
pub async fn recompute(db: &mut PgConnection, customers: &[i64]) -> Result<(), sqlx::Error> {
    if customers.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "with figures as (
            select customer_id, currency, sum(subtotal - abs(discount) - coalesce(subtotal_refunded, 0)) as amount,
                count(*)::integer as orders, min(remote_created_at) as first_at, max(remote_created_at) as last_at
            from orders where customer_id = any($1) and removed_at is null
                and lower(state) <> 'canceled' and lower(status) <> 'canceled'
            group by customer_id, currency
         ), gone as (
            delete from customer_lifetimes l where customer_id = any($1) and not exists (
                select 1 from figures f where f.customer_id = l.customer_id and f.currency = l.currency)
         )
         insert into customer_lifetimes as l (customer_id, currency, amount, orders, first_order_at, last_order_at)
         select customer_id, currency, amount, orders, first_at, last_at from figures
         on conflict (customer_id, currency) do update set amount = excluded.amount, orders = excluded.orders,
            first_order_at = excluded.first_order_at, last_order_at = excluded.last_order_at
         where (l.amount, l.orders, l.first_order_at, l.last_order_at)
            is distinct from (excluded.amount, excluded.orders, excluded.first_order_at, excluded.last_order_at)",
        customers
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The figures of one customer, the greatest amount first.
///
/// # Errors
/// From the database.
pub async fn of_customer(pool: &PgPool, customer: i64) -> Result<Vec<Lifetime>, sqlx::Error> {
    sqlx::query_as!(
        Lifetime,
        "select currency, amount, orders, first_order_at, last_order_at from customer_lifetimes
         where customer_id = $1 order by amount desc, currency",
        customer
    )
    .fetch_all(pool)
    .await
}

/// What an account's customers in one channel brought in one currency.
#[derive(Debug, Clone)]
pub struct ChannelLifetime {
    /// The channel.
    pub channel_id: i64,
    /// ISO 4217.
    pub currency: String,
    /// As in [`Lifetime`].
    pub amount: Decimal,
    /// How many orders.
    pub orders: i64,
}

/// The figures of an account's customers, per channel and currency, the greatest amount first.
///
/// # Errors
/// From the database.
pub async fn of_account(pool: &PgPool, account: i64) -> Result<Vec<ChannelLifetime>, sqlx::Error> {
    sqlx::query_as!(
        ChannelLifetime,
        "select k.channel_id, l.currency, sum(l.amount) as \"amount!\", sum(l.orders) as \"orders!\"
         from customers k join customer_lifetimes l on l.customer_id = k.id
         where k.account_id = $1 group by 1, 2 order by 3 desc, 2",
        account
    )
    .fetch_all(pool)
    .await
}
