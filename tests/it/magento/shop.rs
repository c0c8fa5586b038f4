//! A tiny shop: an HTTP server that answers SOAP calls with recorded files, and remembers what it was asked.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response, Uri};
use axum::middleware::map_response;
use axum::{Router, routing::any};
use cartwright::magento::{Limits, Mode, Open, PrivateAddresses, Settings, Store, WsdlUrl};
use tower_http::compression::CompressionLayer;

/// One request as it came in.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) called: String,
    pub(super) body: String,
    pub(super) headers: HeaderMap,
}

/// What the shop answers.
#[derive(Clone, Debug, Default)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

pub(super) struct Shop {
    pub(super) port: u16,
    hits: Arc<Mutex<Vec<Hit>>>,
    /// How its answers were compressed.
    encodings: Arc<Mutex<Vec<String>>>,
}

type Answer = dyn Fn(&Hit) -> Reply + Send + Sync;

#[derive(Clone)]
struct Served {
    answer: Arc<Answer>,
    hits: Arc<Mutex<Vec<Hit>>>,
}

impl Shop {
    /// A shop that answers as told.
    pub(super) async fn start(answer: impl Fn(&Hit) -> Reply + Send + Sync + 'static) -> Self {
        Self::compressing(CompressionLayer::new(), answer).await
    }

    /// The same with its own choice of how answers are compressed.
    pub(super) async fn compressing(
        how: CompressionLayer,
        answer: impl Fn(&Hit) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let hits = Arc::new(Mutex::new(Vec::new()));
        let encodings = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&encodings);
        let note = move |answer: Response<Body>| {
            if let Some(encoding) = answer.headers().get("content-encoding") {
                seen.lock().expect("encodings").push(encoding.to_str().expect("a word").to_owned());
            }
            std::future::ready(answer)
        };
        let served = Served { answer: Arc::new(answer), hits: Arc::clone(&hits) };
        let router =
            Router::new().fallback(any(serve)).layer(how).layer(map_response(note)).with_state(served);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { port, hits, encodings }
    }

    /// A shop that answers each method or resource path with a recording, and logs anybody in.
    pub(super) async fn recorded(mode: Mode, recordings: &[(&str, &str)]) -> Self {
        let login = if mode == Mode::Wsi { "wsi/001-login-ok" } else { "rpc/001-login-ok" };
        let bodies: HashMap<String, String> = recordings
            .iter()
            .chain(&[("login", login)])
            .map(|(called, file)| ((*called).to_owned(), response(file)))
            .collect();
        Self::start(move |hit| match bodies.get(&hit.called) {
            Some(body) => Reply::xml(body),
            None => Reply::fault("SOAP-ENV:Server", &format!("Procedure '{}' not present", hit.called))
                .with_status(500),
        })
        .await
    }

    pub(super) fn wsdl_url(&self) -> WsdlUrl {
        self.url("/index.php/api/v2_soap/?wsdl=1")
    }

    pub(super) fn url(&self, path: &str) -> WsdlUrl {
        WsdlUrl::parse(&format!("http://127.0.0.1:{}{path}", self.port)).expect("a URL").0
    }

    pub(super) fn settings(&self, mode: Mode) -> Settings {
        settings(self.wsdl_url(), mode)
    }

    pub(super) fn store(&self, mode: Mode) -> Store {
        Store::new(self.settings(mode), Open::gate()).expect("a store")
    }

    /// What was asked, logins left out.
    pub(super) fn asked(&self) -> Vec<Hit> {
        self.hits().into_iter().filter(|hit| hit.called != "login").collect()
    }

    pub(super) fn hits(&self) -> Vec<Hit> {
        self.hits.lock().expect("hits").clone()
    }

    /// How its last answer was compressed.
    pub(super) fn last_encoding(&self) -> Option<String> {
        self.encodings.lock().expect("encodings").last().cloned()
    }
}

impl Reply {
    pub(super) fn xml(body: &str) -> Self {
        Self {
            status: 200,
            headers: vec![("content-type", "text/xml; charset=UTF-8".to_owned())],
            body: body.into(),
        }
    }

    pub(super) fn html(status: u16, body: &str) -> Self {
        Self { status, headers: vec![("content-type", "text/html".to_owned())], body: body.into() }
    }

    pub(super) fn fault(code: &str, text: &str) -> Self {
        Self::xml(&format!(
            "<?xml version=\"1.0\"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\"><SOAP-ENV:Body>\
             <SOAP-ENV:Fault><faultcode>{code}</faultcode><faultstring>{text}</faultstring></SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>"
        ))
    }

    pub(super) fn redirect(status: u16, to: String) -> Self {
        Self { status, headers: vec![("location", to)], body: Vec::new() }
    }

    pub(super) fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(super) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

/// Settings for a store on this machine, with limits short enough for tests.
pub(super) fn settings(wsdl_url: WsdlUrl, mode: Mode) -> Settings {
    let limits = Limits {
        connect: Duration::from_secs(2),
        first_byte: Duration::from_secs(5),
        total: Duration::from_secs(8),
        max_body_bytes: 4 * 1024 * 1024,
        ..Limits::default()
    };
    let mut settings = Settings::new(wsdl_url, "crm_api", "crm-api-key-123".to_owned().into(), mode);
    settings.private_addresses = PrivateAddresses::Allowed;
    settings.limits = limits;
    settings
}

/// A recorded answer, by directory and the beginning of its name.
pub(super) fn response(file: &str) -> String {
    read(&format!("{file}.response.xml"))
}

/// A recorded request.
pub(super) fn request(file: &str) -> String {
    read(&format!("{file}.request.xml"))
}

pub(super) fn fixture(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/soap").join(file)
}

fn read(file: &str) -> String {
    let path = fixture(file);
    std::fs::read_to_string(&path).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()))
}

async fn serve(
    State(served): State<Served>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let body = String::from_utf8_lossy(&body).into_owned();
    let path = uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let hit = Hit { method, path, called: called(&body), body, headers };
    served.hits.lock().expect("hits").push(hit.clone());
    let reply = (served.answer)(&hit);
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(reply.body)).expect("a response")
}

/// The SOAP method without WS-I's wrapper, or the resource path of a SOAP v1 call.
fn called(body: &str) -> String {
    let Ok(xml) = roxmltree::Document::parse(body) else {
        return String::new();
    };
    let Some(wrapper) = xml
        .descendants()
        .find(|node| node.tag_name().name() == "Body")
        .and_then(|body| body.first_element_child())
    else {
        return String::new();
    };
    let path = wrapper.children().find(|node| node.has_tag_name("resourcePath")).and_then(|node| node.text());
    let name = wrapper.tag_name().name();
    let name = name.strip_suffix("RequestParam").or(name.strip_suffix("Param")).unwrap_or(name);
    path.unwrap_or(name).to_owned()
}
