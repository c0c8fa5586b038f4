//! Small things that were wrong once.

use cartwright::simulator::{Fault, Options, When};
use sqlx::PgPool;

use crate::support::{Pair, only_customers, until};

#[sqlx::test]
async fn dictionaries_that_are_read_twice_in_one_job_are_counted_once(pool: PgPool) {
    let mut pair = Pair::new(pool, Options { customers: 5, ..only_customers() }).await;
    let asked = pair.store.requests_of("storeList");
    let id = pair.schedule().await;
    // what is read cannot be saved until somebody has asked once more
    let mut hold = pair.app.pool.begin().await.unwrap();
    sqlx::query("lock table websites in exclusive mode").execute(&mut *hold).await.unwrap();
    let workers = pair.app.workers("worker");
    let at_work = workers.clone();
    let working = tokio::spawn(async move { at_work.work().await });
    until("the websites are read", async || pair.store.requests_of("storeList") > asked).await;
    pair.app.post("/integrations/1/jobs", &[]).await;
    hold.commit().await.unwrap();
    until("it is over", async || pair.job(id).await.status.is_over()).await;
    workers.stop().await;
    working.await.unwrap();
    assert_eq!(pair.store.requests_of("storeList"), asked + 2, "it has gone round again");
    let counts = pair
        .app
        .text(
            "select string_agg(concat_ws(' ', read, created, updated, unchanged), '; ') from job_connectors
             where connector = 'Websites and stores'",
        )
        .await;
    assert_eq!(counts, "6 6 0 0");
}

#[sqlx::test]
async fn what_is_asked_for_beside_a_full_resync_does_not_take_its_name(pool: PgPool) {
    let mut pair = Pair::synced(pool, Options { customers: 3, ..only_customers() }).await;
    pair.app.post("/integrations/1/jobs", &[]).await;
    pair.app.post("/integrations/1/resyncs", &[]).await;
    let title = "select title from jobs order by id desc limit 1";
    assert_eq!(pair.app.text(title).await, "Full re-sync of Corner shop Store");
    pair.app.post("/integrations/1/walks", &[]).await;
    pair.app.post("/integrations/1/jobs", &[]).await;
    let both = "Full re-sync of Corner shop Store; Find removed records of Corner shop Store";
    assert_eq!(pair.app.text(title).await, both);
    assert_eq!(pair.app.count("select count(*) from jobs where status = 'queued'").await, 1);
    pair.app.drain_jobs().await;
}

#[sqlx::test]
async fn rows_without_an_id_are_kept_apart_and_are_not_tried_again_in_vain(pool: PgPool) {
    let mut pair = Pair::synced(pool, Options { customers: 12, ..only_customers() }).await;
    for id in [7, 9] {
        // of several scripts the store follows the first
        pair.store.clear_scripts();
        pair.store.script(Fault::Garbage(id, "customer_id".to_owned(), String::new()), When::always());
        pair.store.edit_customer(id, |customer| customer.lastname = Some("Changed".into()));
        let job = pair.sync().await;
        assert_eq!(job.status.word(), "Completed with errors", "{:?}", job.message);
    }
    let kept =
        "select count(*) from failed_records where remote_id like 'without an id (%' and next_try_at is null";
    assert_eq!(pair.app.count(kept).await, 2);
    pair.sync().await;
    assert_eq!(
        pair.app.count("select count(*) from failed_records").await,
        2,
        "the same rows are the same records"
    );
    let page = pair.app.get("/failed-records").await;
    assert!(page.text().contains("it cannot be asked for by itself"), "{}", page.text());
    pair.store.clear_scripts();
    pair.store.edit_customer(7, |customer| customer.lastname = Some("Mended".into()));
    pair.store.edit_customer(9, |customer| customer.lastname = Some("Mended".into()));
    pair.sync_well().await;
    pair.assert_equal().await;
}
