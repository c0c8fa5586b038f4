//! From page to page, whatever stands in the rows: each is shown once, and the last page is reached.

use serde_json::Value;
use sqlx::PgPool;

use super::{app_with_sales, notes};
use crate::support::{App, Program};

/// The addresses of all rows, page by page.
async fn walked(app: &mut App, list: &str) -> Vec<String> {
    let (mut rows, mut next) = (Vec::new(), Some(list.to_owned()));
    while let Some(path) = next {
        let page = app.get(&path).await;
        assert_eq!(notes(&page), [""; 0], "{path:.200}");
        assert!(rows.len() <= 200, "{list} goes on without end");
        rows.extend(page.rows());
        next = page.link("rel=\"next\"");
    }
    rows
}

/// The same as programs read them.
async fn asked(program: &mut Program, list: &str) -> Vec<String> {
    let (mut rows, mut next) = (Vec::new(), Value::from(format!("/api/v1{list}")));
    while let Some(path) = next.as_str() {
        let page = program.get(path).await;
        assert_eq!(page.status, 200, "{path:.200}: {}", page.html);
        assert!(rows.len() <= 200, "{list} goes on without end");
        let json = page.json();
        rows.extend(json["data"].as_array().unwrap().iter().map(|row| format!("/customers/{}", row["id"])));
        next = json["next"].clone();
    }
    rows
}

/// Every customer is met once, in the same order by people and programs, and the other way round.
async fn each_once(app: &mut App, program: &mut Program, sort: &str) {
    let all = app.count("select count(*) from customers").await;
    let (up, down) = (format!("/customers?sort={sort}&way=up"), format!("/customers?sort={sort}&way=down"));
    let rows = walked(app, &up).await;
    let mut each = rows.clone();
    each.sort();
    each.dedup();
    assert_eq!((rows.len(), i64::try_from(each.len()).unwrap()), (each.len(), all), "{up}");
    let mut turned = walked(app, &down).await;
    turned.reverse();
    assert_eq!(turned, rows, "{down}");
    assert_eq!(asked(program, &up).await, rows, "{up}");
}

#[sqlx::test]
async fn blanks_around_a_value_turn_no_page_twice(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    app.run_sql(
        "insert into customers (channel_id, remote_id, email, first_name, last_name)
         select 1, 1000 + n, ' a@example.org ', case when n < 40 then 'Ana ' when n < 60 then ' Ana' else 'Ana' end, ' '
         from generate_series(1, 90) n",
    )
    .await;
    let mut program = app.program("read").await;
    for sort in ["first-name", "last-name", "email"] {
        each_once(&mut app, &mut program, sort).await;
    }
}

#[sqlx::test]
async fn names_longer_than_an_address_takes_are_passed(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    app.run_sql(
        "insert into customers (channel_id, remote_id, email, first_name, last_name)
         select 1, 1000 + n, 'a@example.org', repeat('Щ', 255), repeat('Щ', 250) || n % 50 from generate_series(1, 90) n",
    )
    .await;
    app.run_sql(
        "insert into customers (channel_id, remote_id, email, first_name, last_name)
         select 1, 2000 + n, repeat('x', 5000), repeat('щ', 5000), repeat('щ', 5000) from generate_series(1, 30) n",
    )
    .await;
    let mut program = app.program("read").await;
    for sort in ["last-name", "first-name", "email"] {
        each_once(&mut app, &mut program, sort).await;
    }
}

#[sqlx::test]
async fn a_row_with_a_long_name_that_is_gone_meanwhile_takes_no_other_along(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    app.run_sql(
        "insert into customers (channel_id, remote_id, email, last_name)
         select 1, 1000 + n, 'a@example.org', repeat('Щ', 400) || lpad(n::text, 3, '0') from generate_series(1, 30) n",
    )
    .await;
    let first = app.get("/customers?email=a@example.org").await;
    let next = first.link("rel=\"next\"").unwrap();
    let after = app.get(&next).await.rows();
    assert_eq!(after.len(), 5);
    app.run_sql("delete from customers where last_name like '%025'").await;
    let again = walked(&mut app, &next).await;
    assert!(after.iter().all(|row| again.contains(row)), "{again:?}");
}
