//! Edits that a store does not take, with its words, and what can be done about each.

use askama::Template;
use axum::extract::State;

use super::super::access::SignedIn;
use super::super::customers::waiting;
use super::super::error::PageError;
use super::super::grid::{self, Asked, Grid, Lister};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, view};
use super::words;
use crate::crm::changes::{self, NotCreated, REJECTED, RejectedRow, Standing};
use crate::crm::users::User;

/// More are not shown before these are looked at.
const MOST_NOT_CREATED: i64 = 50;

#[derive(Template)]
#[template(path = "conflicts/rejected.html")]
struct Rejected {
    shell: Shell,
    list: Grid<RejectedRow>,
    /// Records that were made here and are in no store.
    not_created: Vec<NotCreated>,
    standing: Standing,
}

impl Rejected {
    fn may_decide(&self) -> bool {
        self.shell.user.may_edit()
    }
}

/// `GET /conflicts/rejected-edits`
pub(super) async fn list(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let list = lister(&web, &who.user, asked).await?.load_own().await?;
    let not_created = changes::not_created(&web.pool, MOST_NOT_CREATED).await?;
    let standing = changes::standing(&web.pool, None).await?;
    let shell = Shell::load(&web, &who.session, who.user, "/conflicts").await?;
    page::show(&Rejected { shell, list, not_created, standing })
}

/// `GET /conflicts/rejected-edits/export`
pub(super) async fn export(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    lister(&web, &who.user, asked).await?.csv(&who.actor()).await
}

async fn lister<'a>(web: &'a Web, user: &'a User, asked: Asked) -> Result<Lister<'a>, PageError> {
    let fields = words::fields().into_iter().filter(|(key, _)| *key != "record");
    let fields = fields.map(|(key, word)| (key.to_owned(), word.to_owned())).collect();
    let list = Lister::new(web, user, asked, &REJECTED).choices("field", fields);
    Ok(list.choices("channel", grid::channels(web).await?))
}
