//! Newsletter subscribers of the channels; only stores with the bridge tell of them.
//!
//! A subscription that is changed here shows at once ([`change()`]) and leaves a row; what arrives from a store is merged with
//! it while it is taken over ([`take_over()`]); the outbox tells what is to be sent ([`begin()`]).
//!
//! **Owns** `newsletter_subscribers` and `subscription_changes`. **Invariant:** whoever decides over a change holds the
//! channel's lock; the base of one that waits is the status that the store was last seen to have.

mod agree;
mod arrive;
mod change;
mod disputed;
mod grid;
mod many;
mod outbox;
mod record;
mod told;
mod upsert;

use chrono::{DateTime, Utc};
use serde::Serialize;

pub use agree::State;
pub use arrive::{lock, take_over};
pub use change::{Changed, change, change_of_customer, discard, try_again};
pub use disputed::{DISPUTED, DisputedRow};
pub use grid::{LISTING, OF_CUSTOMER, any_bridge, shown_of, state, statuses_of};
pub use many::{ToChange, to_change};
pub use outbox::{Outgoing, accepted, begin, due, gone, outgoing, put_off, rejected, waiting};
pub use record::{SubscriberRecord, find};
pub use told::{ChangeRow, changes_of, changes_of_customer, find_change};
pub use upsert::{gaps_in, highest, link_customers, remove, unknown_customers};

/// How a subscription stands, by Magento's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// 1.
    Subscribed,
    /// 2.
    NotActive,
    /// 3.
    Unsubscribed,
    /// 4.
    Unconfirmed,
}

impl Status {
    /// All, by number.
    pub const ALL: [Self; 4] = [Self::Subscribed, Self::NotActive, Self::Unsubscribed, Self::Unconfirmed];

    /// Magento's number.
    #[must_use]
    pub fn number(self) -> i16 {
        match self {
            Self::Subscribed => 1,
            Self::NotActive => 2,
            Self::Unsubscribed => 3,
            Self::Unconfirmed => 4,
        }
    }

    /// Reads the number.
    #[must_use]
    pub fn from_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.number() == number)
    }

    /// The word on the pages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Subscribed => "Subscribed",
            Self::NotActive => "Not active",
            Self::Unsubscribed => "Unsubscribed",
            Self::Unconfirmed => "Unconfirmed",
        }
    }
}

/// A subscriber as the store has them now. What serializes is the content.
#[derive(Debug, Clone, Serialize)]
pub struct Incoming {
    /// The store's id.
    pub remote_id: i64,
    /// Store view.
    pub store_id: Option<i64>,
    /// The store's customer.
    pub remote_customer_id: Option<i64>,
    /// Their address.
    pub email: String,
    /// Magento's number of the status.
    pub status: i16,
    /// When the status last changed; rows older than the bridge have none.
    pub changed_at: Option<DateTime<Utc>>,
    /// When the request behind it was sent, by the database's clock.
    #[serde(skip)]
    pub read_at: DateTime<Utc>,
}
