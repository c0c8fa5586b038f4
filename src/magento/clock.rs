//! What time a store has, told by the `Date` header of its answers (F41, F42).

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// A reading of the store's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct StoreClock {
    /// The `Date` header of the answer (whole seconds, UTC).
    pub store_time: DateTime<Utc>,
    /// Our clock when the answer's headers arrived.
    pub taken_at: DateTime<Utc>,
    /// The reading may be wrong by this much: the time the request took, and the header's second.
    pub uncertainty: Duration,
}

impl StoreClock {
    /// From an answer's `Date` header, read at `taken_at`, `waited` after the request was sent. `None` when the header is no date.
    #[must_use]
    pub fn read(date: &str, taken_at: DateTime<Utc>, waited: Duration) -> Option<Self> {
        let store_time = DateTime::parse_from_rfc2822(date.trim()).ok()?.with_timezone(&Utc);
        Some(Self { store_time, taken_at, uncertainty: waited + Duration::from_secs(1) })
    }

    /// How far the store's clock is ahead of ours (negative: behind).
    #[must_use]
    pub fn offset(&self) -> TimeDelta {
        self.store_time - self.taken_at
    }

    /// The store's time at an instant of ours.
    #[must_use]
    pub fn at(&self, ours: DateTime<Utc>) -> DateTime<Utc> {
        ours + self.offset()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_header_gives_the_offset() {
        let taken_at = DateTime::from_timestamp(1_795_422_337, 0).expect("a time");
        let clock = StoreClock::read("Mon, 23 Nov 2026 08:25:47 GMT", taken_at, Duration::from_millis(40))
            .expect("a date");
        assert_eq!(clock.offset(), clock.store_time - taken_at);
        assert_eq!(clock.at(taken_at), clock.store_time);
        assert_eq!(clock.uncertainty, Duration::from_millis(1_040));
        assert_eq!(StoreClock::read("yesterday", taken_at, Duration::ZERO), None);
    }
}
