//! Lists by keyboard, with many rows ticked, and in every look.

use fantoccini::key::Key;
use sqlx::PgPool;

use super::chromium::Scripts;
use super::visit::visit;
use crate::support::App;

#[sqlx::test]
async fn a_list_is_walked_ticked_and_opened_by_keys_alone(pool: PgPool) {
    let app = App::as_administrator(pool).await;
    app.add_sales().await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.open("/customers?sort=email&way=up").await;
        ada.keys("j").await;
        ada.has_focus_on("Amir").await;
        ada.keys("jj").await;
        ada.has_focus_on("Ingrid").await;
        ada.keys("kx").await;
        ada.has_focus_on("Lotte").await;
        ada.reads("1 row ticked").await;
        ada.keys("/j").await;
        ada.has_focus_on("Search").await;
        ada.finds("document.activeElement.value === 'j'").await;
        ada.open("/customers?sort=email&way=up").await;
        ada.keys("?").await;
        ada.reads("Next row").await;
        ada.key(Key::Escape).await;
        ada.finds("document.querySelectorAll('dialog').length === 0").await;
        ada.keys("k").await;
        ada.has_focus_on("Zoë").await;
        ada.key(Key::Enter).await;
        ada.reads_heading("Zoë Verhoeven").await;
    })
    .await;
}

#[sqlx::test]
async fn lists_in_every_look(pool: PgPool) {
    let app = App::as_administrator(pool).await;
    app.add_sales().await;
    let view =
        [("list", "orders"), ("query", "status=complete&columns=order,status,grand-total"), ("name", "Done")];
    let mut maker = app.another_visitor();
    maker.sign_in("ada@example.org").await;
    maker.post("/views", &view).await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.views("orders-view", "/orders?view=1").await;
        ada.press("Columns").await;
        ada.inspects("orders-columns").await;
        ada.press("Manage filters").await;
        ada.inspects("orders-filters").await;
        ada.press("Done").await;
        ada.inspects("orders-views").await;
        ada.views("view-new", "/views/new?list=orders&query=status%3Dcomplete").await;
        ada.views("orders-strange", "/orders?colour=red&created-at-from=2026-02-01&created-at-to=2026-01-01")
            .await;
        ada.open("/customers").await;
        ada.keys("jx").await;
        ada.reads("1 row ticked").await;
        ada.inspects("customers-ticked").await;
        ada.press("Keys").await;
        ada.inspects("keys").await;
    })
    .await;
}
