//! Things a store did wrong that were repaired: counted by kind, with one example each, until somebody takes them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

/// One kind of repaired trouble since the warnings were last taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// What it was.
    pub kind: WarningKind,
    /// How often it was met.
    pub count: u64,
    /// The text around the first one (at most 200 characters).
    pub example: String,
}

/// The kinds of trouble that are repaired and told. `Display` is a sentence for the job's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// Text before the XML, such as a PHP notice (F33).
    #[error("The store printed text before the answer (a PHP notice?). It was skipped.")]
    TextBefore,
    /// Text after `</Envelope>` (F33).
    #[error("The store printed text after the answer. It was skipped.")]
    TextAfter,
    /// A control character that XML forbids, raw or as a reference (F34).
    #[error("A text contains control characters. They were replaced by \u{FFFD}.")]
    ControlCharacter,
    /// Bytes that are not of the declared character set, read as Windows-1252 (F35).
    #[error("A text is not in the character set the store declares. It was read as Windows-1252.")]
    WrongCharset,
    /// An HTML entity such as `&uuml;` (F36).
    #[error("A text contains HTML entities. They were decoded.")]
    HtmlEntity,
    /// An entity nobody knows; its text was kept (F36).
    #[error("A text contains an unknown entity. It was kept as written.")]
    UnknownEntity,
}

/// A concurrent tally of warnings.
#[derive(Debug, Default)]
pub(crate) struct Tally(Mutex<BTreeMap<WarningKind, (u64, String)>>);

impl Tally {
    pub(crate) fn add(&self, warning: Warning) {
        let mut kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = kinds.entry(warning.kind).or_insert_with(|| (0, warning.example));
        entry.0 += warning.count;
    }

    pub(crate) fn take(&self) -> Vec<Warning> {
        let mut kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *kinds)
            .into_iter()
            .map(|(kind, (count, example))| Warning { kind, count, example })
            .collect()
    }
}

/// What one answer's parsing met; merged into the store's [`Tally`] when it ends.
#[derive(Debug, Default)]
pub(crate) struct Notes(BTreeMap<WarningKind, (u64, String)>);

impl Notes {
    pub(crate) fn add(&mut self, kind: WarningKind, example: impl FnOnce() -> String) {
        self.0.entry(kind).or_insert_with(|| (0, example().chars().take(200).collect())).0 += 1;
    }

    pub(crate) fn into_warnings(self) -> impl Iterator<Item = Warning> {
        self.0.into_iter().map(|(kind, (count, example))| Warning { kind, count, example })
    }
}
