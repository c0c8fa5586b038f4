//! The charts: revenue, orders, average order value and new customers over time.

use rust_decimal::prelude::ToPrimitive;
use sqlx::PgPool;

use super::chosen::Chosen;
use super::links::Links;
use crate::crm::dashboard::{self, Figures, Period, Step};
use crate::web::chart::{Chart, Point, Row};
use crate::web::{money, view};

/// The parts of a period and of the one before, with their figures.
pub(super) struct OverTime {
    step: Step,
    parts: Vec<Period>,
    pub(super) now: Vec<Figures>,
    pub(super) before: Vec<Figures>,
}

impl OverTime {
    pub(super) async fn load(pool: &PgPool, chosen: &Chosen) -> Result<Self, sqlx::Error> {
        let step = chosen.period.step();
        let parts = chosen.period.parts(step);
        let earlier = earlier(chosen.period, &parts);
        let all: Vec<Period> = earlier.iter().chain(&parts).copied().collect();
        let mut before = dashboard::series(pool, &all, chosen.channel, &chosen.currency).await?;
        let now = before.split_off(earlier.len());
        Ok(Self { step, parts, now, before })
    }

    /// All charts, in the order of the page; without a currency nothing was traded.
    pub(super) fn charts(&self, links: &Links) -> Vec<Chart> {
        let mut charts = Vec::new();
        if !links.currency.is_empty() {
            charts.push(self.revenue(links));
            charts.push(self.orders(links));
            charts.push(self.average(links));
        }
        charts.push(self.customers(links));
        charts
    }

    fn revenue(&self, links: &Links) -> Chart {
        let words = |figures: &Figures| money::money(&figures.revenue, &links.currency);
        let value = |figures: &Figures| figures.revenue.to_f64().unwrap_or_default();
        let before: Vec<f64> = self.before.iter().map(value).collect();
        let chart = Chart::line("revenue", "Revenue over time", &self.points(value, words), Some(&before));
        self.told(chart.in_currency(&money::sign(&links.currency)), "Revenue", words, |part| {
            links.orders(part)
        })
    }

    fn orders(&self, links: &Links) -> Chart {
        let words = |figures: &Figures| view::number(figures.orders);
        let points = self.points(|figures| count(figures.orders), words);
        self.told(Chart::bars("orders", "Orders over time", &points), "Orders", words, |part| {
            links.orders(part)
        })
    }

    /// Bars, because a day without orders has no average, which is not an average of nothing.
    fn average(&self, links: &Links) -> Chart {
        let words = |figures: &Figures| match figures.average() {
            Some(average) => money::money(&average, &links.currency),
            None => "–".to_owned(),
        };
        let value = |figures: &Figures| figures.average().and_then(|it| it.to_f64()).unwrap_or_default();
        let chart = Chart::bars("average", "Average order value over time", &self.points(value, words));
        self.told(chart.in_currency(&money::sign(&links.currency)), "Average", words, |part| {
            links.orders(part)
        })
    }

    fn customers(&self, links: &Links) -> Chart {
        let words = |figures: &Figures| view::number(figures.customers);
        let points = self.points(|figures| count(figures.customers), words);
        let chart = Chart::bars("new-customers", "New customers over time", &points);
        self.told(chart, "New customers", words, |part| links.registered(part))
    }

    /// The chart with its numbers beside those of before, each with its list.
    fn told(
        &self,
        chart: Chart,
        head: &'static str,
        words: impl Fn(&Figures) -> String,
        link: impl Fn(Period) -> String,
    ) -> Chart {
        let row = |((part, now), before): ((&Period, &Figures), &Figures)| Row {
            label: self.label(*part),
            link: link(*part),
            values: vec![words(now), words(before)],
        };
        Chart {
            rows: self.parts.iter().zip(&self.now).zip(&self.before).map(row).collect(),
            heads: vec![self.step_word(), head, "Before"],
            step: self.step_words().to_owned(),
            ..chart
        }
    }

    fn points(&self, value: impl Fn(&Figures) -> f64, words: impl Fn(&Figures) -> String) -> Vec<Point> {
        let point = |(part, figures): (&Period, &Figures)| Point {
            label: self.label(*part),
            value: value(figures),
            words: words(figures),
        };
        self.parts.iter().zip(&self.now).map(point).collect()
    }

    /// "12 May", "May 2026", "Q2 2026", "2026".
    fn label(&self, part: Period) -> String {
        label(self.step, part)
    }

    fn step_word(&self) -> &'static str {
        match self.step {
            Step::Day => "Day",
            Step::Week => "Week from",
            Step::Month => "Month",
            Step::Quarter => "Quarter",
            Step::Year => "Year",
        }
    }

    fn step_words(&self) -> &'static str {
        match self.step {
            Step::Day => "a day",
            Step::Week => "a week",
            Step::Month => "a month",
            Step::Quarter => "a quarter",
            Step::Year => "a year",
        }
    }
}

/// For a picture, where a tenth is less than anybody can see.
fn count(n: i64) -> f64 {
    f64::from(u32::try_from(n).unwrap_or_default())
}

/// The name of a stretch of time.
pub(in crate::web) fn label(step: Step, part: Period) -> String {
    use chrono::Datelike;
    let from = part.from;
    match step {
        Step::Day | Step::Week => format!("{} {}", from.day(), from.format("%b")),
        Step::Month => from.format("%b %Y").to_string(),
        Step::Quarter => format!("Q{} {}", from.month0() / 3 + 1, from.year()),
        Step::Year => from.year().to_string(),
    }
}

/// The same parts, so many days earlier: the first of each is compared with the first of the other.
fn earlier(period: Period, parts: &[Period]) -> Vec<Period> {
    let back = chrono::TimeDelta::days(period.days());
    let moved = |day: chrono::NaiveDate| day.checked_sub_signed(back).unwrap_or(day);
    parts.iter().map(|part| Period { from: moved(part.from), to: moved(part.to) }).collect()
}
