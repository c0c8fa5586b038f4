//! The next syncs: whoever was erased stays so, whatever is read, until an administrator lifts it.

use cartwright::simulator::{Customer, Fault};
use cartwright::sync::Wish;
use sqlx::PgPool;

use super::{EMAIL, Her, assert_forgotten, erase, pair};
use crate::support::{Pair, little, until};

/// The store changes everything that is hers.
fn everything_changes(pair: &Pair, her: &Her) {
    let store = &pair.store;
    assert!(store.edit_customer(her.customer, |it| it.middlename = Some("Xanthopoulos".into())));
    assert!(store.edit_address(her.address, |it| it.city = Some("Xanthopoulos".into())));
    for order in [her.order, her.guest_order] {
        assert!(store.comment_order(order, "Call Wilhelmine"));
    }
    assert!(store.edit_cart(her.cart, |it| it.customer_firstname = Some("Wilhelmine".into())));
    store.edit_subscriber(her.subscriber, |it| it.status = 3);
}

#[sqlx::test]
async fn neither_an_increment_nor_a_full_resync_brings_anybody_back_who_was_erased(pool: PgPool) {
    let (mut pair, her) = pair(pool, true).await;
    stays_away(&mut pair, &her).await;
    // all that the channel loaded goes and is loaded again: the numbers are remembered
    pair.app.run_sql("delete from orders").await;
    pair.app.run_sql("delete from customers").await;
    pair.wish(Wish::FullResync).await;
    assert_forgotten(&pair.app, "after the rows were gone").await;
    comes_again(&mut pair, &her).await;
}

#[sqlx::test]
async fn nor_do_they_where_the_store_has_no_bridge(pool: PgPool) {
    let (mut pair, her) = pair(pool, false).await;
    stays_away(&mut pair, &her).await;
    comes_again(&mut pair, &her).await;
}

async fn stays_away(pair: &mut Pair, her: &Her) {
    let row = pair.row_of(her.customer).await;
    erase(&mut pair.app, &format!("/customers/{row}")).await;
    assert_forgotten(&pair.app, "after the erasure").await;
    everything_changes(pair, her);
    pair.store.place_order(her.customer);
    pair.carts_age().await;
    pair.sync_well().await;
    assert_forgotten(&pair.app, "after an increment").await;
    let orders = "select count(*) from orders o join customers k on k.id = o.customer_id
        where k.erased_at is not null and not k.is_guest";
    assert_eq!(pair.app.count(orders).await, 3, "a new order is the same buyer’s, whoever that is");
    pair.wish(Wish::FullResync).await;
    pair.hours_pass().await;
    pair.walk_well().await;
    assert_forgotten(&pair.app, "after a full re-sync and a walk").await;
}

/// Who registers again is somebody new.
async fn comes_again(pair: &mut Pair, her: &Her) {
    pair.store.move_clock(3600);
    pair.store.delete_customer(her.customer);
    let again = pair.store.add_customer(Customer {
        website_id: 1,
        firstname: Some("Wilhelmine".into()),
        lastname: Some("Xanthopoulos".into()),
        ..Customer::new(EMAIL)
    });
    pair.store.place_order(again);
    pair.sync_well().await;
    pair.assert_equal_customer(again).await;
    let theirs = "select count(*) from orders where email = 'wilhelmine@xanthopoulos.example'";
    assert_eq!(pair.app.count(theirs).await, 1, "the new order alone is the new person’s");
    assert_eq!(pair.app.count("select count(*) from contacts where last_name = 'Xanthopoulos'").await, 1);
}

#[sqlx::test]
async fn what_was_read_before_an_erasure_is_not_written_after_it(pool: PgPool) {
    let (mut pair, her) = pair(pool, true).await;
    let row = pair.row_of(her.customer).await;
    everything_changes(&pair, &her);
    pair.store.reset_counters();
    pair.break_method(Fault::Slow(std::time::Duration::from_millis(300)), "oroOrderList");
    pair.ask(Wish::FullResync).await;
    let workers = pair.app.workers("worker");
    let running = tokio::spawn(async move { workers.drain().await });
    until("orders are asked for", async || pair.store.requests_of("oroOrderList") >= 1).await;
    erase(&mut pair.app, &format!("/customers/{row}")).await;
    running.await.unwrap().unwrap();
    pair.store.clear_scripts();
    assert_forgotten(&pair.app, "after a sync that was under way").await;
    // somebody whom no sync had read yet is known by the address
    pair.app.run_sql("delete from erased_records").await;
    pair.app.run_sql("delete from customers").await;
    pair.wish(Wish::FullResync).await;
    assert_forgotten(&pair.app, "by the address alone").await;
}

#[sqlx::test]
async fn an_erasure_that_is_lifted_lets_the_next_full_resync_bring_everything_in_again(pool: PgPool) {
    let (mut pair, her) = pair(pool, true).await;
    let row = pair.row_of(her.customer).await;
    let page = format!("/customers/{row}");
    let gone = erase(&mut pair.app, &page).await;
    pair.wish(Wish::FullResync).await;
    assert_forgotten(&pair.app, "before it is lifted").await;
    let lifting = gone.link("/lifting").unwrap();
    let question = pair.app.get(&lifting).await;
    assert!(question.text().contains("Lift this erasure?"), "{}", question.text());
    pair.app.press(&question, "Lift").await;
    let told = pair.app.get(&page).await;
    assert!(told.text().contains("The erasure was lifted"), "{}", told.text());
    assert_eq!(pair.app.get(&lifting).await.status, 404, "once is enough");
    pair.wish(Wish::FullResync).await;
    pair.assert_equal().await;
    pair.assert_equal_sales(true).await;
    assert_eq!(pair.app.count("select count(*) from orders where customer_id is null").await, 0);
}

#[sqlx::test]
async fn of_an_address_that_people_share_only_the_one_with_the_name_is_erased(pool: PgPool) {
    let pair = Pair::new(pool, little(true)).await;
    pair.app.run_sql("update integrations set split_by_name = '{family@example.org}'").await;
    for (first, last) in [("Wilhelmine", "Xanthopoulos"), ("Otto", "Baumann")] {
        pair.store.place_order(cartwright::simulator::Buyer::guest("family@example.org", first, last));
    }
    pair.sync_well().await;
    let mut pair = pair;
    let row = pair.app.count("select id from customers where last_name = 'Xanthopoulos'").await;
    erase(&mut pair.app, &format!("/customers/{row}")).await;
    pair.wish(Wish::FullResync).await;
    assert_forgotten(&pair.app, "after a full re-sync").await;
    assert_eq!(pair.app.count("select count(*) from orders where last_name = 'Baumann'").await, 1);
    assert_eq!(pair.app.count("select count(*) from customers where email = 'family@example.org'").await, 1);
    let split = "select count(*) from integrations where split_by_name = '{family@example.org}'";
    assert_eq!(pair.app.count(split).await, 1, "the other one needs the setting");
}
