//! The list of conflicts, filtered and page by page, what waits first.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::grid::{self, Asked, Grid, Lister};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, view};
use super::words;
use crate::base::keyset::Total;
use crate::crm::changes::{self, CONFLICTS, ConflictRow, Standing};
use crate::crm::merge::Unit;
use crate::crm::users::User;

/// Fields that are offered to be answered at once; the Field filter brings any other.
const MOST_FIELDS: usize = 3;

#[derive(Template)]
#[template(path = "conflicts/list.html")]
struct List {
    shell: Shell,
    list: Grid<ConflictRow>,
    standing: Standing,
    many: Vec<Many>,
    /// The query of this page, for the way back from a decision.
    here: String,
}

/// A field of which more than one conflict waits.
struct Many {
    /// "all 3 of Email".
    words: String,
    local: String,
    remote: String,
}

impl List {
    fn may_decide(&self) -> bool {
        self.shell.user.may_edit()
    }
}

/// The list as it is asked for.
pub(super) async fn lister<'a>(web: &'a Web, user: &'a User, asked: Asked) -> Result<Lister<'a>, PageError> {
    let owned = |words: &[(&str, &str)]| {
        words.iter().map(|(key, word)| ((*key).to_owned(), (*word).to_owned())).collect()
    };
    let lister = Lister::new(web, user, asked, &CONFLICTS).choices("channel", grid::channels(web).await?);
    Ok(lister.choices("field", owned(&words::fields())).choices("rule", owned(&words::RULES)))
}

/// `GET /conflicts`
pub(super) async fn list(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let list = lister(&web, &who.user, asked).await?.load_own().await?;
    let many = if who.user.may_edit() { many(&web, &list).await? } else { Vec::new() };
    let standing = changes::standing(&web.pool, None).await?;
    let shell = Shell::load(&web, &who.session, who.user, "/conflicts").await?;
    let here = list.asked.with(&[]);
    page::show(&List { shell, list, standing, many, here })
}

/// `GET /conflicts/export`
pub(super) async fn export(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    lister(&web, &who.user, asked).await?.csv(&who.actor()).await
}

/// The fields of which several conflicts wait, among those that the filters let through; those of which this page shows most
/// come first.
async fn many(web: &Web, list: &Grid<ConflictRow>) -> Result<Vec<Many>, PageError> {
    if !list.notes().is_empty() {
        return Ok(Vec::new());
    }
    let mut shown: BTreeMap<Unit, usize> = BTreeMap::new();
    for unit in list.rows.iter().filter(|row| row.waits()).filter_map(ConflictRow::unit) {
        *shown.entry(unit).or_default() += 1;
    }
    let mut units: Vec<(Unit, usize)> = shown.into_iter().collect();
    units.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
    let mut many = Vec::new();
    for (unit, _) in units.into_iter().take(MOST_FIELDS) {
        let wanted = list.wanted.clone().and("state", "waiting").and("field", unit.key());
        let (Total::Exactly(waiting) | Total::About(waiting)) = CONFLICTS.count(&web.pool, &wanted).await?;
        if waiting > 1 {
            let to = |side| {
                let query = [("field", unit.key()), ("use", side), ("state", ""), ("sort", ""), ("way", "")];
                format!("/conflicts/answers{}", list.asked.with(&query))
            };
            let words = format!("all {} of {}", view::number(waiting), unit.word());
            many.push(Many { words, local: to("local"), remote: to("remote") });
        }
    }
    Ok(many)
}
