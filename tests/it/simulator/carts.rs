//! Carts, credit memos and subscribers: recorded answers, and what no single recording shows.

use cartwright::simulator::Options;

use super::bench::*;
use super::sales::*;

async fn bench(recordings: &'static str) -> Bench {
    Bench::new(recordings, Options { bridge: Some("1.2.19".into()), ..Options::default() }).await
}

#[tokio::test]
async fn carts_are_the_recorded_ones() {
    for mode in ["rpc", "wsi"] {
        let bench = bench(mode).await;
        lay_in_carts(&bench, "107", "quote_id");
        for number in ["107", "109", "110"] {
            bench.check_exactly(number).await;
        }
        lay_in_carts(&bench, "144", "entity_id");
        bench.check_exactly("144").await;
        bench.check_exactly("145").await;
    }
}

#[tokio::test]
async fn carts_of_v1_are_the_recorded_ones() {
    let bench = bench("v1").await;
    lay_in_carts(&bench, "019", "quote_id");
    bench.check_exactly("019").await;
}

#[tokio::test]
async fn credit_memos_are_the_recorded_ones() {
    for (mode, number) in [("rpc", "099"), ("wsi", "099"), ("v1", "008")] {
        let bench = bench(mode).await;
        lay_in_memos(&bench, number);
        bench.check_exactly(number).await;
    }
}

#[tokio::test]
async fn subscribers_are_the_recorded_ones() {
    for mode in ["rpc", "wsi"] {
        let bench = bench(mode).await;
        for id in bench.store.subscriber_ids() {
            bench.store.delete_subscriber(id);
        }
        for number in ["146", "147"] {
            lay_in_subscribers(&bench, number);
            bench.check_exactly(number).await;
        }
    }
}
