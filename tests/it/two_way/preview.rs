//! Previews: they write nothing, tell what a sync then does, and put terms in force only when somebody says so.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use cartwright::simulator::{Customer, Fault, When};
use serde_json::Value;
use sqlx::PgPool;

use super::desk::small;
use crate::support::{Page, Pair, ours};

const TWO_WAY: (&str, &str) = ("enable-two-way-sync", "on");

/// Two way sync is off; edits wait here, and the store has moved on.
async fn moved_apart(pool: PgPool) -> Pair {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.edit(3, &[("last-name", "Here"), ("tax-vat", "H 1")]).await;
    pair.edit(4, &[("first-name", "Grace"), ("last-name", "Hopper")]).await;
    let row = pair.address_row(with_address(&pair, 5).1).await;
    pair.edit(with_address(&pair, 5).0, &[(&format!("address-{row}-company"), "Here Ltd.")]).await;
    pair.app.run_sql("update integrations set two_way = false").await;
    // the syncs that the edits asked for come later
    pair.app.run_sql("delete from jobs where status = 'queued'").await;
    pair.edit_there(3, |it| it.lastname = Some("There".into()));
    pair.edit_there(2, |it| it.suffix = Some("Jr.".into()));
    pair.store.add_customer(Customer::new("new@example.org"));
    pair
}

/// A customer from this number on who has an address, and the address.
fn with_address(pair: &Pair, from: u32) -> (u32, u32) {
    let ids = pair.store.customer_ids().into_iter().filter(|id| *id >= from);
    let mut books = ids.map(|id| (id, pair.store.customer(id).unwrap().addresses));
    books.find_map(|(id, book)| Some((id, book.first()?.id))).unwrap()
}

impl Pair {
    async fn work(&self) {
        self.app.workers("worker").drain().await.unwrap();
    }

    async fn preview(&mut self) -> Page {
        self.app.get(&format!("/integrations/{}/preview", self.integration)).await
    }

    async fn found(&self) -> Value {
        sqlx::query_scalar("select found from previews").fetch_one(&self.app.pool).await.unwrap()
    }

    async fn total(&self, name: &str) -> i64 {
        self.found().await["totals"][name].as_i64().unwrap()
    }

    /// Presses one of the page's buttons.
    async fn decide(&mut self, page: &Page, decision: &str) -> Page {
        let action = format!("/integrations/{}/preview/decision", self.integration);
        assert!(page.html.contains(&format!("action=\"{action}\"")), "{}", page.text());
        let seen = page.fields().into_iter().find(|(name, _)| name == "preview").unwrap().1;
        self.app.post(&action, &[("preview", &seen), ("decision", decision)]).await
    }

    /// Every row of what a sync writes: where it is, and who wrote it.
    async fn places(&self) -> Vec<String> {
        let mut places = self.traces().await;
        for table in ["changes", "conflicts", "integrations", "sync_cursors", "failed_records", "channels"] {
            let sql = format!("select coalesce(string_agg(t.ctid || ' ' || t.xmin, ','), '') from {table} t");
            let mark = sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(sql));
            places.push(format!("{table}: {}", mark.fetch_one(&self.app.pool).await.unwrap()));
        }
        places
    }

    /// What stands here of everybody, without when it was last saved there.
    async fn values(&self) -> Vec<(u32, Option<Value>)> {
        let mut values = Vec::new();
        for id in self.store.customer_ids() {
            let mut ours = ours(&self.app.pool, id).await;
            ours.iter_mut().for_each(|ours| ours["updated"] = Value::Null);
            values.push((id, ours));
        }
        values
    }
}

/// What is foreseen is what then comes to pass.
async fn comes_true(pool: PgPool, priority: &str) {
    let mut pair = moved_apart(pool).await;
    let saved = pair.configure("done", &[TWO_WAY, ("sync-priority", priority)]).await;
    assert!(saved.location().ends_with("/preview"), "edits wait: {}", saved.location());
    let page = pair.preview().await;
    assert!(page.text().contains("Preview before two way sync is switched on"), "{}", page.text());
    assert!(page.text().contains("Switch on without a preview"), "{}", page.text());
    let (before, places) = (pair.values().await, pair.places().await);
    pair.store.reset_counters();
    pair.work().await;
    assert_eq!(pair.places().await, places, "a preview writes nothing here");
    for call in ["customerCustomerUpdate", "customerAddressUpdate"] {
        assert_eq!(pair.store.requests_of(call), 0, "{call}");
    }
    let found = pair.found().await;

    let page = pair.preview().await;
    let switched = pair.decide(&page, "apply").await;
    let note = pair.app.follow(&switched).await;
    assert!(note.text().contains("Two way sync is on. A sync job has been added"), "{}", note.text());
    pair.work().await;
    let after = pair.values().await;
    let pairs = || before.iter().zip(&after).map(|(before, after)| (&before.1, &after.1));
    let created = pairs().filter(|(before, after)| before.is_none() && after.is_some()).count();
    let updated = pairs().filter(|(before, after)| before.is_some() && before != after).count();
    let states = pair.states().await;
    let sent = states.iter().filter(|state| state.ends_with(" sent")).count();
    let conflicts = pair.conflicts().await;
    let happened =
        [("created", created), ("updated", updated), ("sent", sent), ("conflicts", conflicts.len())];
    for (what, number) in happened {
        let foreseen = found["totals"][what].as_u64().unwrap();
        assert_eq!(foreseen, number as u64, "{what}: {found:#}\n{states:?}\n{conflicts:?}");
    }
    let of = match priority {
        "ask" => "asked",
        "local" => "local_wins",
        _ => "remote_wins",
    };
    assert_eq!(found["totals"][of], 1, "{found:#}");
    assert!(created == 1 && sent >= 4 && conflicts.len() == 1, "there is something to compare");
}

#[sqlx::test]
async fn what_is_foreseen_comes_true_when_remote_wins(pool: PgPool) {
    comes_true(pool, "remote").await;
}

#[sqlx::test]
async fn what_is_foreseen_comes_true_when_local_wins(pool: PgPool) {
    comes_true(pool, "local").await;
}

#[sqlx::test]
async fn what_is_foreseen_comes_true_when_somebody_is_asked(pool: PgPool) {
    comes_true(pool, "ask").await;
}

#[sqlx::test]
async fn it_shows_examples_and_leaving_it_changes_nothing(pool: PgPool) {
    let mut pair = moved_apart(pool).await;
    let name = pair.app.text("select name from integrations").await;
    pair.configure("done", &[TWO_WAY, ("sync-priority", "local"), ("name", "Renamed")]).await;
    assert_ne!(pair.app.text("select name from integrations").await, name, "everything else is saved");
    assert_eq!(pair.app.count("select count(*) from integrations where two_way").await, 0);
    let waits = pair.app.get(&format!("/integrations/{}", pair.integration)).await;
    assert!(waits.text().contains("New rules wait for you"), "{}", waits.text());
    pair.work().await;
    let page = pair.preview().await;
    let said = page.text();
    for words in [
        "Enable two way sync Off On",
        "Sync priority Remote wins Local wins",
        "Here There Conflict: Local wins",
        "Sent to Magento",
        "Jr. Taken over here",
        "new@example.org Created here",
        "5 fields of 3 customers would be sent to Magento",
    ] {
        let words_there = said.contains(words) || said.replace(" nothing", "").contains(words);
        assert!(words_there, "{words}: {said}");
    }
    let left = pair.decide(&page, "leave").await;
    let note = pair.app.follow(&left).await;
    assert!(note.text().contains("Left as it is."), "{}", note.text());
    assert!(!note.text().contains("New rules wait for you"), "{}", note.text());
    assert_eq!(pair.app.count("select count(*) from integrations where two_way").await, 0);
    assert_eq!(pair.app.count("select count(*) from jobs where status = 'queued'").await, 0);
    let late = pair.decide(&page, "apply").await;
    let told = pair.app.follow(&late).await;
    assert!(told.text().contains("Nothing was changed"), "{}", told.text());
    assert_eq!(pair.app.count("select count(*) from integrations where two_way").await, 0);
}

#[sqlx::test]
async fn a_decision_holds_only_for_the_preview_and_the_settings_that_were_seen(pool: PgPool) {
    let mut pair = moved_apart(pool).await;
    pair.configure("done", &[TWO_WAY, ("sync-priority", "local")]).await;
    let first = pair.preview().await;
    // somebody else proposes something else meanwhile
    pair.configure("done", &[TWO_WAY, ("sync-priority", "ask")]).await;
    let late = pair.decide(&first, "apply").await;
    assert!(pair.app.follow(&late).await.text().contains("Nothing was changed"));
    let second = pair.preview().await;
    pair.app.run_sql("update integrations set two_way = true").await;
    let late = pair.decide(&second, "apply").await;
    assert!(pair.app.follow(&late).await.text().contains("Nothing was changed"));
    assert_eq!(pair.app.text("select priority from integrations").await, "remote");
    // two requests for one job: it makes the last preview
    pair.work().await;
    assert_eq!(pair.app.count("select count(*) from jobs where kind = 'preview'").await, 1);
    assert_eq!(pair.total("asked").await, 1);
}

#[sqlx::test]
async fn a_rule_changes_after_a_preview_where_edits_wait(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.edit(3, &[("last-name", "Here")]).await;
    pair.edit_there(3, |it| it.lastname = Some("There".into()));
    let saved = pair.configure("done", &[TWO_WAY, ("rule-for-last-name", "local")]).await;
    assert!(saved.location().ends_with("/preview"), "{}", saved.location());
    // who knows the store need not wait
    let page = pair.preview().await;
    assert!(page.text().contains("Preview before the rules change"), "{}", page.text());
    assert!(page.text().contains("Last Name As the integration Local wins"), "{}", page.text());
    assert!(page.text().contains("Change without a preview"), "{}", page.text());
    pair.decide(&page, "apply").await;
    pair.work().await;
    assert_eq!(pair.conflicts().await, ["last_name local by local"]);
    assert_eq!(pair.store.customer(3).unwrap().customer.lastname.as_deref(), Some("Here"));
    let cancelled = "select count(*) from jobs where kind = 'preview' and status = 'cancelled'";
    assert_eq!(pair.app.count(cancelled).await, 1, "nobody waits for it any more");
}

#[sqlx::test]
async fn where_nothing_waits_done_is_enough_and_preview_can_be_pressed(pool: PgPool) {
    let mut pair = Pair::synced(pool, small()).await;
    pair.edit_there(3, |it| it.suffix = Some("Jr.".into()));
    let saved = pair.configure("preview", &[TWO_WAY, ("sync-priority", "ask")]).await;
    assert!(saved.location().ends_with("/preview"), "{}", saved.location());
    assert_eq!(pair.app.count("select count(*) from integrations where two_way").await, 0);
    pair.work().await;
    assert_eq!((pair.total("updated").await, pair.total("sent").await), (1, 0));
    let saved = pair.configure("done", &[TWO_WAY, ("sync-priority", "ask")]).await;
    assert!(!saved.location().ends_with("/preview"), "{}", saved.location());
    assert_eq!(pair.app.text("select priority from integrations where two_way").await, "ask");
}

#[sqlx::test]
async fn the_next_sync_can_be_previewed_at_any_time(pool: PgPool) {
    let mut pair = moved_apart(pool).await;
    let integration = pair.app.get(&format!("/integrations/{}", pair.integration)).await;
    let path = format!("/integrations/{}/previews", pair.integration);
    assert!(integration.html.contains(&format!("action=\"{path}\"")), "{}", integration.text());
    assert_eq!(pair.app.post(&path, &[]).await.status, StatusCode::SEE_OTHER);
    pair.work().await;
    let page = pair.preview().await;
    assert!(page.text().contains("Preview of the next sync"), "{}", page.text());
    assert!(!page.html.contains("/preview/decision"), "there is nothing to decide");
    assert!(page.text().contains("Stays here, not sent"), "{}", page.text());
    assert_eq!((pair.total("sent").await, pair.total("kept").await), (0, 4));
    assert_eq!(pair.total("remote_wins").await, 1, "nothing of ours wins while nothing is sent");
}

#[sqlx::test]
async fn edits_of_customers_who_are_gone_are_told(pool: PgPool) {
    let mut pair = moved_apart(pool).await;
    assert!(pair.store.delete_customer(4));
    pair.configure("done", &[TWO_WAY]).await;
    pair.work().await;
    assert_eq!(pair.total("lost").await, 2);
    let page = pair.preview().await;
    assert!(page.text().contains("Gone in Magento: you are asked"), "{}", page.text());
}

#[sqlx::test]
async fn a_store_that_does_not_answer_holds_nobody_up(pool: PgPool) {
    let mut pair = moved_apart(pool).await;
    pair.store.script(Fault::BadGateway, When::always());
    pair.configure("done", &[TWO_WAY]).await;
    pair.work().await;
    let page = pair.preview().await;
    assert!(page.text().contains("The preview did not come to its end"), "{}", page.text());
    let paused = "select count(*) from integrations where failed_runs > 0 or paused_why is not null";
    assert_eq!(pair.app.count(paused).await, 0, "a preview puts no sync off");
    pair.decide(&page, "apply").await;
    assert_eq!(pair.app.count("select count(*) from integrations where two_way").await, 1);
}

#[sqlx::test]
async fn only_who_manages_the_integration_decides(pool: PgPool) {
    let mut pair = moved_apart(pool).await;
    pair.configure("done", &[TWO_WAY]).await;
    let base = format!("/integrations/{}", pair.integration);
    let mut sales = pair.app.colleague(Role::Sales).await;
    assert_eq!(sales.get(&format!("{base}/preview")).await.status, StatusCode::FORBIDDEN);
    let mut manager = pair.app.colleague(Role::Manager).await;
    let page = manager.get(&format!("{base}/preview")).await;
    assert!(!page.html.contains("/preview/decision"), "{}", page.text());
    for path in ["previews", "preview/decision"] {
        let posted =
            manager.post(&format!("{base}/{path}"), &[("preview", "1"), ("decision", "apply")]).await;
        assert_eq!(posted.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(pair.app.get("/integrations/999999/preview").await.status, StatusCode::NOT_FOUND);
}
