//! The integration's dialog: what is kept and what is not, editing, removing.

use cartwright::simulator::{Fault, When};
use sqlx::PgPool;

use super::chromium::Scripts;
use super::person::Person;
use super::store::{store, synchronized};
use super::visit::visit;
use crate::support::App;
use crate::two_way::desk::type_in;

#[sqlx::test]
async fn only_done_keeps_what_is_typed_into_the_dialog(pool: PgPool) {
    let (store, options) = store().await;
    let app = App::as_administrator(pool).await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.opens_the_dialog().await;
        for way_out in ["Cancel", "Close", "Escape"] {
            ada.fill("Name", "Forget me").await;
            ada.fill_integration(&store, &options.api_user, &options.api_key).await;
            match way_out {
                "Escape" => ada.keys("\u{e00c}").await,
                name => ada.press(name).await,
            }
            ada.has_focus_on("Configure integration").await;
            assert_eq!(ada.value("Name").await, "Corner shop");
            ada.press("Configure integration").await;
            ada.has_focus_on("Name").await;
            assert_eq!(ada.value("Name").await, "Corner shop Integration", "{way_out}");
            assert_eq!(ada.value("SOAP WSDL URL").await, "", "{way_out}");
            assert!(!ada.words().await.contains("is kept"), "{way_out} keeps the key");
        }
        ada.press("Done").await;
        ada.hears("alert", "some fields need a look").await;
        ada.has_focus_on("SOAP WSDL URL").await;
        assert_eq!(ada.field("SOAP API Key").await.attr("aria-invalid").await.unwrap().unwrap(), "true");
    })
    .await;
    assert_eq!(app.count("select count(*) from integrations").await, 0);
}

/// The store's web server asks for a password of its own, and it was typed into the address.
#[sqlx::test]
async fn a_password_in_the_address_moves_to_its_own_field_and_is_used(pool: PgPool) {
    let (store, options) = store().await;
    store.script(Fault::BasicAuth("ada".into(), "ge:heim".into()), When::always());
    let app = App::as_administrator(pool).await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.opens_the_dialog().await;
        ada.fill_integration(&store, &options.api_user, &options.api_key).await;
        let typed = store.wsdl_url().replace("http://", "http://ada:ge%3Aheim@");
        ada.fill("SOAP WSDL URL", &typed).await;
        ada.press("Check Connection").await;
        ada.hears("status", "Connected.").await;
        assert_eq!(ada.value("SOAP WSDL URL").await, store.wsdl_url());
        ada.press("Done").await;
        ada.has_focus_on("Edit").await;
        ada.press("Save").await;
        ada.hears("status", "saved").await;
    })
    .await;
    app.drain_jobs().await;
    assert!(app.count("select count(*) from customers").await > 0);
}

#[sqlx::test]
async fn an_unsaved_integration_is_removed_in_a_dialog_and_saving_then_refused(pool: PgPool) {
    let (store, options) = store().await;
    let app = App::as_administrator(pool).await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.opens_the_dialog().await;
        ada.fill_integration(&store, &options.api_user, &options.api_key).await;
        ada.press("Check Connection").await;
        ada.hears("status", "Connected.").await;
        ada.press("Done").await;
        ada.has_focus_on("Edit").await;
        ada.fill("Name", "Corner shop two").await;

        ada.press("Remove integration").await;
        ada.reads("Remove this integration?").await;
        assert_eq!(ada.announced("dialog").await.0, "dialog");
        ada.press("Cancel").await;
        ada.has_focus_on("Remove integration").await;
        ada.press("Remove integration").await;
        ada.press("Remove").await;
        ada.has_focus_on("Configure integration").await;
        assert_eq!(ada.value("Name").await, "Corner shop two", "what is typed stays");

        ada.press("Save").await;
        ada.hears("alert", "Nothing was saved yet").await;
        let row = ada.finds("called(document.getElementById('integration-error'))").await;
        assert!(row.as_str().unwrap().contains("integration"), "{row}");
    })
    .await;
    assert_eq!(app.count("select count(*) from channels").await, 0);
}

/// S39-S44
#[sqlx::test]
async fn a_synchronized_integration_is_edited_and_removed(pool: PgPool) {
    let (app, _store, _) = synchronized(pool).await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.open("/channels/1/edit").await;
        ada.press("Edit").await;
        is_what_was_saved(ada).await;
        ada.fill("Name", "Corner shop online").await;
        ada.press("Synchronization Settings").await;
        assert!(!ada.field("Sync priority").await.is_enabled().await.unwrap(), "only with two way sync");
        ada.ticks("Enable two way sync").await;
        ada.choose("Sync priority", "Ask me").await;
        ada.press("Done").await;
        ada.reads("Corner shop online").await;
        ada.press("Save").await;
        ada.reads_heading("Corner shop").await;
        ada.press("Corner shop online").await;
        ada.reads_heading("Corner shop online").await;

        ada.open("/channels/1/edit").await;
        ada.press("Remove integration").await;
        ada.reads("Remove Corner shop online?").await;
        ada.press("Remove").await;
        ada.hears("status", "Integration Corner shop online removed.").await;
        ada.reads("Configure integration").await;
    })
    .await;
    assert_eq!(app.count("select count(*) from integrations").await, 0);
}

/// G4
#[sqlx::test]
async fn rules_wait_for_a_preview_where_edits_wait_and_the_dialog_says_so(pool: PgPool) {
    let (mut app, _store, _) = synchronized(pool).await;
    app.run_sql("update integrations set two_way = true, next_sync_at = now() + interval '1 day'").await;
    assert_eq!(type_in(&mut app, 1, &[("first-name", "Augusta")]).await.status, 303);
    app.run_sql("delete from jobs where status = 'queued'").await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.open("/channels/1/edit").await;
        ada.fill("Name", "Typed before").await;
        ada.press("Edit").await;
        ada.press("Advanced").await;
        ada.press("Per-field rules").await;
        ada.choose("Rule for First Name", "Local wins").await;
        ada.press("Done").await;
        ada.hears("status", "Saved, but for two way sync and its rules").await;
        assert_eq!(ada.value("Name").await, "Typed before");
        ada.press("see first what they would do").await;
        ada.reads_heading("Preview before the rules change").await;
        ada.reads("Change without a preview").await;
        ada.served.work();
        ada.press("Change the rules now").await;
        ada.hears("status", "The rules are changed.").await;
        ada.reads("First Name: Local wins").await;
    })
    .await;
}

async fn is_what_was_saved(ada: &Person) {
    ada.has_focus_on("Name").await;
    assert_eq!(ada.value("Name").await, "Corner shop Store");
    assert_eq!(ada.value("New SOAP API Key").await, "");
    for locked in ["Website", "Sync start date"] {
        assert!(!ada.field(locked).await.is_enabled().await.unwrap(), "{locked}");
    }
    ada.reads("Locked since the first synchronization").await;
}

#[sqlx::test]
async fn a_question_that_a_menu_asks_gives_the_focus_back_to_its_menu(pool: PgPool) {
    let (app, _store, _) = synchronized(pool).await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.open("/integrations/1").await;
        for way_out in ["Cancel", "Escape"] {
            ada.press("More actions").await;
            ada.press("Full re-sync").await;
            ada.reads("Read everything of").await;
            match way_out {
                "Escape" => ada.keys("\u{e00c}").await,
                name => ada.press(name).await,
            }
            ada.has_focus_on("More actions").await;
        }
    })
    .await;
}
