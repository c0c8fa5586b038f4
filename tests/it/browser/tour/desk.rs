//! The desk of a record in every look: forms open, everything written, hostile words in all of it.

use sqlx::PgPool;

use super::super::chromium::Scripts;
use super::super::visit::visit;
use crate::support::App;

#[sqlx::test]
async fn what_people_do_on_records(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.add_sales().await;
    app.run_sql("update integrations set admin_url = 'https://shop.example.com/index.php/admin'").await;
    let order = app.path_of("orders", "orders", "increment_id", "100088001").await;
    let cart = app.path_of("carts", "carts", "remote_id", "502").await;
    write_a_lot(&mut app, &order).await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.views("order-worked-on", &order).await;
        ada.press("Log Email").await;
        ada.inspects("order-log-email").await;
        ada.views("order-activity", &format!("{order}/activities")).await;
        ada.views("order-activity-none", &format!("{order}/activities?type=conflicts&since=soon")).await;
        ada.views("log-call", &format!("{order}/activities/new?kind=call")).await;
        ada.press("Save").await;
        ada.hears("status", "Call logged.").await;
        ada.open(&format!("{order}/activities/new?kind=note")).await;
        ada.press("Save").await;
        ada.hears("alert", "Nothing was saved yet").await;
        ada.inspects("note-refused").await;
        ada.views("record-feedback", &format!("{order}/steps/new?action=feedback")).await;
        ada.views("note-deletion", "/activities/1/deletion").await;
        ada.views("tag", "/tags/1").await;
        ada.views("cart-open", &cart).await;
        ada.press("Abandon").await;
        ada.inspects("cart-abandon").await;
        ada.views("credit-memo-worked-on", "/credit-memos/1").await;
    })
    .await;
}

async fn write_a_lot(app: &mut App, order: &str) {
    let long = "W".repeat(400);
    let note = format!("Two lines\n\n\u{202e}turned <script>alert(1)</script> 🎁 {long}");
    app.post(&format!("{order}/activities"), &[("kind", "note"), ("note-text", &note)]).await;
    let mail = [
        ("kind", "email"),
        ("email-direction", "outgoing"),
        ("email-subject", &long[..250]),
        ("email-text", "Dear Zoë,"),
    ];
    app.post(&format!("{order}/activities"), &mail).await;
    for tag in ["wholesale", "call back", &long[..50]] {
        app.post(&format!("{order}/tags"), &[("tag", tag)]).await;
    }
    let said = [("action", "feedback"), ("step-feedback", &*note), ("step-notes", &long)];
    app.post(&format!("{order}/steps"), &said).await;
}
