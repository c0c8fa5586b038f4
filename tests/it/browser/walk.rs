//! The main job from the sign-in to a store's customers.

use std::time::Duration;

use cartwright::simulator::{Fault, Simulator, When};
use sqlx::PgPool;

use super::chromium::Scripts;
use super::person::Person;
use super::store::store;
use super::visit::visit;
use crate::support::{App, PASSWORD};

#[sqlx::test]
async fn a_store_is_connected_synchronized_and_read(pool: PgPool) {
    let (store, options) = store().await;
    let app = App::as_administrator(pool).await;
    visit(&app, Scripts::On, async |ada| {
        signs_in(ada).await;
        begins_a_channel(ada).await;
        looks_at_the_form(ada).await;

        ada.fill("SOAP WSDL URL", &store.wsdl_url()).await;
        ada.fill("SOAP API User", &options.api_user).await;
        is_told_of_a_wrong_key(ada).await;
        ada.fill("SOAP API Key", &options.api_key).await;
        sees_the_check_pass(ada, &store).await;

        ada.press("Done").await;
        keeps_the_integration(ada).await;
        ada.press("Save").await;
        ada.reads_heading("Corner shop").await;
        schedules_a_sync(ada).await;
        watches_the_job(ada).await;
        reads_the_customers(ada).await;
    })
    .await;
}

async fn signs_in(ada: &Person) {
    ada.open("/").await;
    ada.reads_heading("Sign in").await;
    ada.fill("Email", "ada@example.org").await;
    ada.fill("Password", "not this one").await;
    ada.press("Sign in").await;
    ada.hears("alert", "not right").await;
    ada.fill("Password", PASSWORD).await;
    ada.press("Sign in").await;
    ada.reads_heading("Welcome to Cartwright").await;
}

/// S7-S9, S11
async fn begins_a_channel(ada: &Person) {
    ada.press("Channels").await;
    ada.reads_heading("Channels").await;
    ada.press("Create Channel").await;
    ada.reads_heading("Create Channel").await;
    ada.fill("Name", "Corner shop").await;
    for _ in 0..2 {
        ada.choose("Channel Type", "Custom").await;
        ada.reads_no_more("Integration *").await;
        ada.choose("Channel Type", "Magento").await;
        ada.reads("Integration *").await;
    }
    assert_eq!(ada.value("Name").await, "Corner shop");
    ada.press("Configure integration").await;
}

/// S12-S19, S29, S31 and names.md 3
async fn looks_at_the_form(ada: &Person) {
    ada.has_focus_on("Name").await;
    assert_eq!(ada.announced("dialog").await, ("dialog".to_owned(), "Configure Integration".to_owned()));
    let general = [
        "Close",
        "Name",
        "SOAP WSDL URL",
        "SOAP API User",
        "SOAP API Key",
        "WS-I Compliance",
        "Sync start date",
        "Check Connection",
        "Website",
        "Sync website list",
        "Admin url",
        "Guest Customer Sync",
        "Import Order Comments as Order Notes",
        "Split by Full Name",
        "Default owner",
        "Cancel",
        "Done",
    ];
    assert_eq!(ada.controls().await, general);
    assert_eq!(ada.value("Name").await, "Corner shop Integration");
    assert_eq!(ada.value("Sync start date").await, "2007-01-01");
    assert_eq!(ada.options("Default owner").await, ["Ada Lovelace"]);
    ada.press("How to set this up in Magento").await;
    ada.reads("Web Services").await;
    ada.press("How to set this up in Magento").await;
    ada.press("Synchronization Settings").await;
    let synchronization = ["Close", "Enable two way sync", "Sync priority", "Cancel", "Done"];
    assert_eq!(ada.controls().await, synchronization);
    assert!(!ada.field("Enable two way sync").await.is_selected().await.unwrap());
    assert!(!ada.field("Sync priority").await.is_enabled().await.unwrap());
    assert_eq!(ada.options("Sync priority").await[..2], ["Remote wins", "Local wins"]);
    ada.press("Advanced").await;
    ada.reads("HTTP basic auth user").await;
    ada.press("General").await;
}

/// S20, S21
async fn is_told_of_a_wrong_key(ada: &Person) {
    ada.fill("SOAP API Key", "wrong").await;
    ada.press("Check Connection").await;
    let told = ada.hears("alert", "refused user and key").await;
    assert!(told.contains("What to do"), "{told}");
    assert_eq!(ada.options("Website").await, ["Check the connection first"]);
    assert_eq!(ada.value("Admin url").await, "");
}

/// S21-S24
async fn sees_the_check_pass(ada: &Person, store: &Simulator) {
    store.script(Fault::Slow(Duration::from_secs(1)), When::method("login").times(1));
    ada.press("Check Connection").await;
    // the steps before the slow one are there already
    ada.finds("all('[role=status][aria-busy=true] .steps > li.ok').length > 2").await;
    ada.hears("status", "Connected.").await;
    let ticked = ada.finds("all('[role=status] .steps > li').map((step) => step.className)").await;
    let ticked = ticked.as_array().unwrap();
    assert!(ticked.len() > 8 && ticked.iter().all(|class| class != "bad"), "{ticked:?}");
    let websites = ada.options("Website").await;
    assert_eq!(websites.len(), 3, "{websites:?}");
    assert_eq!(websites[0], "All Websites");
    assert_eq!(ada.value("Website").await, "all");
}

/// S30, S39, S44
async fn keeps_the_integration(ada: &Person) {
    ada.reads("Corner shop Integration").await;
    ada.has_focus_on("Edit").await;
    assert!(ada.eyes("pressable('Remove integration')").await.is_some());
    assert!(ada.eyes("pressable('Configure integration')").await.is_none());
    assert_eq!(ada.value("Name").await, "Corner shop");
}

/// S47-S51
async fn schedules_a_sync(ada: &Person) {
    ada.press("Corner shop Integration").await;
    ada.reads_heading("Corner shop Integration").await;
    ada.press("Schedule Sync").await;
    let note = ada.hears("status", "Check progress").await;
    assert_eq!(note, "A sync job has been added to the queue. Check progress.");
    ada.press("Check progress").await;
}

/// S52: what is noted on the page is lost if it is loaded anew.
async fn watches_the_job(ada: &mut Person) {
    ada.finds("status() === 'Queued'").await;
    ada.finds("watchStatus() ?? true").await;
    ada.served.work();
    ada.finds("status().startsWith('Completed')").await;
    let statuses = ada.finds("window.statuses").await;
    assert_eq!(statuses.as_array().unwrap().first().unwrap(), "Queued");
    assert_eq!(statuses.as_array().unwrap().last().unwrap(), "Completed");
    ada.reads("Websites and stores").await;
    let read = ada
        .finds(
            "all('tbody tr').map((row) => folded(row.innerText)).find((row) => row.startsWith('Customers'))",
        )
        .await;
    assert!(read.as_str().unwrap().contains("Customers"), "{read}");
    assert!(read.as_str().unwrap().contains("30"), "{read}");
}

async fn reads_the_customers(ada: &Person) {
    ada.press("Customers").await;
    ada.reads_heading("Customers").await;
    ada.reads("30 records").await;
    let name = ada.finds("called(all('tbody a.opens')[0])").await;
    ada.press(name.as_str().unwrap()).await;
    ada.reads("Address Book").await;
    ada.reads("Customer Group").await;
    ada.press("Corner shop").await;
    ada.reads_heading("Corner shop").await;
}
