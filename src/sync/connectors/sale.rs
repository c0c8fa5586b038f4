//! What the connectors of orders, carts and credit memos have in common.

use rust_decimal::Decimal;

use crate::magento::api::sale::SaleAddress;
use crate::magento::{CallError, Field};
use crate::sync::visit::Visit;

/// Text, empty where there is none.
pub(super) fn text(field: Field<String>) -> String {
    field.value().unwrap_or_default()
}

/// An amount, zero where there is none.
pub(super) fn sum(field: Field<Decimal>) -> Decimal {
    field.value().unwrap_or_default()
}

/// The whole name of an address.
pub(super) fn name_of(address: &SaleAddress) -> String {
    let parts =
        [&address.prefix, &address.first_name, &address.middle_name, &address.last_name, &address.suffix];
    let parts = parts.into_iter().filter_map(|part| part.as_ref().value().map(|text| text.trim()));
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The store views that are asked for: those of the chosen website (S25), or all.
pub(super) fn store_ids(visit: &Visit) -> Result<Option<Vec<i64>>, CallError> {
    if visit.it.settings.website_id.is_none() {
        return Ok(None);
    }
    let stores = visit.stores_of_website();
    if stores.is_empty() {
        return Err(CallError::Settings(
            "The chosen website has no store view in this store. Read the website list again on the integration's form."
                .to_owned(),
        ));
    }
    Ok(Some(stores))
}
