//! What customers bought, on the list and on their pages.

use axum::http::StatusCode;
use sqlx::PgPool;

use crate::support::App;

#[sqlx::test]
async fn the_list_tells_what_each_brought_per_currency_and_who_gets_the_newsletter(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.add_sales().await;
    let page = app.get("/customers").await;
    let row = page.part(">Zoë<", "</tr>");
    assert!(row.contains("$1,197.50 €210.56 Belgium") && row.contains(" Yes "), "{row}");
    assert!(
        page.part(">Amir<", "</tr>").contains("€20.00 Belgium – none No"),
        "{}",
        page.part(">Amir<", "</tr>")
    );
    assert!(page.part(">Ingrid<", "</tr>").contains("Guest"));
    assert!(page.part(">Lotte<", "</tr>").contains("Removed in Magento"));
    for (query, found) in [
        ("lifetime-sales-value=%3E1000", "Ingrid Zoë"),
        ("lifetime-sales-value=200-300", "Zoë"),
        ("is-a-subscriber=yes", "Zoë"),
        ("is-a-subscriber=no", "Amir Lotte Ingrid"),
        ("is-a-subscriber=not-defined", ""),
        ("is-guest=yes", "Ingrid"),
        ("is-guest=no", "Amir Lotte Zoë"),
    ] {
        let text = app.get(&format!("/customers?{query}")).await.text();
        for name in ["Amir", "Ingrid", "Lotte", "Zoë"] {
            assert_eq!(text.contains(&format!(" {name} ")), found.contains(name), "{query}: {name}");
        }
    }
    app.run_sql("update integrations set store = '{}'").await;
    assert!(app.get("/customers").await.part(">Zoë<", "</tr>").contains("Not defined"));
    assert_eq!(app.get("/customers?is-a-subscriber=not-defined").await.rows().len(), 4);
}

#[sqlx::test]
async fn a_customers_page_has_all_that_they_did(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.add_sales().await;
    let path = app.path_of("customers", "customers", "email", "zoe@verhoeven.example").await;
    let page = app.get(&path).await;
    assert!(page.text().contains("Lifetime Sales Value in USD $1,197.50 1 order"), "{}", page.text());
    assert!(page.text().contains("Lifetime Sales Value in EUR €210.56 2 orders"));
    for (section, holds) in [
        ("orders", "100088001 3"),
        ("purchases", "HB-2210-OAK Handbow saw, oak 1 €89.00"),
        ("notes", "Please deliver before noon"),
        ("carts", "502 1.5"),
        ("memos", "Refunded 100000001"),
        ("newsletter", "Subscribed"),
    ] {
        let part = page.part(&format!("class=\"card\" id=\"{section}\""), "</section>");
        assert!(part.contains(holds), "{section}: {part}");
        assert!(!part.contains("Show all"), "{section} has no more than ten");
    }
    assert!(
        !page.part("class=\"card\" id=\"purchases\"", "</section>").contains("size M"),
        "a part is not bought twice"
    );
    app.run_sql(
        "insert into orders (channel_id, remote_id, increment_id, customer_id, remote_created_at, remote_updated_at,
            content_hash, read_at)
         select k.channel_id, n, 'N' || n, k.id, now() - interval '1 minute', now(), '\\x00', now()
         from customers k, generate_series(900, 911) n where k.email = 'zoe@verhoeven.example'",
    )
    .await;
    app.run_sql(
        "insert into order_items (order_id, position, sku, name)
         select id, 1, 'S', 'More of it' from orders where increment_id like 'N9%'",
    )
    .await;
    app.run_sql(
        "insert into order_notes (order_id, position, message, created_at)
         select id, 1, 'Note ' || id, now() from orders where increment_id like 'N9%'",
    )
    .await;
    let page = app.get(&path).await;
    let id = path.trim_start_matches("/customers/");
    for (to, found) in [
        (format!("/orders?customer={id}"), "16 records"),
        (format!("{path}/purchases"), "18 records"),
        (format!("{path}/order-notes"), "13 records"),
    ] {
        assert!(page.html.contains(&format!("href=\"{to}\">Show all")), "{to}");
        let all = app.get(&to).await;
        assert!(all.status == StatusCode::OK && all.text().contains(found), "{to}: {}", all.text());
    }
    let guest = app.path_of("customers", "customers", "email", "guest@solheim.example").await;
    let page = app.get(&guest).await;
    assert!(
        page.part("<dt>Is Guest</dt>", "</dd>").ends_with("Yes") && !page.text().contains("Not confirmed")
    );
    let gone = app.path_of("customers", "customers", "email", "gone@peeters.example").await;
    assert!(app.get(&gone).await.text().contains("The store no longer has this customer"));
    app.run_sql("update integrations set order_notes = false").await;
    assert!(!app.get(&path).await.text().contains("Order Notes"));
    assert_eq!(app.get(&format!("{path}/order-notes")).await.status, StatusCode::NOT_FOUND);
}
