//! Two people with the same form open: nothing is overwritten unseen. What only one of them changed is kept, and where both did
//! the second is told.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
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

/// Somebody else who has the same form open, and the form as both see it.
async fn both_open(app: &mut App, path: &str) -> (App, Page, Page) {
    let mut other = app.another_visitor();
    other.sign_in("ada@example.org").await;
    let theirs = other.get(path).await;
    (other, app.get(path).await, theirs)
}

/// Saves a form as a browser does after these fields were typed into.
async fn save(app: &mut App, page: &Page, typed: &[(&str, &str)]) -> Page {
    let (action, mut fields) = page.form("Save");
    fields.retain(|(name, _)| typed.iter().all(|(field, _)| field != name));
    fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    app.post(&action, &fields).await
}

async fn saves(app: &mut App, page: &Page, typed: &[(&str, &str)]) {
    let saved = save(app, page, typed).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
}

#[sqlx::test]
async fn two_who_edit_a_contact_lose_nothing_of_each_other(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.run_sql("insert into accounts (name) values ('Engines')").await;
    app.run_sql(
        "insert into contacts (account_id, first_name, last_name, email, phone, description)
         values (1, 'Ada', 'King', 'ada@engines.example', '1', E'Two\\nlines')",
    )
    .await;
    let now = "select concat_ws('|', first_name, last_name, phone, description) from contacts";
    let (mut other, mine, theirs) = both_open(&mut app, "/contacts/1/edit").await;
    saves(&mut other, &theirs, &[("last-name", "Lovelace"), ("phone", "2")]).await;
    // a browser breaks lines in its own way
    saves(&mut app, &mine, &[("first-name", "Augusta"), ("description", "Two\r\nlines")]).await;
    assert_eq!(app.text(now).await, "Augusta|Lovelace|2|Two\nlines");

    let told = save(&mut app, &mine, &[("first-name", "Augusta"), ("phone", "3")]).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.blames("phone").contains("became “2” while the form was open"), "{}", told.text());
    assert_eq!((told.value_of("phone"), told.value_of("last-name")), ("3".into(), "Lovelace".into()));
    assert_eq!(app.text(now).await, "Augusta|Lovelace|2|Two\nlines", "nothing is saved before they decide");
    saves(&mut app, &told, &[]).await;
    assert_eq!(app.text(now).await, "Augusta|Lovelace|3|Two\nlines");
    let trail = "select changes::text from audit_entries where subject = 'contact' order by id desc limit 1";
    let trail = app.text(trail).await;
    assert!(trail.contains("Phone") && !trail.contains("Last Name"), "{trail}");
}

#[sqlx::test]
async fn a_mistake_does_not_make_a_form_forget_what_it_showed(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.run_sql("insert into accounts (name, description) values ('Engines', 'Old')").await;
    let (mut other, mine, theirs) = both_open(&mut app, "/accounts/1/edit").await;
    let wrong = save(&mut app, &mine, &[("account-name", " "), ("description", "Mine")]).await;
    wrong.blames("account-name");
    saves(&mut other, &theirs, &[("description", "Theirs")]).await;
    let told = save(&mut app, &wrong, &[("account-name", "Mills")]).await;
    assert!(told.blames("description").contains("became “Theirs”"), "{}", told.text());
    assert_eq!(app.text("select name from accounts").await, "Engines");
    saves(&mut app, &told, &[]).await;
    assert_eq!(app.text("select name || ' ' || description from accounts").await, "Mills Mine");
}

#[sqlx::test]
async fn two_who_edit_an_account_lose_nothing_of_each_other(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let sally = app.add_user("Sally Sales", "sally@example.org", Role::Sales).await.to_string();
    let max = app.add_user("Max Manager", "max@example.org", Role::Manager).await.to_string();
    app.run_sql("insert into accounts (name) values ('Engines')").await;
    let (mut other, mine, theirs) = both_open(&mut app, "/accounts/1/edit").await;
    saves(&mut other, &theirs, &[("owner", &sally)]).await;
    saves(&mut app, &mine, &[("description", "Pays late")]).await;
    let now = "select u.name || ': ' || a.description from accounts a join users u on u.id = a.owner_id";
    assert_eq!(app.text(now).await, "Sally Sales: Pays late");
    let told = save(&mut app, &mine, &[("owner", &max)]).await;
    assert!(told.blames("owner").contains("became “Sally Sales”"), "{}", told.text());
    assert_eq!(told.chosen("owner"), max, "what was chosen stays");
    assert_eq!(app.text(now).await, "Sally Sales: Pays late");
    saves(&mut app, &told, &[]).await;
    assert_eq!(app.text(now).await, "Max Manager: Pays late");
}

#[sqlx::test]
async fn two_who_edit_a_webhook_lose_nothing_of_each_other(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let made =
        [("name", "Warehouse"), ("url", "http://127.0.0.1:9/one"), ("active", "on"), ("event", "job.ended")];
    assert_eq!(app.post("/webhooks", &made).await.status, StatusCode::OK);
    let (mut other, mine, theirs) = both_open(&mut app, "/webhooks/1/edit").await;
    let (mine_is_told, they_are_told) = (("event", "job.ended"), ("event", "order.created"));
    saves(&mut other, &theirs, &[("url", "http://127.0.0.1:9/two"), they_are_told]).await;
    saves(&mut app, &mine, &[("name", "Depot"), mine_is_told]).await;
    let now = "select name || ' ' || url || ' ' || array_to_string(events, ',') from webhooks";
    assert_eq!(app.text(now).await, "Depot http://127.0.0.1:9/two order.created");
    let told = save(&mut app, &mine, &[("name", "Depot"), ("event", "order.updated")]).await;
    assert!(told.error_of("event").contains("became “An order is new”"), "{}", told.text());
    assert_eq!(app.text(now).await, "Depot http://127.0.0.1:9/two order.created");
    saves(&mut app, &told, &[("event", "order.updated")]).await;
    assert_eq!(app.text(now).await, "Depot http://127.0.0.1:9/two order.updated");
}
