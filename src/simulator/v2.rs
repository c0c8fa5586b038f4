//! SOAP v2: finding the operation in either encoding and answering it.
//!
//! The encodings differ in the name of the wrapper, in what they insist on, and in what is broken: WS-I wants the right
//! namespace and all required parameters, and fails at `resources`.

use std::cell::Cell;

use super::call::{Call, Quirks};
use super::desk::{Answer, Desk};
use super::envelope;
use super::fault::Refusal;
use super::method::{self, Method};
use super::reply::{Reply, Shape, Style};
use super::request::{Element, Incoming};
use super::resources;
use super::trouble::Record;

/// Operations whose WS-I wrapper is `…Param` instead of `…RequestParam`.
const SHORT_WRAPPERS: &[&str] = &["login", "endSession"];

/// The operation a request asks for.
pub(super) fn operation(desk: &Desk, request: &Incoming) -> Result<String, Refusal> {
    let name = request.call.name.as_str();
    let found = match desk.style() {
        Style::Wsi => wsi_operation(desk, request),
        Style::Rpc | Style::V1 => Some(name),
    };
    let known = |name: &&str| {
        is_built_in(name) || method::of_operation(name, desk.options.bridge.is_some()).is_some()
    };
    found.filter(known).map(str::to_owned).ok_or_else(|| Refusal::no_such_procedure(name))
}

/// Answers an operation that [`operation`] found.
pub(super) fn answer(
    desk: &Desk,
    operation: &str,
    request: &Incoming,
    base_url: &str,
    quirks: &Quirks,
) -> Answer {
    let arguments = &request.call;
    let mut met = None;
    let result = match operation {
        "login" => login(desk, arguments),
        "endSession" => Ok(end(desk, arguments)),
        "resources" => list_resources(desk, arguments),
        _ => run(desk, operation, arguments, base_url, quirks, &mut met),
    };
    let answer = match result {
        Ok(reply) => finished(desk, operation, &reply),
        Err(refusal) => Answer::fault(&refusal, desk.style()),
    };
    Answer { met, ..answer }
}

fn is_built_in(name: &str) -> bool {
    matches!(name, "login" | "endSession" | "resources")
}

fn wsi_operation<'a>(desk: &Desk, request: &'a Incoming) -> Option<&'a str> {
    if request.namespace.as_deref() != Some(desk.namespace()) {
        return None;
    }
    let short = request.call.name.strip_suffix("Param").filter(|name| SHORT_WRAPPERS.contains(name));
    short.or_else(|| {
        request.call.name.strip_suffix("RequestParam").filter(|name| !SHORT_WRAPPERS.contains(name))
    })
}

fn finished(desk: &Desk, operation: &str, reply: &Reply) -> Answer {
    let suffix = if reply.style == Style::Wsi { "ResponseParam" } else { "Response" };
    let body = envelope::result(desk.namespace(), &format!("{operation}{suffix}"), reply);
    Answer { rows: reply.rows, ..Answer::result(body) }
}

fn login(desk: &Desk, arguments: &Element) -> Result<Reply, Refusal> {
    let session = desk.login(&arguments.text_of("username"), &arguments.text_of("apiKey"))?;
    let mut reply = reply(desk, "loginReturn");
    reply.result_text(&session);
    Ok(reply)
}

/// Always true, also for a session that never was.
fn end(desk: &Desk, arguments: &Element) -> Reply {
    desk.sessions().end(&arguments.text_of("sessionId"));
    let mut reply = reply(desk, "endSessionReturn");
    reply.result_bool(true);
    reply
}

fn list_resources(desk: &Desk, arguments: &Element) -> Result<Reply, Refusal> {
    let role = desk.role(&arguments.text_of("sessionId"))?;
    if desk.style() == Style::Wsi {
        let text = "addcslashes(): Argument #1 ($string) must be of type string, array given";
        return Err(Refusal::new("SOAP-ENV:Server", text));
    }
    let mut reply = reply(desk, "resourcesReturn");
    reply.shape = Shape::List;
    resources::write_v2(&mut reply, &role, desk.options.bridge.is_some());
    Ok(reply)
}

fn run(
    desk: &Desk,
    operation: &str,
    arguments: &Element,
    base_url: &str,
    quirks: &Quirks,
    met: &mut Option<Record>,
) -> Result<Reply, Refusal> {
    let bridge = desk.options.bridge.as_deref();
    let method = method::of_operation(operation, bridge.is_some());
    let method = method.ok_or_else(|| Refusal::no_such_procedure(operation))?;
    let role = desk.role(&arguments.text_of("sessionId"))?;
    if !role.allows(method.resource()) {
        return Err(Refusal::access_denied());
    }
    let call = Call {
        method,
        style: desk.style(),
        arguments: &arguments.children,
        shop: &desk.shop,
        clock: &desk.clock,
        base_url,
        bridge,
        quirks,
        met: Cell::new(None),
    };
    if desk.style() == Style::Wsi && lacks_a_part(method, &call) {
        return Err(Refusal::parameter_missing());
    }
    let mut reply = reply(desk, method.returns.0);
    let result = (method.run)(&call, &mut reply);
    *met = call.met.get();
    result.map(|()| reply)
}

fn lacks_a_part(method: &Method, call: &Call<'_>) -> bool {
    method.parts.iter().any(|(name, _, required)| *required && call.argument(name).is_none())
}

/// An empty result; WS-I calls every one of them `result`.
fn reply(desk: &Desk, slot: &'static str) -> Reply {
    Reply::new(desk.style(), if desk.style() == Style::Wsi { "result" } else { slot })
}
