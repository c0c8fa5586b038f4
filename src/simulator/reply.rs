//! Writing answers: bytes straight into a buffer, in one of three styles.
//!
//! Owns: how lists, records, scalars and NULLs look in rpc/encoded, WS-I document/literal and SOAP v1 maps, escaping,
//! and the line break that Magento's v2 server puts between any two tags (so that an empty string arrives as one).
//! Refuses: to know which fields a record has (the noun's file does) and the envelope around it ([`super::envelope`]).

use super::escape::{escape, push_int};
use super::records::Text;
use super::value::{Kind, Value};

/// The encodings of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// SOAP v2, rpc/encoded.
    Rpc,
    /// SOAP v2, WS-I document/literal.
    Wsi,
    /// SOAP v1: Apache maps.
    V1,
}

/// What a NULL looks like: left out, or present without a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nulls {
    Omit,
    Show,
}

/// What the outermost value is; the envelope's namespace declarations depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Scalar,
    Entity,
    List,
    EmptyList,
}

/// The type names of a list in the WSDL.
#[derive(Debug)]
pub(super) struct List {
    pub(super) item: &'static str,
    pub(super) array: &'static str,
}

/// The result of a call, growing.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) out: Vec<u8>,
    pub(super) style: Style,
    pub(super) nulls: Nulls,
    pub(super) shape: Shape,
    /// Rows of the outermost list, for the latency profile.
    pub(super) rows: usize,
    /// Name of the outermost element.
    slot: &'static str,
    spoilt: Option<(String, String)>,
}

impl Reply {
    /// An empty result, whose outermost element will be called `slot`.
    pub(super) fn new(style: Style, slot: &'static str) -> Self {
        Self {
            out: Vec::with_capacity(1024),
            style,
            nulls: Nulls::Omit,
            shape: Shape::Scalar,
            rows: 0,
            slot,
            spoilt: None,
        }
    }

    /// The result is a list of records.
    pub(super) fn list<T>(
        &mut self,
        kind: &List,
        rows: impl ExactSizeIterator<Item = T>,
        write: impl FnMut(&mut Self, T),
    ) {
        self.rows = rows.len();
        self.shape = if rows.len() == 0 { Shape::EmptyList } else { Shape::List };
        self.rows(self.slot, kind, rows, write);
    }

    /// The result is one record.
    pub(super) fn entity(&mut self, kind: &str, write: impl FnOnce(&mut Self)) {
        self.shape = Shape::Entity;
        self.open_record(self.slot, kind);
        write(self);
        self.close(self.slot);
    }

    pub(super) fn result_int(&mut self, value: u32) {
        self.element(self.slot, "xsd:int", |out| push_int(out, value.into()));
    }

    pub(super) fn result_bool(&mut self, value: bool) {
        self.element(self.slot, "xsd:boolean", |out| out.extend(bool_text(value)));
    }

    pub(super) fn result_text(&mut self, value: &str) {
        self.element(self.slot, "xsd:string", |out| escape(out, value));
    }

    /// A list inside a record.
    pub(super) fn list_field<T>(
        &mut self,
        name: &str,
        kind: &List,
        rows: impl ExactSizeIterator<Item = T>,
        write: impl FnMut(&mut Self, T),
    ) {
        if rows.len() == 0 && self.style == Style::V1 {
            return self.empty_list(name);
        }
        if self.style != Style::V1 {
            return self.rows(name, kind, rows, write);
        }
        self.put(&["<item><key xsi:type=\"xsd:string\">", name, "</key>"]);
        self.rows("value", kind, rows, write);
        self.put(&["</item>"]);
    }

    fn rows<T>(
        &mut self,
        name: &str,
        kind: &List,
        rows: impl ExactSizeIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        let count = rows.len();
        self.open_list(name, kind, count);
        if count == 0 {
            return;
        }
        let item = if self.style == Style::Wsi { "complexObjectArray" } else { "item" };
        for row in rows {
            self.open_record(item, kind.item);
            write(self, row);
            self.close(item);
        }
        self.close(name);
    }

    /// Opens a part of a record; in SOAP v1 it is an entry of a map.
    fn open_part(&mut self, name: &str, open: impl FnOnce(&mut Self, &str)) {
        if self.style == Style::V1 {
            self.put(&["<item><key xsi:type=\"xsd:string\">", name, "</key>"]);
            open(self, "value");
        } else {
            open(self, name);
        }
    }

    fn close_part(&mut self, name: &str) {
        if self.style == Style::V1 {
            self.put(&["</value></item>"]);
        } else {
            self.close(name);
        }
    }

    /// A record inside a record.
    pub(super) fn record(&mut self, name: &str, kind: &str, write: impl FnOnce(&mut Self)) {
        self.open_part(name, |reply, name| reply.open_record(name, kind));
        write(self);
        self.close_part(name);
    }

    /// A record of which nothing is there.
    pub(super) fn empty_record(&mut self, name: &str, kind: &str) {
        match self.style {
            Style::Rpc => self.put(&["<", name, " xsi:type=\"ns1:", kind, "\"/>\n"]),
            Style::Wsi => self.put(&["<", name, "/>\n"]),
            Style::V1 => self.empty_list(name),
        }
    }

    /// A list of nothing, whatever it would be of: what PHP makes of an empty array.
    pub(super) fn empty_list(&mut self, name: &str) {
        self.open_part(name, |reply, name| reply.open_list(name, &List { item: "", array: "" }, 0));
        if self.style == Style::V1 {
            self.put(&["</item>"]);
        }
    }

    pub(super) fn text(&mut self, name: &str, value: &str) {
        if let Some(spoilt) = self.spoilt_text(name) {
            return self.field(name, "xsd:string", |out| escape(out, &spoilt));
        }
        self.field(name, "xsd:string", |out| escape(out, value));
    }

    pub(super) fn opt_text(&mut self, name: &str, value: Option<&Text>) {
        match value {
            Some(value) => self.text(name, value),
            None => self.null(name),
        }
    }

    pub(super) fn int(&mut self, name: &str, value: u32) {
        if let Some(spoilt) = self.spoilt_text(name) {
            return self.field(name, "xsd:int", |out| escape(out, &spoilt));
        }
        self.field(name, "xsd:int", |out| push_int(out, value.into()));
    }

    pub(super) fn opt_int(&mut self, name: &str, value: Option<u32>) {
        match value {
            Some(value) => self.int(name, value),
            None => self.null(name),
        }
    }

    pub(super) fn boolean(&mut self, name: &str, value: bool) {
        self.field(name, "xsd:boolean", |out| out.extend(bool_text(value)));
    }

    /// A column's value as a type.
    pub(super) fn value(&mut self, name: &str, kind: Kind, value: &Value<'_>) {
        match value {
            Value::Null => self.null(name),
            _ if self.spoilt.is_some() && self.spoilt_text(name).is_some() => self.text(name, ""),
            value => self.field(name, kind.name(), |out| value.write(out, kind)),
        }
    }

    pub(super) fn null(&mut self, name: &str) {
        if self.nulls == Nulls::Omit {
            return;
        }
        match self.style {
            Style::Rpc => self.put(&["<", name, " xsi:nil=\"true\"/>\n"]),
            Style::Wsi => self.put(&["<", name, "/>\n"]),
            Style::V1 => self.put(&[
                "<item><key xsi:type=\"xsd:string\">",
                name,
                "</key><value xsi:nil=\"true\"/></item>",
            ]),
        }
    }

    /// From now on the field is written as this text, whatever it is: garbage for tests.
    pub(super) fn spoil(&mut self, field_and_text: Option<(String, String)>) {
        self.spoilt = field_and_text;
    }

    pub(super) fn put(&mut self, pieces: &[&str]) {
        for piece in pieces {
            self.out.extend_from_slice(piece.as_bytes());
        }
    }

    fn spoilt_text(&self, name: &str) -> Option<String> {
        self.spoilt.as_ref().filter(|spoilt| spoilt.0 == name).map(|spoilt| spoilt.1.clone())
    }

    fn field(&mut self, name: &str, kind: &str, write: impl FnOnce(&mut Vec<u8>)) {
        if self.style == Style::V1 {
            self.put(&["<item><key xsi:type=\"xsd:string\">", name, "</key>"]);
            self.element("value", kind, write);
            self.put(&["</item>"]);
        } else {
            self.element(name, kind, write);
        }
    }

    fn element(&mut self, name: &str, kind: &str, write: impl FnOnce(&mut Vec<u8>)) {
        match self.style {
            Style::Wsi => self.put(&["<", name, ">"]),
            Style::Rpc | Style::V1 => self.put(&["<", name, " xsi:type=\"", kind, "\">"]),
        }
        let start = self.out.len();
        write(&mut self.out);
        if self.out.len() == start && self.style != Style::V1 {
            self.out.push(b'\n');
        }
        self.close(name);
    }

    fn open_list(&mut self, name: &str, kind: &List, count: usize) {
        let count_text = count.to_string();
        let end = match (count, self.style) {
            (0, Style::V1) => "/>",
            (0, _) => "/>\n",
            (_, Style::V1) => ">",
            _ => ">\n",
        };
        let List { item, array } = kind;
        match self.style {
            Style::Wsi => self.put(&["<", name, end]),
            Style::Rpc => {
                self.put(&[
                    "<",
                    name,
                    " SOAP-ENC:arrayType=\"ns1:",
                    item,
                    "[",
                    &count_text,
                    "]\" xsi:type=\"ns1:",
                    array,
                    "\"",
                    end,
                ]);
            }
            Style::V1 => {
                let of = if count == 0 { "xsd:ur-type" } else { "ns2:Map" };
                self.put(&[
                    "<",
                    name,
                    " SOAP-ENC:arrayType=\"",
                    of,
                    "[",
                    &count_text,
                    "]\" xsi:type=\"SOAP-ENC:Array\"",
                    end,
                ]);
            }
        }
    }

    fn open_record(&mut self, name: &str, kind: &str) {
        match self.style {
            Style::Wsi => self.put(&["<", name, ">\n"]),
            Style::Rpc => self.put(&["<", name, " xsi:type=\"ns1:", kind, "\">\n"]),
            Style::V1 => self.put(&["<", name, " xsi:type=\"ns2:Map\">"]),
        }
    }

    fn close(&mut self, name: &str) {
        self.put(&["</", name, if self.style == Style::V1 { ">" } else { ">\n" }]);
    }
}

fn bool_text(value: bool) -> &'static [u8] {
    if value { b"true" } else { b"false" }
}

#[cfg(test)]
mod tests {
    use super::{Nulls, Reply, Style};

    #[test]
    fn writes_an_empty_string_as_one_line_break_in_v2_only() {
        for (style, expected) in [
            (Style::Rpc, "<company xsi:type=\"xsd:string\">\n</company>\n<fax xsi:nil=\"true\"/>\n"),
            (Style::Wsi, "<company>\n</company>\n<fax/>\n"),
            (
                Style::V1,
                "<item><key xsi:type=\"xsd:string\">company</key><value xsi:type=\"xsd:string\"></value></item>\
                 <item><key xsi:type=\"xsd:string\">fax</key><value xsi:nil=\"true\"/></item>",
            ),
        ] {
            let mut reply = Reply::new(style, "result");
            reply.nulls = Nulls::Show;
            reply.text("company", "");
            reply.null("fax");
            assert_eq!(String::from_utf8(reply.out).unwrap(), expected);
        }
    }
}
