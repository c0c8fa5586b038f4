//! Credit memos: the list and a credit memo's page.

use sqlx::PgPool;

use crate::support::App;

#[sqlx::test]
async fn the_list_and_a_page_tell_what_was_paid_back(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    assert!(app.get("/credit-memos").await.text().contains("No credit memos yet"));
    app.add_sales().await;
    let page = app.get("/credit-memos").await;
    for head in [
        "Status",
        "Channel",
        "Website",
        "Credit Memo #",
        "First Name",
        "Last Name",
        "Created At",
        "Updated At",
        "Order #",
        "Order Date",
        "Refunded",
    ] {
        assert!(page.html.contains(&format!(">{head}")), "{head}");
    }
    assert!(page.part(">100000001<", "</tr>").contains("Refunded Zoë"), "{}", page.text());
    assert!(page.part(">100000002<", "</tr>").contains("Removed in Magento"));
    for (query, found) in [
        ("first-name=zo", 1),
        ("last-name=peeters", 1),
        ("order-number=88002", 1),
        ("refunded=%3E20", 1),
        ("refunded=10", 1),
        ("credit-memo=10000000", 2),
        ("status=refunded", 2),
        ("status=open", 0),
        ("created-at=quarter", 1),
    ] {
        assert_eq!(app.get(&format!("/credit-memos?{query}")).await.rows().len(), found, "{query}");
    }
    let memo = app.get(&page.rows()[0]).await;
    assert!(memo.html.contains("<h1>Credit Memo 100000001</h1>"));
    for (name, value) in [("Transaction #", "tr_7712-r"), ("Status", "Refunded"), ("Order", "100088002")] {
        assert_eq!(memo.part(&format!("<dt>{name}</dt>"), "</dd>"), format!("{name} {value}"));
    }
    assert!(memo.text().contains("WX-500 Beeswax finish 500 ml 1 €10.00 €10.00"));
    assert!(memo.text().contains("Adjustment Refund Amount €1.50"));
    let order = app.path_of("orders", "orders", "increment_id", "100088002").await;
    let id = order.trim_start_matches("/orders/");
    let page = app.get(&format!("/credit-memos?order={id}")).await;
    assert_eq!(page.rows().len(), 1);
    assert!(page.text().contains("Of order 100088002"));
}
