//! Alerts, settings and the audit trail in every look: with nothing in them, and with hostile words in all of them.

use cartwright::base::clock;
use cartwright::notify;
use sqlx::PgPool;

use super::super::chromium::Scripts;
use super::super::store::synchronized;
use super::super::visit::visit;
use crate::support::App;

#[sqlx::test]
async fn alerts_settings_and_audit_before_there_is_anything(pool: PgPool) {
    let app = App::as_administrator(pool).await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.views("alerts-empty", "/alerts").await;
        ada.views("audit-empty", "/audit").await;
        ada.views("settings", "/settings").await;
    })
    .await;
}

#[sqlx::test]
async fn alerts_settings_and_audit_with_much_in_them(pool: PgPool) {
    let (mut app, _store, _) = synchronized(pool).await;
    app.run_sql(TROUBLE).await;
    notify::round(&app.pool, &app.web.vault, "http://crm.test", 300, clock::now()).await.unwrap();
    app.run_sql("update alerts set words = words || repeat(' <b>W', 90) || repeat('w', 300)").await;
    app.post("/customers/1/hide", &[]).await;
    app.run_sql(LONG_ENTRY).await;
    let newest = app.count("select max(id) from audit_entries").await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.views("alerts", "/alerts").await;
        ada.views("audit", "/audit").await;
        ada.views("audit-entry", &format!("/audit/{newest}")).await;
        ada.views("audit-none", "/audit?q=nobody-did-this").await;
        ada.open("/settings").await;
        ada.press("Send a test e-mail to me").await;
        ada.hears("alert", "There is no mail server yet").await;
        ada.inspects("settings-test-failed").await;
    })
    .await;
    visit(&app, Scripts::Off, async |ada| {
        ada.sign_in().await;
        for page in ["/alerts", "/audit", "/settings"] {
            ada.stays_within(page).await;
        }
        ada.open("/alerts").await;
        ada.press("Mark all as seen").await;
        ada.reads("All open alerts are marked as seen.").await;
    })
    .await;
}

const TROUBLE: &str = "with late as (update integrations set last_synced_at = now() - interval '2 hours')
    insert into failed_records (integration_id, connector, remote_id, cause, raw_xml, attempts)
    values (1, 'Customers', '7', 'broken', '', 9)";

const LONG_ENTRY: &str = "insert into audit_entries (actor, address, act, subject, subject_id, name, changes, words)
    values (repeat('A', 120), '2001:db8::1', 'changed', 'customer', 1, repeat('N', 200) || E'\\u202eturned',
        jsonb_build_array(jsonb_build_object('field', repeat('F', 100), 'old', repeat('o', 600), 'new', '<script>'),
            jsonb_build_object('field', 'SOAP API Key', 'secret', true)), 'words')";
