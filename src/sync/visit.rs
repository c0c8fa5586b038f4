//! One visit to a store: the job that makes it, the integration it serves, the client, and the clocks of all three.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;

use super::details::Taught;
use super::patience::Patience;
use super::statistics::Statistics;
use super::walk::Tally;
use crate::base::clock;
use crate::base::vault::Vault;
use crate::crm::channels::{self, Integration, Priority, Terms};
use crate::crm::customers::{self, Guests};
use crate::crm::merge::Policy;
use crate::crm::personal_data;
use crate::jobs::{Level, Progress, Run};
use crate::magento::{CallError, Class, Store, WarningKind};

/// What every connector of a run works with.
pub(super) struct Visit {
    pub(super) run: Run,
    pub(super) it: Integration,
    pub(super) store: Store,
    /// Opens what is sealed until a store has it.
    pub(super) vault: Arc<Vault>,
    /// What decides over edits on both sides; a person may change it while a long job runs.
    terms: Mutex<Terms>,
    /// Are bulk reads available?
    pub(super) bulk: bool,
    /// Is the bridge installed, in a version with lists?
    pub(super) bridge: bool,
    /// Store views of the chosen website; empty with All Websites.
    pub(super) stores: Mutex<Vec<i64>>,
    /// Customers who may be gone, because somebody else has their e-mail now: their rows and the store's ids.
    pub(super) suspects: Mutex<Vec<(i64, i64)>>,
    /// Numbers that belong to other records now, in this run.
    replaced: AtomicI64,
    /// Addresses that this run met, and those of them that their customers' books lack.
    pub(super) addresses: Tally,
    /// Traffic of earlier goes of this job.
    before: Progress,
    /// The database's clock less ours.
    pub(super) db_ahead: TimeDelta,
    pub(super) patience: Patience,
    /// Held by whoever writes a window.
    pub(super) writing: tokio::sync::Mutex<()>,
    /// What Postgres knows of the tables that are written.
    pub(super) statistics: Statistics,
    /// What reads of details have taught of the store.
    pub(super) taught: Taught,
    /// What has been repaired so far, by kind: how often, and an example.
    repaired: Mutex<BTreeMap<WarningKind, (u64, String)>>,
    errors: Mutex<Vec<String>>,
    /// How long the store took for its last list.
    answer_ms: AtomicU64,
}

impl Visit {
    pub(super) fn new(
        run: Run,
        it: Integration,
        store: Store,
        vault: Arc<Vault>,
        db_ahead: TimeDelta,
        patience: Patience,
        before: Progress,
    ) -> Self {
        Self {
            run,
            terms: Mutex::new(it.settings.terms()),
            it,
            store,
            vault,
            bulk: false,
            bridge: false,
            stores: Mutex::default(),
            suspects: Mutex::default(),
            replaced: AtomicI64::new(0),
            addresses: Tally::default(),
            before,
            db_ahead,
            patience,
            writing: tokio::sync::Mutex::default(),
            statistics: Statistics::default(),
            taught: Taught::default(),
            repaired: Mutex::default(),
            errors: Mutex::default(),
            answer_ms: AtomicU64::new(0),
        }
    }

    pub(super) fn pool(&self) -> &PgPool {
        self.run.pool()
    }

    /// The time now by the database's clock: when a request behind a base snapshot was sent.
    pub(super) fn db_now(&self) -> DateTime<Utc> {
        clock::now() + self.db_ahead
    }

    /// The store's clock now, and how sure that is; `None` when its answers carry no date.
    pub(super) fn store_now(&self) -> Option<(DateTime<Utc>, TimeDelta)> {
        let reading = self.store.clock()?;
        let unsure = TimeDelta::from_std(reading.uncertainty).unwrap_or_else(|_| TimeDelta::seconds(60));
        Some((reading.at(clock::now()), unsure))
    }

    /// Shows the traffic on the job's page, and what was repaired meanwhile.
    pub(super) async fn tell(&self, answer: Option<Duration>) -> anyhow::Result<()> {
        let traffic = self.store.traffic();
        if let Some(took) = answer {
            self.answer_ms.store(u64::try_from(took.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
        self.run
            .progress(Progress {
                requests: self.before.requests + traffic.requests,
                bytes: self.before.bytes + traffic.bytes,
                answer_ms: self.answer_ms.load(Ordering::Relaxed),
                at: Some(clock::now()),
            })
            .await?;
        for warning in self.store.take_warnings() {
            if self.count_repair(warning.kind, warning.count, &warning.example) {
                // an example may be of whoever was erased here, and nothing tells
                let mut db = self.pool().acquire().await?;
                let text = if personal_data::any(&mut db).await? {
                    warning.kind.to_string()
                } else {
                    format!("{} For example: {}", warning.kind, warning.example)
                };
                drop(db);
                self.run.log(Level::Warning, "Store", &text).await?;
            }
        }
        Ok(())
    }

    /// At the end: how often each kind of repair was needed.
    pub(super) async fn tell_repairs(&self) -> anyhow::Result<()> {
        let all: Vec<_> = {
            let repaired = self.repaired.lock().unwrap_or_else(PoisonError::into_inner);
            repaired.iter().map(|(kind, (count, _))| (*kind, *count)).collect()
        };
        for (kind, count) in all.into_iter().filter(|(_, count)| *count > 1) {
            self.run.log(Level::Warning, "Store", &format!("{count} times in this job: {kind}")).await?;
        }
        Ok(())
    }

    /// How many calls of ours may be wanted at once; the store's gate has the last word.
    pub(super) fn calls_at_once(&self) -> usize {
        self.it.settings.calls_at_once.and_then(|calls| usize::try_from(calls).ok()).unwrap_or(2).max(1)
    }

    /// How guests become customers.
    pub(super) fn guests(&self) -> Guests {
        let settings = &self.it.settings;
        Guests { become_customers: settings.guest_customers, split_by_name: settings.split_by_name.clone() }
    }

    /// Who decides when both sides changed the same.
    pub(super) fn policy(&self) -> Policy {
        Policy::of(&self.terms.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Who decides when both sides changed a subscription. While two way sync is off nothing is sent, so nothing of ours can
    /// win.
    pub(super) fn priority(&self) -> Priority {
        let terms = self.terms.lock().unwrap_or_else(PoisonError::into_inner);
        if terms.two_way { terms.priority } else { Priority::Remote }
    }

    /// The terms as they are now; is anything sent under them?
    pub(super) async fn look_at_terms(&self) -> Result<bool, sqlx::Error> {
        let Some(it) = channels::find_integration(self.pool(), self.it.id).await? else { return Ok(false) };
        let two_way = it.settings.two_way;
        *self.terms.lock().unwrap_or_else(PoisonError::into_inner) = it.settings.terms();
        Ok(two_way)
    }

    /// Have its quiet hours begun? Who asked for a sync by hand wants it all the same.
    pub(super) async fn must_rest(&self) -> Result<bool, sqlx::Error> {
        Ok(self.it.settings.quiet.is_some()
            && self.run.pressed_at().await?.is_none()
            && channels::is_quiet(self.pool(), self.it.id).await?)
    }

    /// Learns the store views of the chosen website, which connectors ask for.
    pub(super) async fn know_the_stores(&self) -> Result<(), sqlx::Error> {
        if let Some(website) = self.it.settings.website_id {
            let stores = customers::stores_of(self.pool(), self.it.channel_id, website).await?;
            *self.stores.lock().unwrap_or_else(PoisonError::into_inner) = stores;
        }
        Ok(())
    }

    /// The store views of the chosen website.
    pub(super) fn stores_of_website(&self) -> Vec<i64> {
        self.stores.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Did a person say that the store is right, whatever it says?
    pub(super) fn believes(&self) -> bool {
        self.run.payload.get("believe").and_then(serde_json::Value::as_bool).unwrap_or(false)
    }

    /// Adds to the numbers that belong to other records now; returns all of this run.
    pub(super) fn count_replaced(&self, more: i64) -> i64 {
        self.replaced.fetch_add(more, Ordering::Relaxed) + more
    }

    /// Customers who may be gone, because somebody else has their e-mail now.
    pub(super) fn suspect(&self, doubles: Vec<(i64, i64)>) {
        self.suspects.lock().unwrap_or_else(PoisonError::into_inner).extend(doubles);
    }

    /// Takes them, to be looked up.
    pub(super) fn take_suspects(&self) -> Vec<(i64, i64)> {
        std::mem::take(&mut *self.suspects.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes what failed without stopping the rest.
    pub(super) fn note_error(&self, what: String) {
        self.errors.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }

    /// What failed without stopping the rest.
    pub(super) fn errors(&self) -> Vec<String> {
        self.errors.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Leaves the store alone after the `tries`th try of a call failed, before the next.
    pub(super) async fn rest_before(&self, what: &str, tries: u32, problem: &CallError) {
        let wait = problem.retry_after().unwrap_or_else(|| self.patience.before_next(tries));
        let wait = wait.min(Duration::from_secs(60));
        let text = format!("{what}: {problem} Trying again in {} s.", wait.as_secs());
        self.run.log(Level::Warning, "Store", &text).await.ok();
        tokio::time::sleep(wait).await;
    }

    /// The first of its kind in this job?
    fn count_repair(&self, kind: WarningKind, count: u64, example: &str) -> bool {
        let mut repaired = self.repaired.lock().unwrap_or_else(PoisonError::into_inner);
        let first = !repaired.contains_key(&kind);
        repaired.entry(kind).or_insert_with(|| (0, example.to_owned())).0 += count;
        first
    }
}

/// Tries a call again while its trouble may pass by itself. The gate makes sure that a store which did not answer is
/// left alone first; what would be answered better if less were asked is the caller's to split.
pub(super) async fn patiently<T, F>(
    visit: &Visit,
    what: &str,
    mut call: impl FnMut() -> F,
) -> Result<T, CallError>
where
    F: Future<Output = Result<T, CallError>>,
{
    const TRIES: u32 = 3;
    let mut tries = 1;
    loop {
        let problem = match call().await {
            Ok(value) => return Ok(value),
            Err(problem) => problem,
        };
        let may_pass = problem.class() == Class::Transient && !problem.asks_for_less();
        if tries >= TRIES || !may_pass {
            return Err(problem);
        }
        visit.rest_before(what, tries, &problem).await;
        tries += 1;
    }
}
