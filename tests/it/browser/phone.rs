//! On a phone: the navigation is a drawer, and the dialog fits.

use sqlx::PgPool;

use super::chromium::Scripts;
use super::look::PHONE;
use super::visit::visit;
use crate::support::App;

#[sqlx::test]
async fn the_menu_button_opens_the_navigation_and_the_dialog_fits(pool: PgPool) {
    let app = App::as_administrator(pool).await;
    visit(&app, Scripts::On, async |ada| {
        ada.takes(PHONE).await;
        ada.sign_in().await;
        assert!(ada.eyes("pressable('Channels')").await.is_none(), "the drawer is closed at first");
        ada.press("Menu").await;
        ada.press("Channels").await;
        ada.reads_heading("Channels").await;
        assert!(ada.eyes("pressable('Integrations')").await.is_none(), "and after each step");
        ada.press("Menu").await;
        ada.reads("Integrations").await;
        ada.keys("\u{e00c}").await;
        ada.until("Escape does not close the drawer", async || {
            ada.eyes("pressable('Integrations') ? null : true").await
        })
        .await;
        ada.opens_the_dialog().await;
        ada.finds("pressable('Done')").await;
        let fits = "(({ left, top, right, bottom }) => left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight)\
            (scope().getBoundingClientRect())";
        ada.finds(fits).await;
        for shown in ["Close", "Cancel", "Done"] {
            let inside = format!("(({{ top, bottom }}) => top >= 0 && bottom <= innerHeight)(pressable('{shown}').getBoundingClientRect())");
            ada.finds(&inside).await;
        }
        ada.does_not_scroll_sideways("dialog", PHONE).await;
    })
    .await;
}

#[sqlx::test]
async fn the_views_of_a_list_with_a_long_title_open_within_the_window(pool: PgPool) {
    let app = App::as_administrator(pool).await;
    visit(&app, Scripts::On, async |ada| {
        ada.takes(PHONE).await;
        ada.sign_in().await;
        for (list, menu) in [
            ("/failed-records", "All Failed Records"),
            ("/conflicts/rejected-edits", "All Rejected edits"),
            ("/newsletter-subscribers", "All Newsletter Subscribers"),
        ] {
            ada.open(list).await;
            ada.press(menu).await;
            ada.finds("pressable('Save as…')").await;
            ada.does_not_scroll_sideways(menu, PHONE).await;
        }
    })
    .await;
}
