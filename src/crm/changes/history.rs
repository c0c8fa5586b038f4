//! Everything that happened to a customer: loaded, edited here, sent, refused, discarded, disputed.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::base::listing::{Column, Listing, Test};
use crate::crm::merge::{Side, Unit};

/// What happened to a customer, the newest first.
pub static HISTORY: Listing = Listing {
    name: "history",
    title: "History",
    select: "k.at, k.kind, k.address_id, k.unit,
        shown_value(p.channel_id, k.unit, k.before) as before, shown_value(p.channel_id, k.unit, k.after) as after, k.words, k.chosen, k.job_id, u.name as user_name",
    table: "customer_history",
    joins: "join customers p on p.id = k.customer_id left join users u on u.id = k.user_id",
    id: "k.nr",
    columns: &[
        Column::own("date", "Date").sorted_time("k.at"),
        Column::own("what", "What"),
        Column::own("details", "Details"),
        Column::own("by", "By"),
    ],
    scopes: &[("customer", Test::is("k.customer_id"))],
    sort: "date",
    ..Listing::EMPTY
};

/// Something that happened.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct HistoryRow {
    /// When.
    pub at: DateTime<Utc>,
    pub(in crate::crm) kind: String,
    /// `None` = of the customer themselves.
    pub address_id: Option<i64>,
    pub(in crate::crm) unit: Option<String>,
    pub(in crate::crm) before: Option<Value>,
    pub(in crate::crm) after: Option<Value>,
    pub(in crate::crm) words: Option<String>,
    pub(in crate::crm) chosen: Option<String>,
    /// The job in which it happened.
    pub job_id: Option<i64>,
    /// Who did it; `None` = nobody of ours.
    pub user_name: Option<String>,
}

/// What kind of thing happened, with what belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Loaded for the first time.
    Imported,
    /// Last changed by a sync.
    Synced,
    /// Found to be gone in the store.
    Removed,
    /// Made here: the store is to create it.
    Made,
    /// The store did not create it.
    NotCreated {
        /// Its words.
        why: String,
    },
    /// Edited here.
    Edited {
        /// What it was.
        from: Value,
        /// What it became.
        to: Value,
    },
    /// An edit counts no more.
    Discarded {
        /// The value that was wanted.
        value: Value,
        /// Why.
        why: String,
    },
    /// Sent to a store.
    Sent {
        /// The store's host.
        store: String,
        /// What was sent.
        value: Value,
        /// What it answered.
        answer: Answered,
    },
    /// Sent again and again, and never seen there.
    Rejected {
        /// What was sent.
        value: Value,
        /// What is wrong.
        why: String,
    },
    /// Both sides changed it, or the store no longer has the record.
    Conflict {
        /// What the CRM had.
        local: Value,
        /// What the store had.
        remote: Value,
        /// Whose value was taken.
        chosen: Option<Side>,
        /// What decided, as the database says it.
        rule: String,
        /// It waits for a person.
        waits: bool,
    },
}

/// What a store answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Answered {
    /// Nothing, up to now.
    NotYet,
    /// It took the value over.
    Accepted,
    /// It refused it, with these words.
    Refused(String),
    /// No answer came, for this reason.
    Lost(String),
}

impl HistoryRow {
    /// What was edited, sent or disputed; `None` = the whole record.
    #[must_use]
    pub fn unit(&self) -> Option<Unit> {
        self.unit.as_deref().and_then(Unit::from_key)
    }

    /// What happened.
    #[must_use]
    pub fn event(&self) -> Event {
        let (before, after) =
            (self.before.clone().unwrap_or_default(), self.after.clone().unwrap_or_default());
        let words = self.words.clone().unwrap_or_default();
        let sent = |answer| Event::Sent {
            store: self.before.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned(),
            value: self.after.clone().unwrap_or_default(),
            answer,
        };
        match self.kind.as_str() {
            "synced" => Event::Synced,
            "removed" => Event::Removed,
            "made" => Event::Made,
            "not created" => Event::NotCreated { why: words },
            "edited" => Event::Edited { from: before, to: after },
            "discarded" => Event::Discarded { value: after, why: words },
            "rejected" => Event::Rejected { value: after, why: words },
            "sent" => sent(Answered::NotYet),
            "accepted" => sent(Answered::Accepted),
            "refused" => sent(Answered::Refused(words)),
            "unanswered" => sent(Answered::Lost(words)),
            "conflict" | "decided" => Event::Conflict {
                local: before,
                remote: after,
                chosen: self.chosen.as_deref().and_then(Side::from_key),
                rule: words,
                waits: self.kind == "conflict",
            },
            _ => Event::Imported,
        }
    }
}
