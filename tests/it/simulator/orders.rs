//! Orders: recorded answers, and what no single recording shows.

use cartwright::simulator::Options;

use super::bench::*;
use super::sales::*;

/// The recordings come from a store with the bridge.
async fn bench(recordings: &'static str) -> Bench {
    Bench::new(recordings, Options { bridge: Some("1.2.19".into()), ..Options::default() }).await
}

#[tokio::test]
async fn lists_of_orders_are_the_recorded_ones() {
    for mode in ["rpc", "wsi"] {
        for number in ["071", "072", "075", "076", "077", "078", "079"] {
            let bench = bench(mode).await;
            for id in bench.store.order_ids() {
                bench.store.delete_order(id);
            }
            lay_in_orders(&bench, number);
            bench.check_exactly(number).await;
        }
    }
}

#[tokio::test]
async fn single_orders_are_the_recorded_ones() {
    for mode in ["rpc", "wsi"] {
        let bench = bench(mode).await;
        for number in ["082", "083", "084", "085", "086", "088", "089", "090", "091", "092", "096", "901"] {
            lay_in_orders(&bench, number);
            bench.check_exactly(number).await;
        }
        bench.check_exactly("093").await;
        bench.check_exactly("925").await;
    }
}

#[tokio::test]
async fn the_bridges_orders_are_the_recorded_ones() {
    for mode in ["rpc", "wsi"] {
        let bench = bench(mode).await;
        for number in ["135", "138"] {
            lay_in_orders(&bench, number);
            bench.check_exactly(number).await;
        }
        for number in ["137", "140"] {
            bench.check_exactly(number).await;
        }
    }
}

#[tokio::test]
async fn orders_of_v1_are_the_recorded_ones() {
    let bench = bench("v1").await;
    for number in ["006", "007"] {
        for id in bench.store.order_ids() {
            bench.store.delete_order(id);
        }
        lay_in_orders(&bench, number);
        bench.check_exactly(number).await;
    }
}
