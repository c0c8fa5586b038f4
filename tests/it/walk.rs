//! The main job, end to end, through the front door: create a Magento channel, check the connection, schedule a sync,
//! watch the job, read the store's customers.

use axum::http::StatusCode;
use cartwright::simulator::{Options, Simulator};
use sqlx::PgPool;

use crate::support::{App, only_customers, settings, with};

#[sqlx::test]
async fn a_new_store_is_connected_synchronized_and_read(pool: PgPool) {
    let options = Options { customers: 60, ..only_customers() };
    let store = Simulator::start(options.clone()).await.unwrap();
    let mut app = App::as_administrator(pool).await;

    let integration = app.connect(&store, &options, "Corner shop").await;
    app.drain_jobs().await;

    let scheduled = app.post(&format!("/integrations/{integration}/jobs"), &[]).await;
    let page = app.follow(&scheduled).await;
    let note = page.part("role=\"status\"", "</div>");
    assert_eq!(note, "A sync job has been added to the queue. Check progress .");
    app.drain_jobs().await;

    let job = app.get("/jobs/2").await;
    assert!(job.part("id=\"job-status\"", "</h1>").starts_with("Completed"), "{}", job.text());

    let list = app.get("/customers").await;
    assert!(list.text().contains("60 records"), "{}", list.text());
    let first =
        list.html.split("class=\"opens\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let customer = app.get(&first).await;
    assert_eq!(customer.status, StatusCode::OK);
    for name in ["Email", "Customer Group", "Channel", "Website", "Store", "Last Synced At"] {
        assert!(customer.html.contains(&format!("<dt>{name}</dt>")), "{name}");
    }
}

#[sqlx::test]
async fn every_customer_and_address_of_the_store_arrives_as_it_is_there_in_both_modes_with_and_without_bulk(
    pool: PgPool,
) {
    let mut app = App::as_administrator(pool).await;
    for (nr, (wsi, bulk)) in
        [(false, true), (false, false), (true, true), (true, false)].into_iter().enumerate()
    {
        let options = Options { customers: 40, wsi, bulk, seed: 7, ..only_customers() };
        let store = Simulator::start(options.clone()).await.unwrap();
        let name = format!("Store {nr}");
        app.connect(&store, &options, &name).await;
        app.drain_jobs().await;
        for id in store.customer_ids() {
            let theirs = store.customer(id).unwrap();
            let ours: (String, String, i64) = sqlx::query_as(
                "select k.email, k.last_name, (select count(*) from customer_addresses a where a.customer_id = k.id)
                 from customers k join channels c on c.id = k.channel_id where c.name = $1 and k.remote_id = $2",
            )
            .bind(&name)
            .bind(i64::from(id))
            .fetch_one(&app.pool)
            .await
            .unwrap();
            assert_eq!(ours.0, theirs.email, "{name}");
            assert_eq!(usize::try_from(ours.2).unwrap(), theirs.addresses.len(), "{name} customer {id}");
        }
    }
}

#[sqlx::test]
async fn a_wrong_key_is_told_in_plain_words_and_fills_nothing(pool: PgPool) {
    let options = Options { customers: 1, ..only_customers() };
    let store = Simulator::start(options.clone()).await.unwrap();
    let mut app = App::as_administrator(pool).await;
    let form = settings(&store, &options, "Shop");
    let fields: Vec<(&str, &str)> = form.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let wrong = with(&with(&fields, "soap-api-key", "wrong"), "action", "check");
    let page = app.post("/channels/new/integration", &wrong).await;
    let panel = page.part("class=\"probe", "</section>");
    assert!(panel.contains("refused user and key"), "{panel}");
    assert!(!page.html.contains("All Websites"));
    assert!(page.tag("class=\"probe").contains("role=\"alert\""));
}
