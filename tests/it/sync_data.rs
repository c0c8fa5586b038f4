//! Sync Data: one record is read by itself, while somebody looks at it.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use cartwright::simulator::{Fault, Options, When};
use sqlx::PgPool;

use crate::support::{Page, Pair};

fn shop(bridge: Option<&str>) -> Options {
    Options {
        customers: 8,
        orders: Some(6),
        carts: Some(4),
        subscribers: Some(0),
        bridge: bridge.map(str::to_owned),
        ..Options::default()
    }
}

impl Pair {
    /// The page of a record by the store's id.
    async fn place(&self, noun: &str, remote_id: u32) -> String {
        self.app.path_of(noun, noun, "remote_id", &remote_id.to_string()).await
    }

    /// Presses Sync Data, has the queue worked off, and looks again.
    async fn sync_data(&mut self, page: &str) -> Page {
        let before = self.app.get(page).await;
        let asked = self.app.press(&before, "Sync Data").await;
        assert!(asked.html.contains("data-follows"), "{}", asked.text());
        self.app.workers("worker").drain().await.unwrap();
        self.app.get(page).await
    }
}

#[sqlx::test]
async fn an_order_is_read_by_itself_and_its_page_says_so(pool: PgPool) {
    for_an_order(Pair::synced(pool, shop(None)).await).await;
}

#[sqlx::test]
async fn an_order_is_read_by_itself_where_the_bridge_is(pool: PgPool) {
    for_an_order(Pair::synced(pool, shop(Some("1.2.19"))).await).await;
}

async fn for_an_order(mut pair: Pair) {
    let ids = pair.store.order_ids();
    let (one, other) = (ids[1], ids[2]);
    for id in [one, other] {
        assert!(pair.store.edit_order(id, |order| order.status = "on_its_way".into()));
    }
    pair.app.run_sql("update orders set synced_at = now() - interval '3 days'").await;
    let (one, other) = (pair.place("orders", one).await, pair.place("orders", other).await);
    pair.app.post(&format!("{one}/steps"), &[("action", "no-reply")]).await;
    let page = pair.sync_data(&one).await;
    assert!(page.text().contains("Data successfully synchronized."), "{}", page.text());
    assert!(page.text().contains("on its way") && page.text().contains("Last synced now"), "{}", page.text());
    assert!(page.text().contains("Order Follow Up No reply"), "no sync takes a step");
    assert!(!pair.app.get(&other).await.text().contains("on its way"), "nobody asked for that one");
    assert_eq!(
        pair.app.count("select count(*) from orders where synced_at > now() - interval '1 day'").await,
        1
    );
    let mut colleague = pair.app.colleague(Role::Sales).await;
    assert!(!colleague.get(&one).await.text().contains("successfully"), "who did not ask is not told");
    // what a sync reads later is no news any more, and nothing is doubled
    pair.sync_well().await;
    pair.assert_equal_sales(true).await;
}

#[sqlx::test]
async fn carts_are_read_by_themselves_with_the_bridge_and_without(pool: PgPool) {
    let mut pair = Pair::synced(pool, shop(None)).await;
    let id = pair.store.cart_ids()[0];
    let cart = pair.place("carts", id).await;
    assert!(pair.store.edit_cart(id, |cart| cart.customer_email = Some("new@example.org".into())));
    let page = pair.sync_data(&cart).await;
    assert!(
        page.text().contains("Data successfully synchronized.") && page.text().contains("new@example.org")
    );
    pair.store.delete_cart(id);
    let page = pair.sync_data(&cart).await;
    assert!(
        page.text().contains("Cart data is not up to date The store no longer has it."),
        "{}",
        page.text()
    );
}

#[sqlx::test]
async fn a_cart_is_read_by_the_bridge(pool: PgPool) {
    let mut pair = Pair::synced(pool, shop(Some("1.2.19"))).await;
    let id = pair.store.cart_ids()[0];
    let cart = pair.place("carts", id).await;
    assert!(pair.store.edit_cart(id, |cart| cart.customer_email = Some("new@example.org".into())));
    let page = pair.sync_data(&cart).await;
    assert!(
        page.text().contains("Data successfully synchronized.") && page.text().contains("new@example.org")
    );
}

#[sqlx::test]
async fn a_customer_is_sent_and_read_and_nobody_else_is(pool: PgPool) {
    let mut pair = Pair::two_way(pool, shop(None), "remote").await;
    let ids = pair.store.customer_ids();
    let (one, other) = (ids[1], ids[2]);
    for id in [one, other] {
        pair.edit(id, &[("last-name", "Hopper")]).await;
        pair.edit_there(id, |it| it.firstname = Some("Grace".into()));
    }
    pair.app.run_sql("delete from jobs").await;
    let page = pair.place("customers", one).await;
    let page = pair.sync_data(&page).await;
    assert!(page.text().contains("Data successfully synchronized."), "{}", page.text());
    assert!(page.text().contains("Grace") && !page.text().contains("Not yet in Magento"), "{}", page.text());
    assert_eq!(pair.store.customer(one).unwrap().customer.lastname.as_deref(), Some("Hopper"));
    assert_ne!(pair.store.customer(other).unwrap().customer.lastname.as_deref(), Some("Hopper"));
    pair.sync_well().await;
    pair.assert_equal().await;
}

#[sqlx::test]
async fn what_goes_wrong_is_told_with_what_it_means(pool: PgPool) {
    let mut pair = Pair::synced(pool, shop(None)).await;
    let (order, gone) = (pair.store.order_ids()[0], pair.store.order_ids()[1]);
    pair.store.delete_order(gone);
    let (order, gone) = (pair.place("orders", order).await, pair.place("orders", gone).await);
    let page = pair.sync_data(&gone).await;
    assert!(
        page.text().contains("Removed in Magento") && page.text().contains("The store no longer has it."),
        "{}",
        page.text()
    );
    pair.store.script(Fault::Soap("2".to_owned(), "Access denied.".to_owned(), 500), When::always());
    let page = pair.sync_data(&order).await;
    assert!(page.text().contains("The data could not be synchronized"), "{}", page.text());
    assert!(page.text().contains("Sync Data was tried now"));
    let mut colleague = pair.app.colleague(Role::Viewer).await;
    assert!(colleague.get(&order).await.text().contains("could not be synchronized"), "everybody is told");
    pair.store.clear_scripts();
    let page = pair.sync_data(&order).await;
    assert!(page.text().contains("Data successfully synchronized."), "{}", page.text());
}

#[sqlx::test]
async fn it_waits_behind_the_sync_that_runs_and_several_are_read_by_one_job(pool: PgPool) {
    let mut pair = Pair::synced(pool, shop(None)).await;
    let ids = pair.store.order_ids();
    let (one, other) = (pair.place("orders", ids[0]).await, pair.place("orders", ids[1]).await);
    let running = pair.schedule().await;
    pair.app.run_sql("update jobs set status = 'running', lease_until = now() + interval '1 hour' where status = 'queued'").await;
    let page = pair.app.get(&one).await;
    let page = pair.app.press(&page, "Sync Data").await;
    assert!(page.text().contains("Sync Data waits for the sync that runs at present"), "{}", page.text());
    let page = pair.app.get(&other).await;
    pair.app.press(&page, "Sync Data").await;
    pair.app.workers("worker").drain().await.unwrap();
    assert!(
        pair.app.get(&one).await.html.contains("data-follows"),
        "nothing goes to the store beside that sync"
    );
    let part = pair.app.get(&format!("{one}/syncs?part=1")).await;
    assert!(part.html.contains("data-follows") && !part.html.contains("<html"), "{}", part.html);
    assert_eq!(pair.app.get(&format!("{one}/syncs")).await.location(), one);
    sqlx::query(
        "update jobs set status = 'completed', lease_until = null, finished_at = now() where id = $1",
    )
    .bind(running)
    .execute(&pair.app.pool)
    .await
    .unwrap();
    pair.app.workers("worker").drain().await.unwrap();
    for place in [one, other] {
        assert!(pair.app.get(&place).await.text().contains("Data successfully synchronized."), "{place}");
    }
    assert_eq!(pair.app.count("select count(*) from jobs where kind = 'record'").await, 1);
    let job = pair.app.get("/jobs").await;
    assert!(job.text().contains("Sync Data of Order"), "{}", job.text());
}

#[sqlx::test]
async fn nobody_asks_a_store_whose_channel_is_inactive_or_gone(pool: PgPool) {
    let mut pair = Pair::synced(pool, shop(None)).await;
    let order = pair.place("orders", pair.store.order_ids()[0]).await;
    pair.app.run_sql("update channels set active = false").await;
    pair.store.reset_counters();
    let asked = pair.app.post(&format!("{order}/syncs"), &[]).await;
    assert!(pair.app.follow(&asked).await.text().contains("The channel is inactive"));
    assert_eq!(pair.app.count("select count(*) from jobs where kind = 'record'").await, 0);
    let mut viewer = pair.app.colleague(Role::Viewer).await;
    assert_eq!(viewer.post(&format!("{order}/syncs"), &[]).await.status, StatusCode::FORBIDDEN);
    pair.app.run_sql("delete from integrations").await;
    let page = pair.app.get(&order).await;
    assert!(!page.text().contains("Sync Data"));
    let asked = pair.app.post(&format!("{order}/syncs"), &[]).await;
    assert!(pair.app.follow(&asked).await.text().contains("no integration"));
}
