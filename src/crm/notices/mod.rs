//! What is to go out by e-mail or webhook: kept until it is sent, tried again with growing waits, given up in the end.
//!
//! **Owns** `notices`. The content is sealed while it waits and forgotten once it is sent: it may hold a link that lets somebody
//! in. **Refuses** to know how anything is sent.

mod store;

use serde::{Deserialize, Serialize};

pub use store::{Due, claim, content, due, forget_before, queue, sent, went_wrong};

/// How something goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By e-mail.
    Mail,
    /// By the webhook.
    Webhook,
}

impl Way {
    /// The word in the database.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Webhook => "webhook",
        }
    }
}

/// What is to go out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The address; of a webhook its host.
    pub recipient: String,
    /// What it is about, in a line.
    pub subject: String,
    /// The text, or the JSON.
    pub content: String,
}

/// A notice is tried so often: the waits between add up to two days.
pub const MOST_TRIES: i32 = 10;
