//! One exchange with a store: through the gate, over HTTP, into the parser; the clock, the traffic and the warnings
//! are taken along, and whatever is not an answer becomes a [`CallError`].

use std::io::Read;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::Response;
use reqwest::header::{DATE, HeaderMap};
use url::Url;

use super::excerpt::excerpt;
use super::http::{self, Http};
use super::mask::Mask;
use super::page::classify;
use super::pump::{self, BodyReader};
use super::soap::read::{Answer, Unreadable};
use super::warnings::Tally;
use super::{CallError, Fault, Gate, Limits, NotSoapKind, Outcome, Phase, Settings, StoreClock, Trouble};
use crate::base::clock::now;
use crate::base::measure;

/// What a store is reached through.
pub(super) struct Transport {
    pub(super) http: Http,
    pub(super) warnings: Tally,
    pub(super) mask: Mask,
    pub(super) requests: AtomicU64,
    pub(super) bytes: AtomicU64,
    gate: Arc<dyn Gate>,
    limits: Limits,
    clock: Mutex<Option<StoreClock>>,
}

/// A value that a store sent, and what it took.
pub(crate) struct Told<T> {
    pub(crate) value: T,
    pub(crate) bytes: u64,
    pub(crate) took: Duration,
}

/// The parts of an answer's head that outlive it.
struct Head {
    status: u16,
    charset: Option<String>,
    retry_after: Option<Duration>,
    cloudflare: bool,
}

impl Transport {
    pub(super) fn new(settings: &Settings, gate: Arc<dyn Gate>) -> Result<Self, CallError> {
        Ok(Self {
            http: Http::new(settings)?,
            warnings: Tally::default(),
            mask: Mask::of(settings),
            requests: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            gate,
            limits: settings.limits,
            clock: Mutex::new(None),
        })
    }

    /// Posts a message and parses the answer. `called` names the method, for faults.
    pub(super) async fn soap<T: Send + 'static>(
        &self,
        url: &Url,
        called: &str,
        message: &str,
        parse: impl FnOnce(BodyReader, Option<&str>) -> Answer<T> + Send + 'static,
    ) -> Result<Told<T>, CallError> {
        let mut ticket = self.gate.enter().await.map_err(CallError::GateClosed)?;
        let started = Instant::now();
        let mut first_byte = None;
        let result = async {
            let (answer, url) = self.http.post(url, message).await?;
            first_byte = Some(started.elapsed());
            let head = self.note_head(&answer, started.elapsed());
            let charset = head.charset.clone();
            // an answer that tells of trouble keeps its place until the trouble is noted
            let received = || {
                if head.is_success() {
                    ticket.received();
                }
            };
            let parse = move |body: BodyReader| parse(body, charset.as_deref());
            let (parsed, bytes) = self.read(answer, &url, received, parse).await;
            let answer = parsed?;
            for mut warning in answer.notes.into_warnings() {
                self.mask.text(&mut warning.example);
                self.warnings.add(warning);
            }
            let value = answer.value.map_err(|problem| head.explain(problem, called, bytes))?;
            head.require_success()?;
            Ok(Told { value, bytes, took: started.elapsed() })
        }
        .await;
        ticket.leave(how(&result, called, started, first_byte));
        result.map_err(|problem| self.mask.error(problem))
    }

    /// Fetches a document and parses it. The URL handed back is the one it was found at.
    pub(super) async fn fetch<T: Send + 'static>(
        &self,
        url: &Url,
        parse: impl FnOnce(BodyReader, u16, bool) -> T + Send + 'static,
    ) -> Result<(Told<T>, Url), CallError> {
        let ticket = self.gate.enter().await.map_err(CallError::GateClosed)?;
        let started = Instant::now();
        let mut first_byte = None;
        let result = async {
            let (answer, url) = self.http.get(url).await?;
            first_byte = Some(started.elapsed());
            let head = self.note_head(&answer, started.elapsed());
            if matches!(head.status, 401 | 403 | 429 | 500..) {
                return Err(self.refusal(answer, &url, &head).await);
            }
            let (status, cloudflare) = (head.status, head.cloudflare);
            let parse = move |body: BodyReader| parse(body, status, cloudflare);
            let (parsed, bytes) = self.read(answer, &url, || {}, parse).await;
            Ok((Told { value: parsed?, bytes, took: started.elapsed() }, url))
        }
        .await;
        ticket.leave(how(&result, "wsdl", started, first_byte));
        result.map_err(|problem| self.mask.error(problem))
    }

    /// The last reading of the store's clock.
    pub(super) fn clock(&self) -> Option<StoreClock> {
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn read<T: Send + 'static>(
        &self,
        answer: Response,
        url: &Url,
        received: impl FnOnce(),
        parse: impl FnOnce(BodyReader) -> T + Send + 'static,
    ) -> (Result<T, CallError>, u64) {
        let explain = |problem: &reqwest::Error| self.http.explain(problem, url, Phase::Body);
        let (parsed, bytes) =
            pump::parse_body(answer, self.limits.max_body_bytes, explain, received, parse).await;
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        (parsed, bytes)
    }

    async fn refusal(&self, answer: Response, url: &Url, head: &Head) -> CallError {
        let (body, _) = self.read(answer, url, || {}, |mut body| beginning(&mut body)).await;
        match body {
            Ok(body) => head.not_soap(&body),
            Err(problem) => problem,
        }
    }

    fn note_head(&self, answer: &Response, waited: Duration) -> Head {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let headers = answer.headers();
        let date = headers.get(DATE).and_then(|date| date.to_str().ok());
        if let Some(reading) = date.and_then(|date| StoreClock::read(date, now(), waited)) {
            *self.clock.lock().unwrap_or_else(PoisonError::into_inner) = Some(reading);
        }
        Head::of(answer.status().as_u16(), headers)
    }
}

impl Head {
    fn of(status: u16, headers: &HeaderMap) -> Self {
        Self {
            status,
            charset: http::charset(headers),
            retry_after: http::retry_after(headers),
            cloudflare: headers.contains_key("cf-ray"),
        }
    }

    fn explain(&self, problem: Unreadable, called: &str, bytes: u64) -> CallError {
        match problem {
            Unreadable::Fault { code, text } => {
                CallError::Fault(Fault { method: called.to_owned(), code, text })
            }
            Unreadable::NotSoap(body) => self.not_soap(&body),
            Unreadable::Truncated => CallError::Truncated { bytes },
            Unreadable::Malformed(detail) => CallError::Malformed { detail },
            Unreadable::Hostile(what) => CallError::Hostile { what },
        }
    }

    fn not_soap(&self, body: &[u8]) -> CallError {
        let Self { status, retry_after, .. } = *self;
        let kind = classify(status, self.cloudflare, body);
        let tells_more = match kind {
            NotSoapKind::Maintenance | NotSoapKind::Cloudflare => status != 429,
            NotSoapKind::Empty => false,
            NotSoapKind::LoginPage | NotSoapKind::NotFoundTheme => matches!(status, 200..400 | 404),
            _ => false,
        };
        if tells_more || (200..300).contains(&status) {
            return CallError::NotSoap { status, kind, retry_after, excerpt: excerpt(body) };
        }
        CallError::Http { status, retry_after, excerpt: excerpt(body) }
    }

    fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// An answer without a fault counts only with a status of success.
    fn require_success(&self) -> Result<(), CallError> {
        if self.is_success() {
            return Ok(());
        }
        Err(CallError::Http { status: self.status, retry_after: self.retry_after, excerpt: String::new() })
    }
}

/// The first 4 KiB of a body.
fn beginning(body: &mut impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    // A body that breaks off is classified by what there is of it.
    let _ = body.take(4_096).read_to_end(&mut bytes);
    bytes
}

/// How a call went, measured and for the gate.
fn how<T>(
    result: &Result<T, CallError>,
    called: &str,
    started: Instant,
    first_byte: Option<Duration>,
) -> Outcome {
    let latency = started.elapsed();
    measure::call(called, result.as_ref().err().map_or("ok", CallError::word), latency);
    Outcome { latency, first_byte, trouble: result.as_ref().err().and_then(trouble) }
}

fn trouble(error: &CallError) -> Option<Trouble> {
    match error {
        CallError::Timeout { .. } => Some(Trouble::Timeout),
        CallError::Connect { .. } | CallError::Resolve { .. } => Some(Trouble::Unreachable),
        CallError::Http { status: 429, retry_after, .. } => Some(Trouble::TooMany(*retry_after)),
        CallError::Http { status: 503, retry_after: wait @ Some(_), .. } => Some(Trouble::TooMany(*wait)),
        CallError::NotSoap { retry_after: wait @ Some(_), .. } => Some(Trouble::TooMany(*wait)),
        CallError::Http { status: 500.., .. } | CallError::Truncated { .. } => Some(Trouble::ServerError),
        CallError::NotSoap { status: 500.., .. } | CallError::NotSoap { kind: NotSoapKind::Empty, .. } => {
            Some(Trouble::ServerError)
        }
        _ => None,
    }
}
