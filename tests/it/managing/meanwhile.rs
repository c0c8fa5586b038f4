//! Two admins with the same form open: the second is told, and nothing is overwritten.

use axum::http::StatusCode;
use sqlx::PgPool;

use crate::support::{App, Page, with};

const CUSTOM: [(&str, &str); 3] = [("name", "Fair"), ("channel-type", "custom"), ("channel-type-shown", "1")];

fn shown(page: &Page) -> String {
    let tag = page.tag("name=\"shown\"");
    tag.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[sqlx::test]
async fn the_second_to_save_a_channel_is_told_what_the_first_has_saved(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.post("/channels", &CUSTOM).await;
    let mut other = app.another_visitor();
    other.sign_in("ada@example.org").await;
    let (mine, theirs) =
        (shown(&app.get("/channels/1/edit").await), shown(&other.get("/channels/1/edit").await));
    let first = [("name", "Fair \"2\""), ("status", "inactive"), ("shown", theirs.as_str())];
    assert_eq!(other.post("/channels/1", &first).await.status, StatusCode::SEE_OTHER);
    let second = [("name", "My fair"), ("status", "active"), ("shown", mine.as_str())];
    let page = app.post("/channels/1", &second).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let told = page.part("role=\"alert\"", "</div></div>");
    for words in
        ["Somebody else saved this", "Name is “Fair \"2\"”", "Status is Inactive", "nothing was overwritten"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert_eq!(page.value_of("name"), "My fair", "everything typed is kept");
    assert_eq!(app.text("select name from channels").await, "Fair \"2\"");
    // a mistake of another kind does not make the form forget
    let stale = app.post("/channels/1", &with(&second, "name", "")).await;
    assert_eq!(shown(&stale), mine);
    let now = shown(&page);
    let saved = app.post("/channels/1", &with(&second, "shown", &now)).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "who has seen it may: {}", saved.text());
    assert_eq!(app.text("select name from channels").await, "My fair");
    for garbage in ["", "x", "99999999999999999999"] {
        let saved = app.post("/channels/1", &with(&second, "shown", garbage)).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{garbage}");
    }
}
