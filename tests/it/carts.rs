//! Shopping carts: the list that shows carts with something in them, and a cart's page.

use sqlx::PgPool;

use crate::support::App;

async fn app_with_sales(pool: PgPool) -> App {
    let app = App::as_administrator(pool).await;
    app.add_sales().await;
    app
}

#[sqlx::test]
async fn carts_with_something_in_them_are_shown_until_all_are_wanted(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let page = app.get("/carts").await;
    assert!(page.text().contains("Qty: more than 0") && page.text().contains("3 records"), "{}", page.text());
    let all = page.link(">Remove filter<").unwrap();
    assert_eq!(all, "/carts?qty=any");
    let page = app.get(&all).await;
    assert!(page.text().contains("Qty: All") && page.text().contains("4 records"));
    let next = app.get("/carts?qty=any&sort=cart-id&way=up").await;
    assert!(next.html.contains("type=\"hidden\" name=\"qty\" value=\"any\""), "it is kept while filtering");
    assert!(app.get("/carts?qty=0").await.text().contains("1 record"));
    for head in ["Channel", "Website", "Cart ID", "Qty", "Grand Total", "Billing Country", "Status"] {
        assert!(page.html.contains(&format!(">{head}")), "{head}");
    }
    for (query, found) in [
        ("status=open", 1),
        ("status=purchased", 1),
        ("status=expired", 1),
        ("status=lost", 0),
        ("cart-id=502", 1),
        ("grand-total=%3E20", 2),
        ("email=haddad", 1),
        ("status=open&qty=any", 2),
    ] {
        assert_eq!(app.get(&format!("/carts?{query}")).await.rows().len(), found, "{query}");
    }
    assert!(page.part("qty=any", "</main>").contains("Removed in Magento"));
}

#[sqlx::test]
async fn a_carts_page_shows_what_is_in_it_and_what_was_taken_out(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let path = app.path_of("carts", "carts", "remote_id", "502").await;
    let page = app.get(&path).await;
    assert!(page.html.contains("<h1>Shopping Cart 502</h1>"));
    assert!(page.part("id=\"items\"", "</section>").contains("WX-500 Beeswax finish 500 ml 1.5"));
    let removed = page.part("id=\"removed\"", "</section>");
    assert!(removed.contains("CH-12 Chisel, 12 mm") && removed.contains("Removed At"), "{removed}");
    assert!(page.text().contains("Zoë Verhoeven") && page.text().contains("Status Open"));
    let bought = app.path_of("carts", "carts", "remote_id", "501").await;
    assert!(app.get(&bought).await.part("<dt>Order</dt>", "</dd>").contains("100088001"));
    let empty = app.path_of("carts", "carts", "remote_id", "503").await;
    let page = app.get(&empty).await;
    assert!(page.text().contains("Nothing is in this cart.") && page.text().contains("Not a customer here"));
}

#[sqlx::test]
async fn before_there_is_a_cart_the_list_says_what_comes(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    assert!(app.get("/carts").await.text().contains("No shopping carts yet"));
    assert!(app.get("/carts?email=x").await.text().contains("No cart matches"));
    assert!(app.get("/orders").await.text().contains("No orders yet"));
}
