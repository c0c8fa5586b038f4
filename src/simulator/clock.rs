//! What time it is in the store, and how Magento writes times down.
//!
//! Owns: the store's clock (the system's, plus an offset that tests move), the three notations on the wire (UTC
//! `YYYY-MM-DD HH:MM:SS`, ISO 8601 in the store's zone America/Los_Angeles, the HTTP `Date`), and reading the dates
//! clients put into filters. Refuses: to know a record. Times are whole seconds since 1970, as MySQL keeps them.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::UNIX_EPOCH;

const DAY: i64 = 86_400;

/// The system's clock in seconds since 1970: the only place where the simulator asks.
pub(super) fn now() -> i64 {
    UNIX_EPOCH.elapsed().map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// The store's clock: the system's, moved by an offset that a test may change while the store runs.
#[derive(Debug, Default)]
pub(super) struct Clock {
    offset: AtomicI64,
}

impl Clock {
    pub(super) fn with_offset(seconds: i64) -> Self {
        Self { offset: AtomicI64::new(seconds) }
    }

    pub(super) fn now(&self) -> i64 {
        now() + self.offset.load(Ordering::Relaxed)
    }

    pub(super) fn jump(&self, seconds: i64) {
        self.offset.fetch_add(seconds, Ordering::Relaxed);
    }
}

/// `2026-11-23 08:03:52`, the form of lists and of every `updated_at`.
pub(super) fn utc(seconds: i64) -> String {
    stamp(seconds, ' ')
}

/// `2026-11-23T00:03:52-08:00`, the form of `created_at` in the single-record calls.
pub(super) fn in_store_zone(seconds: i64) -> String {
    let offset = store_offset(seconds);
    let mut text = stamp(seconds + offset, 'T');
    text.push_str(if offset == -8 * 3600 { "-08:00" } else { "-07:00" });
    text
}

/// `Mon, 23 Nov 2026 08:25:37 GMT`.
pub(super) fn http_date(seconds: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (year, month, day) = civil(seconds.div_euclid(DAY));
    let weekday = usize::try_from(seconds.div_euclid(DAY).rem_euclid(7)).unwrap_or(0);
    let month = usize::try_from(month - 1).unwrap_or(0);
    let time = &stamp(seconds, ' ')[11..];
    format!("{}, {day:02} {} {year} {time} GMT", DAYS[weekday], MONTHS[month])
}

/// Reads what a client wrote as a date: date alone, with time, with `T`, with a zone (which MySQL cuts off).
pub(super) fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    let date = text.get(..10)?;
    let mut parts = date.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let time = text.get(11..19).map_or(Some(0), time_of_day).unwrap_or(0);
    Some(days(year, month, day) * DAY + time)
}

/// Midnight of a civil date, in seconds since 1970.
pub(super) fn midnight(year: i64, month: i64, day: i64) -> i64 {
    days(year, month, day) * DAY
}

fn time_of_day(text: &str) -> Option<i64> {
    let mut parts = text.split(':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    Some(hour * 3600 + minute * 60 + second)
}

fn stamp(seconds: i64, between: char) -> String {
    let (year, month, day) = civil(seconds.div_euclid(DAY));
    let time = seconds.rem_euclid(DAY);
    let mut text = String::with_capacity(25);
    two(&mut text, year / 100);
    two(&mut text, year % 100);
    for (mark, part) in [('-', month), ('-', day), (between, time / 3600)] {
        text.push(mark);
        two(&mut text, part);
    }
    for part in [time / 60 % 60, time % 60] {
        text.push(':');
        two(&mut text, part);
    }
    text
}

fn two(text: &mut String, number: i64) {
    for digit in [number / 10 % 10, number % 10] {
        text.push(char::from(b'0' + u8::try_from(digit).unwrap_or(0)));
    }
}

/// Daylight saving in Los Angeles by the rule in force since 2007: from the second Sunday of March, 10:00 UTC, to the
/// first Sunday of November, 09:00 UTC.
fn store_offset(seconds: i64) -> i64 {
    let (year, ..) = civil(seconds.div_euclid(DAY));
    let start = first_sunday(year, 3) + 7 * DAY + 10 * 3600;
    let end = first_sunday(year, 11) + 9 * 3600;
    if (start..end).contains(&seconds) { -7 * 3600 } else { -8 * 3600 }
}

fn first_sunday(year: i64, month: i64) -> i64 {
    let first = days(year, month, 1);
    // Day 0 was a Thursday, so day 3 a Sunday.
    let wait = (3 - first).rem_euclid(7);
    (first + wait) * DAY
}

/// Days since 1970 of a civil date (Howard Hinnant's algorithm).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::{http_date, in_store_zone, parse, utc};

    /// Pairs taken from the recordings `rpc/012`, `028` and `030`.
    #[test]
    fn writes_one_instant_in_the_forms_the_real_store_used() {
        for (list, info) in [
            ("2026-10-10 17:19:29", "2026-10-10T10:19:29-07:00"),
            ("2024-02-09 02:05:16", "2024-02-08T18:05:16-08:00"),
            ("2024-12-25 03:30:43", "2024-12-24T19:30:43-08:00"),
        ] {
            let seconds = parse(list).unwrap();
            assert_eq!(utc(seconds), list);
            assert_eq!(in_store_zone(seconds), info);
        }
    }

    #[test]
    fn reads_the_dates_mysql_reads() {
        let full = parse("2026-11-23 08:25:37").unwrap();
        assert_eq!(parse("2026-11-23T08:25:37+00:00"), Some(full));
        assert_eq!(parse("2026-11-23").map(utc).as_deref(), Some("2026-11-23 00:00:00"));
        assert_eq!(parse("yesterday, about noon"), None);
        assert_eq!(http_date(full), "Mon, 23 Nov 2026 08:25:37 GMT");
    }
}
