//! The WSDLs, derived from the register of methods: smaller than the real ones, of the same shape.
//!
//! Owns: rpc/encoded and document/literal v2, and the short v1. Refuses: to serve them ([`super::http`]).

use super::method::{Method, Noun, Type, nouns};
use super::v1::PROCEDURES;

const SOAP: &str = "http://schemas.xmlsoap.org/wsdl/soap/";
const HTTP: &str = "http://schemas.xmlsoap.org/soap/http";
const ENC: &str = "http://schemas.xmlsoap.org/soap/encoding/";

/// What a WSDL is made for.
pub(super) struct Scope<'a> {
    pub(super) namespace: &'a str,
    pub(super) bridge: bool,
    /// Where calls go.
    pub(super) location: &'a str,
}

/// An operation with the names of its messages and all its parameters.
struct Operation {
    name: &'static str,
    title: &'static str,
    input: String,
    parts: Vec<(&'static str, &'static str, bool)>,
    returns: (&'static str, &'static str),
}

/// Types that belong to no noun.
const SHARED: &[(&str, &str)] = &[
    ("associativeEntity", "key:string value:string"),
    ("complexFilter", "key:string value:associativeEntity"),
    ("filters", "filter:associativeArray? complex_filter:complexFilterArray?"),
    ("apiMethodEntity", "title:string path:string name:string aliases:ArrayOfString"),
    ("apiEntity", "title:string name:string aliases:ArrayOfString methods:ArrayOfApiMethods"),
];
const SHARED_ARRAYS: &[(&str, &str)] = &[
    ("ArrayOfString", "string"),
    ("associativeArray", "associativeEntity"),
    ("complexFilterArray", "complexFilter"),
    ("ArrayOfApiMethods", "apiMethodEntity"),
    ("ArrayOfApis", "apiEntity"),
];

/// The v2 WSDL in rpc/encoded style.
pub(super) fn rpc(scope: &Scope<'_>) -> String {
    let operations = operations(scope);
    let mut out = head(scope, "");
    out.push_str(&format!(
        "<types><schema xmlns=\"http://www.w3.org/2001/XMLSchema\" targetNamespace=\"{}\">\n",
        scope.namespace
    ));
    out.push_str(&format!("<import namespace=\"{ENC}\" schemaLocation=\"{ENC}\"/>\n"));
    each_type(scope, false, |name, content| {
        match content {
        Content::Fields(fields) => out.push_str(&format!("<complexType name=\"{name}\"><all>{}</all></complexType>\n", elements(fields, "element"))),
        Content::Items(item) => out.push_str(&format!(
            "<complexType name=\"{name}\"><complexContent><restriction base=\"soapenc:Array\"><attribute ref=\"soapenc:arrayType\" wsdl:arrayType=\"{}[]\"/></restriction></complexContent></complexType>\n",
            qualified(item)
        )),
    }
    });
    out.push_str("</schema></types>\n");
    for operation in &operations {
        let parts: String = operation.parts.iter().map(|(name, kind, _)| part(name, kind)).collect();
        out.push_str(&format!("<message name=\"{}\">{parts}</message>\n", operation.input));
        let (name, kind) = operation.returns;
        out.push_str(&format!(
            "<message name=\"{}Response\">{}</message>\n",
            operation.name,
            part(name, kind)
        ));
    }
    let names =
        operations.iter().map(|operation| (operation.name, operation.title, operation.input.as_str()));
    ports(&mut out, scope, "", "Mage_Api_Model_Server_V2_Handler", "rpc", names);
    out + "</definitions>\n"
}

/// The v2 WSDL in document/literal style.
pub(super) fn wsi(scope: &Scope<'_>) -> String {
    let operations = operations(scope);
    let mut out = head(scope, "wsdl:");
    out.push_str(&format!("<wsdl:types><xsd:schema targetNamespace=\"{}\">\n", scope.namespace));
    each_type(scope, true, |name, content| {
        let fields = match content {
            Content::Fields(fields) => elements(fields, "xsd:element"),
            Content::Items(item) => format!(
                "<xsd:element minOccurs=\"0\" maxOccurs=\"unbounded\" name=\"complexObjectArray\" type=\"{}\"/>",
                qualified(item)
            ),
        };
        out.push_str(&format!(
            "<xsd:complexType name=\"{name}\"><xsd:sequence>{fields}</xsd:sequence></xsd:complexType>\n"
        ));
    });
    for operation in &operations {
        let parts: String =
            operation.parts.iter().map(|(name, kind, required)| parameter(name, kind, *required)).collect();
        wrapper(&mut out, &format!("{}Param", operation.input), &parts);
        wrapper(
            &mut out,
            &format!("{}ResponseParam", operation.name),
            &parameter("result", operation.returns.1, true),
        );
    }
    out.push_str("</xsd:schema></wsdl:types>\n");
    for operation in &operations {
        for message in [&operation.input, &format!("{}Response", operation.name)] {
            out.push_str(&format!("<wsdl:message name=\"{message}\"><wsdl:part name=\"parameters\" element=\"typens:{message}Param\"/></wsdl:message>\n"));
        }
    }
    let names =
        operations.iter().map(|operation| (operation.name, operation.title, operation.input.as_str()));
    ports(&mut out, scope, "wsdl:", "", "document", names);
    out + "</wsdl:definitions>\n"
}

/// The v1 WSDL.
pub(super) fn v1(scope: &Scope<'_>) -> String {
    let mut out = head(scope, "");
    out.push_str(&format!(
        "<types><schema xmlns=\"http://www.w3.org/2001/XMLSchema\" targetNamespace=\"{}\"><complexType name=\"FixedArray\"><complexContent><restriction base=\"soapenc:Array\"><attribute ref=\"soapenc:arrayType\" wsdl:arrayType=\"xsd:anyType[]\"/></restriction></complexContent></complexType></schema></types>\n",
        scope.namespace
    ));
    for procedure in PROCEDURES {
        let (parts, returns): (&[(&str, &str)], &str) = match *procedure {
            "login" => (&[("username", "string"), ("apiKey", "string")], "string"),
            "call" => {
                (&[("sessionId", "string"), ("resourcePath", "string"), ("args", "anyType")], "anyType")
            }
            "multiCall" => {
                (&[("sessionId", "string"), ("calls", "FixedArray"), ("options", "anyType")], "FixedArray")
            }
            "resources" => (&[("sessionId", "string")], "FixedArray"),
            _ => (&[("sessionId", "string")], "boolean"),
        };
        let parts: String = parts.iter().map(|(name, kind)| part(name, kind)).collect();
        out.push_str(&format!("<message name=\"{procedure}\">{parts}</message>\n"));
        let returned = part(&format!("{procedure}Return"), returns);
        out.push_str(&format!("<message name=\"{procedure}Response\">{returned}</message>\n"));
    }
    let names = PROCEDURES.iter().map(|name| (*name, *name, *name));
    ports(&mut out, scope, "", "", "rpc", names);
    out + "</definitions>\n"
}

fn operations(scope: &Scope<'_>) -> Vec<Operation> {
    let session = ("sessionId", "string", true);
    let built_in = |name, title, input: &str, parts, returns| Operation {
        name,
        title,
        input: input.to_owned(),
        parts,
        returns,
    };
    let mut operations = vec![
        built_in(
            "endSession",
            "End web service session",
            "endSession",
            vec![session],
            ("endSessionReturn", "boolean"),
        ),
        built_in(
            "login",
            "Login user and retrieve session id",
            "login",
            vec![("username", "string", true), ("apiKey", "string", true)],
            ("loginReturn", "string"),
        ),
        built_in(
            "resources",
            "List of available resources",
            "resourcesRequest",
            vec![session],
            ("resourcesReturn", "ArrayOfApis"),
        ),
    ];
    let methods = nouns(scope.bridge).flat_map(|noun: &'static Noun| noun.methods);
    operations.extend(methods.map(|method: &'static Method| {
        let parts = std::iter::once(session).chain(method.parts.iter().copied()).collect();
        built_in(method.name, method.title, &format!("{}Request", method.name), parts, method.returns)
    }));
    operations
}

enum Content<'a> {
    Fields(&'a str),
    Items(&'a str),
}

fn each_type(scope: &Scope<'_>, wsi: bool, mut write: impl FnMut(&str, Content<'_>)) {
    for (name, fields) in SHARED {
        write(name, Content::Fields(fields));
    }
    for (name, item) in SHARED_ARRAYS {
        write(name, Content::Items(item));
    }
    for kind in nouns(scope.bridge).flat_map(|noun| noun.types) {
        match kind {
            Type::Record(name, fields) => write(name, Content::Fields(fields)),
            Type::Extended(name, fields, more) if scope.bridge => {
                write(name, Content::Fields(&format!("{fields} {more}")));
            }
            Type::Extended(name, fields, _) => write(name, Content::Fields(fields)),
            Type::ByMode(name, fields, others) => write(name, Content::Fields(&retyped(fields, others, wsi))),
            Type::Array(list) => write(list.array, Content::Items(list.item)),
        }
    }
}

/// Fields with their types in WS-I.
fn retyped(fields: &str, others: &[(&str, &str)], wsi: bool) -> String {
    let mut all = format!(" {fields}");
    for (name, kind) in others.iter().filter(|_| wsi) {
        all = all.replace(&format!(" {name}:string"), &format!(" {name}:{kind}"));
    }
    all
}

fn elements(fields: &str, tag: &str) -> String {
    let written = fields.split_whitespace().filter_map(|field| field.split_once(':')).map(|(name, kind)| {
        let optional = if kind.ends_with('?') { " minOccurs=\"0\"" } else { "" };
        format!("<{tag} name=\"{name}\" type=\"{}\"{optional}/>", qualified(kind.trim_end_matches('?')))
    });
    written.collect()
}

fn parameter(name: &str, kind: &str, required: bool) -> String {
    let least = u8::from(required);
    format!(
        "<xsd:element minOccurs=\"{least}\" maxOccurs=\"1\" name=\"{name}\" type=\"{}\"/>",
        qualified(kind)
    )
}

fn wrapper(out: &mut String, name: &str, content: &str) {
    out.push_str(&format!("<xsd:element name=\"{name}\"><xsd:complexType><xsd:sequence>{content}</xsd:sequence></xsd:complexType></xsd:element>\n"));
}

fn part(name: &str, kind: &str) -> String {
    format!("<part name=\"{name}\" type=\"{}\"/>", qualified(kind))
}

fn qualified(kind: &str) -> String {
    let plain = matches!(kind, "string" | "int" | "boolean" | "double" | "anyType");
    format!("{}:{kind}", if plain { "xsd" } else { "typens" })
}

fn head(scope: &Scope<'_>, prefix: &str) -> String {
    let default = if prefix.is_empty() { " xmlns=\"http://schemas.xmlsoap.org/wsdl/\"" } else { "" };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{prefix}definitions xmlns:typens=\"{0}\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:soap=\"{SOAP}\" xmlns:soapenc=\"{ENC}\" xmlns:wsdl=\"http://schemas.xmlsoap.org/wsdl/\"{default} name=\"Magento\" targetNamespace=\"{0}\">\n",
        scope.namespace
    )
}

/// Port type, binding and service: the same in all three but for prefix, names and style.
fn ports<'a>(
    out: &mut String,
    scope: &Scope<'_>,
    prefix: &str,
    stem: &str,
    style: &str,
    operations: impl Iterator<Item = (&'a str, &'a str, &'a str)> + Clone,
) {
    let (port, binding, p) = (format!("{stem}PortType"), format!("{stem}Binding"), prefix);
    out.push_str(&format!("<{p}portType name=\"{port}\">\n"));
    for (name, title, input) in operations.clone() {
        let title = title.replace('&', "&amp;");
        out.push_str(&format!("<{p}operation name=\"{name}\"><{p}documentation>{title}</{p}documentation><{p}input message=\"typens:{input}\"/><{p}output message=\"typens:{name}Response\"/></{p}operation>\n"));
    }
    let (action, body) = if style == "document" {
        (String::new(), "<soap:body use=\"literal\"/>".to_owned())
    } else {
        let action = if stem.is_empty() { "urn:Action".to_owned() } else { format!("urn:{stem}Action") };
        (
            action,
            format!("<soap:body namespace=\"{}\" use=\"encoded\" encodingStyle=\"{ENC}\"/>", scope.namespace),
        )
    };
    out.push_str(&format!("</{p}portType>\n<{p}binding name=\"{binding}\" type=\"typens:{port}\">\n<soap:binding style=\"{style}\" transport=\"{HTTP}\"/>\n"));
    for (name, ..) in operations {
        out.push_str(&format!("<{p}operation name=\"{name}\"><soap:operation soapAction=\"{action}\"/><{p}input>{body}</{p}input><{p}output>{body}</{p}output></{p}operation>\n"));
    }
    out.push_str(&format!(
        "</{p}binding>\n<{p}service name=\"MagentoService\"><{p}port name=\"{stem}Port\" binding=\"typens:{binding}\"><soap:address location=\"{}\"/></{p}port></{p}service>\n",
        scope.location
    ));
}
