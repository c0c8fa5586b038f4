//! Webhooks out: who is told of what, what waits to be told, and what became of telling it.
//!
//! Events are written by triggers, in the transaction that they tell of, and only while somebody wants them. They tell that
//! something happened and where to read it, never whose data it is. Some of them together make a delivery ([`gather`]), which is
//! tried with growing waits. Whoever fails again and again is left alone for a while, and switched off after three days.
//!
//! **Owns** `webhooks`, `webhook_events`, `webhook_deliveries`. **Refuses** to know how anything is sent.

mod deliveries;
mod grid;
mod store;

use chrono::{DateTime, Utc};

pub use deliveries::{Due, claim, due, failed, forget_before, gather, of_webhook, ping, resend, sent};
pub use grid::{DELIVERIES, DeliveryRow};
pub use store::{delete, find, hold, list, make, new_secret, save, secret};

/// A delivery is tried so often: the waits between add up to two days.
pub const MOST_TRIES: i32 = 10;

/// Declares the events once: variant, key, word on the pages, address of the record in the API.
macro_rules! events {
    ($($event:ident $key:literal $word:literal $at:literal),+ $(,)?) => {
        /// Something that happens.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Event {
            $(#[doc = $word] $event,)+
        }

        impl Event {
            /// All, in the order of the form.
            pub const ALL: &'static [Self] = &[$(Self::$event),+];

            /// The word in the database and in deliveries.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $(Self::$event => $key),+ }
            }

            /// The word on the pages.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$event => $word),+ }
            }

            /// Where the record is in the API; its id follows.
            #[must_use]
            pub fn at(self) -> &'static str {
                match self { $(Self::$event => $at),+ }
            }
        }
    };
}

events! {
    CustomerCreated "customer.created" "A customer is new" "/api/v1/customers/",
    CustomerUpdated "customer.updated" "A customer has changed" "/api/v1/customers/",
    OrderCreated "order.created" "An order is new" "/api/v1/orders/",
    OrderUpdated "order.updated" "An order has changed" "/api/v1/orders/",
    JobEnded "job.ended" "A job has ended" "/api/v1/jobs/",
    ConflictOpened "conflict.opened" "A conflict waits for a decision" "/api/v1/conflicts/",
    ConflictDecided "conflict.decided" "A conflict is decided" "/api/v1/conflicts/",
}

impl Event {
    /// Reads the word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|event| event.key() == key)
    }
}

/// A webhook as it was typed.
#[derive(Debug, Clone)]
pub struct NewWebhook {
    /// What people call it.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// What it is told of.
    pub events: Vec<Event>,
    /// It is told at present.
    pub active: bool,
}

/// A webhook.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// Row id.
    pub id: i64,
    /// What people call it.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// What it is told of, by key.
    pub events: Vec<String>,
    /// It is told at present.
    pub active: bool,
    /// Since when it is here.
    pub created_at: DateTime<Utc>,
    /// Deliveries in a row that failed.
    pub failures: i32,
    /// Since when.
    pub failing_since: Option<DateTime<Utc>>,
    /// Until when it is left alone.
    pub rests_until: Option<DateTime<Utc>>,
}

impl Webhook {
    /// Is it told of this?
    #[must_use]
    pub fn wants(&self, event: Event) -> bool {
        self.events.iter().any(|key| key == event.key())
    }
}
