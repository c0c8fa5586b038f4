//! The dashboard as its visitors see it.

use axum::http::StatusCode;
use cartwright::crm::dashboard;
use cartwright::crm::users::Role;
use sqlx::PgPool;

use crate::support::{App, Page};

async fn app_with_sales(pool: PgPool) -> App {
    let app = App::as_administrator(pool).await;
    app.add_sales().await;
    dashboard::settle_all(&app.pool).await.unwrap();
    app
}

/// The figure with this name, as it reads.
fn figure(page: &Page, name: &str) -> String {
    page.part(&format!("<dt>{name}</dt><dd>"), "</div>").trim_start_matches(name).trim().to_owned()
}

#[sqlx::test]
async fn figures_of_the_last_month_in_each_currency(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let page = app.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    for (name, value) in [
        ("Revenue", "€181.56"),
        ("Orders placed", "2"),
        ("Average order value", "€90.78"),
        ("Discounted orders", "1"),
        ("New customers", "1"),
        ("Returning customers", "1"),
        // Zoë 161.56 and 49, Amir 20
        ("Average lifetime value", "€115.28"),
        ("Abandoned carts", "1"),
        ("Abandoned revenue", "€24.00"),
        ("Abandon rate", "33.3 %"),
    ] {
        assert_eq!(figure(&page, name), value, "{name}");
    }
    let page = app.get("/?currency=JPY").await;
    assert_eq!((figure(&page, "Revenue"), figure(&page, "Orders placed")), ("¥12,000".into(), "1".into()));
    assert_eq!(figure(&page, "Returning customers"), "1", "customers are of no currency");
    let shares = page.part("id=\"shares\"", "</section>");
    for text in ["Atelier Nord EUR 2 €181.56 €90.78 1 33.3 % 1 €115.28", "JPY 1 ¥12,000 ¥12,000 0 0 %"]
    {
        assert!(shares.contains(text), "{text}: {shares}");
    }
}

#[sqlx::test]
async fn a_period_is_compared_with_the_one_before(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    app.run_sql(
        "update orders set remote_created_at = now() - interval '31 days' where increment_id = '100088002'",
    )
    .await;
    let page = app.get("/").await;
    // 181.56 after 59 - 10
    assert_eq!(figure(&page, "Revenue"), "€181.56 +270.5 % against before");
    assert_eq!(figure(&page, "Orders placed"), "2 +100 % against before");
    let numbers = page.part("aria-label=\"Numbers of Revenue over time\"", "</table>");
    assert!(numbers.contains("€161.56") && numbers.contains("€49.00"), "{numbers}");
    assert!(page.html.contains("role=\"img\" aria-labelledby=\"revenue-title revenue-desc\""));
    assert!(!page.html.contains("style="), "the content security policy allows none");
}

#[sqlx::test]
async fn a_period_without_orders_offers_a_wider_one(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let page = app.get("/?period=custom&from=2011-01-01&to=2011-01-31").await;
    assert!(page.text().contains("Nothing was ordered or left in a cart in this period."), "{}", page.text());
    assert_eq!(figure(&page, "Orders placed"), "0");
    let wider = page.link("href=\"/?period=custom").unwrap();
    let page = app.get(&wider).await;
    assert!(figure(&page, "Orders placed").starts_with('3'), "{}", figure(&page, "Orders placed"));
}

#[sqlx::test]
async fn what_cannot_be_understood_is_told_and_the_usual_is_shown(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    for (query, told) in [
        ("period=eternity", "There is no period “eternity”."),
        ("channel=99", "There is no channel “99”"),
        ("channel=Nord", "There is no channel “Nord”"),
        ("currency=XXX", "Nothing was traded in “XXX”"),
        ("from=yesterday", "From: “yesterday” is no date."),
        ("to=999999-01-01", "To: “999999-01-01” is no date."),
        ("period=custom&from=2026-05-02&to=2026-05-01", "From 2 May 2026 is after To 1 May 2026."),
    ] {
        let page = app.get(&format!("/?{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert!(page.part("role=\"alert\"", "</div></div>").contains(told), "{query}: {}", page.text());
        assert_eq!(figure(&page, "Revenue"), "€181.56", "{query}");
    }
    let page = app.get("/?period=custom&from=1970-01-01&to=2999-12-31").await;
    assert_eq!(
        (figure(&page, "Orders placed"), figure(&page, "Returning customers")),
        ("3".into(), "– none".into())
    );
}

#[sqlx::test]
async fn how_the_stores_are_is_for_those_who_may_see_the_system(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let page = app.get("/").await;
    let stores = page.part("id=\"stores\"", "</section>");
    assert!(stores.contains("Atelier Nord Store") && stores.contains("3 0 0"), "{stores}");
    for role in [Role::Sales, Role::Viewer] {
        let page = app.colleague(role).await.get("/").await;
        assert_eq!(figure(&page, "Revenue"), "€181.56");
        assert!(!page.html.contains("id=\"stores\"") && !page.text().contains("Last jobs"), "{role:?}");
    }
}

#[sqlx::test]
async fn segments_are_what_their_customers_did(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let page = app.get("/").await;
    let segments = page.part("id=\"segments\"", "</section>");
    // Zoë: three orders; Amir and Ingrid one each. Lotte is gone in the store.
    assert!(segments.contains("As of"), "{segments}");
    for (segment, customers) in [("loyal", 1), ("new", 2), ("champions", 0)] {
        let n = sqlx::query_scalar::<_, i64>("select count(*) from customer_segments where segment = $1");
        assert_eq!(n.bind(segment).fetch_one(&app.pool).await.unwrap(), customers, "{segment}");
    }
    assert!(segments.contains("2 · 66.7 %"), "{segments}");
    app.run_sql("update customers set hidden_at = now() where first_name = 'Amir'").await;
    // what took a moment rests twenty times as long
    app.run_sql("update segment_runs set took = '0'").await;
    dashboard::settle_all(&app.pool).await.unwrap();
    assert_eq!(app.count("select customers from segment_counts where segment = 'new'").await, 1);
    app.run_sql("delete from channels").await;
    assert_eq!(app.count("select count(*) from customer_segments").await, 0);
}

#[sqlx::test]
async fn hostile_names_stay_text(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    app.run_sql("update channels set name = '<script>alert(1)</script>'").await;
    app.run_sql("update orders set currency = '<b>' where currency = 'EUR'").await;
    for path in ["/", "/?currency=%3Cb%3E", "/reports", "/reports?currency=%3Cscript%3Ealert(1)"] {
        let page = app.get(path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.html.contains("<script>alert") && !page.html.contains("<b><"), "{path}");
    }
}
