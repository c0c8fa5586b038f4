//! E-mail over SMTP, and what its errors mean.

use std::error::Error as StdError;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::ExposeSecret;
use sqlx::PgPool;

use super::{Mail, Secret};
use crate::base::vault::Vault;
use crate::crm::settings::{
    self, SMTP_FROM, SMTP_HOST, SMTP_PASSWORD, SMTP_PORT, SMTP_TLS, SMTP_USER, Settings,
};

/// A server that takes longer for one step is given up.
const PATIENCE: Duration = Duration::from_secs(10);
/// One that takes longer for all of them, too.
const LONGEST: Duration = Duration::from_secs(30);

/// Why an e-mail was not sent: what happened, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// Nothing to send it by.
    #[error("There is no mail server yet: set the SMTP server and the sender first.")]
    NotSet,
    /// An address that no mail goes to, or from.
    #[error("“{0}” is no address that an e-mail can go to or come from.")]
    Address(String),
    /// It took too long.
    #[error("{host} did not answer within {} s. Check the SMTP server and port, and that a firewall lets this server through.", after.as_secs())]
    Hung {
        /// Server and port.
        host: String,
        /// How long was waited.
        after: Duration,
    },
    /// No connection, or no encrypted one.
    #[error("No connection to {host}: {why}. Check the SMTP server, port and encryption.")]
    Connection {
        /// Server and port.
        host: String,
        /// What the system said.
        why: String,
    },
    /// The server refused it.
    #[error("{host} refused it: {why}. {advice}")]
    Refused {
        /// Server and port.
        host: String,
        /// The server's words.
        why: String,
        /// What to do.
        advice: &'static str,
    },
    /// The database, or a password that was sealed with another key.
    #[error("{0:#}")]
    Inside(anyhow::Error),
}

/// Sends an e-mail now, as the settings say.
///
/// # Errors
/// [`MailError`].
pub async fn try_mail(pool: &PgPool, vault: &Vault, mail: &Mail) -> Result<(), MailError> {
    let settings = Settings::load(pool).await.map_err(|problem| MailError::Inside(problem.into()))?;
    if !super::can_mail(&settings) {
        return Err(MailError::NotSet);
    }
    let password = settings::secret(pool, vault, &SMTP_PASSWORD).await.map_err(MailError::Inside)?;
    let message = message(settings.text(&SMTP_FROM), mail)?;
    let host = format!("{}:{}", settings.text(&SMTP_HOST), settings.number(&SMTP_PORT));
    let transport = transport(&settings, password).map_err(|problem| explain(&problem, &host))?;
    match tokio::time::timeout(LONGEST, transport.send(message)).await {
        Ok(sent) => sent.map(drop).map_err(|problem| explain(&problem, &host)),
        Err(_) => Err(MailError::Hung { host, after: LONGEST }),
    }
}

fn message(from: &str, mail: &Mail) -> Result<Message, MailError> {
    let mailbox = |name: Option<&str>, address: &str| {
        let parsed = address.parse::<Address>().map_err(|_| MailError::Address(address.to_owned()))?;
        Ok::<Mailbox, MailError>(Mailbox::new(name.map(str::to_owned), parsed))
    };
    // a line break in a subject would begin another header
    let subject: String = mail.subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    Message::builder()
        .from(mailbox(Some("Cartwright"), from)?)
        .to(mailbox(None, &mail.to)?)
        .subject(subject)
        .header(ContentType::TEXT_PLAIN)
        .body(mail.text.clone())
        .map_err(|problem| MailError::Inside(problem.into()))
}

fn transport(
    settings: &Settings,
    password: Secret,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, lettre::transport::smtp::Error> {
    let host = settings.text(&SMTP_HOST);
    let tls = match settings.text(&SMTP_TLS) {
        "none" => Tls::None,
        "tls" => Tls::Wrapper(TlsParameters::new(host.to_owned())?),
        _ => Tls::Required(TlsParameters::new(host.to_owned())?),
    };
    let port = u16::try_from(settings.number(&SMTP_PORT)).unwrap_or(587);
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
        .port(port)
        .tls(tls)
        .timeout(Some(PATIENCE));
    if !settings.text(&SMTP_USER).is_empty() {
        let password = password.map(|secret| secret.expose_secret().to_owned()).unwrap_or_default();
        builder = builder.credentials(Credentials::new(settings.text(&SMTP_USER).to_owned(), password));
    }
    Ok(builder.build())
}

/// What a failed exchange means. The server's own words are in it: they name the reason best.
fn explain(problem: &lettre::transport::smtp::Error, host: &str) -> MailError {
    let host = host.to_owned();
    let why = causes(problem);
    if problem.is_timeout() || why.contains("timed out") {
        return MailError::Hung { host, after: PATIENCE };
    }
    let Some(code) = problem.status() else { return MailError::Connection { host, why } };
    let code = code.to_string();
    let advice = match code.as_str() {
        "530" | "534" | "535" | "538" => "Check the SMTP user and password.",
        "550" | "551" | "553" | "554" => "Check the sender, and that the recipient’s address exists.",
        _ if code.starts_with('4') => "It may take it later.",
        _ => "Ask whoever runs the mail server.",
    };
    MailError::Refused { host, why, advice }
}

fn causes(problem: &(dyn StdError + 'static)) -> String {
    let mut words = vec![problem.to_string()];
    let mut cause = problem.source();
    while let Some(next) = cause {
        words.push(next.to_string());
        cause = next.source();
    }
    words.dedup();
    let text = words.join(": ");
    text.trim_end_matches('.').chars().filter(|c| !c.is_control()).take(400).collect()
}
