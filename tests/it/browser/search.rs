//! The search of the top bar: what is found while somebody types, by keyboard and with a mouse, and the page without scripts.

use fantoccini::key::Key;
use sqlx::PgPool;

use super::chromium::Scripts;
use super::visit::visit;
use crate::support::App;

async fn shop(pool: PgPool) -> App {
    let app = App::as_administrator(pool).await;
    app.add_sales().await;
    app.run_sql("insert into accounts (name) values ('Verhoeven & Zonen')").await;
    app.run_sql("insert into name_words select distinct unnest(words_of(last_name)) from customers").await;
    app
}

#[sqlx::test]
async fn it_answers_while_somebody_types_and_is_used_by_keyboard_alone(pool: PgPool) {
    let app = shop(pool).await;
    let zoe = app.path_of("customers", "customers", "email", "zoe@verhoeven.example").await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.open("/orders").await;
        ada.keys("/").await;
        ada.has_focus_on("Search").await;
        assert_eq!(ada.announced("#q").await, ("combobox".to_owned(), "Search".to_owned()));
        ada.keys("verh").await;
        ada.reads("Zoë Verhoeven").await;
        ada.hears("status", "found").await;
        ada.finds("document.querySelector('#q').getAttribute('aria-expanded') === 'true'").await;
        ada.key(Key::Down).await;
        let chosen = "document.querySelector('#' + document.querySelector('#q').getAttribute('aria-activedescendant')).pathname";
        assert_eq!(ada.finds(chosen).await, zoe);
        ada.key(Key::Escape).await;
        ada.reads_no_more("Verhoeven & Zonen").await;
        assert_eq!(ada.value("Search").await, "verh", "Escape takes what was typed");
        ada.key(Key::Down).await;
        ada.reads("Verhoeven & Zonen").await;
        ada.key(Key::Down).await;
        ada.key(Key::Enter).await;
        ada.reads_heading("Zoë Verhoeven").await;

        ada.keys("/").await;
        ada.keys("88001").await;
        ada.press("Order 100088001").await;
        ada.finds("location.pathname.startsWith('/orders/')").await;

        ada.keys("/").await;
        ada.keys("verhoven").await;
        ada.reads("These are alike").await;
        ada.key(Key::Enter).await;
        ada.reads_heading("Search for “verhoven”").await;
        ada.press("verhoeven").await;
        ada.reads_heading("Search for “verhoeven”").await;
        ada.console_is_clean().await;
    })
    .await;
}

#[sqlx::test]
async fn without_scripts_it_leads_to_a_page(pool: PgPool) {
    let app = shop(pool).await;
    visit(&app, Scripts::Off, async |ada| {
        ada.sign_in().await;
        ada.fill("Search", "verhoeven").await;
        ada.key(Key::Enter).await;
        ada.reads_heading("Search for “verhoeven”").await;
        assert_eq!(ada.value("Search").await, "verhoeven");
        ada.press("Verhoeven & Zonen").await;
        ada.reads_heading("Verhoeven & Zonen").await;
    })
    .await;
}
