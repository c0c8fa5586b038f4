//! SOAP v1 `multiCall`: many reads in one request, a fault per entry (recordings v1/005, v1/007, v1/009); and the same
//! entry read by a single call, where bulk reads are blocked.

use std::time::Duration;

use super::{BadRow, Bulk, Entry, EntryFailure};
use crate::magento::soap::value::{Field, Value};
use crate::magento::soap::write::Arg;
use crate::magento::store::Call;
use crate::magento::{CallError, Class, Fault, Store};

/// Calls one resource path for many arguments. Entries come in the order asked; `read` runs on the parser's thread.
pub(super) async fn multi_call<T: Send + 'static>(
    store: &Store,
    path: &'static str,
    arguments: Vec<Arg>,
    read: impl Fn(&Value) -> Result<T, BadRow> + Clone + Send + 'static,
) -> Result<Bulk<T>, CallError> {
    if arguments.is_empty() {
        return Ok(Bulk { entries: Vec::new(), took: Duration::ZERO });
    }
    let asked = arguments.len();
    let calls = arguments.into_iter().map(|argument| (path, vec![argument])).collect();
    let told = store.call_list(Call::Multi(calls), move |value| entry(path, &value, &read)).await?;
    if told.value.len() != asked {
        return Err(CallError::malformed(format!(
            "{asked} reads were asked for and {} came back",
            told.value.len()
        )));
    }
    Ok(Bulk { entries: told.value, took: told.took })
}

/// Calls something that returns one record. A fault about that record alone is the entry's.
pub(super) async fn single<T>(
    store: &Store,
    call: Call,
    read: impl FnOnce(&Value) -> Result<T, BadRow>,
) -> Result<Entry<T>, CallError> {
    match store.call_one(call).await {
        Ok(told) => Ok(read(&told.value).map_err(EntryFailure::Bad)),
        Err(CallError::Fault(fault)) if fault.class() == Class::Record => Ok(Err(EntryFailure::Fault(fault))),
        Err(problem) => Err(problem),
    }
}

fn entry<T>(path: &str, value: &Value, read: impl Fn(&Value) -> Result<T, BadRow>) -> Entry<T> {
    match entry_fault(path, value) {
        Some(fault) => Err(EntryFailure::Fault(fault)),
        None => read(value).map_err(EntryFailure::Bad),
    }
}

fn entry_fault(path: &str, value: &Value) -> Option<Fault> {
    let row = value.as_row()?;
    if !matches!(row.text("isFault"), Field::Is("true" | "1")) {
        return None;
    }
    let text = |name| row.text(name).value().unwrap_or_default().to_owned();
    Some(Fault { method: path.to_owned(), code: text("faultCode"), text: text("faultMessage") })
}
