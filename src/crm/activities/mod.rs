//! What people do about records: notes, calls and e-mails that they write down. And the timeline, which puts them between
//! everything else that happened: syncs, edits, deliveries, conflicts, orders, steps.
//!
//! **Owns** `activities`. Texts are plain, as they were typed. Who wrote something may change it or take it back, nobody else.
//! A call or an e-mail about an order or a cart takes the step of its follow-up that it stands for, in the same transaction.

mod gather;
mod store;
mod timeline;

use chrono::{DateTime, Utc};

pub use gather::{merge_accounts, move_customer};
pub use store::{Contacts, add, change, contacts, find, held_by, hold, of_record, remove};
pub use timeline::{Entry, Filter, SIZE, TimelineRow, timeline};

use crate::crm::records::Record;

/// The most characters of a text.
pub const LONGEST: usize = 10_000;
/// The most minutes of a call: a day.
pub const LONGEST_CALL: i32 = 1_440;

/// A kind of activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Something to remember.
    Note,
    /// Somebody was on the phone.
    Call,
    /// A mail went to and fro.
    Email,
}

impl Kind {
    /// All, in the order of the forms.
    pub const ALL: [Self; 3] = [Self::Note, Self::Call, Self::Email];

    /// The word in the database, in forms and addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Call => "call",
            Self::Email => "email",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// Who turned to whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// We to them.
    Outgoing,
    /// They to us.
    Incoming,
}

impl Direction {
    /// All, the usual first.
    pub const ALL: [Self; 2] = [Self::Outgoing, Self::Incoming];

    /// The word in the database and in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Outgoing => "outgoing",
            Self::Incoming => "incoming",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|direction| direction.key() == key)
    }
}

/// What is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Something to remember.
    Note {
        /// The text.
        body: String,
    },
    /// Somebody was on the phone.
    Call {
        /// Who called.
        direction: Direction,
        /// When.
        at: DateTime<Utc>,
        /// How long.
        minutes: Option<i32>,
        /// What was said; may be empty.
        body: String,
    },
    /// A mail went to and fro.
    Email {
        /// Who wrote.
        direction: Direction,
        /// When.
        at: DateTime<Utc>,
        /// What it was about.
        subject: String,
        /// What stood in it; may be empty.
        body: String,
    },
}

impl Said {
    /// Which kind it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Note { .. } => Kind::Note,
            Self::Call { .. } => Kind::Call,
            Self::Email { .. } => Kind::Email,
        }
    }
}

/// An activity.
#[derive(Debug, Clone)]
pub struct Activity {
    /// Row id.
    pub id: i64,
    /// What it is about.
    pub record: Record,
    /// What was written down.
    pub said: Said,
    /// When it was; of a note, when it was written.
    pub at: DateTime<Utc>,
    /// Who wrote it.
    pub user_id: Option<i64>,
    /// Their name.
    pub author: Option<String>,
    /// When it was last changed.
    pub edited_at: Option<DateTime<Utc>>,
}

/// The columns of an activity that tell what was written down.
struct Columns {
    kind: String,
    at: DateTime<Utc>,
    direction: Option<String>,
    minutes: Option<i32>,
    subject: String,
    body: String,
}

impl From<Columns> for Said {
    /// The table's checks allow no other words.
    fn from(row: Columns) -> Self {
        let direction = row.direction.as_deref().and_then(Direction::from_key).unwrap_or(Direction::Outgoing);
        match Kind::from_key(&row.kind) {
            Some(Kind::Call) => Self::Call { direction, at: row.at, minutes: row.minutes, body: row.body },
            Some(Kind::Email) => Self::Email { direction, at: row.at, subject: row.subject, body: row.body },
            Some(Kind::Note) | None => Self::Note { body: row.body },
        }
    }
}
