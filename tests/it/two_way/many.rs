//! One answer for all conflicts of a field.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use sqlx::PgPool;

use super::desk::small;
use crate::support::{Page, Pair};

/// Three last names and a tax number wait.
async fn four(pool: PgPool) -> Pair {
    let mut pair = Pair::two_way(pool, small(), "ask").await;
    pair.edit(6, &[("tax-vat", "H 6")]).await;
    pair.edit_there(6, |it| it.taxvat = Some("T 6".into()));
    pair.dispute(&[3, 4, 5]).await;
    pair
}

/// The question behind "Use local for all" or "Use remote for all".
async fn question(pair: &mut Pair, side: &str) -> Page {
    let inbox = pair.app.get("/conflicts").await;
    let link = inbox.link(&format!("use={side}")).unwrap_or_else(|| panic!("no such link: {}", inbox.text()));
    pair.app.get(&link).await
}

#[sqlx::test]
async fn use_local_for_all_of_a_field(pool: PgPool) {
    let mut pair = four(pool).await;
    let inbox = pair.app.get("/conflicts").await;
    assert!(inbox.text().contains("Use local for all 3 of Last Name"), "{}", inbox.text());
    assert!(!inbox.text().contains("of Tax/Vat"), "one is answered by its own buttons: {}", inbox.text());
    let asked = question(&mut pair, "local").await;
    assert!(asked.text().contains("Use local for all 3 of Last Name?"), "{}", asked.text());
    let done = pair.app.press(&asked, "Use local").await;
    assert!(done.text().contains("3 conflicts of Last Name are decided."), "{}", done.text());
    pair.app.drain_jobs().await;
    for id in [3, 4, 5] {
        assert_eq!(pair.last_name_there(id), format!("Here {id}"));
    }
    let ended = ["last_name local by ask"; 3];
    let mut conflicts = pair.conflicts().await;
    conflicts.sort();
    assert_eq!(conflicts, [&ended[..], &["taxvat open by ask"]].concat());
    pair.sync_well().await;
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn use_remote_for_all_that_a_filter_lets_through(pool: PgPool) {
    let mut pair = four(pool).await;
    pair.app
        .run_sql(
            "update conflicts set opened_at = '2020-02-02' where customer_id in
        (select id from customers where remote_id = 4)",
        )
        .await;
    let inbox = pair.app.get("/conflicts?since=2021-01-01&state=waiting").await;
    let link = inbox.link("use=remote").unwrap();
    let asked = pair.app.get(&link).await;
    assert!(asked.text().contains("Use remote for all 2 of Last Name?"), "{}", asked.text());
    let done = pair.app.press(&asked, "Use remote").await;
    assert!(done.text().contains("2 conflicts of Last Name are decided."), "{}", done.text());
    pair.app.drain_jobs().await;
    let here =
        "select string_agg(last_name, ', ' order by remote_id) from customers where remote_id in (3, 4, 5)";
    assert_eq!(pair.app.text(here).await, "There 3, Here 4, There 5");
    let discarded =
        "select count(*) from changes where message = 'Magento’s value was chosen.' and settled_by = 1";
    assert_eq!(pair.app.count(discarded).await, 2);
}

#[sqlx::test]
async fn what_came_later_is_not_answered(pool: PgPool) {
    let mut pair = four(pool).await;
    let asked = question(&mut pair, "local").await;
    pair.dispute(&[8]).await;
    let done = pair.app.press(&asked, "Use local").await;
    assert!(done.text().contains("3 conflicts of Last Name are decided."), "{}", done.text());
    pair.app.drain_jobs().await;
    assert_eq!(
        (pair.last_name_there(3), pair.last_name_there(8)),
        ("Here 3".to_owned(), "There 8".to_owned())
    );
    let open = "select count(*) from conflicts where decided_at is null and unit = 'last_name'";
    assert_eq!(pair.app.count(open).await, 1);
}

#[sqlx::test]
async fn nothing_is_answered_when_one_of_them_has_become_another(pool: PgPool) {
    let mut pair = four(pool).await;
    let asked = question(&mut pair, "local").await;
    pair.edit_there(4, |it| it.lastname = Some("Elsewhere".into()));
    pair.sync_well().await;
    let done = pair.app.press(&asked, "Use local").await;
    assert!(done.text().contains("nothing was decided"), "{}", done.text());
    assert_eq!(pair.app.count("select count(*) from conflicts where decided_at is null").await, 4);
}

#[sqlx::test]
async fn it_is_for_those_who_edit_and_for_what_can_be_told(pool: PgPool) {
    let mut pair = four(pool).await;
    let mut viewer = pair.app.colleague(Role::Viewer).await;
    assert!(!viewer.get("/conflicts").await.text().contains("for all"));
    let path = "/conflicts/answers?use=local&field=last_name";
    assert_eq!(viewer.get(path).await.status, StatusCode::FORBIDDEN);
    assert_eq!(viewer.post(path, &[]).await.status, StatusCode::FORBIDDEN);
    for path in [
        "/conflicts/answers",
        "/conflicts/answers?use=local&field=record",
        "/conflicts/answers?use=both&field=last_name",
        "/conflicts/answers?use=local&field=last_name&since=yesterday",
        "/conflicts/answers?use=local&field=email",
        "/conflicts/answers?use=local&field=last_name",
    ] {
        let answer = pair.app.post(path, &[]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
    }
    assert_eq!(pair.app.count("select count(*) from conflicts where decided_at is null").await, 4);
}
