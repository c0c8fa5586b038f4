//! A look over the store: what changed there, and what became of the customers who were edited here.

use std::collections::HashSet;

use sqlx::{PgConnection, Postgres, Transaction};
use tokio::sync::mpsc;

use super::found::{EXAMPLES, Found};
use super::store;
use crate::crm::changes::{self, Foreseen};
use crate::crm::channels::Terms;
use crate::crm::customers::Incoming;
use crate::crm::newsletter;
use crate::crm::personal_data::{self, Trace};
use crate::jobs::Counts;
use crate::sync::CUSTOMERS;
use crate::sync::commit::Ready;
use crate::sync::connectors::{Customers, take_singly};
use crate::sync::cursor;
use crate::sync::noun::Noun;
use crate::sync::pipeline;
use crate::sync::plan::Plan;
use crate::sync::visit::Visit;
use crate::sync::windowed::increment_window;

/// Customers with edits that are read together.
const TOGETHER: i64 = 100;

/// Another preview has taken the place of this one.
#[derive(Debug, thiserror::Error)]
#[error("The preview was asked for anew.")]
pub(super) struct Overtaken;

/// A look in progress.
pub(super) struct Survey<'a> {
    visit: &'a Visit,
    preview: i64,
    terms: Terms,
    found: Found,
    /// The store's ids of those who were looked at.
    seen: HashSet<i64>,
}

impl<'a> Survey<'a> {
    pub(super) fn new(visit: &'a Visit, preview: i64, terms: Terms) -> Self {
        Self { visit, preview, terms, found: Found::default(), seen: HashSet::new() }
    }

    /// Reads, merges, counts.
    pub(super) async fn carry_out(mut self) -> anyhow::Result<Found> {
        self.keep(0, "").await?;
        self.changed_there().await?;
        self.edited_here().await?;
        self.made_here().await?;
        self.finish().await?;
        Ok(self.found)
    }

    /// What an increment would read.
    async fn changed_there(&mut self) -> anyhow::Result<()> {
        let visit = self.visit;
        let at = cursor::find(visit.pool(), visit.it.id, CUSTOMERS).await?;
        self.found.unread = at.cursor.is_none();
        self.found.loading = at.backfilled_at.is_none();
        let window = at.cursor.and_then(|from| increment_window(visit, &at, from));
        let Some((whole, overlap, bound_at)) = window else { return Ok(()) };
        let (next, mut windows) = mpsc::channel::<Ready<Incoming>>(1);
        let plan = Plan::upwards(whole, overlap, bound_at);
        let look = async {
            while let Some(window) = windows.recv().await {
                self.look_at(&window.completed.records).await?;
                self.found.totals.failed +=
                    i64::try_from(window.completed.failures.len()).unwrap_or(i64::MAX);
                self.keep(window.rows, &window.words).await?;
            }
            anyhow::Ok(())
        };
        tokio::try_join!(pipeline::read(&Customers, visit, plan, None, || {}, next), look)?;
        Ok(())
    }

    /// Those whose edits wait, whenever the store saved them.
    async fn edited_here(&mut self) -> anyhow::Result<()> {
        let (visit, channel) = (self.visit, self.visit.it.channel_id);
        let mut after = 0;
        loop {
            let edited = changes::edited(visit.pool(), channel, after, TOGETHER).await?;
            let Some((last, _)) = edited.last().copied() else { return Ok(()) };
            after = last;
            let unseen: Vec<(i64, i64)> =
                edited.into_iter().filter(|(_, remote_id)| !self.seen.contains(remote_id)).collect();
            let ids: Vec<i64> = unseen.iter().map(|(_, remote_id)| *remote_id).collect();
            let words = format!("{} customers with edits", ids.len());
            let (completed, missing) = take_singly(visit, ids, visit.db_now()).await?;
            self.look_at(&completed.records).await?;
            let gone = unseen.iter().filter(|(_, remote_id)| missing.contains(remote_id));
            let gone: Vec<i64> = gone.map(|(id, _)| *id).collect();
            let mut tx = self.reading().await?;
            let lost = changes::foresee_gone(&mut tx, &gone).await?;
            drop(tx);
            self.add(&lost);
            self.found.totals.failed += i64::try_from(completed.failures.len()).unwrap_or(i64::MAX);
            self.keep(i64::try_from(completed.records.len()).unwrap_or(i64::MAX), &words).await?;
        }
    }

    /// What the store does not have at all; nothing has to be read for it. Subscriptions can only be sent over the bridge.
    async fn made_here(&mut self) -> anyhow::Result<()> {
        if !self.terms.two_way {
            return Ok(());
        }
        let (pool, channel) = (self.visit.pool(), self.visit.it.channel_id);
        let few = i64::try_from(EXAMPLES).unwrap_or(i64::MAX);
        let awaited = changes::awaited(pool, channel, few).await?;
        let subscriptions = if self.visit.bridge { newsletter::waiting(pool, channel).await? } else { 0 };
        self.found.add_new(awaited, subscriptions);
        Ok(())
    }

    async fn look_at(&mut self, records: &[Incoming]) -> anyhow::Result<()> {
        let mut tx = self.reading().await?;
        let records = without_the_erased(&mut tx, self.visit.it.channel_id, records).await?;
        let foreseen = changes::foresee(&mut tx, self.visit.it.channel_id, &self.terms, &records).await?;
        self.seen.extend(records.iter().map(|record| record.remote_id));
        self.add(&foreseen);
        Ok(())
    }

    fn add(&mut self, foreseen: &[Foreseen]) {
        foreseen.iter().for_each(|foreseen| self.found.add(foreseen));
    }

    /// A transaction that the database keeps from writing.
    async fn reading(&self) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        self.visit.pool().begin_with("begin isolation level repeatable read, read only").await
    }

    /// Shows how far it is.
    async fn keep(&mut self, read: i64, words: &str) -> anyhow::Result<()> {
        self.found.totals.read += read;
        let mut tx = self.visit.pool().begin().await?;
        self.write(&mut tx, false).await?;
        self.visit.run.count(&mut tx, CUSTOMERS, Counts { read, ..Counts::default() }).await?;
        self.visit.run.window(&mut tx, CUSTOMERS, words, None).await?;
        tx.commit().await?;
        self.visit.tell(None).await
    }

    async fn finish(&self) -> anyhow::Result<()> {
        let mut tx = self.visit.pool().begin().await?;
        self.write(&mut tx, true).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn write(&self, db: &mut PgConnection, finished: bool) -> anyhow::Result<()> {
        self.visit.run.hold(db).await?;
        if store::keep(db, self.preview, &self.found, finished).await? {
            Ok(())
        } else {
            Err(Overtaken.into())
        }
    }
}

/// A sync writes nothing of whoever was erased here, and so nothing is foreseen of them.
async fn without_the_erased(
    db: &mut PgConnection,
    channel: i64,
    records: &[Incoming],
) -> Result<Vec<Incoming>, sqlx::Error> {
    let traces: Vec<Trace> = records.iter().map(Customers::trace).collect();
    let met = personal_data::erased_among(db, channel, Customers::KIND, &traces).await?;
    let is_erased = |place: usize| met.iter().any(|met| met.place == place);
    let kept = records.iter().enumerate().filter(|(place, _)| !is_erased(*place));
    Ok(kept.map(|(_, record)| record.clone()).collect())
}
