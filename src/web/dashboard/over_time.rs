//! The charts: revenue, orders, average order value and new customers over time.

use rust_decimal::Decimal;
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

    /// All charts, in the order of the page.
    pub(super) fn charts(&self, links: &Links) -> Vec<Chart> {
        let currency = links.currency.as_str();
        let amount = |figures: &Figures| figures.revenue;
        let average = |figures: &Figures| figures.average().unwrap_or_default();
        vec![
            self.line("revenue", "Revenue over time", links, amount),
            self.bars("orders", "Orders over time", links, |figures| figures.orders),
            self.line("average", "Average order value over time", links, average),
            self.bars(
                "new-customers",
                "New customers over time",
                &Links { currency: String::new(), ..links.clone() },
                |figures| figures.customers,
            ),
        ]
        .into_iter()
        .filter(|chart| !currency.is_empty() || chart.id == "new-customers")
        .collect()
    }

    fn line(
        &self,
        id: &'static str,
        title: &'static str,
        links: &Links,
        value: impl Fn(&Figures) -> Decimal,
    ) -> Chart {
        let float = |figures: &Figures| value(figures).to_f64().unwrap_or_default();
        let words = |figures: &Figures| money::money(&value(figures), &links.currency);
        let before: Vec<f64> = self.before.iter().map(float).collect();
        let chart = Chart::line(id, title, &self.points(float, words), Some(&before));
        let row = |((part, now), before): ((&Period, &Figures), &Figures)| Row {
            label: self.label(*part),
            link: links.orders(*part),
            values: vec![words(now), words(before)],
        };
        Chart {
            rows: self.parts.iter().zip(&self.now).zip(&self.before).map(row).collect(),
            heads: vec![self.step_word(), title.trim_end_matches(" over time"), "Before"],
            step: self.step_words(),
            ..chart.in_currency(&money::sign(&links.currency))
        }
    }

    fn bars(
        &self,
        id: &'static str,
        title: &'static str,
        links: &Links,
        value: impl Fn(&Figures) -> i64,
    ) -> Chart {
        let float = |figures: &Figures| Decimal::from(value(figures)).to_f64().unwrap_or_default();
        let words = |figures: &Figures| view::number(value(figures));
        let link = |part: Period| if id == "orders" { links.orders(part) } else { links.registered(part) };
        let row = |((part, now), before): ((&Period, &Figures), &Figures)| Row {
            label: self.label(*part),
            link: link(*part),
            values: vec![words(now), words(before)],
        };
        Chart {
            rows: self.parts.iter().zip(&self.now).zip(&self.before).map(row).collect(),
            heads: vec![self.step_word(), title.trim_end_matches(" over time"), "Before"],
            step: self.step_words(),
            ..Chart::bars(id, title, &self.points(float, words))
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
