use super::*;
use crate::magento::WarningKind;
use crate::magento::soap::value::Field;

fn envelope(inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><S:Envelope xmlns:S=\"x\"><S:Body><r:fooResponse>{inside}</r:fooResponse></S:Body></S:Envelope>"
    )
}

fn one(xml: &str) -> (Result<Value, Unreadable>, Vec<WarningKind>) {
    let answer = read_one(xml.as_bytes(), None, &Limits::default());
    (answer.value, answer.notes.into_warnings().map(|warning| warning.kind).collect())
}

fn list(xml: &str) -> Result<Vec<Value>, Unreadable> {
    let mut rows = Vec::new();
    read_list(xml.as_bytes(), None, &Limits::default(), |row| rows.push(row)).value.map(|_| rows)
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn texts() {
    let check = |inside: &str, expected: Value, kinds: &[WarningKind]| {
        let (value, met) = one(&envelope(inside));
        assert_eq!((value, met.as_slice()), (Ok(expected), kinds), "{inside}");
    };
    check("<r>a &amp; b<![CDATA[ <c> ]]>&#13;</r>", text("a & b <c> \r"), &[]);
    check("<r xsi:type=\"xsd:string\">\n</r>", text(""), &[]);
    check("<r> \n</r>", text(" \n"), &[]);
    check("<r xsi:type=\"xsd:string\"/>", text(""), &[]);
    check("<r/>", Value::Nil, &[]);
    check("<r xsi:nil=\"true\"/>", Value::Nil, &[]);
    check("<r xsi:nil=\"1\"></r>", Value::Nil, &[]);
    check("<r xsi:nil=\"false\">a</r>", text("a"), &[]);
    check("<r>a &amp;#11; b</r>", text("a \u{fffd} b"), &[WarningKind::ControlCharacter]);
    check("<r>a&#1;b</r>", text("a\u{fffd}b"), &[WarningKind::ControlCharacter]);
    check("<r>M&uuml;ller</r>", text("Müller"), &[WarningKind::HtmlEntity]);
    check("<r>&lol9;</r>", text("&lol9;"), &[WarningKind::UnknownEntity]);
    check("<r>AT&T</r>", text("AT&T"), &[]);
    check("<r><!-- x -->a<?php y ?></r>", text("a"), &[]);
}

#[test]
fn structs_arrays_and_maps() {
    let check = |inside: &str, expected: &str| {
        let (value, _) = one(&envelope(inside));
        let xml = value.map(|value| value.to_xml("v").replace('\n', ""));
        assert_eq!(xml.as_deref(), Ok(expected), "{inside}");
    };
    check("<r><a>1</a>\n<b/></r>", "<v><a>1</a><b nil=\"true\"/></v>");
    check("<r><item><a>1</a></item></r>", "<v><item><a>1</a></item></v>");
    check("<r><complexObjectArray>x</complexObjectArray></r>", "<v><item>x</item></v>");
    check("<r arrayType=\"n:T[0]\"/>", "<v></v>");
    check(
        "<r xsi:type=\"ns2:Map\"><item><key>a</key><value>1</value></item><item><key>b</key><value xsi:nil=\"true\"/></item></r>",
        "<v><a>1</a><b nil=\"true\"/></v>",
    );
    check("<r><a><password_hash>secret</password_hash></a></r>", "<v><a></a></v>");
    check(
        "<r><item><key>password_hash</key><value>secret</value></item><item><key>a</key><value>1</value></item></r>",
        "<v><a>1</a></v>",
    );
    check("<r><a id=\"ref1\"><x>1</x></a><b href=\"#ref1\"/></r>", "<v><a><x>1</x></a><b><x>1</x></b></v>");
}

#[test]
fn objects_of_php_are_not_read() {
    let check = |inside: &str, expected: &str| {
        let (value, _) = one(&envelope(inside));
        let xml = value.map(|value| value.to_xml("v").replace('\n', ""));
        assert_eq!(xml.as_deref(), Ok(expected), "{inside}");
    };
    check("<r><a>1</a><_data><b>2</b></_data></r>", "<v><a>1</a></v>");
    check("<r><a><_data><b>2</b></_data></a></r>", "<v><a></a></v>");
    check("<r><_data><x id=\"ref1\"><y/></x></_data><a href=\"#ref1\"/></r>", "<v><a nil=\"true\"/></v>");
    check("<r id=\"ref1\"><a>1</a><self href=\"#ref1\"/></r>", "<v><a>1</a><self nil=\"true\"/></v>");
    let deep = format!("<r><a>1</a><_x>{}{}</_x></r>", "<b>".repeat(200), "</b>".repeat(200));
    check(&deep, "<v><a>1</a></v>");
    let unknown = one(&envelope("<r><a href=\"#ref1\"/></r>")).0;
    assert!(matches!(unknown, Err(Unreadable::Malformed(_))));
}

#[test]
fn references_that_multiply_are_refused() {
    let mut inside = "<l0 id=\"r0\"><x>1</x></l0>".to_owned();
    for level in 1..40 {
        let last = format!("<x href=\"#r{}\"/>", level - 1);
        inside.push_str(&format!("<l{level} id=\"r{level}\">{}</l{level}>", last.repeat(4)));
    }
    let met = one(&envelope(&format!("<r>{inside}</r>"))).0;
    assert!(matches!(met, Err(Unreadable::Hostile(_))), "{:?}", met.map(|_| ()));
    let long = format!("<l id=\"r\">{}</l>{}", "x".repeat(1_000_000), "<x href=\"#r\"/>".repeat(1_000));
    let met = one(&envelope(&format!("<r>{long}</r>"))).0;
    assert!(matches!(met, Err(Unreadable::Hostile(_))), "{:?}", met.map(|_| ()));
}

#[test]
fn lists() {
    let check = |inside: &str, expected: Result<usize, &str>| {
        let met = list(&envelope(inside)).map(|rows| rows.len());
        assert_eq!(
            met.map_err(|problem| format!("{problem:?}")),
            expected.map_err(str::to_owned),
            "{inside}"
        );
    };
    check("<r/>", Ok(0));
    check("<r>\n</r>", Ok(0));
    check("<r SOAP-ENC:arrayType=\"n:T[0]\" xsi:type=\"n:TArray\"/>", Ok(0));
    check("<r><item><a>1</a></item><item><a>2</a></item></r>", Ok(2));
    check("<r xsi:nil=\"true\"/>", Err("Malformed(\"it has nil where a list should be\")"));
    check("<r>true</r>", Err("Malformed(\"it has a text where a list should be\")"));
    check("", Err("Malformed(\"an element that should hold the answer is empty\")"));
}

#[test]
fn rows_are_handed_over_while_the_rest_is_still_to_come() {
    let row = format!("<item><a>{}</a></item>", "x".repeat(5_500));
    let xml = envelope(&format!("<r>{}</r>", row.repeat(300)));
    let mut taken = Taken { left: xml.as_bytes(), taken: std::rc::Rc::default() };
    let so_far = std::rc::Rc::clone(&taken.taken);
    let mut rows = 0;
    let most_ahead = std::cell::Cell::new(0);
    let answer = read_list(&mut taken, None, &Limits::default(), |_| {
        rows += 1;
        most_ahead.set(most_ahead.get().max(so_far.get() - rows * row.len()));
    });
    assert_eq!((answer.value, rows), (Ok(300), 300));
    assert!(most_ahead.get() < 16_384, "{} bytes were read ahead of a row", most_ahead.get());
}

/// A body that comes in small chunks and counts what was taken of it.
struct Taken<'a> {
    left: &'a [u8],
    taken: std::rc::Rc<std::cell::Cell<usize>>,
}

impl std::io::Read for Taken<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Taken<'_> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        Ok(&self.left[..self.left.len().min(4_096)])
    }

    fn consume(&mut self, amount: usize) {
        self.left = &self.left[amount..];
        self.taken.set(self.taken.get() + amount);
    }
}

#[test]
fn one_element_is_one_row() {
    let rows = list(&envelope("<result><complexObjectArray><id>1</id></complexObjectArray></result>"))
        .expect("a list");
    assert_eq!(rows.first().and_then(Value::as_row).map(|row| row.text("id")), Some(Field::Is("1")));
}

#[test]
fn faults_are_found_wherever_they_stand() {
    let fault = "<S:Fault><faultcode>5</faultcode><faultstring>Session expired.</faultstring></S:Fault>";
    let expected = Unreadable::Fault { code: "5".to_owned(), text: "Session expired.".to_owned() };
    for xml in [
        format!("<S:Envelope><S:Body>{fault}</S:Body></S:Envelope>"),
        format!("PHP Warning: x in y\n<S:Envelope><S:Header/><S:Body>{fault}</S:Body></S:Envelope>"),
        format!("<S:Envelope>{fault}</S:Envelope>"),
        fault.to_owned(),
        envelope(fault),
        envelope(&format!("<r><item>1</item>{fault}</r>")),
        envelope("<r/>").replace("</r:fooResponse>", &format!("</r:fooResponse>{fault}")),
    ] {
        assert_eq!(list(&xml), Err(expected.clone()), "{xml}");
    }
    let soap12 = "<e:Envelope><e:Body><e:Fault><e:Code><e:Value>5</e:Value></e:Code><e:Reason><e:Text xml:lang='en'>Session expired.</e:Text></e:Reason></e:Fault></e:Body></e:Envelope>";
    assert_eq!(list(soap12), Err(expected));
}

#[test]
fn a_cut_answer_is_never_a_list() {
    let whole = envelope("<r><item><a>1</a></item><item><a>M&amp;ü</a></item></r>");
    for end in (1..whole.len() - 1).filter(|end| whole.is_char_boundary(*end)) {
        let cut = whole.get(..end).expect("a prefix");
        let met = list(cut);
        assert_eq!(met, Err(Unreadable::Truncated), "{cut}");
    }
}

#[test]
fn text_around_the_message_is_noted() {
    let xml = format!("<br />\n<b>Notice</b>: Undefined index\n{}\n<!-- cached -->", envelope("<r>1</r>"));
    assert_eq!(one(&xml), (Ok(text("1")), vec![WarningKind::TextBefore, WarningKind::TextAfter]));
}

#[test]
fn hostile_answers_are_refused() {
    let deep = format!("{}{}", "<a>".repeat(100), "</a>".repeat(100));
    assert!(matches!(one(&envelope(&deep)).0, Err(Unreadable::Hostile(_))));
    let dtd = envelope("<r>&a;</r>").replace("<S:Envelope", "<!DOCTYPE x [<!ENTITY a \"b\">]><S:Envelope");
    assert!(matches!(one(&dtd).0, Err(Unreadable::Hostile(_))));
    let many = envelope(&format!("<r>{}</r>", "<item/>".repeat(11)));
    let limits = Limits { max_items: 10, ..Limits::default() };
    assert!(matches!(read_list(many.as_bytes(), None, &limits, drop).value, Err(Unreadable::Hostile(_))));
    assert!(matches!(one(&envelope("<r><a></b></r>")).0, Err(Unreadable::Malformed(_))));
}
