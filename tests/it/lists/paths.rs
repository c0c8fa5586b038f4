//! The ways in which a page's rows are found: whichever it is, they are the same rows in the same order.

use sqlx::PgPool;

use super::app_with_sales;
use crate::support::App;

/// Many orders, of which an index has the guests in the list's order, what the amounts are sorted by, or nothing of use.
const MANY: &str =
    "insert into orders (channel_id, remote_id, increment_id, is_guest, grand_total, last_name,
        remote_created_at, remote_updated_at, content_hash, read_at)
    select c.id, n, 'M' || n, n % 30 = 0, n % 500, case when n % 25 = 0 then 'Rarefied' else 'Usual' end,
        now() - n * 7919 % 10007 * interval '1 minute', now(), '\\x00', now()
    from channels c, generate_series(10001, 19000) n";

#[sqlx::test]
async fn whichever_way_rows_are_found_they_are_the_same_in_the_same_order(pool: PgPool) {
    let mut app = app_with_sales(pool.clone()).await;
    app.run_sql(MANY).await;
    app.run_sql("vacuum analyze orders").await;
    for (query, condition) in [
        ("is-guest=yes", "is_guest"),
        ("grand-total=%3E480", "grand_total > 480"),
        ("grand-total=20-22", "grand_total between 20 and 22"),
        ("last-name=rare", "last_name = 'Rarefied'"),
        ("last-name=rare&is-guest=yes", "last_name = 'Rarefied' and is_guest"),
        ("order=m12", "increment_id like 'M12%'"),
        ("order=1234", "increment_id like '%1234%'"),
    ] {
        for (way, order) in [("up", "asc"), ("down", "desc")] {
            let path = format!("/orders?{query}&sort=created-at&way={way}&size=200");
            let sorted = format!(
                "select '/orders/' || id from orders where {condition}
                 order by remote_created_at {order}, id {order}"
            );
            let expected = sqlx::query_scalar(sqlx::AssertSqlSafe(sorted)).fetch_all(&pool);
            let expected: Vec<String> = expected.await.unwrap();
            assert_eq!(all_rows(&mut app, &path).await, expected, "{path}");
        }
    }
}

/// The rows of a list, page by page.
async fn all_rows(app: &mut App, first: &str) -> Vec<String> {
    let (mut rows, mut path) = (Vec::new(), Some(first.to_owned()));
    while let Some(at) = path {
        let page = app.get(&at).await;
        rows.extend(page.rows());
        path = page.link("rel=\"next\"");
    }
    rows
}
