//! The part of a job's page that changes while it runs: how far it is, its connectors, its warnings, its last lines.

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::Duration;

use super::super::access::Operator;
use super::super::error::PageError;
use super::super::live::Watched;
use super::super::{Web, view};
use super::deeds;
use super::warnings::{self, Warning};
use crate::base::clock;
use crate::jobs::{self, ConnectorRow, ConnectorState, JobRow, LogRow, Status};
use crate::sync::clearing;

/// Lines of the log on the page.
const LOG_LINES: i64 = 200;
/// Lines of the log that are looked through for warnings.
const LOUD_READ: i64 = 2000;

/// The part.
#[derive(Template)]
#[template(path = "jobs/live.html")]
pub(super) struct Live {
    pub(super) job: JobRow,
    /// Per cent of the whole that is done.
    percent: i64,
    connectors: Vec<ConnectorRow>,
    log: Vec<LogRow>,
    warnings: Vec<Warning>,
    pub(super) may_manage: bool,
    /// It waits or runs, and no process has been heard of.
    nobody_works: bool,
}

/// It is made by an escaping template.
impl HtmlSafe for Live {}

impl Watched for Live {
    async fn load(web: &Web, operator: &Operator, id: i64) -> Result<Self, PageError> {
        let job = super::find(web, id).await?;
        let percent = jobs::percent(&web.pool, &job).await?;
        let connectors = jobs::connectors(&web.pool, id).await?;
        let log = jobs::log_page(&web.pool, id, LOG_LINES).await?;
        let warnings = warnings::of(&jobs::loud_lines(&web.pool, id, LOUD_READ).await?);
        let may_manage = super::may_manage(web, &operator.user, &job).await?;
        let nobody_works = !job.status.is_over() && jobs::nobody_works(&web.pool).await?;
        Ok(Self { job, percent, connectors, log, warnings, may_manage, nobody_works })
    }

    fn is_over(&self) -> bool {
        self.job.status.is_over()
    }
}

impl Live {
    /// May it be asked for once more?
    fn runs_again(&self) -> bool {
        self.is_over() && self.may_manage && deeds::can_run_again(&self.job)
    }

    /// There are more lines than these.
    fn has_more_lines(&self) -> bool {
        i64::try_from(self.log.len()).is_ok_and(|lines| lines >= LOG_LINES)
    }

    /// It deletes, and asks no store.
    fn deletes(&self) -> bool {
        self.job.kind == clearing::KIND
    }

    fn removed(&self) -> i64 {
        self.connectors.iter().map(|row| row.counts.removed).sum()
    }

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
