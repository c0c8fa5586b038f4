//! Writes requests: SOAP v2 in both modes (`spec/magento-soap.md` chapter 3), and SOAP v1 `call` and `multiCall`
//! (chapter 10). Everything is escaped here and nowhere else.

use crate::magento::Mode;

/// A value to send. Both modes write it their own way.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// A whole number.
    Int(i64),
    /// A text.
    Text(String),
    /// `true` or `false`.
    Bool(bool),
    /// Nothing, for a parameter of this type. Rpc writes it as nil, WS-I leaves it out.
    Nil(&'static str),
    /// A struct of this type: its members in the WSDL's order.
    Struct(&'static str, Vec<(&'static str, Arg)>),
    /// An array of structs: the array's type, the elements' type, the elements.
    Array(&'static str, &'static str, Vec<Arg>),
    /// An `ArrayOfString`.
    Strings(Vec<String>),
    /// A SOAP v1 map.
    Map(Vec<(String, Arg)>),
    /// A SOAP v1 list.
    List(Vec<Arg>),
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:ns1=\"";
const RPC_HEAD: &str = " xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:ns2=\"http://xml.apache.org/xml-soap\" xmlns:SOAP-ENC=\"http://schemas.xmlsoap.org/soap/encoding/\" SOAP-ENV:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"";

/// A request for a SOAP v2 method. `params` are in the WSDL's order, the session id first.
#[must_use]
pub fn request(mode: Mode, namespace: &str, method: &str, params: &[(&str, Arg)]) -> String {
    let mut xml = String::from(HEAD);
    escape_into(namespace, &mut xml);
    xml.push('"');
    if mode == Mode::Rpc {
        xml.push_str(RPC_HEAD);
    }
    let wrapper = wrapper(mode, method);
    xml.push_str(&format!("><SOAP-ENV:Body><ns1:{wrapper}>"));
    for (name, arg) in params {
        match mode {
            Mode::Rpc => rpc(name, arg, &mut xml),
            Mode::Wsi => wsi(name, arg, &mut xml),
        }
    }
    xml.push_str(&format!("</ns1:{wrapper}></SOAP-ENV:Body></SOAP-ENV:Envelope>\n"));
    xml
}

/// A request for one SOAP v1 resource path, such as `customer.list`.
#[must_use]
pub fn v1_call(namespace: &str, session: &str, path: &str, args: Vec<Arg>) -> String {
    let params = [
        ("sessionId", Arg::Text(session.to_owned())),
        ("resourcePath", Arg::Text(path.to_owned())),
        ("args", Arg::List(args)),
    ];
    request(Mode::Rpc, namespace, "call", &params)
}

/// A request for many SOAP v1 resource paths at once.
#[must_use]
pub fn v1_multi_call(namespace: &str, session: &str, calls: Vec<(&str, Vec<Arg>)>) -> String {
    let calls =
        calls.into_iter().map(|(path, args)| Arg::List(vec![Arg::Text(path.to_owned()), Arg::List(args)]));
    let params = [
        ("sessionId", Arg::Text(session.to_owned())),
        ("calls", Arg::List(calls.collect())),
        ("options", Arg::Nil("")),
    ];
    request(Mode::Rpc, namespace, "multiCall", &params)
}

/// Appends text with `& < > " '` and carriage returns escaped. Characters that XML forbids become U+FFFD.
pub(crate) fn escape_into(text: &str, xml: &mut String) {
    for char in text.chars() {
        match char {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\'' => xml.push_str("&#39;"),
            '\r' => xml.push_str("&#13;"),
            '\n' | '\t' => xml.push(char),
            '\0'..'\u{20}' | '\u{fffe}' | '\u{ffff}' => xml.push('\u{fffd}'),
            _ => xml.push(char),
        }
    }
}

/// WS-I wraps parameters in `{method}RequestParam`, but in `{method}Param` for the methods of the API itself.
fn wrapper(mode: Mode, method: &str) -> String {
    const OF_THE_API: [&str; 6] =
        ["login", "endSession", "globalFaults", "resourceFaults", "call", "multiCall"];
    match mode {
        Mode::Rpc => method.to_owned(),
        Mode::Wsi if OF_THE_API.contains(&method) => format!("{method}Param"),
        Mode::Wsi => format!("{method}RequestParam"),
    }
}

fn rpc(name: &str, arg: &Arg, xml: &mut String) {
    match arg {
        Arg::Int(number) => xml.push_str(&format!("<{name} xsi:type=\"xsd:int\">{number}</{name}>")),
        Arg::Bool(flag) => xml.push_str(&format!("<{name} xsi:type=\"xsd:boolean\">{flag}</{name}>")),
        Arg::Text(text) => {
            xml.push_str(&format!("<{name} xsi:type=\"xsd:string\">"));
            escape_into(text, xml);
            xml.push_str(&format!("</{name}>"));
        }
        Arg::Nil("") => xml.push_str(&format!("<{name} xsi:nil=\"true\"/>")),
        Arg::Nil(kind) => xml.push_str(&format!("<{name} xsi:nil=\"true\" xsi:type=\"ns1:{kind}\"/>")),
        Arg::Struct(kind, members) => {
            xml.push_str(&format!("<{name} xsi:type=\"ns1:{kind}\">"));
            members.iter().for_each(|(member, arg)| rpc(member, arg, xml));
            xml.push_str(&format!("</{name}>"));
        }
        Arg::Array(kind, element, args) => {
            items(name, &format!("ns1:{element}"), &format!("ns1:{kind}"), args, xml)
        }
        Arg::Strings(texts) => {
            let args: Vec<Arg> = texts.iter().cloned().map(Arg::Text).collect();
            items(name, "xsd:string", "ns1:ArrayOfString", &args, xml);
        }
        Arg::List(args) => items(name, "xsd:ur-type", "SOAP-ENC:Array", args, xml),
        Arg::Map(pairs) => {
            xml.push_str(&format!("<{name} xsi:type=\"ns2:Map\">"));
            for (key, value) in pairs {
                xml.push_str("<item>");
                rpc("key", &Arg::Text(key.clone()), xml);
                rpc("value", value, xml);
                xml.push_str("</item>");
            }
            xml.push_str(&format!("</{name}>"));
        }
    }
}

fn items(name: &str, element: &str, kind: &str, args: &[Arg], xml: &mut String) {
    xml.push_str(&format!("<{name} SOAP-ENC:arrayType=\"{element}[{}]\" xsi:type=\"{kind}\">", args.len()));
    args.iter().for_each(|arg| rpc("item", arg, xml));
    xml.push_str(&format!("</{name}>"));
}

fn wsi(name: &str, arg: &Arg, xml: &mut String) {
    let inside = |xml: &mut String, fill: &dyn Fn(&mut String)| {
        xml.push_str(&format!("<{name}>"));
        fill(xml);
        xml.push_str(&format!("</{name}>"));
    };
    match arg {
        Arg::Int(number) => inside(xml, &|xml| xml.push_str(&number.to_string())),
        Arg::Bool(flag) => inside(xml, &|xml| xml.push_str(&flag.to_string())),
        Arg::Text(text) => inside(xml, &|xml| escape_into(text, xml)),
        Arg::Nil(_) => {}
        Arg::Struct(_, members) => {
            inside(xml, &|xml| members.iter().for_each(|(member, arg)| wsi(member, arg, xml)))
        }
        Arg::Array(_, _, args) | Arg::List(args) => {
            inside(xml, &|xml| args.iter().for_each(|arg| wsi("complexObjectArray", arg, xml)));
        }
        Arg::Strings(texts) => inside(xml, &|xml| {
            texts.iter().for_each(|text| wsi("complexObjectArray", &Arg::Text(text.clone()), xml));
        }),
        Arg::Map(pairs) => inside(xml, &|xml| pairs.iter().for_each(|(key, arg)| wsi(key, arg, xml))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(mode: Mode, method: &str, params: &[(&str, Arg)]) -> String {
        let xml = request(mode, "urn:Magento", method, params);
        let body = xml.split("Body>").nth(1).expect("a body");
        body.trim_end_matches("</SOAP-ENV:").to_owned()
    }

    #[test]
    fn both_modes_write_their_own_way() {
        let check = |method: &str, params: &[(&str, Arg)], expected_rpc: &str, expected_wsi: &str| {
            assert_eq!(body(Mode::Rpc, method, params), expected_rpc);
            assert_eq!(body(Mode::Wsi, method, params), expected_wsi);
        };
        check(
            "login",
            &[("username", Arg::Text("a<b".into()))],
            "<ns1:login><username xsi:type=\"xsd:string\">a&lt;b</username></ns1:login>",
            "<ns1:loginParam><username>a&lt;b</username></ns1:loginParam>",
        );
        check(
            "x",
            &[("street", Arg::Strings(vec!["1".into()]))],
            "<ns1:x><street SOAP-ENC:arrayType=\"xsd:string[1]\" xsi:type=\"ns1:ArrayOfString\"><item xsi:type=\"xsd:string\">1</item></street></ns1:x>",
            "<ns1:xRequestParam><street><complexObjectArray>1</complexObjectArray></street></ns1:xRequestParam>",
        );
        check(
            "x",
            &[("a", Arg::Nil("ArrayOfString"))],
            "<ns1:x><a xsi:nil=\"true\" xsi:type=\"ns1:ArrayOfString\"/></ns1:x>",
            "<ns1:xRequestParam></ns1:xRequestParam>",
        );
    }

    #[test]
    fn text_is_escaped() {
        let mut xml = String::new();
        escape_into("<a b=\"c\">&'\r\n\t\u{1}ü</a>", &mut xml);
        assert_eq!(xml, "&lt;a b=&quot;c&quot;&gt;&amp;&#39;&#13;\n\t\u{fffd}ü&lt;/a&gt;");
    }
}
