//! What it takes to get points: days since the last order, orders, and lifetime value in a currency. Made from what orders bring,
//! until somebody chooses.

use rust_decimal::Decimal;
use sqlx::{PgConnection, PgExecutor};

/// Amounts that somebody chose were made from so many orders: more never come.
const BY_HAND: i64 = 1_000_000_000_000;

/// What gives 5, 4, 3 and 2 points in a channel and currency.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// The channel.
    pub channel_id: i64,
    /// The channel's name.
    pub channel: String,
    /// Of the amounts.
    pub currency: String,
    /// Days since the last order, at most.
    pub recency: Vec<i32>,
    /// Orders, at least.
    pub frequency: Vec<i32>,
    /// Lifetime value, at least.
    pub monetary: Vec<Decimal>,
}

impl Bounds {
    /// Points with what is needed for them, the most first.
    pub fn steps(&self) -> impl Iterator<Item = (i32, i32, i32, Decimal)> {
        let bounds = self.recency.iter().zip(&self.frequency).zip(&self.monetary);
        (2..=5).rev().zip(bounds).map(|(points, ((days, orders), amount))| (points, *days, *orders, *amount))
    }
}

/// The bounds of every channel and currency.
///
/// # Errors
/// From the database.
pub async fn bounds(db: impl PgExecutor<'_>, channel: Option<i64>) -> Result<Vec<Bounds>, sqlx::Error> {
    sqlx::query_as!(
        Bounds,
        "select c.id as channel_id, c.name as channel, a.currency, b.recency, b.frequency,
            a.monetary as \"monetary: Vec<Decimal>\"
         from segment_bounds b join segment_amounts a on a.channel_id = b.channel_id join channels c on c.id = b.channel_id
         where $1::bigint is null or c.id = $1 order by lower(c.name), a.currency",
        channel
    )
    .fetch_all(db)
    .await
}

/// Nobody else chooses the bounds of a channel until the transaction ends.
///
/// # Errors
/// From the database.
pub async fn hold_bounds(db: &mut PgConnection, channel: i64) -> Result<(), sqlx::Error> {
    let held =
        sqlx::query!("select 1 as held from segment_bounds where channel_id = $1 for no key update", channel);
    held.fetch_optional(db).await.map(drop)
}

/// What somebody chose for 5, 4, 3 and 2 points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Days since the last order, at most; growing.
    pub recency: Vec<i32>,
    /// Orders, at least; falling.
    pub frequency: Vec<i32>,
    /// Lifetime value, at least, by currency; falling.
    pub monetary: Vec<(String, Vec<Decimal>)>,
}

/// Keeps what somebody chose for a channel; the next [`settle`](super::settle) sorts its customers out anew.
///
/// # Errors
/// From the database.
pub async fn choose(db: &mut PgConnection, channel: i64, chosen: &Chosen) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into segment_bounds (channel_id, recency, frequency) values ($1, $2, $3)
         on conflict (channel_id) do update set recency = excluded.recency, frequency = excluded.frequency",
        channel,
        &chosen.recency,
        &chosen.frequency
    )
    .execute(&mut *db)
    .await?;
    for (currency, amounts) in &chosen.monetary {
        sqlx::query!(
            "insert into segment_amounts (channel_id, currency, monetary, of_orders) values ($1, $2, $3, $4)
             on conflict (channel_id, currency) do update set monetary = excluded.monetary, of_orders = excluded.of_orders",
            channel,
            currency,
            amounts,
            BY_HAND
        )
        .execute(&mut *db)
        .await?;
    }
    sqlx::query!("update segment_runs set due = true, took = '0' where channel_id = $1", channel)
        .execute(db)
        .await
        .map(drop)
}

/// Sound ones where there are none: ten, five, three and one and a half times what an order brings on average, in round numbers.
/// Those that a few orders made are made again when there are many more; what somebody chose stays.
pub(super) async fn make(db: &mut PgConnection, channel: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("insert into segment_bounds (channel_id) values ($1) on conflict do nothing", channel)
        .execute(&mut *db)
        .await?;
    sqlx::query!(
        "insert into segment_amounts as a (channel_id, currency, monetary, of_orders)
         select $1, currency, (select array_agg(round(bound, 1 - floor(log(bound))::integer) order by bound desc)
                from (select times * greatest(sum(revenue) / sum(orders), 0.01) as bound
                    from unnest('{10,5,3,1.5}'::numeric[]) as times) as bounds), sum(orders)
         from day_figures where channel_id = $1 and currency <> '' group by currency having sum(orders) > 0
         on conflict (channel_id, currency) do update set monetary = excluded.monetary, of_orders = excluded.of_orders
         where a.of_orders < 1000 and a.of_orders * 4 <= excluded.of_orders",
        channel
    )
    .execute(db)
    .await?;
    Ok(())
}
