//! Tags and owners.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use sqlx::PgPool;

use super::Shop;
use crate::support::Page;

#[sqlx::test]
async fn a_tag_is_made_by_typing_it_found_by_its_page_and_gone_with_its_last_use(pool: PgPool) {
    let Shop { mut app, order, customer, .. } = Shop::new(pool).await;
    app.post(&format!("{order}/tags"), &[("tag", " Wholesale <b> ")]).await;
    app.post(&format!("{customer}/tags"), &[("tag", "wholesale <B>")]).await;
    app.post(&format!("{customer}/tags"), &[("tag", "wholesale <b>")]).await;
    assert_eq!(app.count("select count(*) from tags").await, 1, "any case is the same tag");
    assert_eq!(app.count("select count(*) from record_tags").await, 2);
    let page = app.get(&order).await;
    let tag = page.link("/tags/1\"").unwrap();
    let shown = app.get(&tag).await;
    assert!(
        shown.text().contains("Wholesale <b>") && shown.text().contains("Zoë Verhoeven"),
        "{}",
        shown.text()
    );
    let orders = app.get(&format!("{tag}?kind=orders")).await;
    assert!(orders.text().contains("100088001") && orders.text().contains("tagged by Ada Lovelace"));
    assert_eq!(app.get(&format!("{tag}?kind=dances&from=garbage")).await.status, StatusCode::OK);

    let page = app.press(&page, "Remove tag Wholesale <b>").await;
    assert!(page.text().contains("The tag is taken off."));
    assert_eq!(app.get(&tag).await.status, StatusCode::OK, "the customer still has it");
    let page = app.get(&customer).await;
    app.press(&page, "Remove tag Wholesale <b>").await;
    assert_eq!(app.get(&tag).await.status, StatusCode::NOT_FOUND);
    app.post(&format!("{customer}/tags/1/removal"), &[]).await;
    let taken = "select string_agg(subject || ' ' || name || ' ' || (changes->0->>'field') || ' ' || (changes->0->>'new'), E'\\n'
        order by id) from audit_entries where act = 'changed'";
    assert_eq!(
        app.text(taken).await.lines().collect::<Vec<_>>(),
        ["order Order 100088001 Taken off Wholesale <b>", "customer Zoë Verhoeven Taken off Wholesale <b>"],
        "what was taken off is told, once"
    );
    assert_eq!(app.get("/tags/x").await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn what_is_no_tag_is_told_and_kept(pool: PgPool) {
    let Shop { mut app, order, .. } = Shop::new(pool).await;
    let place = format!("{order}/tags");
    for (typed, why) in [("", "Enter a tag"), ("\u{202e}evil", "direction"), (&"x".repeat(51), "at most 50")]
    {
        let page = app.post(&place, &[("tag", typed)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(page.blames("tag").contains(why), "{typed}");
        assert_eq!(page.value_of("tag"), typed);
    }
    for n in 0..30 {
        app.post(&place, &[("tag", &format!("tag {n}"))]).await;
    }
    let page = app.post(&place, &[("tag", "one more")]).await;
    assert!(page.blames("tag").contains("at most 30 tags"));
    assert_eq!(app.count("select count(*) from tags").await, 30, "nothing is left of it");
}

#[sqlx::test]
async fn two_who_choose_an_owner_at_once_do_not_overwrite_each_other_unseen(pool: PgPool) {
    let Shop { mut app, order, .. } = Shop::new(pool).await;
    let sam = app.add_user("Sam Sales", "sam@example.org", Role::Sales).await.to_string();
    let max = app.add_user("Max Manager", "max@example.org", Role::Manager).await.to_string();
    let (mine, theirs) = (app.get(&order).await, app.get(&order).await);
    let choose = |page: &Page, owner: &str| {
        let (action, mut fields) = page.form("Set owner");
        fields.retain(|(name, _)| name != "owner");
        fields.push(("owner".to_owned(), owner.to_owned()));
        (action, fields)
    };
    for (page, owner, told) in [
        (&theirs, &sam, "Sam Sales is the owner now."),
        (&mine, &max, "Sam Sales became the owner while you had this open. Nothing was changed."),
    ] {
        let (action, fields) = choose(page, owner);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
        let answer = app.post(&action, &fields).await;
        assert!(app.follow(&answer).await.text().contains(told), "{told}");
    }
    // who has seen it may
    let (action, fields) = choose(&app.get(&order).await, &max);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let answer = app.post(&action, &fields).await;
    assert!(app.follow(&answer).await.text().contains("Max Manager is the owner now."));
}

#[sqlx::test]
async fn an_owner_is_chosen_among_those_who_may_work_on_it(pool: PgPool) {
    let Shop { mut app, order, .. } = Shop::new(pool).await;
    let sales = app.add_user("Sam Sales", "sam@example.org", Role::Sales).await.to_string();
    let viewer = app.add_user("Vera Viewer", "vera@example.org", Role::Viewer).await.to_string();
    let page = app.get(&order).await;
    assert!(page.part("id=\"owner-choice\"", "</select>").contains("Sam Sales"));
    assert!(!page.text().contains("Vera Viewer"));
    let saved = app.post(&format!("{order}/owner"), &[("owner", &sales)]).await;
    assert!(app.follow(&saved).await.text().contains("Sam Sales is the owner now."));
    for nobody in [&*viewer, "999", "x"] {
        let saved = app.post(&format!("{order}/owner"), &[("owner", nobody)]).await;
        assert!(app.follow(&saved).await.text().contains("Nothing was changed."), "{nobody}");
    }
    let page = app.get(&order).await;
    assert!(page.html.contains(&format!("value=\"{sales}\" selected")));
    let saved = app.post(&format!("{order}/owner"), &[("owner", "")]).await;
    assert!(app.follow(&saved).await.text().contains("Nobody is the owner now."));
    let mut reader = app.another_visitor();
    reader.sign_in("vera@example.org").await;
    assert!(reader.get(&order).await.part("id=\"owner\"", "</section>").contains("none"));
}
