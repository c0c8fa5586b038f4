//! Where alerts go in the tests: a mail server that speaks enough SMTP, and a webhook.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// How a mail server behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It takes everything.
    Kind,
    /// It wants another password.
    RefusesAuth,
    /// It knows no recipient.
    RefusesRecipient,
    /// It says nothing.
    Hangs,
}

/// A mail server; it goes with the test.
pub(crate) struct MailServer {
    pub(crate) port: u16,
    manner: Arc<Mutex<Manner>>,
    mails: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    pub(crate) async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (manner, mails) = (Arc::new(Mutex::new(manner)), Arc::new(Mutex::new(Vec::new())));
        let (how, kept) = (Arc::clone(&manner), Arc::clone(&mails));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let manner = *how.lock().unwrap();
                tokio::spawn(serve(stream, manner, Arc::clone(&kept)));
            }
        });
        Self { port, manner, mails }
    }

    pub(crate) fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// What has arrived: headers and text as they came.
    pub(crate) fn mails(&self) -> Vec<String> {
        self.mails.lock().unwrap().clone()
    }
}

async fn serve(stream: TcpStream, manner: Manner, mails: Arc<Mutex<Vec<String>>>) {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    if manner == Manner::Hangs {
        // until the client has had enough
        while let Ok(Some(_)) = lines.next_line().await {}
        return;
    }
    let mut say = async |text: &str| writer.write_all(format!("{text}\r\n").as_bytes()).await;
    say("220 sink ESMTP").await.ok();
    while let Ok(Some(line)) = lines.next_line().await {
        let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match word.as_str() {
            "EHLO" => "250-sink\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN",
            "AUTH" if manner == Manner::RefusesAuth => "535 5.7.8 Authentication credentials invalid",
            "AUTH" => "235 2.7.0 Welcome",
            "RCPT" if manner == Manner::RefusesRecipient => "550 5.1.1 No such user here",
            "DATA" => "354 Go on",
            "QUIT" => "221 Bye",
            _ => "250 OK",
        };
        say(answer).await.ok();
        if word == "DATA" {
            let mut mail = String::new();
            while let Ok(Some(line)) = lines.next_line().await {
                if line == "." {
                    break;
                }
                mail.push_str(&line);
                mail.push('\n');
            }
            mails.lock().unwrap().push(mail);
            say("250 2.0.0 Taken").await.ok();
        }
        if word == "QUIT" {
            return;
        }
    }
}

/// What a webhook was sent.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) stamp: String,
    pub(crate) signature: String,
    pub(crate) body: String,
}

#[derive(Clone)]
struct Hook {
    status: Arc<Mutex<(StatusCode, String)>>,
    told: Arc<Mutex<Vec<Told>>>,
}

/// A webhook; it goes with the test.
pub(crate) struct WebhookSink {
    pub(crate) url: String,
    hook: Hook,
}

impl WebhookSink {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let hook = Hook {
            status: Arc::new(Mutex::new((StatusCode::NO_CONTENT, String::new()))),
            told: Arc::new(Mutex::new(Vec::new())),
        };
        let pages = Router::new().fallback(take).with_state(hook.clone());
        tokio::spawn(async move { axum::serve(listener, pages).await });
        Self { url, hook }
    }

    /// Answers like this from now on; `to` = where a redirect leads.
    pub(crate) fn answer(&self, status: StatusCode, to: &str) {
        *self.hook.status.lock().unwrap() = (status, to.to_owned());
    }

    pub(crate) fn told(&self) -> Vec<Told> {
        self.hook.told.lock().unwrap().clone()
    }
}

async fn take(State(hook): State<Hook>, headers: HeaderMap, body: Bytes) -> Response {
    let text = |name: &str| headers.get(name).map(|it| it.to_str().unwrap().to_owned()).unwrap_or_default();
    let told = Told {
        stamp: text("x-cartwright-timestamp"),
        signature: text("x-cartwright-signature"),
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    let (status, to) = hook.status.lock().unwrap().clone();
    if status.is_success() {
        hook.told.lock().unwrap().push(told);
    }
    match to.is_empty() {
        true => status.into_response(),
        false => (status, [(header::LOCATION, to)]).into_response(),
    }
}
