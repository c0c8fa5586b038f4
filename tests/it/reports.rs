//! Reports: totals by month, quarter and year, as a page and as a file; and segments of customers.

use axum::http::{StatusCode, header};
use cartwright::crm::dashboard;
use sqlx::PgPool;

use crate::support::{App, Page};

async fn app_with_sales(pool: PgPool) -> App {
    let app = App::as_administrator(pool).await;
    app.add_sales().await;
    dashboard::settle_all(&app.pool).await.unwrap();
    app
}

/// The lines of the file by month, quarter or year, without the head.
async fn lines(app: &mut App, query: &str) -> Vec<Vec<String>> {
    let file = app.get(&format!("/reports/totals.csv?{query}")).await;
    assert_eq!(file.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    let lines = file.html.trim_end().split("\r\n").skip(1);
    lines.map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

#[sqlx::test]
async fn totals_are_those_of_the_records_whatever_they_are_made_by(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    for by in ["month", "quarter", "year"] {
        let sql = format!(
            "select string_agg(array_to_string(array[since::date::text, currency, n::text, trim_scale(revenue)::text,
                trim_scale(tax)::text, trim_scale(shipping)::text, trim_scale(refunded)::text], ','), E'\\n'
                order by since desc, n desc, currency)
             from (select date_trunc('{by}', remote_created_at at time zone 'UTC') as since, currency, count(*) as n,
                    sum(subtotal - abs(discount) - coalesce(subtotal_refunded, 0)) as revenue, sum(tax) as tax,
                    sum(shipping) as shipping, sum(coalesce(total_refunded, 0)) as refunded
                from orders where removed_at is null and status <> 'canceled' group by 1, 2) t"
        );
        let raw: String = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&app.pool).await.unwrap();
        let lines = lines(&mut app, &format!("by={by}&from=2000-01-01")).await;
        let ours = lines.iter().filter(|line| line[5] != "0").map(|line| {
            [&line[1], &line[4], &line[5], &line[6], &line[9], &line[10], &line[11]]
                .map(String::as_str)
                .join(",")
        });
        assert_eq!(ours.collect::<Vec<_>>().join("\n"), raw, "by {by}");
        let new: i64 = lines.iter().filter_map(|line| line[12].parse::<i64>().ok()).sum();
        assert_eq!(new, 3, "customers are told once, whatever the currencies; one is gone in the store");
    }
}

#[sqlx::test]
async fn the_page_has_chart_table_and_links(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let page = app.get("/reports?by=year").await;
    let (table, text) = (page.part("id=\"totals\"", "</section>"), page.text());
    assert!(
        table.contains("Atelier Nord") && table.contains("$1,197.50") && table.contains("¥12,000"),
        "{table}"
    );
    let months = app.get("/reports?by=month&from=2000-01-01").await.part("class=\"sums\"", "</tbody>");
    assert!(
        months.starts_with("All of it EUR 3 €230.56 ") && months.contains("All of it USD 1 $1,197.50"),
        "{months}"
    );
    assert!(months.contains(" 3 All of it JPY"), "customers are of no currency and told once: {months}");
    assert!(!page.html.contains("class=\"sums\""), "a row of each currency needs no sum");
    assert!(page.html.contains("id=\"revenue-desc\""));
    assert!(text.contains("One order") && text.contains("Best tenth by lifetime value"), "{text}");
    let file = page.link("class=\"btn\" href=\"/reports/totals.csv").unwrap();
    assert_eq!(file, "/reports/totals.csv?by=year");
    let only = app.get("/reports?by=year&currency=USD").await;
    assert!(!only.part("id=\"totals\"", "</section>").contains('¥'));
}

#[sqlx::test]
async fn no_text_of_the_file_is_a_formula(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    app.run_sql("update channels set name = '=HYPERLINK(\"http://x\",1)'").await;
    let file = app.get("/reports/totals.csv?by=year").await;
    assert!(file.html.contains("\"'=HYPERLINK(\"\"http://x\"\",1)\""), "{}", file.html);
}

#[sqlx::test]
async fn what_cannot_be_understood_is_told(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    for (query, told) in [
        ("by=fortnight", "There are no totals by “fortnight”."),
        ("channel=0", "There is no channel “0”"),
        ("from=soon", "From: “soon” is no date."),
        ("from=2026-05-01&to=2025-01-01", "From is after To."),
        ("from=1970-01-01&to=2999-01-01", "That is more than fits."),
    ] {
        let page = app.get(&format!("/reports?{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert!(page.text().contains(told), "{query}: {}", page.text());
    }
    let nothing = app.get("/reports?from=2011-01-01&to=2011-02-01").await;
    assert!(nothing.text().contains("Nothing in this time"), "{}", nothing.text());
    assert_eq!(app.another_visitor().get("/reports/totals.csv").await.status, StatusCode::SEE_OTHER);
}

#[sqlx::test]
async fn what_is_lately_often_and_much_is_chosen_for_a_channel(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let id = app.count("select id from channels").await;
    let channel = app.get(&format!("/channels/{id}")).await;
    let form = app.get(&channel.link(&format!("href=\"/channels/{id}/bounds\"")).unwrap()).await;
    assert_eq!(form.value_of("days-for-5-points"), "30");
    let (action, all) = form.form("Save");
    let fields: Vec<_> = all.iter().filter(|(name, _)| name.ends_with("-points")).cloned().collect();
    let with = |change: &dyn Fn(&str, &str) -> String| -> Vec<(String, String)> {
        fields.iter().map(|(name, value)| (name.clone(), change(name, value))).collect()
    };
    let wrong = with(&|name, value| match name {
        "days-for-4-points" => "7".to_owned(),
        "orders-for-2-points" => "few".to_owned(),
        "amount-eur-for-5-points" | "amount-usd-for-5-points" => "-1".to_owned(),
        _ => value.to_owned(),
    });
    let wrong: Vec<(&str, &str)> = wrong.iter().map(|(name, value)| (&**name, &**value)).collect();
    let again = app.post(&action, &wrong).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.blames("days-for-4-points").contains("easier to reach than 30"), "{}", again.text());
    assert!(again.blames("orders-for-2-points").contains("Enter a number from 1 to 100000."));
    for currency in ["eur", "usd"] {
        let told = again.blames(&format!("amount-{currency}-for-5-points"));
        assert!(told.contains("Enter a number from 0.01"), "{currency}: {told}");
    }
    assert_eq!(again.value_of("orders-for-2-points"), "few");
    let best = "select count(*) from customer_segments where recency = 5 and monetary = 5";
    assert_eq!(app.count(best).await, 0);
    let easy = with(&|name, _| {
        let points: i32 = name.rsplit('-').nth(1).unwrap().parse().unwrap();
        if name.starts_with("days") { ((6 - points) * 5000).to_string() } else { points.to_string() }
    });
    let easy: Vec<(&str, &str)> = easy.iter().map(|(name, value)| (&**name, &**value)).collect();
    let saved = app.post(&action, &easy).await;
    assert_eq!(saved.location(), format!("/channels/{id}"));
    assert!(app.follow(&saved).await.text().contains("sorted into their segments anew"));
    assert_eq!(app.count(best).await, app.count("select count(*) from customer_segments").await);
    dashboard::settle_all(&app.pool).await.unwrap();
    assert_eq!(app.get(&action).await.value_of("orders-for-3-points"), "3", "they stay");
    let trail = app.get("/audit").await.text();
    assert!(trail.contains("days for 5 points") && !trail.contains("shown"), "{trail}");
    // of two with the form open, each keeps what the other has chosen
    let (mine, theirs) = (app.get(&action).await, app.get(&action).await);
    choose(&mut app, &theirs, ("orders-for-5-points", "9")).await;
    let saved = choose(&mut app, &mine, ("days-for-5-points", "4000")).await;
    assert_eq!(saved.location(), format!("/channels/{id}"));
    let now = app.get(&action).await;
    assert_eq!(
        (now.value_of("orders-for-5-points"), now.value_of("days-for-5-points")),
        ("9".into(), "4000".into())
    );
    let told = choose(&mut app, &mine, ("orders-for-5-points", "8")).await;
    assert!(told.blames("orders-for-5-points").contains("became “9”"), "{}", told.text());
    assert_eq!(told.value_of("days-for-5-points"), "4000");
}

/// Saves the form with one bound typed.
async fn choose(app: &mut App, form: &Page, (name, value): (&str, &str)) -> Page {
    let (action, mut fields) = form.form("Save");
    fields.iter_mut().filter(|(field, _)| field == name).for_each(|(_, typed)| value.clone_into(typed));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    app.post(&action, &fields).await
}
