//! The page of an integration: its settings in words, its jobs, what failed and what waits.

use askama::Template;
use axum::extract::{Path, State};

use super::super::access::Operator;
use super::super::chart::{self, Chart};
use super::super::grid::Few;
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, channels, view};
use super::{find, form, quiet, rules, statuses};
use crate::base::listing::Meaning;
use crate::crm::changes::{self, Standing};
use crate::crm::channels::{self as crm, Integration};
use crate::jobs::{self, JobRow, LastWord, Status};
use crate::sync;
use crate::sync::failed::{self, FailedFilter, FailedRecord};
use crate::sync::preview::{self, Preview};

/// Requests that a sync may spend on looking for carts without the bridge, where nothing else is set.
const CART_BUDGET: i32 = 20;
/// Runs that the chart shows.
const RUNS: i64 = 30;

#[derive(Template)]
#[template(path = "integrations/show.html")]
struct Show {
    shell: Shell,
    it: Integration,
    may_manage: bool,
    jobs: Vec<JobRow>,
    failed: Vec<FailedRecord>,
    failed_in_all: i64,
    standing: Standing,
    default_interval: i32,
    preview: Option<Preview>,
    /// The last word of each connector.
    statuses: Vec<LastWord>,
    /// Other channels that its customers come in by, too, in words.
    twice: String,
    /// The last sync, where it failed, with why.
    trouble: Option<(i64, String)>,
    /// How it is, by its health's word.
    health: (String, Meaning),
    runs: Chart,
}

impl Show {
    fn health_class(&self) -> &'static str {
        view::class(self.health.1)
    }

    fn state_of(&self, status: &LastWord) -> (String, &'static str) {
        let (word, meaning) = sync::connector_state(status.state.key(), "");
        (word, view::class(meaning))
    }

    fn quiet(&self) -> String {
        self.it.settings.quiet.as_ref().map(quiet::words).unwrap_or_default()
    }

    /// When the schedule goes on, in words where it is no time.
    fn rests(&self) -> Option<&'static str> {
        match &self.it {
            it if it.paused_at.is_some() || it.paused_why.is_some() => Some("paused"),
            it if it.quiet_now => Some("after the quiet hours"),
            it if it.clearing => Some("when its earlier records are deleted"),
            _ => None,
        }
    }

    /// The fields with a rule of their own.
    fn rules(&self) -> Vec<(String, &'static str)> {
        rules::in_words(&self.it.settings.field_rules)
    }

    fn has_open_preview(&self) -> bool {
        self.preview.as_ref().is_some_and(Preview::is_open)
    }

    fn interval(&self) -> String {
        match self.it.settings.interval_seconds {
            Some(0) => "Only by hand".to_owned(),
            own => format!("Every {}", form::seconds(own.unwrap_or(self.default_interval))),
        }
    }

    fn website(&self) -> String {
        self.it.store.website_name(self.it.settings.website_id)
    }

    /// The first of the addresses that people share, and how many more there are.
    fn shared_addresses(&self) -> String {
        let all = &self.it.settings.split_by_name;
        let first = all.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
        match all.len() {
            0..=3 => first,
            n => format!("{first} and {} more", n - 3),
        }
    }

    fn cart_budget(&self) -> String {
        match self.it.settings.cart_budget {
            None => format!("{CART_BUDGET} requests a sync"),
            Some(0) => "Carts are not looked for".to_owned(),
            Some(1) => "1 request a sync".to_owned(),
            Some(n) => format!("{n} requests a sync"),
        }
    }

    fn by_hand_only(&self) -> bool {
        self.it.settings.interval_seconds == Some(0)
    }

    fn software(&self) -> String {
        let store = &self.it.store;
        let name = if store.namespace.as_deref() == Some("urn:OpenMage") { "OpenMage" } else { "Magento" };
        let version = store.magento_version.clone().unwrap_or_default();
        if version.is_empty() { String::new() } else { format!("{name} {version}") }
    }

    fn bridge(&self) -> String {
        match (&self.it.store.bridge_version, self.it.store.measured_at) {
            (Some(version), _) => version.clone(),
            (None, Some(_)) => "Not installed, not needed".to_owned(),
            (None, None) => String::new(),
        }
    }

    fn bulk(&self) -> &'static str {
        match self.it.store.bulk {
            Some(true) => "Available",
            Some(false) => "Blocked: one call for each record",
            None => "",
        }
    }

    fn clock(&self) -> String {
        match self.it.store.clock_ahead_ms.map(|ms| ms / 1000) {
            None => String::new(),
            Some(0) => "In agreement".to_owned(),
            Some(seconds) if seconds > 0 => format!("{seconds} s ahead"),
            Some(seconds) => format!("{} s behind", -seconds),
        }
    }

    fn round_trip(&self) -> String {
        self.it.store.round_trip_ms.map(|ms| format!("{ms} ms")).unwrap_or_default()
    }
}

/// `GET /integrations/{id}`
pub(super) async fn show(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let it = find(&web, id).await?;
    let jobs = jobs::newest(&web.pool, Some(id), 10).await?;
    let theirs = FailedFilter { integration: Some(id), connector: None };
    let failed = Few::own(&web.pool, &failed::LISTING, ("integration", id)).await?.rows;
    let failed_in_all = failed::count(&web.pool, &theirs).await?;
    let standing = changes::standing(&web.pool, Some(it.channel_id)).await?;
    let preview = preview::find(&web.pool, id).await?;
    let statuses = jobs::last_words(&web.pool, id, sync::KIND).await?;
    let past = jobs::past_runs(&web.pool, id, sync::KIND, RUNS).await?;
    let last = past.iter().rev().find(|run| run.status != Status::Cancelled);
    let failed_run = last.filter(|run| run.status == Status::Failed && it.paused_why.is_none());
    let why = |job: i64| jobs.iter().find(|row| row.id == job).and_then(|row| row.message.clone());
    let trouble = failed_run.map(|run| (run.job, why(run.job).unwrap_or_default()));
    let health = sync::health(health_of(&it, last.map(|run| run.status)), "");
    let twice = channels::configured::twice(&crm::overlapping(&web.pool, it.channel_id).await?);
    let may_manage = operator.user.may_manage(Some(it.settings.owner_id));
    let shell = Shell::load(&web, &operator.session, operator.user, "/integrations").await?;
    page::show(&Show {
        shell,
        it,
        may_manage,
        jobs,
        failed,
        failed_in_all,
        standing,
        default_interval: web.interval().await?,
        preview,
        statuses,
        trouble,
        twice,
        health,
        runs: statuses::runs(&past),
    })
}

/// The word for how an integration is: what holds it up, else how its last sync ended.
fn health_of(it: &Integration, last: Option<Status>) -> &'static str {
    match it {
        it if !it.active => "inactive",
        it if it.stranger_since.is_some() => "stranger",
        it if it.paused_why.is_some() => "refused",
        it if it.paused_at.is_some() => "paused",
        _ => last.map_or("new", Status::key),
    }
}
