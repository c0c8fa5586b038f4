//! Edits and a store that refuses, does not answer, or makes something else of what it is sent.

use std::time::Duration;

use cartwright::simulator::{Fault, Options, When};
use sqlx::PgPool;

use super::desk::small;
use crate::support::{Pair, internal_error, until};

const UPDATE: &str = "customerCustomerUpdate";

#[sqlx::test]
async fn a_taken_e_mail_does_not_hold_back_a_name(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let (mine, other) = (pair.store.customer(3).unwrap(), "taken@example.org");
    pair.edit(3, &[("email", other), ("last-name", "Hopper")]).await;
    // free while the form was open
    pair.store.add_customer(cartwright::simulator::Customer {
        website_id: mine.customer.website_id,
        ..cartwright::simulator::Customer::new(other)
    });
    pair.sync_well().await;
    let there = pair.store.customer(3).unwrap().customer;
    assert_eq!((there.lastname.as_deref(), &there.email), (Some("Hopper"), &mine.customer.email));
    assert_eq!(pair.states().await, ["last_name sent", "email rejected"]);
    let page = pair.page_of(3).await;
    let said = page.text();
    assert!(said.contains("taken@example.org rejected"), "{said}");
    assert!(said.contains("This customer email already exists"), "{said}");
    pair.assert_at_rest().await;
    // another one is tried at once
    pair.edit(3, &[("email", "free@example.org")]).await;
    pair.sync_well().await;
    assert_eq!(&*pair.store.customer(3).unwrap().customer.email, "free@example.org");
    assert_eq!(pair.states().await, ["last_name sent", "email discarded", "email sent"]);
    pair.assert_equal().await;
}

#[sqlx::test]
async fn what_is_typed_while_the_store_refuses_is_not_held_back(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let website_id = pair.store.customer(3).unwrap().customer.website_id;
    pair.edit(3, &[("email", "taken@example.org")]).await;
    pair.store.add_customer(cartwright::simulator::Customer {
        website_id,
        ..cartwright::simulator::Customer::new("taken@example.org")
    });
    pair.store.script(Fault::Slow(Duration::from_millis(800)), When::method(UPDATE).times(1));
    pair.schedule().await;
    let workers = pair.app.workers("worker");
    let push = tokio::spawn(async move { workers.drain().await });
    until("the call is under way", async || {
        pair.app.count("select count(*) from changes where sent_at is not null").await == 1
    })
    .await;
    pair.edit(3, &[("email", "free@example.org")]).await;
    push.await.unwrap().unwrap();
    pair.app.drain_jobs().await;
    assert_eq!(&*pair.store.customer(3).unwrap().customer.email, "free@example.org");
    assert_eq!(pair.states().await, ["email discarded", "email sent"]);
    pair.assert_equal().await;
}

/// F58: a key that the store refuses costs no edit.
#[sqlx::test]
async fn an_edit_waits_while_the_store_refuses_the_key(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.store.set_user("cartwright", "another key", &[]);
    pair.store.expire_sessions();
    pair.edit(3, &[("last-name", "Hopper")]).await;
    let job = pair.sync().await;
    assert_eq!(job.status.word(), "Failed");
    assert!(job.message.unwrap().contains("refused user and key"));
    assert_eq!(pair.states().await, ["last_name pending"]);
    pair.store.set_user("cartwright", "cartwright-demo-key", &[]);
    pair.sync_well().await;
    assert_eq!(pair.states().await, ["last_name sent"]);
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}

/// F18, F55: a store that fails on every list with one customer in it gets the edits of all others.
#[sqlx::test]
async fn whoever_the_store_cannot_show_holds_nobody_else_back(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    for id in 3..=7 {
        pair.edit(id, &[("last-name", "Hopper")]).await;
    }
    pair.store.script(internal_error(), When::record(4));
    pair.sync_badly("Edits of a customer wait").await;
    let there = [3, 4, 5, 6, 7].map(|id| pair.last_name_there(id) == "Hopper");
    assert_eq!(there, [true, false, true, true, true]);
    let waits =
        "select string_agg(k.remote_id::text, ',') from changes c join customers k on k.id = c.customer_id
        where c.state = 'pending' and c.next_try_at > now()";
    assert_eq!(pair.app.text(waits).await, "4", "put off, and nobody else");
    let page = pair.page_of(4).await;
    assert!(page.text().contains("Hopper pending") && page.text().contains("fault 1"), "{}", page.text());
    pair.store.clear_scripts();
    pair.app.run_sql("update changes set next_try_at = now()").await;
    pair.sync_well().await;
    assert_eq!(pair.last_name_there(4), "Hopper");
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn a_rejected_edit_can_be_discarded(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.store.script(Fault::Soap("1".into(), "No such thing".into(), 500), When::method(UPDATE));
    pair.edit(3, &[("last-name", "Hopper")]).await;
    pair.sync_well().await;
    assert_eq!(pair.states().await, ["last_name rejected"]);
    let page = pair.page_of(3).await;
    let action = page.html.split("action=\"").find(|part| part.contains("/discard\"")).unwrap();
    let action = action.split('"').next().unwrap().to_owned();
    assert_eq!(pair.app.post(&action, &[]).await.status, 303);
    assert_eq!(pair.states().await, ["last_name discarded"]);
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn a_lost_answer_is_known_for_what_it_is(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.edit(3, &[("last-name", "Hopper")]).await;
    pair.store.script(Fault::LoseAnswer, When::method(UPDATE).times(1));
    pair.sync_badly("Edits of a customer wait").await;
    // the pull of the same job has met it
    assert_eq!(pair.states().await, ["last_name sent"]);
    assert!(pair.conflicts().await.is_empty());
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn our_own_echo_is_no_edit_of_the_store_s_also_when_we_edit_again(pool: PgPool) {
    let mut pair = Pair::two_way(pool, Options { bulk: false, ..small() }, "remote").await;
    pair.edit(3, &[("last-name", "Hopper")]).await;
    pair.store.script(Fault::LoseAnswer, When::method(UPDATE).times(1));
    // the push may read before it sends; nothing is read afterwards
    pair.store.script(Fault::BadGateway, When::method("customerCustomerList").after(1));
    pair.sync_badly("Edits of a customer wait").await;
    assert_eq!(pair.states().await, ["last_name pending"]);
    pair.store.clear_scripts();
    pair.edit(3, &[("last-name", "Murray Hopper")]).await;
    pair.sync_well().await;
    assert!(pair.conflicts().await.is_empty(), "{:?}", pair.conflicts().await);
    assert_eq!(pair.store.customer(3).unwrap().customer.lastname.as_deref(), Some("Murray Hopper"));
    assert_eq!(pair.states().await, ["last_name sent", "last_name sent"]);
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}

/// A pair whose one edit the store did not answer, so that it waits for its next try.
async fn held_back(pool: PgPool) -> Pair {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.edit(3, &[("last-name", "Hopper")]).await;
    pair.store.script(Fault::BadGateway, When::method(UPDATE));
    pair.sync_badly("Edits of a customer wait").await;
    pair.store.clear_scripts();
    pair.store.reset_counters();
    pair
}

/// Presses Schedule Sync.
async fn press(pair: &mut Pair) {
    let asked = pair.app.post(&format!("/integrations/{}/jobs", pair.integration), &[]).await;
    assert_eq!(asked.status, 303, "{}", asked.text());
}

#[sqlx::test]
async fn what_is_not_answered_waits_longer_each_time_and_a_person_does_not_wait(pool: PgPool) {
    let mut pair = held_back(pool).await;
    pair.sync_well().await;
    assert_eq!(pair.store.requests_of(UPDATE), 0, "a backoff holds it back");
    assert_eq!(pair.states().await, ["last_name pending"]);
    let page = pair.page_of(3).await;
    assert!(page.text().contains("Hopper pending"), "{}", page.text());
    press(&mut pair).await;
    pair.app.workers("worker").drain().await.unwrap();
    assert_eq!(pair.states().await, ["last_name sent"]);
    pair.assert_equal().await;
}

#[sqlx::test]
async fn a_person_waits_for_no_backoff_either_when_a_sync_of_the_schedule_is_queued(pool: PgPool) {
    let mut pair = held_back(pool).await;
    let queued = pair.schedule().await;
    press(&mut pair).await;
    pair.app.workers("worker").drain().await.unwrap();
    assert_eq!(pair.states().await, ["last_name sent"]);
    assert_eq!(pair.app.count("select max(id) from jobs").await, queued, "one job does both");
}

#[sqlx::test]
async fn a_person_waits_for_no_backoff_either_while_a_sync_of_the_schedule_runs(pool: PgPool) {
    let mut pair = held_back(pool).await;
    pair.store.script(Fault::Slow(Duration::from_millis(800)), When::always().times(1));
    let queued = pair.schedule().await;
    let workers = pair.app.workers("worker");
    let work = tokio::spawn(async move { workers.drain().await });
    let running = "select count(*) from jobs where status = 'running'";
    until("it runs", async || pair.app.count(running).await == 1).await;
    press(&mut pair).await;
    work.await.unwrap().unwrap();
    assert_eq!(pair.states().await, ["last_name sent"]);
    assert_eq!(pair.app.count("select max(id) from jobs").await, queued, "one job does both");
}

#[sqlx::test]
async fn an_edit_of_somebody_else_hurries_nothing(pool: PgPool) {
    let mut pair = held_back(pool).await;
    pair.edit(4, &[("last-name", "Lamarr")]).await;
    pair.app.workers("worker").drain().await.unwrap();
    assert_eq!(pair.states().await, ["last_name pending", "last_name sent"]);
}

#[sqlx::test]
async fn killed_between_send_and_record_it_ends_as_if_nothing_had_happened(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.edit(3, &[("last-name", "Hopper"), ("tax-vat", "H 1")]).await;
    pair.store.script(Fault::Slow(Duration::from_millis(800)), When::method(UPDATE).times(1));
    let id = pair.schedule().await;
    let workers = pair.app.workers("first");
    let first = tokio::spawn(async move { workers.drain().await });
    until("the store has it", async || {
        pair.store.customer(3).unwrap().customer.lastname.as_deref() == Some("Hopper")
            || pair.store.requests_of(UPDATE) > 0
    })
    .await;
    // another process takes the job over while the answer is on its way
    pair.app.run_sql("update jobs set token = token + 1, lease_until = now() - interval '1 minute'").await;
    let _ = first.await.unwrap();
    pair.app.workers("second").drain().await.unwrap();
    assert_eq!(pair.job(id).await.status.word(), "Completed");
    assert_eq!(pair.states().await, ["last_name sent", "taxvat sent"]);
    assert!(pair.conflicts().await.is_empty());
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn an_edit_made_while_a_push_is_under_way_is_sent_after_it(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.edit(3, &[("last-name", "First")]).await;
    pair.store.script(Fault::Slow(Duration::from_millis(800)), When::method(UPDATE).times(1));
    pair.schedule().await;
    let workers = pair.app.workers("worker");
    let push = tokio::spawn(async move { workers.drain().await });
    until("the call is under way", async || {
        pair.app.count("select count(*) from changes where sent_at is not null").await == 1
    })
    .await;
    pair.edit(3, &[("last-name", "Second")]).await;
    push.await.unwrap().unwrap();
    pair.app.drain_jobs().await;
    assert_eq!(pair.store.customer(3).unwrap().customer.lastname.as_deref(), Some("Second"));
    assert_eq!(pair.states().await, ["last_name sent", "last_name sent"]);
    assert!(pair.conflicts().await.is_empty(), "{:?}", pair.conflicts().await);
    pair.assert_equal().await;
}

/// The store's times are in seconds: within one, nothing but the edit itself is different from before.
#[sqlx::test]
async fn what_the_store_makes_of_a_value_is_taken_over_again_within_the_same_second(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "local").await;
    for _ in 0..4 {
        pair.edit(3, &[("last-name", "Hopper 😀")]).await;
        pair.sync_well().await;
        pair.assert_equal().await;
    }
    assert_eq!(pair.conflicts().await.len(), 4);
}

#[sqlx::test]
async fn what_the_store_makes_of_a_value_is_recorded(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "local").await;
    pair.edit(3, &[("last-name", "Hopper 😀")]).await;
    pair.sync_well().await;
    assert_eq!(pair.store.customer(3).unwrap().customer.lastname.as_deref(), Some("Hopper ????"));
    assert_eq!(pair.conflicts().await, ["last_name remote by store"]);
    assert_eq!(pair.states().await, ["last_name sent"]);
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}
