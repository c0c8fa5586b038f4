//! How long a store is waited for, and how long it is left alone after trouble. One place, so that tests can hurry.

use std::time::Duration;

use crate::magento::{Limits, Trouble};

/// The waits of a sync. The default is for shops with customers in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How long one call may take, and how large its answer may be.
    pub limits: Limits,
    /// Before a call is tried a second time; before the third twice as long.
    pub between_tries: Duration,
    /// Nobody calls for so long after a time-out.
    pub after_timeout: Duration,
    /// After a refusal for asking too much that names no time.
    pub after_too_many: Duration,
    /// After a failure of the store's server.
    pub after_server_error: Duration,
    /// After a connection that could not be made.
    pub after_no_connection: Duration,
    /// So long what was read of a store may be written over; then it is read anew.
    pub fresh_for: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            between_tries: Duration::from_secs(2),
            after_timeout: Duration::from_secs(30),
            after_too_many: Duration::from_secs(15),
            after_server_error: Duration::from_secs(3),
            after_no_connection: Duration::from_secs(2),
            fresh_for: Duration::from_secs(5),
        }
    }
}

impl Patience {
    /// How long a store is left alone after this trouble.
    pub(super) fn rest(&self, trouble: Trouble) -> Duration {
        match trouble {
            Trouble::Timeout => self.after_timeout,
            Trouble::TooMany(wait) => wait.unwrap_or(self.after_too_many),
            Trouble::ServerError => self.after_server_error,
            Trouble::Unreachable => self.after_no_connection,
        }
    }

    /// How long to wait after the `tries`th try of a call failed.
    pub(super) fn before_next(&self, tries: u32) -> Duration {
        self.between_tries * (1 << tries.saturating_sub(1).min(10))
    }
}
