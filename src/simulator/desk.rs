//! The store behind the HTTP server: its database, sessions, clock and settings, and what an answer is.

use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use super::clock::Clock;
use super::envelope;
use super::fault::Refusal;
use super::options::{Namespace, Options};
use super::reply::Style;
use super::seeded::Seeded;
use super::sessions::{Role, Sessions};
use super::shop::Shop;
use super::trouble::{Fault, Record};

/// Everything a call may need.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) options: Options,
    pub(super) clock: Clock,
    pub(super) shop: RwLock<Shop>,
    sessions: Mutex<Sessions>,
}

/// A finished SOAP answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    /// Rows in it, for the latency profile.
    pub(super) rows: usize,
    /// What its entries cost, where it has any.
    pub(super) entries: Duration,
    /// Whether it is a fault.
    pub(super) faulted: bool,
    /// The watched record it is about.
    pub(super) met: Option<Record>,
    /// What one of its entries does to all of it.
    pub(super) spoilt: Option<Fault>,
}

impl Answer {
    pub(super) fn fault(refusal: &Refusal, style: Style) -> Self {
        let status = if refusal.by_php { 500 } else { 200 };
        Self { faulted: true, status, ..Self::result(envelope::fault(refusal, style)) }
    }

    pub(super) fn result(body: Vec<u8>) -> Self {
        Self { status: 200, body, rows: 0, entries: Duration::ZERO, faulted: false, met: None, spoilt: None }
    }
}

impl Desk {
    pub(super) fn new(options: Options) -> Self {
        let clock = Clock::with_offset(options.clock_offset_seconds);
        let today = options.today.unwrap_or_else(|| clock.now());
        let seeded = Seeded { seed: options.seed, count: options.customers, today };
        let sessions = Sessions::new(&options.api_user, &options.api_key, options.session_seconds);
        Self {
            clock,
            shop: RwLock::new(Shop::new(seeded, &options)),
            sessions: Mutex::new(sessions),
            options,
        }
    }

    pub(super) fn namespace(&self) -> &'static str {
        match self.options.namespace {
            Namespace::Magento => "urn:Magento",
            Namespace::OpenMage => "urn:OpenMage",
        }
    }

    /// The style of the v2 endpoint.
    pub(super) fn style(&self) -> Style {
        if self.options.wsi { Style::Wsi } else { Style::Rpc }
    }

    pub(super) fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn login(&self, user: &str, key: &str) -> Result<String, Refusal> {
        self.sessions().login(user, key, self.clock.now())
    }

    pub(super) fn role(&self, session: &str) -> Result<Role, Refusal> {
        self.sessions().renew(session, self.clock.now())
    }
}
