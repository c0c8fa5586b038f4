//! Edits that the store does not have, as a customer's page shows them.

use askama::Template;
use askama::filters::HtmlSafe;
use serde_json::Value;

use crate::crm::changes::{ChangeRow, CreationRow};
use crate::crm::customers::Address;
use crate::crm::merge::Unit;

/// What waits of a customer.
pub(super) struct Waiting {
    pub(super) rows: Vec<ChangeRow>,
    /// What the store is to create.
    pub(super) creations: Vec<CreationRow>,
    /// Row ids and streets of the addresses.
    addresses: Vec<(i64, String)>,
    two_way: bool,
}

/// The pill by a field; empty where nothing waits.
#[derive(Template)]
#[template(
    source = "{% if let Some(word) = word %}<span class=\"pill {% if grave %}bad{% else %}warn{% endif %}\">{{ word }}</span>{% endif %}",
    ext = "html"
)]
pub(super) struct Mark {
    word: Option<&'static str>,
    grave: bool,
}

impl HtmlSafe for Mark {}

impl Waiting {
    pub(super) fn new(
        rows: Vec<ChangeRow>,
        creations: Vec<CreationRow>,
        addresses: &[Address],
        two_way: bool,
    ) -> Self {
        let first_line = |address: &Address| address.street.lines().next().unwrap_or_default().to_owned();
        let addresses = addresses.iter().map(|address| (address.id, first_line(address))).collect();
        Self { rows, creations, addresses, two_way }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.creations.is_empty()
    }

    pub(super) fn count(&self) -> usize {
        self.rows.len() + self.creations.len()
    }

    /// How an edit stands.
    pub(super) fn word(&self, row: &ChangeRow) -> &'static str {
        self.state(row.rejected)
    }

    /// How a creation stands.
    pub(super) fn made_word(&self, row: &CreationRow) -> &'static str {
        self.state(row.rejected)
    }

    fn state(&self, rejected: bool) -> &'static str {
        match (rejected, self.two_way) {
            (true, _) => "rejected",
            (false, true) => "pending",
            (false, false) => "not sent",
        }
    }

    /// What was edited, in words.
    pub(super) fn field(&self, row: &ChangeRow) -> String {
        let of = |id: i64| self.addresses.iter().find(|(address, _)| *address == id);
        match row.address_id.and_then(of) {
            Some((_, street)) if !street.is_empty() => format!("{} of {street}", row.unit.word()),
            Some(_) => format!("{} of an address", row.unit.word()),
            None => row.unit.word().to_owned(),
        }
    }

    pub(super) fn mark(&self, address: Option<i64>, unit: Unit) -> Mark {
        self.mark_where(|row| row.address_id == address && row.unit == unit)
    }

    /// What is to be created, in words.
    pub(super) fn made(&self, row: &CreationRow) -> String {
        match row.address_id.and_then(|id| self.addresses.iter().find(|(address, _)| *address == id)) {
            Some((_, street)) if !street.is_empty() => format!("New address: {street}"),
            Some(_) => "New address".to_owned(),
            None => "New customer".to_owned(),
        }
    }

    pub(super) fn mark_of_address(&self, address: i64) -> Mark {
        match self.creations.iter().find(|row| row.address_id == Some(address)) {
            Some(row) => Mark { word: Some(self.state(row.rejected)), grave: row.rejected },
            None => self.mark_where(|row| row.address_id == Some(address)),
        }
    }

    fn mark_where(&self, is: impl Fn(&ChangeRow) -> bool) -> Mark {
        let mine = || self.rows.iter().filter(|row| is(row));
        let row = mine().find(|row| row.rejected).or_else(|| mine().next());
        Mark { word: row.map(|row| self.word(row)), grave: row.is_some_and(|row| row.rejected) }
    }
}

/// A value as people write it.
pub(in crate::web) fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Object(place) => {
            let parts = ["street", "postcode", "city", "region", "country_id"];
            let parts = parts.iter().filter_map(|part| place.get(*part)?.as_str());
            let parts: Vec<String> =
                parts.filter(|part| !part.is_empty()).map(|part| part.replace('\n', ", ")).collect();
            parts.join(", ")
        }
        _ => String::new(),
    };
    if text.trim().is_empty() { "nothing".to_owned() } else { text }
}
