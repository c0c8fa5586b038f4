//! What a sync job does once it is connected, in order (sync.md, "A sync job"). A connector that fails does not stop those
//! that do not need it; a lost lease stops everything.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::connectors::{self, Backfill, Connector, Done};
use super::connectors::{CUSTOMERS, WEBSITES};
use super::heal::heal;
use super::push::{Which, push};
use super::turn::{Next, Turn};
use super::visit::Visit;
use crate::base::db;
use crate::jobs::{ConnectorState, LeaseLost, Level};
use crate::magento::CallError;
use crate::magento::api::info;

/// One go of all connectors.
pub(super) struct Round<'a> {
    visit: &'a Visit,
    connectors: Arc<[Box<dyn Connector>]>,
    /// Those that rest, or failed in this go, and are left alone.
    idle: HashSet<&'static str>,
    /// The store is out of reach: nobody asks it any more.
    lost: bool,
    /// The last wish of a person that edits were sent for: what the store did not answer then waits for another.
    heard: Option<DateTime<Utc>>,
    /// What the page says of each.
    done: HashMap<&'static str, Done>,
}

impl<'a> Round<'a> {
    pub(super) fn new(visit: &'a Visit) -> Self {
        let connectors = connectors::all(visit.bridge).into();
        Self { visit, connectors, idle: HashSet::new(), lost: false, heard: None, done: HashMap::new() }
    }

    /// Edits of ours, changes, backfill, failed records, walk, healing, edits once more.
    pub(super) async fn carry_out(mut self) -> anyhow::Result<()> {
        let asked =
            |wish: &str| self.visit.run.payload.get(wish).and_then(serde_json::Value::as_bool) == Some(true);
        let (full, walk) = (asked("full"), asked("walk"));
        self.rest_those_that_rest().await?;
        // as they were known: their list may fail this time
        self.visit.know_the_stores().await?;
        if full {
            self.phase(Phase::Restart).await?;
        }
        loop {
            self.push().await?;
            self.phase(Phase::Changes).await?;
            if self.backfill().await? == Backfill::Done {
                break;
            }
            if self.visit.must_rest().await? {
                let text = "The quiet hours have begun: the backfill goes on after them.";
                self.visit.run.log(Level::Info, "Job", text).await?;
                return self.finish().await;
            }
            let text = "Looking at new changes before the backfill goes on.";
            self.visit.run.log(Level::Info, "Job", text).await?;
        }
        self.phase(Phase::Again).await?;
        self.phase(if walk { Phase::WholeWalk } else { Phase::Walk }).await?;
        if !self.lost
            && let Err(problem) = heal(self.visit).await
        {
            self.broke(CUSTOMERS, problem).await?;
        }
        // what was read meanwhile may have moved what waits
        self.push().await?;
        self.finish().await
    }

    /// Sends the edits that wait. That it fails stops no read: those find out by themselves how the store is.
    async fn push(&mut self) -> anyhow::Result<()> {
        if self.lost {
            return Ok(());
        }
        let pressed_at = self.visit.run.pressed_at().await?;
        let which = if pressed_at > self.heard { Which::All } else { Which::Due };
        self.heard = pressed_at;
        match push(self.visit, which).await {
            Err(problem) if problem.is::<LeaseLost>() => Err(problem),
            Err(problem) => {
                let text = format!("Edits wait: {}", db::words(&problem));
                self.visit.run.log(Level::Warning, CUSTOMERS, &text).await?;
                self.visit.note_error(text);
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    async fn rest_those_that_rest(&mut self) -> anyhow::Result<()> {
        let visit = self.visit;
        let resting: Vec<_> = self
            .connectors
            .iter()
            .filter_map(|connector| Some((connector.name(), connector.rests(visit)?)))
            .collect();
        for (name, why) in resting {
            visit.run.state(name, ConnectorState::Skipped, why).await?;
            self.idle.insert(name);
        }
        Ok(())
    }

    /// Every connector's part of a phase.
    async fn phase(&mut self, phase: Phase) -> anyhow::Result<()> {
        for connector in Arc::clone(&self.connectors).iter() {
            let name = connector.name();
            if !self.is_able(name) {
                continue;
            }
            if phase == Phase::Changes && !self.done.contains_key(name) {
                self.visit.run.state(name, ConnectorState::Running, "").await?;
            }
            let result = match phase {
                Phase::Restart => connector.restart(self.visit).await.map(|()| None),
                Phase::Changes => connector.changes(self.visit).await.map(Some),
                Phase::Again => connector.again(self.visit).await.map(|()| None),
                Phase::Walk => connector.walk(self.visit, false).await.map(|()| None),
                Phase::WholeWalk => connector.walk(self.visit, true).await.map(|()| None),
            };
            match result {
                Ok(Some(done)) => self.has_changed(name, done).await?,
                Ok(None) => {}
                Err(problem) => self.broke(name, problem).await?,
            }
        }
        Ok(())
    }

    /// Neither rests nor failed, and the store is within reach.
    fn is_able(&self, name: &str) -> bool {
        !self.lost && !self.idle.contains(name)
    }

    async fn has_changed(&mut self, name: &'static str, done: Done) -> anyhow::Result<()> {
        if name == WEBSITES {
            self.visit.know_the_stores().await?;
        }
        // a dictionary is done now; the others go on to their backfill
        if super::DICTIONARIES.contains(&name) {
            self.end(name, &done).await?;
        }
        self.done.insert(name, done);
        self.visit.tell(None).await
    }

    /// Goes on with each backfill until it is complete, or until one makes way.
    async fn backfill(&mut self) -> anyhow::Result<Backfill> {
        let (visit, connectors) = (self.visit, Arc::clone(&self.connectors));
        // nobody begins any more: one made way, or the store is out of reach
        let stop = &AtomicBool::new(false);
        let mut next = None;
        let mut backfills: FuturesUnordered<_> = connectors
            .iter()
            .filter(|connector| self.is_able(connector.name()))
            .map(|connector| {
                let (turn, after) = Turn::new();
                let before: Option<Next> = next.replace(after);
                async move {
                    if let Some(before) = before {
                        before.begin().await;
                    }
                    if stop.load(Ordering::Relaxed) {
                        return None;
                    }
                    Some((connector, connector.backfill(visit, &turn).await, turn))
                }
            })
            .collect();
        let (mut all, mut ended) = (Backfill::Done, VecDeque::new());
        loop {
            let Some(end) = (match ended.pop_front() {
                Some(end) => Some(end),
                None => backfills.next().await,
            }) else {
                return Ok(all);
            };
            // the turn is passed on when it is known how it ended, if not before
            let Some((connector, result, _turn)) = end else { continue };
            let made_way = matches!(result, Ok(Backfill::MadeWay));
            let mut told = Box::pin(self.is_over(connector.as_ref(), result));
            // meanwhile the others go on: whoever is not polled keeps its connections and its place at the store's gate
            loop {
                tokio::select! {
                    told = &mut told => break told?,
                    Some(end) = backfills.next(), if !backfills.is_empty() => ended.push_back(end),
                }
            }
            drop(told);
            if made_way {
                all = Backfill::MadeWay;
            }
            stop.store(self.lost || all == Backfill::MadeWay, Ordering::Relaxed);
        }
    }

    /// A backfill has ended so.
    async fn is_over(
        &mut self,
        connector: &dyn Connector,
        how: anyhow::Result<Backfill>,
    ) -> anyhow::Result<()> {
        match how {
            Ok(Backfill::Done) => self.is_backfilled(connector).await,
            Ok(Backfill::MadeWay) => Ok(()),
            Err(problem) => self.broke(connector.name(), problem).await,
        }
    }

    async fn is_backfilled(&mut self, connector: &dyn Connector) -> anyhow::Result<()> {
        let name = connector.name();
        if let Some(done) = connector.last_word() {
            self.done.insert(name, done);
        }
        match self.done.get(name) {
            Some(done) if !super::DICTIONARIES.contains(&name) => self.end(name, done).await,
            _ => Ok(()),
        }
    }

    async fn end(&self, name: &str, done: &Done) -> anyhow::Result<()> {
        let state = if done.skipped { ConnectorState::Skipped } else { ConnectorState::Completed };
        self.visit.run.state(name, state, &done.message).await
    }

    async fn broke(&mut self, name: &'static str, problem: anyhow::Error) -> anyhow::Result<()> {
        if problem.is::<LeaseLost>() {
            return Err(problem);
        }
        let text = db::words(&problem);
        self.idle.insert(name);
        self.visit.run.state(name, ConnectorState::Failed, &text).await?;
        self.visit.run.log(Level::Error, name, &text).await?;
        self.visit.note_error(format!("{name}: {text}"));
        if is_about_the_way(&problem) && info::magento_info(&self.visit.store).await.is_err() {
            self.lost = true;
            let text = "The store answers nothing at all at present; the rest waits for the next sync.";
            self.visit.run.log(Level::Warning, "Store", text).await?;
        }
        self.visit.tell(None).await
    }

    /// The page's last word of each connector: a window's words would look as if it were still at work.
    async fn finish(&self) -> anyhow::Result<()> {
        for (name, done) in self.done.iter().filter(|(name, _)| !self.idle.contains(*name)) {
            self.end(name, done).await?;
        }
        Ok(())
    }
}

/// Did the call not come through, rather than being answered with a fault?
fn is_about_the_way(problem: &anyhow::Error) -> bool {
    let call = problem.chain().find_map(|cause| cause.downcast_ref::<CallError>());
    call.is_some_and(|call| call.fault().is_none())
}

/// What is asked of every connector.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Restart,
    Changes,
    Again,
    Walk,
    WholeWalk,
}
