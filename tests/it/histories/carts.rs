//! How carts stand, and how they are found where nobody lists them.

use cartwright::simulator::{Options, Record, When};
use cartwright::sync::Wish;
use sqlx::PgPool;

use crate::support::{Pair, internal_error, little};

async fn status(pair: &Pair, cart: u32) -> String {
    sqlx::query_scalar("select status from carts where remote_id = $1 and removed_at is null")
        .bind(i64::from(cart))
        .fetch_optional(&pair.app.pool)
        .await
        .unwrap()
        .unwrap_or_default()
}

/// Everything that happens to a cart, one after another.
async fn a_carts_life(pool: PgPool, bridge: bool) {
    let pair = Pair::on_a_little_shop(pool, bridge).await;
    let [bought, given_up, gone, lost, converted] =
        [3, 4, 5, 6, 7].map(|buyer| pair.store.create_cart(buyer));
    let sync = async || {
        pair.carts_age().await;
        pair.sync_well().await;
    };
    sync().await;
    for cart in [bought, given_up, gone, lost, converted] {
        assert_eq!(status(&pair, cart).await, "open");
    }
    for (cart, word) in [(lost, "lost"), (converted, "converted")] {
        sqlx::query("update carts set status = $2 where remote_id = $1")
            .bind(i64::from(cart))
            .bind(word)
            .execute(&pair.app.pool)
            .await
            .unwrap();
        pair.store.edit_cart(cart, |cart| cart.items.truncate(1));
    }
    pair.store.order_cart(bought).unwrap();
    pair.store.deactivate_cart(given_up);
    pair.store.delete_cart(gone);
    sync().await;
    if bridge {
        pair.walk_well().await;
    }
    let all = [(bought, "purchased"), (given_up, "expired"), (gone, "expired"), (lost, "lost")];
    for (cart, word) in all.into_iter().chain([(converted, "converted")]) {
        assert_eq!(status(&pair, cart).await, word, "cart {cart}");
    }
    if bridge {
        pair.store.edit_cart(given_up, |cart| cart.is_active = true);
        sync().await;
        assert_eq!(status(&pair, given_up).await, "open", "it was reopened");
    }
}

#[sqlx::test]
async fn a_cart_is_what_the_store_or_a_person_made_of_it(pool: PgPool) {
    a_carts_life(pool, false).await;
}

#[sqlx::test]
async fn a_cart_of_the_bridge_is_what_the_store_or_a_person_made_of_it(pool: PgPool) {
    a_carts_life(pool, true).await;
}

/// Between two syncs a shopper takes most of it out and buys the rest: the order tells that the cart was bought, but not what
/// had become of it.
async fn edited_and_bought_at_once(pool: PgPool, bridge: bool) {
    let pair = Pair::on_a_little_shop(pool, bridge).await;
    let cart = pair.store.create_cart(3);
    pair.sync_well().await;
    pair.carts_age().await;
    pair.store.edit_cart(cart, |cart| cart.items.truncate(1));
    pair.store.order_cart(cart).unwrap();
    pair.sync_well().await;
    assert_eq!(status(&pair, cart).await, "purchased");
    pair.assert_all_equal(bridge).await;
}

/// The same, and the store has cleared the cart away: nobody can tell, so nobody asks again.
#[sqlx::test]
async fn a_cart_that_was_bought_and_cleared_away_is_asked_for_once(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    let cart = pair.store.create_cart(3);
    pair.sync_well().await;
    pair.store.order_cart(cart).unwrap();
    pair.store.delete_cart(cart);
    let asked = async || {
        pair.carts_age().await;
        pair.store.reset_counters();
        pair.sync_well().await;
        pair.store.entries_of("cart.info")
    };
    assert_eq!(asked().await - asked().await, 1);
    assert_eq!(status(&pair, cart).await, "purchased");
}

#[sqlx::test]
async fn what_is_edited_and_bought_between_two_syncs_is_what_was_bought(pool: PgPool) {
    edited_and_bought_at_once(pool, false).await;
}

#[sqlx::test]
async fn what_is_edited_and_bought_between_two_syncs_is_what_was_bought_with_the_bridge(pool: PgPool) {
    edited_and_bought_at_once(pool, true).await;
}

#[sqlx::test]
async fn what_a_shopper_takes_out_of_a_cart_stays_marked_and_may_come_back(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, true).await;
    let cart = pair.store.create_cart(5);
    pair.sync_well().await;
    let all = pair.store.cart(cart).unwrap().items;
    pair.store.edit_cart(cart, |cart| cart.items.clear());
    pair.sync_well().await;
    let marked = "select count(*) from cart_items where removed_at is not null";
    assert_eq!(pair.app.count(marked).await, i64::try_from(all.len()).unwrap());
    pair.assert_all_equal(true).await;
    pair.store.edit_cart(cart, |cart| cart.items = all);
    pair.sync_well().await;
    assert_eq!(pair.app.count(marked).await, 0);
    pair.assert_all_equal(true).await;
}

#[sqlx::test]
async fn new_carts_far_above_the_known_ones_are_found_by_probes(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    let first = pair.store.create_cart(4);
    let mut far = pair.store.cart(first).unwrap();
    far.id = first + 1_650;
    pair.store.put_cart(far);
    let last = pair.store.create_cart(6);
    assert_eq!(last, first + 1_651, "the store goes on from there");
    pair.hours_pass().await;
    pair.sync_well().await;
    pair.assert_all_equal(false).await;
}

/// Two requests a sync, and two hundred carts: each sync goes on where the last one stopped.
#[sqlx::test]
async fn a_search_for_carts_keeps_to_its_budget_and_goes_on_in_the_next_sync(pool: PgPool) {
    let pair = Pair::new(pool, Options { carts: Some(800), ..little(false) }).await;
    pair.app.run_sql("update integrations set cart_budget = 3").await;
    let told = "select message from job_connectors where connector = 'Carts' order by job_id desc limit 1";
    let mut syncs = 0;
    while syncs == 0 || !pair.app.text(told).await.contains("up to date") {
        pair.store.reset_counters();
        pair.sync_well().await;
        // a block of a hundred may take some bulk reads, and the last one may go over
        let asked = pair.store.entries_of("cart.info");
        assert!(asked <= 600, "{asked} carts in one sync");
        syncs += 1;
        assert!(syncs < 60, "it comes to its end");
    }
    assert!(syncs > 1, "{syncs}");
    pair.app.run_sql("update integrations set cart_budget = 1000").await;
    pair.sync_well().await;
    pair.assert_all_equal(false).await;
}

/// Stores clear old carts away: the first that is left may have any number, and the orders tell where to look.
async fn old_carts_cleared_away(pool: PgPool, options: Options) {
    let pair = Pair::new(pool, Options { orders: Some(0), carts: Some(0), ..options }).await;
    let pair = pair.with_time_for_carts().await;
    let first = pair.store.create_cart(3);
    let mut far = pair.store.cart(first).unwrap();
    far.id = 1_730;
    pair.store.delete_cart(first);
    pair.store.put_cart(far);
    for buyer in 4..9 {
        pair.store.create_cart(buyer);
    }
    pair.sync_well().await;
    pair.store.place_order(10);
    pair.sync_well().await;
    pair.assert_all_equal(false).await;
}

#[sqlx::test]
async fn carts_whose_numbers_begin_far_above_one_are_met_once_an_order_tells_where(pool: PgPool) {
    old_carts_cleared_away(pool, little(false)).await;
}

#[sqlx::test]
async fn carts_whose_numbers_begin_far_above_one_are_met_by_single_calls_too(pool: PgPool) {
    old_carts_cleared_away(pool, Options { bulk: false, ..little(false) }).await;
}

/// One open cart that cannot be read must not be asked for until the budget is used up, in every sync.
#[sqlx::test]
async fn an_open_cart_that_cannot_be_read_does_not_eat_the_budget(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    let cart = pair.store.create_cart(4);
    pair.sync_well().await;
    pair.store.script(internal_error(), When::record(Record::Cart(cart)));
    pair.carts_age().await;
    pair.store.reset_counters();
    pair.sync_badly("Carts").await;
    let asked = pair.store.entries_of("cart.info");
    assert!(
        asked < 1_800,
        "{asked} carts were asked for, of which there are {}",
        pair.store.cart_ids().len()
    );
    let bulk = pair.store.requests_of("multiCall");
    assert!(bulk < 120, "{bulk} bulk reads");
}

#[sqlx::test]
async fn a_full_resync_looks_at_older_carts_again(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    let expired = pair.store.cart_ids()[0];
    let mut cart = pair.store.cart(expired).unwrap();
    cart.customer_lastname = Some("By hand".into());
    pair.store.put_cart(cart);
    let job = pair.wish(Wish::FullResync).await;
    assert_eq!((job.status.word(), job.message.as_deref()), ("Completed", None));
    let by_hand = "select count(*) from carts where last_name = 'By hand'";
    assert_eq!(pair.app.count(by_hand).await, 1);
}
