//! Accounts and contacts: who a customer is over all channels.
//!
//! **Owns** `accounts`, `contacts`. A person is found by e-mail and name in any case, or made; deleting a channel and
//! creating it again therefore doubles nobody (G18).

mod store;

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
