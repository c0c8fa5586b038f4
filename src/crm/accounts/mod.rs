//! Accounts and contacts: who a customer is over all channels.
//!
//! **Owns** `accounts`, `contacts`, `contact_names`, `account_events`, `name_words`. A person is found by any e-mail and name
//! that they have had, in any case, or made; deleting a channel and creating it again therefore doubles nobody (G18). Names
//! follow the customer whom they were taken from ([`follow()`]) until a person gives another one. **Refuses** to know which
//! customers an account has: that is theirs to say.

mod edit;
mod events;
mod gather;
mod grid;
mod record;
mod rename;
mod store;
mod words;

pub use edit::{
    AccountEdit, ContactEdit, contacts_to_choose, create_account, delete_account, save_account, save_contact,
};
pub use events::{AccountEvent, Happened, Told, events_of, merged_into, tell};
pub use gather::{Kept, copy_contact, is_empty, lock, make_account, merge, move_contact};
pub use grid::{ACCOUNTS, CONTACTS, Found, alike, look_up};
pub use record::{
    AccountRecord, ContactCard, ContactRecord, contacts_of, find, find_contact, hold, hold_contact,
};
pub use rename::{Renamed, follow};
pub use store::match_or_make;

/// A person as a store describes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// May be empty: then nobody is found by it.
    pub email: String,
    /// May be empty.
    pub first_name: String,
    /// May be empty.
    pub last_name: String,
}

/// Who a person is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The person.
    pub contact_id: i64,
    /// The account that gathers them.
    pub account_id: i64,
}

impl Person {
    /// What an account of theirs alone is called.
    #[must_use]
    pub fn account_name(&self) -> String {
        let name = format!("{} {}", self.first_name.trim(), self.last_name.trim());
        match (name.trim(), self.email.as_str()) {
            ("", "") => "N/A".to_owned(),
            ("", email) => email.to_owned(),
            (name, _) => name.to_owned(),
        }
    }
}
