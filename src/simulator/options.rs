//! How a store is set up.

use std::time::Duration;

/// Target namespace of the WSDL: which generation of the software the store runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Namespace {
    /// `urn:Magento`: Magento 1, OpenMage up to 20.0.8 / 19.4.13.
    #[default]
    Magento,
    /// `urn:OpenMage`: later ones.
    OpenMage,
}

/// How long answers take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Latency {
    /// As fast as this machine answers.
    #[default]
    None,
    /// The medians measured on a real store, by method, number of rows and entries; two answers are made at once, a third
    /// waits.
    Measured,
}

/// Settings of a simulated store.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many customers it starts with.
    pub customers: u32,
    /// How many orders; `None` for three to two customers.
    pub orders: Option<u32>,
    /// How many carts that did not become orders; `None` for one to ten customers.
    pub carts: Option<u32>,
    /// How many newsletter subscribers; `None` for one to six customers.
    pub subscribers: Option<u32>,
    /// The same seed gives the same records.
    pub seed: u64,
    /// Whether SOAP v2 is WS-I compliant (document/literal) instead of rpc/encoded.
    pub wsi: bool,
    /// Version of the Oro bridge extension, if it is installed.
    pub bridge: Option<String>,
    /// Whether the SOAP v1 endpoint, and so `multiCall`, can be reached.
    pub bulk: bool,
    /// Namespace of the WSDLs.
    pub namespace: Namespace,
    /// How long answers take.
    pub latency: Latency,
    /// PHP workers; `None` for no limit. Each SOAP call holds one and needs a second one for the store's own WSDL.
    pub workers: Option<usize>,
    /// How long a call waits for that second worker before PHP gives up.
    pub stuck: Duration,
    /// How far the store's clock is ahead of the system's.
    pub clock_offset_seconds: i64,
    /// How long an unused session lives.
    pub session_seconds: i64,
    /// Name of the API user with all rights. A second one, `limited` with the key `limited-key`, may not see customers.
    pub api_user: String,
    /// Key of that user.
    pub api_key: String,
    /// The day the data was made, in seconds since 1970; `None` for the start of the store. Nothing is younger than ten
    /// minutes before it.
    pub today: Option<i64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            customers: 2_000,
            orders: None,
            carts: None,
            subscribers: None,
            seed: 1,
            wsi: false,
            bridge: None,
            bulk: true,
            namespace: Namespace::Magento,
            latency: Latency::None,
            workers: None,
            stuck: Duration::from_secs(60),
            clock_offset_seconds: 0,
            session_seconds: 3600,
            api_user: "cartwright".into(),
            api_key: "cartwright-demo-key".into(),
            today: None,
        }
    }
}
