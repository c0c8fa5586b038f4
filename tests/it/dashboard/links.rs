//! Each figure leads to the list of exactly what it counts.

use axum::http::StatusCode;
use cartwright::crm::{dashboard, orders};
use sqlx::PgPool;

use crate::support::App;

async fn app_with_sales(pool: PgPool) -> App {
    let app = App::as_administrator(pool).await;
    app.add_sales().await;
    // somebody hidden, somebody gone who came back before, an order without a discount that was cancelled
    app.run_sql(
        "insert into customers (channel_id, remote_id, email, first_name, remote_created_at, remote_updated_at, hidden_at)
         select id, 21, 'eve@example.org', 'Eve', now() - interval '1 day', now(), now() from channels",
    )
    .await;
    app.run_sql("update orders set remote_created_at = now() - interval '4 days', removed_at = null where increment_id = '100088007'").await;
    app.run_sql(
        "update orders set remote_created_at = now() - interval '40 days' where increment_id = '100088004'",
    )
    .await;
    app.run_sql(
        "insert into orders (channel_id, remote_id, increment_id, customer_id, status, state, currency, subtotal,
            remote_created_at, remote_updated_at, content_hash, read_at)
         select channel_id, 77, '77', id, 'complete', 'complete', 'EUR', 5, now() - interval '90 days', now(), '\\x00', now()
         from customers where first_name in ('Lotte')",
    )
    .await;
    let all: Vec<i64> = sqlx::query_scalar("select id from customers").fetch_all(&app.pool).await.unwrap();
    orders::recompute_lifetimes(&mut app.pool.acquire().await.unwrap(), &all).await.unwrap();
    dashboard::settle_all(&app.pool).await.unwrap();
    app
}

/// How many records the list at this address says it has.
async fn total(app: &mut App, link: &str) -> i64 {
    let page = app.get(link).await;
    assert_eq!(page.status, StatusCode::OK, "{link}");
    assert!(!page.html.contains("role=\"alert\""), "{link} is not understood: {}", page.text());
    let text = page.text();
    let before = text.split(" record").next().unwrap().rsplit(' ').next().unwrap();
    before.replace(',', "").parse().unwrap_or_else(|_| panic!("no total on {link}: {text}"))
}

/// The links with a number as their words, with that number: of the part of a page between these pieces of markup.
fn counts(html: &str, from: &str, to: &str) -> Vec<(String, i64)> {
    let part = html.split(from).nth(1).unwrap_or_else(|| panic!("no {from}")).split(to).next().unwrap();
    let links = part.split("<a href=\"").skip(1).filter_map(|link| {
        let (to, rest) = link.split_once("\">")?;
        let words = rest.split('<').next()?;
        Some((to.replace("&#38;", "&").replace("&amp;", "&"), words.replace(',', "").parse().ok()?))
    });
    links.collect()
}

#[sqlx::test]
async fn the_list_has_as_many_records_as_the_figure_says(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let mut met = 0;
    for query in [
        "",
        "?currency=JPY",
        "?period=this-year",
        "?channel=1&period=90-days",
        "?period=custom&from=2026-01-01&to=2026-02-01",
    ] {
        let page = app.get(&format!("/{query}")).await;
        let figures = counts(&page.html, "<dl class=\"figures\">", "</dl>");
        assert!(figures.len() >= 4, "{query}: {figures:?}");
        for (link, figure) in figures {
            assert_eq!(total(&mut app, &link).await, figure, "/{query} → {link}");
            met += figure;
        }
    }
    assert!(met > 20, "there was next to nothing to count: {met}");
}

#[sqlx::test]
async fn so_it_is_in_tables_and_in_reports(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    for (path, from) in [
        ("/", "id=\"shares\""),
        ("/?period=this-year", "id=\"shares\""),
        ("/reports?by=month", "id=\"totals\""),
        ("/reports?by=year", "id=\"totals\""),
    ] {
        let page = app.get(path).await;
        let links = counts(&page.html, from, "</section>");
        assert!(links.len() >= 2, "{path}: {links:?}");
        for (link, figure) in links {
            assert_eq!(total(&mut app, &link).await, figure, "{path} → {link}");
        }
    }
}

#[sqlx::test]
async fn a_segment_leads_to_its_customers(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let page = app.get("/reports").await;
    let part = page.html.split("id=\"segments\"").nth(1).unwrap();
    let mut found = 0;
    for item in part.split("<li>").skip(1) {
        let link = item.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
        let figure = item.split("class=\"num nowrap\">").nth(1).unwrap().split(' ').next().unwrap();
        let link = link.replace("&#38;", "&").replace("&amp;", "&");
        assert_eq!(total(&mut app, &link).await, figure.parse::<i64>().unwrap(), "{link}");
        found += figure.parse::<i64>().unwrap();
    }
    assert!(found > 4, "nobody is in a segment: {found}");
}
