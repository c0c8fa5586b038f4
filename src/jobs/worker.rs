//! Workers: claim a job, keep its lease, run it, record how it ended. Several processes share one queue.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures_util::FutureExt;
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{Instrument, debug, error, info, info_span, warn};

use super::{Level, Outcome, Run, Status};
use crate::base::{db, measure};

/// A kind of background work.
#[async_trait]
pub trait Job: Send + Sync + 'static {
    /// The word in the queue.
    fn kind(&self) -> &'static str;

    /// What this process has for such jobs that others may lack: one whose payload [`NEEDS`] something else is left to them.
    fn holds(&self) -> Option<String> {
        None
    }

    /// Does it. May be dropped at any await when a person cancels or the lease is lost, and may be run again from the
    /// start afterwards: it must be idempotent and commit its own checkpoints.
    ///
    /// # Errors
    /// Whatever stops the whole job; the text is shown to people.
    async fn run(&self, run: Run) -> anyhow::Result<Outcome>;
}

/// Where a payload says what [`Job::holds`] has to be.
pub const NEEDS: &str = "needs";

/// The workers of one process.
#[derive(Clone)]
pub struct Workers {
    pool: PgPool,
    kinds: Arc<[Arc<dyn Job>]>,
    name: Arc<str>,
    lease: Duration,
    slots: Arc<Semaphore>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

struct Claim {
    run: Run,
    kind: String,
    attempt: i32,
}

/// A job whose process died this often under it is not tried again by itself.
const MAX_TAKEOVERS: i32 = 10;

impl Workers {
    /// `slots` jobs at once; a lease lasts `lease` without a heartbeat.
    #[must_use]
    pub fn new(pool: PgPool, kinds: Vec<Arc<dyn Job>>, name: &str, slots: usize, lease: Duration) -> Self {
        Self {
            pool,
            kinds: kinds.into(),
            name: name.into(),
            lease,
            slots: Arc::new(Semaphore::new(slots)),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }
    }

    /// Works until [`Workers::stop`]. Woken by a notification, and by a timer in case one was lost.
    pub async fn work(&self) {
        // whoever stops us waits until nothing more is claimed, and until we have said our last word
        let _at_work = self.tasks.token();
        let mut listener = self.listen().await;
        let mut said = None;
        while !self.stop.is_cancelled() {
            self.say_so(&mut said).await;
            match self.start_what_is_due().await {
                Ok(()) => {}
                Err(problem) => warn!("the queue cannot be read: {problem}"),
            }
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = tokio::time::sleep(self.lease / 5) => {}
                () = heard(&mut listener) => {}
            }
        }
    }

    /// Runs everything that is due, here and now, and returns when nothing is left. For tests and one-shot commands.
    ///
    /// # Errors
    /// From the database.
    pub async fn drain(&self) -> Result<(), sqlx::Error> {
        while let Some(claim) = self.claim().await? {
            self.carry_out(claim).await;
        }
        Ok(())
    }

    /// Stops claiming, hands the leases of what runs back, so that another process goes on at once.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        // who never said that it works has nothing to take back, and a database that is away forgets it soon enough
        sqlx::query!("delete from workers where name = $1", &*self.name).execute(&self.pool).await.ok();
    }

    /// Says that this process works, every few seconds at most, and forgets those that have long been silent.
    async fn say_so(&self, said: &mut Option<Instant>) {
        if said.is_some_and(|at| at.elapsed() < self.lease / 6) {
            return;
        }
        let told = sqlx::query!(
            "with silent as (delete from workers where seen_at < now() - interval '1 day')
             insert into workers (name) values ($1) on conflict (name) do update set seen_at = now()",
            &*self.name
        )
        .execute(&self.pool)
        .await;
        match told {
            Ok(_) => *said = Some(Instant::now()),
            Err(problem) => warn!("no word that this process works: {problem}"),
        }
    }

    async fn listen(&self) -> Option<PgListener> {
        let mut listener = PgListener::connect_with(&self.pool).await.ok()?;
        listener.listen("jobs").await.ok()?;
        Some(listener)
    }

    async fn start_what_is_due(&self) -> Result<(), sqlx::Error> {
        while !self.stop.is_cancelled() {
            let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() else { return Ok(()) };
            let Some(claim) = self.claim().await? else { return Ok(()) };
            let workers = self.clone();
            self.tasks.spawn(async move {
                workers.carry_out(claim).await;
                drop(slot);
                // the freed slot may be what a waiting job waits for
                sqlx::query!("select pg_notify('jobs', 'done')").execute(&workers.pool).await.ok();
            });
        }
        Ok(())
    }

    async fn claim(&self) -> Result<Option<Claim>, sqlx::Error> {
        let kinds: Vec<String> = self.kinds.iter().map(|job| job.kind().to_owned()).collect();
        let held: Vec<String> = self.kinds.iter().filter_map(|job| job.holds()).collect();
        let row = sqlx::query!(
            "update jobs set status = 'running', token = token + 1, worker = $2,
                lease_until = now() + make_interval(secs => $3), started_at = coalesce(started_at, now()),
                attempt = attempt + 1, resumed = resumed + case when status = 'running' then 1 else 0 end
             where id = (
                select j.id from jobs j where j.kind = any($1)
                    and (j.payload ->> 'needs' is null or j.payload ->> 'needs' = any($4)) and (
                    (j.status = 'running' and j.lease_until < now())
                    or (j.status = 'queued' and j.run_at <= now()
                        and not exists (select 1 from jobs r where r.key = j.key and r.status = 'running')))
                order by j.run_at, j.id limit 1 for update skip locked)
             returning id, kind, payload, integration_id, token, resumed, resumed - handed_back as \"deaths!\",
                attempt",
            &kinds,
            &*self.name,
            self.lease.as_secs_f64(),
            &held,
        )
        .fetch_optional(&self.pool)
        .await;
        match row {
            // two processes claimed jobs of one key in the same moment: the index let one of them
            Err(sqlx::Error::Database(db)) if db.is_unique_violation() => Ok(None),
            Err(other) => Err(other),
            Ok(row) => Ok(row.map(|row| Claim {
                kind: row.kind,
                attempt: row.attempt,
                run: Run {
                    id: row.id,
                    payload: row.payload,
                    integration_id: row.integration_id,
                    resumed: row.resumed,
                    deaths: row.deaths,
                    token: row.token,
                    pool: self.pool.clone(),
                },
            })),
        }
    }

    async fn carry_out(&self, claim: Claim) {
        let run = claim.run;
        let Some(job) = self.kinds.iter().find(|job| job.kind() == claim.kind) else { return };
        let span = info_span!("job", job = run.id, kind = claim.kind, integration = run.integration_id);
        let work = async {
            let began = Instant::now();
            info!(attempt = claim.attempt, "begins");
            let outcome = match self.lead(job.as_ref(), &run).await {
                Ok(outcome) => outcome,
                Err(problem) => {
                    error!("the end of a job could not be recorded: {problem}");
                    "unrecorded"
                }
            };
            measure::job(&claim.kind, outcome, began.elapsed());
            info!(outcome, seconds = began.elapsed().as_secs_f64(), "ended");
        };
        work.instrument(span).await;
    }

    /// Runs the job until it has ended and nobody asked for it again meanwhile. Returns what became of it, in a word.
    async fn lead(&self, job: &dyn Job, run: &Run) -> Result<&'static str, sqlx::Error> {
        if run.deaths > MAX_TAKEOVERS {
            let words = "Its process died again and again; see the server's log.";
            self.end(run, Status::Failed, Some(words)).await?;
            return Ok("given_up");
        }
        if run.resumed > 0 {
            let text = format!("resumed by {} where the worker before it stopped", self.name);
            run.log(Level::Warning, "Job", &text).await.ok();
        }
        loop {
            let work = std::panic::AssertUnwindSafe(job.run(run.clone())).catch_unwind();
            let ended = tokio::select! {
                result = work => Some(result),
                reason = self.heartbeat(run) => match reason {
                    Interrupt::Cancelled => { self.cancelled(run).await?; return Ok("cancelled") }
                    Interrupt::Lost => return Ok("taken_over"),
                    Interrupt::Stopping => { self.hand_back(run).await?; return Ok("handed_back") }
                },
            };
            let (done, outcome) = match ended {
                Some(Ok(Ok(Outcome::Completed))) => {
                    (self.end(run, Status::Completed, None).await?, "completed")
                }
                Some(Ok(Ok(Outcome::CompletedWithErrors(what)))) => {
                    (self.end(run, Status::CompletedWithErrors, Some(&what)).await?, "completed_with_errors")
                }
                Some(Ok(Err(problem))) if problem.is::<super::LeaseLost>() => return Ok("taken_over"),
                Some(Ok(Err(problem))) => (self.failed(run, &db::words(&problem)).await?, "failed"),
                Some(Err(_panic)) => {
                    let words = "A defect in Cartwright stopped it; see the server's log.";
                    (self.failed(run, words).await?, "defect")
                }
                None => (true, "failed"),
            };
            if done {
                return Ok(outcome);
            }
        }
    }

    /// Keeps the lease until something ends the run from outside.
    async fn heartbeat(&self, run: &Run) -> Interrupt {
        let mut beat = tokio::time::interval((self.lease / 5).min(Duration::from_secs(1)));
        loop {
            tokio::select! {
                () = self.stop.cancelled() => return Interrupt::Stopping,
                _ = beat.tick() => {}
            }
            let row = sqlx::query!(
                "update jobs set lease_until = now() + make_interval(secs => $3)
                 where id = $1 and token = $2 and status = 'running'
                 returning (cancel_requested_at is not null) as \"cancel!\"",
                run.id,
                run.token,
                self.lease.as_secs_f64(),
            )
            .fetch_optional(&self.pool)
            .await;
            match row {
                Ok(None) => return Interrupt::Lost,
                Ok(Some(row)) if row.cancel => return Interrupt::Cancelled,
                Ok(Some(_)) => {}
                // the database is away: the lease may run out, and then `hold` stops every write
                Err(problem) => warn!("no heartbeat: {problem}"),
            }
        }
    }

    async fn failed(&self, run: &Run, cause: &str) -> Result<bool, sqlx::Error> {
        // a store's words may hold whatever its shoppers typed: they are on the job's page, not in the log
        warn!("failed; the job's page says why");
        debug!("failed: {cause}");
        run.log(Level::Error, "Job", cause).await.ok();
        self.end(run, Status::Failed, Some(cause)).await
    }

    async fn cancelled(&self, run: &Run) -> Result<(), sqlx::Error> {
        run.log(Level::Warning, "Job", "Cancelled; what was committed before stays.").await.ok();
        sqlx::query!("update jobs set again = false where id = $1 and token = $2", run.id, run.token)
            .execute(&self.pool)
            .await?;
        self.end(run, Status::Cancelled, Some("Cancelled by a person; what was committed before stays."))
            .await?;
        Ok(())
    }

    async fn hand_back(&self, run: &Run) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "update jobs set lease_until = now(), handed_back = handed_back + 1 where id = $1 and token = $2",
            run.id,
            run.token
        )
        .execute(&self.pool)
        .await?;
        // who waits for the end of a lease looks at once
        sqlx::query!("select pg_notify('jobs', 'back')").execute(&self.pool).await?;
        Ok(())
    }

    /// Records the end. `false`: it was asked for again, so it is not the end.
    async fn end(&self, run: &Run, status: Status, message: Option<&str>) -> Result<bool, sqlx::Error> {
        let over = sqlx::query!(
            "update jobs set message = $4, finished_at = now(), lease_until = null,
                -- what failed because a person stopped it did not fail
                status = case when cancel_requested_at is not null and $3 <> 'completed' then 'cancelled' else $3 end
             where id = $1 and token = $2 and status = 'running' and not (again and $3 <> 'failed')",
            run.id,
            run.token,
            status.key(),
            message,
        )
        .execute(&self.pool)
        .await?;
        if over.rows_affected() > 0 {
            self.rest_of_the_connectors(run, status).await?;
            return Ok(true);
        }
        let wished = sqlx::query!(
            "update jobs set again = false where id = $1 and token = $2 and status = 'running'",
            run.id,
            run.token
        )
        .execute(&self.pool)
        .await?;
        Ok(wished.rows_affected() == 0)
    }

    /// A job that is over has no connector at work.
    async fn rest_of_the_connectors(&self, run: &Run, status: Status) -> Result<(), sqlx::Error> {
        let (state, from_running) = match status {
            Status::Completed | Status::CompletedWithErrors => ("skipped", "completed"),
            _ => ("skipped", "failed"),
        };
        sqlx::query!(
            "update job_connectors set state = case state when 'running' then $3 else $2 end, finished_at = now()
             where job_id = $1 and state in ('waiting', 'running')",
            run.id,
            state,
            from_running,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

/// Has no process been heard of for so long that whatever waits goes on waiting?
///
/// # Errors
/// From the database.
pub async fn nobody_works(pool: &PgPool) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        "select not exists (select 1 from workers where seen_at > now() - interval '30 seconds') as \"nobody!\""
    )
    .fetch_one(pool)
    .await
}

enum Interrupt {
    Cancelled,
    Lost,
    Stopping,
}

/// Waits for a notification; for ever when there is no listener (the timer is enough).
async fn heard(listener: &mut Option<PgListener>) {
    match listener {
        None => std::future::pending().await,
        Some(open) => {
            if open.recv().await.is_err() {
                *listener = None;
            }
        }
    }
}
