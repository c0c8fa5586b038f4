//! Newsletter subscriptions that both sides changed, or that a store does not take.

use askama::Template;
use axum::extract::State;

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::grid::{self, Asked, Grid, Lister};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, view};
use super::words;
use crate::crm::changes::{self, Standing};
use crate::crm::newsletter::{DISPUTED, DisputedRow, Status};
use crate::crm::users::User;

#[derive(Template)]
#[template(path = "conflicts/subscriptions.html")]
struct Subscriptions {
    shell: Shell,
    list: Grid<DisputedRow>,
    standing: Standing,
}

impl Subscriptions {
    fn may_decide(&self) -> bool {
        self.shell.user.may_edit()
    }

    fn word(&self, status: Option<Status>) -> &'static str {
        status.map_or("", Status::word)
    }

    fn chosen(&self, row: &DisputedRow) -> &'static str {
        match row.rule.as_deref() {
            _ if row.waits() => "Waiting",
            Some("local") => "Local",
            _ => "Remote",
        }
    }

    fn rule(&self, row: &DisputedRow) -> &'static str {
        row.rule.as_deref().map_or("Refused by the store", words::rule)
    }
}

/// `GET /conflicts/subscriptions`
pub(super) async fn list(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let list = lister(&web, &who.user, asked).await?.load_own().await?;
    let standing = changes::standing(&web.pool, None).await?;
    let shell = Shell::load(&web, &who.session, who.user, "/conflicts").await?;
    page::show(&Subscriptions { shell, list, standing })
}

/// `GET /conflicts/subscriptions/export`
pub(super) async fn export(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    lister(&web, &who.user, asked).await?.csv(&who.actor()).await
}

async fn lister<'a>(web: &'a Web, user: &'a User, asked: Asked) -> Result<Lister<'a>, PageError> {
    let rules = words::RULES.iter().filter(|(key, _)| *key != "removed");
    let rules = rules.map(|(key, word)| ((*key).to_owned(), (*word).to_owned())).collect();
    let list = Lister::new(web, user, asked, &DISPUTED).choices("rule", rules);
    Ok(list.choices("channel", grid::channels(web).await?))
}
