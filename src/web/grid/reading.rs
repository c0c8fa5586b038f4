//! What an address asks of a list, as far as the list has it; and what it does not have, in words.

use std::collections::BTreeMap;

use super::Asked;
use super::chip::Chip;
use crate::base::listing::{Column, Listing, Sort, Wanted};

/// The words of an address that are no filter of a list.
const OWN: [&str; 10] =
    ["sort", "way", "size", "from", "column", "columns", "filter", "filters", "view", "edited"];

/// What can be chosen from in filters, where only the page knows.
pub(in crate::web) type Choices = BTreeMap<&'static str, Vec<(String, String)>>;

/// What is asked of a list.
pub(in crate::web) struct Reading {
    pub(in crate::web) wanted: Wanted,
    pub(super) chips: Vec<Chip>,
    pub(super) columns: Vec<&'static Column>,
    pub(in crate::web) sort: Sort,
    pub(in crate::web) descending: bool,
    /// What could not be understood and therefore asks nothing.
    pub(in crate::web) notes: Vec<String>,
}

impl Reading {
    /// What is wrong with the value of each filter, by its word.
    pub(in crate::web) fn problems(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.chips.iter().filter_map(|chip| Some((chip.key, chip.problem.as_deref()?)))
    }
}

impl Reading {
    pub(in crate::web) fn of(listing: &'static Listing, asked: &Asked, choices: &Choices) -> Self {
        let filters = listing.all_filters();
        let chips: Vec<Chip> = filters
            .map(|filter| Chip::of(asked, filter, choices.get(filter.key).map(Vec::as_slice)))
            .collect();
        let mut notes: Vec<String> = chips.iter().filter_map(|chip| chip.problem.clone()).collect();
        let mut wanted = Wanted::everything();
        for asks in chips.iter().map(Chip::wanted) {
            for key in asks.keys() {
                wanted.set(key, asks.all(key).to_vec());
            }
        }
        for (key, test) in listing.scopes {
            let scope = asked.wanted(&test.words(key));
            match test.problem(key, key, &scope) {
                Some(problem) => notes.push(problem),
                None => wanted.set(key, scope.all(key).to_vec()),
            }
        }
        let columns = columns(listing, asked, &mut notes);
        let sort = sort(listing, asked, &mut notes);
        strange_words(listing, asked, &chips, &mut notes);
        Self { wanted, chips, columns, sort, descending: asked.descending(sort.down), notes }
    }
}

fn columns(listing: &'static Listing, asked: &Asked, notes: &mut Vec<String>) -> Vec<&'static Column> {
    let mut columns: Vec<&'static Column> = Vec::new();
    for key in asked.list("column", "columns") {
        match listing.column(&key) {
            Some(column) if columns.iter().any(|known| known.key == column.key) => {}
            Some(column) => columns.push(column),
            None => notes.push(format!("There is no column “{key}”. The others are shown.")),
        }
    }
    if columns.is_empty() { listing.usual_columns() } else { columns }
}

fn sort(listing: &'static Listing, asked: &Asked, notes: &mut Vec<String>) -> Sort {
    let key = asked.get("sort");
    let known = listing.sort(&key);
    if known.is_none() && !key.is_empty() {
        notes.push(format!("This list cannot be sorted by “{key}”. It is in its usual order."));
    }
    let sort = known.unwrap_or_else(|| listing.usual_sort());
    if asked.has("from") && !asked.from().is_some_and(|cursor| sort.takes(&cursor)) {
        notes.push("The link to this page of the list is not complete. This is the first page.".to_owned());
    }
    sort
}

/// A filter that a list does not have hides nothing, and whoever asked for it should know.
fn strange_words(listing: &'static Listing, asked: &Asked, chips: &[Chip], notes: &mut Vec<String>) {
    let filters: Vec<String> =
        listing.all_filters().flat_map(|filter| filter.test.words(filter.key)).collect();
    let known = |name: &&str| {
        OWN.contains(name)
            || filters.iter().any(|word| word == name)
            || listing.scopes.iter().any(|(key, _)| key == name)
    };
    for name in asked.names().filter(|name| !known(name)) {
        notes.push(format!("This list has no filter “{name}”. It was left out."));
    }
    for key in asked.list("filter", "filters") {
        if !chips.iter().any(|chip| chip.key == key) {
            notes.push(format!("This list has no filter “{key}”. It was left out."));
        }
    }
}
