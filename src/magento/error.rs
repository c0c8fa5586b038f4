//! How a call to a store can go wrong, what class of trouble that is, and what to tell the admin.
//!
//! `Display` says in plain words what happened and what to do. It never shows a secret, and never more than the
//! first 300 characters of what a store said (stores leak whole SQL statements, recording rpc/080).

use std::net::IpAddr;
use std::time::Duration;

use super::excerpt::cut;
use super::{Fault, GateClosed, NotSoapKind};

/// What to do about a failure (`spec/faults.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Try the same again later, with backoff.
    Transient,
    /// Stop and tell the admin what to change.
    Configuration,
    /// This record only: quarantine it and go on.
    Record,
    /// Neither side's data is at fault; never guess, stop.
    Protocol,
}

/// A call that failed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CallError {
    /// The host is, or resolves to, an address that may not be called.
    #[error(
        "{host} is at {address}, a private or local address. Stores there are refused; an operator can allow them with CARTWRIGHT_ALLOW_PRIVATE_STORES."
    )]
    Refused {
        /// The host of the URL.
        host: String,
        /// The address that was refused.
        address: IpAddr,
    },
    /// The host's name could not be resolved (F1).
    #[error("The name {host} could not be found. Check the URL for typing errors, or the store's DNS.")]
    Resolve {
        /// The host of the URL.
        host: String,
        /// What the resolver said.
        detail: String,
    },
    /// No connection (F1).
    #[error(
        "No connection to {host} ({detail}). Check host and port, and that a firewall lets this server through."
    )]
    Connect {
        /// Host and port.
        host: String,
        /// What the system said.
        detail: String,
    },
    /// The TLS handshake failed (F2).
    #[error("No safe connection to {host}: {reason}")]
    Tls {
        /// Host and port.
        host: String,
        /// Why, as far as can be told.
        reason: TlsReason,
        /// What the TLS library said.
        detail: String,
    },
    /// The store took too long.
    #[error("The store did not answer in time: {phase} took longer than {} s. It may be overloaded; it is asked again later, and for less.", after.as_secs())]
    Timeout {
        /// What was waited for.
        phase: Phase,
        /// How long was waited.
        after: Duration,
    },
    /// A status that is no answer, without a SOAP fault in its body.
    #[error("{}", say_status(*status, excerpt))]
    Http {
        /// The HTTP status.
        status: u16,
        /// The `Retry-After` header.
        retry_after: Option<Duration>,
        /// The beginning of the body, without tags.
        excerpt: String,
    },
    /// A redirect that is not followed (F4).
    #[error("{}", say_redirect(*status, to))]
    Redirect {
        /// The HTTP status.
        status: u16,
        /// Where to, without credentials or query.
        to: String,
    },
    /// An answer that is not SOAP (F21-F23, F29).
    #[error("{}", kind.say(*status, excerpt))]
    NotSoap {
        /// The HTTP status.
        status: u16,
        /// What it looks like.
        kind: NotSoapKind,
        /// The `Retry-After` header.
        retry_after: Option<Duration>,
        /// The beginning of the body, without tags, at most 200 characters.
        excerpt: String,
    },
    /// The answer ended too early (F28, F30).
    #[error(
        "The answer was cut off after {bytes} bytes. Nothing of it was used; it is asked again, for less."
    )]
    Truncated {
        /// Bytes that arrived, after decompression.
        bytes: u64,
    },
    /// The answer is larger than allowed (F31, F32).
    #[error("The answer is larger than {} MB and was not read to its end; it is asked again, for less.", limit / 1_048_576)]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The answer is not well-formed XML, or not the expected message.
    #[error("The store's answer could not be read: {detail}.")]
    Malformed {
        /// What is wrong with it.
        detail: String,
    },
    /// The answer holds something dangerous and was refused (F37).
    #[error("The store's answer was refused: {what}.")]
    Hostile {
        /// What it holds.
        what: String,
    },
    /// A list of other records than were asked for (F46).
    #[error(
        "The store ignores the filter: asked for {asked}, it sent record {sent}. Nothing of this answer was used. Another module in the store may have changed its API."
    )]
    IgnoresFilter {
        /// Which records were asked for, in words.
        asked: String,
        /// One that was not.
        sent: String,
    },
    /// The store answered with a SOAP fault.
    #[error("{0}")]
    Fault(Fault),
    /// The gate of the store is closed for now.
    #[error("The store is not called now: {0}")]
    GateClosed(GateClosed),
    /// The settings cannot be used to build a client.
    #[error("{0}")]
    Settings(String),
}

/// What was waited for when a call timed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, thiserror::Error)]
pub enum Phase {
    /// The connection.
    #[error("connecting")]
    Connect,
    /// The first byte of the answer.
    #[error("the answer's beginning")]
    FirstByte,
    /// The rest of the answer.
    #[error("the whole answer")]
    Body,
}

/// Why a TLS handshake failed. `Display` says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, thiserror::Error)]
pub enum TlsReason {
    /// The certificate is signed by itself.
    #[error(
        "its certificate is signed by itself. Add that certificate as the store's CA in the settings, or install one of a public authority."
    )]
    SelfSigned,
    /// The certificate's authority is not known here.
    #[error(
        "its certificate is self-signed or comes from an authority unknown here. Add that certificate or its CA's in the settings, or install the missing intermediate one on the store."
    )]
    UnknownCa,
    /// The certificate has expired or is not valid yet.
    #[error(
        "its certificate has expired or is not valid yet. Renew it on the store's server, and check the clocks of both."
    )]
    Expired,
    /// The certificate is for another host name.
    #[error("its certificate is for another host name. Use the name the certificate was issued for.")]
    WrongHost,
    /// Something else, such as an old protocol version, or plain HTTP on this port.
    #[error("the TLS handshake failed. Check that this port speaks HTTPS with TLS 1.2 or newer.")]
    Handshake,
}

impl CallError {
    /// Where a redirect leads that leads nowhere.
    pub(super) const IN_A_CIRCLE: &str = "itself, over and over";

    /// What to do about it.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Self::Resolve { .. } | Self::Connect { .. } | Self::Timeout { .. } => Class::Transient,
            Self::Truncated { .. } | Self::TooLarge { .. } | Self::GateClosed(_) => Class::Transient,
            Self::Tls { reason: TlsReason::Handshake, .. } => Class::Transient,
            Self::Tls { .. } | Self::Refused { .. } | Self::Redirect { .. } | Self::Settings(_) => {
                Class::Configuration
            }
            Self::Http { status: 408 | 413 | 414 | 417 | 425 | 429 | 500.., .. } => Class::Transient,
            Self::Http { .. } => Class::Configuration,
            Self::NotSoap { status, kind, .. } => kind.class(*status),
            Self::Malformed { .. } | Self::Hostile { .. } | Self::IgnoresFilter { .. } => Class::Protocol,
            Self::Fault(fault) => fault.class(),
        }
    }

    /// What it is in one word, to be counted by.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Refused { .. } | Self::Settings(_) => "refused",
            Self::Resolve { .. } | Self::Connect { .. } => "unreachable",
            Self::Tls { .. } => "tls",
            Self::Timeout { .. } => "timeout",
            Self::Http { .. } | Self::Redirect { .. } => "http",
            Self::NotSoap { .. } => "not_soap",
            Self::Truncated { .. } | Self::TooLarge { .. } => "cut",
            Self::Malformed { .. } | Self::Hostile { .. } | Self::IgnoresFilter { .. } => "unreadable",
            Self::Fault(_) => "fault",
            Self::GateClosed(_) => "gate_closed",
        }
    }

    /// How long the store asked to be left alone.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Http { retry_after, .. } | Self::NotSoap { retry_after, .. } => *retry_after,
            Self::GateClosed(closed) => closed.retry_after,
            _ => None,
        }
    }

    /// Would asking for less help (F25-F28, F32)?
    #[must_use]
    pub fn asks_for_less(&self) -> bool {
        matches!(
            self,
            Self::Timeout { phase: Phase::FirstByte | Phase::Body, .. }
                | Self::Truncated { .. }
                | Self::TooLarge { .. }
                | Self::Http { status: 413 | 414 | 417 | 500..=502 | 504 | 520..=526, .. }
                | Self::NotSoap { kind: NotSoapKind::Empty, .. }
        )
    }

    /// The fault, if that is what it is.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Fault(fault) => Some(fault),
            _ => None,
        }
    }

    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self::Malformed { detail: detail.into() }
    }
}

fn say_redirect(status: u16, to: &str) -> String {
    if to == CallError::IN_A_CIRCLE {
        return format!(
            "The store redirects in a circle (HTTP {status}). Open the URL in a browser and enter the address that it ends at. If \
             it ends nowhere, the shop and its web server disagree about https or www: ask the store's administrator to compare the \
             base URLs under System > Configuration > Web with the redirects of the web server."
        );
    }
    format!(
        "The store redirects (HTTP {status}) to {to}, where the request may not be sent. Enter that URL if it is the store's."
    )
}

fn say_status(status: u16, excerpt: &str) -> String {
    let said =
        if excerpt.is_empty() { String::new() } else { format!(" It says: \"{}\"", cut(excerpt, 200)) };
    match status {
        401 => "The store's web server asks for a user and password (HTTP 401). Enter those of its HTTP authentication under Advanced; if they are there, they are wrong or have changed. Or ask its administrator to except the API's path from it.".to_owned(),
        403 => format!("The store's web server refuses this server (HTTP 403). Ask its administrator to allow the API's path.{said}"),
        404 | 405 | 410 => format!("There is no API at this URL (HTTP {status}). Check its path: usually /index.php/api/v2_soap/?wsdl=1."),
        413 | 414 | 417 => format!("The store's web server finds the request too large (HTTP {status}). It is asked again, for less."),
        429 => "The store asks for fewer requests (HTTP 429). It is asked again later, more slowly.".to_owned(),
        503 => format!("The store's server is not available at present (HTTP 503). It may be overloaded, restarting or in maintenance; it is asked again later. If that lasts, ask the store's administrator whether it is up, and whether its web server lets this server's address through.{said}"),
        500.. => format!("The store's server failed (HTTP {status}). It is asked again later.{said}"),
        _ => format!("The store answered with HTTP {status}.{said}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_classed() {
        let check = |status, class| {
            let error = CallError::Http { status, retry_after: None, excerpt: String::new() };
            assert_eq!(error.class(), class, "{status}");
        };
        for status in [408, 413, 429, 500, 502, 504, 522] {
            check(status, Class::Transient);
        }
        for status in [400, 401, 403, 404, 418] {
            check(status, Class::Configuration);
        }
    }
}
