//! Several processes on one database: jobs, schedule, sessions, live progress and limits are shared, and any of them may go at
//! any moment.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use cartwright::simulator::{Fault, Options, Simulator, When};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::{App, PASSWORD, Pair, Process, Visitor, only_customers, pool_of, settings, until};

/// Longer than any of these tests: what is due once comes once.
const ONCE: [&str; 2] = ["--sync-interval", "1h"];

#[sqlx::test]
async fn three_processes_share_schedule_sessions_and_limits(_: PgPoolOptions, connect: PgConnectOptions) {
    let pool = pool_of(&connect).await;
    let mut app = App::as_administrator(pool.clone()).await;
    let options = Options { customers: 15, ..only_customers() };
    let mut stores = Vec::new();
    for name in ["North", "South", "West"] {
        let store = Simulator::start(options.clone()).await.unwrap();
        app.connect(&store, &options, name).await;
        stores.push(store);
    }
    let processes = [(); 3].map(|()| Process::with(&connect, &ONCE));
    let mut homes = Vec::new();
    for process in &processes {
        homes.push(process.url().await);
    }
    let syncs = "select count(*) from jobs where kind = 'sync'";
    until("every store was synchronized", async || {
        app.count("select count(*) from jobs where kind = 'sync' and status = 'completed'").await == 3
    })
    .await;
    assert_eq!(app.count(syncs).await, 3, "three schedules queue what is due once");
    assert_eq!(app.count("select count(*) from customers").await, 45);

    let mut ada = Visitor::signed_in(&homes[0], "ada@example.org").await;
    assert_eq!(ada.get(&homes[1], "/customers").await.unwrap().status, StatusCode::OK);
    assert_eq!(ada.post(&homes[1], "/logout", &[]).await.unwrap().status, StatusCode::SEE_OTHER);
    assert_eq!(
        ada.get(&homes[2], "/customers").await.unwrap().status,
        StatusCode::SEE_OTHER,
        "signed out everywhere"
    );

    let mut guesser = Visitor::new();
    let guess = |password| [("email", "ada@example.org"), ("password", password)];
    for nr in 0..10 {
        let page = guesser.post(&homes[nr % 3], "/login", &guess("wrong")).await.unwrap();
        assert!(page.text().contains("is not right"), "{nr}: {}", page.text());
    }
    for home in &homes {
        let page = guesser.post(home, "/login", &guess(PASSWORD)).await.unwrap();
        assert!(page.text().contains("Too many attempts"), "{}", page.text());
    }
    drop(processes);
    pool.close().await;
}

/// Who has the job.
async fn holder(pool: &PgPool, processes: &[Process], job: i64) -> Option<usize> {
    let worker: Option<String> =
        sqlx::query_scalar("select worker from jobs where id = $1 and status = 'running'")
            .bind(job)
            .fetch_optional(pool)
            .await
            .unwrap()
            .flatten();
    let number = worker?.rsplit(' ').next()?.parse::<u32>().ok()?;
    processes.iter().position(|process| process.id() == number)
}

async fn held(pool: &PgPool, processes: &[Process], job: i64) -> usize {
    until("somebody has the job", async || holder(pool, processes, job).await.is_some()).await;
    holder(pool, processes, job).await.unwrap()
}

/// A job is watched at a process that does not do it, while the one that does is killed and the next one told to stop.
#[sqlx::test]
async fn a_job_goes_on_whoever_dies_and_is_watched_anywhere(_: PgPoolOptions, connect: PgConnectOptions) {
    let pool = pool_of(&connect).await;
    let pair = Pair::new(pool.clone(), Options { customers: 400, ..only_customers() }).await;
    pair.store.script(Fault::Slow(Duration::from_millis(150)), When::method("multiCall"));
    let mut processes: Vec<Process> = (0..3).map(|_| Process::serve(&connect)).collect();
    for process in &processes {
        process.url().await;
    }
    let job = pair.schedule().await;
    let holds = held(&pool, &processes, job).await;
    let first = processes.remove(holds);
    committed(&pool, 1).await;
    let dead = first.id();
    first.kill(&pool).await;
    // nobody waits here until the lease runs out by itself
    let sql = "update jobs set lease_until = now() where worker like '% ' || $1";
    sqlx::query(sql).bind(dead.to_string()).execute(&pool).await.unwrap();
    pair.app.run_sql("update store_calls set expires_at = now()").await;

    let holds = held(&pool, &processes, job).await;
    let mut second = processes.remove(holds);
    let third = processes.remove(0);
    let path = format!("/jobs/{job}/events");
    let there = Visitor::signed_in(&second.url().await, "ada@example.org").await;
    let mut ending = there.watch(&second.url().await, &path).await;
    let mut watched = there.watch(&third.url().await, &path).await;
    let event = watched.chunk().await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&event).contains("Running"), "{event:?}");
    let before = committed(&pool, 3).await;
    let told = Instant::now();
    second.terminate();
    until("the third goes on", async || holder(&pool, std::slice::from_ref(&third), job).await.is_some())
        .await;
    assert!(told.elapsed() < Duration::from_secs(5), "handed back after {:?}", told.elapsed());
    assert!(second.end().await.success(), "{}", second.log());
    while ending.chunk().await.unwrap().is_some() {}
    committed(&pool, before + 1).await;
    assert_eq!(pair.app.count("select handed_back::bigint from jobs").await, 1);

    pair.store.clear_scripts();
    until("it is done", async || pair.job(job).await.status.is_over()).await;
    let row = pair.job(job).await;
    assert_eq!((row.status.word(), row.resumed, row.message), ("Completed", 2, None));
    let mut last = String::new();
    while let Some(chunk) = watched.chunk().await.unwrap() {
        last.push_str(&String::from_utf8_lossy(&chunk));
    }
    assert!(last.contains("event: over") && last.contains("Completed"), "{last}");
    pair.assert_equal().await;
    let read = "select sum(read)::bigint from job_connectors where connector = 'Customers'";
    assert_eq!(pair.app.count(read).await, 400, "counted once each, whoever read them");
    drop(third);
    pool.close().await;
}

/// Waits until so many windows are committed, and says how many.
async fn committed(pool: &PgPool, least: i64) -> i64 {
    let count = async || {
        let sql = "select count(*) from job_log where message like 'Window %'";
        sqlx::query_scalar::<_, i64>(sql).fetch_one(pool).await.unwrap()
    };
    until("windows are committed", async || count().await >= least).await;
    count().await
}

/// The new one is started, the old one told to stop: what is under way there is answered, and whoever comes next is let in by the
/// new one.
#[sqlx::test]
async fn a_restart_is_noticed_by_nobody(_: PgPoolOptions, connect: PgConnectOptions) {
    let pool = pool_of(&connect).await;
    let app = App::as_administrator(pool.clone()).await;
    let options = Options { customers: 2, ..only_customers() };
    let store = Simulator::start(options.clone()).await.unwrap();
    let mut old = Process::with(&connect, &["--sync-interval", "0", "--drain-seconds", "1"]);
    let homes = [old.url().await, String::new()];
    let mut visitor = Visitor::signed_in(&homes[0], "ada@example.org").await;
    let new = Process::serve(&connect);
    let homes = [homes[0].clone(), new.url().await];

    store.script(Fault::Slow(Duration::from_millis(1_500)), When::method("login").times(1));
    let slow =
        tokio::spawn(under_way(visitor.clone(), homes[0].clone(), settings(&store, &options, "Corner")));
    until("a request is under way", async || store.requests_of("login") > 0).await;
    old.terminate();
    // a balancer is told before the door is shut, as soon as the process has heard of it
    until("a balancer is told", async || {
        let told = visitor.get(&homes[0], "/readyz").await.unwrap();
        told.status == StatusCode::SERVICE_UNAVAILABLE
    })
    .await;
    let mut moved = 0;
    while !slow.is_finished() || moved < 10 {
        moved += u32::from(balanced(&mut visitor, &homes).await);
    }
    let page = slow.await.unwrap();
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("Connected."), "{}", page.text());
    assert!(old.end().await.success(), "{}", old.log());
    assert!(!old.log().contains("ERROR"), "a restart that was asked for is no fault: {}", old.log());
    assert_eq!(
        app.count("select count(*) from workers where seen_at > now() - interval '1 minute'").await,
        2
    );
    drop(new);
    pool.close().await;
}

async fn under_way(
    mut visitor: Visitor,
    home: String,
    form: Vec<(&'static str, String)>,
) -> crate::support::Page {
    let mut fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.push(("action", "check"));
    visitor.post(&home, "/channels/new/integration", &fields).await.unwrap()
}

/// As a balancer does it: who is not ready is passed over, whoever is must answer. Was the first passed over?
async fn balanced(visitor: &mut Visitor, homes: &[String; 2]) -> bool {
    for (nr, home) in homes.iter().enumerate() {
        let ready = visitor.get(home, "/readyz").await;
        if ready.is_ok_and(|page| page.status == StatusCode::OK) {
            let page = visitor.get(home, "/jobs").await.unwrap();
            assert_eq!(page.status, StatusCode::OK, "{}", page.text());
            return nr > 0;
        }
    }
    unreachable!("the second is ready")
}
