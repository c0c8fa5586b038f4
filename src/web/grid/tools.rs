//! What stands above a list's rows: its filters, which of them and which columns are shown, and the way back to how the
//! list is by itself.

use askama::Template;
use askama::filters::HtmlSafe;

use super::super::view;
use super::Asked;
use super::asked::Way;
use super::chip::Chip;
use super::head::Head;
use crate::base::listing::{Column, Kind, Listing};

/// The bar above the rows.
#[derive(Template)]
#[template(path = "grid/tools.html")]
pub(in crate::web) struct Tools {
    chips: Vec<Chip>,
    /// All filters, and whether each has its chip.
    filters: Vec<(&'static str, &'static str, bool)>,
    filters_carried: Vec<(String, String)>,
    columns: Vec<Choice>,
    columns_carried: Vec<(String, String)>,
    /// Somebody is about to choose columns.
    choosing: bool,
    usual_columns: String,
    /// What the list can be sorted by, where its heads are not shown: word, address, and how it is sorted.
    sorts: Vec<(String, String, Option<&'static str>)>,
    /// Where the list is as it is by itself; `None` = it is so.
    reset: Option<String>,
    /// The address of the CSV, if there is one.
    export: Option<String>,
}

impl HtmlSafe for Tools {}

/// A column to be chosen.
struct Choice {
    column: &'static Column,
    shown: bool,
    /// The arrows that move it, and whether the focus is on it: it is what was pressed last.
    arrows: Vec<(Way, bool)>,
}

impl Choice {
    /// What an arrow asks.
    fn asks(&self, way: &Way) -> String {
        format!("{}.{}", self.column.key, way.word())
    }
}

impl Tools {
    pub(super) fn of(
        listing: &'static Listing,
        asked: &Asked,
        chips: Vec<Chip>,
        columns: &[&'static Column],
        heads: &[Head],
        export: Option<String>,
        moved: Option<(String, Way)>,
    ) -> Self {
        let wanted = asked.list("filter", "filters");
        let usual = |chip: &Chip| wanted.is_empty() && !listing.aside.contains(&chip.key);
        let asks = |chip: &Chip| chip.is_set() || chip.problem.is_some();
        let shows = |chip: &Chip| usual(chip) || asks(chip) || wanted.iter().any(|key| key == chip.key);
        let filters = chips.iter().map(|chip| (chip.key, chip.label, shows(chip))).collect();
        let is_usual = asked.names().all(|name| listing.scopes.iter().any(|(key, _)| *key == name));
        let scopes: Vec<&str> = listing.scopes.iter().map(|(key, _)| *key).collect();
        let others: Vec<&str> = asked.names().filter(|name| !scopes.contains(name)).collect();
        Self {
            filters,
            filters_carried: asked.others(&["filter", "filters"]),
            columns: choices(listing, columns, moved.as_ref()),
            choosing: moved.is_some(),
            sorts: heads
                .iter()
                .filter_map(|head| Some((head.word.clone(), head.link.clone()?, head.sorted)))
                .collect(),
            columns_carried: asked.others(&["column", "columns"]),
            usual_columns: asked.with(&[("column", ""), ("columns", "")]),
            reset: (!is_usual).then(|| asked.without(&others).query()),
            export,
            chips: chips.into_iter().filter(shows).collect(),
        }
    }
}

/// What is shown in its order, then what is not.
fn choices(
    listing: &'static Listing,
    shown: &[&'static Column],
    moved: Option<&(String, Way)>,
) -> Vec<Choice> {
    let first = shown.iter().enumerate().map(|(nr, column)| {
        let can = [(Way::Earlier, nr > 0), (Way::Later, nr + 1 < shown.len())];
        let ways: Vec<Way> = can.into_iter().filter(|(_, can)| *can).map(|(way, _)| way).collect();
        // at either end the arrow that was pressed is gone, and the other one has the focus
        let pressed = moved.filter(|(key, _)| *key == column.key).map(|(_, way)| *way);
        let focus = pressed.filter(|way| ways.contains(way)).or_else(|| pressed.and(ways.first().copied()));
        let arrows = ways.iter().map(|way| (*way, focus == Some(*way))).collect();
        Choice { column, shown: true, arrows }
    });
    let is_left = |column: &&'static Column| !shown.iter().any(|it| it.key == column.key);
    let rest = listing.columns.iter().filter(is_left);
    let rest = rest.map(|column| Choice { column, shown: false, arrows: Vec::new() });
    // a list that its own page draws has no columns to choose
    let is_drawn = listing.columns.iter().any(|column| matches!(column.kind, Kind::Own));
    if is_drawn { Vec::new() } else { first.chain(rest).collect() }
}
