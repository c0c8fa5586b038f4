//! Newsletter subscribers: the list, a subscriber's page, and stores that do not tell.

use sqlx::PgPool;

use crate::support::App;

#[sqlx::test]
async fn the_list_and_a_page_tell_who_subscribed(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.add_sales().await;
    let page = app.get("/newsletter-subscribers").await;
    assert_eq!(page.rows().len(), 3);
    for head in
        ["Channel", "Website", "Email", "Customer", "Customer Email", "Status", "Created At", "Updated At"]
    {
        assert!(page.html.contains(&format!(">{head}")), "{head}");
    }
    assert!(
        page.part(">zoe@verhoeven.example<", "</tr>")
            .contains("Zoë Verhoeven zoe@verhoeven.example Subscribed")
    );
    for (query, found) in [
        ("status=1", 1),
        ("status=3", 1),
        ("status=2", 0),
        ("email=else", 1),
        ("customer=amir+haddad", 1),
        ("customer-email=verhoeven", 1),
    ] {
        assert_eq!(app.get(&format!("/newsletter-subscribers?{query}")).await.rows().len(), found, "{query}");
    }
    let one = app.get(&page.rows()[0]).await;
    for (name, value) in
        [("Email", "amir@haddad.example"), ("Status", "Unsubscribed"), ("Customer", "Amir Haddad")]
    {
        assert_eq!(one.part(&format!("<dt>{name}</dt>"), "</dd>"), format!("{name} {value}"));
    }
}

#[sqlx::test]
async fn without_the_bridge_the_list_says_what_is_needed(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.add_sales().await;
    app.run_sql("delete from newsletter_subscribers").await;
    assert!(app.get("/newsletter-subscribers").await.text().contains("No subscribers yet"));
    app.run_sql("update integrations set store = '{}'").await;
    let page = app.get("/newsletter-subscribers").await;
    assert!(page.text().contains("The store’s bridge is needed"), "{}", page.text());
    let customer = app.path_of("customers", "customers", "email", "zoe@verhoeven.example").await;
    assert!(app.get(&customer).await.part("id=\"newsletter\"", "</section>").contains("Not defined"));
}
