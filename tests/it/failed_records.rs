//! Failed records: the inbox, who may see it, and what they can do about each.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use sqlx::PgPool;

use crate::support::App;

const ORDER: &str = "100088099";

async fn app_with_sales(pool: PgPool) -> App {
    let app = App::as_administrator(pool).await;
    app.add_sales().await;
    app
}

async fn id_of(app: &App, record: &str) -> i64 {
    let id = sqlx::query_scalar("select id from failed_records where remote_id = $1").bind(record);
    id.fetch_one(&app.pool).await.unwrap()
}

#[sqlx::test]
async fn the_inbox_tells_what_failed_why_and_when_it_is_tried_again(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let page = app.get("/failed-records").await;
    for word in ["Connector", "Record", "Cause", "Attempts", "Last", "Next try"] {
        let head = page.html.split("<thead>").nth(1).and_then(|rest| rest.split("</thead>").next()).unwrap();
        assert!(head.contains(&format!(">{word}")), "{word}");
    }
    let text = page.text();
    assert!(text.contains("3 records") && text.contains("when it changes, or you ask"), "{text}");
    assert!(text.contains("The amount \"12,50 EUR\" of <grand_total> is no number."));
    assert!(page.html.contains("<details") && text.contains("<item><increment_id>100088099</increment_id>"));
    assert!(page.part("id=\"side\"", "</nav>").contains("Failed Records 3 waiting"));
    for (query, found) in
        [("connector=Orders", 2), ("connector=Customers", 1), ("connector=%27", 3), ("integration=x", 3)]
    {
        assert!(
            app.get(&format!("/failed-records?{query}")).await.text().contains(&format!("{found} record")),
            "{query}"
        );
    }
    let none = app.get("/failed-records?connector=Orders&integration=999").await;
    assert_eq!(none.status, StatusCode::OK);
    let one = app.get(&format!("/failed-records/{}", id_of(&app, ORDER).await)).await;
    assert!(one.text().contains("<grand_total>12,50 EUR</grand_total>"));
    for path in ["/failed-records/999", "/failed-records/x"] {
        assert_eq!(app.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[sqlx::test]
async fn the_inbox_pages_through_all_of_it(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    app.run_sql(
        "insert into failed_records (integration_id, connector, remote_id, cause, raw_xml, last_failed_at)
         select id, 'Orders', 'n' || n, 'Cause ' || n, repeat('<x/>', 2000), now() - n % 7 * interval '1 hour'
         from integrations, generate_series(1, 60) n",
    )
    .await;
    let mut met = Vec::new();
    let mut path = "/failed-records".to_owned();
    loop {
        let page = app.get(&path).await;
        assert!(page.html.len() < 400_000, "XML is shown in part");
        met.push(
            page.html.matches("/retries\"><button").count() - usize::from(page.html.contains("Retry all")),
        );
        match page.link("rel=\"next\"") {
            Some(next) => path = next,
            None => break,
        }
    }
    let first = app.get(&path).await.link("rel=\"prev\"").unwrap();
    assert_eq!(app.get(&first).await.html.matches("class=\"strong lead\"").count(), 25);
    assert!(met.len() == 3 && app.get("/failed-records").await.text().contains("63 records"), "{met:?}");
}

#[sqlx::test]
async fn a_retry_makes_it_due_and_queues_a_sync(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let id = id_of(&app, "77").await;
    let asked = app.post(&format!("/failed-records/{id}/retries"), &[]).await;
    assert_eq!(asked.location(), "/failed-records");
    let page = app.follow(&asked).await;
    let note = page.part("role=\"status\"", "</div>");
    assert_eq!(note, "A sync job has been added to the queue. Check progress .");
    assert!(page.link(">Check progress<").unwrap().starts_with("/jobs/"));
    assert!(page.text().contains("with the next sync, as asked"), "{}", page.text());
    let due = "select count(*) from failed_records where next_try_at <= now() and asked_at is not null";
    assert_eq!(app.count(due).await, 1);
    assert_eq!(app.count("select count(*) from jobs where kind = 'sync' and status = 'queued'").await, 1);

    let asked = app.post("/failed-records/retries", &[("connector", "Orders")]).await;
    assert_eq!(app.count(due).await, 3, "{}", asked.text());
    assert_eq!(app.count("select count(*) from jobs").await, 1, "one job does it");
    let integration = app.count("select id from integrations").await.to_string();
    let back =
        app.post("/failed-records/retries", &[("integration", &integration), ("back", &integration)]).await;
    assert_eq!(back.location(), format!("/integrations/{integration}"));
    app.run_sql("update jobs set status = 'cancelled'").await;
}

#[sqlx::test]
async fn of_an_inactive_channel_nothing_is_retried(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    app.run_sql("update channels set active = false").await;
    let id = id_of(&app, ORDER).await;
    let asked = app.post(&format!("/failed-records/{id}/retries"), &[]).await;
    assert!(app.follow(&asked).await.text().contains("The channel is inactive"));
    let asked = app.post("/failed-records/retries", &[]).await;
    assert!(app.follow(&asked).await.text().contains("There is nothing to retry here"));
    assert_eq!(app.count("select count(*) from jobs").await, 0);
    assert_eq!(app.count("select count(*) from failed_records where asked_at is not null").await, 0);
}

#[sqlx::test]
async fn a_dismissal_is_asked_for_and_then_done(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let path = format!("/failed-records/{}/dismissal", id_of(&app, ORDER).await);
    let question = app.get(&path).await;
    assert!(question.text().contains("Dismiss record 100088099?") && question.text().contains("Cancel"));
    assert_eq!(app.count("select count(*) from failed_records").await, 3);
    let done = app.post(&path, &[]).await;
    let page = app.follow(&done).await;
    assert!(page.text().contains("Record 100088099 dismissed.") && page.text().contains("2 records"));
    assert_eq!(app.post(&path, &[]).await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn who_sells_or_looks_does_not_see_it_and_a_manager_retries_their_own_alone(pool: PgPool) {
    let app = app_with_sales(pool).await;
    let id = id_of(&app, ORDER).await;
    let changes = [
        format!("/failed-records/{id}/retries"),
        format!("/failed-records/{id}/dismissal"),
        "/integrations/1/resyncs".to_owned(),
        "/integrations/1/walks".to_owned(),
    ];
    for role in [Role::Sales, Role::Viewer, Role::Manager] {
        let mut colleague = app.colleague(role).await;
        let sees = if role == Role::Manager { StatusCode::OK } else { StatusCode::FORBIDDEN };
        for path in ["/failed-records".to_owned(), format!("/failed-records/{id}")] {
            let page = colleague.get(&path).await;
            assert_eq!(page.status, sees, "{role:?} {path}");
            assert!(
                !page.text().contains("Retry") && !page.text().contains("Dismiss"),
                "{role:?} is offered what fails"
            );
        }
        for path in &changes {
            assert_eq!(colleague.post(path, &[]).await.status, StatusCode::FORBIDDEN, "{role:?} {path}");
        }
        colleague.post("/failed-records/retries", &[]).await;
    }
    assert_eq!(app.count("select count(*) from failed_records where asked_at is null").await, 3);
    app.run_sql("update integrations set owner_id = (select id from users where role = 'manager')").await;
    let mut manager = app.another_visitor();
    manager.sign_in("manager@example.org").await;
    manager.post("/failed-records/retries", &[]).await;
    assert_eq!(app.count("select count(*) from failed_records where asked_at is not null").await, 3);
    app.run_sql("update jobs set status = 'cancelled'").await;
}

#[sqlx::test]
async fn a_manager_retries_and_dismisses_those_of_their_team_and_the_trail_tells(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let mut manager = app.colleague(Role::Manager).await;
    app.run_sql(
        "with t as (insert into teams (name) values ('North') returning id)
         insert into team_members (team_id, user_id) select t.id, u.id from t, users u",
    )
    .await;
    let asked = manager.post("/failed-records/retries", &[]).await;
    assert!(manager.follow(&asked).await.text().contains("has been added to the queue"));
    assert_eq!(app.count("select count(*) from failed_records where asked_at is not null").await, 3);
    let id = id_of(&app, ORDER).await;
    let gone = manager.post(&format!("/failed-records/dismissals?id={id}"), &[]).await;
    assert!(manager.follow(&gone).await.text().contains("1 record dismissed."));
    let other = app.count("select min(id) from failed_records").await;
    manager.post(&format!("/failed-records/{other}/dismissal"), &[]).await;
    assert_eq!(app.count("select count(*) from failed_records").await, 1);
    let trail = app.get("/audit").await;
    for told in ["Retry failed records", "1 record", "of Atelier Nord Store"] {
        assert!(trail.text().contains(told), "{told}: {}", trail.text());
    }
    app.run_sql("update jobs set status = 'cancelled'").await;
}

#[sqlx::test]
async fn the_integrations_page_has_them_and_the_rare_syncs(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let it = app.path_of("integrations", "integrations", "name", "Atelier Nord Store").await;
    let page = app.get(&it).await;
    let card = page.part("id=\"failed-records\"", "</section>");
    assert!(
        card.contains("Failed records 3") && card.contains("Retry all") && card.contains("Dismiss"),
        "{card}"
    );
    assert!(page.html.contains("href=\"/failed-records?integration="));
    let question = app.get(&format!("{it}/resyncs")).await;
    assert!(question.text().contains("Full re-sync") && question.text().contains("Nothing is deleted"));
    for (path, title) in [
        ("resyncs", "Full re-sync of Atelier Nord Store"),
        ("walks", "Find removed records of Atelier Nord Store"),
    ] {
        app.run_sql("update jobs set status = 'cancelled'").await;
        let asked = app.post(&format!("{it}/{path}"), &[]).await;
        assert_eq!(asked.location(), it);
        assert!(
            app.follow(&asked)
                .await
                .text()
                .contains("A sync job has been added to the queue. Check progress")
        );
        assert_eq!(app.text("select title from jobs order by id desc limit 1").await, title);
    }
    app.run_sql("update jobs set status = 'cancelled'").await;
}
