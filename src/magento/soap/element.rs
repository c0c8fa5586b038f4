//! XML events become elements, and elements become [`Value`]s: text, CDATA and references joined, `nil` and types
//! looked at, arrays and SOAP v1 maps told from structs.
//!
//! Where Magento hands out a PHP object (`cart.info` does, with products, stock and all, recording v1/020), its
//! protected members begin with `_` and are skipped unread: a cart of 4 items is 400 kB of them.

use std::io::BufRead;
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::clean::Clean;
use super::entities::{self, Reference};
use super::names::Names;
use super::read::Unreadable;
use super::shared::Shared;
use super::value::{Row, Value, is_secret};
use crate::magento::Limits;
use crate::magento::warnings::WarningKind;

/// Deepest nesting of what is skipped: PHP objects hold objects that hold objects.
const DEEPEST_SKIPPED: usize = 1_000;

/// Walks the elements of a message.
pub(super) struct Walker<R> {
    xml: Reader<Clean<R>>,
    buffer: Vec<u8>,
    text: String,
    depth: usize,
    max_depth: usize,
    names: Names,
    shared: Shared,
}

/// What comes next.
pub(super) enum Step {
    Open(Tag),
    Close,
}

/// An element's start: its local name and what its attributes say.
pub(super) struct Tag {
    pub(super) name: Arc<str>,
    pub(super) empty: bool,
    pub(super) nil: bool,
    hint: Hint,
    id: Option<String>,
    href: Option<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Hint {
    None,
    Scalar,
    Array,
    Map,
    Struct,
}

impl<R: BufRead> Walker<R> {
    pub(super) fn new(clean: Clean<R>, limits: &Limits) -> Self {
        let mut xml = Reader::from_reader(clean);
        xml.config_mut().allow_dangling_amp = true;
        Self {
            xml,
            buffer: Vec::new(),
            text: String::new(),
            depth: 0,
            max_depth: limits.max_depth,
            names: Names::new(),
            shared: Shared::default(),
        }
    }

    /// The next start or end of an element; text between is gathered.
    pub(super) fn step(&mut self) -> Result<Step, Unreadable> {
        loop {
            self.buffer.clear();
            let event = match self.xml.read_event_into(&mut self.buffer) {
                Ok(event) => event,
                Err(problem) => return Err(self.unreadable(&problem)),
            };
            match event {
                Event::Start(start) => {
                    let tag = Tag::read(&start, false, &mut self.names)?;
                    self.depth += 1;
                    if self.depth > self.max_depth {
                        return Err(Unreadable::Hostile(format!(
                            "its elements are nested deeper than {}",
                            self.max_depth
                        )));
                    }
                    return Ok(Step::Open(tag));
                }
                Event::Empty(start) => return Tag::read(&start, true, &mut self.names).map(Step::Open),
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Step::Close);
                }
                Event::Text(text) => self.text.push_str(&text.xml10_content()),
                Event::CData(text) => self.text.push_str(&text.xml10_content()),
                Event::GeneralRef(name) => {
                    let name = name.into_inner().into_owned();
                    self.refer(&name);
                }
                Event::DocType(_) => return Err(Unreadable::Hostile("it holds a DOCTYPE".to_owned())),
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
                Event::Eof => return Err(Unreadable::Truncated),
            }
        }
    }

    /// The content of an element whose start was just read, up to its end.
    pub(super) fn content(&mut self, tag: &Tag) -> Result<Value, Unreadable> {
        if let Some(href) = &tag.href {
            self.skip(tag)?;
            return self.shared.find(href);
        }
        self.shared.withhold(tag.id.as_deref());
        let value = if tag.empty { tag.empty_value() } else { self.filled(tag)? };
        if let Some(id) = &tag.id {
            self.shared.keep(id, &value)?;
        }
        Ok(value)
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// Text gathered since the last start of an element.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Forgets text gathered so far.
    pub(super) fn forget_text(&mut self) {
        self.text.clear();
    }

    /// The reader below, for its notes and what follows the message.
    pub(super) fn clean(&mut self) -> &mut Clean<R> {
        self.xml.get_mut()
    }

    fn filled(&mut self, tag: &Tag) -> Result<Value, Unreadable> {
        self.text.clear();
        let mut members = Vec::new();
        let mut protected = false;
        loop {
            match self.step()? {
                Step::Close => break,
                Step::Open(child) if child.name.starts_with('_') => {
                    self.skip(&child)?;
                    protected = true;
                }
                Step::Open(child) => {
                    let value = self.content(&child)?;
                    self.text.clear();
                    if !is_secret(&child.name) {
                        members.push((child.name, value));
                    }
                }
            }
        }
        if tag.nil {
            return Ok(Value::Nil);
        }
        Ok(match members.is_empty() {
            true if protected => Value::Row(Row::default()),
            true => self.leaf(tag),
            false => gathered(tag.hint, &mut self.names, members),
        })
    }

    fn leaf(&mut self, tag: &Tag) -> Value {
        match tag.hint {
            Hint::Array if self.text.trim().is_empty() => return Value::List(Vec::new()),
            Hint::Map | Hint::Struct if self.text.trim().is_empty() => return Value::Row(Row::default()),
            _ => {}
        }
        // The server writes an empty text as one line feed (recording rpc/901).
        if self.text == "\n" {
            return Value::Text(String::new());
        }
        // One byte is found much faster than two, and hardly any text has it.
        if self.text.contains('&')
            && let Some(decoded) = entities::decode_literal(&self.text)
        {
            if decoded.contains('\u{fffd}') {
                self.note(WarningKind::ControlCharacter, decoded.clone());
            }
            return Value::Text(decoded);
        }
        Value::Text(self.text.clone())
    }

    fn skip(&mut self, tag: &Tag) -> Result<(), Unreadable> {
        self.shared.withhold(tag.id.as_deref());
        if tag.empty {
            return Ok(());
        }
        let until = self.depth - 1;
        let max_depth = std::mem::replace(&mut self.max_depth, DEEPEST_SKIPPED);
        while self.depth > until {
            if let Step::Open(tag) = self.step()? {
                self.shared.withhold(tag.id.as_deref());
            }
            self.text.clear();
        }
        self.max_depth = max_depth;
        Ok(())
    }

    fn refer(&mut self, name: &str) {
        match entities::resolve(name) {
            Reference::Char(char) => self.text.push(char),
            Reference::Forbidden => {
                self.text.push('\u{fffd}');
                self.note(WarningKind::ControlCharacter, self.text.clone());
            }
            Reference::Html(char) => {
                self.text.push(char);
                self.note(WarningKind::HtmlEntity, format!("&{name};"));
            }
            Reference::Unknown => {
                self.text.push_str(&format!("&{name};"));
                self.note(WarningKind::UnknownEntity, format!("&{name};"));
            }
        }
    }

    fn note(&mut self, kind: WarningKind, example: String) {
        self.xml.get_mut().notes().add(kind, || example);
    }

    /// At the end of the body a syntax error means that the body was cut.
    fn unreadable(&self, problem: &quick_xml::Error) -> Unreadable {
        let cut = self.xml.get_ref().has_ended();
        match problem {
            quick_xml::Error::Io(_) => Unreadable::Truncated,
            _ if cut => Unreadable::Truncated,
            _ => Unreadable::Malformed(format!("it is not well-formed XML ({problem})")),
        }
    }
}

impl Tag {
    fn read(start: &BytesStart<'_>, empty: bool, names: &mut Names) -> Result<Self, Unreadable> {
        let mut tag = Self {
            name: names.share(start.local_name().into_inner()),
            empty,
            nil: false,
            hint: Hint::None,
            id: None,
            href: None,
        };
        if start.attributes_raw().trim().is_empty() {
            return Ok(tag);
        }
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute
                .map_err(|problem| Unreadable::Malformed(format!("an attribute is broken ({problem})")))?;
            let value = &*attribute.value;
            match attribute.key.local_name().into_inner() {
                "nil" | "null" => tag.nil = matches!(value, "true" | "1"),
                "type" if tag.hint != Hint::Array => tag.hint = hint(value),
                "arrayType" => tag.hint = Hint::Array,
                "id" => tag.id = Some(value.to_owned()),
                "href" => tag.href = Some(value.to_owned()),
                _ => {}
            }
        }
        Ok(tag)
    }

    /// Has it this local name?
    pub(super) fn is(&self, name: &str) -> bool {
        *self.name == *name
    }

    fn empty_value(&self) -> Value {
        match self.hint {
            _ if self.nil => Value::Nil,
            Hint::None => Value::Nil,
            Hint::Scalar => Value::Text(String::new()),
            Hint::Array => Value::List(Vec::new()),
            Hint::Map | Hint::Struct => Value::Row(Row::default()),
        }
    }
}

fn hint(kind: &str) -> Hint {
    match kind.split_once(':').map_or(kind, |(_, local)| local) {
        "Map" => Hint::Map,
        "string" | "int" | "integer" | "long" | "boolean" | "double" | "float" | "decimal" | "dateTime"
        | "anyType" => Hint::Scalar,
        local if local.ends_with("Array") || local.starts_with("ArrayOf") => Hint::Array,
        _ => Hint::Struct,
    }
}

/// An element's children as a map, an array or a struct.
fn gathered(hint: Hint, names: &mut Names, members: Vec<(Arc<str>, Value)>) -> Value {
    let all_items = members.iter().all(|(name, _)| matches!(&**name, "item" | "complexObjectArray"));
    if !all_items && hint != Hint::Array {
        return Value::Row(Row(members));
    }
    if hint != Hint::Array && members.iter().all(|(_, value)| is_pair(value)) {
        return Value::Row(Row(members.into_iter().filter_map(|(_, value)| pair(value, names)).collect()));
    }
    Value::List(members.into_iter().map(|(_, value)| value).collect())
}

fn is_pair(value: &Value) -> bool {
    matches!(value, Value::Row(Row(members)) if matches!(members.as_slice(), [(key, Value::Text(_)), (value, _)] if &**key == "key" && &**value == "value"))
}

fn pair(value: Value, names: &mut Names) -> Option<(Arc<str>, Value)> {
    let Value::Row(Row(members)) = value else {
        return None;
    };
    let mut members = members.into_iter().map(|(_, value)| value);
    match (members.next(), members.next()) {
        (Some(Value::Text(key)), Some(value)) if !is_secret(&key) => Some((names.share(&key), value)),
        _ => None,
    }
}
