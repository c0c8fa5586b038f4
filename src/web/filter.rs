//! The filters of a list: labelled fields that open from chips, each with what was asked for.

use chrono::{Datelike, NaiveDate};

use super::grid::Asked;
use crate::base::range::Range;

/// A filter of a list: a labelled field that opens from a chip.
pub(super) struct Filter {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    /// What it lets through; empty = everything.
    pub(super) value: String,
    /// What it lets through by itself.
    pub(super) by_itself: &'static str,
    /// Words to choose from; empty = a text is typed.
    pub(super) choices: Vec<(String, String)>,
    /// The word for "everything" in the address; empty where that is the default.
    pub(super) all: &'static str,
    pub(super) hint: &'static str,
    /// What is typed: `text` or `date`.
    pub(super) kind: &'static str,
    /// What is wrong with what was typed: it filters nothing.
    pub(super) problem: Option<String>,
    pub(super) carried: Vec<(String, String)>,
    pub(super) without: String,
}

/// The presets of a time in the past.
const RECENT: [(&str, &str); 5] = [
    ("day", "Last 24 hours"),
    ("week", "Last 7 days"),
    ("month", "Last 30 days"),
    ("quarter", "Last 90 days"),
    ("year", "Last 12 months"),
];

impl Filter {
    /// A filter by a text.
    pub(super) fn text(asked: &Asked, name: &'static str, label: &'static str) -> Self {
        let carried =
            asked.others(&[name]).into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self {
            name,
            label,
            value: asked.get(name),
            by_itself: "",
            choices: Vec::new(),
            all: "",
            hint: "",
            kind: "text",
            problem: None,
            carried: carried.collect(),
            without: asked.with(&[(name, "")]),
        }
    }

    /// A filter by an amount or a number.
    pub(super) fn amount(asked: &Asked, name: &'static str, label: &'static str) -> Self {
        let mut filter = Self { hint: "Like 100, >100 or 50-100.", ..Self::text(asked, name, label) };
        if !filter.value.is_empty() && Range::parse(&filter.value).is_none() {
            filter.problem =
                Some(format!("{label}: “{}” is no amount. Use 100, >100 or 50-100.", filter.value));
        }
        filter
    }

    /// A filter by a whole number.
    pub(super) fn number(asked: &Asked, name: &'static str, label: &'static str) -> Self {
        let mut filter = Self::text(asked, name, label);
        if !filter.value.is_empty() && filter.value.parse::<i64>().is_err() {
            filter.problem = Some(format!("{label}: “{}” is no number.", filter.value));
        }
        filter
    }

    /// A filter by a day.
    pub(super) fn day(asked: &Asked, name: &'static str, label: &'static str) -> Self {
        let mut filter = Self { kind: "date", ..Self::text(asked, name, label) };
        if !filter.value.is_empty() && !filter.value.parse().is_ok_and(is_writable) {
            filter.problem = Some(format!("{label}: “{}” is no date. Use 2026-05-12.", filter.value));
        }
        filter
    }

    /// A filter by one of several.
    pub(super) fn choice(
        asked: &Asked,
        name: &'static str,
        label: &'static str,
        choices: Vec<(String, String)>,
    ) -> Self {
        let mut filter = Self::text(asked, name, label);
        if !filter.value.is_empty() && !choices.iter().any(|(key, _)| *key == filter.value) {
            let asked = std::mem::take(&mut filter.value);
            filter.problem =
                Some(format!("{label}: there is no “{asked}”, or not any more. All are shown instead."));
        }
        filter.choices = choices;
        filter
    }

    /// The same, with the words at hand.
    pub(super) fn words(
        asked: &Asked,
        name: &'static str,
        label: &'static str,
        words: &[(&str, &str)],
    ) -> Self {
        let choices = words.iter().map(|(key, word)| ((*key).to_owned(), (*word).to_owned())).collect();
        Self::choice(asked, name, label, choices)
    }

    /// Yes or no.
    pub(super) fn yes_no(asked: &Asked, name: &'static str, label: &'static str) -> Self {
        Self::words(asked, name, label, &[("yes", "Yes"), ("no", "No")])
    }

    /// When a record was made.
    pub(super) fn created(asked: &Asked) -> Self {
        Self::words(asked, "created-at", "Created At", &RECENT)
    }

    /// The word that stands for everything in the address, where it may also be left away.
    pub(super) fn everything(mut self, asked: &Asked, word: &'static str) -> Self {
        if asked.get(self.name) == word {
            self.problem = None;
        }
        self.all = word;
        self
    }

    /// It lets only this through until somebody wants everything.
    pub(super) fn by_itself(mut self, asked: &Asked, key: &'static str) -> Self {
        const EVERYTHING: &str = "any";
        if self.value.is_empty() && asked.get(self.name) != EVERYTHING {
            self.value = key.to_owned();
        }
        if asked.get(self.name) == EVERYTHING {
            self.problem = None;
        }
        self.by_itself = key;
        self.all = EVERYTHING;
        self.without = asked.with(&[(self.name, EVERYTHING)]);
        self
    }

    /// Does it let something else through than it does by itself?
    pub(super) fn is_set(&self) -> bool {
        self.value != self.by_itself
    }

    pub(super) fn shown(&self) -> &str {
        let chosen = self.choices.iter().find(|(key, _)| *key == self.value);
        match (chosen, self.value.as_str()) {
            (Some((_, word)), _) => word,
            (None, "") => "All",
            (None, text) => text,
        }
    }

    pub(super) fn chosen(&self, key: &str) -> bool {
        self.value == key
    }
}

/// Is it a day that Postgres can keep?
fn is_writable(day: NaiveDate) -> bool {
    (1..=9998).contains(&day.year())
}
