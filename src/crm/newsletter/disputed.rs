//! Subscriptions that both sides changed, or that a store does not take, as the inbox lists them.

use chrono::{DateTime, Utc};

use super::{State, Status};
use crate::base::listing::{Choice, Column, Filter, Kind, Listing, Meaning, SortKind, Test};
use crate::crm::merge;

/// What waits comes before what is decided, the newest first.
pub static DISPUTED: Listing = Listing {
    name: "subscription-conflicts",
    title: "Subscriptions",
    one: "subscription",
    many: "subscriptions",
    at: "/conflicts/subscriptions",
    select: "k.id, k.subscriber_id, coalesce(k.customer_id, s.customer_id) as customer_id,
        coalesce(s.email, p.email, '') as email, k.base_status, k.to_status, k.there_status, k.state, k.rule, k.message,
        u.name as user_name, c.name as channel, k.at",
    table: "(select * from subscription_changes where state = 'rejected' or rule is not null)",
    joins: "join channels c on c.id = k.channel_id left join newsletter_subscribers s on s.id = k.subscriber_id
        left join customers p on p.id = k.customer_id left join users u on u.id = k.user_id",
    columns: &[
        Column::own("email", "Email"),
        Column::own("base", "Base"),
        Column::own("local", "Local"),
        Column::own("remote", "Remote"),
        Column::own("state", "Chosen").sorted_as(
            SortKind::Text,
            "(case when k.state = 'rejected' then 'waiting' else 'decided' end)",
            true,
        ),
        Column::own("rule", "Rule").tested(Test::Word("k.rule")),
        Column::own("by", "Changed by"),
        Column::own("channel", "Channel").tested(Test::is("k.channel_id")),
        Column::own("date", "Date").sorted_time("k.at"),
    ],
    filters: &[Filter {
        key: "state",
        word: "State",
        test: Test::OneOf(&[
            Choice("waiting", "Waiting", "k.state = 'rejected'"),
            Choice("decided", "Decided", "k.state <> 'rejected'"),
            Choice("all", "All", "true"),
        ]),
        usual: "",
    }],
    sort: "state",
    file: &[
        Column::text("email", "Email", "coalesce(s.email, p.email)"),
        Column::of(Kind::State("''", status), "base", "Base", "k.base_status::text"),
        Column::of(Kind::State("''", status), "local", "Local", "k.to_status::text"),
        Column::of(Kind::State("''", status), "remote", "Remote", "k.there_status::text"),
        Column::text(
            "state",
            "Chosen",
            "case when k.state = 'rejected' then 'Waiting' when k.rule = 'local' then 'Local' else 'Remote' end",
        ),
        Column::of(Kind::State("''", rule), "rule", "Rule", "coalesce(k.rule, '')"),
        Column::text("message", "Why it waits", "k.message"),
        Column::text("by", "Changed by", "u.name"),
        Column::text("channel", "Channel", "c.name"),
        Column::of(Kind::Clock, "date", "Date", "k.at"),
    ],
    ..Listing::EMPTY
};

/// A status in words, for a file.
fn status(number: &str, _: &str) -> (String, Meaning) {
    let status = number.parse().ok().and_then(Status::from_number);
    (status.map_or_else(String::new, |status| status.word().to_owned()), Meaning::Neutral)
}

/// What decides, in words, for a file.
fn rule(key: &str, _: &str) -> (String, Meaning) {
    let word = match key {
        "" => "Refused by the store",
        key => merge::rule(key),
    };
    (word.to_owned(), Meaning::Neutral)
}

/// A subscription that was changed here, and what became of it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DisputedRow {
    /// The change's row id.
    pub id: i64,
    /// The subscriber; `None` = one was to be made.
    pub subscriber_id: Option<i64>,
    /// The customer who is meant.
    pub customer_id: Option<i64>,
    /// Their address.
    pub email: String,
    base_status: i16,
    to_status: i16,
    there_status: Option<i16>,
    state: String,
    /// What decided; `None` = the store refused it.
    pub rule: Option<String>,
    /// Why it waits.
    pub message: Option<String>,
    /// Who changed it here.
    pub user_name: Option<String>,
    /// The channel's name.
    pub channel: String,
    /// When it was changed.
    pub at: DateTime<Utc>,
}

impl DisputedRow {
    /// What both sides had.
    #[must_use]
    pub fn base(&self) -> Option<Status> {
        Status::from_number(self.base_status)
    }

    /// What the store was to have.
    #[must_use]
    pub fn local(&self) -> Option<Status> {
        Status::from_number(self.to_status)
    }

    /// What the store had.
    #[must_use]
    pub fn remote(&self) -> Option<Status> {
        Status::from_number(self.there_status?)
    }

    /// It waits for a person.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.state == State::Rejected.key()
    }

    /// Its own page, or the customer's.
    #[must_use]
    pub fn page(&self) -> String {
        match (self.subscriber_id, self.customer_id) {
            (Some(id), _) => format!("/newsletter-subscribers/{id}"),
            (None, Some(id)) => format!("/customers/{id}"),
            (None, None) => "/newsletter-subscribers".to_owned(),
        }
    }
}
