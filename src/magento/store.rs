//! A store, as the rest of the program sees it: cheap to clone, logs in when it must, keeps one session for all.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use secrecy::ExposeSecret;
use tokio::sync::Mutex;
use url::Url;

use super::pump::BodyReader;
use super::soap::read::{Answer, read_list, read_one};
use super::soap::value::Value;
use super::soap::write::{self, Arg};
use super::transport::{Told, Transport};
use super::wsdl::{self, WsdlProblem};
use super::{CallError, Gate, Limits, Mode, Settings, StoreClock, Warning, Wsdl};

/// The client of one store. Clones share session, connections, clock and counters.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

/// What was exchanged with a store so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Traffic {
    /// Answers received.
    pub requests: u64,
    /// Bytes received, after decompression.
    pub bytes: u64,
}

struct Inner {
    settings: Settings,
    endpoint: Url,
    v1_endpoint: Option<Url>,
    transport: Transport,
    session: Mutex<Option<String>>,
}

/// A call, without the session id that it is sent with.
pub(crate) enum Call {
    /// A SOAP v2 method with its parameters in the WSDL's order.
    V2(&'static str, Vec<(&'static str, Arg)>),
    /// A SOAP v1 resource path with its arguments.
    V1(&'static str, Vec<Arg>),
    /// Many SOAP v1 resource paths.
    Multi(Vec<(&'static str, Vec<Arg>)>),
    /// SOAP v1 `resources`: what the user may call.
    Resources,
}

impl Store {
    /// A client. Nothing is sent yet.
    ///
    /// # Errors
    /// [`CallError::Settings`] when the CA certificate cannot be read or the HTTP client cannot be built.
    pub fn new(settings: Settings, gate: Arc<dyn Gate>) -> Result<Self, CallError> {
        let transport = Transport::new(&settings, gate)?;
        let endpoint = settings.wsdl_url.endpoint();
        let v1_endpoint = settings.wsdl_url.v1_endpoint();
        Ok(Self(Arc::new(Inner { settings, endpoint, v1_endpoint, transport, session: Mutex::new(None) })))
    }

    /// Ends the session at the store, if there is one. Errors do not matter: sessions expire by themselves.
    pub async fn end_session(&self) {
        let Some(session) = self.0.session.lock().await.take() else {
            return;
        };
        let call = Call::V2("endSession", Vec::new());
        let _ = self.send(&call, &session, self.one()).await;
    }

    /// The store's clock, as the last answer told it.
    #[must_use]
    pub fn clock(&self) -> Option<StoreClock> {
        self.0.transport.clock()
    }

    /// What was exchanged so far.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        let Transport { requests, bytes, .. } = &self.0.transport;
        Traffic { requests: requests.load(Ordering::Relaxed), bytes: bytes.load(Ordering::Relaxed) }
    }

    /// What was repaired since the last time this was asked.
    #[must_use]
    pub fn take_warnings(&self) -> Vec<Warning> {
        self.0.transport.warnings.take()
    }

    /// What the store's WSDL says of it, asked for now.
    ///
    /// # Errors
    /// A call that failed; an answer that is no WSDL of SOAP v2 is a [`CallError::Settings`] with the reason.
    pub async fn describe(&self) -> Result<Wsdl, CallError> {
        match self.wsdl().await {
            Ok((told, _)) => Ok(told.value),
            Err(WsdlProblem::Call(problem)) => Err(problem),
            Err(WsdlProblem::Wsdl(problem)) => Err(CallError::Settings(problem.to_string())),
        }
    }

    /// The settings it was made with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Takes what the store is sent secretly out of a text of its own.
    pub(super) fn mask(&self, text: &mut String) {
        self.0.transport.mask.text(text);
    }

    /// Fetches and reads the WSDL. The URL handed back is where it was found (after redirects).
    ///
    /// # Errors
    /// [`WsdlProblem`]: the call failed, or what came is no SOAP v2 WSDL.
    pub(crate) async fn wsdl(&self) -> Result<(Told<Wsdl>, Url), WsdlProblem> {
        let url = self.0.settings.wsdl_url.wsdl();
        let (told, found) = self.0.transport.fetch(&url, wsdl::read).await?;
        let Told { value, bytes, took } = told;
        let value = value.map_err(|problem| self.0.transport.mask.wsdl(problem))?;
        Ok((Told { value, bytes, took }, found))
    }

    /// The addresses of the store's host.
    pub(crate) async fn look_up(&self) -> Result<Vec<String>, CallError> {
        self.0.transport.http.look_up(self.0.settings.wsdl_url.as_url()).await
    }

    /// Logs in anew, whatever session there is.
    pub(crate) async fn log_in(&self) -> Result<(), CallError> {
        let mut session = self.0.session.lock().await;
        *session = Some(self.new_session().await?);
        Ok(())
    }

    /// Calls something that returns one value.
    pub(crate) async fn call_one(&self, call: Call) -> Result<Told<Value>, CallError> {
        self.call(&call, self.one()).await
    }

    /// Calls something that returns an array; every element goes through `each` on the parser's thread.
    pub(crate) async fn call_list<T: Send + 'static>(
        &self,
        call: Call,
        each: impl Fn(Value) -> T + Clone + Send + 'static,
    ) -> Result<Told<Vec<T>>, CallError> {
        let limits = self.0.settings.limits;
        let parse = move |body: BodyReader, charset: Option<&str>| {
            let mut rows = Vec::new();
            let answer = read_list(body, charset, &limits, |value| rows.push(each(value)));
            Answer { value: answer.value.map(|_| rows), notes: answer.notes }
        };
        self.call(&call, parse).await
    }

    /// Sends a call, once more with a new session when the old one has expired (F16).
    async fn call<T: Send + 'static>(
        &self,
        call: &Call,
        parse: impl Fn(BodyReader, Option<&str>) -> Answer<T> + Clone + Send + 'static,
    ) -> Result<Told<T>, CallError> {
        let session = self.session().await?;
        let result = self.send(call, &session, parse.clone()).await;
        if !matches!(&result, Err(CallError::Fault(fault)) if fault.is_expired_session()) {
            return result;
        }
        let session = self.renewed(&session).await?;
        self.send(call, &session, parse).await
    }

    async fn send<T: Send + 'static>(
        &self,
        call: &Call,
        session: &str,
        parse: impl FnOnce(BodyReader, Option<&str>) -> Answer<T> + Send + 'static,
    ) -> Result<Told<T>, CallError> {
        let settings = &self.0.settings;
        let message = call.message(settings.mode, settings.namespace_or_default(), session);
        let url = match call {
            Call::V2(..) => &self.0.endpoint,
            Call::V1(..) | Call::Multi(_) | Call::Resources => {
                self.0.v1_endpoint.as_ref().ok_or_else(no_v1)?
            }
        };
        self.0.transport.soap(url, call.name(), &message, parse).await
    }

    async fn session(&self) -> Result<String, CallError> {
        let mut session = self.0.session.lock().await;
        if let Some(id) = &*session {
            return Ok(id.clone());
        }
        let id = self.new_session().await?;
        *session = Some(id.clone());
        Ok(id)
    }

    /// One caller logs in; the others that met the same expired session take what it got.
    async fn renewed(&self, expired: &str) -> Result<String, CallError> {
        let mut session = self.0.session.lock().await;
        if let Some(id) = session.as_deref().filter(|id| *id != expired) {
            return Ok(id.to_owned());
        }
        *session = None;
        let id = self.new_session().await?;
        *session = Some(id.clone());
        Ok(id)
    }

    async fn new_session(&self) -> Result<String, CallError> {
        let settings = &self.0.settings;
        let params = [
            ("username", Arg::Text(settings.user.clone())),
            ("apiKey", Arg::Text(settings.key.expose_secret().to_owned())),
        ];
        let message = write::request(settings.mode, settings.namespace_or_default(), "login", &params);
        let told = self.0.transport.soap(&self.0.endpoint, "login", &message, self.one()).await?;
        match told.value {
            Value::Text(id) if !id.trim().is_empty() => Ok(id.trim().to_owned()),
            _ => Err(CallError::malformed("login gave no session id")),
        }
    }

    fn one(&self) -> impl Fn(BodyReader, Option<&str>) -> Answer<Value> + Clone + Send + 'static {
        let limits: Limits = self.0.settings.limits;
        move |body, charset| read_one(body, charset, &limits)
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Store").field(&self.0.settings.wsdl_url.as_str()).finish()
    }
}

impl Call {
    fn name(&self) -> &'static str {
        match self {
            Self::V2(method, _) => method,
            Self::V1(path, _) => path,
            Self::Multi(_) => "multiCall",
            Self::Resources => "resources",
        }
    }

    fn message(&self, mode: Mode, namespace: &str, session: &str) -> String {
        match self {
            Self::V2(method, params) => {
                let id = [("sessionId", Arg::Text(session.to_owned()))];
                let params: Vec<_> = id.into_iter().chain(params.iter().cloned()).collect();
                write::request(mode, namespace, method, &params)
            }
            Self::V1(path, args) => write::v1_call(namespace, session, path, args.clone()),
            Self::Multi(calls) => write::v1_multi_call(namespace, session, calls.clone()),
            Self::Resources => write::request(
                Mode::Rpc,
                namespace,
                "resources",
                &[("sessionId", Arg::Text(session.to_owned()))],
            ),
        }
    }
}

fn no_v1() -> CallError {
    CallError::Settings(
        "The WSDL's URL does not contain v2_soap, so the address of the bulk reads is not known.".to_owned(),
    )
}
