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
