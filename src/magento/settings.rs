//! What the client must be told about a store before it can call it.

use std::time::Duration;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::WsdlUrl;
use crate::base::guard::PrivateAddresses;

/// Everything needed to talk to one store. Secrets stay wrapped; `Debug` does not print them.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The URL of the SOAP v2 WSDL as the admin typed it (without credentials).
    pub wsdl_url: WsdlUrl,
    /// SOAP API User.
    pub user: String,
    /// SOAP API Key.
    pub key: SecretString,
    /// Which of the two SOAP modes the store speaks ("WS-I Compliance" = [`Mode::Wsi`]).
    pub mode: Mode,
    /// Target namespace that the last check found; `None` means `urn:Magento`.
    pub namespace: Option<String>,
    /// HTTP basic authentication in front of the store.
    pub basic_auth: Option<BasicAuth>,
    /// A certificate authority (PEM, one or more) to trust besides the system's.
    pub ca_pem: Option<String>,
    /// Whether a store on a private or loopback address may be called.
    pub private_addresses: PrivateAddresses,
    /// Time and size limits.
    pub limits: Limits,
}

impl Settings {
    /// Settings with nothing optional set and the default limits.
    #[must_use]
    pub fn new(wsdl_url: WsdlUrl, user: impl Into<String>, key: SecretString, mode: Mode) -> Self {
        Self {
            wsdl_url,
            user: user.into(),
            key,
            mode,
            namespace: None,
            basic_auth: None,
            ca_pem: None,
            private_addresses: PrivateAddresses::Refused,
            limits: Limits::default(),
        }
    }

    /// The namespace to write requests in.
    #[must_use]
    pub fn namespace_or_default(&self) -> &str {
        self.namespace.as_deref().unwrap_or("urn:Magento")
    }
}

/// How SOAP v2 messages are laid out (`spec/magento-soap.md` chapter 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// rpc/encoded, Magento's default.
    Rpc,
    /// WS-I compliant, document/literal.
    Wsi,
}

/// User name and password of HTTP basic authentication.
#[derive(Clone, Debug)]
pub struct BasicAuth {
    /// User name.
    pub user: String,
    /// Password.
    pub password: SecretString,
}

/// Time and size limits of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Name resolution, TCP and TLS together.
    pub connect: Duration,
    /// From sending the request to the answer's headers (connecting included).
    pub first_byte: Duration,
    /// From sending the request to the end of the answer.
    pub total: Duration,
    /// Largest answer in bytes, after decompression.
    pub max_body_bytes: u64,
    /// Deepest nesting of elements.
    pub max_depth: usize,
    /// Most rows in one list.
    pub max_items: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(60),
            total: Duration::from_secs(120),
            max_body_bytes: 64 * 1024 * 1024,
            max_depth: 40,
            max_items: 200_000,
        }
    }
}
