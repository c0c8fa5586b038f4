//! A store, and what happens in it.

use std::fmt;

use cartwright::simulator::{Options, Simulator};
use cartwright::sync::Wish;
use proptest::prelude::*;

use super::deed::{Deed, deeds};
use crate::support::{App, Pair};

/// A story from its beginning to its end.
#[derive(Clone)]
pub(super) struct Story {
    customers: u32,
    orders: u32,
    carts: u32,
    subscribers: u32,
    seed: u64,
    wsi: bool,
    bulk: bool,
    bridge: bool,
    deeds: Vec<Deed>,
}

pub(super) fn stories() -> impl Strategy<Value = Story> {
    let sizes = (1..25_u32, 0..25_u32, 0..8_u32, 0..20_u32, 1..50_u64);
    let ways = (any::<bool>(), prop_oneof![3 => Just(true), 1 => Just(false)], any::<bool>());
    (sizes, ways, prop::collection::vec(deeds(), 1..30)).prop_map(
        |((customers, orders, carts, subscribers, seed), (wsi, bulk, bridge), deeds)| Story {
            customers,
            orders,
            carts,
            subscribers,
            seed,
            wsi,
            bulk,
            bridge,
            deeds,
        },
    )
}

impl Story {
    /// It happens. In the end everything is well.
    pub(super) async fn tell(&self, mut app: App) {
        let options = Options {
            customers: self.customers,
            orders: Some(self.orders),
            carts: Some(self.carts),
            subscribers: Some(self.subscribers),
            seed: self.seed,
            wsi: self.wsi,
            bulk: self.bulk,
            bridge: self.bridge.then(|| "1.2.19".to_owned()),
            ..Options::default()
        };
        let store = Simulator::start(options.clone()).await.unwrap();
        let integration = app.connect(&store, &options, "Corner shop").await;
        let pair = Pair { app, store, integration }.with_time_for_carts().await;
        let mut waiting = Vec::new();
        for deed in &self.deeds {
            deed.happen(&pair.store, &mut waiting);
            match deed {
                Deed::Sync => _ = pair.sync().await,
                Deed::HoursPass => pair.hours_pass().await,
                _ => continue,
            }
            pair.app.assert_figures().await;
        }
        Deed::CommitOrders.happen(&pair.store, &mut waiting);
        self.assert_well_in_the_end(&pair).await;
    }

    /// The trouble is over, and the store rests: everything is read that no window can hold any more.
    async fn assert_well_in_the_end(&self, pair: &Pair) {
        pair.store.clear_scripts();
        pair.app.run_sql("update store_pace set not_before = null").await;
        pair.hours_pass().await;
        pair.failed_records_are_due().await;
        pair.sync().await;
        let job = pair.wish(Wish::FindRemoved).await;
        assert_eq!((job.status.word(), job.message.as_deref()), ("Completed", None), "the walk");
        pair.carts_age().await;
        pair.failed_records_are_due().await;
        pair.sync_well().await;
        pair.assert_all_equal(self.bridge).await;
        pair.app.assert_figures().await;
        let traces = pair.traces().await;
        pair.sync_well().await;
        assert_eq!(pair.traces().await, traces, "nothing had changed, so nothing is written");
    }
}

impl fmt::Debug for Story {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { customers, orders, carts, subscribers, seed, .. } = self;
        let has = |it: bool| if it { "with" } else { "without" };
        writeln!(
            out,
            "\n  A store ({}, {} the bridge, {} bulk reads, seed {seed}) has {customers} customers, {orders} orders, {carts} \
             carts and {subscribers} subscribers.",
            if self.wsi { "WS-I" } else { "rpc" },
            has(self.bridge),
            has(self.bulk),
        )?;
        self.deeds.iter().try_for_each(|deed| writeln!(out, "  {deed:?}"))
    }
}
