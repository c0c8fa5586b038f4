//! Customers of the channels with their addresses, and the dictionaries they refer to.
//!
//! **Owns** `customers`, `customer_addresses`, `websites`, `stores`, `customer_groups`, `countries`, `regions`.
//! What a store says is taken in a batch at a time ([`upsert()`]): rows, base snapshots and figures in the caller's
//! transaction. **Refuses** to know how a store is spoken to.

mod belonging;
mod buyers;
mod choices;
mod countries;
mod dictionaries;
mod grid;
mod hide;
mod incoming;
mod made;
mod members;
mod narrowing;
mod record;
mod removal;
mod settle;
mod units;
mod upsert;

use chrono::{DateTime, NaiveDate, Utc};

pub use belonging::{
    Into, Moved, count_of_account, merge_accounts, move_to, set_contact, set_owner, split_contact,
};
pub use buyers::{Buyer, Guests, find_buyers};
pub use choices::{BilledTo, countries_of, groups_of, last_billing_address, open_channels, regions_of};
pub use countries::country_code;
pub use dictionaries::{
    Country, Group, Region, Saved, Store, Website, save_countries, save_groups, save_regions, save_stores,
    save_websites, stores_of,
};
pub use grid::{LISTING, NEWEST, channels};
pub use hide::{hide, hide_many, show_again, show_many};
pub use incoming::{Incoming, IncomingAddress};
pub use made::{
    StoreView, add_address, holder_of, link, link_address, make, store_views, unmake, unmake_address,
};
pub use members::{Member, of_account, of_contact};
pub use record::{Address, CustomerRecord, addresses, any, find, registered_since};
pub use removal::{Lacking, doubles_of, ends, gaps_in, highest, lacking, not_missing, note_missing, remove};
pub use units::{Book, Sides, books, hold, look_at, place, save_address, save_customer};
pub use upsert::{known_hashes, upsert};

/// A customer's gender as Magento knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gender {
    /// Magento's 1.
    Male,
    /// Magento's 2.
    Female,
}

impl Gender {
    /// The word on the pages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Male => "Male",
            Self::Female => "Female",
        }
    }

    /// The word in the database.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Male, Self::Female].into_iter().find(|gender| gender.key() == key)
    }
}

/// Full years between two days, as a birthday is counted.
#[must_use]
pub fn age(birthday: NaiveDate, now: DateTime<Utc>) -> Option<u32> {
    now.date_naive().years_since(birthday)
}
