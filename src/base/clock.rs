//! The one place that reads the clock. Everything else takes `now` as an argument or asks here.

use chrono::{DateTime, SubsecRound, Utc};

/// The time now, in microseconds: what Postgres can keep, so that a value survives a round trip unchanged.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}
