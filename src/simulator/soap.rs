//! A SOAP request from arrival to answer: trouble, worker, call, latency.

use std::cell::Cell;
use std::sync::{Arc, PoisonError};
use std::time::Instant;

use super::call::Quirks;
use super::customers;
use super::desk::Answer;
use super::fault::Refusal;
use super::http::{Arrived, Endpoint};
use super::latency;
use super::reply::Style;
use super::request::{self, Incoming};
use super::sabotage::{self, Outgoing};
use super::server::Server;
use super::trouble::{Fault, Record};
use super::workers::Stuck;
use super::wsdl::{self, Scope};
use super::{v1, v2};

/// Answers a request at one of the two endpoints.
pub(super) async fn answer(server: &Arc<Server>, arrived: &Arrived, endpoint: Endpoint) -> Outgoing {
    let asks_wsdl = url::form_urlencoded::parse(arrived.query.as_bytes()).any(|(name, _)| name == "wsdl");
    let work = if asks_wsdl { Work::Wsdl } else { Work::call(server, arrived, endpoint) };
    let method = work.name(endpoint);
    let _counted = server.counters.enter(&method);
    let fault = server.scripts().for_method(&method);
    if let Some(fault) = &fault {
        if let Some(instead) = sabotage::instead(fault, arrived.authorization.as_deref()) {
            return instead;
        }
        prepare(server, fault).await;
    }
    let answer = carry_out(server, arrived, endpoint, work, fault.as_ref()).await;
    let outgoing = finish(server, &method, answer, fault.as_ref());
    server.counters.sent(&method, outgoing.body.len());
    outgoing
}

/// What a request asks for.
enum Work {
    Wsdl,
    /// The v2 operation or v1 procedure, and the request.
    Call(String, Incoming),
    Refused(Refusal),
}

impl Work {
    fn call(server: &Server, arrived: &Arrived, endpoint: Endpoint) -> Self {
        let read = request::read(&arrived.body).and_then(|request| {
            let operation = match endpoint {
                Endpoint::V2 => v2::operation(&server.desk, &request)?,
                Endpoint::V1 => request.call.name.clone(),
            };
            Ok((operation, request))
        });
        match read {
            Ok((operation, request)) => Self::Call(operation, request),
            Err(refusal) => Self::Refused(refusal),
        }
    }

    /// The name it is counted and scripted under.
    fn name(&self, endpoint: Endpoint) -> String {
        match (self, endpoint) {
            (Self::Wsdl, Endpoint::V2) => "wsdl".into(),
            (Self::Wsdl, Endpoint::V1) => "wsdl_v1".into(),
            (Self::Call(operation, _), _) => operation.clone(),
            (Self::Refused(_), _) => "refused".into(),
        }
    }
}

/// Faults that change the store or the time before the call.
async fn prepare(server: &Server, fault: &Fault) {
    match fault {
        Fault::Slow(time) => tokio::time::sleep(*time).await,
        Fault::ExpireSessions => server.desk.sessions().expire_all(),
        Fault::ClockJump(seconds) => server.desk.clock.jump(*seconds),
        _ => edit_meanwhile(server, fault),
    }
}

/// Somebody else saves a customer.
fn edit_meanwhile(server: &Server, fault: &Fault) {
    let Fault::Meanwhile(id, field, value) = fault else { return };
    let mut shop = server.desk.shop.write().unwrap_or_else(PoisonError::into_inner);
    shop.edit(*id, server.desk.clock.now(), |customer| customers::set(customer, field, value));
}

async fn carry_out(
    server: &Arc<Server>,
    arrived: &Arrived,
    endpoint: Endpoint,
    work: Work,
    fault: Option<&Fault>,
) -> Answer {
    match work {
        Work::Wsdl => {
            let _worker = server.workers.one().await;
            let began = Instant::now();
            let answer = Answer::result(wsdl(server, arrived, endpoint).into_bytes());
            let name = if endpoint == Endpoint::V1 { "wsdl_v1" } else { "wsdl" };
            take_time(server, name, endpoint, &answer, began).await;
            answer
        }
        Work::Refused(refusal) => Answer::fault(&refusal, Style::V1),
        Work::Call(operation, request) => {
            let worker = match server.workers.for_call().await {
                Ok(worker) => worker,
                Err(Stuck) => return Answer::fault(&stuck(&arrived.base_url), Style::V1),
            };
            let (method, began) = (operation.clone(), Instant::now());
            let call = Job {
                server: Arc::clone(server),
                base_url: arrived.base_url.clone(),
                quirks: quirks(server, fault),
                endpoint,
                operation,
                request,
            };
            // Big lists take a while; the runtime's threads are for I/O.
            let done = tokio::task::spawn_blocking(move || call.run()).await;
            let answer = done.unwrap_or_else(|_| {
                Answer::fault(&Refusal::new("1", "Internal Error. Please see log for details."), Style::V1)
            });
            take_time(server, &method, endpoint, &answer, began).await;
            drop(worker);
            answer
        }
    }
}

/// A worker is busy for as long as the real store's was; what the answer took to make is part of it.
async fn take_time(server: &Server, method: &str, endpoint: Endpoint, answer: &Answer, began: Instant) {
    let wsi = endpoint == Endpoint::V2 && server.desk.style() == Style::Wsi;
    let method = if answer.faulted { "" } else { method };
    let time = latency::call(method, wsi, answer.rows) + answer.entries;
    server.cores.work(time, began.elapsed()).await;
}

/// A call with everything it owns, for a thread of its own.
struct Job {
    server: Arc<Server>,
    base_url: String,
    quirks: Quirks,
    endpoint: Endpoint,
    operation: String,
    request: Incoming,
}

impl Job {
    fn run(&self) -> Answer {
        let desk = &self.server.desk;
        if self.endpoint == Endpoint::V2 {
            return v2::answer(desk, &self.operation, &self.request, &self.base_url, &self.quirks);
        }
        let spoilt = Cell::new(None);
        let trouble = |path: &str, record: Option<Record>| {
            self.server.counters.entry(path);
            let mut scripts = self.server.scripts();
            if let Some(fault) = scripts.for_all_entries(path, record) {
                spoilt.set(Some(fault));
            }
            match scripts.for_entry(path, record)? {
                Fault::Soap(code, text, _) => Some(Refusal::new(code, text)),
                _ => None,
            }
        };
        let context = v1::Context { desk, base_url: &self.base_url, quirks: &self.quirks, trouble: &trouble };
        let answer = v1::answer(&context, &self.request);
        Answer { spoilt: spoilt.take(), ..answer }
    }
}

fn quirks(server: &Server, fault: Option<&Fault>) -> Quirks {
    let scripts = server.scripts();
    let mut garbage = scripts.garbage_in_entries();
    garbage.extend(fault.and_then(Fault::garbage).map(|garbage| (None, garbage)));
    Quirks {
        ignore_filters: fault == Some(&Fault::IgnoreFilters),
        garbage,
        miscount: if let Some(Fault::Miscount(by)) = fault { *by } else { 0 },
        tidy: scripts.tidies(),
        watched: scripts.watched(),
    }
}

/// Spoils the answer by the fault that hit the method, or the one that waited for a record in it.
fn finish(server: &Server, method: &str, answer: Answer, fault: Option<&Fault>) -> Outgoing {
    let outgoing = Outgoing::soap(answer.status, answer.body);
    let met = |record| server.scripts().for_record(record, method);
    let by_record = answer.spoilt.or_else(|| answer.met.and_then(met));
    by_record.iter().for_each(|fault| edit_meanwhile(server, fault));
    let Some(fault) = by_record.as_ref().or(fault) else {
        return outgoing;
    };
    sabotage::instead(fault, None)
        .filter(|_| by_record.is_some())
        .unwrap_or_else(|| sabotage::spoil(fault, outgoing))
}

fn stuck(base_url: &str) -> Refusal {
    let url = format!("{base_url}/index.php/api/v2_soap?wsdl=1");
    Refusal::server(format!(
        "SOAP-ERROR: Parsing WSDL: Couldn't load from '{url}' : failed to load external entity \"{url}\"\n"
    ))
}

fn wsdl(server: &Server, arrived: &Arrived, endpoint: Endpoint) -> String {
    let desk = &server.desk;
    let path = if endpoint == Endpoint::V2 { "/index.php/api/v2_soap" } else { "/index.php/api/soap/" };
    let location = format!("{}{path}", arrived.base_url);
    let scope =
        Scope { namespace: desk.namespace(), bridge: desk.options.bridge.is_some(), location: &location };
    match (endpoint, desk.style()) {
        (Endpoint::V1, _) => wsdl::v1(&scope),
        (Endpoint::V2, Style::Wsi) => wsdl::wsi(&scope),
        (Endpoint::V2, _) => wsdl::rpc(&scope),
    }
}
