//! Many small rows of a day into one.

use sqlx::PgPool;

/// Folds what was added to the figures of a channel since the last time; what adds up stays the same at every moment.
/// Returns how many rows there were; without any nothing is written.
///
/// # Errors
/// From the database.
pub async fn fold(pool: &PgPool, channel: i64) -> Result<u64, sqlx::Error> {
    let mut tx = pool.begin().await?;
    // one at a time for each channel: what one folds the other must not count
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtext('day_figures'), ($1::bigint % 2147483647)::integer)",
        channel
    )
    .fetch_one(&mut *tx)
    .await?;
    let figures = sqlx::query_scalar!(
        "with fresh as (
            select distinct day, currency from day_figures where channel_id = $1 and not folded
         ), gone as (
            delete from day_figures f using fresh
            where f.channel_id = $1 and f.day = fresh.day and f.currency = fresh.currency returning f.*
         ), kept as (
            insert into day_figures (channel_id, day, currency, orders, revenue, discounted, discount, tax, shipping,
                refunded, abandoned, abandoned_value, customers, repeats, firsts, folded)
            select $1, day, currency, sum(orders), sum(revenue), sum(discounted), sum(discount), sum(tax), sum(shipping),
                sum(refunded), sum(abandoned), sum(abandoned_value), sum(customers), sum(repeats), sum(firsts), true
            from gone group by day, currency
            having (sum(orders), sum(revenue), sum(discounted), sum(discount), sum(tax), sum(shipping), sum(refunded),
                sum(abandoned), sum(abandoned_value), sum(customers), sum(repeats), sum(firsts))
                <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
         )
         select count(*) as \"rows!\" from gone where not folded",
        channel
    )
    .fetch_one(&mut *tx)
    .await?;
    sqlx::query!(
        "with fresh as (
            select distinct day, gap from repeat_gaps where channel_id = $1 and not folded
         ), gone as (
            delete from repeat_gaps g using fresh
            where g.channel_id = $1 and g.day = fresh.day and g.gap = fresh.gap returning g.*
         )
         insert into repeat_gaps (channel_id, day, gap, orders, folded)
         select $1, day, gap, sum(orders), true from gone group by day, gap having sum(orders) <> 0",
        channel
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(u64::try_from(figures).unwrap_or_default())
}
