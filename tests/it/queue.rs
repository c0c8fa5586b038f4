//! The queue: a job is done once, by one worker at a time, to its end, whatever happens to processes on the way.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use axum::http::StatusCode;
use cartwright::jobs::{self, Asked, Job, JobRow, NewJob, Outcome, Run, Workers};
use cartwright::magento::{Gate, Open};
use cartwright::simulator::{Fault, Options, When};
use cartwright::sync::Fence;
use serde_json::json;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::{Pair, Process, pool_of, until};

/// What a job of the tests does.
type Deed =
    Arc<dyn Fn(Run) -> futures_util::future::BoxFuture<'static, anyhow::Result<Outcome>> + Send + Sync>;

struct Trial(Deed);

#[async_trait]
impl Job for Trial {
    fn kind(&self) -> &'static str {
        "trial"
    }

    async fn run(&self, run: Run) -> anyhow::Result<Outcome> {
        (self.0)(run).await
    }
}

fn trial<F: Future<Output = anyhow::Result<Outcome>> + Send + 'static>(
    deed: impl Fn(Run) -> F + Send + Sync + 'static,
) -> Arc<dyn Job> {
    Arc::new(Trial(Arc::new(move |run| Box::pin(deed(run)))))
}

fn workers(pool: &PgPool, name: &str, job: Arc<dyn Job>, lease: Duration) -> Workers {
    Workers::new(pool.clone(), vec![job], name, 2, lease)
}

async fn ask(pool: &PgPool, key: &str) -> Asked {
    let job = NewJob {
        kind: "trial",
        key: key.to_owned(),
        payload: json!({}),
        title: format!("Trial {key}"),
        integration_id: None,
        channel_id: None,
        requested_by: None,
        pressed: false,
    };
    jobs::enqueue(&mut pool.acquire().await.unwrap(), &job).await.unwrap()
}

async fn job(pool: &PgPool, id: i64) -> JobRow {
    jobs::find(pool, id).await.unwrap().unwrap()
}

const LONG: Duration = Duration::from_secs(15);

#[sqlx::test]
async fn asking_twice_gives_the_job_that_will_do_it(pool: PgPool) {
    let first = ask(&pool, "a").await;
    assert!(matches!(first, Asked::Queued(_)));
    assert_eq!(ask(&pool, "a").await, Asked::Waiting(first.id()));
    assert_ne!(ask(&pool, "b").await.id(), first.id(), "another key is another job");
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let job = trial(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        async { Ok(Outcome::Completed) }
    });
    workers(&pool, "w", job, LONG).drain().await.unwrap();
    assert_eq!(runs.load(Ordering::Relaxed), 2);
}

#[sqlx::test]
async fn a_wish_during_a_run_is_fulfilled_before_it_ends(pool: PgPool) {
    let runs = Arc::new(AtomicUsize::new(0));
    let (counted, wishing) = (Arc::clone(&runs), pool.clone());
    let job_of = trial(move |run| {
        let (nr, pool) = (counted.fetch_add(1, Ordering::Relaxed), wishing.clone());
        async move {
            if nr == 0 {
                for _ in 0..2 {
                    anyhow::ensure!(ask(&pool, "a").await == Asked::Running(run.id), "it runs");
                }
            }
            Ok(Outcome::Completed)
        }
    });
    let id = ask(&pool, "a").await.id();
    workers(&pool, "w", job_of, LONG).drain().await.unwrap();
    assert_eq!(runs.load(Ordering::Relaxed), 2, "two wishes, one more run");
    assert_eq!(job(&pool, id).await.status.word(), "Completed");
}

#[sqlx::test]
async fn two_processes_share_the_queue_and_never_a_job(_: PgPoolOptions, connect: PgConnectOptions) {
    let pools = [pool_of(&connect).await, pool_of(&connect).await];
    for nr in 0..40 {
        ask(&pools[0], &format!("{nr}")).await;
    }
    let done: Arc<Mutex<BTreeMap<i64, usize>>> = Arc::default();
    let noted = Arc::clone(&done);
    let job_of = trial(move |run| {
        *noted.lock().unwrap().entry(run.id).or_default() += 1;
        async move {
            tokio::task::yield_now().await;
            Ok(Outcome::Completed)
        }
    });
    let one = workers(&pools[0], "one", Arc::clone(&job_of), LONG);
    let two = workers(&pools[1], "two", job_of, LONG);
    let (a, b) = tokio::join!(one.drain(), two.drain());
    a.and(b).unwrap();
    let done = done.lock().unwrap().clone();
    assert_eq!((done.len(), done.values().max()), (40, Some(&1)));
    let names: Vec<String> =
        sqlx::query_scalar("select distinct worker from jobs order by 1").fetch_all(&pools[0]).await.unwrap();
    assert_eq!(names, ["one", "two"]);
    close(pools).await;
}

#[sqlx::test]
async fn a_job_that_panics_fails_and_says_so(pool: PgPool) {
    let id = ask(&pool, "a").await.id();
    workers(&pool, "w", trial(|_| async { panic!("a defect for a test") }), LONG).drain().await.unwrap();
    let row = job(&pool, id).await;
    assert_eq!(row.status.word(), "Failed");
    assert!(row.message.unwrap().contains("A defect in Cartwright"));
    let next = ask(&pool, "a").await;
    assert!(matches!(next, Asked::Queued(_)), "it can be asked for again");
    workers(&pool, "w", trial(|_| async { anyhow::bail!("no {}", "luck") }), LONG).drain().await.unwrap();
    let row = job(&pool, next.id()).await;
    assert_eq!((row.status.word(), row.message.as_deref()), ("Failed", Some("no luck")));
}

#[sqlx::test]
async fn a_job_whose_process_dies_again_and_again_is_given_up(pool: PgPool) {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let job_of = trial(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        async { Ok(Outcome::Completed) }
    });
    let id = ask(&pool, "a").await.id();
    sqlx::query(
        "update jobs set status = 'running', resumed = 10, lease_until = now() - interval '1 second'",
    )
    .execute(&pool)
    .await
    .unwrap();
    workers(&pool, "w", job_of, LONG).drain().await.unwrap();
    let row = job(&pool, id).await;
    assert_eq!((row.status.word(), runs.load(Ordering::Relaxed)), ("Failed", 0));
    assert!(row.message.unwrap().contains("died again and again"));
}

/// Whoever stood still at a store's gate, and was taken over meanwhile, makes no call.
#[sqlx::test]
async fn a_worker_that_was_taken_over_passes_no_gate(pool: PgPool) {
    let (told, mut tells) = tokio::sync::mpsc::unbounded_channel();
    let job = trial(move |run| {
        let told = told.clone();
        // in a task of its own: its worker may notice the loss and drop the job before it has tried
        let trying = tokio::spawn(async move {
            let fence = Fence::new(Open::gate(), run.clone()).proved_for(Duration::ZERO);
            let before = fence.enter().await.is_ok();
            sqlx::query("update jobs set token = token + 1").execute(run.pool()).await.unwrap();
            let after = fence.enter().await.err().map(|closed| closed.reason);
            told.send((before, after)).unwrap();
        });
        async move {
            trying.await?;
            Ok(Outcome::Completed)
        }
    });
    ask(&pool, "a").await;
    workers(&pool, "stands still", job, LONG).drain().await.unwrap();
    let (before, after) = tells.recv().await.unwrap();
    assert!(before, "the job was its own");
    assert!(after.as_deref().is_some_and(|why| why.contains("taken over")), "{after:?}");
}

/// The first process stalls (its thread is blocked, so no heartbeat goes out) until another one has taken over and
/// finished; then it goes on as if nothing had happened, and must not get a single row in.
#[sqlx::test]
async fn a_worker_that_was_taken_over_commits_nothing(_: PgPoolOptions, connect: PgConnectOptions) {
    let pools = [pool_of(&connect).await, pool_of(&connect).await];
    sqlx::query("create table written (by text)").execute(&pools[1]).await.unwrap();
    let id = ask(&pools[1], "a").await.id();

    let (go_on, wait) = mpsc::channel::<()>();
    let (stalled, has_stalled) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let (late_outcome, mut outcome) = tokio::sync::mpsc::unbounded_channel::<String>();
    let stall = trial(move |run| {
        stalled.send(()).unwrap();
        wait.lock().unwrap().recv().unwrap();
        let late_outcome = late_outcome.clone();
        // in a task of its own: its worker may notice the loss and drop the job before it has tried
        let trying = tokio::spawn(async move {
            late_outcome.send(format!("{:?}", write(&run, "late").await)).unwrap();
        });
        async move {
            trying.await?;
            Ok(Outcome::Completed)
        }
    });
    let theirs = connect.clone();
    let process = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let pool = pool_of(&theirs).await;
            workers(&pool, "stalls", stall, Duration::from_millis(300)).drain().await.unwrap();
            let late = outcome.recv().await.unwrap();
            pool.close().await;
            late
        })
    });
    until("the first worker is at it", async || has_stalled.try_recv().is_ok()).await;
    let takes_over =
        workers(&pools[1], "takes over", trial(|run| async move { write(&run, "in time").await }), LONG);
    until("the lease has run out and the job is done", async || {
        takes_over.drain().await.unwrap();
        job(&pools[1], id).await.status.is_over()
    })
    .await;
    go_on.send(()).unwrap();
    let late = tokio::task::spawn_blocking(move || process.join()).await.unwrap().unwrap();

    assert!(late.contains("another worker has taken over"), "{late}");
    let rows: Vec<String> = sqlx::query_scalar("select by from written").fetch_all(&pools[1]).await.unwrap();
    assert_eq!(rows, ["in time"]);
    let row = job(&pools[1], id).await;
    assert_eq!((row.status.word(), row.resumed), ("Completed", 1));
    close(pools).await;
}

async fn write(run: &Run, by: &'static str) -> anyhow::Result<Outcome> {
    let mut tx = run.pool().begin().await?;
    run.hold(&mut tx).await?;
    sqlx::query("insert into written values ($1)").bind(by).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(Outcome::Completed)
}

#[sqlx::test]
async fn cancelling_aborts_the_call_in_flight_within_five_seconds(pool: PgPool) {
    let mut pair = Pair::new(pool, Options { customers: 60, ..Options::default() }).await;
    // the first window comes in, the next one hangs
    pair.store.script(Fault::Slow(Duration::from_secs(30)), When::method("multiCall").after(2));
    let (id, workers) = started(&pair).await;
    until("a call hangs", async || pair.store.requests_of("multiCall") >= 3).await;
    let before = pair.app.count("select count(*) from customers").await;
    let began = Instant::now();
    let answer = pair.app.post(&format!("/jobs/{id}/cancellation"), &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    until("it is cancelled", async || pair.job(id).await.status.is_over()).await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(pair.job(id).await.status.word(), "Cancelled");
    assert!(pair.app.count("select count(*) from customers").await >= before, "what was committed stays");
    pair.store.clear_scripts();
    workers.stop().await;
    pair.sync_well().await;
    pair.assert_equal().await;
}

#[sqlx::test]
async fn an_integration_that_is_removed_during_its_sync_stops_it(pool: PgPool) {
    let pair = removed_while_it_runs(pool, "/integrations/1/removal").await;
    assert_eq!(pair.app.count("select count(*) from integrations").await, 0);
    assert_eq!(pair.app.count("select count(*) from sync_cursors").await, 0);
}

#[sqlx::test]
async fn a_channel_that_is_deleted_during_its_sync_stops_it(pool: PgPool) {
    let pair = removed_while_it_runs(pool, "/channels/1/deletion").await;
    pair.app.drain_jobs().await;
    assert_eq!(pair.app.count("select count(*) from channels").await, 0);
    assert_eq!(pair.app.count("select count(*) from customers").await, 0);
}

async fn removed_while_it_runs(pool: PgPool, way: &str) -> Pair {
    let mut pair = Pair::new(pool, Options { customers: 300, ..Options::default() }).await;
    pair.store.script(Fault::Slow(Duration::from_millis(100)), When::method("multiCall"));
    let (id, workers) = started(&pair).await;
    until("customers come in", async || pair.app.count("select count(*) from customers").await > 0).await;
    let answer = pair.app.post(way, &[("name", "Corner shop")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    until("it has stopped", async || pair.job(id).await.status.is_over()).await;
    let word = pair.job(id).await.status.word();
    assert!(matches!(word, "Cancelled" | "Failed"), "{word}");
    workers.stop().await;
    assert_eq!(pair.app.count("select count(*) from failed_records").await, 0);
    pair
}

/// A sync in the hands of a worker that works on.
async fn started(pair: &Pair) -> (i64, Workers) {
    let id = pair.schedule().await;
    let workers = pair.app.workers("worker");
    let at_work = workers.clone();
    tokio::spawn(async move { at_work.work().await });
    (id, workers)
}

/// The real thing: `cartwright serve` as a process of its own, killed in the middle of a backfill.
#[sqlx::test]
async fn after_a_kill_the_next_process_goes_on_where_it_stopped(_: PgPoolOptions, connect: PgConnectOptions) {
    let pool = pool_of(&connect).await;
    let pair = Pair::new(pool.clone(), Options { customers: 600, ..Options::default() }).await;
    pair.store.script(Fault::Slow(Duration::from_millis(150)), When::method("multiCall"));
    let id = pair.schedule().await;
    let process = Process::serve(&connect);
    until("windows are committed", async || committed(&pool).await >= 2).await;
    process.kill(&pool).await;
    let before = pair.app.count("select count(*) from customers").await;
    assert!((1..600).contains(&before), "killed in the middle, not at an end: {before}");
    pair.store.clear_scripts();
    pair.app.bury_the_dead().await;
    pair.app.workers("next").drain().await.unwrap();

    let row = pair.job(id).await;
    assert_eq!((row.status.word(), row.resumed), ("Completed", 1));
    assert!(pair.log(id).await.contains("resumed by next"));
    pair.assert_equal().await;
    // counters commit with the windows: read once each, whoever did it
    assert_eq!(
        pair.app.count("select sum(read)::bigint from job_connectors where connector = 'Customers'").await,
        600
    );
    assert_eq!(
        pair.app.count("select sum(created)::bigint from job_connectors where connector = 'Customers'").await,
        600
    );
    pool.close().await;
}

async fn committed(pool: &PgPool) -> i64 {
    sqlx::query_scalar("select count(*) from job_log where message like 'Window %'")
        .fetch_one(pool)
        .await
        .unwrap()
}

/// The test's database is dropped at the end, and nobody may be connected to it then.
async fn close(pools: [PgPool; 2]) {
    for pool in pools {
        pool.close().await;
    }
}
