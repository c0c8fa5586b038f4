//! The WSDL, read for what it tells about a store: namespace, mode and methods. Imports are never fetched (F9), and
//! nothing else of it is needed: the codec knows the messages.

use std::collections::BTreeSet;
use std::io::Read;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde::{Deserialize, Serialize};

use super::excerpt::excerpt;
use super::page::classify;
use super::{CallError, Mode, NotSoapKind};

/// The largest WSDL that is read; a large shop's has some 400 kB.
const LARGEST: u64 = 16 * 1024 * 1024;

/// What a store's WSDL tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wsdl {
    /// `targetNamespace`: `urn:Magento` or `urn:OpenMage` (F10).
    pub namespace: String,
    /// From the binding's style: `rpc`, or `document` for WS-I (F11).
    pub mode: Mode,
    /// The methods it declares.
    pub operations: BTreeSet<String>,
    /// The path of `soap:address`; its host is never used (F5).
    pub address_path: Option<String>,
    /// The host of `soap:address`, to warn when it differs from the one called.
    pub address_host: Option<String>,
}

/// Why a document is not a SOAP v2 WSDL (F8). `Display` says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WsdlError {
    /// Nothing came.
    #[error("The store sent nothing at this URL. Its log may tell why; PHP may have run out of memory.")]
    Empty,
    /// "Page not found".
    #[error(
        "There is no WSDL at this URL (page not found). Check its path: usually /index.php/api/v2_soap/?wsdl=1."
    )]
    NotFound,
    /// A web page or a text.
    #[error("This URL gives {what}, not a WSDL. {advice} It says: \"{excerpt}\"")]
    Other {
        /// What came instead.
        what: &'static str,
        /// What to do about it.
        advice: &'static str,
        /// Its beginning without tags.
        excerpt: String,
    },
    /// It ends in the middle.
    #[error("The WSDL is cut off. The store's server may have run out of memory or time; try again.")]
    Truncated,
    /// It is not well-formed.
    #[error("The WSDL cannot be read: {0}.")]
    Malformed(String),
    /// It holds a DOCTYPE.
    #[error(
        "The WSDL holds a DOCTYPE and was refused. The one that Magento makes holds none: open the URL in a browser and look whether a proxy or another program answers in its place, and ask the store's administrator to let the API's path through unchanged."
    )]
    Hostile,
    /// It is the WSDL of something else, such as SOAP v1.
    #[error(
        "This is the WSDL of another API (SOAP v1?). Use the one of SOAP v2: /index.php/api/v2_soap/?wsdl=1."
    )]
    NotV2,
}

/// Why there is no [`Wsdl`].
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum WsdlProblem {
    #[error("{0}")]
    Call(#[from] CallError),
    #[error("{0}")]
    Wsdl(#[from] WsdlError),
}

/// Reads what came at the WSDL's URL with this HTTP status.
pub(crate) fn read(body: impl Read, status: u16, cloudflare: bool) -> Result<Wsdl, WsdlError> {
    let mut bytes = Vec::new();
    let read = body.take(LARGEST).read_to_end(&mut bytes);
    if read.is_err() {
        return Err(WsdlError::Truncated);
    }
    let Some(start) = find_definitions(&bytes) else {
        return Err(not_a_wsdl(&bytes, status, cloudflare));
    };
    let before = bytes.get(..start).unwrap_or_default();
    if String::from_utf8_lossy(before).to_ascii_lowercase().contains("<!doctype") {
        return Err(WsdlError::Hostile);
    }
    parse(bytes.get(start..).unwrap_or_default())
}

fn not_a_wsdl(bytes: &[u8], status: u16, cloudflare: bool) -> WsdlError {
    let head = bytes.get(..4_096.min(bytes.len())).unwrap_or_default();
    let (what, advice) = match classify(status, cloudflare, head) {
        NotSoapKind::Empty => return WsdlError::Empty,
        NotSoapKind::NotFoundTheme => return WsdlError::NotFound,
        _ if matches!(status, 404 | 410) => return WsdlError::NotFound,
        NotSoapKind::Maintenance => (
            "a maintenance page",
            "Check again when the maintenance is over, or ask the store's administrator to let this server's address through.",
        ),
        NotSoapKind::Cloudflare => (
            "the page of a firewall",
            "Ask its administrator to let this server's address through to the API's path.",
        ),
        NotSoapKind::LoginPage => (
            "a log-in page",
            "Check its path; where a log-in stands before the whole shop, ask its administrator to except the API's path.",
        ),
        NotSoapKind::Html => ("a web page", "Check its path: usually /index.php/api/v2_soap/?wsdl=1."),
        NotSoapKind::PlainText => {
            ("a text", "Often that is an error of the shop itself, which its administrator finds in its log.")
        }
        NotSoapKind::OtherXml => {
            ("another kind of XML", "Check its path: usually /index.php/api/v2_soap/?wsdl=1.")
        }
    };
    WsdlError::Other { what, advice, excerpt: excerpt(head) }
}

fn find_definitions(bytes: &[u8]) -> Option<usize> {
    let at = bytes.windows(11).position(|window| window == b"definitions")?;
    let open = bytes.get(..at)?.iter().rposition(|byte| *byte == b'<')?;
    let prefix = bytes.get(open + 1..at)?;
    prefix.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b':').then_some(open)
}

fn parse(bytes: &[u8]) -> Result<Wsdl, WsdlError> {
    let mut reader = Reader::from_reader(bytes);
    let mut found = Found::default();
    let mut depth = 0_usize;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                depth += 1;
                found.element(&start);
            }
            Ok(Event::Empty(start)) => found.element(&start),
            Ok(Event::End(_)) => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return found.finish();
                }
            }
            Ok(Event::DocType(_)) => return Err(WsdlError::Hostile),
            Ok(Event::Eof) => return Err(WsdlError::Truncated),
            Ok(_) => {}
            Err(quick_xml::Error::Syntax(_)) => return Err(WsdlError::Truncated),
            Err(problem) => return Err(WsdlError::Malformed(problem.to_string())),
        }
    }
}

#[derive(Default)]
struct Found {
    namespace: Option<String>,
    style: Option<String>,
    operations: BTreeSet<String>,
    address: Option<String>,
}

impl Found {
    fn element(&mut self, start: &BytesStart<'_>) {
        match start.local_name().into_inner() {
            "definitions" => self.namespace = attribute(start, "targetNamespace"),
            "binding" => self.style = attribute(start, "style").or(self.style.take()),
            "operation" => self.operations.extend(attribute(start, "name")),
            "address" => self.address = attribute(start, "location"),
            _ => {}
        }
    }

    fn finish(self) -> Result<Wsdl, WsdlError> {
        if !["login", "customerCustomerList", "storeList"]
            .iter()
            .all(|method| self.operations.contains(*method))
        {
            return Err(WsdlError::NotV2);
        }
        let mode = if self.style.as_deref() == Some("document") { Mode::Wsi } else { Mode::Rpc };
        let address = self.address.and_then(|address| url::Url::parse(&address).ok());
        Ok(Wsdl {
            namespace: self.namespace.unwrap_or_else(|| "urn:Magento".to_owned()),
            mode,
            operations: self.operations,
            address_path: address.as_ref().map(|address| address.path().to_owned()),
            address_host: address.and_then(|address| address.host_str().map(str::to_owned)),
        })
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = start
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().into_inner() == name)?;
    attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wsdl(style: &str, operations: &[&str]) -> String {
        let operations: String =
            operations.iter().map(|name| format!("<operation name=\"{name}\"/>")).collect();
        format!(
            "<?xml version=\"1.0\"?>\n<w:definitions targetNamespace=\"urn:OpenMage\"><w:portType>{operations}</w:portType>\
             <w:binding name=\"B\"><soap:binding style=\"{style}\"/></w:binding>\
             <service><port><soap:address location=\"http://inside/index.php/api/v2_soap/\"/></port></service></w:definitions>"
        )
    }

    const V2: [&str; 4] = ["login", "customerCustomerList", "storeList", "oroPing"];

    #[test]
    fn what_it_tells() {
        let read = |text: &str| read(text.as_bytes(), 200, false).expect("a WSDL");
        let rpc = read(&wsdl("rpc", &V2));
        assert_eq!((rpc.namespace.as_str(), rpc.mode), ("urn:OpenMage", Mode::Rpc));
        assert!(rpc.operations.contains("oroPing"));
        assert_eq!(
            (rpc.address_path.as_deref(), rpc.address_host.as_deref()),
            (Some("/index.php/api/v2_soap/"), Some("inside"))
        );
        assert_eq!(read(&wsdl("document", &V2)).mode, Mode::Wsi);
        assert_eq!(read(&format!("<br/>Notice: x\n{}", wsdl("rpc", &V2))).mode, Mode::Rpc);
    }

    #[test]
    fn what_is_no_wsdl() {
        let check = |text: &str, status, expected: WsdlError| {
            assert_eq!(read(text.as_bytes(), status, false), Err(expected), "{text}")
        };
        check("", 200, WsdlError::Empty);
        check("<html><body>Whoops</body></html>", 404, WsdlError::NotFound);
        check(
            "<html><title>Shop</title></html>",
            200,
            WsdlError::Other {
                what: "a web page",
                advice: "Check its path: usually /index.php/api/v2_soap/?wsdl=1.",
                excerpt: "Shop".to_owned(),
            },
        );
        check(&wsdl("rpc", &["call", "multiCall", "login"]), 200, WsdlError::NotV2);
        check(&wsdl("rpc", &V2).replace("</w:definitions>", ""), 200, WsdlError::Truncated);
        check(&wsdl("rpc", &V2)[..200], 200, WsdlError::Truncated);
        check(&wsdl("rpc", &V2).replace("<w:def", "<!DOCTYPE a><w:def"), 200, WsdlError::Hostile);
    }
}
