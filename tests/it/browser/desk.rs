//! Working on records: a call is logged, a note written, a tag put on, a step taken, data brought up to date.

use sqlx::PgPool;

use super::chromium::Scripts;
use super::person::Person;
use super::store::synchronized;
use super::visit::visit;
use crate::support::App;

#[sqlx::test]
async fn somebody_works_on_an_order(pool: PgPool) {
    let app = App::as_administrator(pool).await;
    app.add_sales().await;
    let order = app.path_of("orders", "orders", "increment_id", "100088001").await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.open(&order).await;
        ada.reads("Not contacted yet").await;
        // the form opens on the page, with the focus in it
        ada.press("Log Call").await;
        ada.has_focus_on("Direction").await;
        let in_sight = "(({ top, bottom }) => top >= 0 && bottom <= innerHeight)(document.activeElement.getBoundingClientRect())";
        ada.finds(in_sight).await;
        ada.fill("Minutes", "7").await;
        ada.fill("What was said", "She wants the oak one.").await;
        ada.press("Save call").await;
        ada.hears("status", "Call logged.").await;
        ada.reads("Times Contacted: 1").await;
        ada.reads("7 minutes").await;
        ada.reads("Order Follow Up Call logged").await;

        ada.press("Add Note").await;
        ada.fill("Note", "Ask again in May.").await;
        ada.press("Save note").await;
        ada.hears("status", "Note added.").await;
        tags(ada).await;
        takes_a_step(ada).await;
        takes_it_back(ada).await;
    })
    .await;
}

async fn tags(ada: &Person) {
    ada.fill("Add a tag", "wholesale").await;
    ada.press("Add tag").await;
    ada.press("wholesale").await;
    ada.reads_heading("wholesale").await;
    ada.press("100088001").await;
    ada.press("Remove tag wholesale").await;
    ada.hears("status", "The tag is taken off.").await;
}

/// In a dialog; what is missing is told on a page of its own.
async fn takes_a_step(ada: &Person) {
    ada.press("Record Feedback").await;
    ada.reads("Feedback").await;
    ada.press("Save").await;
    ada.reads("Write what the buyer said").await;
    ada.fill("Feedback", "Very happy.").await;
    ada.press("Save").await;
    ada.hears("status", "Step taken: Contacted.").await;
    ada.reads("Very happy.").await;
}

/// A note that was written is deleted after a question.
async fn takes_it_back(ada: &Person) {
    ada.press("Delete Note added by Ada Lovelace").await;
    ada.reads("Delete this note?").await;
    ada.press("Delete").await;
    ada.hears("status", "Deleted.").await;
    ada.reads_no_more("Ask again in May.").await;
}

#[sqlx::test]
async fn data_is_synchronized_while_somebody_looks(pool: PgPool) {
    let (app, store, _) = synchronized(pool).await;
    let id = app.count("select remote_id from customers where id = 1").await;
    store.edit_customer(u32::try_from(id).unwrap(), |it| it.firstname = Some("Augusta".into()));
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.served.work();
        ada.open("/customers/1").await;
        ada.press("Sync Data").await;
        ada.hears("status", "Data successfully synchronized.").await;
        ada.reads("Augusta").await;
    })
    .await;
}

#[sqlx::test]
async fn a_note_that_follows_a_record_ends_with_the_session(pool: PgPool) {
    let (app, _store, _) = synchronized(pool).await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.open("/customers/1").await;
        ada.press("Sync Data").await;
        ada.reads("Sync Data is queued").await;
        app.run_sql("delete from sessions").await;
        ada.until("still at the record", async || (ada.path().await == "/login").then_some(())).await;
    })
    .await;
    app.run_sql("update jobs set status = 'cancelled'").await;
}

#[sqlx::test]
async fn the_same_without_scripts(pool: PgPool) {
    let (app, store, _) = synchronized(pool).await;
    let id = app.count("select remote_id from customers where id = 1").await;
    store.edit_customer(u32::try_from(id).unwrap(), |it| it.firstname = Some("Augusta".into()));
    visit(&app, Scripts::Off, async |ada| {
        ada.sign_in().await;
        ada.open("/customers/1").await;
        ada.press("Log Call").await;
        ada.reads_heading("Log Call").await;
        ada.fill("Minutes", "7").await;
        ada.press("Save").await;
        ada.hears("status", "Call logged.").await;
        ada.press("Sync Data").await;
        ada.reads("Sync Data is queued").await;
        app.drain_jobs().await;
        ada.press("Look again").await;
        ada.hears("status", "Data successfully synchronized.").await;
        ada.reads("Augusta").await;
    })
    .await;
}
