//! What all lists have in common: typed filters, columns, saved views, exports, many rows at once, and what an address may ask.

mod bulk;
mod columns;
mod export;
mod filters;
mod paging;
mod paths;
mod speed;
mod strange;
mod views;

use sqlx::PgPool;

use crate::support::{App, Page};

async fn app_with_sales(pool: PgPool) -> App {
    let app = App::as_administrator(pool).await;
    app.add_sales().await;
    app
}

/// The heads of the page's first table, without the one of the boxes to tick.
fn heads(page: &Page) -> Vec<String> {
    let table = page.html.split("<thead>").nth(1).unwrap().split("</thead>").next().unwrap();
    let heads = table.split("<th scope=\"col\"").skip(1).map(|head| format!("<th {head}"));
    heads.map(|head| Page::words_of(&head)).filter(|head| !head.is_empty() && head != "Ticked").collect()
}

/// What the page tells that it did not understand.
fn notes(page: &Page) -> Vec<String> {
    let notes = page.html.split("<div class=\"note warn grid-note\" role=\"alert\">").skip(1);
    notes.map(|note| Page::words_of(note.split("</p>").next().unwrap())).collect()
}
