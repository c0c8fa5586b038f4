//! Shopping carts of the channels, as their store has them, with what shoppers took out again.
//!
//! **Owns** `carts`, `cart_items`. **Invariant:** open, purchased and expired follow the store: a cart is purchased when
//! an order was made from it, open while the store may still make one, else expired. Lost and converted are what a person
//! said, and stay.

mod grid;
mod incoming;
mod items;
mod record;
mod upkeep;
mod upsert;

pub use grid::{LISTING, OF_CUSTOMER, state};
pub use incoming::{Incoming, IncomingItem};
pub use record::{CartItem, CartRecord, find, items, known_as};
pub use upkeep::{
    active_gaps_in, active_since, expire, highest, link_customers, note_purchases, read_at, unknown_customers,
};
pub use upsert::upsert;

/// How a cart stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// May still become an order.
    Open,
    /// An order was made from it.
    Purchased,
    /// Gone, or inactive without an order.
    Expired,
    /// A person gave it up.
    Lost,
    /// A person made an opportunity of it.
    Converted,
}

impl Status {
    /// All, in the order of the filter.
    pub const ALL: [Self; 5] = [Self::Open, Self::Purchased, Self::Expired, Self::Lost, Self::Converted];

    /// The word on the pages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Purchased => "Purchased",
            Self::Expired => "Expired",
            Self::Lost => "Lost",
            Self::Converted => "Converted to Opportunity",
        }
    }

    /// The word in the database.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Purchased => "purchased",
            Self::Expired => "expired",
            Self::Lost => "lost",
            Self::Converted => "converted",
        }
    }

    /// Reads the word. The table's check allows no other.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.key() == key)
    }
}
