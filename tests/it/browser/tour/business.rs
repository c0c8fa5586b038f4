//! The dashboard and the reports, in every look.

use cartwright::crm::dashboard;
use sqlx::PgPool;

use super::super::chromium::Scripts;
use super::super::visit::visit;
use crate::support::App;

#[sqlx::test]
async fn pages_about_how_business_goes(pool: PgPool) {
    let app = App::as_administrator(pool).await;
    app.add_sales().await;
    app.run_sql("insert into channels (name, channel_type, owner_id) values ('By hand', 'custom', 1)").await;
    dashboard::settle_all(&app.pool).await.unwrap();
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.views("dashboard-sales", "/").await;
        ada.press("How these are counted").await;
        ada.press("Show the numbers of Revenue over time").await;
        ada.inspects("dashboard-numbers").await;
        ada.views("dashboard-nothing", "/?period=custom&from=2011-01-01&to=2011-01-31").await;
        ada.views("dashboard-not-understood", "/?period=eternity&currency=XXX").await;
        ada.views("reports", "/reports").await;
        ada.views("reports-by-year", "/reports?by=year&currency=EUR").await;
        ada.press("What gives how many points").await;
        ada.inspects("reports-points").await;
        ada.views("reports-nothing", "/reports?from=2011-01-01&to=2011-02-01").await;
    })
    .await;
}
