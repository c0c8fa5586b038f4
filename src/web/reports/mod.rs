//! Reports: totals of months, quarters and years by channel and currency, also as CSV; and segments of customers.

mod asked;
mod csv;

use std::collections::BTreeMap;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::access::SignedIn;
use super::chart::{self, Chart, Point, Row};
use super::dashboard::{Links, SegmentShare, label, other_segments, segments};
use super::grid::Asked;
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, money, view};
use crate::crm::audit::{self, Act, Changes, Subject, SubjectKind};
use crate::crm::dashboard::{self, Bounds, Period, Totals};
use asked::Wanted;

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/reports", get(show)).route("/reports/totals.csv", get(export))
}

#[derive(Template)]
#[template(path = "reports/show.html")]
struct Report {
    shell: Shell,
    wanted: Wanted,
    chart: Option<Chart>,
    rows: Vec<Totals>,
    /// All rows of a currency together, where that says more than the rows.
    sums: Vec<Totals>,
    segments: Vec<SegmentShare>,
    others: Vec<SegmentShare>,
    counted_at: Option<DateTime<Utc>>,
    bounds: Vec<Bounds>,
    /// This visitor may look at channels, where bounds are chosen.
    sees_channels: bool,
}

impl Report {
    fn label(&self, row: &Totals) -> String {
        label(self.wanted.step, self.wanted.part(row.from))
    }

    fn average(&self, row: &Totals) -> view::OrNone {
        money::some_money(&row.average(), &row.currency)
    }

    fn orders_of(&self, row: &Totals) -> String {
        links_of(row).orders(self.wanted.part(row.from))
    }

    fn customers_of(&self, row: &Totals) -> String {
        links_of(row).registered(self.wanted.part(row.from))
    }
}

fn links_of(row: &Totals) -> Links {
    Links { channel: Some(row.channel_id), currency: row.currency.clone() }
}

/// `GET /reports`
async fn show(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let mut wanted = Wanted::read(&web, &asked).await?;
    let rows = totals(&web, &wanted).await?;
    wanted.know_currencies(&rows);
    let links = Links { channel: wanted.channel, currency: wanted.charted(&rows) };
    let counts = dashboard::counts(&web.pool, wanted.channel).await?;
    let sees_channels = who.user.may_see_system();
    let shell = Shell::load(&web, &who.session, who.user, "/reports").await?;
    page::show(&Report {
        shell,
        chart: draw(&wanted, &rows, &links),
        segments: segments(&counts, &links),
        others: other_segments(&counts, &links),
        counted_at: counts.iter().map(|count| count.counted_at).min(),
        bounds: dashboard::bounds(&web.pool, wanted.channel).await?,
        sees_channels,
        wanted,
        sums: sums(&rows),
        rows,
    })
}

/// `GET /reports/totals.csv`
async fn export(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let wanted = Wanted::read(&web, &asked).await?;
    let rows = totals(&web, &wanted).await?;
    let report = Subject::named(SubjectKind::List, "Reports");
    let told = Changes::none().told("File", &format!("totals-by-{}.csv", wanted.by));
    let mut db = web.pool.acquire().await?;
    audit::note(&mut db, &who.actor(), Act::Exported, &report, &told).await?;
    drop(db);
    let file = format!("attachment; filename=\"totals-by-{}.csv\"", wanted.by);
    let head =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, file)];
    Ok((head, csv::write(&wanted, &rows)).into_response())
}

async fn totals(web: &Web, wanted: &Wanted) -> Result<Vec<Totals>, sqlx::Error> {
    let currency = Some(wanted.currency.as_str()).filter(|currency| !currency.is_empty());
    dashboard::report(&web.pool, wanted.period, wanted.step, wanted.channel, currency).await
}

/// The rows together, a currency at a time: amounts of two currencies are never added up.
fn sums(rows: &[Totals]) -> Vec<Totals> {
    let mut sums: BTreeMap<&str, Totals> = BTreeMap::new();
    for row in rows {
        match sums.get_mut(row.currency.as_str()) {
            Some(sum) => sum.add(row),
            None => {
                sums.insert(&row.currency, row.clone());
            }
        }
    }
    if sums.len() == rows.len() {
        return Vec::new();
    }
    let nobody_ordered = if sums.len() > 1 { sums.remove("") } else { None };
    let mut sums: Vec<Totals> = sums.into_values().collect();
    // customers are of no currency: as in the rows, they stand with the first
    if let Some(first) = sums.first_mut() {
        nobody_ordered.iter().for_each(|row| first.add(row));
    }
    sums
}

/// Revenue in one currency, of all channels that are shown; nothing where there is none.
fn draw(wanted: &Wanted, rows: &[Totals], links: &Links) -> Option<Chart> {
    let mut sums: BTreeMap<NaiveDate, (Decimal, i64)> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.orders > 0 && row.currency == links.currency) {
        let sum = sums.entry(row.from).or_default();
        *sum = (sum.0 + row.revenue, sum.1 + row.orders);
    }
    if sums.is_empty() {
        return None;
    }
    let parts = wanted.period.parts(wanted.step);
    let of = |part: &Period| sums.get(&part.from).copied().unwrap_or_default();
    let amount = |part: &Period| money::money(&of(part).0, &links.currency);
    let point = |part: &Period| Point {
        label: label(wanted.step, *part),
        value: of(part).0.to_f64().unwrap_or_default(),
        words: amount(part),
    };
    let row = |part: &Period| Row {
        label: label(wanted.step, *part),
        link: links.orders(*part),
        values: vec![amount(part), view::number(of(part).1)],
    };
    let points: Vec<Point> = parts.iter().map(point).collect();
    Some(Chart {
        heads: vec![wanted.step_word(), "Revenue", "Orders"],
        rows: parts.iter().map(row).collect(),
        step: format!("{} {}", links.currency, wanted.step_words()),
        ..Chart::bars("revenue", "Revenue", &points).in_currency(&money::sign(&links.currency))
    })
}
