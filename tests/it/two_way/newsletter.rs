//! Subscriptions that are changed here reach a store with the bridge, and nobody's change is lost between.

mod trouble;

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use cartwright::simulator::{Customer, Options, Subscriber};
use sqlx::PgPool;

use crate::support::{App, Page, Pair};

const CREATE: &str = "newsletterSubscriberCreate";
const UPDATE: &str = "newsletterSubscriberUpdate";

fn news() -> Options {
    Options {
        customers: 12,
        orders: Some(0),
        carts: Some(0),
        subscribers: Some(8),
        bridge: Some("1.2.19".to_owned()),
        ..Options::default()
    }
}

/// A synchronized pair, and a subscriber with an account who stands like this on both sides.
async fn pair_with(pool: PgPool, options: Options, priority: &str, status: u32) -> (Pair, u32) {
    let pair = Pair::two_way(pool, options, priority).await;
    let with_account = |id: &u32| pair.store.subscriber(*id).unwrap().customer_id > 0;
    let id = pair.store.subscriber_ids().into_iter().rfind(with_account).unwrap();
    pair.store.edit_subscriber(id, |subscriber| subscriber.status = status);
    pair.sync_well().await;
    (pair, id)
}

impl Pair {
    fn status_there(&self, id: u32) -> u32 {
        self.store.subscriber(id).unwrap().status
    }

    /// Where the page of a subscriber is, by the store's id.
    async fn subscriber_page(&self, id: u32) -> String {
        let sql = "select '/newsletter-subscribers/' || id from newsletter_subscribers where remote_id = $1";
        sqlx::query_scalar(sql).bind(i64::from(id)).fetch_one(&self.app.pool).await.unwrap()
    }

    /// Opens a page and presses a button on it; gives the page that follows.
    async fn press(&mut self, page: &str, button: &str) -> Page {
        press(&mut self.app, page, button).await
    }

    /// The states of all changes, oldest first.
    async fn news(&self) -> Vec<String> {
        let sql = "select base_status || '>' || to_status || ' ' || state || coalesce(' by ' || rule, '')
            from subscription_changes order by id";
        sqlx::query_scalar(sql).fetch_all(&self.app.pool).await.unwrap()
    }

    /// Both sides are equal, and a further sync writes nothing anywhere.
    async fn rests(&self) {
        self.assert_equal_sales(true).await;
        let before = (self.traces().await, self.news().await);
        self.store.reset_counters();
        self.sync_well().await;
        assert_eq!((self.traces().await, self.news().await), before);
        for call in [CREATE, UPDATE] {
            assert_eq!(self.store.requests_of(call), 0, "{call}");
        }
    }

    /// A customer of the store who never subscribed.
    fn no_subscriber(&self) -> Customer {
        let subscribed: Vec<Subscriber> =
            self.store.subscriber_ids().into_iter().filter_map(|id| self.store.subscriber(id)).collect();
        let customers =
            self.store.customer_ids().into_iter().map(|id| self.store.customer(id).unwrap().customer);
        let mut fresh =
            customers.filter(|it| subscribed.iter().all(|s| s.customer_id != it.id && s.email != it.email));
        fresh.next().unwrap()
    }

    async fn customer_page(&self, remote_id: u32) -> String {
        format!("/customers/{}", self.row_of(remote_id).await)
    }
}

async fn press(app: &mut App, path: &str, button: &str) -> Page {
    let page = app.get(path).await;
    let form = page.html.split("<form ").find(|form| {
        let form = form.split("</form>").next().unwrap();
        form.contains(&format!(">{button}<"))
    });
    let form = form.unwrap_or_else(|| panic!("no {button} on {path}: {}", page.text()));
    let form = form.split("</form>").next().unwrap();
    let value = |tag: &str, name: &str| {
        tag.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let fields: Vec<(String, String)> =
        form.split("<input ").skip(1).map(|tag| (value(tag, "name"), value(tag, "value"))).collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let posted = app.post(&value(form, "action"), &fields).await;
    assert_eq!(posted.status, StatusCode::SEE_OTHER, "{}", posted.text());
    app.follow(&posted).await
}

async fn both_ways(pool: PgPool, options: Options) {
    let (mut pair, id) = pair_with(pool, options, "remote", 1).await;
    let page = pair.subscriber_page(id).await;
    let shown = pair.press(&page, "Unsubscribe").await;
    assert!(shown.part("role=\"status\"", "</div>").contains("Unsubscribed here."), "{}", shown.text());
    let said = shown.text();
    assert!(said.contains("Unsubscribed pending"), "{said}");
    assert!(said.contains("Subscribed → Unsubscribed pending Ada Lovelace"), "{said}");
    assert_eq!(pair.status_there(id), 1, "nothing is sent before the sync");
    pair.store.move_clock(5);
    pair.app.drain_jobs().await;
    assert_eq!(pair.status_there(id), 3);
    assert_eq!(pair.news().await, ["3>3 sent"]);
    let said = pair.app.get(&page).await.text();
    assert!(!said.contains("pending") && said.contains("sent"), "{said}");
    pair.rests().await;

    // and back again, on the customer's page
    let customer = pair.customer_page(pair.store.subscriber(id).unwrap().customer_id).await;
    let said = pair.press(&customer, "Subscribe").await.text();
    assert!(
        said.contains("Subscribed here.") && said.contains("Unsubscribed → Subscribed pending"),
        "{said}"
    );
    pair.store.reset_counters();
    pair.app.drain_jobs().await;
    assert_eq!((pair.status_there(id), pair.store.requests_of(UPDATE)), (1, 1));
    let page = pair.app.get(&customer).await;
    // what was changed stands in the timeline from now on
    let card = page.part("id=\"newsletter\"", "</section>");
    assert!(!card.contains("→") && page.html.contains(">Unsubscribe<"), "{card}");
    pair.rests().await;
}

#[sqlx::test]
async fn somebody_is_unsubscribed_and_subscribed_again(pool: PgPool) {
    both_ways(pool, news()).await;
}

#[sqlx::test]
async fn the_same_in_a_wsi_store(pool: PgPool) {
    both_ways(pool, Options { wsi: true, ..news() }).await;
}

async fn a_new_one(pool: PgPool, options: Options) {
    let mut pair = Pair::two_way(pool, options, "remote").await;
    let customer = pair.no_subscriber();
    let page = pair.customer_page(customer.id).await;
    let said = pair.press(&page, "Subscribe").await.text();
    assert!(said.contains("Not a subscriber → Subscribed pending"), "{said}");
    assert!(said.contains("Not a subscriber."), "nothing is made up: {said}");
    assert_eq!(pair.app.count("select count(*) from newsletter_subscribers").await, 8);
    let html = pair.app.get(&page).await.html;
    assert!(!html.contains(">Subscribe<") && !html.contains(">Unsubscribe<"), "it is asked for already");
    pair.app.drain_jobs().await;
    assert_eq!(pair.store.requests_of(CREATE), 1);
    let made = pair.store.subscriber(*pair.store.subscriber_ids().last().unwrap()).unwrap();
    assert_eq!((made.customer_id, made.status, made.email), (customer.id, 1, customer.email));
    assert_eq!(made.store_id, customer.store_id);
    assert_eq!(pair.news().await, ["1>1 sent"]);
    assert!(pair.app.get(&page).await.html.contains(">Unsubscribe<"));
    pair.rests().await;
}

#[sqlx::test]
async fn a_customer_who_never_subscribed_becomes_a_subscriber(pool: PgPool) {
    a_new_one(pool, news()).await;
}

#[sqlx::test]
async fn the_same_customer_in_a_wsi_store(pool: PgPool) {
    a_new_one(pool, Options { wsi: true, ..news() }).await;
}

#[sqlx::test]
async fn somebody_who_unsubscribed_without_an_account_is_found_by_their_e_mail(pool: PgPool) {
    let mut pair = Pair::two_way(pool, news(), "remote").await;
    let customer = pair.no_subscriber();
    let id = pair.store.subscribe(customer.email.clone());
    pair.store.unsubscribe(id);
    let page = pair.customer_page(customer.id).await;
    pair.press(&page, "Subscribe").await;
    pair.app.drain_jobs().await;
    assert_eq!(pair.store.requests_of(CREATE), 0);
    let there = pair.store.subscriber(id).unwrap();
    assert_eq!((there.status, there.customer_id), (1, customer.id));
    assert_eq!(pair.news().await, ["1>1 sent"]);
    pair.rests().await;
}

#[sqlx::test]
async fn while_two_way_sync_is_off_nothing_is_sent_and_the_page_says_why_not(pool: PgPool) {
    let (mut pair, id) = pair_with(pool, news(), "local", 1).await;
    let page = pair.subscriber_page(id).await;
    pair.press(&page, "Unsubscribe").await;
    pair.app.run_sql("update integrations set two_way = false").await;
    pair.app.drain_jobs().await;
    let shown = pair.app.get(&page).await;
    assert!(shown.text().contains("Subscribed → Unsubscribed not sent"), "{}", shown.text());
    assert!(shown.text().contains("Two way sync is off") && !shown.html.contains(">Subscribe<"));
    let posted = pair.app.post(&format!("{page}/changes"), &[("status", "1")]).await;
    assert!(pair.app.follow(&posted).await.text().contains("Two way sync is off"));
    assert_eq!((pair.status_there(id), pair.news().await), (1, vec!["1>3 pending".to_owned()]));
    // nothing of ours can win now
    pair.store.move_clock(5);
    pair.store.edit_subscriber(id, |subscriber| subscriber.status = 4);
    pair.sync_well().await;
    assert_eq!(pair.news().await, ["4>3 discarded by remote"]);
    pair.rests().await;
}

#[sqlx::test]
async fn a_store_without_the_bridge_cannot_be_told(pool: PgPool) {
    let mut pair = Pair::two_way(pool, Options { bridge: None, ..news() }, "remote").await;
    let page = pair.customer_page(3).await;
    let shown = pair.app.get(&page).await;
    assert!(shown.text().contains("Only a store with the bridge can be told who subscribes."));
    assert!(!shown.html.contains(">Subscribe<"));
    let posted = pair.app.post(&format!("{page}/subscriptions"), &[("status", "1")]).await;
    assert!(pair.app.follow(&posted).await.text().contains("Only a store with the bridge"));
    assert!(pair.news().await.is_empty());
}

#[sqlx::test]
async fn sales_subscribes_and_a_viewer_does_not(pool: PgPool) {
    let (pair, id) = pair_with(pool, news(), "remote", 1).await;
    let page = pair.subscriber_page(id).await;
    let mut viewer = pair.app.colleague(Role::Viewer).await;
    let shown = viewer.get(&page).await;
    assert!(!shown.html.contains(">Unsubscribe<") && shown.text().contains("Your role reads subscriptions"));
    let posted = viewer.post(&format!("{page}/changes"), &[("status", "3")]).await;
    assert_eq!(posted.status, StatusCode::FORBIDDEN);
    let mut sales = pair.app.colleague(Role::Sales).await;
    assert!(press(&mut sales, &page, "Unsubscribe").await.text().contains("Unsubscribed here."));
    let odd = sales.post(&format!("{page}/changes"), &[("status", "4")]).await;
    assert_eq!(odd.status, StatusCode::NOT_FOUND, "nobody is made unconfirmed here");
    pair.app.drain_jobs().await;
    assert_eq!(pair.status_there(id), 3);
}
