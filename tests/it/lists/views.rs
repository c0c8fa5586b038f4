//! Saved views: one's own and shared ones, edited, renamed, deleted, by default.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use sqlx::PgPool;

use super::{app_with_sales, heads, notes};
use crate::support::App;

const STATE: &str = "columns=order%2Cstatus&size=50&sort=grand-total&status=complete&way=up";

async fn save(app: &mut App, name: &str, shared: bool) -> String {
    let form = app
        .get(&format!("/views/new?list=orders&query={}", STATE.replace('%', "%25").replace('&', "%26")))
        .await;
    assert_eq!(form.status, StatusCode::OK);
    let mut fields = form.fields();
    fields.retain(|(key, _)| key != "name" && key != "shared");
    fields.push(("name".to_owned(), name.to_owned()));
    if shared {
        fields.push(("shared".to_owned(), "on".to_owned()));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (&**key, &**value)).collect();
    let saved = app.post("/views", &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    saved.location().to_owned()
}

#[sqlx::test]
async fn a_view_keeps_filters_order_columns_and_size_under_a_name(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let list = app.get(&format!("/orders?{STATE}")).await;
    assert!(list.link(">Save as…<").unwrap().starts_with("/views/new?list=orders&query=columns"));
    let to = save(&mut app, "Complete ones", false).await;
    let page = app.get(&to).await;
    assert!(page.text().contains("The view is saved."));
    let page = app.get(&to).await;
    assert_eq!(heads(&page), ["Order #", "Status"]);
    assert_eq!(page.rows().len(), 2);
    let menu = page.part("class=\"menu views\"", "</details>");
    assert!(menu.starts_with("Complete ones All Orders Complete ones"), "{menu}");
    assert!(!page.text().contains("Edited"));

    let wider = page.link(">Remove filter<").unwrap();
    let edited = app.get(&wider).await;
    assert_eq!(edited.rows().len(), 7);
    assert!(edited.html.contains(">Edited<"), "{}", edited.text());
    let saved = app.press(&edited, "Save").await;
    assert!(!saved.html.contains(">Edited<") && saved.rows().len() == 7);
    assert_eq!(app.get(&to).await.rows().len(), 7, "the view has the new state");

    let all = app.get("/orders?view=all").await;
    assert!(heads(&all).len() == 16 && all.text().contains("All Orders"));
    assert_eq!(app.get(&format!("{to}&size=100")).await.rows().len(), 7);
}

#[sqlx::test]
async fn a_view_that_shows_nothing_but_its_page_can_lose_its_last_filter(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let view = [("list", "orders"), ("query", "status=complete"), ("name", "Done")];
    let to = app.post("/views", &view).await.location().to_owned();
    let page = app.get(&to).await;
    assert!(page.rows().len() == 2 && page.text().contains("View per page"));
    let page = app.get(&to).await;
    let without = app.get(&page.link(">Remove filter<").unwrap()).await;
    assert_eq!(without.rows().len(), 7, "{}", without.path);
    assert!(without.html.contains(">Edited<"));
}

#[sqlx::test]
async fn a_long_address_is_kept_whole_or_not_at_all(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let list = async |app: &mut App, columns: usize| {
        let list = app.get(&format!("/orders?status=complete{}", "&column=order".repeat(columns))).await;
        app.get(&list.link(">Save as…<").unwrap()).await
    };
    let form = list(&mut app, 90).await;
    let fields = form.fields();
    let fields = fields
        .iter()
        .map(|(key, value)| (&**key, &**value))
        .filter(|(key, _)| !matches!(*key, "name" | "shared"));
    let fields: Vec<(&str, &str)> = fields.chain([("name", "Long")]).collect();
    let saved = app.post("/views", &fields).await;
    let page = app.follow(&saved).await;
    assert!(page.rows().len() == 2 && page.text().contains("The view is saved."), "{}", page.text());
    let refused = list(&mut app, 1500).await;
    let told = app.follow(&refused).await.text();
    assert!(told.contains("too long to be kept"), "{told}");
    assert_eq!(app.count("select count(*) from saved_views").await, 1);
}

#[sqlx::test]
async fn only_shared_views_are_seen_by_others_and_only_managers_share(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let own = save(&mut app, "Mine", false).await;
    let shared = save(&mut app, "Ours", true).await;
    let mut sales = app.colleague(Role::Sales).await;
    let menu = sales.get("/orders").await.part("class=\"menu views\"", "</details>");
    assert!(menu.contains("Ours Shared") && !menu.contains("Mine"), "{menu}");
    assert_eq!(sales.get(&shared).await.rows().len(), 2);
    let strange = sales.get(&own).await;
    assert_eq!(notes(&strange).len(), 1);
    assert_eq!(strange.rows().len(), 7);
    let id = |to: &str| to.split("view=").nth(1).unwrap().to_owned();
    for (path, status) in [
        (format!("/views/{}/edit", id(&own)), StatusCode::NOT_FOUND),
        (format!("/views/{}/edit", id(&shared)), StatusCode::FORBIDDEN),
        ("/views/999/edit".to_owned(), StatusCode::NOT_FOUND),
        ("/views/x/edit".to_owned(), StatusCode::NOT_FOUND),
        ("/views/new?list=nothing".to_owned(), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(sales.get(&path).await.status, status, "{path}");
    }
    let deleted = sales.post(&format!("/views/{}/deletion", id(&shared)), &[]).await;
    assert_eq!(deleted.status, StatusCode::FORBIDDEN);
    sales.post("/views", &[("list", "orders"), ("query", ""), ("name", "Theirs"), ("shared", "on")]).await;
    assert!(!app.get("/orders").await.text().contains("Theirs"), "who may not share keeps it to themselves");
    assert_eq!(app.count("select count(*) from saved_views where shared").await, 1);
}

#[sqlx::test]
async fn a_view_is_renamed_and_deleted_and_a_name_is_wanted_once(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let to = save(&mut app, "Complete", false).await;
    save(&mut app, "Other", false).await;
    let path = format!("/views/{}", to.split("view=").nth(1).unwrap());
    for (name, told) in [("", "Enter a name."), ("OTHER", "You have a view of this name for this list.")] {
        let again = app.post(&format!("{path}/name"), &[("name", name)]).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert_eq!(again.blames("name"), told);
        assert_eq!(again.value_of("name"), name);
    }
    let twice = app.post("/views", &[("list", "orders"), ("query", STATE), ("name", "complete")]).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(twice.html.contains("value=\"columns=order%2Cstatus"), "what was to be kept is not lost");
    app.post(&format!("{path}/name"), &[("name", "Finished")]).await;
    assert!(app.get("/orders").await.part("class=\"menu views\"", "</details>").contains("Finished"));
    let question = app.get(&format!("{path}/deletion")).await;
    assert!(question.text().contains("Delete the view Finished?"));
    let done = app.press(&question, "Delete").await;
    assert!(done.text().contains("The view Finished is deleted.") && done.rows().len() == 7);
}

#[sqlx::test]
async fn a_list_opens_with_the_view_that_somebody_chose(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let to = save(&mut app, "Complete", true).await;
    let page = app.get(&to).await;
    let page = app.press(&page, "Show this by default").await;
    assert!(page.text().contains("Orders opens with the view Complete from now on."), "{}", page.text());
    assert_eq!(app.get("/orders").await.rows().len(), 2);
    assert_eq!(app.get("/orders?view=all").await.rows().len(), 7);
    assert_eq!(
        app.get("/orders?email=zo").await.rows().len(),
        4,
        "an address that asks something means that"
    );
    let mut sales = app.colleague(Role::Sales).await;
    assert_eq!(sales.get("/orders").await.rows().len(), 7, "it is each one's own choice");
    let all = app.get("/orders?view=all").await;
    app.press(&all, "Show this by default").await;
    assert_eq!(app.get("/orders").await.rows().len(), 7);
}

#[sqlx::test]
async fn lists_that_draw_their_cells_themselves_have_views_all_the_same(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let shown = async |app: &mut App, at: &str| app.get(at).await.html.matches("<tr><td").count();
    let all = shown(&mut app, "/failed-records").await;
    let view = [("list", "failed-records"), ("query", "connector=Orders"), ("name", "Orders that failed")];
    let to = app.post("/views", &view).await.location().to_owned();
    assert!(shown(&mut app, &to).await == 2 && all > 2, "{all} in all");
    let page = app.get(&to).await;
    app.press(&page, "Show this by default").await;
    assert_eq!(shown(&mut app, "/failed-records").await, 2);
    assert_eq!(shown(&mut app, "/failed-records?view=all").await, all);
    for list in ["/conflicts", "/conflicts/rejected-edits", "/conflicts/subscriptions"] {
        let new = app.get(list).await.link(">Save as…<").unwrap();
        let form = app.get(&new).await;
        assert_eq!(form.status, StatusCode::OK, "{new}");
        let name = [("name", "Mine")].into_iter();
        let fields = form.fields();
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(key, value)| (&**key, &**value))
            .filter(|(key, _)| *key == "list")
            .chain(name)
            .collect();
        let saved = app.post("/views", &fields).await;
        assert!(saved.location().starts_with(&format!("{list}?view=")), "{}", saved.text());
        assert!(app.follow(&saved).await.part("class=\"menu views\"", "</details>").starts_with("Mine "));
    }
}
