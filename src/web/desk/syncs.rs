//! Sync Data: the button, and what came of it the last time. While it is on its way, a script looks again; without it, a link does.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse};
use chrono::{DateTime, TimeDelta, Utc};

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::grid::Asked;
use super::super::page::{self, PageResult};
use super::super::{Web, view};
use super::{Editing, find, integration_of, refused};
use crate::base::clock;
use crate::crm::channels::Integration;
use crate::crm::records::{Record, RecordKind};
use crate::crm::users::User;
use crate::sync::records::{self, RecordSync};

/// So long the one who asked is told that it went well.
const GOOD_NEWS: TimeDelta = TimeDelta::minutes(1);
/// So long everybody is told that it did not.
const BAD_NEWS: TimeDelta = TimeDelta::days(1);

const NO_STORE: &str = "This channel has no integration, so there is no store to ask.";
const INACTIVE: &str =
    "The channel is inactive: its store is asked nothing until the channel is active again.";

/// The kinds that can be read one by one.
pub(super) fn can_be_read(kind: RecordKind) -> bool {
    matches!(kind, RecordKind::Customer | RecordKind::Order | RecordKind::Cart)
}

/// The button.
#[derive(Template)]
#[template(
    source = r#"<form method="post" action="{{ record.path() }}/syncs"><button class="btn" type="submit">{{ view::icon("sync") }}Sync Data</button></form>"#,
    ext = "html"
)]
pub(super) struct SyncButton {
    record: Record,
}

/// What came of it.
#[derive(Template)]
#[template(path = "desk/sync.html")]
pub(in crate::web) struct SyncNote {
    record: Record,
    news: News,
    /// The job, for whoever may see jobs.
    job: Option<i64>,
}

impl HtmlSafe for SyncButton {}
impl HtmlSafe for SyncNote {}

/// How it stands.
enum News {
    /// Nothing to tell.
    None,
    /// It waits for the sync that runs.
    Behind,
    /// It waits for a worker.
    Queued,
    /// The store is being asked.
    Running,
    /// Both sides agree.
    Done,
    /// They do not, for this reason.
    Failed(String, DateTime<Utc>),
}

/// Button and note of a record.
pub(super) async fn load(
    web: &Web,
    user: &User,
    record: Record,
    integration: Option<&Integration>,
) -> Result<(Option<SyncButton>, SyncNote), PageError> {
    let offered = can_be_read(record.kind) && user.may_edit() && integration.is_some();
    let last = if can_be_read(record.kind) { records::last(&web.pool, record).await? } else { None };
    Ok((offered.then_some(SyncButton { record }), SyncNote::of(record, user, last)))
}

impl SyncNote {
    fn of(record: Record, user: &User, last: Option<RecordSync>) -> Self {
        let Some(last) = last else { return Self { record, news: News::None, job: None } };
        let job = last.job_id.filter(|_| user.may_see_system());
        Self { record, news: News::of(&last, user, clock::now()), job }
    }

    fn is_on_its_way(&self) -> bool {
        matches!(self.news, News::Behind | News::Queued | News::Running)
    }

    fn words(&self) -> &'static str {
        match self.news {
            News::Behind => "Sync Data waits for the sync that runs at present, and begins after it.",
            News::Queued => "Sync Data is queued and begins in a moment.",
            News::Running => "The store is being asked for this record.",
            News::Done => "Data successfully synchronized.",
            News::None | News::Failed(..) => "",
        }
    }

    fn trouble(&self) -> Option<(&str, &DateTime<Utc>)> {
        match &self.news {
            News::Failed(why, at) => Some((why, at)),
            _ => None,
        }
    }

    fn not_agreed(&self) -> &'static str {
        if self.record.kind == RecordKind::Cart {
            "Cart data is not up to date"
        } else {
            "The data could not be synchronized"
        }
    }
}

impl News {
    fn of(last: &RecordSync, user: &User, now: DateTime<Utc>) -> Self {
        match (last.finished_at, &last.trouble) {
            (None, _) if last.begun => Self::Running,
            (None, _) if last.behind => Self::Behind,
            (None, _) => Self::Queued,
            (Some(at), Some(why)) if now - at < BAD_NEWS => Self::Failed(why.clone(), at),
            (Some(at), None) if now - at < GOOD_NEWS && last.asked_by == Some(user.id) => Self::Done,
            _ => Self::None,
        }
    }
}

/// `POST /{records}/{id}/syncs`
pub(super) async fn ask(State(web): State<Web>, Editing { who, record, head }: Editing) -> PageResult {
    let Some(it) = integration_of(&web, &head).await? else { return refused(&who, NO_STORE, record).await };
    if !it.active {
        return refused(&who, INACTIVE, record).await;
    }
    let mut tx = web.pool.begin().await?;
    records::ask(&mut tx, &it, record, &head.name, who.user.id).await?;
    tx.commit().await?;
    page::see(&record.path())
}

/// `GET /{records}/{id}/syncs`: how it stands, for a script that asks again and again; a person is led to the record.
pub(super) async fn part(
    State(web): State<Web>,
    who: SignedIn,
    Extension(kind): Extension<RecordKind>,
    Path(id): Path<i64>,
    asked: Asked,
) -> PageResult {
    let record = Record::new(kind, id);
    if asked.get("part").is_empty() {
        return page::see(&record.path());
    }
    find(&web, record).await?;
    let note = SyncNote::of(record, &who.user, records::last(&web.pool, record).await?);
    Ok(Html(note.render()?).into_response())
}
