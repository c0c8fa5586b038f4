//! Every page in every look: nothing scrolls sideways, nothing is in anybody's way. With `CARTWRIGHT_SCREENSHOTS` the
//! pictures of it all.

mod alerts;
mod business;
mod desk;
mod help;
mod people;
mod team;
mod two_way;

use cartwright::crm::users;
use cartwright::simulator::{Fault, When};
use sqlx::PgPool;

use super::chromium::Scripts;
use super::look::LOOKS;
use super::person::Person;
use super::store::{store, synchronized};
use super::visit::visit;
use crate::support::{App, settings};

#[sqlx::test]
async fn pages_before_there_is_anything(pool: PgPool) {
    let app = App::new(pool).await;
    let token = users::issue_setup_token(&app.pool).await.unwrap();
    visit(&app, Scripts::On, async |ada| {
        ada.views("setup", &format!("/setup?token={token}")).await;
        app.add_user("Ada Lovelace", "ada@example.org", users::Role::Administrator).await;
        ada.views("sign-in", "/login").await;
        ada.press("Sign in").await;
        ada.hears("alert", "Enter").await;
        ada.inspects("sign-in-refused").await;
        ada.sign_in().await;
        ada.views("start", "/").await;
        ada.views("channels-empty", "/channels").await;
        ada.views("integrations-empty", "/integrations").await;
        ada.views("jobs-empty", "/jobs").await;
        ada.views("customers-empty", "/customers").await;
        ada.views("orders-empty", "/orders").await;
        ada.views("carts-empty", "/carts").await;
        ada.views("credit-memos-empty", "/credit-memos").await;
        ada.views("subscribers-empty", "/newsletter-subscribers").await;
        ada.views("failed-records-empty", "/failed-records").await;
        ada.views("not-found", "/nothing-here").await;
    })
    .await;
}

#[sqlx::test]
async fn pages_of_a_store_that_is_synchronized(pool: PgPool) {
    let (mut app, store, options) = synchronized(pool).await;
    store.script(Fault::Soap("101".to_owned(), "Store is closed.".to_owned(), 500), When::always());
    app.post("/integrations/1/jobs", &[]).await;
    app.drain_jobs().await;
    store.clear_scripts();
    let name = "Ågård & søn, handel og håndværk i Nordsjælland";
    app.connect_with(&settings(&store, &options, name), "2", name).await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.views("dashboard", "/").await;
        ada.views("channels", "/channels").await;
        ada.views("channel", "/channels/1").await;
        ada.views("channel-edit", "/channels/1/edit").await;
        ada.views("channel-deactivation", "/channels/1/deactivation").await;
        ada.views("channel-deletion", "/channels/1/deletion").await;
        ada.views("integrations", "/integrations").await;
        ada.views("integration", "/integrations/1").await;
        ada.views("integration-edit", "/integrations/1/edit").await;
        ada.views("integration-removal", "/integrations/1/removal").await;
        ada.views("integration-statuses", "/integrations/1/statuses").await;
        ada.views("integration-identity", "/integrations/1/identity").await;
        ada.views("jobs", "/jobs").await;
        ada.views("job-completed", "/jobs/1").await;
        ada.views("job-log", "/jobs/1/log").await;
        ada.views("job-failed", "/jobs/2").await;
        assert!(!ada.words().await.contains("100 %"), "a job that failed at once has done nothing");
        ada.views("job-queued", "/jobs/3").await;
    })
    .await;
}

#[sqlx::test]
async fn pages_of_customers(pool: PgPool) {
    let (app, _store, _) = synchronized(pool).await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.views("customers", "/customers").await;
        ada.press("Channel: All").await;
        ada.inspects("customers-filter").await;
        ada.views("customers-none", "/customers?q=nobody-is-called-so").await;
        ada.views("customer", "/customers/1").await;
        ada.press("Ada Lovelace").await;
        ada.inspects("user-menu").await;
    })
    .await;
}

#[sqlx::test]
async fn pages_of_sales(pool: PgPool) {
    let app = App::as_administrator(pool).await;
    app.add_sales().await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        for (name, path) in sales_pages(&app).await {
            ada.views(name, &path).await;
        }
        ada.open("/orders?grand-total=much").await;
        ada.hears("alert", "is no amount").await;
        ada.inspects("orders-no-amount").await;
        ada.press("Grand Total: All").await;
        ada.inspects("orders-filter").await;
    })
    .await;
}

#[sqlx::test]
async fn failed_records_with_all_that_can_be_done(pool: PgPool) {
    let app = App::as_administrator(pool).await;
    app.add_sales().await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.views("failed-records", "/failed-records").await;
        ada.press("As the store sent it").await;
        ada.inspects("failed-records-xml").await;
        ada.views("failed-record", "/failed-records/1").await;
        ada.press("Dismiss").await;
        ada.reads("Dismiss record").await;
        ada.inspects("failed-record-dismissal").await;
        ada.press("Cancel").await;
        ada.press("Retry").await;
        ada.reads("A sync job has been added to the queue.").await;
        ada.views("integration-with-failed-records", "/integrations/1").await;
        ada.press("More actions").await;
        ada.inspects("integration-menu").await;
        ada.press("Full re-sync").await;
        ada.reads("Nothing is deleted").await;
        ada.inspects("full-re-sync").await;
    })
    .await;
}

#[sqlx::test]
async fn pages_of_sales_without_scripts_and_before_there_are_any(pool: PgPool) {
    let app = App::as_administrator(pool).await;
    visit(&app, Scripts::Off, async |ada| {
        ada.sign_in().await;
        for list in ["orders", "carts", "credit-memos", "newsletter-subscribers", "failed-records"] {
            ada.stays_within(&format!("/{list}")).await;
        }
        app.add_sales().await;
        let pages = sales_pages(&app).await;
        for (_, path) in &pages {
            ada.stays_within(path).await;
        }
        app.run_sql(LONG_WORDS).await;
        for (_, path) in &pages {
            ada.stays_within(path).await;
        }
        ada.stays_within("/failed-records").await;
        ada.press("Dismiss record 77").await;
        ada.reads_heading("Dismiss record 77?").await;
        ada.press("Dismiss").await;
        ada.reads("Record 77 dismissed.").await;
        ada.reads("2 records").await;
    })
    .await;
}

/// A store may send words that never end, in any text.
const LONG_WORDS: &str = "with
    o as (update orders set increment_id = id || repeat('W', 120), status = repeat('s', 200), first_name = repeat('F', 200),
        last_name = repeat('L', 200), email = repeat('e', 240) || '@x', coupon_code = repeat('C', 300), currency = repeat('U', 40),
        payment_details = jsonb_build_object(repeat('k', 200), repeat('v', 300)), shipping_description = repeat('S', 300)),
    i as (update order_items set sku = repeat('K', 200), name = repeat('N', 300)),
    n as (update order_notes set message = repeat('m', 2000), status = repeat('s', 200)),
    a as (update order_addresses set street = repeat('s', 300), name = repeat('n', 300), region = repeat('r', 200)),
    c as (update carts set first_name = repeat('F', 200), email = repeat('e', 240), gift_message = repeat('g', 500)),
    d as (update cart_items set sku = repeat('K', 200), name = repeat('N', 300), gift_message = repeat('g', 500)),
    m as (update credit_memos set increment_id = id || repeat('W', 120), transaction_id = repeat('t', 300)),
    p as (update newsletter_subscribers set email = repeat('e', 240) || id),
    f as (update failed_records set cause = repeat('c', 2000), raw_xml = repeat('x', 9000), connector = repeat('C', 100))
    update customers set first_name = repeat('F', 200), last_name = repeat('L', 200), email = repeat('e', 240) || id,
        taxvat = repeat('t', 200)";

/// The lists, and a record of each that has much to show.
async fn sales_pages(app: &App) -> Vec<(&'static str, String)> {
    let mut pages: Vec<(&str, String)> = [
        ("orders", "/orders"),
        ("carts", "/carts"),
        ("credit-memos", "/credit-memos"),
        ("subscribers", "/newsletter-subscribers"),
        ("customers-of-sales", "/customers"),
    ]
    .map(|(name, path)| (name, path.to_owned()))
    .to_vec();
    let customer = app.path_of("customers", "customers", "email", "zoe@verhoeven.example").await;
    pages.push(("purchases", format!("{customer}/purchases")));
    pages.push(("order-notes", format!("{customer}/order-notes")));
    pages.push(("customer-of-sales", customer));
    pages.push(("order", app.path_of("orders", "orders", "increment_id", "100088001").await));
    pages.push(("order-removed", app.path_of("orders", "orders", "increment_id", "100088007").await));
    pages.push(("cart", app.path_of("carts", "carts", "remote_id", "502").await));
    pages.push((
        "credit-memo",
        app.path_of("credit-memos", "credit_memos", "increment_id", "100000001").await,
    ));
    let subscriber = ("newsletter-subscribers", "newsletter_subscribers");
    pages.push((
        "subscriber",
        app.path_of(subscriber.0, subscriber.1, "email", "zoe@verhoeven.example").await,
    ));
    pages
}

#[sqlx::test]
async fn the_dialog_in_all_its_states(pool: PgPool) {
    let (store, options) = store().await;
    let app = App::as_administrator(pool).await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.open("/channels/new").await;
        ada.press("Save").await;
        ada.hears("alert", "Nothing was saved yet").await;
        ada.inspects("channel-new-refused").await;
        ada.opens_the_dialog().await;
        ada.inspects("dialog").await;
        ada.press("Done").await;
        ada.hears("alert", "some fields need a look").await;
        ada.inspects("dialog-refused").await;
        ada.fill_integration(&store, &options.api_user, "wrong").await;
        ada.press("Check Connection").await;
        ada.hears("alert", "refused user and key").await;
        ada.inspects("dialog-check-failed").await;
        ada.fill("SOAP API Key", &options.api_key).await;
        ada.press("Check Connection").await;
        ada.hears("status", "Connected.").await;
        ada.inspects("dialog-check-passed").await;
        ada.press("Synchronization Settings").await;
        ada.inspects("dialog-synchronization").await;
        ada.press("Advanced").await;
        ada.inspects("dialog-advanced").await;
        ada.press("Per-field rules").await;
        ada.inspects("dialog-rules").await;
        ada.press("Done").await;
        ada.press("Remove integration").await;
        ada.reads("Remove this integration?").await;
        ada.inspects("dialog-removal").await;
        ada.press("Cancel").await;
        ada.inspects("channel-new-configured").await;
    })
    .await;
}

impl Person {
    pub(super) async fn views(&self, name: &str, path: &str) {
        self.open(path).await;
        self.inspects(name).await;
    }

    /// Without scripts axe-core cannot look; that nothing sticks out can be seen all the same.
    async fn stays_within(&self, path: &str) {
        self.open(path).await;
        for look in LOOKS {
            self.takes(look).await;
            self.does_not_scroll_sideways(path, look).await;
        }
        self.takes(LOOKS[0]).await;
    }

    pub(super) async fn inspects(&self, name: &str) {
        for look in LOOKS {
            self.takes(look).await;
            self.does_not_scroll_sideways(name, look).await;
            self.finds_no_obstacle(&format!("{name} {}", look.word), look.rules).await;
            self.keeps_picture(name, look).await;
        }
        self.takes(LOOKS[0]).await;
    }
}
