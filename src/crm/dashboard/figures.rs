//! The figures of days, added up.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use sqlx::PgPool;

use super::period::{LONGEST_TO_RETURN, Period};

/// What happened in a period; amounts in one currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Orders that are neither cancelled nor removed.
    pub orders: i64,
    /// Their subtotals less discounts less what was refunded of the subtotals.
    pub revenue: Decimal,
    /// How many of them had a discount.
    pub discounted: i64,
    /// What carts would have cost that did not become an order.
    pub abandoned_value: Decimal,
    /// How many such carts.
    pub abandoned: i64,
    /// Customers who registered; of all currencies.
    pub customers: i64,
}

impl Figures {
    /// Revenue by order; none without orders.
    #[must_use]
    pub fn average(&self) -> Option<Decimal> {
        self.revenue.checked_div(Decimal::from(self.orders))
    }

    /// Abandoned carts among all that were abandoned or became an order, in percent.
    #[must_use]
    pub fn abandon_rate(&self) -> Option<Decimal> {
        percent(self.abandoned, self.abandoned + self.orders)
    }

    /// Orders with a discount among all, in percent.
    #[must_use]
    pub fn discounted_share(&self) -> Option<Decimal> {
        percent(self.discounted, self.orders)
    }

    /// Something was bought, or nearly.
    #[must_use]
    pub fn any_trade(&self) -> bool {
        self.orders > 0 || self.abandoned > 0
    }

    /// Both together.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self {
            orders: self.orders + other.orders,
            revenue: self.revenue + other.revenue,
            discounted: self.discounted + other.discounted,
            abandoned_value: self.abandoned_value + other.abandoned_value,
            abandoned: self.abandoned + other.abandoned,
            customers: self.customers + other.customers,
        }
    }
}

fn percent(part: i64, whole: i64) -> Option<Decimal> {
    (Decimal::from(part) * Decimal::ONE_HUNDRED).checked_div(Decimal::from(whole))
}

/// What one channel brought in one currency.
#[derive(Debug, Clone)]
pub struct Share {
    /// The channel.
    pub channel_id: i64,
    /// Its name.
    pub channel: String,
    /// ISO 4217; empty for what has no amount.
    pub currency: String,
    /// How much.
    pub figures: Figures,
}

/// The figures of a period by channel and currency; of one channel alone, if that is asked.
///
/// # Errors
/// From the database.
pub async fn totals(pool: &PgPool, period: Period, channel: Option<i64>) -> Result<Vec<Share>, sqlx::Error> {
    let rows = sqlx::query!(
        "select f.channel_id, c.name as channel, f.currency, sum(f.orders)::bigint as \"orders!\",
            sum(f.revenue) as \"revenue!\", sum(f.discounted)::bigint as \"discounted!\",
            sum(f.abandoned)::bigint as \"abandoned!\", sum(f.abandoned_value) as \"abandoned_value!\",
            sum(f.customers)::bigint as \"customers!\"
         from day_figures f join channels c on c.id = f.channel_id
         where f.day between $1 and $2 and ($3::bigint is null or f.channel_id = $3)
         group by f.channel_id, c.name, f.currency order by sum(f.orders) desc, lower(c.name), f.currency",
        period.from,
        period.to,
        channel
    )
    .fetch_all(pool)
    .await?;
    let share = rows.into_iter().map(|row| Share {
        channel_id: row.channel_id,
        channel: row.channel,
        currency: row.currency,
        figures: Figures {
            orders: row.orders,
            revenue: row.revenue,
            discounted: row.discounted,
            abandoned_value: row.abandoned_value,
            abandoned: row.abandoned,
            customers: row.customers,
        },
    });
    Ok(share.collect())
}

/// The figures of each of these periods, which follow one upon the other, in one currency.
///
/// # Errors
/// From the database.
pub async fn series(
    pool: &PgPool,
    parts: &[Period],
    channel: Option<i64>,
    currency: &str,
) -> Result<Vec<Figures>, sqlx::Error> {
    let mut series = vec![Figures::default(); parts.len()];
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return Ok(series) };
    let starts: Vec<NaiveDate> = parts.iter().map(|part| part.from).collect();
    let rows = sqlx::query!(
        "select width_bucket(day, $3::date[]) as \"part!\", sum(orders)::bigint as \"orders!\",
            sum(revenue) as \"revenue!\", sum(discounted)::bigint as \"discounted!\", sum(abandoned)::bigint as \"abandoned!\",
            sum(abandoned_value) as \"abandoned_value!\", sum(customers)::bigint as \"customers!\"
         from day_figures where day between $1 and $2 and ($4::bigint is null or channel_id = $4) and currency in ($5, '')
         group by 1",
        first.from,
        last.to,
        &starts,
        channel,
        currency
    )
    .fetch_all(pool)
    .await?;
    for row in rows {
        let place = usize::try_from(row.part).ok().and_then(|part| part.checked_sub(1));
        if let Some(figures) = place.and_then(|place| series.get_mut(place)) {
            *figures = Figures {
                orders: row.orders,
                revenue: row.revenue,
                discounted: row.discounted,
                abandoned_value: row.abandoned_value,
                abandoned: row.abandoned,
                customers: row.customers,
            };
        }
    }
    Ok(series)
}

/// How many customers ordered in the period who had ordered before it began; none where it is too long to tell.
///
/// Of every customer's orders within the period exactly one, the first, has none before it within the period.
///
/// # Errors
/// From the database.
pub async fn returning(
    pool: &PgPool,
    period: Period,
    channel: Option<i64>,
) -> Result<Option<i64>, sqlx::Error> {
    if period.days() > LONGEST_TO_RETURN {
        return Ok(None);
    }
    sqlx::query_scalar!(
        "select (select coalesce(sum(repeats), 0) from day_figures
                where day between $1 and $2 and ($3::bigint is null or channel_id = $3))::bigint
            - (select coalesce(sum(g.orders), 0) from channels c
                cross join generate_series(0, $2::date - $1::date) as later
                join repeat_gaps g on g.channel_id = c.id and g.day = $1::date + later and g.gap <= later
                where $3::bigint is null or c.id = $3)::bigint as \"customers!\"",
        period.from,
        period.to,
        channel
    )
    .fetch_one(pool)
    .await
    .map(Some)
}

/// The last day on which something was ordered.
///
/// # Errors
/// From the database.
pub async fn last_day(pool: &PgPool, channel: Option<i64>) -> Result<Option<NaiveDate>, sqlx::Error> {
    sqlx::query_scalar!(
        "select day from day_figures where orders > 0 and ($1::bigint is null or channel_id = $1)
         order by day desc limit 1",
        channel
    )
    .fetch_optional(pool)
    .await
}
