//! Filters as stores understand them: one operator per field, but for `from` with `to` (F45); times as UTC texts.

use chrono::{DateTime, Utc};

use super::customers::{CustomerFilter, IdFilter};
use crate::magento::soap::write::Arg;

/// A field with its operators and operands.
type Condition = (&'static str, Vec<(&'static str, String)>);

/// The `filters` parameter of SOAP v2 (recordings rpc/014, rpc/021).
pub(super) fn customer_filters_v2(filter: &CustomerFilter) -> Arg {
    let mut members = Vec::new();
    if let Some(website_id) = filter.website_id {
        let pair = key_and_value("associativeEntity", "website_id", Arg::Text(website_id.to_string()));
        members.push(("filter", Arg::Array("associativeArray", "associativeEntity", vec![pair])));
    }
    let complex = conditions(filter).into_iter().flat_map(|(field, operators)| {
        operators.into_iter().map(move |(operator, operand)| {
            let value = key_and_value("associativeEntity", operator, Arg::Text(operand));
            key_and_value("complexFilter", field, value)
        })
    });
    let complex: Vec<Arg> = complex.collect();
    if !complex.is_empty() {
        members.push(("complex_filter", Arg::Array("complexFilterArray", "complexFilter", complex)));
    }
    Arg::Struct("filters", members)
}

/// The first argument of SOAP v1 lists (recording v1/006).
pub(super) fn customer_filters_v1(filter: &CustomerFilter) -> Arg {
    let mut fields: Vec<(String, Arg)> = Vec::new();
    if let Some(website_id) = filter.website_id {
        fields.push(("website_id".to_owned(), Arg::Text(website_id.to_string())));
    }
    for (field, operators) in conditions(filter) {
        let operators =
            operators.into_iter().map(|(operator, operand)| (operator.to_owned(), Arg::Text(operand)));
        fields.push((field.to_owned(), Arg::Map(operators.collect())));
    }
    Arg::Map(fields)
}

fn conditions(filter: &CustomerFilter) -> Vec<Condition> {
    let updated =
        filter.updated.map(|(from, to)| ("updated_at", vec![("from", time(from)), ("to", time(to))]));
    let ids = filter.ids.as_ref().map(|ids| ("customer_id", id_operators(ids)));
    updated.into_iter().chain(ids).collect()
}

fn id_operators(ids: &IdFilter) -> Vec<(&'static str, String)> {
    match ids {
        IdFilter::In(ids) => vec![("in", ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))],
        IdFilter::After(id) => vec![("gt", id.to_string())],
        IdFilter::Range(from, to) => vec![("from", from.to_string()), ("to", to.to_string())],
    }
}

fn time(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d %H:%M:%S").to_string()
}

fn key_and_value(kind: &'static str, key: &str, value: Arg) -> Arg {
    Arg::Struct(kind, vec![("key", Arg::Text(key.to_owned())), ("value", value)])
}
