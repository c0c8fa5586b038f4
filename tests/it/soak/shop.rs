//! A store of the soak: its weather, and what is compared in the end.

use cartwright::base::db;
use cartwright::simulator::{Fault, Options, Simulator, When};
use cartwright::sync::{self, Wish};
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;

use super::deeds::Saved;
use crate::support::{App, Pair};

/// A store, the channel on it, and what people did on both sides.
pub(super) struct Shop {
    pub(super) pair: Pair,
    /// The database as it would be with this channel alone in it.
    alone: PgPool,
    pub(super) bridge: bool,
    pub(super) saved: Saved,
}

/// What is seen of one channel: the tables that the comparison asks, each with this channel's rows alone.
const TABLES: [&str; 5] = ["customers", "orders", "credit_memos", "carts", "newsletter_subscribers"];

/// Three stores of different kinds, each with a channel that goes both ways.
pub(super) async fn open(app: &mut App, connect: &PgConnectOptions, customers: u32, seed: u64) -> Vec<Shop> {
    let some = |wsi, bridge: bool, bulk, nr: u64| Options {
        customers,
        orders: Some(customers / 2),
        carts: Some(customers / 5),
        subscribers: Some(customers / 2),
        wsi,
        bridge: bridge.then(|| "1.2.19".to_owned()),
        bulk,
        seed: seed % 1000 + nr,
        ..Options::default()
    };
    let mut shops = Vec::new();
    for options in [some(false, false, true, 1), some(false, true, true, 2), some(true, false, true, 3)] {
        let store = Simulator::start(options.clone()).await.unwrap();
        let name = format!("Shop {}", shops.len() + 1);
        let integration = app.connect(&store, &options, &name).await;
        let pair = Pair { app: app.another_visitor(), store, integration };
        let alone = alone(&app.pool, connect, integration).await;
        shops.push(Shop { pair, alone, bridge: options.bridge.is_some(), saved: Saved::default() });
    }
    app.run_sql("update integrations set two_way = true, cart_budget = 1000").await;
    shops
}

async fn alone(pool: &PgPool, connect: &PgConnectOptions, channel: i64) -> PgPool {
    let schema = format!("channel_{channel}");
    let mut sql = format!("create schema {schema};");
    for table in TABLES {
        sql += &format!(
            "create view {schema}.{table} as select * from public.{table} where channel_id = {channel};"
        );
    }
    sql += &format!(
        "create view {schema}.customer_lifetimes as select * from public.customer_lifetimes
            where customer_id in (select id from {schema}.customers);"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(pool).await.unwrap();
    let path = format!("{schema},public");
    db::pool(2).connect_with(connect.clone().options([("search_path", path)])).await.unwrap()
}

impl Shop {
    /// Requests so far.
    pub(super) fn asked(&self) -> u64 {
        self.pair.store.requests().values().sum()
    }

    /// Other weather, or none.
    pub(super) fn weather(&self, chance: &mut fastrand::Rng) {
        let store = &self.pair.store;
        store.clear_scripts();
        store.script(Fault::Slow(std::time::Duration::from_millis(chance.u64(1..25))), When::method("call"));
        for _ in 0..chance.usize(..4) {
            let fault = match chance.u8(..8) {
                0 => Fault::BadGateway,
                1 => Fault::Cut,
                2 => Fault::LoseAnswer,
                3 => Fault::ExpireSessions,
                4 => Fault::Close,
                5 => Fault::Empty,
                6 => Fault::TooManyRequests(1),
                _ => Fault::Maintenance,
            };
            store.script(fault, When::always().after(chance.u32(..40)).times(chance.u32(1..3)));
        }
    }

    /// The weather is calm, a person asks for a sync, for all that is missing, and for another sync, until both sides rest.
    pub(super) async fn settles(&self, app: &App) {
        self.pair.store.clear_scripts();
        app.run_sql("update store_pace set not_before = null").await;
        // in the full size a process may have been killed a moment ago
        app.bury_the_dead().await;
        app.workers("after the storm").drain().await.unwrap();
        self.pair.failed_records_are_due().await;
        self.pair.hours_pass().await;
        for wish in [Wish::Changes, Wish::FindRemoved, Wish::Changes] {
            let mut db = app.pool.acquire().await.unwrap();
            sync::enqueue(&mut db, self.pair.integration, "Shop", Some(1), wish).await.unwrap();
            app.workers("after the storm").drain().await.unwrap();
        }
        app.run_sql("update changes set next_try_at = now()").await;
        let job = self.pair.sync().await;
        assert_eq!((job.status.word(), job.message.as_deref()), ("Completed", None));
    }

    /// Compares every record of the store with what is here, and every edit with where it went.
    pub(super) async fn assert_nothing_is_lost(&mut self, app: &App) {
        assert_eq!(app.count("select count(*) from changes where state = 'pending'").await, 0, "edits wait");
        let failed = app.text("select coalesce(string_agg(cause, '; '), '') from failed_records").await;
        assert_eq!(failed, "", "failed records");
        self.pair.app = App::new(self.alone.clone()).await;
        self.saved.assert_kept(&self.pair).await;
        self.pair.assert_all_equal(self.bridge).await;
    }

    /// Nobody is connected to the test's database when it is dropped.
    pub(super) async fn close(self) {
        self.alone.close().await;
    }
}
