//! `/metrics`: for whom, what, and what is in none of it.

use axum::http::StatusCode;
use cartwright::base::measure;
use cartwright::crm::users::Role;
use cartwright::simulator::{Fault, When};
use secrecy::SecretString;
use sqlx::PgPool;

use crate::support::{App, Pair, little};

const TOKEN: &str = "Bearer 5f0c8e1d-scrape";

async fn with_a_token(pool: PgPool) -> App {
    measure::begin();
    App::set(pool, |web| web.metrics_token = Some(SecretString::from("5f0c8e1d-scrape"))).await
}

#[sqlx::test]
async fn figures_are_for_administrators_and_whoever_has_the_token(pool: PgPool) {
    let mut app = with_a_token(pool.clone()).await;
    app.add_user("Ada Lovelace", "ada@example.org", Role::Administrator).await;
    let nobody = app.get("/metrics").await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    assert_eq!(nobody.headers["www-authenticate"], "Bearer");
    for wrong in [
        "Bearer 5f0c8e1d-scrap",
        "Bearer ",
        "Bearer 5f0c8e1d-scrapes",
        "Basic 5f0c8e1d-scrape",
        "5f0c8e1d-scrape",
    ] {
        let page = app.get_with("/metrics", "authorization", wrong).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{wrong}");
    }
    assert_eq!(app.get_with("/metrics", "authorization", TOKEN).await.status, StatusCode::OK);
    for (role, answer) in [
        (Role::Viewer, StatusCode::FORBIDDEN),
        (Role::Manager, StatusCode::FORBIDDEN),
        (Role::Administrator, StatusCode::OK),
    ] {
        assert_eq!(app.colleague(role).await.get("/metrics").await.status, answer, "{role:?}");
    }
    let empty = App::set(pool.clone(), |web| web.metrics_token = Some(SecretString::from(""))).await;
    for mut without in [App::new(pool).await, empty] {
        for told in ["Bearer ", TOKEN] {
            let page = without.get_with("/metrics", "authorization", told).await;
            assert_eq!(page.status, StatusCode::UNAUTHORIZED, "no token is set, so none is right: {told}");
        }
    }
}

#[sqlx::test]
async fn a_run_can_be_followed_in_figures_that_name_nobody(pool: PgPool) {
    measure::begin();
    let mut pair = Pair::new(pool, little(false)).await.with_time_for_carts().await;
    let fault = Fault::Soap("101".to_owned(), "Customer ada@example.org does not exist.".to_owned(), 200);
    pair.store.script(fault, When::method("customer_address.list").times(1));
    pair.sync().await;
    pair.schedule().await;
    pair.app.get("/customers/1").await;
    pair.app.get("/customers/999999").await;
    pair.app.get("/nothing/ada@example.org").await;
    pair.app.run_sql("update jobs set run_at = now() - interval '1 hour' where status = 'queued'").await;
    let page = pair.app.get("/metrics").await;
    assert_eq!(page.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    let text = page.html;
    for told in [
        "cartwright_jobs_ended_total{kind=\"sync\",outcome=\"completed_with_errors\"}",
        "cartwright_job_duration_seconds_bucket{kind=\"sync\",le=\"0.1\"}",
        "cartwright_windows_total{connector=\"Customers\"}",
        "cartwright_records_total{connector=\"Customers\",result=\"created\"}",
        "cartwright_store_calls_total{method=\"login\",outcome=\"ok\"}",
        "cartwright_store_call_duration_seconds_count{method=\"multiCall\"}",
        "cartwright_http_requests_total{method=\"GET\",route=\"/customers/{id}\",status=\"200\"}",
        "cartwright_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"}",
        "cartwright_queue_jobs{kind=\"sync\",state=\"due\"} 1",
        "cartwright_queue_oldest_seconds 36",
        "cartwright_failed_records 1",
        "cartwright_waiting_edits 0",
        "cartwright_database_up 1",
        "cartwright_integration_paused{integration=\"1\"} 0",
        "cartwright_pool_connections{state=\"idle\"}",
    ] {
        assert!(text.contains(told), "{told} is missing:\n{text}");
    }
    is_well_formed(&text);
    for private in
        ["example.org", "/customers/1\"", "/customers/999999", "Corner", "cartwright-demo-key", "127.0.0.1"]
    {
        assert!(!text.contains(private), "{private} stands in a figure");
    }
    let names: Vec<String> =
        sqlx::query_scalar("select last_name from customers where length(last_name) > 3")
            .fetch_all(&pair.app.pool)
            .await
            .unwrap();
    assert!(names.iter().all(|name| !text.contains(name.as_str())), "a customer is named");
    pair.app.run_sql("delete from jobs where status = 'queued'").await;
    pair.app.run_sql("update integrations set paused_at = now()").await;
    let text = pair.app.get("/metrics").await.html;
    assert!(
        !text.contains("cartwright_integration_since_sync_seconds{"),
        "nobody is alarmed by a rest: {text}"
    );
}

#[sqlx::test]
async fn figures_are_told_while_the_database_is_away(pool: PgPool) {
    let mut app = with_a_token(pool).await;
    app.pool.close().await;
    let page = app.get_with("/metrics", "authorization", TOKEN).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.html.contains("cartwright_database_up 0"), "{}", page.html);
    is_well_formed(&page.html);
}

/// As the text format wants it: every line is a comment, or a name with labels and a number.
fn is_well_formed(text: &str) {
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")) {
        let (series, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("{line}"));
        assert!(value.parse::<f64>().is_ok(), "{line}");
        let name = series.split('{').next().unwrap();
        assert!(
            name.starts_with("cartwright_") && name.chars().all(|c| c.is_ascii_lowercase() || c == '_'),
            "{line}"
        );
        assert_eq!(series.contains('{'), series.ends_with('}'), "{line}");
    }
}
