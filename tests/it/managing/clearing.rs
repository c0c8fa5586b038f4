//! A channel, or what it loaded, is deleted in the background.

use axum::http::StatusCode;
use cartwright::crm::channels::clearing::{self, Piece};
use cartwright::crm::users::Role;
use cartwright::simulator::{Options, Simulator};
use sqlx::PgPool;

use crate::support::{App, little, settings, with};

/// Everything that names a channel, by table.
const LEFT: &str = "select (select count(*) from customers where channel_id = 1) + (select count(*) from orders where channel_id = 1)
    + (select count(*) from carts where channel_id = 1) + (select count(*) from credit_memos where channel_id = 1)
    + (select count(*) from newsletter_subscribers where channel_id = 1) + (select count(*) from stores where channel_id = 1)";

struct Shops {
    app: App,
    one: Simulator,
    two: Simulator,
    options: Options,
}

async fn shops(pool: PgPool) -> Shops {
    let options = little(true);
    let one = Simulator::start(options.clone()).await.unwrap();
    let two = Simulator::start(options.clone()).await.unwrap();
    let mut app = App::as_administrator(pool).await;
    app.connect(&one, &options, "Books").await;
    app.connect(&two, &options, "Tools").await;
    app.drain_jobs().await;
    Shops { app, one, two, options }
}

#[sqlx::test]
async fn a_channel_with_records_is_deleted_only_when_its_name_is_typed(pool: PgPool) {
    let Shops { mut app, .. } = shops(pool).await;
    let question = app.get("/channels/1/deletion").await;
    for words in
        ["Customers, with their addresses 22", "Orders 12", "Shopping carts", "Newsletter subscribers 15"]
    {
        assert!(question.text().contains(words), "{words}: {}", question.text());
    }
    for typed in ["", "books", "Tools", "<script>alert(1)</script>", "Books\0"] {
        let page = app.post("/channels/1/deletion", &[("name", typed)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(page.blames("name").contains("Nothing was deleted."), "{typed}");
        assert_eq!(page.value_of("name"), typed.replace('\0', "\u{fffd}"), "what was typed is kept");
    }
    assert_eq!(app.count("select count(*) from jobs where kind = 'clearing'").await, 0);
    assert_eq!(app.count("select count(*) from channels where active").await, 2);
    let gone = app.post("/channels/1/deletion", &[("name", " Books ")]).await;
    assert_eq!(gone.location(), "/channels");
    app.drain_jobs().await;
    assert_eq!(app.count("select count(*) from channels").await, 1);
}

#[sqlx::test]
async fn while_it_is_deleted_its_pages_say_so_its_name_is_free_and_the_others_go_on(pool: PgPool) {
    let Shops { mut app, one, options, .. } = shops(pool).await;
    let asked = app.post("/channels/1/deletion", &[("name", "Books")]).await;
    let list = app.follow(&asked).await;
    let job = list.link("href=\"/jobs/").unwrap();
    assert!(list.text().contains("Books Magento Being deleted"), "{}", list.text());
    let page = app.get("/channels/1").await;
    assert!(
        page.text().contains("This channel is being deleted") && page.html.contains(&job),
        "{}",
        page.text()
    );
    for offered in ["/channels/1/edit", "/channels/1/activation", "/channels/1/deletion"] {
        assert!(!page.html.contains(&format!("\"{offered}\"")), "{offered}");
    }
    for path in ["/channels/1/edit", "/channels/1/deactivation", "/integrations/1", "/channels/1/integration"]
    {
        assert_eq!(app.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(app.post("/channels/1/activation", &[]).await.status, StatusCode::NOT_FOUND);
    // the store and the name can be given again at once
    app.connect(&one, &options, "Books").await;
    app.drain_jobs().await;
    assert_eq!(app.get("/channels/1").await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.count("select count(*) from customers where channel_id = 2").await, 22, "the other stays");
    assert_eq!(
        app.count("select count(*) from customers where channel_id = 3").await,
        22,
        "the new one is whole"
    );
    let done = app.get(&job).await;
    assert!(done.text().contains("Delete Books Completed"), "{}", done.text());
    assert!(done.part("<b>Customers</b>", "</tr>").contains("22"), "{}", done.text());
    assert_eq!(app.count(LEFT).await, 0);
    let dangling = "select count(*) from day_figures where channel_id not in (select id from channels)";
    assert_eq!(app.count(dangling).await, 0);
}

#[sqlx::test]
async fn a_deletion_that_was_killed_goes_on_and_one_that_was_cancelled_can_be_asked_for_again(pool: PgPool) {
    let Shops { mut app, .. } = shops(pool).await;
    app.post("/channels/1/deletion", &[("name", "Books")]).await;
    // as far as a process came that was killed
    let mut db = app.pool.acquire().await.unwrap();
    for piece in [Piece::Subscribers, Piece::CreditMemos, Piece::Orders] {
        clearing::clear(&mut db, 1, piece, 7).await.unwrap();
    }
    drop(db);
    let job = app.count("select max(id) from jobs where kind = 'clearing'").await;
    app.post(&format!("/jobs/{job}/cancellation"), &[]).await;
    let page = app.get("/channels/1").await;
    assert!(page.text().contains("choose Delete once more to go on"), "{}", page.text());
    assert_eq!(
        app.count("select count(*) from customers where channel_id = 1").await,
        22,
        "what was not deleted stays"
    );
    let again = app.post("/channels/1/deletion", &[("name", "Books")]).await;
    assert_eq!(again.location(), "/channels");
    app.drain_jobs().await;
    assert_eq!(app.count("select count(*) from channels").await, 1);
    assert_eq!(app.count(LEFT).await, 0);
}

#[sqlx::test]
async fn another_store_is_not_mixed_into_the_records_that_were_kept(pool: PgPool) {
    let Shops { mut app, two, options, .. } = shops(pool).await;
    app.post("/integrations/1/removal", &[("records", "keep")]).await;
    app.post("/integrations/2/removal", &[("records", "keep")]).await;
    let form = settings(&two, &options, "Moved");
    let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let path = "/channels/1/integration";
    app.post(path, &with(&fields, "action", "check")).await;
    let done = app.post(path, &with(&with(&fields, "website", "all"), "action", "done")).await;
    assert_eq!(done.location(), "/channels/1/edit", "{}", done.text());
    let channel = [("name", "Books"), ("status", "active"), ("channel-type-shown", "1")];
    let refused = app.post("/channels/1", &channel).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let told = refused.part("id=\"integration-row\"", "</section>");
    assert!(told.contains("The records that were kept here came from"), "{told}");
    assert!(told.contains("It is the same store, at another address"), "{told}");
    let saved = app.post("/channels/1", &with(&channel, "same-store", "1")).await;
    assert_eq!(saved.location(), "/channels/1", "{}", saved.text());
    assert_eq!(app.count("select count(*) from integrations where channel_id = 1").await, 1);
}

#[sqlx::test]
async fn removing_an_integration_keeps_what_it_loaded_or_deletes_it_by_choice(pool: PgPool) {
    let Shops { mut app, one, options, .. } = shops(pool).await;
    let question = app.get("/integrations/1/removal").await;
    assert!(question.text().contains("Keep it with the channel") && question.text().contains("Orders 12"));
    app.post("/integrations/1/removal", &[("records", "keep")]).await;
    assert_eq!(app.count("select count(*) from customers where channel_id = 1").await, 22);
    assert_eq!(app.count("select count(*) from integrations").await, 1);

    let gone = app.post("/integrations/2/removal", &[("records", "delete")]).await;
    let form = app.follow(&gone).await;
    assert!(
        form.text().contains("Integration Tools Store removed. What it loaded is being deleted."),
        "{}",
        form.text()
    );
    assert!(
        app.get("/channels/2").await.text().contains("What an earlier integration loaded is being deleted")
    );
    app.drain_jobs().await;
    assert_eq!(app.count("select count(*) from customers where channel_id = 2").await, 0);
    assert_eq!(
        app.count("select coalesce(sum(orders), 0)::bigint from day_figures where channel_id = 2").await,
        0
    );
    assert_eq!(
        app.count("select count(*) from channels where clearing is null").await,
        2,
        "the channel stays"
    );
    assert!(!app.get("/channels/2").await.text().contains("being deleted"));
    app.connect(&one, &options, "Third").await;
    app.drain_jobs().await;
    assert_eq!(app.count("select count(*) from customers where channel_id = 3").await, 22);
}

#[sqlx::test]
async fn a_channel_that_is_switched_off_stops_what_waits_and_a_manager_sees_the_deletion_of_their_own(
    pool: PgPool,
) {
    let Shops { mut app, .. } = shops(pool).await;
    app.post("/integrations/1/jobs", &[]).await;
    app.post("/channels/1/deactivation", &[]).await;
    assert_eq!(app.text("select status from jobs order by id desc limit 1").await, "cancelled");
    let mut manager = app.colleague(Role::Manager).await;
    app.run_sql("update channels set owner_id = (select id from users where role = 'manager')").await;
    app.run_sql("update integrations set owner_id = (select id from users where role = 'manager')").await;
    let gone = manager.post("/channels/1/deletion", &[("name", "Books")]).await;
    let job = manager.follow(&gone).await.link("href=\"/jobs/").unwrap();
    assert!(manager.get(&job).await.text().contains("Cancel job"), "theirs to stop");
    app.drain_jobs().await;
}

#[sqlx::test]
async fn an_entity_that_is_switched_off_rests_leaves_the_menu_and_comes_back_with_its_records(pool: PgPool) {
    let Shops { mut app, one, .. } = shops(pool).await;
    app.delete_channel("Tools").await;
    let channel = [("name", "Books"), ("status", "active"), ("entities", "cart")];
    app.post("/channels/1", &channel).await;
    let page = app.get("/customers").await;
    assert!(!page.html.contains("href=\"/orders\"") && page.html.contains("href=\"/carts\""));
    let order = one.place_order(3);
    app.run_sql("update integrations set next_sync_at = now()").await;
    app.drain_jobs().await;
    let job = app.count("select max(id) from jobs").await;
    let job = app.get(&format!("/jobs/{job}")).await;
    assert!(job.part("<b>Orders</b>", "</tr>").contains("switched off in the channel"), "{}", job.text());
    assert_eq!(app.count("select count(*) from orders").await, 12, "what was loaded stays");
    let channel = [("name", "Books"), ("status", "active"), ("entities", "cart"), ("entities", "order")];
    app.post("/channels/1", &channel).await;
    assert!(app.get("/customers").await.html.contains("href=\"/orders\""));
    one.move_clock(3600);
    app.run_sql("update integrations set next_sync_at = now()").await;
    app.drain_jobs().await;
    assert_eq!(app.count("select count(*) from orders").await, 13, "order {order} was not lost");
    let _ = order;
}
