//! The list of what a webhook was sent.

use chrono::{DateTime, Utc};

use crate::base::listing::{Choice, Column, Listing, Meaning, Test};

/// Deliveries, the newest first.
pub static DELIVERIES: Listing = Listing {
    name: "webhook-deliveries",
    title: "Deliveries",
    one: "delivery",
    many: "deliveries",
    table: "webhook_deliveries",
    select: "k.id, k.subject, k.attempts, k.created_at, k.next_try_at, k.sent_at, k.given_up_at, k.error",
    columns: &[
        Column::own("number", "Number").sorted_number("k.id"),
        Column::own("events", "Events").tested(Test::text("k.subject")),
        Column::own("status", "Status").tested(Test::OneOf(&[
            Choice("sent", "Sent", "k.sent_at is not null"),
            Choice("waiting", "Waiting", "k.sent_at is null and k.given_up_at is null and k.attempts = 0"),
            Choice(
                "failing",
                "Tried again later",
                "k.sent_at is null and k.given_up_at is null and k.attempts > 0",
            ),
            Choice("given-up", "Given up", "k.given_up_at is not null"),
        ])),
        Column::own("attempts", "Attempts").look("num"),
        Column::own("created-at", "Created At")
            .sorted_time("k.created_at")
            .tested(Test::Time("k.created_at")),
    ],
    scopes: &[("webhook", Test::is("k.webhook_id"))],
    sort: "number",
    ..Listing::EMPTY
};

/// A delivery as the log shows it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DeliveryRow {
    /// Row id; receivers know it by this.
    pub id: i64,
    /// What it tells of.
    pub subject: String,
    /// How often it was tried.
    pub attempts: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it is tried next.
    pub next_try_at: DateTime<Utc>,
    /// When it was taken.
    pub sent_at: Option<DateTime<Utc>>,
    /// Since when it is tried no more.
    pub given_up_at: Option<DateTime<Utc>>,
    /// What went wrong last.
    pub error: Option<String>,
}

impl DeliveryRow {
    /// How it stands.
    #[must_use]
    pub fn state(&self) -> (&'static str, Meaning) {
        match (self.sent_at, self.given_up_at, self.attempts) {
            (Some(_), ..) => ("Sent", Meaning::Good),
            (_, Some(_), _) => ("Given up", Meaning::Bad),
            (_, _, 0) => ("Waiting", Meaning::Underway),
            _ => ("Tried again later", Meaning::Warning),
        }
    }

    /// It is tried by itself.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.sent_at.is_none() && self.given_up_at.is_none()
    }
}
