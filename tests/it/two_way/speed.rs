//! What edits cost, counted and not timed: a slow machine changes nothing of it.

use cartwright::simulator::Options;
use sqlx::PgPool;

use super::desk::small;
use crate::support::Pair;

const EDITS: u32 = 1_000;

/// The requests that as many edits cost as there are customers, pushed and read back, over those of a quiet sync.
async fn requests_of_edits(pool: PgPool, options: Options, edits: u32) -> u64 {
    let mut pair = Pair::two_way(pool, Options { customers: edits, ..options }, "remote").await;
    pair.sync_well().await;
    let idle = pair.requests_of_a_sync().await;
    let rows = "select id from customers order by id";
    let rows: Vec<i64> = sqlx::query_scalar(rows).fetch_all(&pair.app.pool).await.unwrap();
    for row in rows {
        let typed = [("shown", "{}"), ("tax-vat", "X 1")];
        let saved = pair.app.post(&format!("/customers/{row}"), &typed).await;
        assert_eq!(saved.status, 303, "{}", saved.text());
    }
    let busy = pair.requests_of_a_sync().await;
    assert_eq!(pair.store.requests_of("customerCustomerUpdate"), u64::from(edits));
    let waits = "select count(*) from changes where state <> 'sent'";
    assert_eq!(pair.app.count(waits).await, 0);
    println!("{edits} edits: {busy} requests, {idle} of a quiet sync");
    busy - idle
}

#[sqlx::test]
async fn a_thousand_edits_cost_at_most_two_requests_each_with_bulk_reads(pool: PgPool) {
    let requests = requests_of_edits(pool, small(), EDITS).await;
    assert!(requests <= u64::from(EDITS) * 2, "{requests}");
}

#[sqlx::test]
async fn edits_cost_at_most_three_requests_each_with_nothing_but_soap_v2(pool: PgPool) {
    let edits = 100;
    let requests = requests_of_edits(pool, Options { bulk: false, ..small() }, edits).await;
    assert!(requests <= u64::from(edits) * 3, "{requests}");
}
