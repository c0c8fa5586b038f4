//! The list of conflicts, filtered and page by page, what waits first.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::filter::Filter;
use super::super::grid::Asked;
use super::super::listed::{self, Column, Grid};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, view};
use super::words;
use crate::base::keyset::Total;
use crate::crm::changes::{self, CONFLICTS, ConflictRow, Standing};
use crate::crm::merge::Unit;

const COLUMNS: [Column; 10] = [
    Column::plain("Customer"),
    Column::plain("Field"),
    Column::plain("Base"),
    Column::plain("Local"),
    Column::plain("Remote"),
    Column::sorted("Chosen", "state"),
    Column::plain("Rule"),
    Column::plain("Channel"),
    Column::plain("Job"),
    Column::sorted("Date", "date"),
];

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

/// The filters of the list as they are asked for.
pub(super) async fn filters(web: &Web, asked: &Asked) -> Result<Vec<Filter>, PageError> {
    let states = [("waiting", "Waiting"), ("decided", "Decided")];
    Ok(vec![
        listed::channel(web, asked).await?,
        Filter::words(asked, "field", "Field", &words::fields()),
        Filter::words(asked, "rule", "Rule", &words::RULES),
        Filter::words(asked, "state", "State", &states).everything(asked, "all"),
        Filter::day(asked, "since", "Date from"),
        Filter::day(asked, "until", "Date to"),
        Filter::number(asked, "job", "Job"),
    ])
}

/// `GET /conflicts`
pub(super) async fn list(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let filters = filters(&web, &asked).await?;
    let list = Grid::load(&web.pool, &asked, &CONFLICTS, &COLUMNS, filters).await?;
    let many = if who.user.may_edit() { many(&web, &asked, &list).await? } else { Vec::new() };
    let standing = changes::standing(&web.pool, None).await?;
    let shell = Shell::load(&web, &who.session, who.user, "/conflicts").await?;
    page::show(&List { shell, list, standing, many, here: asked.with(&[]) })
}

/// The fields of which several conflicts wait, among those that the filters let through; those of which this page shows most
/// come first.
async fn many(web: &Web, asked: &Asked, list: &Grid<ConflictRow>) -> Result<Vec<Many>, PageError> {
    if list.problems().next().is_some() {
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
        let mut wanted = listed::wanted(asked, &CONFLICTS, &list.filters);
        wanted.extend([("state", "waiting".to_owned()), ("field", unit.key().to_owned())]);
        let (Total::Exactly(waiting) | Total::About(waiting)) = CONFLICTS.count(&web.pool, &wanted).await?;
        if waiting > 1 {
            let to = |side| {
                let query = [("field", unit.key()), ("use", side), ("state", ""), ("sort", ""), ("way", "")];
                format!("/conflicts/answers{}", asked.with(&query))
            };
            let words = format!("all {} of {}", view::number(waiting), unit.word());
            many.push(Many { words, local: to("local"), remote: to("remote") });
        }
    }
    Ok(many)
}
