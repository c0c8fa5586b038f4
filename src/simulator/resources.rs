//! `resources`: what the API user may call, from the register of methods.

use super::method::{Method, Resource, nouns};
use super::reply::{List, Reply};
use super::sessions::Role;

const APIS: List = List { item: "apiEntity", array: "ArrayOfApis" };
const METHODS: List = List { item: "apiMethodEntity", array: "ArrayOfApiMethods" };

/// The result of the v2 call.
pub(super) fn write_v2(reply: &mut Reply, role: &Role, bridge: bool) {
    let allowed = allowed(role, bridge);
    reply.list(&APIS, allowed.iter(), |reply, (resource, methods)| {
        reply.text("title", resource.title);
        reply.text("name", resource.name);
        aliases_v2(reply, resource.alias);
        reply.list_field("methods", &METHODS, methods.iter(), |reply, method| {
            reply.text("title", method.title);
            reply.text("path", method.path);
            reply.text("name", last_word(method));
            aliases_v2(reply, method.alias);
        });
    });
}

/// Number of items, and the items, of the v1 answer.
pub(super) fn v1_items(role: &Role, bridge: bool) -> (usize, Vec<u8>) {
    let allowed = allowed(role, bridge);
    let mut items = String::new();
    for (resource, methods) in &allowed {
        items.push_str("<item xsi:type=\"ns2:Map\">");
        describe(
            &mut items,
            &[("title", Some(resource.title)), ("description", None), ("name", Some(resource.name))],
        );
        aliases_v1(&mut items, resource.alias);
        items.push_str(&format!(
            "<item><key xsi:type=\"xsd:string\">methods</key>\
             <value SOAP-ENC:arrayType=\"ns2:Map[{}]\" xsi:type=\"SOAP-ENC:Array\">",
            methods.len()
        ));
        for method in methods {
            items.push_str("<item xsi:type=\"ns2:Map\">");
            let (path, name) = (method.path, last_word(method));
            let fields = [
                ("title", Some(method.title)),
                ("description", None),
                ("path", Some(path)),
                ("name", Some(name)),
            ];
            describe(&mut items, &fields);
            aliases_v1(&mut items, method.alias);
            items.push_str("</item>");
        }
        items.push_str("</value></item></item>");
    }
    (allowed.len(), items.into_bytes())
}

fn allowed(role: &Role, bridge: bool) -> Vec<(&'static Resource, Vec<&'static Method>)> {
    let resources =
        nouns(bridge).flat_map(|noun| noun.resources.iter().map(move |resource| (noun, resource)));
    resources
        .filter(|(_, resource)| role.allows(resource.name))
        .map(|(noun, resource)| {
            let of_it = noun.methods.iter().filter(|method| method.resource() == resource.name);
            (resource, of_it.collect())
        })
        .collect()
}

fn last_word(method: &Method) -> &'static str {
    method.path.rsplit('.').next().unwrap_or_default()
}

fn aliases_v2(reply: &mut Reply, alias: &str) {
    let count = usize::from(!alias.is_empty());
    reply.put(&[
        "<aliases SOAP-ENC:arrayType=\"xsd:string[",
        &count.to_string(),
        "]\" xsi:type=\"ns1:ArrayOfString\"",
    ]);
    if count == 0 {
        reply.put(&["/>\n"]);
    } else {
        reply.put(&[">\n<item xsi:type=\"xsd:string\">", alias, "</item>\n</aliases>\n"]);
    }
}

fn aliases_v1(items: &mut String, alias: &str) {
    items.push_str("<item><key xsi:type=\"xsd:string\">aliases</key>");
    if alias.is_empty() {
        items.push_str("<value SOAP-ENC:arrayType=\"xsd:ur-type[0]\" xsi:type=\"SOAP-ENC:Array\"/></item>");
        return;
    }
    items.push_str("<value SOAP-ENC:arrayType=\"xsd:string[1]\" xsi:type=\"SOAP-ENC:Array\"><item xsi:type=\"xsd:string\">");
    items.push_str(alias);
    items.push_str("</item></value></item>");
}

/// Key and value pairs; the texts are our own and need no escaping.
fn describe(items: &mut String, fields: &[(&str, Option<&str>)]) {
    for (key, value) in fields {
        let value = value.map_or("<value xsi:nil=\"true\"/>".to_owned(), |value| {
            format!("<value xsi:type=\"xsd:string\">{value}</value>")
        });
        items.push_str(&format!("<item><key xsi:type=\"xsd:string\">{key}</key>{value}</item>"));
    }
}
