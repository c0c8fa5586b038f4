//! A recorded record, whichever way it was written.

use cartwright::simulator::{Amount, Text};
use roxmltree::Node;

use super::super::bench::*;
use super::super::texts::*;

/// An element, or a map of keys and values.
#[derive(Clone, Copy)]
pub(in super::super) struct Recorded<'a>(pub(super) Node<'a, 'a>);

impl<'a> Recorded<'a> {
    /// A field, a part or a list of it.
    pub(super) fn part(self, name: &str) -> Option<Self> {
        let mut elements = self.0.children().filter(Node::is_element);
        let found = elements.find_map(|node| {
            if node.has_tag_name(name) {
                return Some(node);
            }
            let is_key = |child: &Node<'_, '_>| child.has_tag_name("key") && child.text() == Some(name);
            node.children().find(is_key)?;
            node.children().find(|child| child.has_tag_name("value"))
        })?;
        let nil = found.attributes().any(|attribute| attribute.name() == "nil");
        (!nil).then_some(Self(found))
    }

    /// Rows of a list.
    pub(super) fn rows(self, name: &str) -> Vec<Self> {
        let list = self.part(name);
        list.map(|list| list.0.children().filter(Node::is_element).map(Self).collect()).unwrap_or_default()
    }

    pub(super) fn text(self, name: &str) -> Option<Text> {
        let text = self.part(name)?.0.text().unwrap_or_default();
        Some(if text == "\n" { String::new() } else { text.to_owned() }.into())
    }

    /// Text of a field whose NULL is an empty element, as the bridge writes it in WS-I.
    pub(super) fn value(self, name: &str) -> Option<Text> {
        self.text(name).filter(|text| !text.is_empty())
    }

    pub(super) fn number(self, name: &str) -> Option<u32> {
        self.text(name).map(|text| text.parse().unwrap())
    }

    pub(super) fn id(self, name: &str) -> u32 {
        self.number(name).unwrap_or_default()
    }

    pub(super) fn amount(self, name: &str) -> Option<Amount> {
        self.text(name).map(|text| Amount::parse(&text).unwrap())
    }

    pub(super) fn sum(self, name: &str) -> Amount {
        self.amount(name).unwrap_or_default()
    }

    pub(super) fn time(self, name: &str) -> i64 {
        self.text(name).map(|text| seconds(&text)).unwrap_or_default()
    }
}

pub(super) fn each_with(bench: &Bench, number: &str, field: &str, lay: impl Fn(Recorded<'_>)) {
    let recorded = fixture(bench.recordings, number, "response");
    let document = roxmltree::Document::parse(&recorded).unwrap();
    for row in document.descendants().map(Recorded).filter(|row| row.part(field).is_some()) {
        lay(row);
    }
}
