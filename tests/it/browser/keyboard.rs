//! The pages without a mouse.

use fantoccini::key::Key;
use sqlx::PgPool;

use super::chromium::Scripts;
use super::person::Person;
use super::visit::visit;
use crate::support::{App, PASSWORD};

#[sqlx::test]
async fn sign_in_and_the_dialog_are_used_by_keyboard_alone(pool: PgPool) {
    let app = App::as_administrator(pool).await;
    visit(&app, Scripts::On, async |ada| {
        signs_in(ada).await;
        skips_to_the_content(ada).await;
        opens_the_dialog(ada).await;
        stays_inside(ada).await;
        ada.key(Key::Escape).await;
        ada.has_focus_on("Configure integration").await;
        assert_eq!(ada.finds("document.querySelectorAll('dialog').length").await, 0);
    })
    .await;
}

async fn signs_in(ada: &Person) {
    ada.open("/login").await;
    ada.has_focus_on("Email").await;
    ada.keys("ada@example.org").await;
    ada.tabs_to("Password").await;
    ada.keys(PASSWORD).await;
    ada.key(Key::Enter).await;
    ada.reads_heading("Welcome to Cartwright").await;
}

async fn skips_to_the_content(ada: &Person) {
    ada.key(Key::Tab).await;
    ada.has_focus_on("Skip to content").await;
    let top = "document.activeElement.getBoundingClientRect().top >= 0";
    ada.finds(top).await;
    ada.key(Key::Enter).await;
    ada.key(Key::Tab).await;
    assert_eq!(ada.finds("document.activeElement.closest('main') !== null").await, true);
}

async fn opens_the_dialog(ada: &Person) {
    ada.open("/channels/new").await;
    ada.tabs_to("Name").await;
    ada.keys("Corner shop").await;
    ada.tabs_to("Channel Type").await;
    ada.keys("m").await;
    ada.tabs_to("Configure integration").await;
    ada.key(Key::Enter).await;
    ada.has_focus_on("Name").await;
}

/// The Tab key goes round in the dialog; the arrows go through its tabs.
async fn stays_inside(ada: &Person) {
    for _ in 0..25 {
        ada.key(Key::Tab).await;
        // between the last and the first stop is the browser's own frame
        let inside = "document.activeElement === document.body || scope().contains(document.activeElement)";
        assert_eq!(ada.eyes(inside).await.unwrap(), true);
    }
    ada.tabs_to("General").await;
    ada.key(Key::Right).await;
    ada.has_focus_on("Synchronization Settings").await;
    ada.reads("Enable two way sync").await;
    ada.key(Key::Right).await;
    ada.key(Key::Right).await;
    ada.has_focus_on("General").await;
}

#[sqlx::test]
async fn menus_open_and_close_by_keyboard(pool: PgPool) {
    let app = App::as_administrator(pool).await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.open("/customers").await;
        ada.keys("/").await;
        ada.has_focus_on("Search").await;
        ada.tabs_to("Ada Lovelace").await;
        ada.key(Key::Enter).await;
        ada.reads("Sign out").await;
        ada.key(Key::Tab).await;
        ada.has_focus_on("Profile").await;
        ada.key(Key::Tab).await;
        ada.has_focus_on("Help").await;
        ada.key(Key::Tab).await;
        ada.has_focus_on("Sign out").await;
        ada.key(Key::Escape).await;
        ada.has_focus_on("Ada Lovelace").await;
        ada.reads_no_more("Sign out").await;
        // and whoever goes on has it closed behind them
        ada.key(Key::Enter).await;
        ada.reads("Sign out").await;
        ada.tabs_to("Sign out").await;
        ada.key(Key::Tab).await;
        ada.reads_no_more("Sign out").await;
    })
    .await;
}

impl Person {
    pub(super) async fn key(&self, key: Key) {
        self.keys(&char::from(key).to_string()).await;
    }
}
