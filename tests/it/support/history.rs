//! What histories are told with: a pair with some setting, syncs that end one way or another, and time that passes.

use cartwright::jobs::JobRow;
use cartwright::simulator::{Fault, Options, Simulator, When};
use cartwright::sync::{self, Patience, Wish};
use sqlx::PgPool;

use super::{App, Pair, settings_with};

/// A shop with a little of everything.
pub(crate) fn little(bridge: bool) -> Options {
    Options {
        customers: 20,
        orders: Some(12),
        carts: Some(8),
        subscribers: Some(15),
        bridge: bridge.then(|| "1.2.19".to_owned()),
        ..Options::default()
    }
}

/// The fault of a store that stumbles over something of its own.
pub(crate) fn internal_error() -> Fault {
    Fault::Soap("1".to_owned(), "Internal Error. Please see log for details.".to_owned(), 500)
}

/// The fault of a user without the right to do this.
pub(crate) fn access_denied() -> Fault {
    Fault::Soap("2".to_owned(), "Access denied.".to_owned(), 500)
}

impl Pair {
    /// A channel on one website of a new store, or on `all`, from a start date on; nothing synchronized yet.
    pub(crate) async fn on(pool: PgPool, options: Options, website: &str, from: &str) -> Self {
        let store = Simulator::start(options.clone()).await.unwrap();
        let mut app = App::as_administrator(pool).await;
        let form = settings_with(&store, &options, "sync-start-date", from.to_owned());
        let integration = app.connect_with(&form, website, "Corner shop").await;
        Self { app, store, integration }.with_time_for_carts().await
    }

    /// A channel on a little shop, synchronized, with all its carts.
    pub(crate) async fn on_a_little_shop(pool: PgPool, bridge: bool) -> Self {
        let pair = Self::new(pool, little(bridge)).await.with_time_for_carts().await;
        pair.sync_well().await;
        pair
    }

    /// Without the bridge carts are looked for: with enough requests to find them all.
    pub(crate) async fn with_time_for_carts(self) -> Self {
        self.app.run_sql("update integrations set cart_budget = 1000").await;
        self
    }

    /// Asks for something else than changes, and does it.
    pub(crate) async fn wish(&self, wish: Wish) -> JobRow {
        let id = self.ask(wish).await;
        self.app.workers("worker").drain().await.unwrap();
        self.job(id).await
    }

    /// Asks for it.
    pub(crate) async fn ask(&self, wish: Wish) -> i64 {
        let mut db = self.app.pool.acquire().await.unwrap();
        sync::enqueue(&mut db, self.integration, "Corner shop Store", None, wish).await.unwrap().id()
    }

    /// A sync that ends with errors and says so.
    pub(crate) async fn sync_badly(&self, says: &str) -> JobRow {
        let job = self.sync().await;
        let message = job.message.clone().unwrap_or_default();
        assert_eq!(job.status.word(), "Completed with errors", "{message}");
        assert!(message.contains(says), "it should say \"{says}\": {message}");
        job
    }

    /// A sync with other waits and limits.
    pub(crate) async fn sync_with(&self, patience: Patience) -> JobRow {
        let id = self.schedule().await;
        self.app.workers_over(self.app.pool.clone(), "worker", patience).drain().await.unwrap();
        self.job(id).await
    }

    /// A walk over all records.
    pub(crate) async fn walk_well(&self) -> JobRow {
        let job = self.wish(Wish::FindRemoved).await;
        assert_eq!((job.status.word(), job.message.as_deref()), ("Completed", None));
        job
    }

    /// Does everything stand here as it does in the store?
    pub(crate) async fn assert_all_equal(&self, bridge: bool) {
        self.assert_equal().await;
        self.assert_equal_sales(bridge).await;
    }

    /// The requests that a sync costs which completes.
    pub(crate) async fn requests_of_a_sync(&self) -> u64 {
        self.store.reset_counters();
        self.sync_well().await;
        self.store.requests().values().sum()
    }

    /// As if hours had passed here: whatever is due after an hour or a day is due, and open carts are looked at again.
    pub(crate) async fn hours_pass(&self) {
        self.app
            .run_sql(
                "update sync_cursors set walked_at = walked_at - interval '30 hours',
                    backfilled_at = backfilled_at - interval '30 hours', probed_at = probed_at - interval '30 hours',
                    hour_overlap_at = hour_overlap_at - interval '30 hours',
                    day_overlap_at = day_overlap_at - interval '30 hours'",
            )
            .await;
        self.carts_age().await;
    }

    /// As if nobody had looked at open carts for an hour.
    pub(crate) async fn carts_age(&self) {
        self.app.run_sql("update carts set read_at = read_at - interval '1 hour'").await;
    }

    /// What failed comes with its next try, and then both sides are equal; of a shop without the bridge.
    pub(crate) async fn assert_heals(&self) {
        self.failed_records_are_due().await;
        self.carts_age().await;
        self.sync_well().await;
        self.assert_all_equal(false).await;
        assert_eq!(self.failed().await, "");
    }

    /// As if the wait of failed records was over.
    pub(crate) async fn failed_records_are_due(&self) {
        self.app.run_sql("update failed_records set next_try_at = now()").await;
    }

    /// Failed records as "Customers 5", in order.
    pub(crate) async fn failed(&self) -> String {
        self.app
            .text(
                "select coalesce(string_agg(connector || ' ' || remote_id, ', ' order by connector, remote_id), '')
                 from failed_records",
            )
            .await
    }

    /// Who is marked as removed in the store, as "customers 5".
    pub(crate) async fn removed(&self) -> String {
        self.app
            .text(
                "select coalesce(string_agg(what || ' ' || id, ', ' order by what, id), '') from (
                    select 'customers', remote_id from customers where removed_at is not null
                    union all select 'orders', remote_id from orders where removed_at is not null
                    union all select 'credit memos', remote_id from credit_memos where removed_at is not null
                    union all select 'subscribers', remote_id from newsletter_subscribers where removed_at is not null
                 ) as t(what, id)",
            )
            .await
    }

    /// The store fails on every answer of this method.
    pub(crate) fn break_method(&self, fault: Fault, method: &str) {
        self.store.script(fault, When::method(method));
    }
}
