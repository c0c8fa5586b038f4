//! What each channel brought in each currency, and how customers divide into segments.

use rust_decimal::Decimal;

use super::figure::percent;
use super::links::Links;
use crate::crm::dashboard::{Average, Figures, Period, Segment, SegmentCount, Share};
use crate::web::{money, view};

/// What the table by channel and currency is made of.
pub(super) struct Shares<'a> {
    pub(super) totals: &'a [Share],
    pub(super) averages: &'a [Average],
    pub(super) period: Period,
}

/// A line of that table.
pub(super) struct ShareRow {
    pub(super) channel: String,
    pub(super) currency: String,
    pub(super) figures: Figures,
    /// Customers are of no currency: told once for each channel.
    pub(super) customers: Option<i64>,
    pub(super) lifetime: Option<Decimal>,
    pub(super) links: Links,
    pub(super) period: Period,
}

impl Shares<'_> {
    /// The currencies in which something was traded, the most usual first.
    pub(super) fn currencies(&self) -> Vec<String> {
        let mut sums: Vec<(String, i64)> = Vec::new();
        for share in self.totals.iter().filter(|share| share.figures.any_trade()) {
            match sums.iter_mut().find(|(currency, _)| *currency == share.currency) {
                Some((_, orders)) => *orders += share.figures.orders,
                None => sums.push((share.currency.clone(), share.figures.orders)),
            }
        }
        sums.sort_by(|(a, more), (b, less)| less.cmp(more).then_with(|| a.cmp(b)));
        sums.into_iter().map(|(currency, _)| currency).collect()
    }

    /// What a customer brought on average, over the channels that are shown.
    pub(super) fn lifetime(&self, currency: &str) -> Option<Decimal> {
        let those = || self.averages.iter().filter(|average| average.currency == currency);
        let customers: i64 = those().map(|average| average.customers).sum();
        let amount: Decimal = those().map(|average| average.amount).sum();
        amount.checked_div(Decimal::from(customers))
    }

    pub(super) fn rows(&self) -> Vec<ShareRow> {
        let traded = self.totals.iter().filter(|share| share.figures.any_trade());
        let mut rows: Vec<ShareRow> = traded.map(|share| self.row(share)).collect();
        for met in self.totals.iter().filter(|share| share.currency.is_empty() && share.figures.customers > 0)
        {
            match rows.iter_mut().find(|row| row.links.channel == Some(met.channel_id)) {
                Some(row) => row.customers = Some(met.figures.customers),
                None => rows.push(ShareRow { customers: Some(met.figures.customers), ..self.row(met) }),
            }
        }
        rows
    }

    fn row(&self, share: &Share) -> ShareRow {
        let mine =
            |average: &&Average| average.channel_id == share.channel_id && average.currency == share.currency;
        let lifetime = self.averages.iter().find(mine);
        ShareRow {
            channel: share.channel.clone(),
            currency: share.currency.clone(),
            figures: share.figures,
            customers: None,
            lifetime: lifetime.and_then(|it| it.amount.checked_div(Decimal::from(it.customers))),
            links: Links { channel: Some(share.channel_id), currency: share.currency.clone() },
            period: self.period,
        }
    }
}

impl ShareRow {
    pub(super) fn orders(&self) -> String {
        self.links.orders(self.period)
    }

    pub(super) fn abandoned(&self) -> String {
        self.links.abandoned(self.period)
    }

    pub(super) fn registered(&self) -> String {
        self.links.registered(self.period)
    }

    pub(super) fn average(&self) -> view::OrNone {
        money::some_money(&self.figures.average(), &self.currency)
    }

    pub(super) fn abandon_rate(&self) -> view::OrNone {
        view::or_none(self.figures.abandon_rate().map(percent).unwrap_or_default())
    }
}

/// A segment with its share of all.
pub(in crate::web) struct SegmentShare {
    pub(in crate::web) segment: Segment,
    pub(in crate::web) customers: i64,
    /// In percent.
    pub(in crate::web) share: Decimal,
    pub(in crate::web) link: String,
}

impl SegmentShare {
    /// "2 · 66.7 %".
    pub(in crate::web) fn words(&self) -> String {
        format!("{} · {}", view::number(self.customers), percent(self.share))
    }

    fn of(segment: Segment, counts: &[SegmentCount], all: i64, links: &Links) -> Self {
        let customers = customers_in(segment, counts);
        let share = (Decimal::from(customers) * Decimal::ONE_HUNDRED).checked_div(Decimal::from(all));
        Self {
            segment,
            customers,
            share: share.unwrap_or_default().round_dp(1),
            link: links.segment(segment.key()),
        }
    }
}

/// The segments that every customer with an order is in one of; none before customers were sorted out.
pub(in crate::web) fn segments(counts: &[SegmentCount], links: &Links) -> Vec<SegmentShare> {
    let all: i64 = Segment::SORTED.iter().map(|segment| customers_in(*segment, counts)).sum();
    if all == 0 {
        return Vec::new();
    }
    Segment::SORTED.iter().map(|segment| SegmentShare::of(*segment, counts, all, links)).collect()
}

/// Groups across those.
pub(in crate::web) fn other_segments(counts: &[SegmentCount], links: &Links) -> Vec<SegmentShare> {
    let all: i64 =
        Segment::SORTED.iter().chain([&Segment::NoOrder]).map(|segment| customers_in(*segment, counts)).sum();
    Segment::OTHERS.iter().map(|segment| SegmentShare::of(*segment, counts, all, links)).collect()
}

fn customers_in(segment: Segment, counts: &[SegmentCount]) -> i64 {
    counts.iter().find(|count| count.segment == segment.key()).map_or(0, |count| count.customers)
}
