//! Edits that go on after a call whose answer was lost: what the store may have got already counts as ours, and nothing else.

use cartwright::simulator::{Fault, When};
use sqlx::PgPool;

use super::desk::small;
use crate::support::Pair;

const UPDATE: &str = "customerCustomerUpdate";

/// What the store may have got already is taken back there, too.
#[sqlx::test]
async fn an_edit_that_is_discarded_after_its_answer_was_lost_stays_discarded(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let before = pair.store.customer(3).unwrap().customer.lastname;
    pair.edit(3, &[("last-name", "Hopper")]).await;
    pair.store.script(Fault::LoseAnswer, When::method(UPDATE).times(1));
    // the push may read before it sends; nothing is read afterwards
    pair.store.script(Fault::BadGateway, When::method("call").after(1));
    pair.sync_badly("Edits of a customer wait").await;
    pair.store.clear_scripts();
    let change = pair.app.count("select max(id) from changes").await;
    let row = pair.row_of(3).await;
    assert_eq!(pair.app.post(&format!("/customers/{row}/changes/{change}/discard"), &[]).await.status, 303);
    pair.app.run_sql("update changes set next_try_at = now()").await;
    pair.sync_well().await;
    assert_eq!(pair.store.customer(3).unwrap().customer.lastname, before);
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}

/// A store cannot be told that there is no default address: what it got counts, though somebody took it back here.
#[sqlx::test]
async fn a_default_address_that_is_discarded_after_its_answer_was_lost_is_as_the_store_has_it(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.edit_there(3, |it| it.default_billing = None);
    pair.sync_well().await;
    let book = pair.store.customer(3).unwrap().addresses[0].id;
    pair.edit(3, &[("default-billing-address", &book.to_string())]).await;
    pair.store.script(Fault::LoseAnswer, When::method("customerAddressUpdate").times(1));
    // the push may read before it sends; nothing is read afterwards
    pair.store.script(Fault::BadGateway, When::method("call").after(1));
    pair.sync_badly("Edits of a customer wait").await;
    pair.store.clear_scripts();
    assert_eq!(pair.store.customer(3).unwrap().customer.default_billing, Some(book));
    let change = pair.app.count("select max(id) from changes").await;
    let row = pair.row_of(3).await;
    assert_eq!(pair.app.post(&format!("/customers/{row}/changes/{change}/discard"), &[]).await.status, 303);
    pair.sync_well().await;
    assert_eq!(pair.store.customer(3).unwrap().customer.default_billing, Some(book));
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}

/// Of two edits only the last one travels: where the store shows the first one, somebody wrote it there.
#[sqlx::test]
async fn what_was_never_sent_is_no_echo(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.edit(3, &[("last-name", "First")]).await;
    pair.edit(3, &[("last-name", "Second")]).await;
    pair.store.script(Fault::LoseAnswer, When::method(UPDATE).times(1));
    // the push may read before it sends; nothing is read afterwards
    pair.store.script(Fault::BadGateway, When::method("call").after(1));
    pair.sync_badly("Edits of a customer wait").await;
    pair.store.clear_scripts();
    pair.edit_there(3, |it| it.lastname = Some("First".into()));
    pair.app.run_sql("update changes set next_try_at = now()").await;
    pair.sync_well().await;
    assert_eq!(pair.conflicts().await, ["last_name remote by remote"]);
    assert_eq!(pair.store.customer(3).unwrap().customer.lastname.as_deref(), Some("First"));
    pair.assert_equal().await;
}

/// Sends a last name; nothing is read afterwards, and the store is away for hours.
async fn sent_and_away(pair: &mut Pair, id: u32, fault: Option<Fault>) {
    pair.edit(id, &[("last-name", "Hopper")]).await;
    if let Some(fault) = fault {
        pair.store.script(fault, When::method(UPDATE).times(1));
    }
    // the push may read before it sends; nothing is read afterwards
    pair.store.script(Fault::BadGateway, When::method("call").after(1));
    pair.sync().await;
    pair.store.clear_scripts();
    assert_eq!(pair.states().await.pop().unwrap(), "last_name pending");
    pair.app
        .run_sql(
            "update changes set sent_at = sent_at - interval '3 hours', accepted_at = accepted_at - interval '3 hours',
                next_try_at = now()",
        )
        .await;
}

/// Accepted or without an answer: what a store has of ours is no edit of the store's, however late it is seen.
#[sqlx::test]
async fn what_is_edited_again_while_a_store_is_away_for_hours_is_not_lost(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    for (id, fault, again) in [
        (3, None, None),
        (4, Some(Fault::LoseAnswer), None),
        (5, None, Some("Murray")),
        (6, Some(Fault::LoseAnswer), Some("Murray")),
    ] {
        let before = pair.last_name_there(id);
        sent_and_away(&mut pair, id, fault).await;
        assert_eq!(pair.last_name_there(id), "Hopper");
        let again = again.unwrap_or(&before);
        pair.edit(id, &[("last-name", again)]).await;
        pair.sync_well().await;
        assert_eq!(pair.last_name_there(id), again, "customer {id}");
        assert!(pair.conflicts().await.is_empty(), "{:?}", pair.conflicts().await);
    }
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}

/// A look at the store shows hours later that a call never arrived: the same value there is somebody's own from then on.
#[sqlx::test]
async fn a_call_that_never_arrived_is_no_echo_for_ever(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    sent_and_away(&mut pair, 3, Some(Fault::Close)).await;
    pair.edit(3, &[("last-name", "Murray")]).await;
    // nothing is sent again
    pair.app.run_sql("update integrations set two_way = false").await;
    pair.edit_there(3, |it| it.suffix = Some("Jr.".into()));
    pair.sync_well().await;
    assert_eq!(pair.states().await, ["last_name pending", "last_name pending"]);
    pair.edit_there(3, |it| it.lastname = Some("Hopper".into()));
    pair.sync_well().await;
    assert_eq!(pair.conflicts().await, ["last_name remote by remote"]);
    pair.assert_equal().await;
}
