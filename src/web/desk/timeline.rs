//! The timeline of a record: its newest entries on the record's own page, with the forms that add to it; all of them, filtered and
//! paged, on a page of their own.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::Extension;
use axum::extract::{Path, State};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::form::{Errors, Field, Kind as FieldKind, Posted};
use super::super::grid::Asked;
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, view};
use super::entry::Line;
use super::{find, said};
use crate::base::keyset::Cursor;
use crate::crm::activities::{self, Filter, Kind, SIZE, TimelineRow};
use crate::crm::records::{Record, RecordKind};
use crate::crm::users::User;

/// Entries on the record's own page.
const A_FEW: i64 = 12;

/// Kinds of entries as they are filtered: word in the address, word on the page, the database's words.
const TYPES: [(&str, &str, &[&str]); 9] = [
    ("notes", "Notes", &["note"]),
    ("calls", "Calls", &["call"]),
    ("emails", "E-mails", &["email"]),
    ("steps", "Steps", &["step"]),
    ("orders", "Orders placed", &["placed"]),
    ("edits", "Edits", &["edited", "discarded", "made", "subscription"]),
    (
        "deliveries",
        "Sent to Magento",
        &["sent", "accepted", "refused", "unanswered", "rejected", "not created"],
    ),
    ("conflicts", "Conflicts", &["conflict", "decided"]),
    ("syncs", "Syncs", &["imported", "synced", "removed"]),
];

/// The section of a record's page.
#[derive(Template)]
#[template(path = "desk/timeline.html")]
pub(in crate::web) struct TimelinePart {
    record: Record,
    lines: Vec<Line>,
    more: bool,
    /// For whoever may write.
    forms: Vec<WriteForm>,
}

impl HtmlSafe for TimelinePart {}

/// A form that writes something down.
struct WriteForm {
    kind: Kind,
    id: &'static str,
    icon: &'static str,
    heading: &'static str,
    fields: Vec<Field>,
}

impl TimelinePart {
    pub(super) async fn load(web: &Web, user: &User, record: Record) -> Result<Self, PageError> {
        let found = activities::timeline(&web.pool, record, &Filter::default(), None, A_FEW).await?;
        let more = found.next.is_some();
        Ok(Self { record, lines: lines(found.rows, record, user), more, forms: forms(user) })
    }
}

fn lines(rows: Vec<TimelineRow>, record: Record, user: &User) -> Vec<Line> {
    rows.into_iter().map(|row| Line::of(row, record, user)).collect()
}

fn forms(user: &User) -> Vec<WriteForm> {
    if !user.may_edit() {
        return Vec::new();
    }
    let form = |kind| {
        let (id, icon) = match kind {
            Kind::Note => ("add-note", "note"),
            Kind::Call => ("log-call", "phone"),
            Kind::Email => ("log-email", "mail"),
        };
        let fields = said::fields(kind, &Posted::default(), &Errors::default());
        WriteForm { kind, id, icon, heading: said::heading(kind), fields }
    };
    Kind::ALL.map(form).into()
}

/// The whole timeline.
#[derive(Template)]
#[template(path = "desk/timeline_page.html")]
struct Page {
    shell: Shell,
    record: Record,
    name: String,
    filters: Vec<Field>,
    filtered: bool,
    problems: Vec<String>,
    lines: Vec<Line>,
    newer: Option<String>,
    older: Option<String>,
}

/// `GET /{records}/{id}/activities`
pub(super) async fn show(
    State(web): State<Web>,
    who: SignedIn,
    Extension(kind): Extension<RecordKind>,
    Path(id): Path<i64>,
    asked: Asked,
) -> PageResult {
    let record = Record::new(kind, id);
    let head = find(&web, record).await?;
    let mut problems = Vec::new();
    let filter = filter(&asked, &mut problems);
    let filtered = filter.kinds.is_some() || filter.since.is_some() || filter.until.is_some();
    let found = activities::timeline(&web.pool, record, &filter, asked.from().as_ref(), SIZE).await?;
    let turn = |cursor: Option<Cursor>| Some(asked.with(&[("from", &cursor?.to_text())]));
    let (newer, older) = (turn(found.previous), turn(found.next));
    let lines = lines(found.rows, record, &who.user);
    let shell = Shell::load(&web, &who.session, who.user, super::here(kind)).await?;
    let name = head.name;
    page::show(&Page {
        shell,
        record,
        name,
        filters: fields(&asked),
        filtered,
        problems,
        lines,
        newer,
        older,
    })
}

/// What is asked for, as far as it can be understood; the rest is told and filters nothing.
fn filter(asked: &Asked, problems: &mut Vec<String>) -> Filter {
    let wanted = asked.get("type");
    let kinds = TYPES.iter().find(|(key, ..)| *key == wanted).map(|(.., kinds)| *kinds);
    if kinds.is_none() && !wanted.is_empty() {
        problems.push(format!("Activity Type: there is no “{wanted}”. All are shown instead."));
    }
    let mut day = |name: &str, label: &str, later: u64| {
        let text = asked.get(name);
        let at = midnight(&text, later);
        if at.is_none() && !text.is_empty() {
            problems.push(format!("{label}: “{text}” is no date. Use 2026-05-12."));
        }
        at
    };
    let (since, until) = (day("since", "From", 0), day("until", "To", 1));
    if since.zip(until).is_some_and(|(since, until)| since >= until) {
        problems.push("From is after To: nothing can be between them.".to_owned());
    }
    let kinds = kinds.map(|kinds| kinds.iter().map(|kind| (*kind).to_owned()).collect());
    Filter { kinds, since, until }
}

/// The beginning of a day that Postgres can keep, so many days later.
fn midnight(text: &str, later: u64) -> Option<DateTime<Utc>> {
    let day = text.parse::<NaiveDate>().ok()?.checked_add_days(Days::new(later))?;
    let sound = (1..=9998).contains(&chrono::Datelike::year(&day));
    sound.then(|| day.and_time(NaiveTime::MIN).and_utc())
}

fn fields(asked: &Asked) -> Vec<Field> {
    let all = [(String::new(), "All".to_owned())];
    let types = TYPES.iter().map(|(key, word, _)| ((*key).to_owned(), (*word).to_owned()));
    let choice = FieldKind::Choice(all.into_iter().chain(types).collect());
    let day = |name, label| Field::new(name, label, FieldKind::Line("date"), asked.get(name));
    vec![
        Field::new("type", "Activity Type", choice, asked.get("type")),
        day("since", "From"),
        day("until", "To"),
    ]
}
