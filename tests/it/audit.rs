//! The audit trail: what people do leaves an entry that nobody can change, and administrators alone read it.

use axum::http::StatusCode;
use cartwright::crm::audit::{self, Act, Actor, Changes, Subject, SubjectKind};
use cartwright::crm::users::Role;
use cartwright::simulator::{Options, Simulator};
use sqlx::PgPool;

use crate::support::{App, only_customers};

#[sqlx::test]
async fn an_entry_is_neither_changed_nor_deleted_but_by_retention_and_erasure(pool: PgPool) {
    let mut db = pool.acquire().await.unwrap();
    let customer = Subject::new(SubjectKind::Customer, 7, "Zoë Ångström");
    let changes = Changes::none().field("Email", "old@x.de", "new@x.de").secret("SOAP API Key");
    audit::note(&mut db, &Actor::system(), Act::Changed, &customer, &changes).await.unwrap();
    for sql in [
        "update audit_entries set name = 'x'",
        "delete from audit_entries",
        "truncate audit_entries",
        "update audit_entries set name = 'x' where false",
    ] {
        let refused = sqlx::query(sql).execute(&mut *db).await.unwrap_err().to_string();
        assert!(refused.contains("neither changed nor deleted"), "{sql}: {refused}");
    }
    // erasure keeps that something was done, and nothing of whom
    assert_eq!(audit::erase(&mut db, SubjectKind::Customer, 7).await.unwrap(), 1);
    let erased = audit::find(&pool, 1).await.unwrap().unwrap();
    assert_eq!((erased.name.as_str(), erased.act.as_str()), ("(erased)", "changed"));
    assert_eq!(erased.changes.as_array().map(Vec::len), Some(0));
    // the flag of the functions ends with them, within a transaction, too
    let mut tx = pool.begin().await.unwrap();
    assert_eq!(audit::erase(&mut tx, SubjectKind::Customer, 7).await.unwrap(), 1);
    assert!(sqlx::query("delete from audit_entries").execute(&mut *tx).await.is_err());
    tx.rollback().await.unwrap();
    // retention takes what is older, and no more
    let before = cartwright::base::clock::now() - chrono::Duration::days(1);
    assert_eq!(audit::forget_before(&pool, before).await.unwrap(), 0);
    let after = cartwright::base::clock::now() + chrono::Duration::days(1);
    assert_eq!(audit::forget_before(&pool, after).await.unwrap(), 1);
}

#[sqlx::test]
async fn an_edit_its_push_and_a_hiding_are_told_with_old_and_new_values(pool: PgPool) {
    let options = Options { customers: 3, ..only_customers() };
    let store = Simulator::start(options.clone()).await.unwrap();
    let mut app = App::as_administrator(pool).await;
    let id = app.connect(&store, &options, "Shop").await;
    app.run_sql("update integrations set two_way = true").await;
    app.drain_jobs().await;
    let form = app.get("/customers/1/edit").await;
    let mut fields = form.fields();
    let was = form.value_of("first-name");
    fields
        .iter_mut()
        .filter(|(name, _)| name == "first-name")
        .for_each(|(_, value)| *value = "<Zoë>".to_owned());
    let posted: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let saved = app.post("/customers/1", &posted).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    app.drain_jobs().await;
    app.post("/customers/1/hide", &[]).await;
    // nothing was hidden the second time
    app.post("/customers/1/hide", &[]).await;

    let list = app.get("/audit?kind=customer").await;
    assert_eq!(list.status, StatusCode::OK);
    let text = list.text();
    assert!(text.contains(&format!("First Name: {was} → <Zoë>")), "{text}");
    assert!(text.contains("Pushed") && text.contains("Sent: First Name"), "{text}");
    assert_eq!(app.get("/audit?act=hidden").await.rows().len(), 1, "{text}");
    assert!(text.contains("Ada Lovelace"), "{text}");
    let only = app.get("/audit?act=pushed").await;
    assert_eq!(only.rows().len(), 1, "{}", only.text());
    let entry = app.get(&only.rows()[0]).await;
    let host = store.wsdl_url().split('/').nth(2).unwrap().to_owned();
    assert!(entry.text().contains(&host), "{}", entry.text());
    assert!(entry.html.contains("href=\"/customers/1/history\""), "the values are a click away");
    let found = app.get("/audit?q=%3CZo%C3%AB").await;
    assert!(!found.rows().is_empty(), "{}", found.text());
    let none = app.get("/audit?q=nothing+like+it").await;
    assert!(none.rows().is_empty());
    let file = app.get("/audit/export?kind=customer").await;
    assert!(file.html.contains("<Zoë>"), "{}", file.html);
    assert!(app.get("/audit?act=exported").await.text().contains("audit-"), "an export is told, too");
    assert!(app.get(&format!("/audit?kind=integration&id={id}")).await.status.is_success());
}

#[sqlx::test]
async fn it_is_for_administrators_and_survives_strange_addresses(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    for role in [Role::Manager, Role::Sales, Role::Viewer] {
        let mut colleague = app.colleague(role).await;
        for page in ["/audit", "/audit/1", "/audit/export"] {
            assert_eq!(colleague.get(page).await.status, StatusCode::FORBIDDEN, "{role:?} {page}");
        }
        assert!(!colleague.get("/customers").await.html.contains("href=\"/audit\""), "{role:?}");
    }
    assert!(app.get("/customers").await.html.contains("href=\"/audit\""));
    for page in
        ["/audit?act=nonsense", "/audit?who=x", "/audit?when=soon", "/audit?from=garbage", "/audit?kind=%00"]
    {
        assert_eq!(app.get(page).await.status, StatusCode::OK, "{page}");
    }
    for page in ["/audit/0", "/audit/999999", "/audit/x", "/audit/99999999999999999999"] {
        assert_eq!(app.get(page).await.status, StatusCode::NOT_FOUND, "{page}");
    }
}

#[sqlx::test]
async fn hostile_names_and_values_are_text(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let mut db = app.pool.acquire().await.unwrap();
    let name = format!("<script>alert(1)</script>\u{202e}\0{}", "x".repeat(3000));
    let changes = Changes::none().field("A", "<b>", &"y".repeat(5000)).told("=1+1", "\0");
    audit::note(
        &mut db,
        &Actor::user(1, None),
        Act::Deleted,
        &Subject::new(SubjectKind::Customer, 5, &name),
        &changes,
    )
    .await
    .unwrap();
    drop(db);
    let list = app.get("/audit?act=deleted").await;
    assert!(!list.html.contains("<script>alert"), "{}", list.text());
    let entry = app.get(&list.rows()[0]).await;
    assert_eq!(entry.status, StatusCode::OK);
    assert!(!entry.html.contains("<script>alert") && entry.html.contains("&#60;b&#62;"));
    assert!(!entry.html.contains("href=\"/customers/5\""), "what is deleted has no page");
}
