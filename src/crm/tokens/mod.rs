//! Tokens of the REST API: a program shows one and works as the user who made it, no further than its scopes reach.
//!
//! **Owns** `api_tokens`, `api_calls`. **Refuses** to tell a token twice: only its hash is kept. A token of somebody who is
//! disabled opens nothing, because whoever asks looks the user up anew.

mod rate;
mod store;

use chrono::{DateTime, TimeDelta, Utc};

pub use rate::{count_call, count_failure, forget_calls};
pub use store::{OpenToken, Token, issue, of_user, open, revoke};

/// What a token lets its holder do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// See what the user may see.
    Read,
    /// Change what the user may change.
    Write,
}

impl Scope {
    /// All, the smaller first.
    pub const ALL: [Self; 2] = [Self::Read, Self::Write];

    /// The word in the database and in the API.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.key() == key)
    }
}

/// How long a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// So many days.
    Days(i64),
    /// Until somebody revokes it.
    Unlimited,
}

impl Lifetime {
    /// What is offered, with its words; the first goes without saying.
    pub const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Days(90), "90", "90 days"),
        (Self::Days(7), "7", "7 days"),
        (Self::Days(30), "30", "30 days"),
        (Self::Days(365), "365", "One year"),
        (Self::Unlimited, "unlimited", "Until it is revoked"),
    ];

    /// Reads the word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known, _)| *known == key).map(|(lifetime, ..)| lifetime)
    }

    /// When a token ends that is made now.
    #[must_use]
    pub fn end(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Days(days) => Some(now + TimeDelta::days(days)),
            Self::Unlimited => None,
        }
    }
}

/// A token as it was asked for.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What people call it.
    pub name: String,
    /// What it lets its holder do.
    pub scopes: Vec<Scope>,
    /// When it ends; `None` = when it is revoked.
    pub expires_at: Option<DateTime<Utc>>,
}
