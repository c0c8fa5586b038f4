//! Lists as CSV: what is filtered and shown, all of it, harmless.

use axum::http::header;
use cartwright::crm::users::Role;
use sqlx::PgPool;

use super::app_with_sales;
use crate::support::{App, Page};

/// The records of a CSV.
fn records(page: &Page) -> Vec<Vec<String>> {
    assert_eq!(page.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8", "{}", page.text());
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(page.html.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

async fn export(app: &mut App, list: &str) -> Vec<Vec<String>> {
    let page = app.get(list).await;
    let link = page.link(">Export CSV<").or_else(|| page.link(" download>")).unwrap();
    records(&app.get(&link).await)
}

#[sqlx::test]
async fn an_export_has_what_is_filtered_and_shown_and_all_of_it(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let all = export(&mut app, "/orders?sort=order&way=up").await;
    assert_eq!(
        all[0],
        [
            "Order #",
            "First Name",
            "Last Name",
            "Email",
            "Created At",
            "Updated At",
            "Total Paid",
            "Grand Total",
            "Sub Total",
            "Billing Country",
            "Billing State",
            "Status",
            "Step",
            "Tags",
            "Channel",
            "Website",
            "Currency"
        ]
    );
    assert_eq!(all.len(), 8);
    assert_eq!(all[1][0], "100088001");
    assert_eq!((all[1][7].as_str(), all[1][16].as_str()), ("182.90", "EUR"));
    let some = export(&mut app, "/orders?columns=email,status&last-name=haddad").await;
    assert_eq!(some, [["Email", "Status", "Currency"], ["amir@haddad.example", "pending", "EUR"]]);
    let subscribers = export(&mut app, "/newsletter-subscribers?columns=email").await;
    assert_eq!(subscribers[0], ["Email", "Status"]);
    assert_eq!(subscribers.len(), 4);
    let customers = export(&mut app, "/customers?columns=email,lifetime-sales-value&email=zoe").await;
    assert_eq!(customers[1], ["zoe@verhoeven.example", "1197.50 USD; 210.56 EUR"]);
    assert_eq!(export(&mut app, "/carts").await.len(), 4, "as the list, which leaves empty carts out");
}

#[sqlx::test]
async fn a_page_is_not_the_end_of_an_export(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    app.run_sql(
        "insert into orders (channel_id, remote_id, increment_id, grand_total, remote_created_at, remote_updated_at,
            content_hash, read_at)
         select id, n, 'M' || n, n, now(), now(), '\\x00', now() from channels, generate_series(10000, 13000) n",
    )
    .await;
    let rows = export(&mut app, "/orders?order=M1&sort=grand-total&way=up&size=25").await;
    assert_eq!(rows.len(), 3002);
    let numbers: Vec<&str> = rows[1..].iter().map(|row| row[0].as_str()).collect();
    assert_eq!((numbers[0], numbers[3000]), ("M10000", "M13000"));
    assert!(numbers.is_sorted());
}

#[sqlx::test]
async fn nothing_of_an_export_is_run_by_a_spreadsheet_and_any_text_comes_back_as_it_is(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    app.run_sql(
        "update customers set first_name = '=cmd|'' /C calc''!A0', last_name = E'@SUM(1;2)\"quoted\",\\nnext', email = '+1@x'
         where first_name = 'Amir'",
    )
    .await;
    let rows = export(&mut app, "/customers?columns=first-name,last-name,email&email=%2B1").await;
    assert_eq!(rows[1], ["'=cmd|' /C calc'!A0", "'@SUM(1;2)\"quoted\",\nnext", "'+1@x"]);
    let page = app.get("/customers/export?columns=email").await;
    assert!(page.html.starts_with("Email\r\n") && page.html.ends_with("\r\n"));
    assert!(
        page.headers[header::CONTENT_DISPOSITION]
            .to_str()
            .unwrap()
            .starts_with("attachment; filename=\"customers-")
    );
}

#[sqlx::test]
async fn an_amount_in_what_is_no_currency_is_a_text_and_others_stay_numbers(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    app.run_sql(
        "update customer_lifetimes set amount = -1, currency = '+cmd|'' /C calc''!A0' where currency = 'USD'",
    )
    .await;
    app.run_sql("update customer_lifetimes set amount = -2.5 where currency = 'EUR'").await;
    let list = "/customers?columns=lifetime-sales-value&email=zoe";
    assert_eq!(export(&mut app, list).await[1], ["'-1 +cmd|' /C calc'!A0; -2.50 EUR"]);
    app.run_sql("delete from customer_lifetimes where currency <> 'EUR'").await;
    assert_eq!(export(&mut app, list).await[1], ["-2.50 EUR"]);
}

#[sqlx::test]
async fn whoever_finds_no_room_for_an_export_is_told_so_and_not_left_waiting(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    app.run_sql(
        "insert into orders (channel_id, remote_id, increment_id, grand_total, remote_created_at, remote_updated_at,
            content_hash, read_at)
         select id, n, 'M' || n, n, now(), now(), '\\x00', now() from channels, generate_series(10000, 18000) n",
    )
    .await;
    let slow = [app.begin("/orders/export").await, app.begin("/orders/export").await];
    assert!(slow.iter().all(|answer| answer.status() == 200));
    let third = app.get("/customers/export").await;
    assert_eq!(third.status, 503, "{:.300}", third.html);
    assert!(third.text().contains("Others are exporting"), "{}", third.text());
    let exported = "select count(*) from audit_entries where act = 'exported'";
    assert_eq!(app.count(exported).await, 2, "what did not go out is not told as if it had");
    drop(slow);
    assert_eq!(app.get("/customers/export").await.status, 200, "who went away makes room");
}

#[sqlx::test]
async fn every_list_has_an_export_for_whoever_may_see_it(pool: PgPool) {
    let app = app_with_sales(pool).await;
    let customer = app.count("select id from customers where first_name = 'Zoë'").await;
    let mut viewer = app.colleague(Role::Viewer).await;
    for list in ["/customers", "/orders", "/carts", "/credit-memos", "/newsletter-subscribers"] {
        assert!(export(&mut viewer, list).await.len() > 1, "{list}");
    }
    for list in ["purchases", "order-notes"] {
        assert!(export(&mut viewer, &format!("/customers/{customer}/{list}")).await.len() > 1, "{list}");
    }
    for list in ["/channels", "/integrations", "/jobs"] {
        assert_eq!(viewer.get(&format!("{list}/export")).await.status, 403, "{list}");
    }
    let mut manager = app.colleague(Role::Manager).await;
    assert_eq!(export(&mut manager, "/channels").await.len(), 2);
    let mut stranger = app.another_visitor();
    assert!(stranger.get("/orders/export").await.location().starts_with("/login"));
}

#[sqlx::test]
async fn lists_that_draw_their_cells_themselves_are_files_all_the_same(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let failed = export(&mut app, "/failed-records?connector=Orders").await;
    assert_eq!(failed[0], ["Integration", "Connector", "Record", "Cause", "Attempts", "Last", "Next try"]);
    assert_eq!(failed.len(), 3);
    assert!(failed[1..].iter().all(|row| row[1] == "Orders"), "{failed:?}");
    let conflicts = export(&mut app, "/conflicts").await;
    assert_eq!(conflicts[0][..5], ["Customer", "Field", "Base", "Local", "Remote"]);
    let rejected = export(&mut app, "/conflicts/rejected-edits").await;
    assert_eq!(rejected[0][..4], ["Customer", "Field", "Before", "Edit"]);
}

#[sqlx::test]
async fn a_browser_that_takes_compressed_answers_gets_all_of_it(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    for path in ["/orders/export", "/customers/export", "/conflicts/export", "/reports/totals.csv"] {
        let plain = app.get(path).await.html;
        let packed = app.get_compressed(path).await;
        // a gzip member ends with the size of what is in it
        let size = u32::from_le_bytes(*packed.last_chunk().unwrap());
        assert_eq!(usize::try_from(size).unwrap(), plain.len(), "{path}");
    }
}
