//! Follow-ups: of an order until its buyer was reached, of a cart until it is an order or given up.

use axum::http::StatusCode;
use sqlx::PgPool;

use crate::support::{App, Page};

async fn app_with_sales(pool: PgPool) -> App {
    let app = App::as_administrator(pool).await;
    app.add_sales().await;
    app
}

/// Title, step and buttons of the bar.
fn bar(page: &Page) -> String {
    page.part("id=\"steps\"", "</section>")
}

async fn does(app: &mut App, record: &str, action: &str, fields: &[(&str, &str)]) -> Page {
    let fields: Vec<_> = [("action", action)].into_iter().chain(fields.iter().copied()).collect();
    let saved = app.post(&format!("{record}/steps"), &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    app.follow(&saved).await
}

#[sqlx::test]
async fn an_order_is_followed_up_with_what_the_buyer_said(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let order = app.path_of("orders", "orders", "increment_id", "100088001").await;
    let page = app.get(&order).await;
    assert!(
        bar(&page).starts_with("Order Follow Up Not contacted Send Email Log Call No Reply Record Feedback"),
        "{}",
        bar(&page)
    );
    assert_eq!(app.count("select count(*) from steps").await, 0, "orders that nobody follows up have no row");

    let mail = [("kind", "email"), ("email-direction", "outgoing"), ("email-subject", "Happy?")];
    let saved = app.post(&format!("{order}/activities"), &mail).await;
    let page = app.follow(&saved).await;
    assert!(
        bar(&page).starts_with("Order Follow Up E-mail sent Ada Lovelace, now Log Call"),
        "{}",
        bar(&page)
    );
    let call = [("kind", "call"), ("call-direction", "outgoing"), ("call-text", "rang for long")];
    app.post(&format!("{order}/activities"), &call).await;
    let page = does(&mut app, &order, "no-reply", &[("step-notes", "Try in the evening")]).await;
    assert!(page.text().contains("Step taken: No reply."));
    assert!(
        bar(&page).contains("No reply") && bar(&page).contains("Notes Try in the evening"),
        "{}",
        bar(&page)
    );

    let form = app.get(&format!("{order}/steps/new?action=feedback")).await;
    assert!(
        form.html.contains("data-part") && form.text().contains("Feedback") && form.text().contains("Notes")
    );
    let refused =
        app.post(&format!("{order}/steps"), &[("action", "feedback"), ("step-notes", "kept")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.blames("step-feedback").contains("Write what the buyer said")
            && refused.html.contains("kept")
    );
    let page = does(
        &mut app,
        &order,
        "feedback",
        &[("step-feedback", "Loves it\nand will come again"), ("step-notes", "")],
    )
    .await;
    assert!(bar(&page).contains("Contacted") && page.html.contains("Loves it\nand will come again"));
    assert!(page.text().contains("No reply → Contacted by Ada Lovelace"), "{}", page.text());
    assert!(page.text().contains("Times Contacted: 2"), "an e-mail and a call: {}", page.text());
    let page = does(&mut app, &order, "reopen", &[]).await;
    assert!(bar(&page).starts_with("Order Follow Up Not contacted"));
}

#[sqlx::test]
async fn two_who_take_a_step_at_once_do_not_take_it_twice(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let order = app.path_of("orders", "orders", "increment_id", "100088002").await;
    does(&mut app, &order, "feedback", &[("step-feedback", "fine")]).await;
    let page = does(&mut app, &order, "no-reply", &[]).await;
    assert!(
        page.text().contains("Somebody took a step meanwhile: it stands at “Contacted”."),
        "{}",
        page.text()
    );
    assert_eq!(app.count("select count(*) from step_changes").await, 1);
    for action in ["email", "call", "order", "dance", ""] {
        let answer = app.post(&format!("{order}/steps"), &[("action", action)]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{action}");
    }
    // feedback without anything else that tells of a contact is one
    assert!(app.get(&order).await.text().contains("Times Contacted: 1"));
}

#[sqlx::test]
async fn a_cart_is_contacted_given_up_and_opened_again(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let cart = app.path_of("carts", "carts", "remote_id", "502").await;
    let page = app.get(&cart).await;
    assert!(
        bar(&page).starts_with("Abandoned Shopping Cart Open Send Email Log Call Abandon"),
        "{}",
        bar(&page)
    );
    let call = [("kind", "call"), ("call-direction", "outgoing"), ("call-minutes", "3")];
    for _ in 0..2 {
        app.post(&format!("{cart}/activities"), &call).await;
    }
    let page = app.get(&cart).await;
    assert!(
        bar(&page).starts_with("Abandoned Shopping Cart Contacted")
            && page.text().contains("Times Contacted: 2")
    );
    let incoming = [("kind", "call"), ("call-direction", "incoming")];
    let page = does(&mut app, &cart, "abandon", &[("step-notes", "Bought it elsewhere")]).await;
    assert!(bar(&page).starts_with("Abandoned Shopping Cart Abandoned") && bar(&page).contains("Reopen"));
    app.post(&format!("{cart}/activities"), &incoming).await;
    assert!(bar(&app.get(&cart).await).contains("Abandoned Ada"), "a call of theirs takes no step");
    let page = app.get(&cart).await;
    let page = app.press(&page, "Reopen").await;
    assert!(bar(&page).starts_with("Abandoned Shopping Cart Open"), "{}", bar(&page));
}

#[sqlx::test]
async fn an_order_is_placed_in_the_stores_admin_where_that_is_known(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let cart = app.path_of("carts", "carts", "remote_id", "502").await;
    let customer = app.path_of("customers", "customers", "email", "zoe@verhoeven.example").await;
    assert!(!app.get(&cart).await.text().contains("Place an Order"));
    assert!(!app.get(&customer).await.text().contains("Create Order"));
    app.run_sql("update integrations set admin_url = 'https://shop.example.com/index.php/admin'").await;
    let form = "https://shop.example.com/index.php/admin/sales_order_create/start/customer_id/11/store_id/1";
    let page = app.get(&customer).await;
    let tag = page.tag("sales_order_create").to_owned();
    assert!(tag.contains(form) && tag.contains("target=\"_blank\"") && tag.contains("noopener"), "{tag}");
    let page = app.get(&cart).await;
    assert!(page.tag("placed-orders").contains("target=\"_blank\""));
    let opening = app.post(&format!("{cart}/placed-orders"), &[]).await;
    assert_eq!(opening.status, StatusCode::OK);
    assert!(opening.html.contains(&format!("content=\"0; url={form}\"")), "{}", opening.html);
    let page = app.get(&cart).await;
    assert!(bar(&page).starts_with("Abandoned Shopping Cart Converted"), "{}", bar(&page));

    // a guest has no account in the store, and who is gone there can order nothing
    for email in ["guest@solheim.example", "gone@peeters.example"] {
        let path = app.path_of("customers", "customers", "email", email).await;
        assert!(!app.get(&path).await.text().contains("Create Order"), "{email}");
    }
    let bought = app.path_of("carts", "carts", "remote_id", "501").await;
    assert!(!app.get(&bought).await.text().contains("Place an Order"), "an order was made of it already");
    app.run_sql("update integrations set admin_url = 'javascript:alert(1)'").await;
    assert!(!app.get(&customer).await.html.contains("javascript:"));
}
