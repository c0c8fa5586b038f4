//! How somebody wants the pages: the clock that times are told by, how dates are written, light or dark.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

/// What a person chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// The clock on their wall.
    pub zone: Tz,
    /// How they write a date.
    pub dates: DateFormat,
    /// Light or dark.
    pub theme: Theme,
}

impl Default for Look {
    fn default() -> Self {
        Self { zone: Tz::UTC, dates: DateFormat::DayMonth, theme: Theme::System }
    }
}

impl Look {
    /// As the database has it; a zone that is not known any more is UTC.
    pub(super) fn of_row(zone: &str, dates: &str, theme: &str) -> Self {
        let usual = Self::default();
        Self {
            zone: zone.parse().unwrap_or(usual.zone),
            dates: DateFormat::from_key(dates).unwrap_or(usual.dates),
            theme: Theme::from_key(theme).unwrap_or(usual.theme),
        }
    }

    /// The day that it is there.
    #[must_use]
    pub fn day_of(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// "09:40:31".
    #[must_use]
    pub fn clock(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone).format("%H:%M:%S").to_string()
    }

    /// "12 May 2026 11:40:31 CEST".
    #[must_use]
    pub fn exact(&self, at: DateTime<Utc>) -> String {
        let there = at.with_timezone(&self.zone);
        format!("{} {}", self.dates.write(there.date_naive()), there.format("%H:%M:%S %Z"))
    }
}

/// How a date is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateFormat {
    /// "12 May 2026".
    DayMonth,
    /// "May 12, 2026".
    MonthDay,
    /// "2026-05-12".
    Iso,
    /// "12.05.2026".
    Dots,
    /// "12/05/2026".
    Slashes,
}

impl DateFormat {
    /// All, in the order of the form.
    pub const ALL: [Self; 5] = [Self::DayMonth, Self::MonthDay, Self::Iso, Self::Dots, Self::Slashes];

    /// The word in the database.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::DayMonth => "day-month",
            Self::MonthDay => "month-day",
            Self::Iso => "iso",
            Self::Dots => "dots",
            Self::Slashes => "slashes",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.key() == key)
    }

    /// The day, written so.
    #[must_use]
    pub fn write(self, day: NaiveDate) -> String {
        let pattern = match self {
            Self::DayMonth => "%-d %b %Y",
            Self::MonthDay => "%b %-d, %Y",
            Self::Iso => "%Y-%m-%d",
            Self::Dots => "%d.%m.%Y",
            Self::Slashes => "%d/%m/%Y",
        };
        day.format(pattern).to_string()
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the device has it.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All, in the order of the form.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word on the page.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::System => "As my device",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// The word in the database, and on the pages' root.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.key() == key)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone, Utc};

    use super::*;

    #[test]
    fn times_and_dates_are_told_by_the_clock_on_the_wall() {
        let at = Utc.with_ymd_and_hms(2026, 5, 11, 23, 40, 31).unwrap();
        let look = |zone, dates| Look::of_row(zone, dates, "dark");
        assert_eq!(Look::default().exact(at), "11 May 2026 23:40:31 UTC");
        assert_eq!(look("Europe/Berlin", "day-month").exact(at), "12 May 2026 01:40:31 CEST");
        assert_eq!(look("America/New_York", "month-day").exact(at), "May 11, 2026 19:40:31 EDT");
        assert_eq!(look("Nowhere/AtAll", "iso").exact(at), "2026-05-11 23:40:31 UTC");
        let written = ["dots", "slashes", "?"].map(|format| look("UTC", format).dates.write(at.date_naive()));
        assert_eq!(written, ["11.05.2026", "11/05/2026", "11 May 2026"]);
    }
}
