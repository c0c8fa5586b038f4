//! What an integration is: its settings, its secrets, what is known of its store.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::Entity;
use crate::base::vault::VaultError;

/// Who wins when both sides changed the same field since they last agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Magento.
    Remote,
    /// The CRM.
    Local,
    /// Nobody: a person is asked, and both sides keep what they have until then.
    Ask,
}

impl Priority {
    /// All, the default first.
    pub const ALL: [Self; 3] = [Self::Remote, Self::Local, Self::Ask];

    /// The word on the pages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Remote => "Remote wins",
            Self::Local => "Local wins",
            Self::Ask => "Ask me",
        }
    }

    /// The word in the database and in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Remote => "remote",
            Self::Local => "local",
            Self::Ask => "ask",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|priority| priority.key() == key)
    }
}

/// Everything that a person sets on the integration form, but for the secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// What people call it.
    pub name: String,
    /// Where the store's SOAP v2 WSDL is; without credentials.
    pub wsdl_url: String,
    /// The SOAP API user.
    pub api_user: String,
    /// The store speaks document/literal.
    pub wsi: bool,
    /// Only data as of this date, 00:00 UTC.
    pub sync_start_date: NaiveDate,
    /// The store's website id; `None` = All Websites.
    pub website_id: Option<i64>,
    /// The store's administrator panel.
    pub admin_url: Option<String>,
    /// Who manages it, and whom imported records belong to.
    pub owner_id: i64,
    /// Orders of guests with one e-mail make one customer.
    pub guest_customers: bool,
    /// Comments of orders are shown on the pages of customers and accounts, too.
    pub order_notes: bool,
    /// E-mail addresses that different people share, in lower case: there the name decides, too.
    pub split_by_name: Vec<String>,
    /// Edits flow back.
    pub two_way: bool,
    /// Who wins a conflict.
    pub priority: Priority,
    /// Who wins it where a single field has a rule of its own, by the field's key.
    #[serde(default)]
    pub field_rules: BTreeMap<String, Priority>,
    /// User of the HTTP basic auth before the store.
    pub basic_auth_user: Option<String>,
    /// PEM of a certificate authority to trust for this store alone.
    pub ca_certificate: Option<String>,
    /// Most calls in flight; `None` = 1, then 2 when the store keeps answering briskly.
    pub calls_at_once: Option<i16>,
    /// Most requests in a minute.
    pub requests_per_minute: Option<i32>,
    /// Seconds between syncs; `None` = as the server is set, 0 = only by hand.
    pub interval_seconds: Option<i32>,
    /// When the schedule rests.
    #[serde(default)]
    pub quiet: Option<Quiet>,
    /// Most requests that a sync spends on looking for carts without the bridge; `None` = the default.
    pub cart_budget: Option<i32>,
}

/// Hours in which the schedule rests, every day; they may go over midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiet {
    /// From then on.
    pub from: NaiveTime,
    /// Until then.
    pub to: NaiveTime,
    /// By the clock of this place: a name of the time zone database.
    pub zone: String,
}

/// The secrets of an integration, opened.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// The SOAP API key.
    pub api_key: SecretString,
    /// Password of the HTTP basic auth.
    pub basic_auth_password: Option<SecretString>,
}

/// What the last check or sync found out about the store.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoreFacts {
    /// Target namespace of its WSDL.
    pub namespace: Option<String>,
    /// Version that it reports.
    pub magento_version: Option<String>,
    /// Its edition.
    pub magento_edition: Option<String>,
    /// Version of the Oro bridge; `None` = not installed.
    pub bridge_version: Option<String>,
    /// Are bulk reads (`multiCall`) available?
    pub bulk: Option<bool>,
    /// Milliseconds that its clock is ahead of ours.
    pub clock_ahead_ms: Option<i64>,
    /// Milliseconds that a small call takes.
    pub round_trip_ms: Option<i64>,
    /// The names of its websites.
    pub websites: Vec<(i64, String)>,
    /// When this was found out.
    pub measured_at: Option<DateTime<Utc>>,
}

impl StoreFacts {
    /// The name of the chosen website.
    #[must_use]
    pub fn website_name(&self, id: Option<i64>) -> String {
        match id {
            None => "All Websites".to_owned(),
            Some(id) => self
                .websites
                .iter()
                .find(|(website, _)| *website == id)
                .map_or_else(|| format!("Website {id}"), |(_, name)| name.clone()),
        }
    }
}

/// A saved integration.
#[derive(Debug, Clone)]
pub struct Integration {
    /// Row id.
    pub id: i64,
    /// The channel it feeds.
    pub channel_id: i64,
    /// That channel's name.
    pub channel: String,
    /// Is that channel active?
    pub active: bool,
    /// Is what an earlier integration loaded still being deleted?
    pub clearing: bool,
    /// What that channel takes in beside its customers.
    pub entities: Vec<Entity>,
    /// What was set.
    pub settings: Settings,
    /// The owner's name.
    pub owner: String,
    /// Is a basic-auth password kept?
    pub has_basic_auth_password: bool,
    /// When the key was last set.
    pub api_key_set_at: DateTime<Utc>,
    /// What is known of the store.
    pub store: StoreFacts,
    /// When the schedule queues the next job.
    pub next_sync_at: DateTime<Utc>,
    /// Why the schedule rests until somebody has looked at it: the store refuses what is set here.
    pub paused_why: Option<String>,
    /// Since when another store than before seems to answer at the address.
    pub stranger_since: Option<DateTime<Utc>>,
    /// Since when the schedule rests because a person wants it to.
    pub paused_at: Option<DateTime<Utc>>,
    /// Who that was.
    pub paused_by: Option<String>,
    /// Is it quiet now?
    pub quiet_now: bool,
    /// From then on Website and Sync start date are locked.
    pub first_synced_at: Option<DateTime<Utc>>,
    /// When data last came in.
    pub last_synced_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// An integration's line in the list.
#[derive(Debug, Clone)]
pub struct IntegrationRow {
    /// The integration.
    pub integration: Integration,
    /// How its last job ended.
    pub last_status: Option<String>,
}

/// Why an integration could not be saved or opened.
#[derive(Debug, thiserror::Error)]
pub enum IntegrationError {
    /// The name is in use.
    #[error("Another integration has this name.")]
    NameTaken,
    /// The channel has one already.
    #[error("This channel has an integration already.")]
    ChannelTaken,
    /// Another channel takes in the same website of the same store.
    #[error("Another channel takes in this website of this store already.")]
    StoreTaken,
    /// Somebody saved it since it was shown.
    #[error("Somebody else saved this integration meanwhile.")]
    Changed,
    /// A secret could not be sealed or opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The database.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}
