//! Segments of customers: how lately, how often and for how much they bought (recency, frequency, monetary).

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::{PgConnection, PgPool};

use super::bounds;

/// A group of customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment {
    /// Lately, often, much.
    Champions,
    /// Lately and often.
    Loyal,
    /// Lately and much, if not often.
    BigSpenders,
    /// Their first order was lately.
    New,
    /// A few orders, not long ago.
    Promising,
    /// Used to buy often or much.
    AtRisk,
    /// A few orders, a while ago.
    Asleep,
    /// Nothing for very long.
    Lost,
    /// Have not ordered for 90 days.
    Quiet,
    /// Ordered once.
    Once,
    /// The best tenth by lifetime value.
    BestTenth,
    /// Have not ordered at all.
    NoOrder,
}

impl Segment {
    /// Each customer with an order is in exactly one of these.
    pub const SORTED: [Self; 8] = [
        Self::Champions,
        Self::Loyal,
        Self::BigSpenders,
        Self::New,
        Self::Promising,
        Self::AtRisk,
        Self::Asleep,
        Self::Lost,
    ];
    /// Across those.
    pub const OTHERS: [Self; 4] = [Self::Quiet, Self::Once, Self::BestTenth, Self::NoOrder];

    /// The word in the database and in links.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Champions => "champions",
            Self::Loyal => "loyal",
            Self::BigSpenders => "big-spenders",
            Self::New => "new",
            Self::Promising => "promising",
            Self::AtRisk => "at-risk",
            Self::Asleep => "asleep",
            Self::Lost => "lost",
            Self::Quiet => "quiet",
            Self::Once => "once",
            Self::BestTenth => "best-tenth",
            Self::NoOrder => "no-order",
        }
    }

    /// The word on the pages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Champions => "Champions",
            Self::Loyal => "Loyal",
            Self::BigSpenders => "Big spenders",
            Self::New => "New",
            Self::Promising => "Promising",
            Self::AtRisk => "At risk",
            Self::Asleep => "Asleep",
            Self::Lost => "Lost",
            Self::Quiet => "No order for 90 days",
            Self::Once => "One order",
            Self::BestTenth => "Best tenth by lifetime value",
            Self::NoOrder => "No order yet",
        }
    }

    /// Who that is.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Champions => "Bought lately, often and for much.",
            Self::Loyal => "Bought lately and often.",
            Self::BigSpenders => "Bought lately and for much, if not often.",
            Self::New => "Placed their first order lately.",
            Self::Promising => "A few orders, the last not long ago.",
            Self::AtRisk => "Used to buy often or for much, and no longer do.",
            Self::Asleep => "A few orders, the last a good while ago.",
            Self::Lost => "Have bought nothing for very long.",
            Self::Quiet => "Ordered before, but not in the last 90 days.",
            Self::Once => "Ordered exactly once.",
            Self::BestTenth => "In their channel and currency.",
            Self::NoOrder => "Registered, and never ordered.",
        }
    }
}

/// How many customers a segment has.
#[derive(Debug, Clone)]
pub struct SegmentCount {
    /// [`Segment::key`].
    pub segment: String,
    /// How many, when they were last sorted out.
    pub customers: i64,
    /// Then; of several channels the earliest.
    pub counted_at: DateTime<Utc>,
}

/// How many customers each segment has.
///
/// # Errors
/// From the database.
pub async fn counts(pool: &PgPool, channel: Option<i64>) -> Result<Vec<SegmentCount>, sqlx::Error> {
    sqlx::query_as!(
        SegmentCount,
        "select n.segment, sum(n.customers)::bigint as \"customers!\", min(r.counted_at) as \"counted_at!\"
         from segment_counts n join segment_runs r on r.channel_id = n.channel_id
         where $1::bigint is null or n.channel_id = $1 group by n.segment",
        channel
    )
    .fetch_all(pool)
    .await
}

/// What a channel's customers brought on average, in one currency.
#[derive(Debug, Clone)]
pub struct Average {
    /// The channel.
    pub channel_id: i64,
    /// ISO 4217.
    pub currency: String,
    /// Customers with an order in it.
    pub customers: i64,
    /// All their lifetime values.
    pub amount: Decimal,
}

/// What customers brought, as they were last sorted out.
///
/// # Errors
/// From the database.
pub async fn averages(pool: &PgPool, channel: Option<i64>) -> Result<Vec<Average>, sqlx::Error> {
    sqlx::query_as!(
        Average,
        "select channel_id, currency, customers, amount from lifetime_sums where $1::bigint is null or channel_id = $1",
        channel
    )
    .fetch_all(pool)
    .await
}

/// Sorts a channel's customers out if something has come since, or if another day has begun. What takes long is not done
/// again at once: it rests twenty times as long as it took.
pub(super) async fn sort_out_if_due(pool: &PgPool, channel: i64, news: bool) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin().await?;
    let due = sqlx::query_scalar!(
        "select ($2 or due or day_of(counted_at) < day_of(now())) and counted_at + took * 20 < now() as \"due!\"
         from segment_runs where channel_id = $1 for update",
        channel,
        news
    )
    .fetch_optional(&mut *tx)
    .await?;
    match due {
        Some(true) | None => sort_out(&mut tx, channel).await?,
        Some(false) if news => note_due(&mut tx, channel).await?,
        Some(false) => {}
    }
    tx.commit().await
}

async fn note_due(db: &mut PgConnection, channel: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("update segment_runs set due = true where channel_id = $1 and not due", channel)
        .execute(db)
        .await?;
    Ok(())
}

async fn sort_out(db: &mut PgConnection, channel: i64) -> Result<(), sqlx::Error> {
    let known = sqlx::query!(
        "insert into segment_runs (channel_id, counted_at, took) select id, now(), '0' from channels where id = $1
         on conflict (channel_id) do update set counted_at = now()",
        channel
    );
    if known.execute(&mut *db).await?.rows_affected() == 0 {
        return Ok(());
    }
    bounds::make(db, channel).await?;
    move_customers(db, channel).await?;
    count(db, channel).await?;
    sqlx::query!(
        "update segment_runs set due = false, took = clock_timestamp() - now() where channel_id = $1",
        channel
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn move_customers(db: &mut PgConnection, channel: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with lives as (
            select l.customer_id, l.orders, l.last_order_at,
                1 + (l.amount >= a.monetary[1])::integer + (l.amount >= a.monetary[2])::integer
                    + (l.amount >= a.monetary[3])::integer + (l.amount >= a.monetary[4])::integer as monetary,
                ntile(10) over (partition by l.currency order by l.amount desc, l.customer_id) as tenth
            from customer_lifetimes l join customers k on k.id = l.customer_id
            left join segment_amounts a on a.channel_id = k.channel_id and a.currency = l.currency
            where k.channel_id = $1 and k.removed_at is null and k.hidden_at is null
         ), people as (
            select customer_id, sum(orders)::integer as orders, max(last_order_at) as last_order_at,
                day_of(now()) - day_of(max(last_order_at)) as days, coalesce(max(monetary), 1) as monetary,
                bool_or(tenth = 1) as best_tenth
            from lives group by customer_id
         ), scored as (
            select p.*, 1 + (days <= b.recency[1])::integer + (days <= b.recency[2])::integer
                    + (days <= b.recency[3])::integer + (days <= b.recency[4])::integer as recency,
                1 + (orders >= b.frequency[1])::integer + (orders >= b.frequency[2])::integer
                    + (orders >= b.frequency[3])::integer + (orders >= b.frequency[4])::integer as frequency
            from people p join segment_bounds b on b.channel_id = $1
         ), sorted as (
            select *, case
                when recency >= 4 and frequency >= 4 and monetary >= 4 then 'champions'
                when recency >= 3 and frequency >= 3 then 'loyal'
                when recency >= 3 and monetary >= 4 then 'big-spenders'
                when recency >= 4 and orders = 1 then 'new'
                when recency >= 3 then 'promising'
                when frequency >= 3 or monetary >= 4 then 'at-risk'
                when recency = 2 then 'asleep'
                else 'lost' end as segment
            from scored
         ), gone as (
            delete from customer_segments s where s.channel_id = $1
                and not exists (select 1 from sorted where sorted.customer_id = s.customer_id)
         )
         insert into customer_segments as s (customer_id, channel_id, recency, frequency, monetary, segment, orders, best_tenth,
            quiet)
         select customer_id, $1, recency, frequency, monetary, segment, orders, best_tenth, days > 90 from sorted
         on conflict (customer_id) do update set recency = excluded.recency, frequency = excluded.frequency,
            monetary = excluded.monetary, segment = excluded.segment, orders = excluded.orders,
            best_tenth = excluded.best_tenth, quiet = excluded.quiet
         where (s.recency, s.frequency, s.monetary, s.segment, s.orders, s.best_tenth, s.quiet) is distinct from
            (excluded.recency, excluded.frequency, excluded.monetary, excluded.segment, excluded.orders,
                excluded.best_tenth, excluded.quiet)",
        channel
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn count(db: &mut PgConnection, channel: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with counted as (
            select segment, count(*) as customers from customer_segments where channel_id = $1 group by 1
            union all select 'quiet', count(*) from customer_segments where channel_id = $1 and quiet
            union all select 'once', count(*) from customer_segments where channel_id = $1 and orders = 1
            union all select 'best-tenth', count(*) from customer_segments where channel_id = $1 and best_tenth
            union all select 'no-order', count(*) from customers k
                where k.channel_id = $1 and k.removed_at is null and k.hidden_at is null
                    and not exists (select 1 from customer_segments s where s.customer_id = k.id)
         ), gone as (
            delete from segment_counts n where n.channel_id = $1
                and not exists (select 1 from counted where counted.segment = n.segment)
         )
         insert into segment_counts as n (channel_id, segment, customers) select $1, segment, customers from counted
         on conflict (channel_id, segment) do update set customers = excluded.customers
         where n.customers <> excluded.customers",
        channel
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "with counted as (
            select l.currency, count(*) as customers, sum(l.amount) as amount
            from customer_lifetimes l join customers k on k.id = l.customer_id
            where k.channel_id = $1 and k.removed_at is null and k.hidden_at is null group by 1
         ), gone as (
            delete from lifetime_sums n where n.channel_id = $1
                and not exists (select 1 from counted where counted.currency = n.currency)
         )
         insert into lifetime_sums as n (channel_id, currency, customers, amount)
         select $1, currency, customers, amount from counted
         on conflict (channel_id, currency) do update set customers = excluded.customers, amount = excluded.amount
         where (n.customers, n.amount) <> (excluded.customers, excluded.amount)",
        channel
    )
    .execute(db)
    .await?;
    Ok(())
}
