//! SOAP v1: `call`, `multiCall` and the rest of the five procedures, always rpc/encoded.
//!
//! Owns: paths instead of operations, positional arguments, and a fault per entry of a `multiCall`. Sessions, rights
//! and the methods themselves are v2's.

use std::cell::Cell;
use std::time::Duration;

use super::call::{Call, Quirks};
use super::desk::{Answer, Desk};
use super::envelope;
use super::escape::escape;
use super::fault::Refusal;
use super::latency;
use super::method;
use super::reply::{Reply, Style};
use super::request::{Element, Incoming};
use super::resources;
use super::sessions::Role;
use super::trouble::Record;

/// The procedures of the endpoint.
pub(super) const PROCEDURES: &[&str] = &["call", "multiCall", "endSession", "login", "resources"];

/// Says what an entry of a `multiCall` should fail with, from its path and the watched record it met.
pub(super) type EntryTrouble<'a> = &'a dyn Fn(&str, Option<Record>) -> Option<Refusal>;

/// What a call needs besides the request.
pub(super) struct Context<'a> {
    pub(super) desk: &'a Desk,
    pub(super) base_url: &'a str,
    pub(super) quirks: &'a Quirks,
    pub(super) trouble: EntryTrouble<'a>,
}

/// Answers a v1 request.
pub(super) fn answer(context: &Context<'_>, request: &Incoming) -> Answer {
    let arguments = &request.call;
    let result = match arguments.name.as_str() {
        "login" => login(context.desk, arguments),
        "endSession" => Ok(end(context.desk, arguments)),
        "call" => call(context, arguments),
        "multiCall" => multi_call(context, arguments),
        "resources" => list_resources(context.desk, arguments),
        other => Err(Refusal::no_such_procedure(other)),
    };
    result.unwrap_or_else(|refusal| Answer::fault(&refusal, Style::V1))
}

fn login(desk: &Desk, arguments: &Element) -> Result<Answer, Refusal> {
    let session = desk.login(&arguments.text_of("username"), &arguments.text_of("apiKey"))?;
    let mut reply = Reply::new(Style::V1, "loginReturn");
    reply.result_text(&session);
    Ok(finished(desk, "loginResponse", &reply))
}

fn end(desk: &Desk, arguments: &Element) -> Answer {
    desk.sessions().end(&arguments.text_of("sessionId"));
    let mut reply = Reply::new(Style::V1, "endSessionReturn");
    reply.result_bool(true);
    finished(desk, "endSessionResponse", &reply)
}

fn list_resources(desk: &Desk, arguments: &Element) -> Result<Answer, Refusal> {
    let role = desk.role(&arguments.text_of("sessionId"))?;
    let (count, items) = resources::v1_items(&role, desk.options.bridge.is_some());
    let body = envelope::fixed_array(desk.namespace(), "resourcesResponse", "resourcesReturn", count, &items);
    Ok(Answer::result(body))
}

fn call(context: &Context<'_>, arguments: &Element) -> Result<Answer, Refusal> {
    let role = context.desk.role(&arguments.text_of("sessionId"))?;
    let given = arguments.child("args").map(values).unwrap_or_default();
    let (result, met) = run(context, &role, &arguments.text_of("resourcePath"), given, "callReturn");
    let reply = result?;
    let entries = latency::entry(short(&arguments.text_of("resourcePath")), Some(reply.rows));
    Ok(Answer { met, entries, ..finished(context.desk, "callResponse", &reply) })
}

fn multi_call(context: &Context<'_>, arguments: &Element) -> Result<Answer, Refusal> {
    let role = context.desk.role(&arguments.text_of("sessionId"))?;
    let calls = arguments.child("calls").map(|calls| calls.children.as_slice()).unwrap_or_default();
    let mut items = Vec::with_capacity(calls.len() * 1024);
    let mut cost = Duration::ZERO;
    let wanted = calls.len().saturating_add_signed(context.quirks.miscount);
    for call in calls.iter().cycle().take(wanted) {
        let (path, given) = entry(call);
        let (result, met) = run(context, &role, path, given, "item");
        let result = (context.trouble)(path, met).map_or(result, Err);
        cost += latency::entry(short(path), result.as_ref().ok().map(|reply| reply.rows));
        match result {
            Ok(reply) => items.extend_from_slice(&reply.out),
            Err(refusal) => write_fault(&mut items, &refusal),
        }
    }
    let namespace = context.desk.namespace();
    let body = envelope::fixed_array(namespace, "multiCallResponse", "multiCallReturn", wanted, &items);
    Ok(Answer { entries: cost, ..Answer::result(body) })
}

/// `order.info` for `sales_order.info`.
fn short(path: &str) -> &str {
    method::of_path(path, true).map(|method| method.alias).filter(|alias| !alias.is_empty()).unwrap_or(path)
}

/// Path and arguments of an entry: `[path, [arguments]]`, or the path alone.
fn entry(call: &Element) -> (&str, &[Element]) {
    match call.children.as_slice() {
        [] => (&call.text, &[]),
        [path] => (&path.text, &[]),
        [path, given, ..] => (&path.text, values(given)),
    }
}

/// PHP takes a single value for an array of one.
fn values(given: &Element) -> &[Element] {
    if given.children.is_empty() && !given.text.is_empty() {
        std::slice::from_ref(given)
    } else {
        &given.children
    }
}

fn run(
    context: &Context<'_>,
    role: &Role,
    path: &str,
    arguments: &[Element],
    slot: &'static str,
) -> (Result<Reply, Refusal>, Option<Record>) {
    let Some(method) = method::of_path(path, context.desk.options.bridge.is_some()) else {
        return (Err(Refusal::invalid_path()), None);
    };
    if !role.allows(method.resource()) {
        return (Err(Refusal::access_denied()), None);
    }
    let call = Call {
        method,
        style: Style::V1,
        arguments,
        shop: &context.desk.shop,
        clock: &context.desk.clock,
        base_url: context.base_url,
        bridge: context.desk.options.bridge.as_deref(),
        quirks: context.quirks,
        met: Cell::new(None),
    };
    let mut reply = Reply::new(Style::V1, slot);
    let result = (method.run)(&call, &mut reply);
    (result.map(|()| reply), call.met.get())
}

fn write_fault(items: &mut Vec<u8>, refusal: &Refusal) {
    items.extend_from_slice(
        b"<item xsi:type=\"ns2:Map\"><item><key xsi:type=\"xsd:string\">isFault</key>\
          <value xsi:type=\"xsd:boolean\">true</value></item>",
    );
    for (key, value) in [("faultCode", &refusal.code), ("faultMessage", &refusal.text)] {
        items.extend_from_slice(b"<item><key xsi:type=\"xsd:string\">");
        items.extend_from_slice(key.as_bytes());
        items.extend_from_slice(b"</key><value xsi:type=\"xsd:string\">");
        escape(items, value);
        items.extend_from_slice(b"</value></item>");
    }
    items.extend_from_slice(b"</item>");
}

fn finished(desk: &Desk, wrapper: &str, reply: &Reply) -> Answer {
    let body = envelope::result(desk.namespace(), wrapper, reply);
    Answer { rows: reply.rows, ..Answer::result(body) }
}
