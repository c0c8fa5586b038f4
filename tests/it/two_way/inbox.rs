//! The inbox of conflicts: a person is asked, answers, and turns decisions round.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use sqlx::PgPool;

use super::desk::small;
use crate::support::{Page, Pair};

/// Both sides edit the last name.
async fn disputed(pool: PgPool, priority: &str) -> Pair {
    let mut pair = Pair::two_way(pool, small(), priority).await;
    pair.edit(3, &[("last-name", "Here"), ("tax-vat", "H 1")]).await;
    pair.edit_there(3, |it| it.lastname = Some("There".into()));
    pair.sync_well().await;
    pair
}

/// Presses a button of the only conflict, as a browser would.
async fn press(pair: &mut Pair, page: &Page, button: &str) -> Page {
    let action = page.html.split("action=\"").find(|part| part.starts_with("/conflicts/")).unwrap();
    let action = action.split('"').next().unwrap().to_owned();
    let fields = page.fields();
    let mut posted: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    posted.push(("use", button));
    pair.app.post(&action, &posted).await
}

fn last_name(pair: &Pair) -> String {
    pair.store.customer(3).unwrap().customer.lastname.unwrap().to_string()
}

#[sqlx::test]
async fn ask_me_keeps_both_values_until_somebody_answers(pool: PgPool) {
    let mut pair = disputed(pool, "ask").await;
    assert_eq!(pair.conflicts().await, ["last_name open by ask"]);
    assert_eq!(last_name(&pair), "There");
    let page = pair.page_of(3).await;
    assert!(page.text().contains("Last Name Here pending"), "{}", page.text());
    // all other units go on, and what waits costs nothing
    assert_eq!(pair.store.customer(3).unwrap().customer.taxvat.as_deref(), Some("H 1"));
    pair.sync_well().await;
    pair.assert_at_rest().await;
    // another priority answers nothing that waits; a further edit there brings the question up to date
    pair.app.run_sql("update integrations set priority = 'remote'").await;
    pair.edit_there(3, |it| it.lastname = Some("Elsewhere".into()));
    pair.sync_well().await;
    assert_eq!(pair.conflicts().await, ["last_name open by ask"]);
    let inbox = pair.app.get("/conflicts").await;
    assert!(inbox.text().contains("Here Elsewhere Waiting Ask me"), "{}", inbox.text());
    assert!(inbox.text().contains("Conflicts 1"), "the navigation tells what waits: {}", inbox.text());
    let file =
        pair.app.get(&inbox.link(" download>").or_else(|| inbox.link(">Export CSV<")).unwrap()).await.html;
    assert!(file.contains("Last Name,") && file.contains(",Here,Elsewhere,Waiting,Ask me,"), "{file}");
    assert_eq!(press(&mut pair, &inbox, "local").await.status, StatusCode::SEE_OTHER);
    pair.app.drain_jobs().await;
    assert_eq!(last_name(&pair), "Here");
    assert_eq!(pair.conflicts().await, ["last_name local by ask"]);
    let inbox = pair.app.get("/conflicts?state=decided").await;
    assert!(inbox.text().contains("Local Answered by Ada Lovelace"), "{}", inbox.text());
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn use_remote_takes_the_store_s_value(pool: PgPool) {
    let mut pair = disputed(pool, "ask").await;
    let inbox = pair.app.get("/conflicts?state=waiting").await;
    press(&mut pair, &inbox, "remote").await;
    pair.app.drain_jobs().await;
    assert_eq!(pair.conflicts().await, ["last_name remote by ask"]);
    assert_eq!(pair.states().await, ["last_name discarded", "taxvat sent"]);
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn an_answer_holds_only_for_the_values_it_was_shown(pool: PgPool) {
    let mut pair = disputed(pool, "ask").await;
    let inbox = pair.app.get("/conflicts").await;
    pair.edit_there(3, |it| it.lastname = Some("Elsewhere".into()));
    pair.sync_well().await;
    let answered = press(&mut pair, &inbox, "local").await;
    let told = pair.app.follow(&answered).await;
    assert!(told.text().contains("nothing was decided"), "{}", told.text());
    assert_eq!(pair.conflicts().await, ["last_name open by ask"]);
    assert_eq!(last_name(&pair), "Elsewhere");
}

#[sqlx::test]
async fn the_value_that_lost_can_be_used_after_all(pool: PgPool) {
    let mut pair = disputed(pool, "remote").await;
    assert_eq!(pair.conflicts().await, ["last_name remote by remote"]);
    let inbox = pair.app.get("/conflicts").await;
    assert!(inbox.text().contains("Here There Remote Remote wins"), "{}", inbox.text());
    press(&mut pair, &inbox, "other").await;
    pair.app.drain_jobs().await;
    assert_eq!(last_name(&pair), "Here");
    assert_eq!(pair.states().await, ["last_name discarded", "taxvat sent", "last_name sent"]);
    pair.assert_equal().await;
}

#[sqlx::test]
async fn a_difference_that_goes_away_closes_the_question(pool: PgPool) {
    let mut pair = disputed(pool, "ask").await;
    pair.edit_there(3, |it| it.lastname = Some("Here".into()));
    pair.sync_well().await;
    assert_eq!(pair.states().await, ["last_name sent", "taxvat sent"]);
    let inbox = pair.app.get("/conflicts").await;
    assert!(inbox.text().contains("No difference any more"), "{}", inbox.text());
    pair.assert_equal().await;
}

#[sqlx::test]
async fn a_viewer_sees_and_does_not_decide(pool: PgPool) {
    let mut pair = disputed(pool, "ask").await;
    let mut viewer = pair.app.colleague(Role::Viewer).await;
    let inbox = viewer.get("/conflicts").await;
    assert!(inbox.text().contains("Waiting") && !inbox.text().contains("Use local"), "{}", inbox.text());
    let seen = pair.app.get("/conflicts").await;
    let action = seen.html.split("action=\"").find(|part| part.starts_with("/conflicts/")).unwrap();
    let action = action.split('"').next().unwrap();
    assert_eq!(viewer.post(action, &[("use", "local")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(pair.app.post("/conflicts/999999", &[("use", "local")]).await.status, StatusCode::NOT_FOUND);
}

/// A question that an edit answers is answered, and both sides are equal.
#[sqlx::test]
async fn who_discards_or_edits_what_is_asked_has_answered(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "ask").await;
    let before = |pair: &Pair| pair.store.customer(5).unwrap().customer.lastname.unwrap().to_string();
    let both_had = before(&pair);
    pair.dispute(&[3, 4, 5, 6]).await;
    let page = pair.page_of(3).await;
    assert!(page.text().contains("Magento has another value: decide which one counts"), "{}", page.text());
    pair.app.press(&page, "Discard the edit of Last Name").await;
    pair.edit(4, &[("last-name", "There 4")]).await;
    pair.edit(5, &[("last-name", &both_had)]).await;
    pair.edit(6, &[("last-name", "Still another one")]).await;
    pair.app.run_sql("update integrations set next_sync_at = now() + interval '1 day'").await;
    pair.sync_well().await;
    assert_eq!(pair.last_name_there(3), "There 3");
    assert_eq!(pair.last_name_there(4), "There 4");
    assert_eq!(pair.last_name_there(5), both_had);
    assert_eq!(pair.last_name_there(6), "There 6", "nobody has answered");
    let mut asked = pair.conflicts().await;
    asked.sort();
    assert_eq!(
        asked,
        [
            "last_name local by ask",
            "last_name open by ask",
            "last_name remote by ask",
            "last_name remote by ask"
        ]
    );
    for id in [3, 4, 5] {
        pair.assert_equal_customer(id).await;
    }
}
