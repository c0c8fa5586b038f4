//! Periods of whole days (UTC), and the steps that a chart or a report goes through them in.

use chrono::{Datelike, Days, Months, NaiveDate};

/// Who returned is told for periods up to so many days: customers' orders are kept by how long after the one before
/// they came, up to 400 days.
pub const LONGEST_TO_RETURN: i64 = 401;

/// From a day to a day, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
}

/// A stretch of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A day.
    Day,
    /// Seven days, from the first day of the period on.
    Week,
    /// A calendar month.
    Month,
    /// Three of them.
    Quarter,
    /// A calendar year.
    Year,
}

impl Period {
    /// How many days.
    #[must_use]
    pub fn days(self) -> i64 {
        (self.to - self.from).num_days() + 1
    }

    /// As many days right before it.
    #[must_use]
    pub fn before(self) -> Self {
        let days = Days::new(u64::try_from(self.days()).unwrap_or_default());
        let back = |day: NaiveDate| day.checked_sub_days(days).unwrap_or(NaiveDate::MIN);
        Self { from: back(self.from), to: back(self.to) }
    }

    /// What a chart of it can show.
    #[must_use]
    pub fn step(self) -> Step {
        match self.days() {
            ..=31 => Step::Day,
            32..=190 => Step::Week,
            191..=1100 => Step::Month,
            1101..=3700 => Step::Quarter,
            _ => Step::Year,
        }
    }

    /// Its parts, in order; the first and the last may be cut off.
    #[must_use]
    pub fn parts(self, step: Step) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut from = self.from;
        while from <= self.to {
            let next = step.next(from);
            let to = next.and_then(|next| next.pred_opt()).unwrap_or(self.to).min(self.to);
            parts.push(Self { from, to });
            let Some(next) = next else { break };
            from = next;
        }
        parts
    }
}

impl Step {
    /// The day on which the next one begins.
    fn next(self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day => day.succ_opt(),
            Self::Week => day.checked_add_days(Days::new(7)),
            Self::Month | Self::Quarter | Self::Year => {
                self.begin(day).checked_add_months(Months::new(self.months()))
            }
        }
    }

    /// The day on which the calendar's one around this day began; days and weeks begin anywhere.
    #[must_use]
    pub fn begin(self, day: NaiveDate) -> NaiveDate {
        let month = match self {
            Self::Day | Self::Week => return day,
            Self::Month => day.month(),
            Self::Quarter => (day.month() - 1) / 3 * 3 + 1,
            Self::Year => 1,
        };
        day.with_day(1).and_then(|first| first.with_month(month)).unwrap_or(day)
    }

    /// The last day of the calendar's one around this day.
    #[must_use]
    pub fn end(self, day: NaiveDate) -> NaiveDate {
        self.next(day).and_then(|next| next.pred_opt()).unwrap_or(day)
    }

    /// So many of them earlier.
    #[must_use]
    pub fn back(self, day: NaiveDate, steps: u32) -> NaiveDate {
        let months = Months::new(self.months().saturating_mul(steps));
        self.begin(day).checked_sub_months(months).unwrap_or(day)
    }

    fn months(self) -> u32 {
        match self {
            Self::Day | Self::Week => 0,
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn period(from: &str, to: &str) -> Period {
        Period { from: day(from), to: day(to) }
    }

    #[test]
    fn the_period_before_ends_the_day_before_and_is_as_long() {
        let it = period("2026-03-01", "2026-03-31");
        assert_eq!(it.before(), period("2026-01-29", "2026-02-28"));
        assert_eq!(it.before().days(), it.days());
    }

    #[test]
    fn parts_cover_a_period_without_gaps() {
        let shown = |step, from, to| {
            let parts = period(from, to).parts(step);
            parts.iter().map(|part| format!("{}..{}", part.from, part.to)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            shown(Step::Week, "2026-01-01", "2026-01-10"),
            "2026-01-01..2026-01-07 2026-01-08..2026-01-10"
        );
        assert_eq!(
            shown(Step::Month, "2026-01-31", "2026-03-02"),
            "2026-01-31..2026-01-31 2026-02-01..2026-02-28 2026-03-01..2026-03-02"
        );
        assert_eq!(
            shown(Step::Quarter, "2025-11-05", "2026-01-01"),
            "2025-11-05..2025-12-31 2026-01-01..2026-01-01"
        );
        assert_eq!(
            shown(Step::Year, "2024-02-29", "2025-01-01"),
            "2024-02-29..2024-12-31 2025-01-01..2025-01-01"
        );
        assert_eq!(period("2026-01-01", "2026-01-30").parts(Step::Day).len(), 30);
    }

    #[test]
    fn steps_begin_and_go_back_by_the_calendar() {
        assert_eq!(Step::Quarter.begin(day("2026-05-31")), day("2026-04-01"));
        assert_eq!(Step::Quarter.back(day("2026-05-31"), 2), day("2025-10-01"));
        assert_eq!(Step::Year.end(day("2024-02-29")), day("2024-12-31"));
        assert_eq!(Step::Month.back(day("2026-03-31"), 1), day("2026-02-01"));
    }
}
