//! Another store behind the same address is noticed before anything is read or sent (F59).

use cartwright::simulator::{Options, Simulator};
use sqlx::PgPool;

use crate::support::{Pair, little};

/// Another store takes the place of the first, behind the same address as far as the CRM can tell.
async fn replaced(pair: &mut Pair, options: Options) {
    let other = Simulator::start(options).await.unwrap();
    sqlx::query("update integrations set wsdl_url = $1")
        .bind(other.wsdl_url())
        .execute(&pair.app.pool)
        .await
        .unwrap();
    pair.store = other;
}

#[sqlx::test]
async fn a_store_in_the_place_of_another_is_neither_read_nor_written_until_a_person_says_what_it_is(
    pool: PgPool,
) {
    let mut pair = Pair::on_a_little_shop(pool, false).await;
    pair.app.run_sql("update integrations set two_way = true").await;
    pair.app.post("/customers/1", &[("last-name", "Edited here"), ("email", "edited@example.org")]).await;
    let before = pair.traces().await;
    replaced(&mut pair, Options { seed: 4711, ..little(false) }).await;
    pair.store.reset_counters();
    let job = pair.sync().await;
    assert_eq!(job.status.word(), "Failed");
    let message = job.message.unwrap_or_default();
    assert!(
        message.contains("Another store than before seems to answer at this address: order"),
        "{message}"
    );
    assert!(message.contains("Nothing was read from it, and nothing was sent to it."), "{message}");
    assert_eq!(pair.traces().await, before, "nothing is written here");
    for method in ["customerCustomerUpdate", "call", "storeList"] {
        assert_eq!(pair.store.requests_of(method), 0, "{method}");
    }
    assert_eq!(pair.queued_when_due().await, 0, "the schedule rests");
    let page = pair.app.get("/integrations/1").await;
    assert!(
        page.text().contains("Another store? ") && page.html.contains("href=\"/integrations/1/identity\""),
        "{}",
        page.text()
    );
    let question = pair.app.get("/integrations/1/identity").await;
    for words in
        ["It is the same store", "The address is wrong now", "Remove this integration", "Create Channel"]
    {
        assert!(question.text().contains(words), "{words}: {}", question.text());
    }
    // asked again by hand, it says the same
    pair.app.post("/integrations/1/jobs", &[]).await;
    pair.app.drain_jobs().await;
    assert_eq!(pair.traces().await, before);

    let said = pair.app.press(&question, "It is the same store").await;
    assert!(said.text().contains("A sync job has been added to the queue."), "{}", said.text());
    pair.app.drain_jobs().await;
    pair.assert_equal().await;
    let page = pair.app.get("/integrations/1").await;
    assert!(!page.text().contains("Say which store this is"), "{}", page.text());
    assert!(page.part("class=\"page-title\"", "</div>").ends_with("Healthy"), "{}", page.text());
    pair.sync_well().await;
}

#[sqlx::test]
async fn a_shop_that_was_set_up_anew_and_is_empty_is_another_store_too(pool: PgPool) {
    let mut pair = Pair::on_a_little_shop(pool, false).await;
    let empty =
        Options { customers: 0, orders: Some(0), carts: Some(0), subscribers: Some(0), ..Options::default() };
    replaced(&mut pair, empty).await;
    let job = pair.sync().await;
    assert!(job.message.unwrap_or_default().contains("is not there"), "{:?}", job.status);
    assert_eq!(pair.app.count("select count(*) from customers where removed_at is not null").await, 0);
}

#[sqlx::test]
async fn a_shop_whose_oldest_records_are_gone_is_the_same_shop(pool: PgPool) {
    let pair = Pair::on_a_little_shop(pool, false).await;
    for id in pair.store.customer_ids().into_iter().take(3) {
        pair.store.delete_customer(id);
    }
    let job = pair.sync().await;
    assert!(!job.message.unwrap_or_default().contains("Another store"));
}
