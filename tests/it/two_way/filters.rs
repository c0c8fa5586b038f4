//! The inbox of conflicts as a list: filtered, sorted, turned page by page.

use std::collections::BTreeSet;

use cartwright::crm::users::Role;
use sqlx::PgPool;

use super::desk::small;
use crate::support::{App, Page, Pair};

/// Three last names and a tax number wait; another last name was decided by a rule.
async fn five(pool: PgPool) -> Pair {
    let mut pair = Pair::two_way(pool, small(), "ask").await;
    pair.edit(6, &[("tax-vat", "H 6")]).await;
    pair.edit_there(6, |it| it.taxvat = Some("T 6".into()));
    pair.dispute(&[3, 4, 5]).await;
    pair.app.run_sql("update integrations set priority = 'remote'").await;
    pair.dispute(&[7]).await;
    pair
}

async fn records(app: &mut App, query: &str) -> String {
    let page = app.get(&format!("/conflicts{query}")).await;
    assert_eq!(page.status, 200, "{query}");
    page.part("class=\"grid-foot\"", "</span>")
}

#[sqlx::test]
async fn every_filter_lets_through_what_it_says(pool: PgPool) {
    let mut pair = five(pool).await;
    let channel = pair.app.count("select channel_id from customers where remote_id = 3").await;
    let job = pair.app.count("select max(job_id) from conflicts").await;
    let today = pair.app.text("select (now() at time zone 'UTC')::date::text").await;
    pair.app
        .run_sql("update conflicts set opened_at = now() - interval '10 days' where unit = 'taxvat'")
        .await;
    for (query, expected) in [
        (String::new(), "5 records"),
        ("?field=last_name".into(), "4 records"),
        ("?field=taxvat".into(), "1 record"),
        ("?rule=ask".into(), "4 records"),
        ("?rule=remote".into(), "1 record"),
        ("?rule=local".into(), "0 records"),
        ("?state=waiting".into(), "4 records"),
        ("?state=decided".into(), "1 record"),
        ("?state=all".into(), "5 records"),
        (format!("?channel={channel}"), "5 records"),
        (format!("?job={job}"), "1 record"),
        (format!("?since={today}"), "4 records"),
        (format!("?until={today}"), "5 records"),
        ("?until=2020-01-01".into(), "0 records"),
        ("?since=9998-01-01".into(), "0 records"),
        ("?field=last_name&state=waiting&rule=ask".into(), "3 records"),
    ] {
        let told = records(&mut pair.app, &query).await;
        assert!(told == expected || told == format!("{expected}s"), "{query}: {told}");
    }
}

#[sqlx::test]
async fn what_a_filter_does_not_know_is_said_and_filters_nothing(pool: PgPool) {
    let mut pair = five(pool).await;
    for query in [
        "?field=nonsense",
        "?rule=x",
        "?state=lost",
        "?since=soon",
        "?until=2026-13-01",
        "?job=mine",
        "?channel=9",
    ] {
        let page = pair.app.get(&format!("/conflicts{query}")).await;
        let alert = page.part("role=\"alert\"", "</p>");
        assert!(alert.contains(query.split('=').nth(1).unwrap()), "{query}: {alert}");
        assert!(page.text().contains("5 records"), "{query}: {}", page.text());
        assert!(!page.text().contains("for all"), "many are answered only where it is clear which: {query}");
    }
}

#[sqlx::test]
async fn a_conflict_names_its_channel_and_its_job(pool: PgPool) {
    let mut pair = five(pool).await;
    let job = pair.app.count("select max(job_id) from conflicts").await;
    let page = pair.app.get("/conflicts?state=decided").await;
    let row = page.part("<tbody", "</tbody>");
    assert!(row.contains(&format!("Remote wins Corner shop Job {job}")), "{row}");
    assert!(page.link(&format!("href=\"/jobs/{job}\"")).is_some());
    let mut sales = pair.app.colleague(Role::Sales).await;
    let page = sales.get("/conflicts?state=decided").await;
    assert!(page.text().contains(&format!("Job {job}")) && page.link("href=\"/jobs/").is_none());
    // what waits comes first, whatever came later
    let all = pair.app.get("/conflicts").await;
    let rows = all.part("<tbody", "</tbody>");
    assert!(rows.rfind("Waiting") < rows.find("Remote wins"), "{rows}");
}

/// The rows of a page, by the customers they lead to.
fn customers_of(page: &Page) -> Vec<String> {
    let rows = page.html.split("<td class=\"strong lead\"><a href=\"").skip(1);
    rows.map(|row| row.split('"').next().unwrap().to_owned()).collect()
}

#[sqlx::test]
async fn pages_turn_and_every_conflict_is_met_once(pool: PgPool) {
    let mut pair = five(pool).await;
    pair.app
        .run_sql(
            "insert into conflicts (customer_id, unit, base, local, remote, rule, chosen, decided_at, opened_at)
             select (select id from customers where remote_id = 8), 'suffix', '\"a\"', to_jsonb('no ' || n), '\"c\"', 'remote',
                'remote', now(), now() - make_interval(mins => n) from generate_series(1, 60) n",
        )
        .await;
    for sort in ["", "?sort=date&way=up", "?sort=date&way=down"] {
        let (mut path, mut pages, mut met) = (format!("/conflicts{sort}"), Vec::new(), BTreeSet::new());
        loop {
            let page = pair.app.get(&path).await;
            pages.push(customers_of(&page).len());
            met.extend(
                page.html
                    .split("action=\"/conflicts/")
                    .skip(1)
                    .map(|form| form.split('"').next().unwrap().to_owned()),
            );
            match page.link("rel=\"next\"") {
                Some(next) => path = next,
                None => break,
            }
        }
        assert_eq!((pages, met.len()), (vec![25, 25, 15], 65), "{sort}");
    }
}
