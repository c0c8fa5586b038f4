//! The list of jobs, their logs, asking once more, how long they are kept, and whether anybody works.

use std::time::Duration;

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use cartwright::jobs::{self, Kept};
use cartwright::simulator::{Fault, Options, Simulator, When};
use sqlx::PgPool;

use crate::support::{App, only_customers, until};

async fn two_shops(pool: PgPool) -> (App, [Simulator; 2]) {
    let options = Options { customers: 4, ..only_customers() };
    let stores =
        [Simulator::start(options.clone()).await.unwrap(), Simulator::start(options.clone()).await.unwrap()];
    let mut app = App::as_administrator(pool).await;
    app.connect(&stores[0], &options, "Books").await;
    app.connect(&stores[1], &options, "Tools").await;
    app.drain_jobs().await;
    (app, stores)
}

#[sqlx::test]
async fn jobs_are_found_by_channel_kind_status_and_day_and_strange_words_are_told(pool: PgPool) {
    let (mut app, _stores) = two_shops(pool).await;
    app.run_sql("update jobs set queued_at = now() - interval '40 days' where id = 2").await;
    for (query, rows) in [
        ("", vec!["/jobs/2", "/jobs/1"]),
        ("?channel=1", vec!["/jobs/1"]),
        ("?channel=2&kind=sync", vec!["/jobs/2"]),
        ("?kind=preview", vec![]),
        ("?kind=clearing", vec![]),
        ("?status=completed&channel=1", vec!["/jobs/1"]),
        ("?status=failed", vec![]),
        ("?created-at=week", vec!["/jobs/1"]),
        ("?channel=99", vec!["/jobs/2", "/jobs/1"]),
        ("?channel=x", vec!["/jobs/2", "/jobs/1"]),
        ("?kind=%00", vec![]),
        ("?created-at=yesterday", vec!["/jobs/2", "/jobs/1"]),
    ] {
        let page = app.get(&format!("/jobs{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert_eq!(page.rows(), rows, "{query}: {}", page.text());
    }
    let list = app.get("/jobs").await;
    assert!(
        list.text().contains("Sync Books") && list.html.contains("href=\"/channels/1\""),
        "{}",
        list.text()
    );
}

#[sqlx::test]
async fn a_log_is_searched_by_level_and_words_and_hostile_lines_stay_text(pool: PgPool) {
    let (mut app, _stores) = two_shops(pool).await;
    app.run_sql(
        "insert into job_log (job_id, level, source, message) values
            (1, 'warning', 'Store', 'A <script>alert(1)</script> page'), (1, 'error', 'Orders', 'It broke \u{202e}evil'),
            (2, 'warning', 'Store', 'of another job')",
    )
    .await;
    let job = app.get("/jobs/1").await;
    assert!(job.html.contains("href=\"/jobs/1/log\""), "{}", job.text());
    for (query, there, not_there) in [
        ("", "It broke", "of another job"),
        ("?level=warning", "alert(1)", "It broke"),
        ("?level=error", "It broke", "alert(1)"),
        ("?level=loud", "alert(1)", "of another job"),
        ("?message=BROKE", "It broke", "alert(1)"),
        ("?source=orders", "It broke", "alert(1)"),
        ("?level=nonsense&from=garbage", "It broke", "of another job"),
    ] {
        let page = app.get(&format!("/jobs/1/log{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        let text = page.text();
        assert!(text.contains(there) && !text.contains(not_there), "{query}: {text}");
        assert!(!page.html.contains("<script>alert"), "{query}");
    }
    let csv = app.get("/jobs/1/log/export?level=error").await;
    assert!(csv.html.contains("It broke") && !csv.html.contains("alert"), "{}", csv.html);
    assert_eq!(app.get("/jobs/99/log").await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.colleague(Role::Sales).await.get("/jobs/1/log").await.status, StatusCode::FORBIDDEN);
}

#[sqlx::test]
async fn what_is_over_runs_again_and_what_is_not_waits_for_its_end(pool: PgPool) {
    let (mut app, stores) = two_shops(pool).await;
    stores[0].script(Fault::Maintenance, When::always());
    app.post("/integrations/1/resyncs", &[]).await;
    app.drain_jobs().await;
    let failed = app.get("/jobs/3").await;
    assert!(failed.text().contains("Full re-sync of Books Store Failed"), "{}", failed.text());
    stores[0].clear_scripts();
    let again = app.press(&failed_form(&failed), "Run again").await;
    assert!(again.text().contains("Full re-sync of Books Store Queued"), "{}", again.text());
    assert!(!again.text().contains("Run again"), "it waits already");
    let twice = app.post("/jobs/3/runs", &[]).await;
    assert_eq!(twice.location(), "/jobs/4", "asking twice gives the one that waits");
    let early = app.post("/jobs/4/runs", &[]).await;
    assert!(app.follow(&early).await.text().contains("The job is not over yet"));
    app.drain_jobs().await;
    assert!(app.get("/jobs/4").await.text().contains("Full re-sync of Books Store Completed"));

    app.post("/channels/1/deactivation", &[]).await;
    app.get("/channels/1").await;
    let inactive = app.post("/jobs/3/runs", &[]).await;
    assert!(app.follow(&inactive).await.text().contains("The channel is inactive"));
    app.post("/integrations/1/removal", &[]).await;
    app.get("/channels").await;
    let gone = app.post("/jobs/3/runs", &[]).await;
    assert!(app.follow(&gone).await.text().contains("what it was for is gone"));
    assert_eq!(app.post("/jobs/99/runs", &[]).await.status, StatusCode::NOT_FOUND);
    let mut manager = app.colleague(Role::Manager).await;
    assert_eq!(manager.post("/jobs/2/runs", &[]).await.status, StatusCode::FORBIDDEN);
}

/// The button belongs to a form elsewhere on the page; a browser finds it by its id.
fn failed_form(page: &crate::support::Page) -> crate::support::Page {
    let html = format!("<main><form action=\"/jobs/3/runs\"><button>{}</button></form>", "Run again");
    assert!(page.html.contains("form=\"again-form\"") && page.html.contains("id=\"again-form\""));
    crate::support::Page::new(page.path.clone(), page.status, axum::http::HeaderMap::new(), html)
}

#[sqlx::test]
async fn old_jobs_go_but_for_the_last_ones_of_each_integration(pool: PgPool) {
    let (app, _stores) = two_shops(pool).await;
    app.run_sql(
        "insert into jobs (kind, key, title, integration_id, status, finished_at)
         select 'sync', 'integration 1', 'Old', 1, 'completed', now() - interval '91 days' from generate_series(1, 2500)",
    )
    .await;
    app.run_sql("update jobs set finished_at = now() - interval '91 days' where id = 2").await;
    let kept = Kept { days: 90, of_each: 3 };
    assert_eq!(
        jobs::purge(&app.pool, kept).await.unwrap(),
        2497,
        "three of the first stay, and the only one of the second"
    );
    assert_eq!(jobs::purge(&app.pool, kept).await.unwrap(), 0, "twice is once");
    assert_eq!(app.count("select count(*) from jobs where id in (1, 2)").await, 2);
}

#[sqlx::test]
async fn a_job_that_waits_says_so_when_no_worker_is_alive(pool: PgPool) {
    let (mut app, _stores) = two_shops(pool).await;
    app.post("/integrations/1/jobs", &[]).await;
    assert!(app.get("/jobs/3").await.text().contains("No worker is alive"));
    assert!(app.get("/jobs").await.text().contains("No worker is alive"));
    let workers = app.workers("one that lives");
    let working = workers.clone();
    let task = tokio::spawn(async move { working.work().await });
    until("it is done", async || app.count("select count(*) from jobs where status = 'queued'").await == 0)
        .await;
    assert_eq!(app.count("select count(*) from workers").await, 1);
    assert!(!app.get("/jobs").await.text().contains("No worker is alive"));
    workers.stop().await;
    tokio::time::timeout(Duration::from_secs(30), task).await.unwrap().unwrap();
    assert_eq!(app.count("select count(*) from workers").await, 0, "who stops says so");
    app.drain_jobs().await;
}

#[sqlx::test]
async fn a_channel_that_its_form_switches_off_stops_with_its_jobs_or_not_at_all(pool: PgPool) {
    let options = Options { customers: 3, ..only_customers() };
    let store = Simulator::start(options.clone()).await.unwrap();
    let mut app = App::as_administrator(pool).await;
    app.connect(&store, &options, "Books").await;
    app.post("/integrations/1/jobs", &[]).await;
    app.run_sql(
        "create function refuse() returns trigger language plpgsql as $$ begin raise 'not now'; end $$",
    )
    .await;
    app.run_sql("create trigger refuse before update on jobs execute function refuse()").await;
    let off = [("name", "Books"), ("status", "inactive")];
    assert_eq!(app.post("/channels/1", &off).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(app.count("select count(*) from channels where active").await, 1, "its jobs go on");
    app.run_sql("drop trigger refuse on jobs").await;
    assert_eq!(app.post("/channels/1", &off).await.location(), "/channels/1");
    assert_eq!(
        app.text("select status || ' ' || (select active from channels) from jobs").await,
        "cancelled false"
    );
}
