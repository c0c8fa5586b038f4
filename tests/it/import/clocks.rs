//! Stores whose clocks are ahead, behind, set back, or that tell no time.

use cartwright::simulator::{Customer, Fault, Options, Simulator, When};
use sqlx::PgPool;

use super::small;
use crate::support::{App, Pair};

#[sqlx::test]
async fn a_store_whose_clock_is_ahead_is_read_by_its_clock(pool: PgPool) {
    by_its_clock(pool, 7_200).await;
}

#[sqlx::test]
async fn a_store_whose_clock_is_behind_is_read_by_its_clock(pool: PgPool) {
    by_its_clock(pool, -7_200).await;
}

async fn by_its_clock(pool: PgPool, clock_offset_seconds: i64) {
    let pair = Pair::synced(pool, Options { clock_offset_seconds, ..small(30) }).await;
    pair.assert_equal().await;
    let ids = pair.store.customer_ids();
    for (round, id) in ids.into_iter().take(3).enumerate() {
        pair.store.edit_customer(id, |customer| customer.lastname = Some("Edited".into()));
        pair.store.add_customer(Customer::new(format!("{round}@example.org")));
        pair.sync_well().await;
        pair.assert_equal().await;
    }
}

#[sqlx::test]
async fn a_store_whose_clock_is_set_back_loses_nothing(pool: PgPool) {
    let pair = Pair::synced(pool, small(30)).await;
    let ids = pair.store.customer_ids();
    for (round, seconds) in [-3_600, -86_400, 5_400, -600, 90_000].into_iter().enumerate() {
        pair.store.edit_customer(ids[round], |customer| customer.lastname = Some("Before".into()));
        pair.sync_well().await;
        pair.store.move_clock(seconds);
        pair.store.edit_customer(ids[round + 10], |customer| customer.lastname = Some("After".into()));
        pair.store.add_customer(Customer::new(format!("{round}@example.org")));
        pair.sync_well().await;
        pair.assert_equal().await;
    }
}

#[sqlx::test]
async fn a_store_that_tells_no_time_is_read_over_a_day_back(pool: PgPool) {
    let options = small(30);
    let store = Simulator::start(options.clone()).await.unwrap();
    store.script(Fault::NoDate, When::always());
    let mut app = App::as_administrator(pool).await;
    let integration = app.connect(&store, &options, "Corner shop").await;
    let pair = Pair { app, store, integration };
    pair.sync_well().await;
    let ids = pair.store.customer_ids();
    // its clock is wrong by half a day, and nobody can know
    pair.store.move_clock(-43_200);
    pair.store.edit_customer(ids[0], |customer| customer.lastname = Some("Edited".into()));
    pair.sync_well().await;
    pair.assert_equal().await;
}
