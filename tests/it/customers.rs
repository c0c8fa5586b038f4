//! Customers: the list with its filters, orders and pages, and a customer's page.

mod sales;

use axum::http::StatusCode;
use cartwright::simulator::{Address, Customer, Options, Simulator};
use sqlx::PgPool;

use crate::support::{App, only_customers};

async fn app_with(pool: PgPool, customers: u32) -> (App, Simulator) {
    let options = Options { customers, ..only_customers() };
    let store = Simulator::start(options.clone()).await.unwrap();
    let mut app = App::as_administrator(pool).await;
    app.connect(&store, &options, "Shop").await;
    app.drain_jobs().await;
    (app, store)
}

/// Follows "Next" to the end.
async fn forward(app: &mut App, from: &str) -> (Vec<Vec<String>>, String) {
    let (mut pages, mut path) = (Vec::new(), from.to_owned());
    loop {
        let page = app.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        pages.push(page.rows());
        assert!(pages.len() < 20, "{from} never ends");
        match page.link("rel=\"next\"") {
            Some(next) => path = next,
            None => return (pages, path),
        }
    }
}

/// Follows "Previous" from there to the beginning.
async fn back(app: &mut App, from: &str) -> Vec<Vec<String>> {
    let (mut pages, mut path) = (Vec::new(), from.to_owned());
    loop {
        let page = app.get(&path).await;
        pages.insert(0, page.rows());
        assert!(pages.len() < 20, "{from} never begins");
        match page.link("rel=\"prev\"") {
            Some(previous) => path = previous,
            None => return pages,
        }
    }
}

#[sqlx::test]
async fn every_order_meets_every_customer_once_forward_and_back_up_and_down(pool: PgPool) {
    let (mut app, _store) = app_with(pool, 130).await;
    app.run_sql("update customers set first_name = '', last_name = '' where id % 4 = 0").await;
    let nameless = "select '/customers/' || id from customers where last_name = '' order by id";
    let nameless: Vec<String> = sqlx::query_scalar(nameless).fetch_all(&app.pool).await.unwrap();
    let by_time = |column: &str| format!("select '/customers/' || id from customers order by {column}, id");
    for (sort, head, expected) in [
        ("last-name", "Last Name", None),
        ("first-name", "First Name", None),
        ("email", "Email", None),
        ("created-at", "Created At", Some(by_time("remote_created_at"))),
        ("updated-at", "Updated At", Some(by_time("remote_updated_at"))),
    ] {
        let (up, last) = forward(&mut app, &format!("/customers?sort={sort}&way=up")).await;
        assert_eq!(up.iter().map(Vec::len).collect::<Vec<_>>(), [25, 25, 25, 25, 25, 5], "{sort}");
        let ours = up.concat();
        let mut each: Vec<&String> = ours.iter().collect();
        each.sort();
        each.dedup();
        assert_eq!(each.len(), 130, "{sort} meets somebody twice");
        assert_eq!(back(&mut app, &last).await, up, "{sort} looks different on the way back");
        let (down, last) = forward(&mut app, &format!("/customers?sort={sort}&way=down")).await;
        let mut turned = down.concat();
        turned.reverse();
        assert_eq!(turned, ours, "{sort} downwards is not upwards turned round");
        assert_eq!(back(&mut app, &last).await, down, "{sort}");
        if sort.ends_with("name") {
            assert!(ours.ends_with(&nameless), "who has no {sort} stands behind everybody");
        }
        if let Some(sql) = expected {
            let expected: Vec<String> =
                sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(&app.pool).await.unwrap();
            assert_eq!(ours, expected, "{sort}");
        }
        for (way, word) in [("up", "ascending"), ("down", "descending")] {
            let page = app.get(&format!("/customers?sort={sort}&way={way}")).await;
            let column = page.part(&format!("aria-sort=\"{word}\""), "</th>");
            assert_eq!(column, head, "{way}");
            assert_eq!(page.html.matches("aria-sort").count(), 1, "{sort}");
        }
    }
}

#[sqlx::test]
async fn a_page_has_as_many_rows_as_were_asked_for_and_keeps_it_while_turning(pool: PgPool) {
    let (mut app, _store) = app_with(pool, 120).await;
    for (size, pages) in
        [("", 5), ("25", 5), ("50", 3), ("100", 2), ("7", 5), ("-1", 5), ("1000000", 5), ("x", 5)]
    {
        let (met, _) = forward(&mut app, &format!("/customers?size={size}")).await;
        assert_eq!(met.len(), pages, "size {size}");
        assert_eq!(met.concat().len(), 120, "size {size}");
    }
    let page = app.get("/customers?size=50&sort=email&email=e").await;
    for (name, value) in [("sort", "email"), ("email", "e")] {
        assert!(
            page.html.contains(&format!("type=\"hidden\" name=\"{name}\" value=\"{value}\"")),
            "{name} is lost"
        );
    }
}

#[sqlx::test]
async fn nobody_is_skipped_or_met_twice_when_others_come_in_while_one_turns_pages(pool: PgPool) {
    let (mut app, store) = app_with(pool, 60).await;
    let first = app.get("/customers?sort=created-at&way=down").await;
    for nr in 0..30 {
        store.add_customer(Customer::new(format!("late{nr}@example.org")));
    }
    store.move_clock(3600);
    app.post("/integrations/1/jobs", &[]).await;
    app.drain_jobs().await;
    assert_eq!(app.count("select count(*) from customers").await, 90);
    let (rest, _) = forward(&mut app, &first.link("rel=\"next\"").unwrap()).await;
    let mut met = first.rows();
    met.extend(rest.concat());
    let all = met.len();
    met.sort();
    met.dedup();
    assert_eq!((met.len(), all), (60, 60));
}

#[sqlx::test]
async fn an_address_bar_full_of_garbage_is_answered_with_a_list(pool: PgPool) {
    let (mut app, _store) = app_with(pool, 30).await;
    let long = format!("?q={}", "x".repeat(50_000));
    let mut queries: Vec<String> = [
        "?sort=nonsense",
        "?sort=",
        "?way=sideways",
        "?sort=last-name&sort=email",
        "?size=25.5",
        "?channel=x",
        "?channel=99999999999999999999",
        "?channel=-1",
        "?channel=1%27",
        "?from=",
        "?from=garbage",
        "?from=after",
        "?from=after.1",
        "?from=after.x.vy",
        "?from=after.1.n",
        "?from=sideways.1.va",
        "?from=after.99999999999999999999.va",
        "?from=after.-1.va",
        "?from=after.1.v%00",
        "?from=after.1.v%FF%FE",
        "?q=%00",
        "?q=%FF",
        "?q=%",
        "?%",
        "?&&&===&",
        "?q=%27%3B+drop+table+customers%3B--",
        "?email=%5C",
        "?email=%5C%5C%25",
        "?billing-country=%27",
        "?q=%F0%9F%98%80",
        "?a[]=1&a[]=2",
        "?__proto__=x",
        long.as_str(),
    ]
    .map(str::to_owned)
    .to_vec();
    for sort in ["last-name", "first-name", "email", "created-at", "updated-at"] {
        for value in [
            "",
            "x",
            "%27",
            "2020-01-01",
            "2020-13-45+00:00:00%2B00",
            "2020-01-01+00:00:00%2B00",
            "infinity",
            "now",
            "0000-01-01+00:00:00%2B00",
            "-0044-03-15+00:00:00%2B00",
            "%2B12000-01-01+00:00:00%2B00",
            "2020-01-01+00:00:00%2B23:59",
            "2020-01-01+23:59:60%2B00",
            "2020-01-01+24:00:00%2B00",
            "%F0%9F%98%80",
            "%2B262142-12-31+00:00:00%2B00",
            "2020-01-01T00:00:00Z",
            "2020-01-01+00:00:00.123456789012%2B00",
        ] {
            for way in ["after", "before"] {
                queries.push(format!("?sort={sort}&from={way}.5.v{value}"));
            }
        }
    }
    for query in &queries {
        let page = app.get(&format!("/customers{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query:.100}");
        assert!(page.html.contains("<caption class=\"hidden\">Customers</caption>"), "{query:.100}");
    }
}

/// Five customers whose names are meant to break something.
async fn add_hostile(store: &Simulator) {
    for (nr, (first, last)) in [
        ("100% Wolle", "under_score"),
        ("O'Neil", "\"quoted\""),
        ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>"),
        ("back\\slash", "tab & ampersand;"),
        ("Zoë Ünïcødé 😀", "Ångström-Łódź"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut customer = Customer::new(format!("h{nr}@example.org"));
        customer.firstname = Some(first.into());
        customer.lastname = Some(last.into());
        let id = store.add_customer(customer);
        let street = "<b>Street</b>\n\"2nd\" line";
        store.add_address(
            id,
            Address {
                firstname: Some(first.into()),
                lastname: Some(last.into()),
                street: Some(street.into()),
                city: Some("<i>City</i>".into()),
                country_id: Some("DE".into()),
                postcode: Some("'1'".into()),
                telephone: Some("<u>1</u>".into()),
                ..Address::default()
            },
        );
    }
}

async fn app_with_hostile(pool: PgPool) -> App {
    let (mut app, store) = app_with(pool, 0).await;
    add_hostile(&store).await;
    store.move_clock(3600);
    app.post("/integrations/1/jobs", &[]).await;
    app.drain_jobs().await;
    assert_eq!(app.count("select count(*) from customers").await, 5);
    app
}

#[sqlx::test]
async fn a_filter_looks_for_the_very_text_that_was_typed_whatever_it_means_to_a_database(pool: PgPool) {
    let mut app = app_with_hostile(pool).await;
    for (query, found) in [
        ("first-name=%25", 1),
        ("last-name=_", 1),
        ("first-name=_", 0),
        ("last-name=%25", 0),
        ("first-name=%27", 1),
        ("last-name=%22", 1),
        ("first-name=%5C", 1),
        ("first-name=%3Cscript%3E", 1),
        ("first-name=zo%C3%AB", 1),
        ("first-name=%C3%BCN%C3%8FC", 1),
        ("last-name=%C3%A5NGSTR", 1),
        ("email=H3%40EXAMPLE", 1),
        ("email=example.org", 5),
        ("q=o%27neil+%22q", 1),
        ("q=%26+amp", 1),
        ("q=nobody", 0),
        ("first-name=o&last-name=quoted", 1),
        ("channel=1", 5),
        ("channel=2", 5),
        ("billing-country=Germany%25", 0),
        ("first-name=++%25++", 1),
    ] {
        let page = app.get(&format!("/customers?{query}")).await;
        assert_eq!(page.rows().len(), found, "{query}: {}", page.text());
        let total = if found == 1 { " 1 record".to_owned() } else { format!("{found} records") };
        assert!(page.text().contains(&total), "{query}: {}", page.text());
        assert_eq!(page.text().contains("No customer matches"), found == 0, "{query}");
    }
}

#[sqlx::test]
async fn what_a_store_sends_stays_text_on_every_page(pool: PgPool) {
    let mut app = app_with_hostile(pool).await;
    let mut pages = vec![
        app.get("/").await,
        app.get("/customers").await,
        app.get("/customers?q=%3Cscript%3Ealert(1)").await,
    ];
    for row in pages[1].rows() {
        pages.push(app.get(&row).await);
    }
    assert_eq!(pages.len(), 8);
    for page in &pages {
        assert_eq!(page.status, StatusCode::OK, "{}", page.path);
        for markup in ["<script>alert", "<img src=x", "<b>Street", "<i>City", "<u>1"] {
            assert!(!page.html.contains(markup), "{} holds {markup}", page.path);
        }
    }
    let words: String = pages[3..].iter().map(crate::support::Page::text).collect();
    for text in [
        "<script>alert(1)</script> <img src=x onerror=alert(1)>",
        "<b>Street</b> \"2nd\" line",
        "'1' <i>City</i>",
        "Zoë Ünïcødé 😀",
        "back\\slash tab & ampersand;",
    ] {
        assert!(words.contains(text), "{text} is not shown as it is: {words}");
    }
}

#[sqlx::test]
async fn before_there_is_anybody_the_list_says_what_to_do(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let page = app.get("/customers").await;
    assert!(page.text().contains("No customers yet") && page.text().contains("0 records"));
    assert!(page.html.contains("href=\"/channels/new\""));
    let filtered = app.get("/customers?email=x").await;
    assert!(
        filtered.text().contains("No customer matches") && filtered.text().contains("Show all customers")
    );
}
