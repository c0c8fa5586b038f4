//! How many calls may be in flight to one store, over all integrations and processes; held in Postgres.
//!
//! A store downloads its own WSDL for every call: as many calls at once as it has PHP workers dead-lock the whole shop.
//! So: one call at a time until the store has answered briskly for a while, then two, back to one at the first sign of
//! trouble, and after a time-out nobody calls for a while. An admin may set another ceiling.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;
use tokio::sync::Notify;
use tracing::{Instrument, warn};

use super::patience::Patience;
use crate::base::clock;
use crate::magento::{Gate, GateClosed, Outcome, Ticket};

/// By itself never more than this.
const USUAL_CEILING: i16 = 2;
/// So long every answer must have been brisk before a second call is let in.
const BRISK_FOR: TimeDelta = TimeDelta::seconds(1);
/// A place whose holder died is free again after this; who lives renews it.
const PLACE_SECONDS: f64 = 10.0;
/// How often.
const RENEWED_EVERY: Duration = Duration::from_secs(3);
/// Nobody waits at the gate longer than this.
const LONGEST_WAIT: Duration = Duration::from_secs(90);

/// The gate of one store.
#[derive(Debug, Clone)]
pub struct PgGate {
    pool: PgPool,
    store: String,
    ceiling: Option<i16>,
    per_minute: Option<i32>,
    patience: Patience,
    /// A place of this process became free: who waits looks at once, and not at the next turn.
    freed: Arc<Notify>,
}

/// How fast a store may be asked right now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pace {
    allowed: i16,
    brisk_since: Option<DateTime<Utc>>,
    usual_ms: Option<i32>,
    not_before: Option<DateTime<Utc>>,
}

enum Entry {
    In { call: i64, pace: Pace },
    Full,
    NotBefore(DateTime<Utc>),
}

impl PgGate {
    /// The gate of the store at this place, with an admin's limits.
    #[must_use]
    pub fn new(pool: PgPool, store: String, ceiling: Option<i16>, per_minute: Option<i32>) -> Self {
        Self { pool, store, ceiling, per_minute, patience: Patience::default(), freed: Arc::default() }
    }

    /// With other rests after trouble.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// Looks once. The row of the store is locked, so that two never take the last place.
    async fn knock(&self) -> Result<Entry, sqlx::Error> {
        let mut tx = self.pool.begin().await?;
        let row = sqlx::query!(
            "select allowed, brisk_since, usual_ms, not_before, last_call_at from store_pace where store = $1 for update",
            self.store
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else {
            sqlx::query!("insert into store_pace (store) values ($1) on conflict do nothing", self.store)
                .execute(&mut *tx)
                .await?;
            tx.commit().await?;
            return Box::pin(self.knock()).await;
        };
        let pace = Pace {
            allowed: self.ceiling.unwrap_or(row.allowed).min(if row.brisk_since.is_none() {
                1
            } else {
                i16::MAX
            }),
            brisk_since: row.brisk_since,
            usual_ms: row.usual_ms,
            not_before: row.not_before,
        };
        let now = clock::now();
        let spaced = self
            .per_minute
            .zip(row.last_call_at)
            .map(|(n, last)| last + TimeDelta::milliseconds(60_000 / i64::from(n)));
        if let Some(moment) = row.not_before.max(spaced).filter(|moment| *moment > now) {
            return Ok(Entry::NotBefore(moment));
        }
        let call = sqlx::query_scalar!(
            "with expired as (delete from store_calls where store = $1 and expires_at < now())
             insert into store_calls (store, expires_at)
             select $1, now() + make_interval(secs => $3)
             where (select count(*) from store_calls where store = $1 and expires_at >= now()) < $2 returning id",
            self.store,
            i64::from(pace.allowed),
            PLACE_SECONDS,
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(call) = call else { return Ok(Entry::Full) };
        if self.per_minute.is_some() {
            sqlx::query!("update store_pace set last_call_at = $2 where store = $1", self.store, now)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(Entry::In { call, pace })
    }
}

#[async_trait]
impl Gate for PgGate {
    async fn enter(&self) -> Result<Box<dyn Ticket>, GateClosed> {
        let began = tokio::time::Instant::now();
        let mut patience = Duration::from_millis(2);
        loop {
            let wait = match self.knock().await {
                Ok(Entry::In { call, pace }) => {
                    let renewal =
                        tokio::spawn(renew(self.pool.clone(), call).in_current_span()).abort_handle();
                    return Ok(Box::new(Place { gate: self.clone(), call: Some(call), pace, renewal }));
                }
                Ok(Entry::Full) => {
                    patience = (patience * 2).min(Duration::from_millis(60));
                    patience
                }
                Ok(Entry::NotBefore(moment)) => (moment - clock::now()).to_std().unwrap_or_default(),
                Err(problem) => {
                    return Err(GateClosed {
                        reason: format!(
                            "the database that keeps the store's limit does not answer ({problem})."
                        ),
                        retry_after: Some(Duration::from_secs(5)),
                    });
                }
            };
            if began.elapsed() + wait > LONGEST_WAIT {
                return Err(GateClosed {
                    reason:
                        "it was in trouble a moment ago, or is busy with other calls of ours; it gets a rest."
                            .to_owned(),
                    retry_after: Some(wait),
                });
            }
            tokio::select! {
                () = tokio::time::sleep(wait.max(Duration::from_millis(2))) => {}
                () = self.freed.notified() => {}
            }
        }
    }
}

/// A place at a store.
struct Place {
    gate: PgGate,
    call: Option<i64>,
    pace: Pace,
    renewal: tokio::task::AbortHandle,
}

impl Ticket for Place {
    fn received(&mut self) {
        self.give_back(None);
    }

    fn leave(mut self: Box<Self>, outcome: Outcome) {
        let ceiling = self.gate.ceiling.unwrap_or(USUAL_CEILING);
        let next = self.pace.after(&outcome, clock::now(), ceiling, &self.gate.patience);
        let changed = (next != self.pace).then_some(next);
        self.give_back(changed);
    }
}

impl Drop for Place {
    /// The call was abandoned: the place is free, and nothing is known of the store.
    fn drop(&mut self) {
        self.give_back(None);
    }
}

impl Place {
    /// Gives the place back, if that was not done before, and notes what the call said of the store.
    fn give_back(&mut self, news: Option<Pace>) {
        self.renewal.abort();
        let call = self.call.take();
        if call.is_none() && news.is_none() {
            return;
        }
        let before = self.pace;
        let gate = self.gate.clone();
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let giving_back = async move {
            if let Err(problem) = left(&gate, call, before, news).await {
                warn!("a place at {} was not given back, it expires by itself: {problem}", gate.store);
            }
            gate.freed.notify_one();
        };
        runtime.spawn(giving_back.in_current_span());
    }
}

/// Keeps a place while its call lasts.
async fn renew(pool: PgPool, call: i64) {
    loop {
        tokio::time::sleep(RENEWED_EVERY).await;
        let renewed = sqlx::query!(
            "update store_calls set expires_at = now() + make_interval(secs => $2) where id = $1",
            call,
            PLACE_SECONDS
        );
        if let Err(problem) = renewed.execute(&pool).await {
            warn!("a place at a store was not renewed: {problem}");
        }
    }
}

/// Trouble is always noted. Good news counts only when nothing bad was noted since the call began: of two calls in flight
/// the one that went well must not undo what the other one found.
async fn left(gate: &PgGate, call: Option<i64>, before: Pace, news: Option<Pace>) -> Result<(), sqlx::Error> {
    let told = news.unwrap_or(before);
    sqlx::query!(
        "with left_now as (delete from store_calls where id = $8)
         update store_pace set allowed = $2, brisk_since = $3, usual_ms = $4, not_before = $5
         where $9 and store = $1 and ($3::timestamptz is null
            or (brisk_since is not distinct from $6 and not_before is not distinct from $7))",
        gate.store,
        told.allowed,
        told.brisk_since,
        told.usual_ms,
        told.not_before,
        before.brisk_since,
        before.not_before,
        call,
        news.is_some(),
    )
    .execute(&gate.pool)
    .await?;
    Ok(())
}

impl Pace {
    /// What the outcome of a call says about the next ones.
    fn after(self, outcome: &Outcome, now: DateTime<Utc>, ceiling: i16, patience: &Patience) -> Self {
        let troubled = |wait: Option<Duration>| Self {
            allowed: 1,
            brisk_since: None,
            not_before: wait
                .map(|wait| now + TimeDelta::from_std(wait.min(LONGEST_WAIT * 10)).unwrap_or_default()),
            ..self
        };
        if let Some(trouble) = outcome.trouble {
            return troubled(Some(patience.rest(trouble)));
        }
        let took =
            i32::try_from(outcome.first_byte.unwrap_or(outcome.latency).as_millis()).unwrap_or(i32::MAX);
        let usual = self.usual_ms.map_or(took, |usual| usual + (took - usual) / 8);
        if self.usual_ms.is_some_and(|usual| took > 2_000 && took > usual.saturating_mul(5)) {
            return Self { usual_ms: Some(usual), ..troubled(None) };
        }
        let brisk_since = self.brisk_since.unwrap_or(now);
        let allowed = if now - brisk_since >= BRISK_FOR { ceiling } else { self.allowed.clamp(1, ceiling) };
        Self { allowed, brisk_since: Some(brisk_since), usual_ms: Some(usual), not_before: None }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;
    use crate::magento::Trouble;

    fn outcome(ms: u64, trouble: Option<Trouble>) -> Outcome {
        Outcome { latency: Duration::from_millis(ms), first_byte: None, trouble }
    }

    #[test]
    fn a_second_call_is_let_in_only_after_a_brisk_while_and_goes_at_the_first_trouble() {
        let start = Utc.with_ymd_and_hms(2026, 5, 12, 9, 0, 0).unwrap();
        let usual = Patience::default();
        let fresh = Pace { allowed: 1, brisk_since: None, usual_ms: None, not_before: None };
        let soon = fresh.after(&outcome(90, None), start, USUAL_CEILING, &usual);
        assert_eq!((soon.allowed, soon.brisk_since), (1, Some(start)));
        let later = soon.after(&outcome(90, None), start + BRISK_FOR, USUAL_CEILING, &usual);
        assert_eq!(later.allowed, 2);
        let slow = later.after(&outcome(9_000, None), start + BRISK_FOR, USUAL_CEILING, &usual);
        assert_eq!((slow.allowed, slow.brisk_since, slow.not_before), (1, None, None));
        let stuck = later.after(&outcome(60_000, Some(Trouble::Timeout)), start, USUAL_CEILING, &usual);
        assert_eq!((stuck.allowed, stuck.not_before), (1, Some(start + TimeDelta::seconds(30))));
    }
}
