//! What is asked of a list: the values of its filters by their words in the address.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The word that lets nothing through: no list has a filter of this name.
const NOTHING: &str = "nothing";

/// The values of a list's filters. None, one or several per word; empty ones are none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted(BTreeMap<String, Vec<String>>);

impl Wanted {
    /// Everything.
    #[must_use]
    pub fn everything() -> Self {
        Self::default()
    }

    /// The same, but nothing is let through, whatever else is asked.
    #[must_use]
    pub fn and_so_nothing(self) -> Self {
        self.and(NOTHING, "is looked for")
    }

    /// Is nothing let through?
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.0.contains_key(NOTHING)
    }

    /// Only this.
    #[must_use]
    pub fn only(key: &str, value: impl ToString) -> Self {
        Self::default().and(key, value)
    }

    /// The same, with this word set to one value.
    #[must_use]
    pub fn and(mut self, key: &str, value: impl ToString) -> Self {
        self.set(key, vec![value.to_string()]);
        self
    }

    /// Sets a word's values.
    pub fn set(&mut self, key: &str, values: Vec<String>) {
        let values: Vec<String> = values.into_iter().filter(|value| !value.is_empty()).collect();
        if values.is_empty() {
            self.0.remove(key);
        } else {
            self.0.insert(key.to_owned(), values);
        }
    }

    /// The first value; empty if there is none.
    #[must_use]
    pub fn get(&self, key: &str) -> &str {
        self.all(key).first().map_or("", String::as_str)
    }

    /// All values.
    #[must_use]
    pub fn all(&self, key: &str) -> &[String] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }

    /// Does it ask for anything?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words that it has values for.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}
