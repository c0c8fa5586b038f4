//! Everything that an administrator sets at run time, a card each group, saved by itself; and the two tests that show whether
//! people can be told. Each setting goes back to its default alone.

mod card;
mod save;
mod trial;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};

use super::access::Administrator;
use super::error::PageError;
use super::form::{Errors, Posted};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, view};
use crate::crm::settings::{GROUPS, Group, Settings};
use card::Card;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/settings", get(show))
        .route("/settings/mail/tests", post(trial::mail))
        .route("/settings/webhook/tests", post(trial::webhook))
        .route("/settings/{group}", post(save::save))
}

#[derive(Template)]
#[template(path = "settings/show.html")]
struct Page {
    shell: Shell,
    cards: Vec<Card>,
}

/// `GET /settings`
async fn show(State(web): State<Web>, who: Administrator) -> PageResult {
    page::show(&load(&web, &who, None).await?)
}

/// A group as somebody typed it, what is wrong with it, and what a test of it found.
struct Again<'a> {
    group: &'static Group,
    typed: Option<&'a Posted>,
    errors: Errors,
    found: Option<String>,
}

/// The page; one group perhaps as it was typed.
async fn load(web: &Web, who: &Administrator, again: Option<Again<'_>>) -> Result<Page, PageError> {
    let settings = Settings::load(&web.pool).await?;
    let mut cards = Vec::with_capacity(GROUPS.len());
    for group in &GROUPS {
        let shown = card::version(&web.pool, group).await?;
        let again = again.as_ref().filter(|again| again.group.key == group.key);
        cards.push(Card::of(web, group, &settings, shown, again));
    }
    let shell = Shell::load(web, &who.session, who.user.clone(), "/settings").await?;
    Ok(Page { shell, cards })
}

/// The group that an address means.
fn group(key: &str) -> Result<&'static Group, PageError> {
    GROUPS.iter().find(|group| group.key == key).ok_or(PageError::NotFound)
}
