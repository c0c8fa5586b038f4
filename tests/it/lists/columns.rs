//! Which columns and filters a list shows, and in what order.

use sqlx::PgPool;

use super::{app_with_sales, heads};

#[sqlx::test]
async fn a_list_shows_the_columns_that_are_chosen_in_their_order(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let page = app.get("/orders?columns=grand-total,order,coupon").await;
    assert_eq!(heads(&page), ["Grand Total", "Order #", "Coupon Code"]);
    assert_eq!(page.rows().len(), 7, "the row still opens");
    let row = page.part(">100088001<", "</tr>");
    assert!(row.contains("MAY10") && !row.contains("Zoë"), "{row}");
    let repeated = app.get("/orders?column=status&column=email&column=status").await;
    assert_eq!(heads(&repeated), ["Status", "Email"]);
    let without_its_own = app.get("/orders?columns=channel,status").await;
    assert_eq!(without_its_own.rows().len(), 7, "whatever is shown, a row opens");
    // an arrow goes with the boxes as they are ticked, and the menu stays open with the focus on it
    let arrow = "name=\"move\" value=\"order.earlier\" aria-label=\"Move Order # forward\"";
    assert!(page.html.contains(arrow), "{}", page.html);
    let ticked = "/orders?column=grand-total&column=order&column=status&move=order.earlier";
    let moved = app.get(ticked).await;
    assert_eq!(heads(&moved), ["Order #", "Grand Total", "Status"]);
    assert!(moved.tag("value=\"order.later\"").contains("autofocus"), "at the front it can only go back");
    assert!(moved.html.contains("name=\"chip\" open><summary>") && super::notes(&moved).is_empty());
    let sorted = moved.link("sort=status").unwrap();
    assert_eq!(heads(&app.get(&sorted).await), ["Order #", "Grand Total", "Status"]);
    assert!(!sorted.contains("move"), "{sorted}");
    let strange = app.get("/orders?column=order&column=status&move=order.sideways").await;
    assert_eq!(heads(&strange), ["Order #", "Status"]);
    let usual = page.link(">Usual columns<").unwrap();
    assert_eq!(heads(&app.get(&usual).await).len(), 16);
    let link = page.link("sort=grand-total").unwrap();
    assert!(link.contains("columns="), "{link}");
}

#[sqlx::test]
async fn on_a_phone_a_list_can_be_sorted_and_shows_the_columns_that_are_chosen(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let usual = app.get("/orders").await;
    assert!(
        usual.html.contains(" class=\"desk\"") || usual.html.contains(" desk\""),
        "not all fit on a card"
    );
    let sorts = usual.part("aria-label=\"Sort by\"", "</ul>");
    assert!(sorts.contains("Order #") && sorts.contains("Grand Total"), "{sorts}");
    let chosen = app.get("/orders?columns=order,sub-total,billing-country,website").await;
    let row = chosen.html.split(">100088001<").nth(1).unwrap().split("</tr>").next().unwrap();
    for word in ["Sub Total", "Billing Country", "Website"] {
        assert!(row.contains(&format!("data-label=\"{word}\"")), "{word}: {row}");
    }
    assert!(!row.contains("desk"), "{row}");
}

#[sqlx::test]
async fn the_bar_shows_the_filters_that_are_chosen_and_those_that_are_set(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let page = app.get("/orders?filter=status&filter=channel&email=zo").await;
    let chips: Vec<&str> =
        page.html.split("<label for=\"filter-").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(chips, ["email", "status", "channel"]);
    let reset = page.link(">Reset<").unwrap();
    assert!(app.get(&reset).await.html.contains("<label for=\"filter-total-paid\">"));
    let whose = app.count("select id from customers where first_name = 'Amir'").await;
    let page = app.get(&format!("/orders?customer={whose}&size=50")).await;
    assert_eq!(
        page.link(">Reset<").unwrap(),
        format!("/orders?customer={whose}"),
        "whose records they are stays"
    );
}

#[sqlx::test]
async fn every_column_of_every_list_can_be_shown_and_sorted_by_both_ways(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    app.run_sql("insert into jobs (kind, key, title, status) values ('sync', 'it', 'Sync', 'cancelled')")
        .await;
    let customer = app.count("select id from customers where first_name = 'Zoë'").await;
    for list in [
        "/customers".to_owned(),
        "/orders".to_owned(),
        "/carts".to_owned(),
        "/credit-memos".to_owned(),
        "/newsletter-subscribers".to_owned(),
        "/channels".to_owned(),
        "/integrations".to_owned(),
        "/jobs".to_owned(),
        format!("/customers/{customer}/purchases"),
        format!("/customers/{customer}/order-notes"),
    ] {
        let page = app.get(&list).await;
        let columns: Vec<String> = page
            .html
            .split("name=\"column\" value=\"")
            .skip(1)
            .filter_map(|rest| Some(rest.split('"').next()?.to_owned()))
            .collect();
        assert!(columns.len() > 2, "{list}");
        let every = app.get(&format!("{list}?columns={}", columns.join(","))).await;
        let beside = ["Ticked", "Actions"];
        let shown = heads(&every).into_iter().filter(|head| !beside.contains(&head.as_str()));
        assert_eq!(shown.count(), columns.len(), "{list}");
        for column in &columns {
            for way in ["up", "down"] {
                let page = app.get(&format!("{list}?sort={column}&way={way}")).await;
                assert_eq!(page.status, 200, "{list} by {column}");
            }
        }
    }
}
