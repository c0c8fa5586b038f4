//! The handbook inside the application: the files of `docs`, as they lie there, for everybody who is signed in.
//!
//! **Owns** which file is which page, and in what order. **Refuses** to say anything that the files do not say.

mod article;
mod book;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

use super::access::SignedIn;
use super::error::PageError;
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, view};
use article::Article;
use book::{BOOK, Chapter};

/// Pictures change with the program and may be kept for a while.
const KEEP: &str = "private, max-age=3600";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/help", get(front))
        .route("/help/{page}", get(show))
        .route("/help/img/{file}", get(picture))
}

#[derive(Template)]
#[template(path = "help/show.html")]
struct Page {
    shell: Shell,
    article: &'static Article,
    chapters: &'static [Chapter],
    /// What the address calls the page; empty at the front.
    here: &'static str,
}

impl Page {
    fn is_front(&self) -> bool {
        self.here.is_empty()
    }

    /// A page of one part needs no list of them.
    fn has_parts(&self) -> bool {
        self.article.sections.len() > 1
    }
}

/// `GET /help`
async fn front(State(web): State<Web>, who: SignedIn) -> PageResult {
    open(&web, who, "").await
}

/// `GET /help/{page}`
async fn show(State(web): State<Web>, who: SignedIn, Path(page): Path<String>) -> PageResult {
    open(&web, who, &page).await
}

async fn open(web: &Web, who: SignedIn, name: &str) -> PageResult {
    let chapter = BOOK.iter().find(|chapter| chapter.name == name).ok_or(PageError::NotFound)?;
    let shell = Shell::load(web, &who.session, who.user, "/help").await?;
    page::show(&Page { shell, article: &chapter.article, chapters: &BOOK, here: &chapter.name })
}

/// `GET /help/img/{file}`
async fn picture(_: SignedIn, Path(file): Path<String>) -> PageResult {
    let found = book::picture(&file).ok_or(PageError::NotFound)?;
    let heads = [(header::CONTENT_TYPE, assets::content_type(&file)), (header::CACHE_CONTROL, KEEP)];
    Ok((heads, found).into_response())
}
