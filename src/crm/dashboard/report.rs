//! Totals of months, quarters and years.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use sqlx::PgPool;

use super::period::{Period, Step};

/// What one channel brought in one currency, in one stretch of time.
#[derive(Debug, Clone)]
pub struct Totals {
    /// Its first day.
    pub from: NaiveDate,
    /// The channel.
    pub channel_id: i64,
    /// Its name.
    pub channel: String,
    /// ISO 4217; empty where nothing was ordered and customers registered.
    pub currency: String,
    /// Orders that are neither cancelled nor removed.
    pub orders: i64,
    /// Their subtotals less discounts less what was refunded of the subtotals.
    pub revenue: Decimal,
    /// Their discounts.
    pub discount: Decimal,
    /// Their taxes.
    pub tax: Decimal,
    /// Their shipping.
    pub shipping: Decimal,
    /// What was refunded in all.
    pub refunded: Decimal,
    /// Customers who registered; told once for each channel, with its first currency.
    pub customers: Option<i64>,
}

impl Totals {
    /// Takes in what another row of the same currency has.
    pub fn add(&mut self, other: &Self) {
        self.orders += other.orders;
        self.revenue += other.revenue;
        self.discount += other.discount;
        self.tax += other.tax;
        self.shipping += other.shipping;
        self.refunded += other.refunded;
        self.customers = match (self.customers, other.customers) {
            (Some(these), Some(those)) => Some(these + those),
            (one, other) => one.or(other),
        };
    }

    /// Revenue by order; none without orders.
    #[must_use]
    pub fn average(&self) -> Option<Decimal> {
        self.revenue.checked_div(Decimal::from(self.orders))
    }
}

/// Totals by stretch of time, channel and currency, the newest first.
///
/// # Errors
/// From the database.
pub async fn report(
    pool: &PgPool,
    period: Period,
    step: Step,
    channel: Option<i64>,
    currency: Option<&str>,
) -> Result<Vec<Totals>, sqlx::Error> {
    let unit = match step {
        Step::Day => "day",
        Step::Week => "week",
        Step::Month => "month",
        Step::Quarter => "quarter",
        Step::Year => "year",
    };
    sqlx::query_as!(
        Totals,
        "with sums as (
            select date_trunc($3, day::timestamp)::date as since, channel_id, currency, sum(orders)::bigint as orders,
                sum(revenue) as revenue, sum(discount) as discount, sum(tax) as tax, sum(shipping) as shipping,
                sum(refunded) as refunded, sum(customers)::bigint as customers
            from day_figures where day between $1 and $2 and ($4::bigint is null or channel_id = $4)
            group by 1, 2, 3
         ), traded as (
            select *, row_number() over (partition by since, channel_id order by orders desc, currency) as place
            from sums where orders <> 0 and ($5::text is null or currency = $5)
         ), met as (
            select since, channel_id, sum(customers)::bigint as customers from sums group by 1, 2 having sum(customers) <> 0
         )
         select coalesce(t.since, m.since) as \"from!\", c.id as channel_id, c.name as channel,
            coalesce(t.currency, '') as \"currency!\", coalesce(t.orders, 0) as \"orders!\", coalesce(t.revenue, 0) as \"revenue!\",
            coalesce(t.discount, 0) as \"discount!\", coalesce(t.tax, 0) as \"tax!\", coalesce(t.shipping, 0) as \"shipping!\",
            coalesce(t.refunded, 0) as \"refunded!\",
            case when coalesce(t.place, 1) = 1 then coalesce(m.customers, 0) end as customers
         from traded t full join met m on m.since = t.since and m.channel_id = t.channel_id
         join channels c on c.id = coalesce(t.channel_id, m.channel_id)
         order by 1 desc, lower(c.name), t.place",
        period.from,
        period.to,
        unit,
        channel,
        currency
    )
    .fetch_all(pool)
    .await
}
