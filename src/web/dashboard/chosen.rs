//! What the dashboard is asked to show: a period, a channel, a currency. What is not understood is told, and the usual shown.

use chrono::{Datelike, Days, NaiveDate};

use crate::base::clock;
use crate::crm::customers;
use crate::crm::dashboard::{Period, Step};
use crate::web::Web;
use crate::web::error::PageError;
use crate::web::grid::Asked;
use crate::web::view;

/// The presets: a word for the address, and one for the page.
pub(super) const PRESETS: [(&str, &str); 7] = [
    ("7-days", "Last 7 days"),
    ("30-days", "Last 30 days"),
    ("90-days", "Last 90 days"),
    ("this-month", "This month"),
    ("last-month", "Last month"),
    ("this-year", "This year"),
    ("custom", "From – to"),
];

/// The one that is shown without being asked for.
const USUAL: &str = "30-days";

/// What was asked for, as far as it was understood.
pub(super) struct Chosen {
    pub(super) preset: &'static str,
    pub(super) period: Period,
    pub(super) channel: Option<i64>,
    pub(super) channels: Vec<(i64, String)>,
    /// Of all amounts; empty where nothing was traded.
    pub(super) currency: String,
    /// Those to choose from.
    pub(super) currencies: Vec<String>,
    /// What was not understood.
    pub(super) problems: Vec<String>,
}

impl Chosen {
    pub(super) async fn read(web: &Web, asked: &Asked) -> Result<Self, PageError> {
        let mut problems = Vec::new();
        let today = clock::now().date_naive();
        let (preset, period) = period(asked, today, &mut problems);
        let channels = customers::channels(&web.pool).await?;
        let wanted = asked.get("channel");
        let channel = channels.iter().map(|(id, _)| *id).find(|id| id.to_string() == wanted);
        if channel.is_none() && !wanted.is_empty() {
            problems.push(format!("There is no channel “{wanted}”, or not any more. All are shown instead."));
        }
        Ok(Self {
            preset,
            period,
            channel,
            channels,
            currency: String::new(),
            currencies: Vec::new(),
            problems,
        })
    }

    /// Settles on a currency among those that something was traded in, the most usual first.
    pub(super) fn choose_currency(&mut self, asked: &Asked, traded: Vec<String>) {
        let wanted = asked.get("currency");
        self.currencies = traded;
        let known = self.currencies.contains(&wanted);
        if !wanted.is_empty() && !known {
            self.problems.push(format!("Nothing was traded in “{wanted}” in this period."));
        }
        self.currency = if known { wanted } else { self.currencies.first().cloned().unwrap_or_default() };
    }

    pub(super) fn is_channel(&self, id: &i64) -> bool {
        self.channel == Some(*id)
    }

    /// "27 Oct 2026 to 25 Nov 2026".
    pub(super) fn period_words(&self) -> String {
        words(self.period)
    }

    /// "against the 30 days before".
    pub(super) fn before_words(&self) -> String {
        match self.period.days() {
            1 => "against the day before".to_owned(),
            days => format!("against the {} days before", view::number(days)),
        }
    }

    pub(super) fn channel_words(&self) -> &str {
        let named = self.channels.iter().find(|(id, _)| self.is_channel(id));
        named.map_or("All channels", |(_, name)| name)
    }
}

/// "27 Oct 2026 to 25 Nov 2026".
pub(super) fn words(period: Period) -> String {
    match period.from == period.to {
        true => view::date(&period.from),
        false => format!("{} to {}", view::date(&period.from), view::date(&period.to)),
    }
}

fn period(asked: &Asked, today: NaiveDate, problems: &mut Vec<String>) -> (&'static str, Period) {
    let wanted = asked.get("period");
    let dated = !asked.get("from").is_empty() || !asked.get("to").is_empty();
    let wanted = if wanted.is_empty() && dated { "custom".to_owned() } else { wanted };
    let preset = PRESETS.iter().map(|(key, _)| *key).find(|key| *key == wanted);
    if preset.is_none() && !wanted.is_empty() {
        problems.push(format!("There is no period “{wanted}”. The last 30 days are shown instead."));
    }
    let preset = preset.unwrap_or(USUAL);
    if preset != "custom" {
        return (preset, of_preset(preset, today));
    }
    match typed(asked, today) {
        Ok(period) => (preset, period),
        Err(problem) => {
            problems.push(format!("{problem} The last 30 days are shown instead."));
            (USUAL, of_preset(USUAL, today))
        }
    }
}

fn of_preset(preset: &str, today: NaiveDate) -> Period {
    let last =
        |days: u64| Period { from: today.checked_sub_days(Days::new(days - 1)).unwrap_or(today), to: today };
    match preset {
        "7-days" => last(7),
        "90-days" => last(90),
        "this-month" => Period { from: Step::Month.begin(today), to: today },
        "last-month" => {
            let from = Step::Month.back(today, 1);
            Period { from, to: Step::Month.end(from) }
        }
        "this-year" => Period { from: Step::Year.begin(today), to: today },
        _ => last(30),
    }
}

/// Two days that were typed, of years that stores can have.
fn typed(asked: &Asked, today: NaiveDate) -> Result<Period, String> {
    let day = |name: &str, label: &str, usual: NaiveDate| match asked.get(name).as_str() {
        "" => Ok(usual),
        text => match text.parse::<NaiveDate>() {
            Ok(day) if (1970..=2999).contains(&day.year()) => Ok(day),
            _ => Err(format!("{label}: “{text}” is no date. Use 2026-05-12.")),
        },
    };
    let to = day("to", "To", today)?;
    let from = day("from", "From", of_preset(USUAL, to).from)?;
    match from <= to {
        true => Ok(Period { from, to }),
        false => Err(format!("From {} is after To {}.", view::date(&from), view::date(&to))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_end_today_or_with_last_month() {
        let today = "2026-03-31".parse().unwrap();
        let shown = |preset| words(of_preset(preset, today));
        assert_eq!(shown("7-days"), "25 Mar 2026 to 31 Mar 2026");
        assert_eq!(shown("30-days"), "2 Mar 2026 to 31 Mar 2026");
        assert_eq!(shown("this-month"), "1 Mar 2026 to 31 Mar 2026");
        assert_eq!(shown("last-month"), "1 Feb 2026 to 28 Feb 2026");
        assert_eq!(shown("this-year"), "1 Jan 2026 to 31 Mar 2026");
        let first = "2026-01-01".parse().unwrap();
        assert_eq!(words(of_preset("this-year", first)), "1 Jan 2026");
    }
}
