//! What an address asks of a list, as far as the list has it; and what it does not have, in words.

use std::collections::BTreeMap;

use super::Asked;
use super::chip::Chip;
use crate::base::listing::{Column, Fault, Listing, Sort, Test, Wanted};

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
    /// What is wrong with the filters.
    pub(in crate::web) faults: Vec<Fault>,
    /// What could not be understood, in words: the faults, and what else the address asks.
    pub(in crate::web) notes: Vec<String>,
}

impl Reading {
    pub(in crate::web) fn of(listing: &'static Listing, asked: &Asked, choices: &Choices) -> Self {
        let filters = listing.all_filters();
        let chips: Vec<Chip> = filters
            .map(|filter| Chip::of(asked, filter, choices.get(filter.key).map(Vec::as_slice)))
            .collect();
        let mut faults: Vec<Fault> = chips.iter().filter_map(|chip| chip.problem.clone()).collect();
        let mut wanted = Wanted::everything();
        for asks in chips.iter().map(Chip::wanted) {
            for key in asks.keys() {
                wanted.set(key, asks.all(key).to_vec());
            }
        }
        for (key, test) in listing.scopes {
            let scope = asked.wanted(&test.words(key));
            match test.problem(key, key, &scope) {
                Some(problem) => faults.push(problem),
                None => wanted.set(key, scope.all(key).to_vec()),
            }
        }
        faults.extend(listing.words().flat_map(|(word, test)| surplus(asked, word, test)));
        let refused = refused(listing, asked);
        if !refused.is_empty() {
            wanted = wanted.and_so_nothing();
        }
        faults.extend(refused);
        let mut notes: Vec<String> = faults.iter().map(|fault| fault.text.clone()).collect();
        let columns = columns(listing, asked, &mut notes);
        let sort = sort(listing, asked, &mut notes);
        strange_words(listing, asked, &chips, &mut notes);
        Self { wanted, chips, columns, sort, descending: asked.descending(sort.down), faults, notes }
    }
}

/// What is asked for several times, where a list looks for the first value only.
fn surplus(asked: &Asked, (key, label): (&str, &str), test: Test) -> Vec<Fault> {
    let several = test.words(key).into_iter().filter(|word| {
        let is_own = word == key;
        asked.all(word).len() > 1 && !(is_own && test.takes_several())
    });
    several
        .map(|word| {
            Fault::new(word, format!("{label}: one value is looked for at a time. The first counts."))
        })
        .collect()
}

/// What nobody looks for. A list that left it out would show all that it was to keep away.
fn refused(listing: &'static Listing, asked: &Asked) -> Vec<Fault> {
    let words = listing
        .words()
        .flat_map(|((key, label), test)| test.words(key).into_iter().map(move |word| (word, label)));
    let refused = words.filter(|(word, _)| asked.is_refused(word));
    let text = |label| {
        format!(
            "{label}: what is asked for is too long, has a NUL in it, or is one value too many. Nothing is shown."
        )
    };
    refused.map(|(word, label)| Fault::new(word, text(label))).collect()
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
    for name in OWN.into_iter().filter(|name| asked.is_refused(name)) {
        notes.push(format!(
            "A value of “{name}” is too long, has a NUL in it, or is one too many. It was left out."
        ));
    }
}
