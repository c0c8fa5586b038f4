//! The main job in a browser that runs no scripts: pages, plain submits, a link that refreshes.

use cartwright::simulator::{Options, Simulator};
use sqlx::PgPool;

use super::chromium::Scripts;
use super::person::Person;
use super::store::store;
use super::visit::visit;
use crate::support::App;

#[sqlx::test]
async fn a_store_is_connected_and_synchronized_without_scripts(pool: PgPool) {
    let (store, options) = store().await;
    let app = App::as_administrator(pool).await;
    visit(&app, Scripts::Off, async |ada| {
        ada.sign_in().await;
        reaches_the_settings(ada).await;
        configures(ada, &store, &options).await;
        removes_and_configures_again(ada, &store, &options).await;
        ada.press("Save").await;
        ada.reads_heading("Corner shop").await;
        ada.press("Corner shop Integration").await;
        ada.press("Schedule Sync").await;
        ada.reads("A sync job has been added to the queue.").await;
        ada.press("Check progress").await;
        watches_the_job(ada).await;
        ada.press("Customers").await;
        ada.reads("30 records").await;
    })
    .await;
}

async fn reaches_the_settings(ada: &Person) {
    ada.open("/channels/new").await;
    ada.fill("Name", "Corner shop").await;
    ada.choose("Channel Type", "Magento").await;
    assert!(ada.eyes("pressable('Configure integration')").await.is_none());
    ada.press("Continue").await;
    ada.reads("Integration *").await;
    ada.press("Configure integration").await;
    ada.reads_heading("Configure Integration").await;
}

async fn configures(ada: &Person, store: &Simulator, options: &Options) {
    assert_eq!(ada.finds("document.querySelectorAll('main form.integration-form').length").await, 1);
    assert_eq!(ada.value("Name").await, "Corner shop Integration");
    ada.fill_integration(store, &options.api_user, "wrong").await;
    ada.press("Check Connection").await;
    ada.hears("alert", "refused user and key").await;
    ada.fill("SOAP API Key", &options.api_key).await;
    ada.press("Check Connection").await;
    ada.hears("status", "Connected.").await;
    assert_eq!(ada.options("Website").await.len(), 3);
    ada.press("Done").await;
    ada.reads_heading("Create Channel").await;
    ada.reads("Corner shop Integration").await;
    assert_eq!(ada.value("Name").await, "Corner shop");
}

async fn removes_and_configures_again(ada: &Person, store: &Simulator, options: &Options) {
    ada.press("Remove integration").await;
    ada.reads_heading("Remove this integration?").await;
    ada.press("Remove").await;
    ada.reads_heading("Create Channel").await;
    ada.press("Configure integration").await;
    ada.reads_heading("Configure Integration").await;
    configures(ada, store, options).await;
}

async fn watches_the_job(ada: &mut Person) {
    ada.finds("status() === 'Queued'").await;
    ada.served.work();
    ada.until("the job does not end", async || {
        if ada.eyes("status()").await?.as_str()?.starts_with("Completed") {
            return Some(());
        }
        // on the page of a job that has just ended there is nothing to refresh
        let refresh = ada.eyes("pressable('Refresh') && true").await;
        if refresh.is_some() {
            ada.press("Refresh").await;
        }
        None
    })
    .await;
}
