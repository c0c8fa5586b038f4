//! Requests as text, and answers made comparable.

use std::path::PathBuf;

pub(super) fn fixture(directory: &str, number: &str, part: &str) -> String {
    let directory =
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/soap/sim")).join(directory);
    let names =
        std::fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names = names.filter(|name| name.starts_with(number) && name.ends_with(&format!(".{part}.xml")));
    std::fs::read_to_string(directory.join(names.next().unwrap_or_else(|| panic!("no {part} {number}"))))
        .unwrap()
}

pub(super) fn envelope(call: &str) -> String {
    format!(
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>{call}</e:Body></e:Envelope>"
    )
}

pub(super) fn list_call(session: &str, conditions: &[(&str, &str, &str)]) -> String {
    let items: String = conditions
        .iter()
        .map(|(field, operator, value)| {
            format!(
                "<item><key>{field}</key><value><key>{operator}</key><value>{value}</value></value></item>"
            )
        })
        .collect();
    envelope(&format!(
        "<customerCustomerList><sessionId>{session}</sessionId><filters><complex_filter>{items}</complex_filter></filters></customerCustomerList>"
    ))
}

pub(super) fn multi_call(session: &str, path: &str, ids: impl Iterator<Item = u32>) -> String {
    let calls: String =
        ids.map(|id| format!("<item><item>{path}</item><item><item>{id}</item></item></item>")).collect();
    envelope(&format!("<multiCall><sessionId>{session}</sessionId><calls>{calls}</calls></multiCall>"))
}

/// Puts today's session where a recorded one was; a made-up or empty one stays.
pub(super) fn under_session(request: &str, session: &str) -> String {
    let recorded = between(request, "<sessionId", "</sessionId>");
    let id = recorded.split_once('>').map_or("", |(_, id)| id);
    if id.is_empty() || id.starts_with("0123456789") || id.starts_with("00000000") {
        return request.to_owned();
    }
    request.replace(id, session)
}

pub(super) fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let Some((_, rest)) = text.split_once(start) else {
        return "";
    };
    if end.is_empty() { rest } else { rest.split_once(end).map_or("", |(found, _)| found) }
}

/// The text with everything that cannot repeat made equal.
pub(super) fn comparable(text: &str) -> String {
    let mut text = text.to_owned();
    for (name, v1) in [
        ("loginReturn", false),
        ("updated_at", true),
        ("customer_address_id", true),
        ("admin_url", false),
        ("default_billing", true),
        ("default_shipping", true),
    ] {
        text = masked(&text, &format!("<{name}"), &format!("</{name}>"));
        if v1 {
            text = masked(&text, &format!(">{name}</key><value"), "</value>");
        }
    }
    if text.contains("loginResponseParam") {
        text = masked(&text, "<result", "</result>");
    }
    text
}

/// What stands between a tag beginning like `open` and `close`.
pub(super) fn masked(text: &str, open: &str, close: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        let (attributes, content) = after.split_once('>').unwrap();
        out.push_str(&format!("{before}{open}{attributes}>"));
        rest = if attributes.ends_with('/') {
            content
        } else {
            content.split_at(content.find(close).unwrap_or(0)).1
        };
    }
    out + rest
}

pub(super) fn customer_ids(body: &str) -> Vec<u32> {
    let parts = body.split("<customer_id xsi:type=\"xsd:int\">").skip(1);
    parts.map(|part| part.split('<').next().unwrap().parse().unwrap()).collect()
}

pub(super) fn number_in(text: &str, name: &str) -> u32 {
    let content = between(text, &format!("<{name}"), &format!("</{name}>"));
    content.rsplit('>').next().unwrap().parse().unwrap()
}

pub(super) fn email_of(request: &str) -> String {
    between(request, "<email", "</email>").rsplit('>').next().unwrap().to_owned()
}
