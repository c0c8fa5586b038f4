//! What the inbox calls things, here and on the pages of customers.

use serde_json::Value;

use super::super::customers::waiting;
use crate::crm::changes::ConflictRow;
pub(in crate::web) use crate::crm::merge::{RULES, rule};
use crate::crm::merge::{Side, Unit};

/// Every field that can be in conflict, and the whole record.
pub(in crate::web) fn fields() -> Vec<(&'static str, &'static str)> {
    let of_addresses = Unit::ADDRESS.into_iter().filter(|unit| !Unit::CUSTOMER.contains(unit));
    let units = Unit::CUSTOMER.into_iter().chain(of_addresses);
    units.map(|unit| (unit.key(), unit.word())).chain([("record", "The whole record")]).collect()
}

/// What was edited or disputed; `None` = the whole record.
pub(in crate::web) fn field(unit: Option<Unit>, address: Option<&i64>) -> String {
    match (unit, address) {
        (Some(unit), None) => unit.word().to_owned(),
        (Some(unit), Some(_)) => format!("{} of an address", unit.word()),
        (None, None) => "The whole customer".to_owned(),
        (None, Some(_)) => "The whole address".to_owned(),
    }
}

/// Who or what decides.
pub(super) fn decider(row: &ConflictRow) -> String {
    match &row.decided_by {
        Some(name) => format!("Answered by {name}"),
        None => rule(&row.rule).to_owned(),
    }
}

/// How a conflict stands.
pub(super) fn chosen(row: &ConflictRow) -> &'static str {
    outcome(row.waits(), row.chosen(), row.unit(), &row.rule)
}

/// How a conflict stands, or ended.
pub(in crate::web) fn outcome(
    waits: bool,
    chosen: Option<Side>,
    unit: Option<Unit>,
    rule: &str,
) -> &'static str {
    match (chosen, unit) {
        _ if waits => "Waiting",
        (Some(Side::Local), Some(_)) => "Local",
        (Some(Side::Remote), Some(_)) => "Remote",
        (Some(Side::Local), None) => "Create again",
        (Some(Side::Remote), None) => "Accept removal",
        (None, None) => "Nothing to decide any more",
        (None, Some(_)) if rule == "removed" => "Removed in Magento",
        (None, Some(_)) => "No difference any more",
    }
}

/// What the CRM has, in words: a value, or the edits of a whole record.
pub(in crate::web) fn local(unit: Option<Unit>, value: &Value) -> String {
    let edits = match (unit, value) {
        (None, Value::Array(edits)) => edits,
        _ => return waiting::shown(value),
    };
    let edit = |edit: &Value| {
        let unit = edit.get("unit").and_then(Value::as_str).and_then(Unit::from_key);
        let address = edit.get("address").and_then(Value::as_i64);
        let value = edit.get("value").map(waiting::shown).unwrap_or_default();
        format!("{}: {value}", field(unit, address.as_ref()))
    };
    edits.iter().map(edit).collect::<Vec<_>>().join("; ")
}

/// What the store has, in words.
pub(in crate::web) fn remote(unit: Option<Unit>, value: &Value) -> String {
    if unit.is_none() { "Removed in Magento".to_owned() } else { waiting::shown(value) }
}

/// What both had, in words; empty where that says nothing.
pub(super) fn base(row: &ConflictRow) -> String {
    if row.unit().is_none() { String::new() } else { waiting::shown(&row.base_shown) }
}
