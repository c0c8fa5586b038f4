//! The handbook in every look: long texts, wide tables, a picture.

use sqlx::PgPool;

use super::super::chromium::Scripts;
use super::super::visit::visit;
use crate::support::App;

#[sqlx::test]
async fn pages_of_the_handbook(pool: PgPool) {
    let app = App::as_administrator(pool).await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.press("Help").await;
        ada.reads_heading("Handbook").await;
        ada.inspects("help").await;
        ada.press("How synchronization works").await;
        ada.reads_heading("How synchronization works").await;
        ada.inspects("help-sync").await;
        for page in ["settings", "faults"] {
            ada.views(&format!("help-{page}"), &format!("/help/{page}")).await;
        }
        ada.views("help-statuses", "/help/statuses#check-connection").await;
    })
    .await;
}
