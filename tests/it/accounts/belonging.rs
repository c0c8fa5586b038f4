//! Account, contact and owner of a customer, chosen by a person: kept here, and told to no store.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use sqlx::PgPool;

use super::Town;
use crate::support::{App, Page, Pair};
use crate::two_way::desk::small;

async fn post(town: &mut Town, path: &str, form: &Page, fields: &[(&str, &str)]) -> Page {
    send(&mut town.app, path, form, fields).await
}

async fn send(app: &mut App, path: &str, form: &Page, fields: &[(&str, &str)]) -> Page {
    let mut posted = form.fields();
    for (name, value) in fields {
        posted.retain(|(field, _)| field != name);
        posted.push(((*name).to_owned(), (*value).to_owned()));
    }
    let posted: Vec<(&str, &str)> = posted.iter().map(|(name, value)| (&**name, &**value)).collect();
    app.post(path, &posted).await
}

#[sqlx::test]
async fn a_customer_moves_to_another_account_and_takes_the_contact_along(pool: PgPool) {
    let mut town = Town::new(pool).await;
    let sales = town.app.add_user("Sally Sales", "sally@example.org", Role::Sales).await;
    let (ada, charles) = (town.account("Lovelace").await, town.account("Babbage").await);
    let customer = town.app.count("select id from customers where last_name = 'Babbage'").await;
    let path = format!("/customers/{customer}/account");
    let form = town.app.get(&path).await;
    let found =
        post(&mut town, &path, &form, &[("account-search", "Lovel"), ("action", "find-account")]).await;
    let entered = post(&mut town, &path, &form, &[("account-search", "Lovel")]).await;
    assert_eq!(entered.part("<main", "</main>"), found.part("<main", "</main>"), "the Enter key saves");
    assert_eq!(found.status, StatusCode::OK);
    assert!(found.text().contains("1 account was found"), "{}", found.text());
    assert!(found.html.contains(&format!("<option value=\"{ada}\"")), "{}", found.text());
    let owner = sales.to_string();
    let saved = post(&mut town, &path, &found, &[("account", &ada.to_string()), ("owner", &owner)]).await;
    let page = town.app.follow(&saved).await;
    assert!(page.text().contains("Saved here."), "{}", page.text());
    assert_eq!(page.part(&format!("href=\"/accounts/{ada}\""), "</a>"), "Ada Lovelace");
    assert!(page.text().contains("Owner Sally Sales"), "{}", page.text());
    let moved = "Ada Lovelace | Books | Charles Babbage | Charles Babbage";
    assert!(town.everybody().await.contains(&moved.to_owned()), "{:?}", town.everybody().await);
    // nobody is left there: it is part of the other one
    let gone = town.app.get(&format!("/accounts/{charles}")).await;
    assert_eq!(gone.location(), format!("/accounts/{ada}"));
    let before = town.everybody().await;
    town.sync_again().await;
    assert_eq!(town.everybody().await, before);
    let owner = "select owner_id from customers where last_name = 'Babbage'";
    assert_eq!(town.app.count(owner).await, sales, "a sync gives them back");
}

#[sqlx::test]
async fn one_of_two_customers_moves_and_leaves_the_contact_they_share(pool: PgPool) {
    let mut town = Town::new(pool).await;
    let grace = town.account("Hopper").await;
    let customer = town.app.count("select min(id) from customers where last_name = 'Lovelace'").await;
    let path = format!("/customers/{customer}/account");
    let form = town.app.get(&path).await;
    post(&mut town, &path, &form, &[("account", &grace.to_string())]).await;
    let there = [
        "Ada Lovelace | Tools | Ada Lovelace | Ada Lovelace",
        "Charles Babbage | Books | Charles Babbage | Charles Babbage",
        "Grace Hopper | Books | Ada Lovelace | Ada Lovelace",
        "Grace Hopper | Tools | Grace Hopper | Grace Hopper",
    ];
    assert_eq!(town.everybody().await, there);
    town.make_books_anew().await;
    assert_eq!(town.everybody().await, there);
    // another contact of the account may stand for them
    let other = town.app.count("select id from contacts where last_name = 'Hopper'").await;
    let customer = town.app.count("select max(id) from customers where last_name = 'Lovelace'").await;
    let path = format!("/customers/{customer}/account");
    let form = town.app.get(&path).await;
    post(&mut town, &path, &form, &[("contact", &other.to_string())]).await;
    assert!(
        town.everybody().await.contains(&"Grace Hopper | Books | Ada Lovelace | Grace Hopper".to_owned()),
        "{:?}",
        town.everybody().await
    );
}

#[sqlx::test]
async fn what_cannot_be_chosen_is_told_at_its_field_and_what_was_typed_stays(pool: PgPool) {
    let mut town = Town::new(pool).await;
    let customer = town.app.count("select id from customers where last_name = 'Babbage'").await;
    let foreign = town.app.count("select id from contacts where last_name = 'Hopper'").await;
    let path = format!("/customers/{customer}/account");
    let form = town.app.get(&path).await;
    let before = town.everybody().await;
    for (field, value) in [
        ("account", "999999"),
        ("account", "x"),
        ("account", "-1"),
        ("contact", &foreign.to_string()),
        ("contact", "x"),
        ("owner", "999999"),
        ("owner", "x"),
    ] {
        let typed =
            [(field, value), ("account-search", "typed before"), ("account-searched", "typed before")];
        let page = post(&mut town, &path, &form, &typed).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {value}");
        page.blames(field);
        assert_eq!(page.value_of("account-search"), "typed before");
    }
    assert_eq!(town.everybody().await, before);
    for path in ["/customers/999/account", "/customers/x/account"] {
        assert_eq!(town.app.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[sqlx::test]
async fn the_customers_form_changes_them_too_and_sends_nothing(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let (id, other) = (pair.row_of(3).await, pair.row_of(4).await);
    let account = format!("select account_id from customers where id = {other}");
    let account: i64 =
        sqlx::query_scalar(sqlx::AssertSqlSafe(account)).fetch_one(&pair.app.pool).await.unwrap();
    pair.edit(3, &[("account", ""), ("owner", "")]).await;
    let form = pair.app.get(&format!("/customers/{id}/edit")).await;
    let mut posted = form.fields();
    posted.retain(|(name, _)| name != "account");
    posted.push(("account".to_owned(), account.to_string()));
    let posted: Vec<(&str, &str)> = posted.iter().map(|(name, value)| (&**name, &**value)).collect();
    let saved = pair.app.post(&format!("/customers/{id}"), &posted).await;
    let page = pair.app.follow(&saved).await;
    assert!(page.text().contains("Saved here. There is nothing to send."), "{}", page.text());
    assert!(page.html.contains(&format!("href=\"/accounts/{account}\"")), "{}", page.text());
    assert_eq!(pair.states().await, Vec::<String>::new(), "an edit waits for the store");
    pair.sync_well().await;
    let owned = format!(
        "select count(*) from customers where id = {id} and owner_id is null and account_id = {account}"
    );
    let owned: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(owned)).fetch_one(&pair.app.pool).await.unwrap();
    assert_eq!(owned, 1, "a sync changes it back");
}

#[sqlx::test]
async fn who_saves_a_customer_leaves_the_owner_that_somebody_else_gave_them_meanwhile(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let sally = pair.app.add_user("Sally Sales", "sally@example.org", Role::Sales).await.to_string();
    let max = pair.app.add_user("Max Manager", "max@example.org", Role::Manager).await.to_string();
    let path = format!("/customers/{}", pair.row_of(3).await);
    let (edit, belongs) = (format!("{path}/edit"), format!("{path}/account"));
    let (form, short, theirs) =
        (pair.app.get(&edit).await, pair.app.get(&belongs).await, pair.app.get(&belongs).await);
    let given = send(&mut pair.app, &belongs, &theirs, &[("owner", &sally)]).await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.text());
    let now = "select u.name || ' ' || k.taxvat from customers k join users u on u.id = k.owner_id where k.remote_id = 3";
    let saved = send(&mut pair.app, &path, &form, &[("tax-vat", "7")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    assert_eq!(pair.app.text(now).await, "Sally Sales 7");
    // an account is looked for in between: the form still knows what it showed
    let looking = send(&mut pair.app, &path, &form, &[("owner", &max), ("action", "find-account")]).await;
    let told = send(&mut pair.app, &path, &looking, &[]).await;
    assert!(told.blames("owner").contains("became “Sally Sales”"), "{}", told.text());
    assert_eq!(told.chosen("owner"), max);
    let told = send(&mut pair.app, &belongs, &short, &[("owner", &max)]).await;
    assert!(told.blames("owner").contains("became “Sally Sales”"), "{}", told.text());
    assert_eq!(pair.app.text(now).await, "Sally Sales 7");
    let saved = send(&mut pair.app, &belongs, &told, &[]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    assert_eq!(pair.app.text(now).await, "Max Manager 7");
    pair.app.drain_jobs().await;
}

#[sqlx::test]
async fn a_disabled_owner_stays_with_whoever_saves_something_else(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.app.add_user("Sally Sales", "sally@example.org", Role::Sales).await;
    pair.app.run_sql("update customers set owner_id = 2 where remote_id = 3").await;
    pair.app.run_sql("update accounts set owner_id = 2").await;
    // what they had is still to be handed over
    pair.app.run_sql("update users set disabled_at = now() where id = 2").await;
    let path = format!("/customers/{}", pair.row_of(3).await);
    let form = pair.app.get(&format!("{path}/edit")).await;
    assert_eq!(form.chosen("owner"), "2");
    let saved = send(&mut pair.app, &path, &form, &[("tax-vat", "7")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let account = pair.app.get("/accounts/1/edit").await;
    let saved = send(&mut pair.app, "/accounts/1", &account, &[("description", "Pays late")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let theirs = "select count(*) from customers where owner_id = 2 and taxvat = '7'";
    assert_eq!(pair.app.count(theirs).await, 1);
    let theirs = "select count(*) from accounts where owner_id = 2 and description = 'Pays late'";
    assert_eq!(pair.app.count(theirs).await, 1);
    pair.app.drain_jobs().await;
}

#[sqlx::test]
async fn somebody_is_made_in_an_account_that_is_there(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let account = pair.app.count("select min(account_id) from customers").await;
    let many = "select count(*) from accounts";
    let before = pair.app.count(many).await;
    let form = pair.app.get("/customers/new").await;
    let mut posted = form.fields();
    for (name, value) in [
        ("store", "1"),
        ("first-name", "Mary"),
        ("last-name", "Somerville"),
        ("email", "mary@somerville.example"),
        ("account", &account.to_string()),
        ("owner", ""),
    ] {
        posted.retain(|(field, _)| field != name);
        posted.push((name.to_owned(), value.to_owned()));
    }
    let posted: Vec<(&str, &str)> = posted.iter().map(|(name, value)| (&**name, &**value)).collect();
    let made = pair.app.post("/customers", &posted).await;
    let page = pair.app.follow(&made).await;
    assert!(page.html.contains(&format!("href=\"/accounts/{account}\"")), "{}", page.text());
    pair.sync_well().await;
    assert_eq!(pair.app.count(many).await, before);
    let hers = "select count(*) from customers k join contacts c on c.id = k.contact_id and c.account_id = k.account_id
        where k.email = 'mary@somerville.example' and c.last_name = 'Somerville' and k.owner_id is null and k.remote_id is not null";
    assert_eq!(pair.app.count(hers).await, 1);
}
