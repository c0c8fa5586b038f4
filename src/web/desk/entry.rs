//! An entry of a timeline, as it is read: an icon, what happened, the words, and what can be done about it.

use chrono::{DateTime, Utc};

use super::super::{customers, money, view};
use crate::crm::activities::{Direction, Entry, Said, TimelineRow};
use crate::crm::newsletter;
use crate::crm::records::{Record, RecordKind};
use crate::crm::users::User;

/// An entry of a timeline.
pub(super) struct Line {
    pub(super) at: DateTime<Utc>,
    pub(super) icon: &'static str,
    /// How grave it is: a class, or nothing.
    pub(super) tone: &'static str,
    pub(super) title: String,
    /// The record that it happened to, where that is not the page's own: what it is called, and its address.
    pub(super) whose: Option<(String, String)>,
    /// What people wrote, with its line breaks.
    pub(super) body: String,
    /// What is to be said beside it.
    pub(super) details: Vec<String>,
    pub(super) edited_at: Option<DateTime<Utc>>,
    /// The job in which it happened.
    pub(super) job: Option<i64>,
    /// The activity, where the visitor wrote it.
    pub(super) own: Option<i64>,
}

impl Line {
    /// The entry on the page of `record`, as this user sees it.
    pub(super) fn of(row: TimelineRow, record: Record, user: &User) -> Self {
        let by = row.user.as_ref().map(|(_, name)| name.clone());
        let mut line = Self {
            at: row.at,
            icon: "note",
            tone: "",
            title: String::new(),
            whose: (row.record != record).then(|| (called(row.record, &row.number), row.record.path())),
            body: String::new(),
            details: Vec::new(),
            edited_at: None,
            job: None,
            own: None,
        };
        match row.entry {
            Entry::Said { id, said, edited_at } => {
                let is_own = row.user.is_some_and(|(author, _)| author == user.id) && user.may_edit();
                line.own = is_own.then_some(id);
                line.edited_at = edited_at;
                line.said(said, by.as_deref());
            }
            Entry::Step { from, to, feedback, notes } => {
                let word =
                    |step: Option<crate::crm::steps::Step>| step.map_or("?", crate::crm::steps::Step::word);
                (line.icon, line.tone) = ("next", "on");
                line.title = with(&format!("{} → {}", word(from), word(to)), by.as_deref());
                line.body = [feedback, notes]
                    .into_iter()
                    .filter(|text| !text.is_empty())
                    .collect::<Vec<_>>()
                    .join("\n\n");
            }
            Entry::Placed { amount, currency } => {
                (line.icon, line.tone) = ("order", "ok");
                line.title = "Order placed".to_owned();
                line.details.push(money::money(&amount, &currency));
            }
            Entry::Subscription { from, to, state } => {
                let word = |status: Option<newsletter::Status>| {
                    status.map_or("Not a subscriber", newsletter::Status::word)
                };
                (line.icon, line.tone) = ("mail", "info");
                line.title = with(&format!("{} → {}", word(from), word(to)), by.as_deref());
                line.details.push(format!("Newsletter: {state}"));
            }
            Entry::History(history) => {
                let (word, tone) = customers::timeline::what(&history);
                line.icon = customers::timeline::icon(&history);
                line.tone = tone;
                line.title = with(word, by.as_deref());
                line.details = customers::timeline::details(&history);
                line.job = history.job_id;
            }
        }
        line
    }

    fn said(&mut self, said: Said, by: Option<&str>) {
        let by = by.unwrap_or("somebody");
        match said {
            Said::Note { body } => {
                self.title = format!("Note added by {by}");
                self.body = body;
            }
            Said::Call { direction, minutes, body, .. } => {
                (self.icon, self.tone) = ("phone", "info");
                let way = if direction == Direction::Outgoing { "Call made" } else { "Call received" };
                self.title = format!("{way}, logged by {by}");
                self.body = body;
                self.details.extend(minutes.map(|minutes| match minutes {
                    1 => "1 minute".to_owned(),
                    n => format!("{} minutes", view::number(i64::from(n))),
                }));
            }
            Said::Email { direction, subject, body, .. } => {
                (self.icon, self.tone) = ("mail", "info");
                let way = if direction == Direction::Outgoing { "E-mail sent" } else { "E-mail received" };
                self.title = format!("{way}, logged by {by}");
                self.details.push(subject);
                self.body = body;
            }
        }
    }
}

fn with(what: &str, by: Option<&str>) -> String {
    by.map_or_else(|| what.to_owned(), |by| format!("{what} by {by}"))
}

fn called(record: Record, number: &str) -> String {
    match record.kind {
        RecordKind::Customer | RecordKind::Contact | RecordKind::Subscriber if !number.is_empty() => {
            number.to_owned()
        }
        kind => format!("{} {number}", kind.word()),
    }
}
