//! What happens while a push is under way: the write follows the read, and nothing is sent that nobody wants sent any more.

use std::time::Duration;

use cartwright::magento::Limits;
use cartwright::simulator::{Fault, When};
use cartwright::sync::Patience;
use sqlx::PgPool;

use super::desk::small;
use crate::support::{Pair, in_a_hurry, until};

const UPDATE: &str = "customerCustomerUpdate";

/// Two customers wait, in this order.
async fn two(pool: PgPool) -> Pair {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    for id in [3, 4] {
        pair.edit(id, &[("last-name", &format!("Here {id}"))]).await;
    }
    pair
}

impl Pair {
    /// Begins a sync, waits until the first write is at the store, and gives what waits for its end.
    async fn begun(&self, patience: Patience) -> tokio::task::JoinHandle<Result<(), sqlx::Error>> {
        self.store.reset_counters();
        self.schedule().await;
        let workers = self.app.workers_over(self.app.pool.clone(), "worker", patience);
        let push = tokio::spawn(async move { workers.drain().await });
        until("a call is under way", async || self.store.requests_of(UPDATE) > 0).await;
        push
    }
}

#[sqlx::test]
async fn an_edit_there_during_a_call_that_is_not_answered_is_not_overwritten(pool: PgPool) {
    let pair = two(pool).await;
    pair.store.script(Fault::Hang, When::method(UPDATE).times(1));
    let limits = Limits { first_byte: Duration::from_secs(2), ..Limits::default() };
    let push = pair.begun(Patience { limits, ..in_a_hurry() }).await;
    pair.edit_there(4, |it| it.lastname = Some("There 4".into()));
    push.await.unwrap().unwrap();
    assert_eq!(pair.last_name_there(4), "There 4");
    assert_eq!(pair.conflicts().await, ["last_name remote by remote"]);
    assert_eq!(pair.states().await, ["last_name pending", "last_name discarded"]);
}

#[sqlx::test]
async fn an_edit_there_while_others_take_their_time_is_not_overwritten(pool: PgPool) {
    let pair = two(pool).await;
    let meanwhile = Fault::Meanwhile(4, "lastname".into(), "There 4".into());
    pair.store.script(meanwhile, When::method(UPDATE).times(1));
    // as if every call took longer than what was read is good for
    pair.sync_with(Patience { fresh_for: Duration::ZERO, ..in_a_hurry() }).await;
    assert_eq!((pair.last_name_there(3), pair.last_name_there(4)), ("Here 3".into(), "There 4".into()));
    assert_eq!(pair.conflicts().await, ["last_name remote by remote"]);
    assert_eq!(pair.states().await, ["last_name sent", "last_name discarded"]);
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn switched_off_under_way_what_is_left_is_not_sent(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    for id in 1..=12 {
        pair.edit(id, &[("tax-vat", "X 1")]).await;
    }
    pair.store.script(Fault::Slow(Duration::from_millis(800)), When::method(UPDATE).times(1));
    let push = pair.begun(in_a_hurry()).await;
    pair.app.run_sql("update integrations set two_way = false").await;
    push.await.unwrap().unwrap();
    let waits = "select count(*) from changes where state = 'pending'";
    assert_eq!((pair.store.requests_of(UPDATE), pair.app.count(waits).await), (10, 2));
    pair.app.run_sql("update integrations set two_way = true").await;
    pair.sync_well().await;
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}
