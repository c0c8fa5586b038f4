//! Why a call is refused: Magento's own faults and those of PHP's SOAP server.
//!
//! Owns: code, text and HTTP status of each. Refuses: faults made up for tests ([`super::trouble`]).

use std::borrow::Cow;

/// A fault to answer with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: Cow<'static, str>,
    pub(super) text: Cow<'static, str>,
    /// Raised by PHP's SOAP server before or after Magento: HTTP 500, and no line breaks in the body.
    pub(super) by_php: bool,
}

impl Refusal {
    /// A fault of Magento's: HTTP 200.
    pub(super) fn new(code: impl Into<Cow<'static, str>>, text: impl Into<Cow<'static, str>>) -> Self {
        Self { code: code.into(), text: text.into(), by_php: false }
    }

    pub(super) fn access_denied() -> Self {
        Self::new("2", "Access denied.")
    }

    pub(super) fn invalid_path() -> Self {
        Self::new("3", "Invalid api path.")
    }

    pub(super) fn session_expired() -> Self {
        Self::new("5", "Session expired. Try to relogin.")
    }

    pub(super) fn parameter_missing() -> Self {
        Self::new("6", "Required parameter is missing, for more details see \"exception.log\".")
    }

    /// The request is no XML that PHP would read.
    pub(super) fn sender(text: &'static str) -> Self {
        Self { by_php: true, ..Self::new("Sender", text) }
    }

    pub(super) fn server(text: impl Into<Cow<'static, str>>) -> Self {
        Self { by_php: true, ..Self::new("SOAP-ENV:Server", text) }
    }

    pub(super) fn no_such_procedure(name: &str) -> Self {
        Self::server(format!("Procedure '{name}' not present"))
    }
}
