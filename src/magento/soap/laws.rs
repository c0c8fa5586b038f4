//! What must hold of the reader whatever a store sends: random values come back as they were written, recordings that were
//! spoilt in random places are read or refused, never halfway, and never by a panic.
//!
//! 500 of each here; `CARTWRIGHT_FUZZ=1000000` for the full size.

use std::io::{BufReader, Read};
use std::mem::discriminant;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;

use super::read::{Unreadable, read_list, read_one};
use super::value::{Row, Value};
use super::write::escape_into;
use crate::magento::Limits;
use crate::magento::wsdl;

/// Longer recordings take their time and have nothing that shorter ones lack.
const LONGEST: u64 = 30_000;

/// What XML, SOAP or a proxy may have in the wrong place.
const TOKENS: [&[u8]; 28] = [
    b"<",
    b">",
    b"&",
    b"\"",
    b"'",
    b"\0",
    b"\xff\xfe",
    b"\xc3",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"-->",
    b"<?",
    b"?>",
    b"&#0;",
    b"&#xD800;",
    b"&lol;",
    b"<!DOCTYPE a [<!ENTITY b \"c\">]>",
    b"<?xml version=\"1.0\" encoding=\"utf-16\"?>",
    b" xsi:nil=\"true\"",
    b" href=\"#id1\"",
    b" id=\"id1\"",
    b" arrayType=\"x[99999999]\"",
    b"<item>",
    b"</item>",
    b"<key>",
    b"</SOAP-ENV:Body>",
    b"</SOAP-ENV:Envelope>",
];

/// As a store describes itself.
const WSDL: &[u8] = b"<?xml version=\"1.0\"?>\n<w:definitions targetNamespace=\"urn:OpenMage\"><w:portType><operation name=\"login\"/>\
    <operation name=\"customerCustomerList\"/><operation name=\"storeList\"/></w:portType><w:binding name=\"B\">\
    <soap:binding style=\"rpc\"/></w:binding><service><port><soap:address location=\"http://inside/index.php/api/v2_soap/\"/>\
    </port></service></w:definitions>";

pub(in crate::magento) fn config() -> ProptestConfig {
    #[expect(clippy::disallowed_methods, reason = "how long the test takes is up to whoever runs it")]
    let told = std::env::var("CARTWRIGHT_FUZZ");
    let cases = told.ok().and_then(|cases| cases.parse().ok()).unwrap_or(500);
    ProptestConfig { cases, failure_persistence: None, ..Default::default() }
}

/// What stores have answered.
static RECORDINGS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let mut found = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/soap"), &mut found);
    found.sort();
    assert!(found.len() > 100, "{}", found.len());
    found.iter().map(|path| std::fs::read(path).unwrap()).collect()
});

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = entry.path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.to_string_lossy().ends_with(".response.xml")
            && entry.metadata().unwrap().len() < LONGEST
        {
            found.push(path);
        }
    }
}

/// A way to spoil an answer.
#[derive(Debug, Clone)]
struct Harm {
    what: u8,
    /// Where, in parts of 65,536.
    at: u16,
    token: usize,
}

fn harms() -> impl Strategy<Value = Vec<Harm>> {
    let harm =
        (0..6_u8, any::<u16>(), 0..TOKENS.len()).prop_map(|(what, at, token)| Harm { what, at, token });
    prop::collection::vec(harm, 1..6)
}

fn spoil(mut bytes: Vec<u8>, harms: &[Harm]) -> Vec<u8> {
    for harm in harms {
        let at = bytes.len() * usize::from(harm.at) / 65_536;
        let token = TOKENS[harm.token];
        let end = |length: usize| (at + length).min(bytes.len());
        match harm.what {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end(20))),
            2 => drop(bytes.splice(at..at, token.iter().copied()).collect::<Vec<_>>()),
            3 => drop(bytes.splice(at..end(token.len()), token.iter().copied()).collect::<Vec<_>>()),
            4 => {
                let twice = bytes[at..end(200)].to_vec();
                drop(bytes.splice(at..at, twice).collect::<Vec<_>>());
            }
            _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = !*byte),
        }
    }
    bytes
}

/// A body that gives a few bytes at a time.
fn slowly(bytes: &[u8], few: usize) -> impl std::io::BufRead {
    BufReader::with_capacity(few, bytes.take(u64::MAX))
}

/// The value, or what kind of trouble.
fn outcome<T>(value: Result<T, Unreadable>) -> Result<T, std::mem::Discriminant<Unreadable>> {
    value.map_err(|problem| discriminant(&problem))
}

/// Texts that are sent as they are: no control characters, and nothing that was encoded twice.
fn text() -> impl Strategy<Value = Value> {
    let piece = prop::sample::select(vec![
        "a",
        "Z",
        "0",
        " ",
        "<",
        ">",
        "&",
        "\"",
        "'",
        "]]>",
        "<![CDATA[",
        "ü",
        "語",
        "🙂",
        "\u{202e}",
        "-->",
        "%",
        "\\",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| Value::Text(pieces.concat()))
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![4 => text(), 1 => Just(Value::Nil)];
    leaf.prop_recursive(4, 24, 5, |inner| {
        let name = prop::sample::select(vec!["customer_id", "firstname", "a", "group_id", "x_1"]);
        let row = prop::collection::vec((name, inner.clone()), 1..5).prop_map(|members| {
            let mut row: Vec<(Arc<str>, Value)> = Vec::new();
            for (name, value) in members {
                if row.iter().all(|(known, _)| **known != *name) {
                    row.push((name.into(), value));
                }
            }
            Value::Row(Row(row))
        });
        prop_oneof![2 => row, 1 => prop::collection::vec(inner, 1..4).prop_map(Value::List)]
    })
}

/// As a SOAP v1 store writes it: maps, arrays, and what is nil.
fn written(name: &str, value: &Value, xml: &mut String) {
    match value {
        Value::Nil => xml.push_str(&format!("<{name} xsi:nil=\"true\"/>")),
        Value::Text(text) => {
            xml.push_str(&format!("<{name} xsi:type=\"xsd:string\">"));
            escape_into(text, xml);
            xml.push_str(&format!("</{name}>"));
        }
        Value::List(items) => {
            xml.push_str(&format!(
                "<{name} SOAP-ENC:arrayType=\"xsd:ur-type[{}]\" xsi:type=\"SOAP-ENC:Array\">",
                items.len()
            ));
            items.iter().for_each(|item| written("item", item, xml));
            xml.push_str(&format!("</{name}>"));
        }
        Value::Row(row) => {
            xml.push_str(&format!("<{name} xsi:type=\"ns2:Map\">"));
            for (key, value) in row.iter() {
                xml.push_str(&format!("<item><key xsi:type=\"xsd:string\">{key}</key>"));
                written("value", value, xml);
                xml.push_str("</item>");
            }
            xml.push_str(&format!("</{name}>"));
        }
    }
}

fn envelope(value: &Value) -> String {
    let mut inside = String::new();
    written("callReturn", value, &mut inside);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"e\"><SOAP-ENV:Body><ns1:callResponse>\
         {inside}</ns1:callResponse></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    )
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_a_store_writes_is_what_is_read_however_slowly_it_comes(value in value(), few in 1..40_usize) {
        let xml = envelope(&value);
        let read = read_one(slowly(xml.as_bytes(), few), None, &Limits::default()).value;
        prop_assert_eq!(read, Ok(value), "{}", xml);
    }

    #[test]
    fn a_message_that_ends_too_early_is_never_believed(value in value(), at in any::<u16>()) {
        let xml = envelope(&value);
        let last = xml.rfind("</SOAP-ENV:Envelope>").unwrap() + "</SOAP-ENV:Envelope".len();
        let cut = &xml.as_bytes()[..last * usize::from(at) / 65_535];
        let read = read_one(cut, None, &Limits::default()).value;
        prop_assert!(read.is_err(), "{:?} was read of {}", read, String::from_utf8_lossy(cut));
    }

    #[test]
    fn a_spoilt_answer_is_the_same_to_everybody(nr in any::<prop::sample::Index>(), harms in harms(), few in 1..40_usize) {
        let bytes = spoil(nr.get(&RECORDINGS).clone(), &harms);
        let limits = Limits::default();
        let whole = outcome(read_one(&bytes[..], None, &limits).value);
        let slow = outcome(read_one(slowly(&bytes, few), None, &limits).value);
        prop_assert_eq!(whole, slow, "{}", String::from_utf8_lossy(&bytes));
        let rows = |body: &mut dyn std::io::BufRead| {
            let mut rows = Vec::new();
            let count = outcome(read_list(body, None, &limits, |row| rows.push(row)).value);
            (count, rows)
        };
        let (whole, slow) = (rows(&mut &bytes[..]), rows(&mut slowly(&bytes, few)));
        prop_assert_eq!(&whole, &slow, "{}", String::from_utf8_lossy(&bytes));
        if let (Ok(count), rows) = whole {
            prop_assert_eq!(count, rows.len());
        }
    }

    #[test]
    fn a_spoilt_wsdl_is_read_or_refused(harms in harms()) {
        let bytes = spoil(WSDL.into(), &harms);
        let whole = wsdl::read(&bytes[..], 200, false);
        let slow = wsdl::read(slowly(&bytes, 7), 200, false);
        prop_assert_eq!(whole, slow);
    }
}
