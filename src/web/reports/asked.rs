//! What a report is asked to show: by what, from when to when, of which channel and currency.

use chrono::{Datelike, NaiveDate};

use crate::base::clock;
use crate::crm::customers;
use crate::crm::dashboard::{Period, Step, Totals};
use crate::web::Web;
use crate::web::error::PageError;
use crate::web::grid::Asked;

/// What totals are made by: a word for the address, one for the page, and how many are shown by themselves.
const BY: [(&str, &str, Step, u32); 3] = [
    ("month", "Month", Step::Month, 12),
    ("quarter", "Quarter", Step::Quarter, 8),
    ("year", "Year", Step::Year, 10),
];

/// Nobody reads more on one page.
const MOST_PARTS: usize = 120;

/// What was asked for, as far as it was understood.
pub(super) struct Wanted {
    pub(super) by: &'static str,
    pub(super) step: Step,
    pub(super) period: Period,
    pub(super) channel: Option<i64>,
    pub(super) channels: Vec<(i64, String)>,
    /// Empty = all.
    pub(super) currency: String,
    pub(super) currencies: Vec<String>,
    pub(super) problems: Vec<String>,
    /// The same as a file.
    pub(super) file: String,
}

impl Wanted {
    pub(super) async fn read(web: &Web, asked: &Asked) -> Result<Self, PageError> {
        let mut problems = Vec::new();
        let channels = customers::channels(&web.pool).await?;
        let wanted = asked.get("channel");
        let channel = channels.iter().map(|(id, _)| *id).find(|id| id.to_string() == wanted);
        if channel.is_none() && !wanted.is_empty() {
            problems.push(format!("There is no channel “{wanted}”, or not any more. All are shown instead."));
        }
        let by = asked.get("by");
        let known = BY.iter().find(|(key, ..)| *key == by);
        if known.is_none() && !by.is_empty() {
            problems.push(format!("There are no totals by “{by}”. Those by month are shown instead."));
        }
        let (by, _, step, usual) = known.copied().unwrap_or(BY[0]);
        let today = clock::now().date_naive();
        Ok(Self {
            by,
            step,
            period: period(asked, today, (step, usual), &mut problems),
            channel,
            channels,
            currency: asked.get("currency"),
            currencies: Vec::new(),
            problems,
            file: format!("/reports/totals.csv{}", asked.with(&[])),
        })
    }

    /// Those that are there to choose from; one that was asked for is kept, so that it can be changed.
    pub(super) fn know_currencies(&mut self, rows: &[Totals]) {
        let mut known: Vec<String> = rows.iter().map(|row| row.currency.clone()).collect();
        known.push(self.currency.clone());
        known.retain(|currency| !currency.is_empty());
        known.sort();
        known.dedup();
        self.currencies = known;
    }

    /// The currency of the chart: the chosen one, or the one with the most orders.
    pub(super) fn charted(&self, rows: &[Totals]) -> String {
        let orders = |currency: &&String| {
            let those = rows.iter().filter(|row| row.currency == **currency);
            those.map(|row| row.orders).sum::<i64>()
        };
        match self.currency.as_str() {
            "" => self.currencies.iter().max_by_key(orders).cloned().unwrap_or_default(),
            chosen => chosen.to_owned(),
        }
    }

    /// The stretch of time that begins on this day.
    pub(super) fn part(&self, from: NaiveDate) -> Period {
        Period { from, to: self.step.end(from) }
    }

    pub(super) fn ways(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        BY.iter().map(|(key, word, ..)| (*key, *word))
    }

    pub(super) fn step_word(&self) -> &'static str {
        BY.iter().find(|(key, ..)| *key == self.by).map_or("", |(_, word, ..)| word)
    }

    pub(super) fn step_words(&self) -> &'static str {
        match self.step {
            Step::Quarter => "a quarter",
            Step::Year => "a year",
            _ => "a month",
        }
    }

    pub(super) fn is_channel(&self, id: &i64) -> bool {
        self.channel == Some(*id)
    }
}

/// Whole months, quarters or years around what was typed.
fn period(asked: &Asked, today: NaiveDate, (step, usual): (Step, u32), problems: &mut Vec<String>) -> Period {
    let mut day = |name: &str, label: &str| match asked.get(name).as_str() {
        "" => None,
        text => match text.parse::<NaiveDate>() {
            Ok(day) if (1970..=2999).contains(&day.year()) => Some(day),
            _ => {
                problems.push(format!("{label}: “{text}” is no date. Use 2026-05-12."));
                None
            }
        },
    };
    let (from, to) = (day("from", "From"), day("to", "To"));
    let to = step.end(to.unwrap_or(today));
    let from = from.map_or_else(|| step.back(to, usual - 1), |from| step.begin(from));
    if from > to {
        problems.push("From is after To. The usual period is shown instead.".to_owned());
        return Period { from: step.back(to, usual - 1), to };
    }
    let period = Period { from, to };
    match period.parts(step).iter().rev().nth(MOST_PARTS - 1) {
        Some(part) if part.from > from => {
            problems.push(format!("That is more than fits. The last {MOST_PARTS} are shown."));
            Period { from: part.from, to }
        }
        _ => period,
    }
}
