//! The envelope around a result or a fault, byte for byte as the real server's.
//!
//! Owns: prefixes, the order of the namespace declarations (PHP declares them on demand, so it varies with the result)
//! and the wrapper's name. Refuses: the result inside ([`super::reply`]).

use super::escape::escape;
use super::fault::Refusal;
use super::reply::{Reply, Shape, Style};

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const ENVELOPE: &str = "<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\"";
const ENC: &str = "http://schemas.xmlsoap.org/soap/encoding/";

/// Wraps the result of a method.
pub(super) fn result(namespace: &str, wrapper: &str, reply: &Reply) -> Vec<u8> {
    let gap = if reply.style == Style::V1 { "" } else { "\n" };
    let mut out = Vec::with_capacity(reply.out.len() + 900);
    put(&mut out, &[DECLARATION, ENVELOPE, " xmlns:ns1=\"", namespace, "\""]);
    if reply.style != Style::Wsi {
        for prefix in prefixes(reply) {
            put(&mut out, &[" xmlns:", prefix, "=\"", uri(prefix), "\""]);
        }
        put(&mut out, &[" SOAP-ENV:encodingStyle=\"", ENC, "\""]);
    }
    put(&mut out, &[">", gap, "<SOAP-ENV:Body>", gap, "<ns1:", wrapper, ">", gap]);
    out.extend_from_slice(&reply.out);
    put(&mut out, &["</ns1:", wrapper, ">", gap, "</SOAP-ENV:Body>", gap, "</SOAP-ENV:Envelope>\n"]);
    out
}

/// Wraps a fault. Magento's own pass through the line-breaking of v2, PHP's do not.
pub(super) fn fault(refusal: &Refusal, style: Style) -> Vec<u8> {
    let gap = if style == Style::V1 || refusal.by_php { "" } else { "\n" };
    let mut out = Vec::with_capacity(512);
    put(
        &mut out,
        &[DECLARATION, ENVELOPE, ">", gap, "<SOAP-ENV:Body>", gap, "<SOAP-ENV:Fault>", gap, "<faultcode>"],
    );
    escape(&mut out, &refusal.code);
    put(&mut out, &["</faultcode>", gap, "<faultstring>"]);
    escape(&mut out, &refusal.text);
    put(
        &mut out,
        &["</faultstring>", gap, "</SOAP-ENV:Fault>", gap, "</SOAP-ENV:Body>", gap, "</SOAP-ENV:Envelope>\n"],
    );
    out
}

fn prefixes(reply: &Reply) -> &'static [&'static str] {
    match (reply.style, reply.shape) {
        (Style::V1, Shape::List) => &["ns2", "SOAP-ENC", "xsi", "xsd"],
        (Style::V1, Shape::EmptyList) => &["SOAP-ENC", "xsd", "xsi"],
        (Style::V1, Shape::Entity) => &["xsi", "xsd", "ns2", "SOAP-ENC"],
        (_, Shape::List) => &["SOAP-ENC", "xsd", "xsi"],
        (_, Shape::EmptyList) => &["SOAP-ENC", "xsi", "xsd"],
        (_, Shape::Scalar | Shape::Entity) => &["xsd", "xsi", "SOAP-ENC"],
    }
}

/// Wraps what SOAP v1 calls a `FixedArray`: the results of a `multiCall`, or `resources`.
pub(super) fn fixed_array(namespace: &str, wrapper: &str, slot: &str, count: usize, items: &[u8]) -> Vec<u8> {
    let (ns2, xsi) = (find(items, b"ns2:Map["), find(items, b"xsi:type=\"ns2:Map\""));
    let prefixes: &[&str] = match (ns2, xsi) {
        (None, None) => &["xsi"],
        (Some(list), Some(map)) if list < map => &["ns2", "xsi"],
        _ => &["xsi", "ns2"],
    };
    let mut out = Vec::with_capacity(items.len() + 900);
    put(&mut out, &[DECLARATION, ENVELOPE, " xmlns:ns1=\"", namespace, "\""]);
    for prefix in ["xsd", "SOAP-ENC"].iter().chain(prefixes) {
        put(&mut out, &[" xmlns:", prefix, "=\"", uri(prefix), "\""]);
    }
    put(&mut out, &[" SOAP-ENV:encodingStyle=\"", ENC, "\"><SOAP-ENV:Body><ns1:", wrapper, "><", slot]);
    put(
        &mut out,
        &[" SOAP-ENC:arrayType=\"xsd:ur-type[", &count.to_string(), "]\" xsi:type=\"ns1:FixedArray\""],
    );
    if count == 0 {
        put(&mut out, &["/>"]);
    } else {
        put(&mut out, &[">"]);
        out.extend_from_slice(items);
        put(&mut out, &["</", slot, ">"]);
    }
    put(&mut out, &["</ns1:", wrapper, "></SOAP-ENV:Body></SOAP-ENV:Envelope>\n"]);
    out
}

fn uri(prefix: &str) -> &'static str {
    match prefix {
        "ns2" => "http://xml.apache.org/xml-soap",
        "xsi" => "http://www.w3.org/2001/XMLSchema-instance",
        "xsd" => "http://www.w3.org/2001/XMLSchema",
        _ => ENC,
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    // The first item decides, so its beginning is enough.
    bytes.iter().take(400).enumerate().map(|(at, _)| at).find(|at| bytes[*at..].starts_with(what))
}

fn put(out: &mut Vec<u8>, pieces: &[&str]) {
    for piece in pieces {
        out.extend_from_slice(piece.as_bytes());
    }
}
