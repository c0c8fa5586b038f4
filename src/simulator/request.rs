//! What a client sent: bytes into an owned tree, read with `roxmltree`.
//!
//! Owns: the declared encoding, the refusal of entities, finding the call inside the envelope, Apache's maps as ordinary
//! children. Refuses: to know any method. Errors are the HTTP 500 faults that PHP's SOAP server itself answers.

use super::fault::Refusal;

/// An element of the request, without namespaces: the real server takes arguments by local name.
#[derive(Debug, Default, Clone)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) nil: bool,
    pub(super) children: Vec<Element>,
}

/// The call inside an envelope.
#[derive(Debug)]
pub(super) struct Incoming {
    /// Namespace of the call's element, if it has one.
    pub(super) namespace: Option<String>,
    pub(super) call: Element,
}

impl Element {
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Text of a child; empty where there is none.
    pub(super) fn text_of(&self, name: &str) -> String {
        self.child(name).map(|child| child.text.clone()).unwrap_or_default()
    }

    fn from(node: roxmltree::Node<'_, '_>) -> Self {
        let attribute =
            |name| node.attributes().find(|attribute| attribute.name() == name).map(|found| found.value());
        let elements = node.children().filter(roxmltree::Node::is_element);
        let children = if attribute("type").is_some_and(|kind| kind.ends_with(":Map")) {
            elements.filter_map(map_entry).collect()
        } else {
            elements.map(Self::from).collect::<Vec<_>>()
        };
        let text = if children.is_empty() { text(node) } else { String::new() };
        let nil = attribute("nil").is_some_and(|nil| nil == "true" || nil == "1");
        Self { name: node.tag_name().name().to_owned(), text, nil, children }
    }
}

/// Parses a POST body.
pub(super) fn read(body: &[u8]) -> Result<Incoming, Refusal> {
    let text = decode(body);
    if text.contains("<!ENTITY") || text.contains("<!DOCTYPE") {
        return Err(Refusal::sender("Detected use of ENTITY in XML, disabled to prevent XXE/XEE attacks"));
    }
    let document = roxmltree::Document::parse(text.trim_start_matches('\u{feff}')).map_err(|_| invalid())?;
    let mut elements = document.root_element().children().filter(roxmltree::Node::is_element);
    let body = elements.find(|node| node.tag_name().name() == "Body").ok_or_else(invalid)?;
    let call = body.children().find(roxmltree::Node::is_element).ok_or_else(invalid)?;
    Ok(Incoming { namespace: call.tag_name().namespace().map(str::to_owned), call: Element::from(call) })
}

fn invalid() -> Refusal {
    Refusal::sender("Invalid XML")
}

/// UTF-8, or ISO-8859-1 where the declaration says so.
fn decode(body: &[u8]) -> String {
    let head = String::from_utf8_lossy(&body[..body.len().min(100)]).to_lowercase();
    if head.contains("iso-8859-1") {
        return body.iter().copied().map(char::from).collect();
    }
    String::from_utf8_lossy(body).into_owned()
}

/// `<item><key>k</key><value>v</value></item>` becomes a child named `k`.
fn map_entry(item: roxmltree::Node<'_, '_>) -> Option<Element> {
    let part = |name| item.children().find(|node| node.has_tag_name(name));
    let mut entry = Element::from(part("value")?);
    entry.name = text(part("key")?);
    Some(entry)
}

fn text(node: roxmltree::Node<'_, '_>) -> String {
    node.children().filter_map(|child| child.text()).collect()
}
