//! A store that refuses a change, gives no answer, or has changed it as well.

use std::time::Duration;

use cartwright::simulator::{Customer, Fault, When};
use sqlx::PgPool;

use super::{CREATE, UPDATE, news, pair_with};
use crate::support::{Page, Pair, until};

#[sqlx::test]
async fn what_the_store_refuses_is_rejected_with_its_words_and_tried_again(pool: PgPool) {
    let (mut pair, id) = pair_with(pool, news(), "remote", 3).await;
    let page = pair.subscriber_page(id).await;
    pair.store.script(Fault::Soap("103".into(), "Not this one".into(), 500), When::method(UPDATE));
    pair.press(&page, "Subscribe").await;
    pair.app.drain_jobs().await;
    assert_eq!((pair.status_there(id), pair.news().await), (3, vec!["3>1 rejected".to_owned()]));
    let said = pair.app.get(&page).await.text();
    assert!(said.contains("Subscribed rejected"), "{said}");
    assert!(said.contains("Unsubscribed → Subscribed rejected") && said.contains("Not this one"), "{said}");
    pair.sync_well().await;
    assert_eq!(pair.news().await, ["3>1 rejected"], "nobody tries it again by himself");
    pair.store.clear_scripts();
    let said = pair.press(&page, "Try again").await;
    assert!(said.text().contains("It is tried again."), "{}", said.text());
    pair.app.drain_jobs().await;
    assert_eq!((pair.status_there(id), pair.news().await), (1, vec!["1>1 sent".to_owned()]));
    pair.rests().await;
}

#[sqlx::test]
async fn a_rejected_change_can_be_discarded(pool: PgPool) {
    let mut pair = Pair::two_way(pool, news(), "remote").await;
    // the e-mail is another customer's in the store
    let customer = pair.no_subscriber();
    let id = *pair.store.subscriber_ids().first().unwrap();
    let owner = pair.store.add_customer(Customer::new("owner@example.org"));
    pair.store.edit_subscriber(id, |it| (it.email, it.customer_id) = (customer.email.clone(), owner));
    let page = pair.customer_page(customer.id).await;
    pair.press(&page, "Subscribe").await;
    pair.app.drain_jobs().await;
    assert_eq!(pair.news().await, ["3>1 rejected"]);
    let said = pair.app.get(&page).await.text();
    assert!(said.contains("Customer is already subscribed."), "{said}");
    let said = pair.press(&page, "Discard").await;
    assert!(said.text().contains("The change is discarded"), "{}", said.text());
    assert!(!said.part("id=\"newsletter\"", "</section>").contains("→"), "{}", said.text());
    assert_eq!(pair.news().await, ["3>1 discarded"]);
    let told = "select subject || ' ' || name from audit_entries where act = 'discarded'";
    assert_eq!(pair.app.text(told).await, format!("customer {}", customer.email));
    assert!(pair.app.get(&page).await.html.contains(">Subscribe<"));
    pair.rests().await;
}

#[sqlx::test]
async fn a_change_that_is_discarded_or_taken_back_is_not_sent(pool: PgPool) {
    let (mut pair, id) = pair_with(pool, news(), "local", 1).await;
    let page = pair.subscriber_page(id).await;
    pair.press(&page, "Unsubscribe").await;
    let said = pair.press(&page, "Subscribe").await.text();
    assert!(said.contains("the change is taken back"), "{said}");
    pair.press(&page, "Unsubscribe").await;
    pair.press(&page, "Discard").await;
    assert_eq!(pair.news().await, ["1>3 discarded", "1>3 discarded"]);
    pair.store.reset_counters();
    pair.app.drain_jobs().await;
    assert_eq!(pair.store.requests_of(UPDATE), 0);
    pair.rests().await;
}

#[sqlx::test]
async fn a_lost_answer_is_known_for_what_it_is(pool: PgPool) {
    let (mut pair, id) = pair_with(pool, news(), "remote", 1).await;
    let page = pair.subscriber_page(id).await;
    pair.press(&page, "Unsubscribe").await;
    pair.store.script(Fault::LoseAnswer, When::method(UPDATE).times(1));
    pair.app.drain_jobs().await;
    // the pull of the same job has met it
    assert_eq!((pair.status_there(id), pair.news().await), (3, vec!["3>3 sent".to_owned()]));
    pair.rests().await;
}

#[sqlx::test]
async fn a_lost_answer_makes_no_double(pool: PgPool) {
    let mut pair = Pair::two_way(pool, news(), "remote").await;
    let page = pair.customer_page(pair.no_subscriber().id).await;
    pair.press(&page, "Subscribe").await;
    pair.store.script(Fault::LoseAnswer, When::method(CREATE).times(1));
    // nor does the pull of the same job tell of it
    pair.store.script(Fault::BadGateway, When::method("newsletterSubscriberList").after(2));
    pair.app.drain_jobs().await;
    assert_eq!(pair.news().await, ["3>1 pending"]);
    pair.store.clear_scripts();
    assert_eq!(pair.app.post(&format!("/integrations/{}/jobs", pair.integration), &[]).await.status, 303);
    pair.app.drain_jobs().await;
    assert_eq!((pair.store.requests_of(CREATE), pair.store.subscriber_ids().len()), (1, 9));
    assert_eq!(pair.news().await, ["1>1 sent"]);
    pair.rests().await;
}

#[sqlx::test]
async fn a_call_of_ours_whose_answer_was_lost_is_no_change_of_the_store_s(pool: PgPool) {
    let (mut pair, id) = pair_with(pool, news(), "remote", 1).await;
    let page = pair.subscriber_page(id).await;
    pair.press(&page, "Unsubscribe").await;
    pair.store.script(Fault::LoseAnswer, When::method(UPDATE).times(1));
    pair.store.script(Fault::BadGateway, When::method("newsletterSubscriberList").after(1));
    pair.app.drain_jobs().await;
    assert_eq!((pair.status_there(id), pair.news().await), (3, vec!["1>3 pending".to_owned()]));
    pair.store.clear_scripts();
    pair.press(&page, "Subscribe").await;
    pair.app.drain_jobs().await;
    assert_eq!((pair.status_there(id), pair.news().await.pop().unwrap()), (1, "1>1 sent".to_owned()));
    pair.rests().await;
}

#[sqlx::test]
async fn an_accepted_change_is_ours_also_hours_later(pool: PgPool) {
    let (mut pair, id) = pair_with(pool, news(), "remote", 1).await;
    let page = pair.subscriber_page(id).await;
    pair.press(&page, "Unsubscribe").await;
    // nothing is read after the call
    pair.store.script(Fault::BadGateway, When::method("newsletterSubscriberList").after(1));
    pair.app.drain_jobs().await;
    pair.store.clear_scripts();
    assert_eq!((pair.status_there(id), pair.news().await), (3, vec!["1>3 pending".to_owned()]));
    pair.app
        .run_sql(
            "update subscription_changes set sent_at = sent_at - interval '3 hours',
                accepted_at = accepted_at - interval '3 hours'",
        )
        .await;
    pair.press(&page, "Subscribe").await;
    pair.app.drain_jobs().await;
    assert_eq!((pair.status_there(id), pair.news().await.pop().unwrap()), (1, "1>1 sent".to_owned()));
    pair.rests().await;
}

/// The store may still finish a call that it did not answer: nobody is made a second time meanwhile.
#[sqlx::test]
async fn whoever_may_be_on_their_way_is_not_made_a_second_time(pool: PgPool) {
    let mut pair = Pair::two_way(pool, news(), "remote").await;
    let page = pair.customer_page(pair.no_subscriber().id).await;
    pair.press(&page, "Subscribe").await;
    pair.store.script(Fault::Close, When::method(CREATE).times(1));
    pair.app.drain_jobs().await;
    for _ in 0..2 {
        let asked = pair.app.post(&format!("/integrations/{}/jobs", pair.integration), &[]).await;
        assert_eq!(asked.status, 303, "{}", asked.text());
        pair.app.drain_jobs().await;
        assert_eq!((pair.store.requests_of(CREATE), pair.news().await), (1, vec!["3>1 pending".to_owned()]));
    }
    pair.app
        .run_sql(
            "update subscription_changes set sent_at = sent_at - interval '11 minutes', next_try_at = now()",
        )
        .await;
    pair.sync_well().await;
    assert_eq!((pair.store.requests_of(CREATE), pair.news().await), (2, vec!["1>1 sent".to_owned()]));
    pair.rests().await;
}

/// Unsubscribed here; in the store a confirmation was asked for meanwhile.
async fn on_both_sides(pool: PgPool, priority: &str) -> (Pair, u32, Page) {
    let (mut pair, id) = pair_with(pool, news(), priority, 1).await;
    let page = pair.subscriber_page(id).await;
    pair.press(&page, "Unsubscribe").await;
    pair.store.move_clock(5);
    pair.store.edit_subscriber(id, |subscriber| subscriber.status = 4);
    pair.app.drain_jobs().await;
    let page = pair.app.get(&page).await;
    (pair, id, page)
}

#[sqlx::test]
async fn changed_on_both_sides_remote_wins(pool: PgPool) {
    let (pair, id, page) = on_both_sides(pool, "remote").await;
    assert_eq!((pair.status_there(id), pair.news().await), (4, vec!["4>3 discarded by remote".to_owned()]));
    let said = page.text();
    assert!(said.contains("Both sides changed it: Magento’s “Unconfirmed” won the conflict."), "{said}");
    assert!(!said.contains("Not yet in Magento"), "{said}");
    let conflicts = "select coalesce(sum(conflicts), 0)::bigint from job_connectors";
    assert_eq!(pair.app.count(conflicts).await, 1, "the job counts it");
    pair.rests().await;
}

#[sqlx::test]
async fn changed_on_both_sides_local_wins(pool: PgPool) {
    let (pair, id, _) = on_both_sides(pool, "local").await;
    assert_eq!((pair.status_there(id), pair.news().await), (3, vec!["3>3 sent by local".to_owned()]));
    pair.rests().await;
}

#[sqlx::test]
async fn changed_on_both_sides_ask_me(pool: PgPool) {
    let (mut pair, id, page) = on_both_sides(pool, "ask").await;
    assert_eq!((pair.status_there(id), pair.news().await), (4, vec!["4>3 rejected by ask".to_owned()]));
    assert!(page.text().contains("The store changed it, too"), "{}", page.text());
    pair.rests().await;
    let inbox = pair.app.get("/conflicts/subscriptions").await;
    assert!(inbox.text().contains("Unconfirmed Unsubscribed Unconfirmed Waiting Ask me"), "{}", inbox.text());
    let file = pair.app.get("/conflicts/subscriptions/export").await.html;
    assert!(file.contains(",Unconfirmed,Unsubscribed,Unconfirmed,Waiting,Ask me,"), "{file}");
    assert!(pair.app.get("/conflicts").await.text().contains("Subscriptions 1 waiting"));
    let note = pair.press("/conflicts/subscriptions", "Use local").await;
    assert!(note.text().contains("It is tried again."), "{}", note.text());
    let told = "select subject || ' ' || (changes->0->>'new') from audit_entries where act = 'decided'";
    assert_eq!(pair.app.text(told).await, "subscriber Unsubscribed");
    pair.app.drain_jobs().await;
    assert_eq!((pair.status_there(id), pair.news().await), (3, vec!["3>3 sent by ask".to_owned()]));
    pair.rests().await;
}

#[sqlx::test]
async fn changed_to_the_same_on_both_sides_is_no_conflict(pool: PgPool) {
    let (mut pair, id) = pair_with(pool, news(), "ask", 1).await;
    let page = pair.subscriber_page(id).await;
    pair.press(&page, "Unsubscribe").await;
    pair.store.move_clock(5);
    pair.store.unsubscribe(id);
    pair.store.reset_counters();
    pair.app.drain_jobs().await;
    assert_eq!((pair.news().await, pair.store.requests_of(UPDATE)), (vec!["3>3 sent".to_owned()], 0));
    pair.rests().await;
}

#[sqlx::test]
async fn a_pull_does_not_undo_what_waits(pool: PgPool) {
    let (mut pair, id) = pair_with(pool, news(), "remote", 1).await;
    let page = pair.subscriber_page(id).await;
    pair.press(&page, "Unsubscribe").await;
    pair.store.script(Fault::BadGateway, When::method(UPDATE));
    pair.app.drain_jobs().await;
    pair.store.move_clock(5);
    pair.store.edit_subscriber(id, |subscriber| subscriber.email = "moved@example.org".into());
    pair.store.reset_counters();
    pair.sync_well().await;
    assert_eq!(pair.store.requests_of(UPDATE), 0, "a backoff holds it back");
    let said = pair.app.get(&page).await.text();
    assert!(said.contains("moved@example.org Unsubscribed pending"), "{said}");
    pair.store.clear_scripts();
    assert_eq!(pair.app.post(&format!("/integrations/{}/jobs", pair.integration), &[]).await.status, 303);
    pair.app.drain_jobs().await;
    assert_eq!((pair.status_there(id), pair.news().await), (3, vec!["3>3 sent".to_owned()]));
    pair.rests().await;
}

/// Two way sync is switched on while a job runs that began without it: the terms that are in force count.
#[sqlx::test]
async fn terms_that_change_during_a_job_decide_over_subscriptions_too(pool: PgPool) {
    let (mut pair, id) = pair_with(pool, news(), "remote", 1).await;
    let page = pair.subscriber_page(id).await;
    pair.press(&page, "Unsubscribe").await;
    pair.app.run_sql("update integrations set two_way = false").await;
    pair.store.move_clock(5);
    pair.store.edit_subscriber(id, |subscriber| subscriber.status = 4);
    pair.store.reset_counters();
    pair.store.script(Fault::Slow(Duration::from_millis(800)), When::method("login").times(1));
    pair.schedule().await;
    let workers = pair.app.workers("worker");
    let job = tokio::spawn(async move { workers.drain().await });
    until("the job has begun", async || pair.store.requests_of("login") > 0).await;
    pair.app.run_sql("update integrations set two_way = true, priority = 'local'").await;
    job.await.unwrap().unwrap();
    assert_eq!((pair.status_there(id), pair.news().await), (3, vec!["3>3 sent by local".to_owned()]));
    pair.rests().await;
}

#[sqlx::test]
async fn what_the_store_makes_of_it_is_told(pool: PgPool) {
    let (mut pair, id) = pair_with(pool, news(), "local", 1).await;
    let page = pair.subscriber_page(id).await;
    pair.press(&page, "Unsubscribe").await;
    // the second look is the read-back
    let slow = Fault::Slow(Duration::from_millis(800));
    pair.store.script(slow, When::method("newsletterSubscriberList").after(1).times(1));
    let workers = pair.app.workers("worker");
    let push = tokio::spawn(async move { workers.drain().await });
    until("the store has it", async || pair.status_there(id) == 3).await;
    pair.store.edit_subscriber(id, |subscriber| subscriber.status = 4);
    push.await.unwrap().unwrap();
    assert_eq!((pair.status_there(id), pair.news().await), (4, vec!["4>3 rejected by store".to_owned()]));
    let said = pair.app.get(&page).await.text();
    assert!(said.contains("The store made “Unconfirmed” of it."), "{said}");
    pair.rests().await;
}

#[sqlx::test]
async fn whoever_is_gone_in_the_store_is_told(pool: PgPool) {
    let (mut pair, id) = pair_with(pool, news(), "local", 1).await;
    let page = pair.subscriber_page(id).await;
    pair.press(&page, "Unsubscribe").await;
    assert!(pair.store.delete_subscriber(id));
    pair.app.drain_jobs().await;
    assert_eq!(pair.news().await, ["1>3 rejected"]);
    let page = pair.app.get(&page).await;
    let said = page.text();
    assert!(said.contains("Removed in Magento") && said.contains("The store no longer has them"), "{said}");
    assert!(!page.html.contains(">Subscribe<") && !said.contains("Try again"), "{said}");
    pair.rests().await;
}
