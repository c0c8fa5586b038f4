//! Jobs: the list, a job's page, cancelling, asking twice (S46, S49-S52).

use axum::http::{StatusCode, header};
use cartwright::simulator::{Fault, Options, Simulator, When};
use sqlx::PgPool;

use crate::support::{App, Page};

async fn app_with_a_store(pool: PgPool) -> (App, Simulator) {
    let options = Options { customers: 6, ..Options::default() };
    let store = Simulator::start(options.clone()).await.unwrap();
    let mut app = App::as_administrator(pool).await;
    app.connect(&store, &options, "Shop").await;
    app.drain_jobs().await;
    (app, store)
}

fn status(page: &Page) -> String {
    page.part("id=\"job-status\"", "</span></span>")
}

/// The column Progress of the list, the newest first.
async fn progress(app: &mut App) -> Vec<String> {
    let list = app.get("/jobs").await;
    list.html.split("</progress>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

/// A bar says on the list what it says on the job's page, and a job that broke off stays where it was.
#[sqlx::test]
async fn the_list_tells_how_far_a_job_is(pool: PgPool) {
    let (mut app, _store) = app_with_a_store(pool).await;
    app.post("/integrations/1/jobs", &[]).await;
    app.run_sql(
        "update jobs set status = 'running', lease_until = now() + interval '1 hour', started_at = now() where id = 2",
    )
    .await;
    app.run_sql(
        "insert into job_connectors (job_id, connector, position, state, share)
         values (2, 'Customers', 1, 'completed', null), (2, 'Orders', 2, 'running', 500), (2, 'Carts', 3, 'skipped', null)",
    )
    .await;
    // of three that weigh the same, the second is half done, and the third is not needed
    assert_eq!(progress(&mut app).await, ["83 %", "100 %"]);
    assert!(app.get("/jobs/2").await.part("aria-label=\"Job\"", "</progress>").contains("83 %"));
    app.run_sql("update jobs set status = 'failed', finished_at = now() where id = 2").await;
    assert_eq!(progress(&mut app).await, ["50 %", "100 %"], "the third was never reached");
    let file = app.get("/jobs/export").await.html;
    assert!(file.starts_with("ID,Name,Status,Progress,"), "{file}");
}

#[sqlx::test]
async fn asking_twice_for_a_sync_queues_one_job(pool: PgPool) {
    let (mut app, _store) = app_with_a_store(pool).await;
    for _ in 0..3 {
        let asked = app.post("/integrations/1/jobs", &[]).await;
        let page = app.follow(&asked).await;
        assert!(
            page.part("role=\"status\"", "</div>").starts_with("A sync job has been added to the queue.")
        );
        assert!(page.html.contains("<a href=\"/jobs/2\">Check progress</a>"), "{}", page.text());
    }
    assert_eq!(app.count("select count(*) from jobs").await, 2);
    app.drain_jobs().await;
    let asked = app.post("/integrations/1/jobs", &[]).await;
    let page = app.follow(&asked).await;
    let job = page.link("href=\"/jobs/").unwrap();
    assert_ne!(job, "/jobs/2", "one that is over does nothing any more");
    app.drain_jobs().await;
}

#[sqlx::test]
async fn a_jobs_page_goes_from_queued_to_its_end_and_counts_what_it_did(pool: PgPool) {
    let (mut app, _store) = app_with_a_store(pool).await;
    app.post("/integrations/1/jobs", &[]).await;
    let waiting = app.get("/jobs/2").await;
    assert_eq!(status(&waiting), "Queued");
    assert!(waiting.html.contains("<progress") && waiting.html.contains("data-events=\"/jobs/2/events\""));
    assert!(waiting.text().contains("Started by Ada Lovelace"), "{}", waiting.text());
    assert_eq!(progress(&mut app).await, ["0 %", "100 %"]);
    app.drain_jobs().await;
    assert_eq!(progress(&mut app).await, ["100 %", "100 %"]);
    let first = app.get("/jobs/1").await;
    assert_eq!(status(&first), "Completed");
    assert!(first.text().contains("Started by the schedule"));
    for head in ["Connector", "Read", "Created", "Updated", "Unchanged", "Removed", "Conflicts", "Failed"] {
        assert!(first.html.contains(&format!(">{head}</th>")), "{head}");
    }
    assert!(
        first.part("<b>Customers</b>", "</tr>").ends_with("6 6 0 0 0 0 0"),
        "{}",
        first.part("<b>Customers</b>", "</tr>")
    );
    assert!(
        first.text().contains("100 %") && !first.html.contains("data-events"),
        "one that is over is not watched"
    );
    assert!(!first.text().contains("Cancel job"));
    assert_eq!(status(&app.get("/jobs/2").await), "Completed");
}

#[sqlx::test]
async fn who_watches_a_job_that_is_over_is_told_so_and_let_go(pool: PgPool) {
    let (mut app, _store) = app_with_a_store(pool).await;
    let events = app.get("/jobs/1/events").await;
    assert_eq!(events.headers[header::CONTENT_TYPE], "text/event-stream");
    assert_eq!(events.headers[header::CACHE_CONTROL], "no-store");
    assert!(events.html.contains("event: over") && events.html.contains("Completed"), "{}", events.html);
    assert_eq!(events.html.matches("event: ").count(), 1);
}

#[sqlx::test]
async fn a_job_that_waits_is_cancelled_at_once_and_never_runs(pool: PgPool) {
    let (mut app, store) = app_with_a_store(pool).await;
    app.post("/integrations/1/jobs", &[]).await;
    store.reset_counters();
    let cancelled = app.post("/jobs/2/cancellation", &[]).await;
    let page = app.follow(&cancelled).await;
    assert_eq!(status(&page), "Cancelled");
    assert!(
        page.text().contains("What was committed stays.")
            && page.text().contains("Cancelled before it began.")
    );
    app.drain_jobs().await;
    assert!(store.requests().is_empty(), "{:?}", store.requests());
    let again = app.post("/jobs/2/cancellation", &[]).await;
    assert!(app.follow(&again).await.text().contains("The job was over already."));
    let completed = app.post("/jobs/1/cancellation", &[]).await;
    assert_eq!(status(&app.follow(&completed).await), "Completed", "what is over stays as it ended");
    assert_eq!(app.post("/jobs/99/cancellation", &[]).await.status, StatusCode::NOT_FOUND);
    app.post("/integrations/1/jobs", &[]).await;
    app.drain_jobs().await;
    assert_eq!(status(&app.get("/jobs/3").await), "Completed", "the next one is not held back by it");
}

#[sqlx::test]
async fn a_job_that_cannot_do_its_work_says_why_in_plain_words(pool: PgPool) {
    let (mut app, store) = app_with_a_store(pool).await;
    store.expire_sessions();
    store.script(Fault::Soap("2".into(), "Access denied.".into(), 200), When::method("login"));
    app.post("/integrations/1/jobs", &[]).await;
    app.drain_jobs().await;
    let page = app.get("/jobs/2").await;
    assert_eq!(status(&page), "Failed");
    let alert = page.part("role=\"alert\"", "</div></div>");
    assert!(alert.contains("The job could not do its work") && alert.contains("key"), "{alert}");
    assert!(alert.contains("Nothing is lost"), "{alert}");
    let list = app.get("/jobs?status=failed").await;
    assert_eq!(list.rows(), ["/jobs/2"]);
    assert!(app.get("/").await.text().contains("1 store needs a look"), "the shell says so on every page");
    store.clear_scripts();
    app.post("/integrations/1/jobs", &[]).await;
    app.drain_jobs().await;
    assert!(app.get("/").await.text().contains("All stores in agreement"));
}

#[sqlx::test]
async fn an_inactive_channel_is_not_synchronized_by_hand_either(pool: PgPool) {
    let (mut app, _store) = app_with_a_store(pool).await;
    app.post("/channels/1/deactivation", &[]).await;
    app.get("/channels/1").await;
    let asked = app.post("/integrations/1/jobs", &[]).await;
    let page = app.follow(&asked).await;
    let note = page.part("role=\"alert\"", "</div>");
    assert!(
        note.contains("The channel is inactive")
            && page.html.contains("<a href=\"/channels/1\">open the channel</a>"),
        "{note}"
    );
    assert_eq!(app.count("select count(*) from jobs").await, 1);
    assert_eq!(app.post("/integrations/99/jobs", &[]).await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn the_list_has_every_job_once_newest_first_on_pages_forward_and_back(pool: PgPool) {
    let (mut app, _store) = app_with_a_store(pool).await;
    for nr in 2..=60 {
        app.post("/integrations/1/jobs", &[]).await;
        app.post(&format!("/jobs/{nr}/cancellation"), &[]).await;
    }
    let newest_first: Vec<String> = (1..=60).rev().map(|nr| format!("/jobs/{nr}")).collect();
    let (mut met, mut path) = (Vec::new(), "/jobs".to_owned());
    let last = loop {
        let page = app.get(&path).await;
        assert!(page.text().contains("60 records"));
        met.extend(page.rows());
        match page.link("rel=\"next\"") {
            Some(next) => path = next,
            None => break page,
        }
    };
    assert_eq!(met, newest_first);
    let (mut back, mut page) = (last.rows(), last);
    while let Some(previous) = page.link("rel=\"prev\"") {
        page = app.get(&previous).await;
        let mut before = page.rows();
        before.extend(back);
        back = before;
    }
    assert_eq!(back, newest_first);
    assert_eq!(app.get("/jobs?size=100").await.rows().len(), 60);
    assert_eq!(app.get("/jobs?status=completed").await.rows(), ["/jobs/1"]);
    assert_eq!(app.get("/jobs?status=cancelled&size=50").await.rows().len(), 50);
    for garbage in [
        "?status=x",
        "?from=after.1",
        "?from=after.99999999999999999999.n",
        "?from=before.-1.vx",
        "?size=0",
        "?size=26",
        "?from=%00",
        "?status=%27",
    ] {
        let page = app.get(&format!("/jobs{garbage}")).await;
        assert_eq!(page.status, StatusCode::OK, "{garbage}");
    }
}
