//! Lists: by the words of the pages, page by page, and what is not understood is refused.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::{App, Program};

async fn shop(pool: PgPool) -> (App, Program) {
    let mut app = App::as_administrator(pool).await;
    app.add_sales().await;
    let program = app.program("write").await;
    (app, program)
}

fn emails(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|row| row["email"].as_str().unwrap()).collect()
}

#[sqlx::test]
async fn a_list_answers_as_its_page_filtered_and_sorted_by_the_same_words(pool: PgPool) {
    let (mut app, mut program) = shop(pool).await;
    for query in [
        "",
        "sort=email&way=down",
        "last-name=ver",
        "last-name=verhoeven&last-name-how=equals",
        "is-guest=no&removed=no",
        "q=zo%C3%AB",
        "ordered=month",
        "created-at-from=2001-01-01&created-at-to=2001-01-02",
        "lifetime-sales-value=%3E100",
    ] {
        let page = app.get(&format!("/customers?{query}")).await;
        let shown: Vec<i64> =
            page.rows().iter().map(|row| row.rsplit('/').next().unwrap().parse().unwrap()).collect();
        let answer = program.get(&format!("/api/v1/customers?{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.html);
        let json = answer.json();
        let ids: Vec<i64> =
            json["data"].as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect();
        assert_eq!(ids, shown, "{query}");
        assert_eq!(json["total"], json!({"count": shown.len(), "is_exact": true}), "{query}");
    }
    let zoe = &program.get("/api/v1/customers?q=verhoeven").await.json()["data"][0];
    assert_eq!(
        (&zoe["first_name"], &zoe["is_guest"], &zoe["removed"]),
        (&json!("Zoë"), &json!(false), &json!(false))
    );
    assert_eq!(zoe["lifetime_sales_value"][1]["currency"], "EUR", "{zoe}");
    let order = &program.get("/api/v1/orders?sort=order").await.json()["data"][0];
    assert_eq!(order["grand_total"], json!({"amount": "182.90", "currency": "EUR"}), "{order}");

    app.post("/customers/1/hide", &[]).await;
    assert_eq!(program.get("/api/v1/customers").await.json()["total"]["count"], 3);
    assert_eq!(program.get("/api/v1/customers?hidden=any").await.json()["total"]["count"], 4);
}

#[sqlx::test]
async fn pages_follow_one_another_to_the_end_and_back(pool: PgPool) {
    let (app, mut program) = shop(pool).await;
    app.run_sql(
        "insert into customers (channel_id, remote_id, email, last_name)
         select 1, 1000 + n, 'n' || lpad(n::text, 3, '0') || '@example.org', 'N' || n % 3 from generate_series(1, 60) n",
    )
    .await;
    let mut all: Vec<String> = Vec::new();
    let mut next = json!("/api/v1/customers?last-name=N&last-name-how=starts&sort=email&size=25");
    let mut back = Value::Null;
    while let Some(path) = next.as_str() {
        let page = program.get(path).await.json();
        all.extend(emails(&page).into_iter().map(str::to_owned));
        (next, back) = (page["next"].clone(), page["previous"].clone());
    }
    let expected: Vec<String> = (1..=60).map(|n| format!("n{n:03}@example.org")).collect();
    assert_eq!(all, expected);
    let page = program.get(back.as_str().unwrap()).await.json();
    assert_eq!(emails(&page), expected[25..50].iter().collect::<Vec<_>>());
}

#[sqlx::test]
async fn what_is_not_understood_is_refused_and_named(pool: PgPool) {
    let (_, mut program) = shop(pool).await;
    let query = "colour=red&sort=shoe&way=left&size=7&from=x&channel=99&created-at=soon&lifetime-sales-value=much&view=1&account=a";
    let answer = program.get(&format!("/api/v1/customers?{query}")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let blamed = answer.blamed();
    let mut names: Vec<&str> = blamed.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let expected = [
        "account",
        "channel",
        "colour",
        "created-at",
        "from",
        "lifetime-sales-value",
        "size",
        "sort",
        "view",
        "way",
    ];
    assert_eq!(names, expected);
    assert!(blamed.iter().all(|(_, why)| !why.is_empty() && !why.contains("instead")), "{blamed:?}");
    let other = program.get("/api/v1/customers?from=after.1.n&sort=email").await;
    assert_eq!(other.blamed()[0].0, "from", "a cursor of another order");

    for (method, path, status) in [
        (Method::GET, "/api/v1/nothing", StatusCode::NOT_FOUND),
        (Method::GET, "/api/v1", StatusCode::NOT_FOUND),
        (Method::GET, "/api/v1/", StatusCode::NOT_FOUND),
        (Method::GET, "/api/v1/customers/999", StatusCode::NOT_FOUND),
        (Method::GET, "/api/v1/customers/x", StatusCode::NOT_FOUND),
        (Method::GET, "/api/v1/customers/1/addresses/999", StatusCode::NOT_FOUND),
        (Method::DELETE, "/api/v1/customers", StatusCode::METHOD_NOT_ALLOWED),
        (Method::POST, "/api/v1/openapi.json", StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let answer = program.send(method.clone(), path, None, None).await;
        assert_eq!(answer.status, status, "{method} {path}");
        assert_eq!(answer.json()["status"], status.as_u16(), "{path}");
    }
}

#[sqlx::test]
async fn what_would_be_left_out_of_a_query_is_refused_and_named(pool: PgPool) {
    let (_, mut program) = shop(pool).await;
    let (long, many) = ("zq".repeat(2000), "is-guest=no&".repeat(400));
    for (query, names) in [
        (format!("email={long}"), vec!["email"]),
        ("email=zz%00qq".to_owned(), vec!["email"]),
        (format!("{many}email=zq&sort=email"), vec!["email", "sort"]),
        (format!("q={long}&colour={long}&from={long}"), vec!["colour", "from", "q"]),
        ("email=a&email-how=zzz".to_owned(), vec!["email-how"]),
        ("lifetime-sales-value-how=zzz".to_owned(), vec!["lifetime-sales-value-how"]),
        ("email=a&email=b&size=25&size=50".to_owned(), vec!["email", "size"]),
        ("created-at=week&created-at=month&q=a&q=b".to_owned(), vec!["created-at", "q"]),
        ("created-at-to=soon".to_owned(), vec!["created-at-to"]),
    ] {
        let answer = program.get(&format!("/api/v1/customers?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        let blamed = answer.blamed();
        let mut blamed: Vec<&str> = blamed.iter().map(|(name, _)| name.as_str()).collect();
        blamed.sort_unstable();
        assert_eq!(blamed, names, "{query}");
    }
    let several = program.get("/api/v1/customers?channel=1&channel=1&email=zoe").await;
    assert_eq!(several.json()["total"]["count"], 1, "some take several values");
    let activities = program.get(&format!("/api/v1/orders/1/activities?size=25&from={long}")).await;
    assert_eq!(activities.status, StatusCode::BAD_REQUEST, "{}", activities.html);
}

#[sqlx::test]
async fn a_row_speaks_the_words_that_the_filters_take(pool: PgPool) {
    let (mut app, mut program) = shop(pool).await;
    app.run_sql(
        "insert into jobs (kind, key, title, integration_id, status, finished_at)
         values ('sync', 'x', 'Sync', 1, 'completed with errors', now()), ('record', 'y', 'Record', 1, 'failed', now())",
    )
    .await;
    app.run_sql("insert into steps (record, record_id, channel_id, step) values ('order', 1, 1, 'emailed')")
        .await;
    let document = program.get("/api/v1/openapi.json").await.json();
    let mut told = Vec::new();
    for (list, row, keys) in [
        ("jobs", "JobRow", vec!["status", "kind"]),
        ("integrations", "IntegrationRow", vec!["status", "health"]),
        ("orders", "OrderRow", vec!["step"]),
        ("carts", "CartRow", vec!["status", "step"]),
        ("credit-memos", "CreditMemoRow", vec!["status"]),
    ] {
        let rows = program.get(&format!("/api/v1/{list}")).await.json()["data"].clone();
        for (row_told, key) in
            rows.as_array().unwrap().iter().flat_map(|row| keys.iter().map(move |key| (row, key)))
        {
            let word = row_told[key].as_str().unwrap();
            let at = format!("/components/schemas/{row}/properties/{key}/enum");
            let words = document.pointer(&at).unwrap_or_else(|| panic!("{at}")).as_array().unwrap();
            assert!(words.contains(&json!(word)), "{list}: {word} is none of {words:?}");
            let query = url::form_urlencoded::Serializer::new(String::new()).append_pair(key, word).finish();
            let found = program.get(&format!("/api/v1/{list}?{query}")).await.json();
            let ids = found["data"].as_array().unwrap().iter().map(|row| &row["id"]);
            assert!(ids.collect::<Vec<_>>().contains(&&row_told["id"]), "{list}?{query}");
            told.push(word.to_owned());
        }
    }
    for word in
        ["completed with errors", "record", "trouble", "active", "emailed", "not-contacted", "purchased"]
    {
        assert!(told.iter().any(|it| it == word), "{word} in {told:?}");
    }
    let subscriber = &program.get("/api/v1/newsletter-subscribers?status=1").await.json()["data"][0];
    assert_eq!(subscriber["status"], "Subscribed", "as the record");
    let page = app.get("/jobs").await.text();
    assert!(page.contains("Completed with errors") && page.contains("Single record"), "{page}");
}

#[sqlx::test]
async fn an_amount_is_asked_for_as_it_is_written(pool: PgPool) {
    let (_, mut program) = shop(pool).await;
    let mut found = async |asked: &str| {
        let query =
            url::form_urlencoded::Serializer::new(String::new()).append_pair("grand-total", asked).finish();
        let answer = program.get(&format!("/api/v1/orders?{query}")).await;
        answer.json()["total"]["count"].as_i64().ok_or_else(|| answer.blamed()[0].1.clone())
    };
    assert_eq!(found("182.90").await, Ok(1));
    for same in ["182,90", "€182.90", "182,90 €", "EUR 182.90"] {
        assert_eq!(found(same).await, Ok(1), "{same}");
    }
    assert_eq!(found(">1,000").await, found(">1000").await);
    for unclear in [">1.000", "1000,000"] {
        let why = found(unclear).await.unwrap_err();
        assert!(why.contains("is not clear. Write it like 1,284.50"), "{why}");
    }
}
