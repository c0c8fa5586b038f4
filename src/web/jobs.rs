//! Jobs: the list, and a job's page, live while it runs; what its store did wrong is told by [`warnings`].

mod warnings;

use askama::Template;
use askama::filters::HtmlSafe;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use chrono::Duration;

use super::access::Operator;
use super::error::PageError;
use super::grid::{Asked, Grid, Lister};
use super::live::{self, Watched};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, session, view};
use crate::base::clock;
use crate::crm::channels;
use crate::jobs::{self, ConnectorRow, ConnectorState, JobRow, LogRow, Status};
use warnings::Warning;

/// Lines of the log on the page.
const LOG_LINES: usize = 200;
/// Lines of the log that are looked through for warnings.
const LOG_READ: i64 = 2000;
/// What has a backfill, and so weighs far more than a dictionary that is read in one call.
const HEAVY: [&str; 5] = ["Customers", "Carts", "Orders", "Credit memos", "Newsletter subscribers"];

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/jobs", get(list))
        .route("/jobs/export", get(export))
        .route("/jobs/{id}", get(show))
        .route("/jobs/{id}/events", get(events))
        .route("/jobs/{id}/cancellation", post(cancel))
}

#[derive(Template)]
#[template(path = "jobs/list.html")]
struct List {
    shell: Shell,
    list: Grid,
}

async fn list(State(web): State<Web>, operator: Operator, asked: Asked) -> PageResult {
    let list = Lister::new(&web, &operator.user, asked, &jobs::LISTING).load().await?;
    let shell = Shell::load(&web, &operator.session, operator.user, "/jobs").await?;
    page::show(&List { shell, list })
}

async fn export(State(web): State<Web>, operator: Operator, asked: Asked) -> PageResult {
    Lister::new(&web, &operator.user, asked, &jobs::LISTING).csv(&operator.actor()).await
}

#[derive(Template)]
#[template(path = "jobs/show.html")]
struct Show {
    shell: Shell,
    live: Live,
}

/// The part of the page that changes while the job runs.
#[derive(Template)]
#[template(path = "jobs/live.html")]
struct Live {
    job: JobRow,
    connectors: Vec<ConnectorRow>,
    log: Vec<LogRow>,
    warnings: Vec<Warning>,
    may_manage: bool,
}

/// It is made by an escaping template.
impl HtmlSafe for Live {}

impl Watched for Live {
    async fn load(web: &Web, operator: &Operator, id: i64) -> Result<Self, PageError> {
        let job = jobs::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
        let connectors = jobs::connectors(&web.pool, id).await?;
        let mut log = jobs::log_page(&web.pool, id, LOG_READ).await?;
        let warnings = warnings::of(&log);
        log.truncate(LOG_LINES);
        let may_manage = may_manage(web, operator, &job).await?;
        Ok(Self { job, connectors, log, warnings, may_manage })
    }

    fn is_over(&self) -> bool {
        self.job.status.is_over()
    }
}

impl Live {
    fn read(&self) -> i64 {
        self.connectors.iter().map(|row| row.counts.read).sum()
    }

    fn failed(&self) -> i64 {
        self.connectors.iter().map(|row| row.counts.failed).sum()
    }

    fn conflicts(&self) -> i64 {
        self.connectors.iter().map(|row| row.counts.conflicts).sum()
    }

    fn changed(&self) -> i64 {
        self.connectors.iter().map(|row| row.counts.created + row.counts.updated).sum()
    }

    /// Per cent of the whole.
    fn percent(&self) -> i64 {
        if matches!(self.job.status, Status::Completed | Status::CompletedWithErrors) {
            return 100;
        }
        let weight = |row: &ConnectorRow| if HEAVY.contains(&row.connector.as_str()) { 40 } else { 1 };
        let whole: i64 = self.connectors.iter().map(weight).sum();
        let done: i64 = self.connectors.iter().map(|row| weight(row) * self.share(row)).sum();
        done / (10 * whole.max(1))
    }

    fn rate(&self) -> String {
        let seconds = took(&self.job).map_or(0, |span| span.num_milliseconds()).max(1);
        let rate = self.read() * 1000 / seconds;
        if rate > 0 { format!("{} /s", view::number(rate)) } else { String::new() }
    }

    fn running_for(&self) -> String {
        took(&self.job).map(view::duration).unwrap_or_default()
    }

    /// How long the backfill takes yet, as fast as it went so far.
    fn left(&self) -> Option<String> {
        let row = self.connectors.iter().find(|row| row.state == ConnectorState::Running)?;
        let share = i64::from(row.share?);
        let spent = (clock::now() - row.started_at?).num_seconds();
        if !(20..1000).contains(&share) || spent < 3 {
            return None;
        }
        let left = spent * (1000 - share) / share;
        Some(match left {
            0..=59 => "Less than a minute left".to_owned(),
            60..=3599 => format!("About {} min left", left / 60 + 1),
            _ => format!("About {} h left", left / 3600 + 1),
        })
    }

    fn answer(&self) -> String {
        match self.job.progress.answer_ms {
            0 => String::new(),
            ms => format!("{ms} ms"),
        }
    }

    fn calls(&self) -> String {
        view::number(i64::try_from(self.job.progress.requests).unwrap_or(i64::MAX))
    }

    fn loaded(&self) -> String {
        view::bytes(self.job.progress.bytes)
    }

    fn class(&self, row: &ConnectorRow) -> &'static str {
        match row.state {
            ConnectorState::Running => "on",
            ConnectorState::Completed if row.counts.failed > 0 => "warn",
            ConnectorState::Completed => "ok",
            ConnectorState::Failed => "bad",
            ConnectorState::Waiting | ConnectorState::Skipped => "",
        }
    }

    fn mark(&self, row: &ConnectorRow) -> &'static str {
        match row.state {
            ConnectorState::Running => "running",
            ConnectorState::Completed if row.counts.failed > 0 => "warning",
            ConnectorState::Completed => "done",
            ConnectorState::Failed => "failed",
            ConnectorState::Waiting | ConnectorState::Skipped => "waiting",
        }
    }

    fn words(&self, row: &ConnectorRow) -> String {
        match (row.state, &row.message) {
            (ConnectorState::Failed, _) => "stopped".to_owned(),
            (ConnectorState::Waiting, _) => "waits for its turn".to_owned(),
            (ConnectorState::Skipped, None) if self.broke_off() => "not reached".to_owned(),
            (ConnectorState::Skipped, None) => "not needed".to_owned(),
            (_, Some(message)) => message.clone(),
            (_, None) => String::new(),
        }
    }

    fn percent_of(&self, row: &ConnectorRow) -> i64 {
        self.share(row) / 10
    }

    /// How much of a connector is done, of 1000.
    fn share(&self, row: &ConnectorRow) -> i64 {
        match row.state {
            ConnectorState::Waiting => 0,
            ConnectorState::Skipped if self.broke_off() => 0,
            ConnectorState::Running | ConnectorState::Failed => i64::from(row.share.unwrap_or(0)),
            ConnectorState::Completed | ConnectorState::Skipped => 1000,
        }
    }

    /// Did the job end before its work was done?
    fn broke_off(&self) -> bool {
        matches!(self.job.status, Status::Failed | Status::Cancelled)
    }

    fn level(&self, line: &LogRow) -> &'static str {
        match line.level.as_str() {
            "warning" => "warn",
            "error" => "bad",
            _ => "",
        }
    }

    fn by(&self) -> String {
        self.job
            .requested_by
            .as_ref()
            .map_or_else(|| "Started by the schedule".to_owned(), |name| format!("Started by {name}"))
    }
}

fn took(job: &JobRow) -> Option<Duration> {
    Some(job.finished_at.unwrap_or_else(clock::now) - job.started_at?)
}

async fn show(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let live = Live::load(&web, &operator, id).await?;
    let shell = Shell::load(&web, &operator.session, operator.user, "/jobs").await?;
    page::show(&Show { shell, live })
}

/// `GET /jobs/{id}/events`: the live part, again whenever it has changed, until the job is over.
async fn events(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    Live::load(&web, &operator, id).await?;
    Ok(live::events::<Live>(web, operator, id))
}

async fn cancel(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let job = jobs::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    if !may_manage(&web, &operator, &job).await? {
        return Err(PageError::Forbidden);
    }
    let mut db = web.pool.acquire().await?;
    let asked = jobs::cancel(&mut db, id, operator.user.id).await?;
    let note = if asked {
        "The job is being cancelled. What was committed stays."
    } else {
        "The job was over already."
    };
    session::flash(&operator.session, note, None).await?;
    page::see(&format!("/jobs/{id}"))
}

async fn may_manage(web: &Web, operator: &Operator, job: &JobRow) -> Result<bool, PageError> {
    let owner = match job.integration_id {
        Some(id) => channels::find_integration(&web.pool, id).await?.map(|it| it.settings.owner_id),
        None => None,
    };
    Ok(operator.user.may_manage(owner))
}
