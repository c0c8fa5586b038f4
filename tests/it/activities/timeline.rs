//! The timeline: everything in its order, page by page, filtered.

use axum::http::StatusCode;
use sqlx::PgPool;

use super::Shop;
use crate::support::{App, Page};

/// The notes on a page, in their order.
fn notes(page: &Page) -> Vec<u32> {
    let bodies = page.html.split("class=\"said\" dir=\"auto\">").skip(1);
    bodies.filter_map(|rest| rest.split('<').next()?.strip_prefix("note ")?.parse().ok()).collect()
}

async fn write(app: &App, about: &str, count: i64) {
    let sql = "insert into activities (record, record_id, channel_id, kind, at, body, user_id)
        select $1, $2, 1, 'note', now() - (n / 3) * interval '1 hour', 'note ' || n, 1 from generate_series(1, $3) n";
    let (noun, id) = about.trim_start_matches('/').split_once('/').unwrap();
    let written =
        sqlx::query(sql).bind(noun.trim_end_matches('s')).bind(id.parse::<i64>().unwrap()).bind(count);
    written.execute(&app.pool).await.unwrap();
}

#[sqlx::test]
async fn all_of_it_is_met_once_on_the_way_to_the_oldest_and_back(pool: PgPool) {
    let Shop { mut app, order, .. } = Shop::new(pool).await;
    write(&app, &order, 60).await;
    let first = app.get(&format!("{order}/activities?type=notes")).await;
    assert!(first.link(">Older").is_none() || !first.html.contains("Newer"));
    let (mut page, mut met, mut pages) = (first, Vec::new(), Vec::new());
    loop {
        met.extend(notes(&page));
        pages.push(notes(&page));
        let Some(older) = older(&page) else { break };
        page = app.get(&older).await;
    }
    assert_eq!(met.len(), 60);
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [25, 25, 10]);
    let mut sorted = met.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), 60, "each once");
    let hours: Vec<u32> = met.iter().map(|n| n / 3).collect();
    assert!(hours.is_sorted(), "the newest first: {met:?}");
    let back = app.get(&newer(&page).unwrap()).await;
    assert_eq!(notes(&back), pages[1]);
    let back = app.get(&newer(&back).unwrap()).await;
    assert_eq!(notes(&back), pages[0]);
    for garbage in ["after.x.n", "before.1.n", "after.1.v2020-01-01", "after.1.v999999999999999999999", "%00"]
    {
        let page = app.get(&format!("{order}/activities?type=notes&from={garbage}")).await;
        assert_eq!((page.status, notes(&page).len()), (StatusCode::OK, 25), "{garbage}");
    }
}

fn older(page: &Page) -> Option<String> {
    let at = page.html.find(">Older<")?;
    link_before(page, at)
}

fn newer(page: &Page) -> Option<String> {
    let at = page.html.find("Newer</a>")?;
    link_before(page, at)
}

fn link_before(page: &Page, at: usize) -> Option<String> {
    let before = &page.html[..at];
    let to = before.rsplit("href=\"?").next()?.split('"').next()?.replace("&#38;", "&").replace("&amp;", "&");
    Some(format!("{}?{to}", page.path.split('?').next()?))
}

#[sqlx::test]
async fn it_is_filtered_by_kind_and_days_and_what_is_no_day_is_told(pool: PgPool) {
    let Shop { mut app, order, customer, .. } = Shop::new(pool).await;
    write(&app, &customer, 2).await;
    app.run_sql("update activities set at = '2026-03-10 12:00Z' where body = 'note 1'").await;
    app.run_sql("update activities set at = '2026-03-12 23:59Z' where body = 'note 2'").await;
    app.post(&format!("{order}/steps"), &[("action", "no-reply"), ("step-notes", "")]).await;
    for (query, found) in [
        ("", vec![1, 2]),
        ("type=notes", vec![1, 2]),
        ("type=calls", vec![]),
        ("since=2026-03-11", vec![2]),
        ("until=2026-03-12&type=notes", vec![1, 2]),
        ("until=2026-03-11", vec![1]),
        ("since=2026-03-10&until=2026-03-10", vec![1]),
        ("type=dances", vec![1, 2]),
        ("since=soon&type=notes", vec![1, 2]),
        ("since=9999-12-31&type=notes", vec![1, 2]),
    ] {
        let page = app.get(&format!("{customer}/activities?{query}")).await;
        let mut met = notes(&page);
        met.sort_unstable();
        assert_eq!((page.status, met), (StatusCode::OK, found), "{query}");
    }
    let page = app.get(&format!("{customer}/activities?since=soon&type=dances")).await;
    assert!(page.text().contains("From: “soon” is no date") && page.text().contains("there is no “dances”"));
    let page = app.get(&format!("{customer}/activities?since=2026-03-12&until=2026-03-10")).await;
    assert!(page.text().contains("From is after To") && page.text().contains("No activities found"));
    let steps = app.get(&format!("{customer}/activities?type=steps")).await;
    assert!(
        steps.text().contains("Not contacted → No reply by Ada Lovelace Order 100088001"),
        "{}",
        steps.text()
    );
    let orders = app.get(&format!("{customer}/activities?type=orders")).await;
    assert!(orders.text().contains("Order placed Order 100088001"), "{}", orders.text());
    let syncs = app.get(&format!("{customer}/activities?type=syncs")).await;
    assert!(syncs.text().contains("Imported"));
    assert!(app.get(&format!("{order}/activities?type=syncs")).await.text().contains("Imported"));
}

#[sqlx::test]
async fn an_account_has_the_timeline_of_all_its_customers(pool: PgPool) {
    let Shop { mut app, order, customer, .. } = Shop::new(pool).await;
    app.run_sql("insert into accounts (name) values ('Verhoeven')").await;
    app.run_sql("insert into contacts (account_id, first_name, last_name) values (1, 'Zoë', 'Verhoeven')")
        .await;
    app.run_sql("update customers set account_id = 1, contact_id = 1 where email = 'zoe@verhoeven.example'")
        .await;
    app.post(&format!("{order}/activities"), &[("kind", "note"), ("note-text", "about the order")]).await;
    app.post(&format!("{customer}/activities"), &[("kind", "note"), ("note-text", "about her")]).await;
    app.post("/contacts/1/activities", &[("kind", "note"), ("note-text", "about the person")]).await;
    let text = app.get("/accounts/1/activities").await.text();
    for words in
        ["about the order", "about her", "about the person", "Order placed Order 100088001", "Imported"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    let page = app.get("/accounts/1").await;
    assert!(page.part("id=\"activity\"", "</section>").contains("about the order"), "{}", page.text());
    let text = app.get("/contacts/1/activities").await.text();
    assert!(text.contains("about the order") && text.contains("about the person"), "{text}");
}
