//! Whose records are: given one by one, many at once, and all that somebody had who leaves.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use sqlx::PgPool;

use crate::support::App;

async fn shop(pool: PgPool) -> App {
    let app = App::as_administrator(pool).await;
    app.add_sales().await;
    app.add_user("Grace", "grace@example.org", Role::Sales).await;
    app.run_sql("update customers set owner_id = null").await;
    app
}

#[sqlx::test]
async fn ticked_records_have_their_owner_at_once_and_a_list_is_narrowed_down_to_them(pool: PgPool) {
    let mut app = shop(pool).await;
    assert!(app.get("/customers").await.html.contains("formaction=\"/customers/owners\" formmethod=\"get\""));
    let ask = app.get("/customers/owners?id=1&id=2&query=sort%3Demail").await;
    assert!(ask.text().contains("Assign an owner to 2 customers"), "{}", ask.text());
    let (action, fields) = ask.form("Assign");
    assert_eq!(action, "/customers/owners");
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let missing = app.post(&action, &fields).await;
    assert!(missing.blames("owner").contains("Choose a user"), "{}", missing.text());
    fields.retain(|(name, _)| *name != "owner");
    let given = app.post(&action, &[fields.as_slice(), &[("owner", "2")]].concat()).await;
    assert_eq!(given.location(), "/customers?sort=email");
    assert!(app.follow(&given).await.text().contains("Grace is the owner of 2 customers now."));
    let own = app.get("/customers?owner=2&column=last-name&column=owner").await;
    assert_eq!(own.rows().len(), 2);
    assert!(own.text().contains("Grace"));
    assert_eq!(app.count("select count(*) from audit_entries where act = 'reassigned'").await, 1);
    let nobody = app.post("/customers/owners", &[("id", "1"), ("owner", "nobody")]).await;
    assert!(app.follow(&nobody).await.text().contains("Nobody is the owner of 1 customer now."));
}

#[sqlx::test]
async fn all_that_a_filter_lets_through_get_their_owner_by_a_job(pool: PgPool) {
    let mut app = shop(pool).await;
    let all = [("all", "1"), ("query", "last-name=verhoeven"), ("owner", "2")];
    let asked = app.post("/customers/owners", &all).await;
    let page = app.follow(&asked).await;
    assert!(
        page.text().contains("Grace becomes the owner of 1 customer, in the background. Check progress"),
        "{}",
        page.text()
    );
    app.drain_jobs().await;
    assert_eq!(
        app.text("select string_agg(last_name, ',') from customers where owner_id = 2").await,
        "Verhoeven"
    );
    for list in ["orders", "carts", "accounts"] {
        let path = format!("/{list}/owners");
        let page = app.post(&path, &[("all", "1"), ("query", ""), ("owner", "2")]).await;
        assert_eq!(page.location().split('?').next(), Some(&*format!("/{list}")));
    }
    app.drain_jobs().await;
    assert_eq!(app.count("select count(*) from orders where owner_id is distinct from 2").await, 0);
    // the list shows carts with something in them until somebody wants more
    assert_eq!(app.count("select count(*) from carts where owner_id = 2").await, 3);
    let job = app.get("/jobs?status=completed").await;
    assert!(job.text().contains("Assign Grace to"), "{}", job.text());
    // a filter that is not understood means nobody, not everybody
    let odd = [("all", "1"), ("query", "lifetime-sales-value=much"), ("owner", "1")];
    let odd = app.post("/customers/owners", &odd).await;
    assert!(app.follow(&odd).await.text().contains("it is not clear which records are meant"));
}

#[sqlx::test]
async fn whoever_takes_over_from_somebody_gets_all_their_records(pool: PgPool) {
    let mut app = shop(pool).await;
    app.run_sql("update customers set owner_id = 2 where last_name <> 'Haddad'").await;
    app.run_sql("update carts set owner_id = 2").await;
    app.add_user("Sue", "sue@example.org", Role::Sales).await;
    let alone = app.post("/users/2/deactivation", &[]).await;
    assert!(alone.blames("successor").contains("Choose who takes over"), "{}", alone.text());
    assert_eq!(app.post("/users/2/deactivation", &[("successor", "3")]).await.location(), "/users/2");
    app.drain_jobs().await;
    assert_eq!(app.count("select count(*) from customers where owner_id = 3").await, 3);
    assert_eq!(app.count("select count(*) from customers where owner_id is null").await, 1);
    assert_eq!(app.count("select count(*) from carts where owner_id is distinct from 3").await, 0);
    assert_eq!(app.count("select count(*) from orders where owner_id = 3").await, 0);
}

#[sqlx::test]
async fn whoever_owns_nothing_is_disabled_without_a_successor(pool: PgPool) {
    let mut app = shop(pool).await;
    let sue = app.add_user("Sue", "sue@example.org", Role::Viewer).await;
    let path = format!("/users/{sue}/deactivation");
    assert!(app.get(&path).await.text().contains("owns nothing now"));
    let done = app.post(&path, &[]).await;
    let page = app.follow(&done).await;
    assert!(page.text().contains("Sue cannot sign in any more. They owned nothing."), "{}", page.text());
}

#[sqlx::test]
async fn records_that_somebody_holds_are_come_back_to(pool: PgPool) {
    let app = shop(pool).await;
    app.run_sql("update customers set owner_id = 2").await;
    let mut held = app.pool.begin().await.unwrap();
    sqlx::query("select 1 from customers where id = 1 for update").execute(&mut *held).await.unwrap();
    let mut visitor = app.another_visitor();
    visitor.sign_in("ada@example.org").await;
    let all = [("all", "1"), ("query", ""), ("owner", "1")];
    assert_eq!(visitor.post("/customers/owners", &all).await.status, StatusCode::SEE_OTHER);
    let workers = app.workers("worker");
    let (done, ()) = tokio::join!(workers.drain(), async {
        crate::support::until("three are given", async || {
            app.count("select count(*) from customers where owner_id = 1").await == 3
        })
        .await;
        held.rollback().await.unwrap();
    });
    done.unwrap();
    assert_eq!(app.count("select count(*) from customers where owner_id = 1").await, 4);
}
