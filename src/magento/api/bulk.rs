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
    let mut entries = told.value;
    for entry in &mut entries {
        if let Err(EntryFailure::Fault(fault)) = entry {
            store.mask(&mut fault.text);
        }
    }
    Ok(Bulk { entries, took: told.took })
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{EntryFailure, entry};
    use crate::magento::Limits;
    use crate::magento::soap::read::read_list;
    use crate::magento::soap::value::Value;

    /// An entry of a `multiCall`, as the store sends it (recordings v1/005, v1/009).
    #[derive(Debug, Clone)]
    enum Sent {
        Record(u32),
        Fault(u32),
        /// A record with a field that faults have as well.
        NoFault(u32),
        Nil,
    }

    fn member(key: &str, value: &str) -> String {
        format!(
            "<item><key xsi:type=\"xsd:string\">{key}</key><value xsi:type=\"xsd:string\">{value}</value></item>"
        )
    }

    fn written(sent: &Sent) -> String {
        let map = |members: String| format!("<item xsi:type=\"ns2:Map\">{members}</item>");
        match sent {
            Sent::Record(id) => map(member("customer_id", &id.to_string())),
            Sent::Fault(code) => {
                let told = member("faultCode", &code.to_string())
                    + &member("faultMessage", "Customer does not exist.");
                map(format!(
                    "<item><key>isFault</key><value xsi:type=\"xsd:boolean\">true</value></item>{told}"
                ))
            }
            Sent::NoFault(id) => map(member("isFault", "false") + &member("customer_id", &id.to_string())),
            Sent::Nil => "<item xsi:nil=\"true\"/>".to_owned(),
        }
    }

    fn sent() -> impl Strategy<Value = Sent> {
        prop_oneof![
            4 => any::<u32>().prop_map(Sent::Record),
            2 => any::<u32>().prop_map(Sent::Fault),
            1 => any::<u32>().prop_map(Sent::NoFault),
            1 => Just(Sent::Nil),
        ]
    }

    proptest! {
        #![proptest_config(crate::magento::soap::laws::config())]

        #[test]
        fn each_entry_is_its_own_record_or_fault_in_the_order_asked(all in prop::collection::vec(sent(), 0..12)) {
            let inside: String = all.iter().map(written).collect();
            let xml = format!(
                "<E:Envelope><E:Body><r:multiCallResponse><multiCallReturn SOAP-ENC:arrayType=\"x[{}]\" xsi:type=\"SOAP-ENC:Array\">\
                 {inside}</multiCallReturn></r:multiCallResponse></E:Body></E:Envelope>",
                all.len()
            );
            let id = |value: &Value| {
                Ok(value.as_row().and_then(|row| row.text("customer_id").value()).unwrap_or("none").to_owned())
            };
            let mut read = Vec::new();
            let told = read_list(xml.as_bytes(), None, &Limits::default(), |value| read.push(entry("customer.info", &value, id)));
            prop_assert_eq!(told.value, Ok(all.len()), "{}", xml);
            for (sent, read) in all.iter().zip(&read) {
                match (sent, read) {
                    (Sent::Record(id) | Sent::NoFault(id), Ok(read)) => prop_assert_eq!(&id.to_string(), read),
                    (Sent::Fault(code), Err(EntryFailure::Fault(fault))) => prop_assert_eq!(&code.to_string(), &fault.code),
                    (Sent::Nil, Ok(read)) => prop_assert_eq!("none", read),
                    _ => prop_assert!(false, "{:?} was read of {:?}", read, sent),
                }
            }
        }
    }
}
