//! Figures of days compared with what raw SQL counts over the records.

use cartwright::crm::dashboard::{self, Period};
use chrono::{Days, NaiveDate};

use super::App;

/// What the tables should add up to, without anything that their triggers use; and what they do.
const DIFFERENCES: &str = "
    with counted as (
        select o.*, (o.remote_created_at at time zone 'UTC')::date as day from orders o
        where o.removed_at is null and o.state not ilike 'canceled' and o.status not ilike 'canceled'
    ), steps as (
        select channel_id, day, day - lag(day) over (partition by customer_id order by remote_created_at, id) as gap
        from counted where customer_id is not null
    ), parts as (
        select channel_id, day, currency, count(*) as orders,
            sum(subtotal - abs(discount) - coalesce(subtotal_refunded, 0)) as revenue,
            count(*) filter (where discount <> 0) as discounted, sum(abs(discount)) as discount, sum(tax) as tax,
            sum(shipping) as shipping, sum(coalesce(total_refunded, 0)) as refunded, 0 as abandoned,
            0::numeric as abandoned_value, 0 as customers, 0 as repeats, 0 as firsts
        from counted group by 1, 2, 3
        union all
        select channel_id, (remote_created_at at time zone 'UTC')::date, currency, 0, 0, 0, 0, 0, 0, 0, count(*),
            sum(grand_total), 0, 0, 0
        from carts where removed_at is null and items_qty > 0 and status not in ('purchased', 'converted') group by 1, 2, 3
        union all
        select channel_id, (remote_created_at at time zone 'UTC')::date, '', 0, 0, 0, 0, 0, 0, 0, 0, 0, count(*), 0, 0
        from customers where removed_at is null and hidden_at is null and remote_created_at is not null group by 1, 2
        union all
        select channel_id, day, '', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, count(gap), count(*) - count(gap) from steps group by 1, 2
        union all
        select channel_id, day, currency, -orders, -revenue, -discounted, -discount, -tax, -shipping, -refunded, -abandoned,
            -abandoned_value, -customers, -repeats, -firsts
        from day_figures
    ), gaps as (
        select channel_id, day, gap, count(*) as orders from steps where gap <= 400 group by 1, 2, 3
        union all select channel_id, day, gap, -orders from repeat_gaps
    )
    select coalesce(string_agg(difference, E'\\n'), '') from (
        select f::text as difference from (
            select channel_id, day, currency, sum(orders) as orders, sum(revenue) as revenue, sum(discounted) as discounted,
                sum(discount) as discount, sum(tax) as tax, sum(shipping) as shipping, sum(refunded) as refunded,
                sum(abandoned) as abandoned, sum(abandoned_value) as abandoned_value, sum(customers) as customers,
                sum(repeats) as repeats, sum(firsts) as firsts
            from parts group by 1, 2, 3) f
        where (orders, revenue, discounted, discount, tax, shipping, refunded, abandoned, abandoned_value, customers, repeats,
            firsts) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        union all
        select 'gap ' || g::text from (select channel_id, day, gap, sum(orders) as orders from gaps group by 1, 2, 3) g
        where orders <> 0
    ) differences";

/// Customers with a counted order in the period and one before it, of the channel or of all.
const RETURNED: &str = "
    select count(distinct o.customer_id) from orders o
    where (o.remote_created_at at time zone 'UTC')::date between $1 and $2 and ($3::bigint is null or o.channel_id = $3)
        and o.removed_at is null and lower(o.state) <> 'canceled' and lower(o.status) <> 'canceled'
        and exists (select 1 from orders b where b.customer_id = o.customer_id and b.removed_at is null
            and lower(b.state) <> 'canceled' and lower(b.status) <> 'canceled'
            and (b.remote_created_at at time zone 'UTC')::date < $1)";

impl App {
    /// Do the figures of days say what the records say?
    pub(crate) async fn assert_figures(&self) {
        assert_eq!(self.text(DIFFERENCES).await, "", "figures of days that are not those of the records");
        let channels: Vec<Option<i64>> = sqlx::query_scalar("select id from channels union all select null")
            .fetch_all(&self.pool)
            .await
            .unwrap();
        let last = "select max((remote_created_at at time zone 'UTC')::date) from orders";
        let Some(last): Option<NaiveDate> = sqlx::query_scalar(last).fetch_one(&self.pool).await.unwrap()
        else {
            return;
        };
        for (back, days) in [(0, 1), (0, 30), (5, 90), (60, 200), (0, 400), (300, 365)] {
            let to = last - Days::new(back);
            let period = Period { from: to - Days::new(days - 1), to };
            for channel in &channels {
                let ours = dashboard::returning(&self.pool, period, *channel).await.unwrap();
                assert_eq!(ours, Some(self.returned(period, *channel).await), "{period:?} of {channel:?}");
            }
        }
    }

    /// How many customers returned, counted over all orders.
    pub(crate) async fn returned(&self, period: Period, channel: Option<i64>) -> i64 {
        let query = sqlx::query_scalar(RETURNED).bind(period.from).bind(period.to).bind(channel);
        query.fetch_one(&self.pool).await.unwrap()
    }
}
