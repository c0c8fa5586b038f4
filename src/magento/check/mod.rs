//! Check Connection (S20-S27, G6): tries settings step by step, and says of the first thing that is wrong what it
//! is and what to do.
//!
//! **Owns** the order of the steps and their words. **Refuses** to save anything or to change the settings: a wrong
//! WS-I flag is a failure with an offer to switch it (F11).

mod inside;
mod report;
mod rights;
mod run;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::api::stores::Website;
use super::{Gate, Mode, Settings};

/// One step's result, reported as soon as it is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which step.
    pub kind: StepKind,
    /// How it went.
    pub state: StepState,
    /// What was found, in a sentence.
    pub text: String,
    /// What to do about it.
    pub advice: Option<String>,
    /// How long it took.
    pub took: Duration,
}

/// The steps in their order. `Display` is the name to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// The host's name and addresses.
    #[error("Name resolution")]
    NameResolution,
    /// Encryption and certificate.
    #[error("TLS")]
    Tls,
    /// The web server's answer, redirects.
    #[error("HTTP")]
    Http,
    /// The WSDL.
    #[error("WSDL")]
    Wsdl,
    /// Does the flag match the store's mode?
    #[error("WS-I Compliance")]
    WsiCompliance,
    /// User and key.
    #[error("Credentials")]
    Credentials,
    /// Magento's version.
    #[error("Magento version")]
    Version,
    /// The bridge extension.
    #[error("Bridge")]
    Bridge,
    /// SOAP v1 `multiCall`.
    #[error("Bulk reads")]
    BulkReads,
    /// The rights of the user's role.
    #[error("Permissions")]
    Permissions,
    /// The websites.
    #[error("Website list")]
    WebsiteList,
    /// The store's clock.
    #[error("Clock")]
    Clock,
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StepState {
    /// Fine.
    Ok,
    /// Usable, but worth a look.
    Warn,
    /// The connection cannot be used.
    Failed,
    /// Not needed, or not possible.
    Skipped,
}

/// How the check ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckOutcome {
    /// The settings work.
    Passed(Facts),
    /// They do not.
    Failed {
        /// The step that failed.
        step: StepKind,
        /// What is wrong, in plain words.
        cause: String,
        /// What to do.
        advice: Option<String>,
        /// The value that "WS-I Compliance" should have, when that is what is wrong.
        switch_wsi_to: Option<bool>,
        /// What was found out before.
        facts: Facts,
    },
}

/// What a check finds out about a store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Where the WSDL was found, after redirects: the URL to keep.
    pub final_url: Option<String>,
    /// The namespace to keep in [`Settings::namespace`].
    pub namespace: Option<String>,
    /// The mode the store speaks.
    pub mode: Option<Mode>,
    /// The SOAP v2 methods it declares.
    pub operations: BTreeSet<String>,
    /// The websites but the admin's, by id.
    pub websites: Vec<Website>,
    /// The administrator panel (told by the bridge alone).
    pub admin_url: Option<String>,
    /// Such as `1.9.4.5`.
    pub magento_version: Option<String>,
    /// `Community` or `Enterprise`.
    pub magento_edition: Option<String>,
    /// The bridge's version; `None` without it.
    pub bridge_version: Option<String>,
    /// Does SOAP v1 answer bulk reads?
    pub bulk: bool,
    /// How many milliseconds the store's clock is ahead of ours (negative: behind).
    pub clock_offset_ms: Option<i64>,
    /// How many milliseconds the smallest call takes.
    pub round_trip_ms: Option<u64>,
    /// Rights the user's role lacks, by the names of Magento's role editor.
    pub missing: Vec<String>,
}

/// Tries the settings. Every step is reported as soon as it is known; the first that fails ends the check.
pub async fn check(settings: Settings, gate: Arc<dyn Gate>, report: impl FnMut(Step) + Send) -> CheckOutcome {
    run::run(settings, gate, report).await
}
