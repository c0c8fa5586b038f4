//! Windows: the slice of a connector's records that one call asks for, and how it grows and shrinks. Pure.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

/// Seconds from `from` to `to`, both inclusive: what a store's `from`/`to` filter means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: DateTime<Utc>,
    pub(super) to: DateTime<Utc>,
}

impl Span {
    /// Whole seconds; `None` when nothing lies between.
    pub(super) fn new(from: DateTime<Utc>, to: DateTime<Utc>) -> Option<Self> {
        let whole = |at: DateTime<Utc>| at.duration_trunc(TimeDelta::seconds(1)).unwrap_or(at);
        let (from, to) = (whole(from), whole(to));
        (from <= to).then_some(Self { from, to })
    }

    /// How many seconds it covers.
    pub(super) fn seconds(self) -> i64 {
        (self.to - self.from).num_seconds() + 1
    }

    /// The newest part of it that covers at most `seconds`, and what is left below.
    pub(super) fn newest(self, seconds: i64) -> (Self, Option<Self>) {
        let from = (self.to - TimeDelta::seconds(seconds.max(1) - 1)).max(self.from);
        (Self { from, to: self.to }, Self::new(self.from, from - TimeDelta::seconds(1)))
    }

    /// The oldest part, and what is left above.
    pub(super) fn oldest(self, seconds: i64) -> (Self, Option<Self>) {
        let to = (self.from + TimeDelta::seconds(seconds.max(1) - 1)).min(self.to);
        (Self { from: self.from, to }, Self::new(to + TimeDelta::seconds(1), self.to))
    }

    /// Does it hold this moment?
    pub(super) fn holds(self, at: DateTime<Utc>) -> bool {
        self.from <= at && at <= self.to
    }

    /// "2024-11-01 to 2024-12-01", or with the time where days are not enough.
    pub(super) fn words(self) -> String {
        let format = if self.seconds() < 2 * 86_400 { "%Y-%m-%d %H:%M:%S" } else { "%Y-%m-%d" };
        format!("{} to {}", self.from.format(format), self.to.format(format))
    }
}

/// A call should take one to three seconds.
const SLOW: f64 = 3.0;
const QUICK: f64 = 1.0;
/// Where the first backfill begins: a week of a great store is more than can be used.
pub(super) const FIRST_SPAN: i64 = 86_400;
const LONGEST_SPAN: i64 = 5 * 366 * 86_400;

/// How many seconds the next window covers, after one of `span` seconds that gave `rows` in `took` seconds; more than
/// `most` rows are too many for one window.
pub(super) fn next_span(span: i64, rows: usize, took: f64, most: usize) -> i64 {
    let fewest = most * 3 / 10;
    let next = if rows > most || took > SLOW {
        // aim at the middle at once where the count tells how far it is
        let by_rows = if rows > most { proportion(span, (most + fewest) / 2, rows) } else { span };
        by_rows.min(if took > SLOW { span / 2 } else { span })
    } else if rows < fewest && took < QUICK {
        // double, or more where so few came that there is no danger of too many
        let factor = (fewest / rows.max(1)).clamp(2, 8);
        span.saturating_mul(i64::try_from(factor).unwrap_or(2))
    } else {
        span
    };
    next.clamp(1, LONGEST_SPAN)
}

fn proportion(span: i64, wanted: usize, rows: usize) -> i64 {
    let (wanted, rows) = (i64::try_from(wanted).unwrap_or(1), i64::try_from(rows).unwrap_or(i64::MAX));
    span.saturating_mul(wanted) / rows.max(1)
}

/// What an increment has to look back over, beside what passed since the cursor was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Overlap {
    pub(super) back: TimeDelta,
    pub(super) pays_hour: bool,
    pub(super) pays_day: bool,
}

/// Two minutes and the clock's uncertainty; once an hour an hour, once a day 26 hours: stores save inside long
/// transactions, read from replicas, and have their clocks set back. Without a store clock always the longest.
pub(super) fn overlap(
    uncertainty: Option<TimeDelta>,
    hour_at: Option<DateTime<Utc>>,
    day_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Overlap {
    let due = |at: Option<DateTime<Utc>>| at.is_none_or(|at| at <= now);
    match uncertainty {
        None => Overlap { back: TimeDelta::hours(26), pays_hour: true, pays_day: true },
        Some(_) if due(day_at) => Overlap { back: TimeDelta::hours(26), pays_hour: true, pays_day: true },
        Some(_) if due(hour_at) => Overlap { back: TimeDelta::hours(1), pays_hour: true, pays_day: false },
        Some(more) => Overlap { back: TimeDelta::minutes(2) + more, pays_hour: false, pays_day: false },
    }
}

/// Where an increment up to `to` begins. A store whose clock was set back is met by the time that passed *here*.
pub(super) fn increment_from(
    cursor: DateTime<Utc>,
    passed_here: TimeDelta,
    to: DateTime<Utc>,
    overlap: TimeDelta,
) -> DateTime<Utc> {
    cursor.min(to - passed_here) - overlap
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        Utc.datetime_from_str_or_panic(text)
    }

    trait Read {
        fn datetime_from_str_or_panic(&self, text: &str) -> DateTime<Utc>;
    }

    impl Read for Utc {
        fn datetime_from_str_or_panic(&self, text: &str) -> DateTime<Utc> {
            let naive = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap();
            self.from_utc_datetime(&naive)
        }
    }

    #[test]
    fn neighbouring_windows_leave_no_second_out_and_share_none() {
        let mut left = Span::new(at("2026-01-01 00:00:00"), at("2026-01-02 12:34:56"));
        let whole = left.unwrap().seconds();
        let (mut sum, mut below) = (0, None);
        while let Some(span) = left {
            let (window, rest) = span.newest(7_000);
            if let Some(below) = below {
                assert_eq!(window.to + TimeDelta::seconds(1), below);
            }
            sum += window.seconds();
            below = Some(window.from);
            left = rest;
        }
        assert_eq!(sum, whole);
    }

    #[test]
    fn windows_grow_when_quick_and_shrink_when_rich_or_slow() {
        let check = |span, rows, took, next| {
            assert_eq!(next_span(span, rows, took, 2_000), next, "{rows} rows in {took} s")
        };
        check(1_000, 0, 0.1, 8_000);
        check(1_000, 500, 0.1, 2_000);
        check(1_000, 1_000, 0.1, 1_000);
        check(1_000, 500, 2.0, 1_000);
        check(1_000, 500, 4.0, 500);
        check(1_000, 13_000, 0.5, 100);
        check(1, 99_999, 9.0, 1);
        check(LONGEST_SPAN, 0, 0.1, LONGEST_SPAN);
    }

    #[test]
    fn an_increment_begins_where_the_last_one_was_asked_to_end_less_the_overlap() {
        let cursor = at("2026-05-12 09:00:00");
        let normal =
            increment_from(cursor, TimeDelta::minutes(5), at("2026-05-12 09:05:00"), TimeDelta::minutes(2));
        assert_eq!(normal, at("2026-05-12 08:58:00"));
        // the store's clock was set back by an hour: five minutes passed here, so its last five minutes are asked for
        let set_back =
            increment_from(cursor, TimeDelta::minutes(5), at("2026-05-12 08:05:00"), TimeDelta::minutes(2));
        assert_eq!(set_back, at("2026-05-12 07:58:00"));
    }

    #[test]
    fn wide_overlaps_are_owed_once_an_hour_and_once_a_day() {
        let now = at("2026-05-12 09:00:00");
        let later = Some(now + TimeDelta::minutes(10));
        let sure = Some(TimeDelta::seconds(1));
        assert_eq!(overlap(sure, later, later, now).back, TimeDelta::seconds(121));
        assert_eq!(overlap(sure, Some(now), later, now).back, TimeDelta::hours(1));
        assert_eq!(overlap(sure, later, None, now).back, TimeDelta::hours(26));
        assert_eq!(overlap(None, later, later, now).back, TimeDelta::hours(26));
    }
}
