//! Filters by their kind, and what is told of those that cannot be asked.

use axum::http::StatusCode;
use sqlx::PgPool;

use super::{app_with_sales, notes};

#[sqlx::test]
async fn a_text_is_compared_as_somebody_chooses(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    app.run_sql("update orders set last_name = '' where increment_id = '100088006'").await;
    for (query, found) in [
        ("last-name=Haddad&last-name-how=equals", 1),
        ("last-name=hadda&last-name-how=equals", 0),
        ("last-name=HADD&last-name-how=starts", 1),
        ("last-name=ddad&last-name-how=starts", 0),
        ("last-name=ddad", 1),
        ("last-name=ddad&last-name-how=contains", 1),
        ("last-name-how=empty", 1),
        ("last-name-how=filled", 6),
        ("last-name-how=equals", 7),
        ("last-name=%25&last-name-how=starts", 0),
        ("status=comp&status-how=starts", 2),
        ("status=comp&status-how=equals", 0),
        ("total-paid-how=empty", 1),
        ("total-paid-how=filled", 6),
    ] {
        let page = app.get(&format!("/orders?{query}")).await;
        assert_eq!(page.rows().len(), found, "{query}: {}", page.text());
    }
    let page = app.get("/orders?last-name=HADD&last-name-how=starts").await;
    assert!(page.text().contains("Last Name: starts with HADD"), "{}", page.text());
    let how = page.html.split("id=\"filter-last-name-how\"").nth(1).unwrap();
    assert!(how.split("</select>").next().unwrap().contains("value=\"starts\" selected"));
}

#[sqlx::test]
async fn a_time_is_a_preset_or_between_two_days(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    app.run_sql(
        "update orders set remote_created_at = '2020-03-05 23:59:59+00' where increment_id = '100088004'",
    )
    .await;
    app.run_sql(
        "update orders set remote_created_at = '2020-03-06 00:00:00+00' where increment_id = '100088003'",
    )
    .await;
    for (query, found) in [
        ("created-at-from=2020-03-05&created-at-to=2020-03-05", 1),
        ("created-at-to=2020-03-05", 1),
        ("created-at-to=2020-03-06", 2),
        ("created-at-from=2020-03-06&created-at-to=2020-03-06", 1),
        ("created-at=day&created-at-to=2020-03-06", 0),
        ("created-at=empty", 0),
        ("created-at=filled", 7),
    ] {
        let page = app.get(&format!("/orders?{query}")).await;
        assert_eq!(page.rows().len(), found, "{query}");
        assert!(notes(&page).is_empty(), "{query}");
    }
    let page = app.get("/orders?created-at-from=2020-03-05&created-at-to=2020-03-06").await;
    assert!(page.text().contains("Created At: 2020-03-05 to 2020-03-06"));
    assert_eq!(page.value_of("filter-created-at-from"), "2020-03-05");
    let turned = app.get("/orders?created-at-from=2020-03-06&created-at-to=2020-03-05").await;
    assert_eq!(notes(&turned), ["Created At: 2020-03-06 is after 2020-03-05. All are shown instead."]);
    assert_eq!(turned.rows().len(), 7);
}

#[sqlx::test]
async fn of_several_choices_any_will_do(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    for (query, found) in [
        ("qty=any&status=open&status=expired", 3),
        ("qty=any&status=purchased&status=expired", 2),
        ("qty=any&status=open&status=purchased&status=expired", 4),
    ] {
        assert_eq!(app.get(&format!("/carts?{query}")).await.rows().len(), found, "{query}");
    }
    let page = app.get("/carts?qty=any&status=open&status=expired").await;
    assert!(page.text().contains("Status: Open, Expired"), "{}", page.text());
    let sorted = page.link("sort=cart-id").unwrap();
    assert_eq!(sorted.matches("status=").count(), 2, "{sorted}");
    let one_is_strange = app.get("/carts?qty=any&status=open&status=lent").await;
    assert_eq!(
        notes(&one_is_strange),
        ["Status: there is no “lent”, or not any more. All are shown instead."]
    );
}

#[sqlx::test]
async fn what_an_address_asks_and_the_list_has_not_is_told_and_asks_nothing(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    for (query, told) in [
        ("colour=red", "This list has no filter “colour”. It was left out."),
        ("sort=colour", "This list cannot be sorted by “colour”. It is in its usual order."),
        ("columns=order,colour", "There is no column “colour”. The others are shown."),
        ("filters=colour", "This list has no filter “colour”. It was left out."),
        ("from=somewhere", "The link to this page of the list is not complete. This is the first page."),
        (
            "sort=grand-total&from=after.1.vNaN",
            "The link to this page of the list is not complete. This is the first page.",
        ),
        ("view=999", "This view is not there any more, or not shared with you. The whole list is shown."),
        ("view=x", "This view is not there any more, or not shared with you. The whole list is shown."),
        ("total-paid=much", "Total Paid: “much” is no amount. Use 100, >100 or 50-100."),
        ("created-at-from=soon", "Created At: “soon” is no date. Use 2026-05-12."),
    ] {
        let page = app.get(&format!("/orders?{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert_eq!(notes(&page), [told], "{query}");
        assert_eq!(page.rows().len(), 7, "{query}");
    }
}

#[sqlx::test]
async fn a_count_that_takes_too_long_is_an_estimate(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    app.run_sql(
        "insert into orders (channel_id, remote_id, increment_id, remote_created_at, remote_updated_at, content_hash, read_at)
         select id, n, 'M' || n, now(), now(), '\\x00', now() from channels, generate_series(10000, 20500) n",
    )
    .await;
    app.run_sql("analyze orders").await;
    let page = app.get("/orders").await;
    assert!(page.text().contains("about 10,5"), "{}", page.part("class=\"grid-foot\"", "</span>"));
    let page = app.get("/orders?order=M1999").await;
    assert!(page.part("class=\"grid-foot\"", "</span>").contains("10 records"), "{}", page.text());
}

#[sqlx::test]
async fn what_nobody_can_look_for_shows_and_exports_nothing(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let too_much =
        "Email: what is asked for is too long, has a NUL in it, or is one value too many. Nothing is shown.";
    let many = "is-guest=no&".repeat(400);
    for query in
        [format!("email={}", "zq".repeat(600)), "email=zz%00qq".to_owned(), format!("{many}email=zq")]
    {
        let page = app.get(&format!("/customers?{query}")).await;
        assert_eq!((page.rows().len(), notes(&page)), (0, vec![too_much.to_owned()]), "{query}");
        assert!(page.text().contains("Email: Nothing"), "{}", page.text());
        let file = app.get(&page.link(" download>").unwrap()).await;
        assert_eq!(file.html.lines().count(), 1, "{}", file.html);
    }
    app.post("/customers/hidden", &[("all", "1"), ("query", "email=zz%00qq")]).await;
    assert_eq!(
        app.get("/customers").await.rows().len(),
        4,
        "what is done with all of them is done with none"
    );
}

#[sqlx::test]
async fn a_way_to_compare_that_there_is_not_and_a_second_value_are_told(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let page = app.get("/customers?email=zoe&email-how=zzz").await;
    let told = "Email: it cannot be looked for by “zzz”, only by contains, equals, starts, empty, filled. All are shown instead.";
    assert_eq!(notes(&page), [told]);
    let page = app.get("/customers?email=zoe&email=amir").await;
    assert_eq!(notes(&page), ["Email: one value is looked for at a time. The first counts."]);
    assert_eq!(page.rows().len(), 1);
}
